"""What each formula asks of each township, and what a plan does: required, achieved, evidence."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely

from geo.bundle import Bundle
from geo.crs import WGS84
from planner.material import urban_townships
from planner.plan import Plan
from planner.policy.beside import POINTS_ALONE, Beside
from planner.policy.compliance.ways import Ways, named, ways_of
from planner.policy.rules.quotas import townships_of
from planner.policy.rules.rules import Kind, Rule, RulePack

__all__ = ["WHOLE", "Ground", "Measure", "ground_of", "measures"]

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]

WEEKS = 4
"""Of the timetable that visits are counted in."""
WHOLE = -1
"""In place of a township: the whole region."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Measure:
    """One rule held against one township.

    Parameters
    ----------
    township
        Row, :data:`WHOLE` for the whole region.
    required, achieved
        Numbers in ``unit``; ``achieved`` is ``None`` where nobody knows.
    unit
        ``"sites"``, ``"share"``, ``"m2"``, ``"visits-week"`` or ``"m"``.
    binding
        Whether the rule is of this township; else it shows its part of what is asked of all.
    basis
        Numbers that both are made of, by name.
    sites
        Rows of the sites that count.
    cell
        Row of the cell that is worst off, -1 for none.
    note
        Key of a sentence on what is not known; empty for none.
    lacking
        Names of those, within a township or the region, that have not enough: counties, villages.
    """

    township: int
    required: float
    achieved: float | None
    unit: str
    binding: bool = True
    basis: tuple[tuple[str, float], ...] = ()
    sites: tuple[int, ...] = ()
    cell: int = -1
    note: str = ""
    lacking: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Ground:
    """What measures are taken from.

    Parameters
    ----------
    home, people, households, urban
        Of each cell: its township, its people and households, whether in the main urban area.
    city
        Townships that rules of scope ``"urban"`` are for, bool[townships].
    site_home, site_kind, site_tier, floor_m2, site_xy
        Of each open point, then of each station and centre: township, kind, tier, floor area
        (NaN: not known), metres.
    site_households
        Households whose cell it serves.
    served
        Cells that some point serves within the plan's own limit.
    beside
        What is planned besides.
    codes
        Of the townships.
    counties
        Of each township: name and code of its county; the region's name where neither is known.
    listed
        Of each rule with a list of townships: their rows.
    """

    home: Ints
    people: Ints
    households: Ints
    urban: Mask
    city: Mask
    ways: Ways
    site_home: Ints
    site_kind: tuple[str, ...]
    site_tier: tuple[str, ...]
    floor_m2: Floats
    site_xy: Floats
    site_households: Ints
    served: Mask
    beside: Beside
    codes: tuple[str, ...]
    counties: tuple[str, ...]
    listed: Mapping[Rule, frozenset[int]]

    @property
    def townships(self) -> range:
        """Rows of the townships."""
        return range(len(self.city))

    def sites_of(self, rule: Rule, township: int) -> list[int]:
        """Sites in a township that a rule speaks of."""
        rows = np.flatnonzero(self.site_home == township).tolist()
        return [
            row
            for row in rows
            if self.site_tier[row] == rule.tier
            and (not rule.kinds or self.site_kind[row] in rule.kinds)
        ]

    def unplanned(self, rule: Rule) -> bool:
        """Whether a rule speaks of a tier that nobody has planned."""
        return rule.tier != "point" and self.beside.stations is None

    def for_rule(self, rule: Rule) -> list[int]:
        """Townships that a rule is for."""
        rows = list(self.townships)
        if rule.scope in ("urban", "township"):
            rows = [t for t in rows if self.city[t] == (rule.scope == "urban")]
        return [t for t in rows if not rule.townships or t in self.listed[rule]]

    def worst(self, cells: Mask) -> int:
        """The cell from which it is farthest, the first of equals; -1 of none."""
        rows = np.flatnonzero(cells)
        return int(rows[np.argmax(self.ways.metres[rows])]) if len(rows) else -1


