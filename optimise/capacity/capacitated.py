"""Questions with capacities: which sites, and who is served by which."""

from __future__ import annotations

import math
import time
from contextlib import suppress

import numpy as np
from numpy.typing import NDArray

from optimise.capacity.ground import Capacitated, Ground
from optimise.capacity.lay import lay_ground
from optimise.capacity.ledger import Ledger
from optimise.capacity.plan import Plan, evaluate
from optimise.capacity.pursue import pursue
from optimise.capacity.refusal import check_capacities, check_counts, reasons
from optimise.compiled import kernel
from optimise.errors import Infeasible, ProblemError, Undecided
from optimise.incidence import widest
from optimise.models import CapacitatedCover
from optimise.problem import Problem
from optimise.run import Run
from optimise.solution import Flows, Solution, Status, relative_gap

__all__ = ["solve_capacitated"]

#: Relative difference that is rounding, not a gap.
_EQUAL = 2e-9
#: Costs above this are refused: some hundred orders below where float64 ends.
_LARGEST = 1e100


def solve_capacitated(problem: Problem, model: Capacitated, run: Run) -> Solution:
    """Answer a question with capacities, under every side constraint.

    Returns
    -------
    Solution
        With ``flows``. ``objective`` is "sites" or "cost" for a cover; "distance" for a median, and
        "cost" where the costs of the open sites are added.

    Raises
    ------
    Infeasible
        If units that must be served have no site within reach (``TargetShort``), sites cannot take
        what is to be served (``CapacityShort``), kept sites and quotas exceed the most that may be
        open (``BudgetShort``), the question needs more sites or money than there may be
        (``SitesShort``, ``CostShort``), or rules contradict one another (``RulesClash``).
    Undecided
        If a limit came before any plan.
    ProblemError
        For a radius beyond the travel cutoff, or impedances too large to sum.
    """
    _check(problem, model)
    watch, begun_s = run.watch, time.perf_counter()
    watch.look("reduce", 0.0)
    facts = check_counts(problem, getattr(model, "p", None))
    if facts:
        raise Infeasible(facts)
    ground = lay_ground(problem, model)
    facts = check_capacities(ground)
    if facts:
        raise Infeasible(facts)
    laid_s = time.perf_counter()
    ledger = pursue(ground, run)
    if ledger.plan is None:
        if math.isinf(ledger.bound):
            raise Infeasible(reasons(problem, ground, run))
        raise Undecided(
            f"no plan that serves enough was found ({ledger.stopped}); none is below "
            f"{ledger.bound:g}",
            remedy="Allow more time, more sites or more capacity.",
            bound=ledger.bound,
        )
    watch.look("prove", 1.0)
    sought_s = time.perf_counter()
    flows = _flows(problem, model, ground, ledger.plan)
    seconds = {
        "reduce": laid_s - begun_s,
        "search and prove": sought_s - laid_s,
        "share out": time.perf_counter() - sought_s,
    }
    return _certify(problem, model, ledger, flows, run, seconds)


def _check(problem: Problem, model: Capacitated) -> None:
    radius = model.radius
    if radius is not None and widest(radius) > problem.travel.cutoff:
        raise ProblemError(
            f"{type(model).__name__}.radius",
            f"{widest(radius):g} is beyond the travel cutoff of {problem.travel.cutoff:g}",
            remedy="Compute travel up to the radius first.",
        )
    far = problem.travel.impedance.astype(np.float64)
    farthest = float(far[far <= (math.inf if radius is None else widest(radius))].max(initial=0.0))
    if not float(problem.weights.sum()) * farthest < _LARGEST:
        raise ProblemError(
            "Problem.travel.impedance",
            f"weight times an impedance of {farthest:g} is beyond what can be summed",
            remedy="Use a larger unit.",
        )


def _flows(problem: Problem, model: Capacitated, ground: Ground, plan: Plan) -> Flows:
    """Flows of the units; for a cover everybody there is room for, as near as can be."""
    if isinstance(model, CapacitatedCover):
        sites = ground.sites[plan.is_open]
        every = np.ones(len(sites), dtype=np.bool_)
        # A unit lighter than the rounding of flows may be left out: the plan stays as it is.
        with suppress(Infeasible):
            near = lay_ground(problem, model, only=sites)
            nearer = evaluate(near, every, idle=2.0 * widest(model.radius))
            if nearer.short == 0:
                ground, plan = near, nearer
    flow = np.zeros(len(ground.cost))
    flow[plan.pairs] = plan.flow
    indptr, sites, weight = _unmerged(
        ground.start,
        ground.sites[ground.column],
        flow,
        ground.first,
        ground.member,
        problem.weights.astype(np.float64),
        ground.dust,
    )
    return Flows(indptr=indptr, sites=sites, weight=weight)


