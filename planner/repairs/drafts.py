"""Changes that may help a township of a plan: drafts, to be tried before they are told.

A repair is the plan as it is and the change, nothing else: whoever opens one site must not find
four others moved. So each draft forces the plan's own sites open beside what it changes.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from geo.crs import WGS84
from geo.travel import TravelMatrix
from planner.edited import ruling
from planner.plan import Plan
from planner.posed import Posed
from planner.repairs.places import Place, best_candidates, best_places
from planner.repairs.refused import edits_said
from planner.repairs.repair import Kind, Step, applied, limit_steps
from planner.repairs.trial import Outcome
from planner.repairs.words import Said, limit_said, listed, site_said
from planner.scenario import MAX_MINUTES, MAX_RADIUS_M, Scenario
from planner.wording.language import LANGUAGES

__all__ = ["Draft", "Ground", "Ward", "drafts"]

MOST_SITES = 5
"""A repair of more sites than that is no repair but another plan."""
FARTHEST = 3.0
"""Nor is a radius so many times as long."""


@dataclass(frozen=True, slots=True)
class Draft:
    """One change, and its sentence: a key of the words and its fields in both languages."""

    kind: Kind
    steps: tuple[Step, ...]
    key: str
    words: dict[str, Said]


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Ground:
    """A plan as it stands: rows of its open sites, and how far each cell is from one."""

    plan: Plan
    posed: Posed
    travel: TravelMatrix | None
    opened: npt.NDArray[np.int64]
    now: Outcome
    away: npt.NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Ward:
    """One township of it, and what is needed to help it."""

    ground: Ground
    township: int

    @property
    def scenario(self) -> Scenario:
        """The plan's."""
        return self.ground.plan.scenario

    @property
    def passes(self) -> bool:
        """Whether it passes already."""
        return bool(self.ground.now.passes[self.township])

    @property
    def required(self) -> int:
        """Sites that are due."""
        return int(self.ground.posed.question.required[self.township])

    @property
    def lacking(self) -> int:
        """Sites that are missing."""
        return max(0, self.required - int(self.ground.now.township_sites[self.township]))

    @property
    def wanted(self) -> float:
        """Weight to be reached beyond what is: for the target, else any."""
        target, now, t = self.scenario.township_target, self.ground.now, self.township
        if target is None or self.passes:
            return 1.0
        return max(1.0, float(target * int(now.weighed[t]) - int(now.reached[t])))

    @property
    def weights(self) -> npt.NDArray[np.int64]:
        """int64[n], weight of the township's cells; 0 elsewhere."""
        home = self.ground.posed.bundle.demand.frame["township"].to_numpy()
        weights = np.asarray(self.ground.posed.question.problem.weights, np.int64)
        return np.where(home == self.township, weights, 0)

    @property
    def left(self) -> npt.NDArray[np.int64]:
        """int64[n], of that what is not covered."""
        return np.where(self.ground.now.covered, 0, self.weights)

    def pinned(self, more: int = 0) -> tuple[Step, ...]:
        """Keep the plan's sites, and let it have so many more beside them.

        Where the most people are covered by a number of sites, that number must not leave the
        optimiser room for others; where the fewest are asked for, those forced are enough.
        """
        scenario, sites = self.scenario, self.ground.plan.sites
        stays = sites["existing"].to_numpy(bool) & scenario.keep_existing
        known = set(scenario.edits.forced)
        ids = [str(one) for one in sites["id"][~stays] if str(one) not in known]
        steps: tuple[Step, ...] = tuple(("force", one) for one in sorted(ids))
        number = len(sites) + more
        if scenario.max_sites not in (None, number):
            steps = (*steps, ("set", "max_sites", number))
        return steps


def drafts(ward: Ward) -> Iterator[Draft]:
    """Changes that may help, the nearest first."""
    if ward.lacking:
        yield from _freed(ward, ward.lacking)
        yield from _added(ward, ward.lacking)
        return
    allowed = ~ward.ground.posed.question.problem.forbidden
    allowed[ward.ground.opened] = False
    rows, reached = best_candidates(
        ward.ground.posed.travel,
        ward.scenario,
        ward.left,
        allowed,
        enough=ward.wanted,
        most=MOST_SITES,
    )
    if rows:
        yield _opened(ward, rows)
    if reached < ward.wanted:
        yield from _freed(ward, MOST_SITES)
        yield from _added(ward, 0)
    if not ward.passes:
        yield from _wider(ward)