def ground_of(plan: Plan, packs: tuple[RulePack, ...], beside: Beside = POINTS_ALONE) -> Ground:
    """Take from a plan what its measures are made of; ways are searched for here."""
    stations = beside.stations or ()
    frame = plan.bundle.demand.frame
    codes = plan.bundle.region.townships["code"].tolist()
    radii = [
        rule["radius_m"]
        for pack in packs
        for rule in pack.rules
        if rule.kind == "share-within-radius"
    ]
    households = frame["households"].to_numpy(np.int64)
    served = plan.site_of >= 0
    site_households = np.zeros(len(plan.sites), np.int64)
    np.add.at(site_households, plan.site_of[served], households[served])
    site_households = np.append(site_households, np.zeros(len(stations), np.int64))
    floor = plan.sites.get("floor_m2")
    known = np.full(len(plan.sites), np.nan) if floor is None else floor.to_numpy(float)
    places = gpd.GeoSeries(
        [*plan.sites.geometry, *(shapely.Point(one.lon, one.lat) for one in stations)], crs=WGS84
    )
    homes = [*plan.sites["township_code"], *(one.township for one in stations)]
    home = frame["township"].to_numpy(np.int64)
    city = urban_townships(plan.bundle)
    ways = ways_of(plan, max(radii, default=1000.0))
    ground = Ground(
        home=home,
        people=frame["people"].to_numpy(np.int64),
        households=households,
        urban=frame["urban"].to_numpy(bool),
        city=city,
        ways=ways,
        site_home=np.array([codes.index(one) for one in homes], np.int64),
        site_kind=(*plan.sites["kind"].astype(str), *(one.kind for one in stations)),
        site_tier=(*("point" for _ in range(len(plan.sites))), *(one.tier for one in stations)),
        floor_m2=np.array(
            [*known, *(math.nan if one.floor_m2 is None else one.floor_m2 for one in stations)],
            np.float64,
        ),
        site_xy=shapely.get_coordinates(places.to_crs(plan.bundle.region.crs)).reshape(-1, 2),
        site_households=site_households,
        served=served,
        beside=beside,
        codes=tuple(codes),
        counties=_counties(plan.bundle),
        listed={
            rule: frozenset(townships_of(rule, plan.bundle))
            for pack in packs
            for rule in pack.rules
            if rule.townships
        },
    )
    cells = [ground.worst(home == t) for t in ground.townships]
    cells += [ground.worst((home == t) & ground.urban) for t in ground.townships]
    ways = named(plan, ways, np.array([cell for cell in cells if cell >= 0], np.int64))
    object.__setattr__(ground, "ways", ways)
    return ground


def _counties(bundle: Bundle) -> tuple[str, ...]:
    frame = bundle.region.townships
    told = zip(frame["county"].astype(str), frame["county_code"].astype(str), strict=True)
    return tuple(f"{name} {code}".strip() or bundle.region.name for name, code in told)


def measures(rule: Rule, ground: Ground) -> Iterator[Measure]:
    """Hold a rule against every township it is for, and the region where it is for all of it.

    Of a tier that nobody has planned there is one thing to say, not one of every township.
    """
    if ground.unplanned(rule):
        unit, required = _asked_of_tier(rule, ground)
        one = Measure(
            township=WHOLE, required=required, achieved=None, unit=unit, note="no-stations"
        )
        return iter([one])
    return _FORMULAS[rule.kind](rule, ground)


def _per_township(rule: Rule, ground: Ground) -> Iterator[Measure]:
    for t in ground.for_rule(rule):
        sites = ground.sites_of(rule, t)
        village = rule.scope == "village"
        note = "no-villages" if village else ""
        yield Measure(
            township=t,
            required=rule["sites"],
            achieved=None if note else len(sites),
            unit="sites",
            basis=(("sites", len(sites)),),
            sites=tuple(sites),
            cell=ground.worst(ground.home == t) if rule.tier == "point" else -1,
            note=note,
        )


def _in_region(rule: Rule, ground: Ground) -> Iterator[Measure]:
    sites = [row for t in ground.townships for row in ground.sites_of(rule, t)]
    yield Measure(
        township=WHOLE,
        required=rule["sites"],
        achieved=len(sites),
        unit="sites",
        basis=(("sites", len(sites)),),
        sites=tuple(sites),
    )