@kernel
def _unmerged(
    start: NDArray[np.int64],
    site: NDArray[np.int32],
    flow: NDArray[np.float64],
    first: NDArray[np.int64],
    member: NDArray[np.int32],
    weights: NDArray[np.float64],
    grain: float,
) -> tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.float64]]:
    """Share a row's flows out among its units, in order; CSR by unit."""
    n = len(weights)
    most = len(member) + len(flow)
    unit_of, site_of = np.empty(most, dtype=np.int32), np.empty(most, dtype=np.int32)
    amount_of = np.empty(most)
    count = 0
    for row in range(len(start) - 1):
        at = first[row]
        left = weights[member[at]]
        for entry in range(start[row], start[row + 1]):
            amount = flow[entry]
            while amount > grain and at < first[row + 1]:
                part = left if left <= amount + grain else amount
                unit_of[count], site_of[count], amount_of[count] = member[at], site[entry], part
                count += 1
                amount -= part
                left -= part
                if left <= grain:
                    at += 1
                    if at < first[row + 1]:
                        left = weights[member[at]]
    indptr = np.zeros(n + 1, dtype=np.int64)
    for entry in range(count):
        indptr[unit_of[entry] + 1] += 1
    for unit in range(n):
        indptr[unit + 1] += indptr[unit]
    place = indptr[:-1].copy()
    sites, weight = np.empty(count, dtype=np.int32), np.empty(count)
    for entry in range(count):
        at = place[unit_of[entry]]
        sites[at], weight[at] = site_of[entry], amount_of[entry]
        place[unit_of[entry]] += 1
    return indptr, sites, weight


@kernel
def _main_site(
    indptr: NDArray[np.int64],
    sites: NDArray[np.int32],
    weight: NDArray[np.float64],
) -> NDArray[np.int32]:
    """Site that serves most of each unit, the lowest of equals; -1 for none."""
    main = np.full(len(indptr) - 1, -1, dtype=np.int32)
    for unit in range(len(main)):
        most = 0.0
        for entry in range(indptr[unit], indptr[unit + 1]):
            if weight[entry] > most:
                most, main[unit] = weight[entry], sites[entry]
    return main


def _impedances(
    problem: Problem, unit: NDArray[np.integer], site: NDArray[np.integer]
) -> NDArray[np.float64]:
    """Impedance of pairs that there are."""
    travel, m = problem.travel, problem.n_sites
    key = np.repeat(np.arange(problem.n_units), np.diff(travel.indptr)) * m + travel.indices
    at = np.searchsorted(key, unit.astype(np.int64) * m + site)
    return travel.impedance[at].astype(np.float64)


def _certify(
    problem: Problem,
    model: Capacitated,
    ledger: Ledger,
    flows: Flows,
    run: Run,
    seconds: dict[str, float],
) -> Solution:
    """Recompute everything from the problem and the flows."""
    ground, plan = ledger.ground, ledger.plan
    assert plan is not None
    open_sites = ground.sites[plan.is_open]
    costs = float(problem.site_costs[open_sites].sum())
    unit = np.repeat(np.arange(problem.n_units), np.diff(flows.indptr))
    far = _impedances(problem, unit, flows.sites)
    objective: str
    if isinstance(model, CapacitatedCover):
        objective = model.objective
        value = float(len(open_sites)) if objective == "sites" else costs
    elif model.fixed_costs == "add":
        objective, value = "cost", float(flows.weight @ far) + costs
    else:
        objective, value = "distance", float(flows.weight @ far)
    assignment = _main_site(flows.indptr, flows.sites, flows.weight)
    distance = np.full(problem.n_units, np.nan)
    served = np.flatnonzero(assignment >= 0)
    distance[served] = _impedances(problem, served, assignment[served])
    bound = min(value, ledger.bound)
    reached = relative_gap(value, bound)
    proven = reached <= max(run.gap, _EQUAL)
    return Solution(
        open_sites=open_sites,
        assignment=assignment,
        distance=distance,
        status=Status.PROVEN if proven else Status.FEASIBLE,
        stopped="gap" if proven else ledger.stopped or "work limit",
        objective=objective,
        value=value,
        bound=bound,
        gap=reached,
        proved_by=ledger.proved_by,
        tie_break=None,
        seconds=seconds,
        log=(
            f"{problem.n_units} units x {problem.n_sites} sites: {len(ground.weight)} rows x "
            f"{len(ground.sites)} sites, {len(ground.cost)} pairs",
            *ledger.log,
        ),
        flows=flows,
    )
