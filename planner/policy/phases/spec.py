"""What is asked of the years: the table ``[policy.phases]``, and the file of what was built."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

from geo.growth import YEARS
from geo.table_file import column_of, read_table
from planner.errors import ScenarioError
from planner.policy.fields import number, one_of, refuse_unknown, refused, table_of, whole
from planner.policy.hosts.spec import read_costs

__all__ = ["Built", "PhasesSpec", "read_built", "read_phases"]

Sites = Literal["plan", "any"]
MOST_YEARS = 10
_PART = "policy.phases"
_STATES = {
    **dict.fromkeys(("built", "open", "已建", "已建成", "建成"), "built"),
    **dict.fromkeys(("refused", "rejected", "未获批", "取消", "不可用"), "refused"),
}


@cache
def _new_site_yuan() -> float:
    """Read what a new point costs where hosts are priced too: one figure for both."""
    return read_costs().new.yuan


@dataclass(frozen=True, kw_only=True, slots=True)
class PhasesSpec:
    """How the points of a plan are opened over the years; none is closed again.

    Parameters
    ----------
    years
        Ascending.
    sites
        ``"plan"``: those of the plan, in the best order; ``"any"``: those of any candidates that
        cover the most over the years.
    new_sites
        So many may be opened in each year; what a year does not use is left for the next. Left
        out, and without budgets: the plan's new sites, in equal parts.
    budgets_yuan
        What each year may spend on new sites; what it does not use is left for the next.
    site_yuan
        Cost of a new site; heeded where there are budgets.
    urban_targets, township_targets
        Share (0-1) of the main urban area's people, and of each township's, to be covered by the
        end of each year; 0 for none.
    min_per_township
        Least number of open sites in each township by the end of each year.
    year_shares
        What a person covered counts in each year; 1 each if left out.
    growth
        Of the people, a year: 0.004; ``growth_file`` instead: a table of townships and rates.
    people_year
        Year of the people; that of the data if left out, else the first year.
    material_growth
        Pairs (material, share): by so much more is handed in by a person in ``material_years[1]``
        than in ``material_years[0]``, in equal steps.
    change_people
        Re-planning: people a year that a change of a site must bring to pay.
    gap
        Relative gap asked for.

    Raises
    ------
    ScenarioError
        Naming the field, the value and what is allowed.
    """

    years: tuple[int, ...] = (2025, 2026, 2027)
    sites: Sites = "plan"
    new_sites: tuple[int, ...] | None = None
    budgets_yuan: tuple[float, ...] | None = None
    site_yuan: float = dataclasses.field(default_factory=_new_site_yuan)
    urban_targets: tuple[float, ...] | None = None
    township_targets: tuple[float, ...] | None = None
    min_per_township: tuple[int, ...] | None = None
    year_shares: tuple[float, ...] | None = None
    growth: float = 0.0
    growth_file: str = ""
    people_year: int | None = None
    material_growth: tuple[tuple[str, float], ...] = (("appliance", 0.30),)
    material_years: tuple[int, int] = (2023, 2027)
    change_people: float = 100.0
    gap: float = 0.01

    def __post_init__(self) -> None:
        years = self.years
        if not isinstance(years, tuple) or not 1 <= len(years) <= MOST_YEARS:
            raise refused(_PART, "years", years, f"1 to {MOST_YEARS} years")
        for year in years:
            whole(_PART, "years", year, *YEARS)
        if list(years) != sorted(set(years)):
            raise refused(_PART, "years", years, "years in ascending order")
        one_of(_PART, "sites", self.sites, "plan", "any")
        for field, low, high in (
            ("new_sites", 0, 1_000_000),
            ("min_per_township", 0, 1000),
        ):
            for value in self._each(field):
                whole(_PART, field, value, low, high)
        for field, top in (
            ("budgets_yuan", 1e12),
            ("urban_targets", 1.0),
            ("township_targets", 1.0),
            ("year_shares", 1000.0),
        ):
            for value in self._each(field):
                number(_PART, field, value, 0.0, top)
        number(_PART, "site_yuan", self.site_yuan, 1.0, 1e9)
        number(_PART, "growth", self.growth, -0.2, 0.2)
        if self.growth_file and self.growth:
            raise refused(_PART, "growth_file", self.growth_file, "either a rate or a file")
        if self.people_year is not None:
            whole(_PART, "people_year", self.people_year, *YEARS)
        for name, share in self.material_growth:
            number(_PART, f"material_growth.{name}", share, -1.0, 100.0)
        if len(self.material_years) != 2 or self.material_years[0] >= self.material_years[1]:
            raise refused(_PART, "material_years", self.material_years, "two years, ascending")
        number(_PART, "change_people", self.change_people, 0.0, 1e9)
        number(_PART, "gap", self.gap, 0.0, 0.5)

    def _each(self, field: str) -> tuple[Any, ...]:
        told = getattr(self, field)
        if told is None:
            return ()
        if not isinstance(told, tuple) or len(told) != len(self.years):
            raise refused(_PART, field, told, f"one value for each of {len(self.years)} years")
        return told

    def record(self) -> dict[str, Any]:
        """Plain form for JSON and TOML, every field named."""
        told = dataclasses.asdict(self)
        plain = {key: list(one) if isinstance(one, tuple) else one for key, one in told.items()}
        return {**plain, "material_growth": dict(self.material_growth)}


def read_phases(table: object) -> PhasesSpec:
    """Read the table ``[policy.phases]``; anything unknown in it is refused.

    Raises
    ------
    ScenarioError
        Naming the field, the value and what is allowed.
    """
    told = table_of(_PART, table)
    refuse_unknown(_PART, told, {field.name for field in dataclasses.fields(PhasesSpec)})
    given = {key: value for key, value in told.items() if value is not None and value != "none"}
    if "material_growth" in given:
        shares = given["material_growth"]
        if not isinstance(shares, Mapping):
            raise refused(_PART, "material_growth", shares, "shares by material")
        given["material_growth"] = tuple(sorted(shares.items()))
    for key, value in given.items():
        if isinstance(value, list):
            given[key] = tuple(value)
    if not isinstance(given.get("growth_file", ""), str):
        raise refused(_PART, "growth_file", given["growth_file"], "a path")
    return PhasesSpec(**given)


@dataclass(frozen=True, kw_only=True, slots=True)
class Built:
    """What came of an earlier plan of openings.

    Parameters
    ----------
    from_year
        First year that can still be decided on.
    built
        Pairs (id, year) of sites that were opened before it.
    refused
        Ids of sites that cannot be had.
    """

    from_year: int
    built: tuple[tuple[str, int], ...] = ()
    refused: tuple[str, ...] = ()

    def record(self) -> dict[str, Any]:
        """Plain form for JSON."""
        rows = [{"id": one, "year": year} for one, year in self.built]
        return {"from_year": self.from_year, "built": rows, "refused": list(self.refused)}


def read_built(path: Path, from_year: int, first_year: int) -> Built:
    """Read a table of what was built: columns ``id``, ``state`` (built, refused) and ``year``.

    Parameters
    ----------
    first_year
        Year of rows that name none.

    Raises
    ------
    ScenarioError
        If the table cannot be read or a row makes no sense.
    """
    table = read_table(path, ScenarioError)
    at = {
        "id": column_of(table.header, ("id", "编号")),
        "state": column_of(table.header, ("state", "状态")),
        "year": column_of(table.header, ("year", "年份")),
    }
    if at["id"] is None or at["state"] is None:
        raise ScenarioError(
            f"no column {'id' if at['id'] is None else 'state'}",
            where=table.file,
            remedy="Give the columns id, state (built or refused) and year",
        )
    built: dict[str, int] = {}
    gone: list[str] = []
    for line, cells in table.rows:
        name, told, when = ("" if i is None else str(cells[i]).strip() for i in at.values())
        where = f"{table.file} row {line}"
        state = _STATES.get(told.lower())
        if not name or state is None:
            raise ScenarioError(
                f"{told!r:.40} is no state", where=where, remedy="Give an id, and built or refused"
            )
        if name in built or name in gone:
            raise ScenarioError(f"{name!r:.60} twice", where=where, remedy="Keep one row a site")
        if state == "refused":
            gone.append(name)
            continue
        try:
            year = int(float(when)) if when else first_year
        except (ValueError, OverflowError):
            raise ScenarioError(
                f"{when!r:.40} is no year", where=where, remedy="Give e.g. 2025"
            ) from None
        if year >= from_year:
            raise ScenarioError(
                f"{name!r:.60} was built in {year}, decided again from {from_year} on",
                where=where,
                remedy="Give a year before it, or a later year to plan again from",
            )
        built[name] = year
    return Built(from_year=from_year, built=tuple(sorted(built.items())), refused=tuple(gone))