def _per_county(rule: Rule, ground: Ground) -> Iterator[Measure]:
    sites = [row for t in ground.townships for row in ground.sites_of(rule, t)]
    there = dict.fromkeys(ground.counties, 0)
    for row in sites:
        there[ground.counties[ground.site_home[row]]] += 1
    due = int(rule["sites"])
    lacking = tuple(name for name, number in there.items() if number < due)
    yield Measure(
        township=WHOLE,
        required=due * len(there),
        # What one county has too many of is of no use to another.
        achieved=sum(min(number, due) for number in there.values()),
        unit="sites",
        basis=(
            ("sites", len(sites)),
            ("counties", len(there)),
            ("counties_short", len(lacking)),
        ),
        sites=tuple(sites),
        lacking=lacking,
    )


def _per_estate(rule: Rule, _: Ground) -> Iterator[Measure]:
    required = rule["sites"]
    yield Measure(township=WHOLE, required=required, achieved=None, unit="sites", note="no-estates")


def _per_amount(rule: Rule, ground: Ground) -> Iterator[Measure]:
    """One site for so many households of a township, or people, or either of the two."""
    amounts = {"households": ground.households, "people": ground.people}
    for t in ground.for_rule(rule):
        sites = ground.sites_of(rule, t)
        whole = {name: int(amounts[name][ground.home == t].sum()) for name, _ in rule.parameters}
        basis = [(name, float(number)) for name, number in whole.items()]
        basis.append(("sites", float(len(sites))))
        if sites:
            basis += [(f"{name}_per_site", round(n / len(sites), 1)) for name, n in whole.items()]
        yield Measure(
            township=t,
            required=min(math.ceil(whole[name] / per) for name, per in rule.parameters),
            achieved=len(sites),
            unit="sites",
            basis=tuple(basis),
            sites=tuple(sites),
            cell=ground.worst(ground.home == t) if rule.tier == "point" else -1,
        )


def _share(rule: Rule, ground: Ground) -> Iterator[Measure]:
    whole = rule.scope == "urban"
    radius_m = math.floor(rule["radius_m"] * 100 + 1e-6) / 100
    meant = ground.urban if whole else np.ones(len(ground.home), bool)
    near = ground.ways.metres <= radius_m + 0.005
    for t in ([WHOLE] if whole else []) + (
        list(ground.townships) if whole else ground.for_rule(rule)
    ):
        cells = meant & ((ground.home == t) | (t == WHOLE))
        people, reached = int(ground.people[cells].sum()), int(ground.people[cells & near].sum())
        if not people:
            continue
        sites = np.unique(ground.ways.site[cells & near & (ground.ways.site >= 0)])
        yield Measure(
            township=t,
            required=rule["share"],
            achieved=reached / people,
            unit="share",
            binding=not whole or t == WHOLE,
            basis=(("people", people), ("people_within", reached), ("radius_m", rule["radius_m"])),
            sites=tuple(sites.tolist()),
            cell=ground.worst(cells),
        )


def _floor(rule: Rule, ground: Ground) -> Iterator[Measure]:
    for t in ground.for_rule(rule):
        sites = ground.sites_of(rule, t)
        if not sites:
            yield _nothing(t, rule["area_m2"], "m2")
            continue
        known = ground.floor_m2[sites]
        told = known[~np.isnan(known)]
        missing = len(sites) - len(told)
        short = told.size and told.min() < rule["area_m2"]
        yield Measure(
            township=t,
            required=rule["area_m2"],
            achieved=None if missing and not short else float(told.min()),
            unit="m2",
            basis=(
                ("sites", len(sites)),
                ("sites_unknown", missing),
                ("sites_short", int((told < rule["area_m2"]).sum())),
            ),
            sites=tuple(sites),
            note="floor-unknown" if missing else "",
        )


def _area(rule: Rule, ground: Ground) -> Iterator[Measure]:
    for t in ground.for_rule(rule):
        sites = ground.sites_of(rule, t)
        if not sites:
            yield _nothing(t, 0.0, "m2")
            continue
        homes = ground.site_households[sites]
        due = np.maximum(rule["least_m2"], rule["area_m2"] * homes / rule["households"])
        known = ground.floor_m2[sites]
        unknown = int(np.isnan(known).sum())
        yield Measure(
            township=t,
            required=round(float(due.sum()), 3),
            # What one has too much of is of no use to another.
            achieved=None if unknown else round(float(np.minimum(known, due).sum()), 3),
            unit="m2",
            basis=(
                ("sites", len(sites)),
                ("sites_unknown", unknown),
                ("households_served", int(homes.sum())),
            ),
            sites=tuple(sites),
            note="floor-unknown" if unknown else "",
        )


