"""The section on hosts (两网融合): turn the dial, see what is re-used, saved, gained and lost."""

from __future__ import annotations

import hashlib
import tempfile
from functools import partial
from pathlib import Path
from typing import Any

import altair as alt
import pandas as pd
import streamlit as st

from planner.maps.overlay import overlay_html
from planner.plan import Plan
from planner.policy.hosts.files import (
    STEPS,
    hosts_geojson,
    hosts_summary,
    hosts_xlsx,
    say_host_site,
    say_step,
)
from planner.policy.hosts.hosts import HostsResult, make_hosts
from planner.policy.hosts.map import hosts_overlay
from planner.policy.hosts.spec import HostsSpec
from planner.policy.hosts.words import HOSTS_WORDS
from planner.ui.answer import Bar
from planner.ui.policy_asking import asked_in_section
from planner.ui.policy_hosts_words import HOSTS_UI
from planner.ui.policy_section import GEOJSON, HTML, XLSX, offer, show_overlay, worked_out
from planner.ui.text import listed, plain
from planner.wording.language import Language

__all__ = ["show_hosts"]

HEIGHT_PX = 300
FILE_TYPES = ("geojson", "json", "csv", "tsv", "xlsx", "gpkg", "kml", "kmz", "zip")
_SHOWN = tuple(name for name in STEPS if name not in ("existing", "status"))
_SITES = ("place", "township", "role", "host", "yuan", "in_plan")
_ROLES = ("hosted", "existing", "new")
_FIGURES = ("sites", "reused", "new", "people_covered", "yuan", "saved_yuan")
_FORMATS = {"dial": "%.2f", "gap": "percent"}


def show_hosts(region_id: str, plan: Plan, language: Language) -> None:
    """Draw the section for the plan at hand; nothing is solved before the button is pressed."""

    def say(key: str) -> str:
        return HOSTS_UI.say(key, language)

    st.caption(say("hosts-caption"))

    def draw() -> HostsSpec:
        left, right = st.columns((2, 1), gap="medium")
        dial = left.slider(say("hosts-dial"), 0.0, 1.0, 0.5, 0.05, key="hosts-dial-choice")
        within = right.number_input(say("hosts-within"), 0, 1000, 50, 10, key="hosts-within-choice")
        return HostsSpec(dial=dial, within_m=float(within))

    asking, bringing = st.columns((3, 2), gap="medium")
    with asking:
        spec = asked_in_section("hosts", ("hosts",), draw, language)
    if spec is None:
        return
    upload = bringing.file_uploader(say("hosts-file"), type=list(FILE_TYPES), key="hosts-upload")
    file = None if upload is None else (upload.name, bytes(upload.getvalue()))
    digest = "" if file is None else hashlib.sha256(file[1]).hexdigest()
    about = (region_id, plan.bundle.sha256, plan.scenario)
    result = worked_out(
        "hosts", about, (spec, digest), lambda bar: _made(plan, spec, file, bar), say, language
    )
    if result is not None:
        _show(result, language)


def _made(plan: Plan, spec: HostsSpec, file: tuple[str, bytes] | None, bar: Bar) -> HostsResult:
    if file is None:
        return make_hosts(plan, spec, progress=bar)
    with tempfile.TemporaryDirectory(prefix="recyclenet-") as folder:
        # The name is the user's: only its ending is ours to use.
        path = Path(folder) / f"hosts{Path(file[0]).suffix.lower()[:10]}"
        path.write_bytes(file[1])
        return make_hosts(plan, spec, file=path, progress=bar)


