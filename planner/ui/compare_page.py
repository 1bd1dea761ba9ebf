"""The page that sets plans side by side: cards, map, who wins and loses, tables, files."""

from __future__ import annotations

from functools import partial
from typing import Any

import pandas as pd
import streamlit as st
from streamlit_folium import st_folium

from planner.answers import answer_of
from planner.comparing.change_map import compare_group
from planner.comparing.compare import LETTERS, Comparison, Difference, compare
from planner.comparing.figures import Figures
from planner.comparing.files import cells_geojson, pair_name, sites_geojson, townships_geojson
from planner.comparing.page import compare_html
from planner.comparing.sheets import Cell, Kind, Sheet, cell_text, notes, sheets, verdict
from planner.comparing.workbook import compare_xlsx
from planner.headline import percent
from planner.maps.page import Theme, region_map
from planner.ui.answer import region
from planner.ui.as_saved import digest_of
from planner.ui.compare_choice import choosable, choose_plans, opened_plan, saved_plan
from planner.ui.compare_words import compare_say
from planner.ui.going import go_to
from planner.ui.shelf import Shelf
from planner.ui.sitting import Kept
from planner.ui.text import plain, rows_html
from planner.wording.language import Language

__all__ = ["show_compare"]

MAP_PX = 560
CARDS_IN_A_ROW, FIGURES_IN_A_ROW = 3, 3
ROW_PX, SHOWN_ROWS = 35, 12
WAY_WIDTH = 14


@st.cache_resource(show_spinner=False)
def _comparisons() -> Shelf[Comparison]:
    return Shelf(12)


def show_compare(language: Language) -> None:
    """Draw the page; without two plans it tells how to keep them."""
    st.title(compare_say("title", language), anchor=False)
    plans = choosable(language)
    if len(plans) < 2:
        _show_empty(list(plans.values()), language)
        return
    chosen = choose_plans(plans, language)
    if len(chosen) < 2:
        st.info(compare_say("choose-more", language), icon=":material/compare_arrows:")
        return
    with st.container(key="progress"):
        place = st.empty()
    made = [opened_plan(one, place, language) for one in chosen]
    names = [one.name for one in chosen]
    told = [one.name or one.id for one in chosen if saved_plan(one) is not None]
    if told:
        said = compare_say("as-saved", language, names="、".join(told))
        st.caption(f":material/history: {plain(said)}")
    key = tuple(
        (p.bundle.sha256, p.scenario, digest_of(answer_of(p)), name)
        for p, name in zip(made, names, strict=True)
    )
    comparison = _comparisons().get_or_make(key, lambda: compare(made, names))
    _show(comparison, chosen[0].region_id, language)


def _show_empty(plans: list[Kept], language: Language) -> None:
    said = (
        compare_say("one", language, name=plans[0].name or plans[0].id)
        if plans
        else compare_say("none", language)
    )
    st.info(plain(said), icon=":material/bookmark_add:")
    if st.button(compare_say("to-plan", language), type="primary", icon=":material/map:"):
        go_to("plan")
        st.rerun()


def _show(comparison: Comparison, region_id: str, language: Language) -> None:
    # Side by side where there is room; narrow windows stack them.
    wide = min(len(comparison.plans), CARDS_IN_A_ROW)
    for first in range(0, len(comparison.plans), wide):
        for column, row in zip(
            st.columns(wide, gap="small"), range(first, first + wide), strict=True
        ):
            if row < len(comparison.plans):
                with column:
                    _show_card(comparison, row, language)
    pair = _choose_pair(comparison, language)
    st.html(rows_html(verdict(comparison, pair, language)))
    _show_map(comparison, pair, region_id, language)
    told = sheets(comparison, language)
    mine = {sheet.key: sheet for sheet in told if sheet.pair in (None, (pair.a, pair.b))}
    st.subheader(compare_say("parameters", language), anchor=False)
    if mine["parameters"].rows:
        _table(mine["parameters"], language)
    else:
        st.caption(compare_say("parameters-same", language))
    _show_townships(mine["townships"], pair, language)
    with st.expander(compare_say("site-table", language, n=len(mine["sites"].rows))):
        _table(mine["sites"], language)
    said = notes(comparison, language)
    with st.expander(compare_say("notes", language, n=len(said)), icon=":material/help:"):
        st.html(rows_html(said))
    _show_downloads(comparison, pair, language)


def _show_card(comparison: Comparison, row: int, language: Language) -> None:
    figures, base = comparison.figures[row], comparison.figures[0]
    label = comparison.label(row)
    with st.container(border=True, gap="small", height="stretch"):
        title = label if row else compare_say("base", language, label=label)
        st.markdown(f"**{plain(title)}**")
        told = _card(figures, base, language, first=row == 0)
        for first in range(0, len(told), FIGURES_IN_A_ROW):
            some = told[first : first + FIGURES_IN_A_ROW]
            columns = st.columns(FIGURES_IN_A_ROW, gap="small")
            for column, (key, value, change, good) in zip(columns, some, strict=True):
                column.metric(
                    compare_say(key, language),
                    value,
                    plain(change) if change else None,
                    delta_color=_colour(good),  # type: ignore[arg-type]
                    delta_arrow="off",
                )


