"""Programmes where search and relaxation leave a gap, or where they are small enough anyway."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from optimise.milp import Limits, minimise
from optimise.run import Run
from optimise.solution import relative_gap
from optimise.tiers.plan import Ways, costs_of
from optimise.tiers.question import Tiers
from optimise.tiers.refusal import TiersInfeasible, why_none
from optimise.tiers.rows import write
from optimise.tiers.start import fitted, seek_near

__all__ = ["Known", "proven"]

#: Rounds of HiGHS, each a batch of cuts or a node: so many times columns small questions are proven
#: in to 0 though the gap asked for is reached before; and at most, as often, between these limits.
_EASY_WORK, _WORK, _LEAST_ROUNDS, _MOST_ROUNDS = 200_000, 400_000, 40, 4_000
#: Ways point to station above which no programme is written but for a gap that is not reached, and
#: then with split ways; columns above which none is solved further than to that gap, and above
#: which rounds take so long that none is solved where a plan is known.
_MANY, _SMALL, _LARGE = 4_000, 4_000, 30_000


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Known:
    """A plan, None if there is none yet, and a bound, with what ended and what proved it."""

    ways: Ways | None
    bound: float
    stopped: str = "work limit"
    proved_by: str = "relaxation"

    def value(self, tiers: Tiers) -> float:
        """Cost of the plan, infinite without one."""
        return math.inf if self.ways is None else sum(costs_of(tiers, self.ways))

    def near(self, tiers: Tiers, gap: float) -> bool:
        """Whether the plan is proven to a gap."""
        return self.ways is not None and relative_gap(self.value(tiers), self.bound) <= gap

    def with_ways(self, tiers: Tiers, ways: Ways | None) -> Known:
        """Know a plan more: the cheaper one stays."""
        if ways is None or sum(costs_of(tiers, ways)) >= self.value(tiers):
            return self
        return replace(self, ways=ways)


def proven(tiers: Tiers, known: Known, run: Run, log: list[str]) -> Known:
    """Find a better plan and a better bound by programmes, within so many rounds.

    Of many points, which are small beside stations, only the programme with split ways is solved:
    few whole columns, and what single assignment costs is mostly less than a gap. No single plan
    costs less than its bound, and the search goes on near its sizes.

    Parameters
    ----------
    tiers
        Without sizes that no plan better than the known one has; that one must be one of it.

    Raises
    ------
    TiersInfeasible
        If there is no plan.
    """
    many = tiers.n_points * tiers.stations.n_sites > _MANY
    if many and known.near(tiers, run.gap):
        return known
    if many and not tiers.split:
        split = replace(tiers, split=True)
        found = _solved(split, known, run, log)
        near = None if found.ways is None else seek_near(tiers, found.ways, run)
        known = replace(found, ways=known.ways).with_ways(tiers, near)
        if known.ways is not None:
            return known
    return _solved(tiers, known, run, log)


def _solved(tiers: Tiers, known: Known, run: Run, log: list[str]) -> Known:
    """Solve the programme of a question that every plan known is one of."""
    written = write(tiers)
    columns = max(1, len(written.milp.cost))
    near = known.near(tiers, run.gap)
    if (near and columns > _SMALL) or (known.ways is not None and columns > _LARGE):
        return known
    easy = _EASY_WORK // max(50, columns)
    found = minimise(
        written.milp,
        Limits(
            tolerance=0.0 if known.ways is None else run.gap * known.value(tiers),
            easy_work=easy,
            work=easy if near else min(_MOST_ROUNDS, max(_LEAST_ROUNDS, _WORK // columns)),
        ),
        run.watch,
        start=None if known.ways is None else written.values(known.ways),
        seed=run.seed,
        heuristics=True,
    )
    log.append(f"programme of {columns} columns: {found.work} rounds")
    if known.ways is None and math.isinf(found.bound) and found.bound > 0:
        raise TiersInfeasible(why_none(tiers, run))
    ways = None if found.values is None else fitted(tiers, written.ways(found.values))
    told = replace(known, stopped=found.stopped or "gap").with_ways(tiers, ways)
    # Nor is there a better plan than this where its bound is above it.
    bound = min(found.bound, told.value(tiers))
    if math.isfinite(bound) and bound > known.bound:
        told = replace(told, bound=bound, proved_by="branch and cut")
    return told