def _opened(ward: Ward, rows: list[int]) -> Draft:
    """Open candidates that the optimiser left."""
    frame = ward.ground.posed.bundle.candidates.frame.iloc[rows]
    steps: tuple[Step, ...] = tuple(("force", str(at)) for at in frame["id"])
    return Draft("open", (*steps, *ward.pinned(len(rows))), "open", {"sites": _named(frame)})


def _named(frame: pd.DataFrame) -> Said:
    names = zip(frame["name"], frame["id"], strict=True)
    return listed([site_said(name, at) for name, at in names])


def _freed(ward: Ward, most: int) -> Iterator[Draft]:
    """Take back edits that keep the township's own candidates of allowed kinds shut."""
    frame, scenario = ward.ground.posed.bundle.candidates.frame, ward.scenario
    told = ruling(ward.ground.posed.bundle, scenario.edits, scenario.kinds)
    mine = told.by_hand & ~told.other & (frame["township"].to_numpy() == ward.township)
    enough = np.inf if ward.lacking else ward.wanted
    rows, _ = best_candidates(
        ward.ground.posed.travel, scenario, ward.left, mine, enough=enough, most=most
    )
    if ward.lacking:
        # Those that reach nobody count as well.
        others = [row for row in np.flatnonzero(mine).tolist() if row not in rows]
        rows = [*rows, *others][:most]
    if not rows:
        return
    closed = sorted(str(frame["id"].iloc[row]) for row in rows if told.closed[row])
    areas = sorted({int(told.area[row]) for row in rows if told.area[row] >= 0})
    frees: tuple[Step, ...] = (
        *(("free", one) for one in closed),
        *(("give-back", row) for row in areas),
    )
    opened = frame.iloc[rows]
    forced: tuple[Step, ...] = tuple(("force", str(one)) for one in opened["id"])
    steps = (*frees, *forced, *ward.pinned(len(rows)))
    words = {"edits": edits_said(closed, areas), "sites": _named(opened)}
    yield Draft("free", steps, "free-open", words)


def _added(ward: Ward, lacking: int) -> Iterator[Draft]:
    """Put points where there are none, in the township itself."""
    left, bundle, scenario = ward.left, ward.ground.posed.bundle, ward.scenario
    enough, most = (np.inf, lacking) if lacking else (ward.wanted, MOST_SITES)
    places, _ = best_places(bundle, scenario, left, ward.township, enough=enough, most=most)
    if not places and lacking:  # nobody lives there: the rule asks all the same
        shape = bundle.region.territories.iloc[[ward.township]].representative_point()
        point = shape.to_crs(WGS84).iloc[0]
        places = [Place(round(point.x, 6), round(point.y, 6))]
    if places:
        steps: tuple[Step, ...] = tuple(("add", one.lon, one.lat) for one in places)
        said = listed([f"{one.lon:.5f}, {one.lat:.5f}" for one in places])
        number = dict.fromkeys(LANGUAGES, str(len(places)))
        steps = (*steps, *ward.pinned(len(places)))
        yield Draft("add", steps, "add", {"places": said, "n": number})


def _wider(ward: Ward) -> Iterator[Draft]:
    """Raise the limit until the sites that are open are enough."""
    scenario, away = ward.scenario, ward.ground.away
    mine = np.flatnonzero(ward.weights > 0)
    order = mine[np.argsort(away[mine], kind="stable")]
    due = int(ward.ground.now.reached[ward.township]) + ward.wanted
    enough = np.flatnonzero(np.cumsum(ward.weights[order]) >= due - 1e-9)
    needed = float(away[order[enough[0]]]) if len(enough) else math.inf
    step, longest = (10.0, MAX_RADIUS_M) if scenario.unit == "m" else (30.0, MAX_MINUTES * 60.0)
    if needed > min(longest, FARTHEST * scenario.limit):
        return
    limit = min(math.ceil(needed / step) * step, longest)
    steps = limit_steps(scenario, limit)
    words = {"old": limit_said(scenario), "new": limit_said(applied(steps, scenario))}
    yield Draft("radius", (*steps, *ward.pinned()), "radius", words)