def _visits(rule: Rule, ground: Ground) -> Iterator[Measure]:
    for t in ground.for_rule(rule):
        left = (ground.home == t) & ~ground.served
        people = int(ground.people[left].sum())
        required = round(rule["visits"] * 7 / rule["days"], 6) if people else 0.0
        basis = [
            ("people_unserved", people),
            ("households_unserved", int(ground.households[left].sum())),
        ]
        achieved: float | None = None
        planned = people and ground.beside.visits is not None
        rare: tuple[str, ...] = ()
        if planned:
            rows = [one for one in ground.beside.visits or () if one.township == ground.codes[t]]
            fixed = [one for one in rows if one.way in ("point", "terminal")]
            # A rule for the city speaks of estates; a village at its edge is none.
            meant = (one for one in rows if one.estate or rule.scope != "urban")
            mobile = [one for one in meant if one.way == "mobile"]
            called = [one.visits_in_4_weeks for one in mobile]
            rare = tuple(
                f"{one.village} ({one.visits_in_4_weeks})"
                for one in mobile
                if round(one.visits_in_4_weeks / WEEKS, 6) < required
            )
            # Whom no village of the timetable holds, nobody calls on.
            missing = people - sum(one.people for one in rows if one.way)
            basis += [
                ("villages_fixed", len(fixed)),
                ("villages_mobile", len(called)),
                ("people_without", missing),
            ]
            achieved = 0.0 if missing > 0 else min((n / WEEKS for n in called), default=required)
        yield Measure(
            township=t,
            required=required,
            achieved=achieved if people else 0.0,
            unit="visits-week",
            basis=tuple(basis),
            cell=ground.worst(left),
            note="no-timetable" if people and not planned else "",
            lacking=rare,
        )


def _distance(rule: Rule, ground: Ground) -> Iterator[Measure]:
    for t in ground.for_rule(rule):
        sites = ground.sites_of(rule, t)
        others = np.array([tier == rule.tier for tier in ground.site_tier], bool)
        if not sites or others.sum() < 2:
            yield _nothing(t, rule["least_m"], "m")
            continue
        gaps = []
        for row in sites:
            gap = np.hypot(*(ground.site_xy - ground.site_xy[row]).T)
            gap[row] = np.inf
            gap[~others] = np.inf
            gaps.append(float(gap.min()))
        at = int(np.argmin(gaps))
        yield Measure(
            township=t,
            required=rule["least_m"],
            achieved=round(gaps[at], 2),
            unit="m",
            basis=(("sites", len(sites)),),
            sites=(sites[at],),
        )


def _nothing(t: int, required: float, unit: str) -> Measure:
    """Say that a township has none of what a rule speaks of."""
    return Measure(township=t, required=required, achieved=None, unit=unit, note="none-there")


def _asked_of_tier(rule: Rule, ground: Ground) -> tuple[str, float]:
    """Unit and number of what a rule asks of a tier: of the region, or of each of its sites."""
    match rule.kind:
        case "floor-area-min":
            return "m2", rule["area_m2"]
        case "area-per-households":
            return "m2", rule["least_m2"]
        case "site-distance":
            return "m", rule["least_m"]
    # As if there were none of them: what is asked does not hang upon how many there are.
    return "sites", sum(one.required for one in _FORMULAS[rule.kind](rule, ground))


_FORMULAS: dict[Kind, Callable[[Rule, Ground], Iterator[Measure]]] = {
    "count-per-township": _per_township,
    "count-per-households": _per_amount,
    "count-per-people": _per_amount,
    "count-per-either": _per_amount,
    "count-per-county": _per_county,
    "count-per-estate": _per_estate,
    "share-within-radius": _share,
    "floor-area-min": _floor,
    "area-per-households": _area,
    "visits-per-week": _visits,
    "site-distance": _distance,
    "count-in-region": _in_region,
}