def _show(result: HostsResult, language: Language) -> None:
    def say(key: str) -> str:
        return HOSTS_UI.say(key, language)

    record, bundle = result.record, result.plan.bundle
    dial = round(result.spec.dial, 6)
    steps = [step for step in record["steps"] if step["dial"] == dial]
    _figures((steps or [record["plan"]])[0], language)
    for step in steps:
        st.markdown(f"**{plain(say_step(step, language))}**")
    for line in _reasons(result, language):
        st.warning(plain(line), icon=":material/info:")
    if record["steps"]:
        st.altair_chart(_chart(record, language), width="stretch")
        _table([{name: step[name] for name in _SHOWN} for step in record["steps"]], language)
    overlay = hosts_overlay(result, language)
    show_overlay(bundle, overlay, "hosts", language)
    sites = [_site(row, result, language) for row in record["sites"]]
    # What is re-used first.
    order = {HOSTS_WORDS.say(role, language): at for at, role in enumerate(_ROLES)}
    sites.sort(key=lambda row: order[row["role"]])
    _table([{name: row[name] for name in _SITES} for row in sites], language)
    with st.expander(say("hosts-notes")):
        st.markdown(listed(hosts_summary(record, language)))
    offer(
        "hosts",
        {
            "xlsx": ("hosts.xlsx", XLSX, partial(hosts_xlsx, result, language)),
            "map": ("hosts.html", HTML, partial(overlay_html, bundle, overlay, language)),
            "points": ("host-sites.geojson", GEOJSON, partial(hosts_geojson, result)),
        },
        say,
    )


def _site(row: dict[str, Any], result: HostsResult, language: Language) -> dict[str, Any]:
    """A row of the sites in words, a host with how far it is."""
    told = say_host_site(row, result, language)
    if row["away_m"]:
        far = HOSTS_UI.say("hosts-away", language, metres=f"{row['away_m']:,.0f}")
        told["host"] = f"{told['host']} · {far}"
    return told


def _figures(step: dict[str, Any], language: Language) -> None:
    for column, name in zip(st.columns(len(_FIGURES), gap="small"), _FIGURES, strict=True):
        column.metric(HOSTS_WORDS.say(name, language), f"{step[name]:,.0f}")


def _reasons(result: HostsResult, language: Language) -> list[str]:
    """Say why there is nothing to choose between, and what to do about it."""
    kinds = ("、" if language == "zh" else ", ").join(
        one.name_zh if language == "zh" else one.name_en for one in result.costs.hosts
    )
    return [
        HOSTS_UI.say(found["kind"], language, kinds=kinds, within=f"{result.spec.within_m:g}")
        for found in result.record["findings"]
        if found["kind"] in ("hosts-none", "hosts-not-matched")
    ]


def _table(rows: list[dict[str, Any]], language: Language) -> None:
    """Numbers with their thousands apart, shares in per cent, titles in words."""
    table = pd.DataFrame(rows)
    titles = {name: HOSTS_WORDS.say(name, language) for name in table.columns}
    formats: dict[str, Any] = {
        titles[name]: st.column_config.NumberColumn(format=_FORMATS.get(name, "localized"))
        for name in table.columns
        if pd.api.types.is_numeric_dtype(table[name]) and table[name].dtype != bool
    }
    st.dataframe(
        table.rename(columns=titles), hide_index=True, width="stretch", column_config=formats
    )


def _chart(record: dict[str, Any], language: Language) -> Any:
    """People covered against points at existing places: each step, and the plan as it is."""

    def say(key: str) -> str:
        return HOSTS_UI.say(key, language)

    frame = pd.DataFrame(
        [
            {"reused": one["reused"], "people": one["people_covered"], "dial": one["dial"]}
            for one in record["steps"]
        ]
    )
    plan = pd.DataFrame(
        [{"reused": record["plan"]["reused"], "people": record["plan"]["people_covered"]}]
    )
    ends = alt.Scale(zero=False, padding=16)
    axes = {
        "x": alt.X(
            "reused:Q",
            scale=ends,
            axis=alt.Axis(title=say("hosts-chart-x"), tickMinStep=1, format="d"),
        ),
        "y": alt.Y("people:Q", scale=ends, title=say("hosts-chart-y")),
    }
    line = alt.Chart(frame).mark_line(point=True, color="#0b6a6f")
    mark = alt.Chart(plan).mark_point(shape="diamond", size=140, color="#c2410c", filled=True)
    steps = line.encode(**axes, order="dial:Q", tooltip=["dial:Q", "reused:Q", "people:Q"])
    return (steps + mark.encode(**axes)).properties(height=HEIGHT_PX)
