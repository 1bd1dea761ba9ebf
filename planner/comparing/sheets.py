"""The tables of a comparison, once: a workbook, a page and an app show the same rows."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from planner.comparing.compare import LETTERS, Comparison, Difference
from planner.comparing.figures import Figures
from planner.comparing.sites import MOVED_M, SiteChange
from planner.comparing.townships import TownshipChange
from planner.comparing.words import COMPARE
from planner.headline import percent
from planner.maps.words import kind_name
from planner.wording.language import Language
from planner.wording.reach import out_of_reach
from planner.wording.words import say_finding

__all__ = ["Cell", "Kind", "Sheet", "cell_text", "notes", "sheets", "verdict"]

Kind = Literal["text", "count", "share", "points", "m", "s", "km2", "gap", "number"]
"""What a cell holds: ``points`` are percentage points, ``m`` and ``s`` ways in metres, seconds."""

NAMED = 4
"""Townships named in a sentence."""


class Cell(NamedTuple):
    """A value and how it is shown; ``delta``: as a change, with its sign."""

    value: float | str | None
    kind: Kind = "text"
    delta: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Sheet:
    """One table.

    Parameters
    ----------
    key
        ``figures``, ``parameters``, ``townships`` or ``sites``.
    pair
        Of which two plans; ``None``: of all.
    """

    key: str
    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    pair: tuple[int, int] | None = None


def sheets(comparison: Comparison, lang: Language) -> tuple[Sheet, ...]:
    """Key figures, parameters that differ, then townships and sites of each pair."""
    pairs = comparison.differences
    return (
        _figures(comparison, lang),
        _parameters(comparison, lang),
        *(_townships(comparison, pair, lang) for pair in pairs),
        *(_sites(comparison, pair, lang) for pair in pairs),
    )


def notes(comparison: Comparison, lang: Language) -> list[str]:
    """What does not quite compare, and how things were counted."""
    said = [say_finding(finding, lang) for finding in comparison.findings]
    if any(plan.record["people"]["estimated"] for plan in comparison.plans):
        said.append(COMPARE.say("estimated", lang))
    said += [COMPARE.say(key, lang) for key in ("area-note", "worst-note")]
    return [*said, COMPARE.say("moved-note", lang, n=f"{MOVED_M:.0f}")]


def verdict(comparison: Comparison, pair: Difference, lang: Language) -> list[str]:
    """Who wins and who loses, in sentences."""
    people = pair.people
    net = people["gained"] - people["lost"]
    count = dict.fromkeys(("kept", "moved", "added", "dropped"), 0)
    for site in pair.sites:
        count[site.change] += 1
    figures = comparison.figures
    said = [
        COMPARE.say(
            "verdict",
            lang,
            a=LETTERS[pair.a],
            b=LETTERS[pair.b],
            gained=f"{people['gained']:,}",
            lost=f"{people['lost']:,}",
            net=f"{net:+,}",
        )
        if people["gained"] or people["lost"]
        else COMPARE.say("verdict-nobody", lang),
        COMPARE.say(
            "verdict-sites",
            lang,
            before=f"{figures[pair.a].sites:,}",
            after=f"{figures[pair.b].sites:,}",
            **count,
        ),
    ]
    rows = pair.townships
    for key, chosen in (
        ("wins", sorted((r for r in rows if r.net > 0), key=lambda r: (-r.net, r.code))),
        ("loses", sorted((r for r in rows if r.net < 0), key=lambda r: (r.net, r.code))),
    ):
        if chosen:
            said.append(COMPARE.say(f"verdict-{key}", lang, names=_named(chosen, lang, net=True)))
    for key, passes in (("failing", False), ("passing", True)):
        turned = [r for r in rows if r.pass_a is not passes and r.pass_b is passes]
        if turned:
            said.append(COMPARE.say(f"verdict-{key}", lang, names=_named(turned, lang, net=False)))
    return said


def cell_text(cell: Cell, lang: Language) -> str:
    """Write a cell for a reader."""
    value, kind, delta = cell
    if value is None:
        return "–"
    if isinstance(value, str):
        return value
    sign = "+" if delta and value else ""
    unit = {"m": (" 米", " m"), "s": (" 分钟", " min"), "points": (" 个百分点", " pp")}
    tail = unit.get(kind, ("", ""))[0 if lang == "zh" else 1]
    if kind == "share":
        return percent(value)
    if kind == "gap":  # rounded up: 0.312 % is not "at most 0.31 %"
        return f"{math.ceil(value * 10_000 - 1e-6) / 100:.2f} %"
    digits = {"count": 0, "m": 0, "s": 1, "km2": 1, "points": 1}
    if kind == "number":
        return f"{value:{sign},.6g}" if abs(value) < 1e6 else f"{value:{sign},.0f}"
    shown = value * {"s": 1 / 60, "points": 100}.get(kind, 1)
    return f"{shown:{sign},.{digits[kind]}f}{tail}"


def _figures(comparison: Comparison, lang: Language) -> Sheet:
    base, *others = comparison.figures
    head = [COMPARE.say("figure", lang), comparison.label(0)]
    for row in range(1, len(comparison.plans)):
        head += [comparison.label(row), f"{LETTERS[row]} − A"]
    rows = []
    for key, cells in _figure_cells(base, lang):
        line = [Cell(COMPARE.say(f"figure-{key}", lang)), cells]
        for other in others:
            mine = dict(_figure_cells(other, lang))[key]
            line += [mine, _delta(mine, other.minus(base).get(key))]
        rows.append(tuple(line))
    title = COMPARE.say("figures", lang)
    return Sheet(key="figures", title=title, head=tuple(head), rows=tuple(rows))


def _figure_cells(figures: Figures, lang: Language) -> Iterator[tuple[str, Cell]]:
    yield "sites", Cell(figures.sites, "count")
    yield "sites_new", Cell(figures.sites_new, "count")
    yield "people", Cell(figures.people, "count")
    yield "share", Cell(figures.share, "share")
    yield "urban_share", Cell(figures.urban_share, "share")
    yield "area_km2", Cell(figures.area_km2, "km2")
    yield "townships_passing", Cell(figures.townships_passing, "count")
    yield "mean", Cell(figures.mean, _way(figures.unit))
    yield "objective", Cell(COMPARE.say(f"objective-{figures.objective}", lang))
    yield "value", Cell(figures.value, "number")
    yield "bound", Cell(figures.bound, "number")
    yield "gap", Cell(figures.gap, "gap")


def _delta(cell: Cell, change: float | None) -> Cell:
    if change is None:
        return Cell("" if cell.kind == "text" else None, cell.kind)
    return Cell(change, "points" if cell.kind == "share" else cell.kind, delta=True)


def _way(unit: str) -> Kind:
    return "m" if unit == "m" else "s"


def _parameters(comparison: Comparison, lang: Language) -> Sheet:
    names = [comparison.label(row) for row in range(len(comparison.plans))]
    return Sheet(
        key="parameters",
        title=COMPARE.say("parameters", lang),
        head=(COMPARE.say("parameter", lang), *names),
        rows=tuple(
            (Cell(row[0].title(lang)), *(Cell(one.text(lang)) for one in row))
            for row in comparison.parameters
        ),
    )


def _townships(comparison: Comparison, pair: Difference, lang: Language) -> Sheet:
    ends = LETTERS[pair.a], LETTERS[pair.b]
    units = [_way(comparison.figures[row].unit) for row in (pair.a, pair.b)]

    def say(key: str, **values: object) -> str:
        return COMPARE.say(f"col-{key}", lang, **values)

    head = [say(key) for key in ("name", "people", "verdict", "net", "gained", "lost")]
    for key in ("share", "sites", "mean", "worst", "pass"):
        head += [say(key, plan=letter) for letter in ends]
    return Sheet(
        key="townships",
        title=COMPARE.say("townships", lang),
        head=(*head, say("code")),
        rows=tuple(_township(row, units, lang) for row in pair.townships),
        pair=(pair.a, pair.b),
    )


def _township(row: TownshipChange, units: list[Kind], lang: Language) -> tuple[Cell, ...]:
    def say(passes: bool) -> Cell:
        return Cell(COMPARE.say("pass" if passes else "fail", lang))

    return (
        Cell(row.name),
        Cell(row.people, "count"),
        Cell(COMPARE.say(row.verdict, lang)),
        Cell(row.net, "count", delta=True),
        Cell(row.gained, "count"),
        Cell(row.lost, "count"),
        Cell(row.share_a, "share"),
        Cell(row.share_b, "share"),
        Cell(row.sites_a, "count"),
        Cell(row.sites_b, "count"),
        Cell(row.mean_a, units[0]),
        Cell(row.mean_b, units[1]),
        _worst(row.worst_a, row.people, units[0], lang),
        _worst(row.worst_b, row.people, units[1], lang),
        say(row.pass_a),
        say(row.pass_b),
        Cell(row.code),
    )


def _worst(worst: float | None, people: int, unit: Kind, lang: Language) -> Cell:
    """The longest way; where people live whom no road reaches, that is said in its place."""
    return Cell(out_of_reach(lang)) if worst is None and people else Cell(worst, unit)


def _sites(comparison: Comparison, pair: Difference, lang: Language) -> Sheet:
    ends = LETTERS[pair.a], LETTERS[pair.b]

    def say(key: str, **values: object) -> str:
        return COMPARE.say(f"col-{key}", lang, **values)

    return Sheet(
        key="sites",
        title=COMPARE.say("sites", lang),
        head=(
            *(say(key) for key in ("change", "site-name", "kind", "existing", "name")),
            say("distance"),
            *(say("served", plan=letter) for letter in ends),
            *(say("id", plan=letter) for letter in ends),
        ),
        rows=tuple(_site(comparison, pair, site, lang) for site in pair.sites),
        pair=(pair.a, pair.b),
    )


def _site(
    comparison: Comparison, pair: Difference, site: SiteChange, lang: Language
) -> tuple[Cell, ...]:
    ends: list[dict[str, Any] | None] = [
        comparison.plans[plan].sites.iloc[row].to_dict() if row >= 0 else None
        for plan, row in ((pair.a, site.row_a), (pair.b, site.row_b))
    ]
    one = ends[1] or ends[0]
    assert one is not None
    return (
        Cell(COMPARE.say(site.change, lang)),
        Cell(str(one["name"])),
        Cell(kind_name(str(one["kind"]), lang)),
        Cell(COMPARE.say("yes" if one["existing"] else "no", lang)),
        Cell(str(one["township"])),
        Cell(site.distance_m if site.change == "moved" else None, "m"),
        *(Cell(int(end["people"]) if end else None, "count") for end in ends),
        *(Cell(str(end["id"]) if end else "") for end in ends),
    )


def _named(rows: list[TownshipChange], lang: Language, *, net: bool) -> str:
    names = [
        COMPARE.say("verdict-one", lang, name=row.name, net=f"{row.net:+,}") if net else row.name
        for row in rows[:NAMED]
    ]
    some = ("、" if lang == "zh" else ", ").join(names)
    return (
        some if len(rows) <= NAMED else COMPARE.say("verdict-more", lang, names=some, n=len(rows))
    )
