"""Laying a table of people on the townships of a region.

A row stands for a township or, by code or name, for anything that contains townships: a county,
a city, the region. The most specific figure wins; what a wider total leaves over is spread, later
and as an estimate, over the townships in it that have no figure of their own.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from geo.boundary import Region
from geo.errors import PopulationError
from geo.findings import Finding
from geo.gazetteer import TOTAL_NAMES, Gazetteer, code_prefix
from geo.naming import NameMatch
from geo.population import PopulationRow, PopulationTable, canonical_code, canonical_name

__all__ = ["Matched", "WiderTotal", "match"]


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class WiderTotal:
    """People known only for several townships together.

    Parameters
    ----------
    name
        Name or code of the county or region.
    people
        Those not in townships with a figure of their own.
    members
        Township indices, ascending, that the people live in.
    households
        Of these people; None where the table does not tell.
    """

    name: str
    people: int
    members: NDArray[np.intp]
    households: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Matched:
    """People of each township as far as they are known.

    Parameters
    ----------
    people
        ``int64[townships]``, -1 where the table has no figure of the township's own.
    groups
        Wider totals; a township without its own figure is in one of them or in none.
    findings
        What was noticed.
    households
        By township with a figure of its own, where the table tells.
    """

    people: NDArray[np.int64]
    groups: tuple[WiderTotal, ...]
    findings: tuple[Finding, ...]
    households: Mapping[int, int] = field(default_factory=dict)


def match(table: PopulationTable, region: Region) -> Matched:
    """Find for each township of a region its people in a table.

    A row is tried as a township's code, as the code of a county or anything wider (GB/T 2260:
    360222 is the townships 360222xxx, 360200 all of 3602xx), as a township's name, as the
    name of a county or any other area around, and at last as ``geo.naming`` reads names. Figures
    at several levels are used the most specific first; a wider total gives what is left of it to
    its other townships, and where it has none it is only compared.

    Raises
    ------
    PopulationError
        If a row is not in the region (unless the table says to skip such rows), means several
        townships, or contradicts the others: a total smaller than its parts, areas that overlap
        without one containing the other, two rows for one township. If nobody at all lives in
        the region by it.
    """
    names = Gazetteer(region)
    people = np.full(len(names.codes), -1, np.int64)
    row_of: dict[int, PopulationRow] = {}
    wider: list[tuple[tuple[int, ...], PopulationRow]] = []
    unknown: list[PopulationRow] = []
    findings: list[Finding] = []
    near: list[NameMatch] = []
    guessed: dict[int, NameMatch] = {}
    for row in map(table.renamed, table.rows):
        meaning = names.meaning(row, table.file, guesses=table.accept_guesses)
        found, own = meaning.townships, meaning.own
        if meaning.match is not None and found:
            near.append(meaning.match)
        elif meaning.match is not None:
            guessed[row.line] = meaning.match
        if not found:
            unknown.append(row)
        elif not own:
            wider.append((found, row))
        elif found[0] in row_of:
            raise PopulationError(
                f"{row.label!r} is the township of row {row_of[found[0]].line} again",
                where=f"{table.file} row {row.line}",
                remedy="Keep one row a township",
            )
        else:
            row_of[found[0]] = row
            people[found[0]] = row.people
            findings += _shifted(row, found[0], names, region)
    findings += _skipped(table, unknown, names, guessed)
    findings += _matched(near, table.file)
    groups, more = _totals(table, wider, unknown, people)
    findings += more
    _refuse_nobody(table, people, groups)
    left = (people < 0) & ~np.isin(np.arange(len(people)), _members(groups))
    if left.any():
        findings.append(_without_figure(region, left, len(people)))
    households = {
        at: row.households for at, row in sorted(row_of.items()) if row.households is not None
    }
    return Matched(people=people, groups=groups, findings=tuple(findings), households=households)


def _totals(
    table: PopulationTable,
    wider: list[tuple[tuple[int, ...], PopulationRow]],
    unknown: list[PopulationRow],
    people: NDArray[np.int64],
) -> tuple[tuple[WiderTotal, ...], list[Finding]]:
    """Groups of townships that share a figure, smallest areas first."""
    groups: list[WiderTotal] = []
    findings: list[Finding] = []
    for members, row in sorted(wider, key=lambda item: (len(item[0]), item[1].line)):
        where = f"{table.file} row {row.line}"
        if beyond := [other for other in unknown if _contains(row, other)]:
            findings.append(
                Finding(
                    kind="population-total-wider",
                    where=row.label,
                    values={"people": row.people, "row": row.line, "rows_outside": len(beyond)},
                )
            )
            continue
        inside = set(members)
        known = sum(int(people[at]) for at in members if people[at] >= 0)
        taken: set[int] = set()
        for group in groups:
            if not (common := inside.intersection(group.members.tolist())):
                continue
            if len(common) < len(group.members):
                raise PopulationError(
                    f"{row.label!r} overlaps {group.name!r} without containing it",
                    where=where,
                    remedy="Keep the one row of the two that you trust",
                )
            known += group.people
            taken |= common
        left = [at for at in members if people[at] < 0 and at not in taken]
        if left and row.people < known:
            raise PopulationError(
                f"{row.label!r} has {row.people} people, fewer than the {known} of its parts",
                where=where,
                remedy="Correct the total or the figures of its townships",
            )
        if left:
            rest = row.people - known
            groups.append(_group(row, rest, left))
            findings.append(
                Finding(
                    kind="population-total-spread",
                    where=row.label,
                    values={"people": rest, "townships": len(left), "row": row.line},
                )
            )
        elif row.people != known:
            findings.append(
                Finding(
                    kind="population-sum-differs",
                    where=row.label,
                    values={"total": row.people, "sum": known, "row": row.line},
                )
            )
    return tuple(groups), findings


def _group(row: PopulationRow, people: int, members: list[int]) -> WiderTotal:
    """What is left of a total, with its households in proportion."""
    homes = row.households
    if homes is not None and people != row.people:
        homes = round(homes * people / row.people)
    return WiderTotal(name=row.label, people=people, members=np.array(members), households=homes)


def _refuse_nobody(
    table: PopulationTable, people: NDArray[np.int64], groups: tuple[WiderTotal, ...]
) -> None:
    """Refuse figures that add up to nobody; a table of which none is used is told elsewhere."""
    figures = [*people[people >= 0].tolist(), *(group.people for group in groups)]
    if figures and not any(figures):
        raise PopulationError(
            f"gives the region no people: the sum of its {len(table.rows)} rows is"
            f" {sum(row.people for row in table.rows)}, of those in the region 0",
            where=table.file,
            remedy="Fill in the people of each place, or import without it for an estimate",
        )


def _matched(near: list[NameMatch], file: str) -> Iterable[Finding]:
    """Tell which names were taken for others."""
    for kind, taken in (
        ("names-matched", [match for match in near if match.kind != "guess"]),
        ("names-guessed", [match for match in near if match.kind == "guess"]),
    ):
        told = ", ".join(f"{match.text} → {match.name}" for match in taken[:10])
        if taken:
            values: dict[str, str | int | float] = {"rows": len(taken), "names": told}
            yield Finding(kind=kind, where=file, values=values)


def _skipped(
    table: PopulationTable,
    unknown: list[PopulationRow],
    names: Gazetteer,
    guessed: Mapping[int, NameMatch],
) -> Iterable[Finding]:
    if not unknown:
        return
    row = unknown[0]
    if not table.skip_unknown or len(unknown) == len(table.rows):
        guess = guessed.get(row.line)
        if guess is not None and not table.skip_unknown:
            raise PopulationError(
                f"{row.label!r} is not in the region; {guess.name!r} may be meant"
                f" (score {guess.score:.2f})",
                where=f"{table.file} row {row.line}",
                remedy="Correct the name or give the code, confirm it in a table for --names,"
                " take all guesses with --accept-guesses, or skip such rows with --skip-unknown",
            )
        nearest = names.nearest(row)
        none = "no row of the table is in the region, e.g. " if table.skip_unknown else ""
        raise PopulationError(
            f"{none}{row.label!r} is not in the region"
            + (f"; the nearest names are {nearest}" if nearest else ""),
            where=f"{table.file} row {row.line}",
            remedy="Correct the name or give the code"
            + ("" if table.skip_unknown else ", or skip such rows with --skip-unknown"),
        )
    yield Finding(
        kind="population-rows-skipped",
        where=table.file,
        values={
            "rows": len(unknown),
            "people": sum(other.people for other in unknown),
            "first": row.label,
        },
    )


def _shifted(row: PopulationRow, at: int, names: Gazetteer, region: Region) -> Iterable[Finding]:
    """Tell when a row's code is one township and its name plainly another."""
    named = names.by_name.get(canonical_name(row.name), ()) if row.code else ()
    if len(named) == 1 and named[0] != at and canonical_code(row.code) == names.codes[at]:
        yield Finding(
            kind="population-code-and-name-differ",
            where=row.label,
            values={
                "row": row.line,
                "by_code": str(region.townships["name"].iloc[at]),
                "by_name": str(region.townships["name"].iloc[named[0]]),
            },
        )


def _without_figure(region: Region, left: NDArray[np.bool_], townships: int) -> Finding:
    names = region.townships["name"].to_numpy()[left]
    return Finding(
        kind="population-township-without-figure",
        values={
            "townships": int(left.sum()),
            "of": townships,
            "names": ", ".join(str(name) for name in names[:10]),
        },
    )


def _members(groups: Iterable[WiderTotal]) -> NDArray[np.intp]:
    return np.concatenate([np.empty(0, np.intp), *(group.members for group in groups)])


def _contains(row: PopulationRow, other: PopulationRow) -> bool:
    """Whether a total says by its code, or by being the table's, that it contains the other."""
    code, inner = canonical_code(row.code), canonical_code(other.code)
    if not code and canonical_name(row.name) in TOTAL_NAMES:
        return True
    if not (re.fullmatch(r"\d{6}", code) and re.fullmatch(r"\d{6,12}", inner)):
        return False
    return inner != code and inner.startswith(code_prefix(code))