def _card(
    figures: Figures, base: Figures, language: Language, *, first: bool
) -> list[tuple[str, str, str, float]]:
    """Figure, its value, its change to the base in words, and whether that is good (> 0)."""
    change = figures.minus(base)

    def delta(key: str, kind: Kind, sign: int = 1) -> tuple[str, float]:
        value = change[key]
        if first or value is None:
            return "", 0.0
        return cell_text(Cell(value, kind, delta=True), language), sign * value

    share, good = delta("share", "points")
    share = share or compare_say("people-note", language, n=f"{figures.people:,}")
    proof = "proven" if figures.status == "proven" else "open"
    return [
        ("sites", f"{figures.sites:,}", delta("sites", "count")[0], 0.0),
        ("people", percent(figures.share), share, good),
        ("area", f"{figures.area_km2:,.1f}", *delta("area_km2", "km2")),
        ("urban", percent(figures.urban_share), *delta("urban_share", "points")),
        (
            "passing",
            f"{figures.townships_passing} / {figures.townships}",
            *delta("townships_passing", "count"),
        ),
        ("gap", cell_text(Cell(figures.gap, "gap"), language), compare_say(proof, language), 0.0),
    ]


def _colour(good: float) -> str:
    # Blue and orange, as on the map: told apart by everybody.
    return "gray" if not good else "blue" if good > 0 else "orange"


def _choose_pair(comparison: Comparison, language: Language) -> Difference:
    pairs = comparison.differences
    if len(pairs) == 1:
        return pairs[0]

    def name(row: int) -> str:
        pair = pairs[row]
        return compare_say("pair-of", language, a=LETTERS[pair.a], b=LETTERS[pair.b])

    row = st.segmented_control(
        compare_say("pair", language),
        range(len(pairs)),
        default=0,
        format_func=name,
        required=True,
        key=f"compare-pair-{len(pairs)}",
    )
    return pairs[row or 0]


def _show_map(comparison: Comparison, pair: Difference, region_id: str, language: Language) -> None:
    theme: Theme = "dark" if st.context.theme.type == "dark" else "light"
    bundle = region(region_id)
    st_folium(
        region_map(bundle, language, theme=theme),
        feature_group_to_add=compare_group(comparison, language, [(pair.a, pair.b)]),
        key=f"compare-{bundle.sha256[:16]}-{language}-{theme}",
        height=MAP_PX,
        use_container_width=True,
        returned_objects=[],
    )


def _show_townships(sheet: Sheet, pair: Difference, language: Language) -> None:
    st.subheader(compare_say("townships", language), anchor=False)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        text = st.text_input(compare_say("filter", language), key="compare-filter")
        changed = st.toggle(compare_say("changed-only", language), key="compare-changed")
    rows = tuple(
        row
        for row, told in zip(sheet.rows, pair.townships, strict=True)
        if text.strip().lower() in told.name.lower() and not (changed and told.verdict == "same")
    )
    if not rows:
        st.caption(compare_say("no-townships", language))
        return
    order = sorted(rows, key=lambda row: (-abs(float(row[3].value or 0)), str(row[-1].value)))
    _table(sheet, language, tuple(order))


def _table(
    sheet: Sheet, language: Language, rows: tuple[tuple[Cell, ...], ...] | None = None
) -> None:
    rows = sheet.rows if rows is None else rows
    columns: dict[str, list[Any]] = {
        str(n): [_value(row[n]) for row in rows] for n in range(len(sheet.head))
    }
    config = {}
    for n, title in enumerate(sheet.head):
        kinds = {row[n].kind for row in rows}
        kind = kinds.pop() if len(kinds) == 1 else "text"
        if kinds & {"m", "s"}:  # text among ways: out of reach
            columns[str(n)] = [_way_text(row[n], language) for row in rows]
            config[str(n)] = st.column_config.TextColumn(title, alignment="right")
        elif kind == "text":
            config[str(n)] = st.column_config.TextColumn(title)
        else:
            own = kind in ("share", "m", "s")
            shown = compare_say(f"format-{kind}", language) if own else "localized"
            config[str(n)] = st.column_config.NumberColumn(title, format=shown)
    st.dataframe(
        pd.DataFrame(columns),
        hide_index=True,
        height=ROW_PX * (min(len(rows), SHOWN_ROWS) + 1) + 3,
        alt=sheet.title,
        column_config=config,
        placeholder="–",
    )


def _value(cell: Cell) -> float | str | None:
    if cell.value is None or isinstance(cell.value, str):
        return cell.value
    return cell.value * {"share": 100, "s": 1 / 60}.get(cell.kind, 1)


def _way_text(cell: Cell, language: Language) -> str | None:
    """Write a way so that texts sort as numbers do, and where there is none as the last."""
    if cell.value is None or isinstance(cell.value, str):
        return cell.value
    return cell_text(cell, language).rjust(WAY_WIDTH)


def _show_downloads(comparison: Comparison, pair: Difference, language: Language) -> None:
    """Offer the files that the command line writes; each is made when it is asked for."""
    st.subheader(compare_say("downloads", language), anchor=False)
    name = pair_name(pair)
    geojson = "application/geo+json"
    book = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    files = (
        ("get-html", "compare.html", "text/html", partial(compare_html, comparison, language)),
        ("get-xlsx", "compare.xlsx", book, partial(compare_xlsx, comparison, language)),
        ("get-cells", f"cells-{name}.geojson", geojson, partial(cells_geojson, comparison, pair)),
        (
            "get-townships",
            f"townships-{name}.geojson",
            geojson,
            partial(townships_geojson, comparison, pair),
        ),
        ("get-sites", f"sites-{name}.geojson", geojson, partial(sites_geojson, comparison, pair)),
    )
    with st.container(horizontal=True, gap="small"):
        for key, file, kind, make in files:
            st.download_button(
                compare_say(key, language),
                make,
                file_name=file,
                mime=kind,
                key=f"compare-{key}",
                on_click="ignore",
                icon=":material/download:",
            )
