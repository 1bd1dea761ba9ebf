from __future__ import annotations

import itertools
from collections.abc import Iterator
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from optimise import (
    CapacitatedCover,
    CapacitatedMedian,
    CoverAll,
    CoverFairly,
    CoverMost,
    CoverShare,
    CoverTwice,
    FairMedian,
    Model,
    PCenter,
    PMedian,
    Problem,
    ProblemError,
    Travel,
    verify,
)
from optimise.why.changes import (
    AddCandidate,
    Allow,
    Change,
    CloseExisting,
    DropRule,
    LowerQuota,
    MobileStop,
    MoreBudget,
    MoreRadius,
    MoreSites,
    applied,
)
from optimise.why.made import why_not_made
from optimise.why.why import why_not
from tests.optimise import brute

#: Prices that tell the kinds apart, so that no two repairs of the mix are equal by accident.
KINDS = (
    "radius candidate stop budget sites quota target allow rule close".split()  # noqa: SIM905
)


def feasible(problem: Problem, model: Model) -> bool:
    if isinstance(model, FairMedian):
        model = PMedian(p=model.p, radius=model.radius)
    return brute.best(problem, model) is not None


def impedances(problem: Problem) -> list[float]:
    return sorted({float(one) for one in problem.travel.impedance})


def subsets(items: list[Change]) -> Iterator[tuple[Change, ...]]:
    for size in range(len(items) + 1):
        yield from itertools.combinations(items, size)


def radius_of(model: Model) -> list[tuple[str | None, float]]:
    radius = getattr(model, "radius", None)
    if radius is None:
        return []
    if isinstance(radius, tuple):
        return list(radius)
    groups: list[str | None] = [None]
    for field in ("targets", "backup"):
        groups += [
            group
            for group, share in getattr(model, field, ())
            if group not in groups and group != "all" and not hasattr(model, "p")
        ]
    return [(group, radius) for group in groups]


def options(problem: Problem, model: Model, kind: str) -> Iterator[tuple[float, tuple]]:
    """Every repair of a kind there could be on a small problem, with its price."""
    match kind:
        case "sites":
            for count in range(problem.n_sites + 1):
                yield count, (MoreSites(count=count),)
        case "quota":
            for to in itertools.product(*(range(quota + 1) for quota in problem.quotas.tolist())):
                less = problem.quotas - np.array(to, dtype=int)
                yield (
                    float(less.sum()),
                    tuple(LowerQuota(zone=zone, to=to[zone]) for zone in np.flatnonzero(less)),
                )
        case "allow":
            every = [Allow(site=int(site)) for site in np.flatnonzero(problem.forbidden)]
            for some in subsets(every):
                yield float(len(some)), some
        case "close":
            stays = np.flatnonzero(problem.existing & ~problem.closable)
            for some in subsets([CloseExisting(site=int(site)) for site in stays]):
                yield float(len(some)), some
        case "rule":
            every = [DropRule(kind="apart", number=at) for at in range(len(problem.apart))]
            every += [DropRule(kind="together", number=at) for at in range(len(problem.together))]
            every += [DropRule(kind="choice", number=at) for at in range(len(problem.choices))]
            every += [
                DropRule(kind="forced", number=int(at)) for at in np.flatnonzero(problem.forced)
            ]
            for some in subsets(every):
                yield float(len(some)), some
        case "stop":
            for units in subsets(np.flatnonzero(problem.weights > 0).tolist()):
                if units:
                    yield 1 + 0.5 * len(units), (MobileStop(units=units, cost=cost_of(problem)),)
        case "candidate":
            zones = nearest_zone(problem)
            every = [
                AddCandidate(zone=zones[unit], unit=unit, cost=cost_of(problem))
                for unit in np.flatnonzero(problem.weights > 0).tolist()
            ]
            every += [
                AddCandidate(zone=zone, unit=None, cost=cost_of(problem))
                for zone, quota in enumerate(problem.quotas)
                for _ in range(quota)
            ]
            for some in subsets(every):
                if len(some) <= 2:
                    yield float(len(some)), some
        case "radius":
            groups = radius_of(model)
            steps = [
                [None, *(step for step in impedances(problem) if step > base)] for _, base in groups
            ]
            for chosen in itertools.product(*steps):
                price, changes = 0.0, []
                for (group, base), step in zip(groups, chosen, strict=True):
                    if step is not None:
                        price += 10 * (2.0 if group is None else 1.0) * (step / base - 1)
                        changes.append(MoreRadius(group=group, radius=step))
                yield price, tuple(changes)


def cost_of(problem: Problem) -> float:
    return float(sorted(problem.site_costs.tolist())[problem.n_sites // 2])


def nearest_zone(problem: Problem) -> list[int]:
    table = brute.dense(problem)
    return [int(problem.zones[row.argmin()]) if np.isfinite(row).any() else -1 for row in table]


def cheapest(problem: Problem, model: Model, kind: str) -> float:
    """Least price of a repair of a kind by trying all of them; infinite if there is none."""
    if kind == "budget":
        return least_budget(problem, model)
    if kind == "target":
        return least_targets(problem, model)
    if kind == "sites" and problem.max_sites is None and limit_of(model) is None:
        return np.inf
    least = np.inf
    for price, changes in options(problem, model, kind):
        if changes and price < least and feasible(*applied(changes, problem, model)):
            least = price
    return least


def limit_of(model: Model) -> int | None:
    return getattr(model, "p", getattr(model, "max_sites", None))


def least_budget(problem: Problem, model: Model) -> float:
    if problem.budget is None:
        return np.inf
    costs = sorted(
        {
            float(problem.site_costs[list(some)].sum())
            for size in range(problem.n_sites + 1)
            for some in itertools.combinations(range(problem.n_sites), size)
        }
    )
    mean = float(problem.site_costs.mean()) or 1.0
    for cost in costs:
        if cost > problem.budget:
            more = MoreBudget(amount=cost - problem.budget)
            if feasible(*applied((more,), problem, model)):
                return (cost - problem.budget) / mean
    return np.inf


def least_targets(problem: Problem, model: Model) -> float:
    """Least points that targets must go down by, over all plans that keep everything else."""
    needs = [(1, group, share) for group, share in getattr(model, "targets", ())]
    needs += [(2, group, share) for group, share in getattr(model, "backup", ())]
    if isinstance(model, CoverAll):
        needs = [(1, "all", 1.0)]
    if not needs or isinstance(model, CapacitatedCover):
        return np.nan if isinstance(model, CapacitatedCover) else np.inf
    reach = np.isfinite(brute.reachable(problem, model.radius))
    least = np.inf
    for plan in brute.plans(problem):
        count = reach[:, list(plan)].sum(axis=1)
        points = sum(
            max(Fraction(0), Fraction(repr(share)) - brute.share_of(problem, count >= times, group))
            for times, group, share in needs
        )
        least = min(least, 100 * float(points))
    return least


MODELS = (
    CoverAll,
    CoverShare,
    CoverTwice,
    CoverMost,
    CoverFairly,
    CapacitatedCover,
    PMedian,
    PCenter,
    CapacitatedMedian,
    FairMedian,
)


@st.composite
def questions(draw: st.DrawFn) -> tuple[Problem, Model]:
    kind = draw(st.sampled_from(MODELS))
    capacities = kind in (CapacitatedCover, CapacitatedMedian)
    problem = draw(brute.problems(max_units=4, max_sites=4, sides=True, capacities=capacities))
    return problem, draw(brute.models(problem, kind))


@given(questions(), st.sampled_from(KINDS))
@settings(max_examples=40, deadline=None)
def test_the_cheapest_repair_of_a_kind_equals_trying_all(question, kind) -> None:
    problem, model = question
    assume(not feasible(problem, model))
    found = why_not(problem, model, kinds=[kind])
    least = cheapest(problem, model, kind)
    if not found.alone:
        assert not np.isfinite(least) or isinstance(model, CapacitatedCover)
        return
    remedy = found.alone[0]
    assert feasible(*remedy.apply(problem, model))
    if not np.isnan(least) and not (kind == "candidate" and len(remedy.changes) > 2):
        assert remedy.price == pytest.approx(least, abs=1e-5)
    assert remedy.bound == pytest.approx(remedy.price, abs=1e-5) or remedy.bound <= remedy.price
    changed, asked = remedy.apply(problem, model)
    if isinstance(asked, FairMedian):
        asked = PMedian(p=asked.p, radius=asked.radius)
    assert not verify(changed, asked, remedy.solution)


@given(questions())
@settings(max_examples=20, deadline=None)
def test_the_smallest_radius_equals_trying_all(question) -> None:
    problem, model = question
    assume(not feasible(problem, model))
    found = why_not(problem, model, kinds=[]).radius
    radii = radius_of(model)
    enough = [
        step
        for step in impedances(problem)
        if radii
        and step > min(base for _, base in radii)
        and feasible(*applied((MoreRadius(group=None, radius=step),), problem, model))
    ]
    if not enough or not radii:
        assert found.radius is None
        return
    assert found.verdict == "found"
    assert found.radius == enough[0]


@given(questions())
@settings(max_examples=15, deadline=None)
def test_the_mix_is_no_dearer_than_any_single_kind_and_works(question) -> None:
    problem, model = question
    assume(not feasible(problem, model))
    found = why_not(problem, model)
    if found.mix is None:
        assert not found.alone
        return
    assert feasible(*found.mix.apply(problem, model))
    for remedy in found.alone:
        assert found.mix.price <= remedy.price + 1e-6
        assert feasible(*remedy.apply(problem, model))


def test_a_village_out_of_reach_gets_what_it_needs() -> None:
    table = np.array([[0.0, 5, 9], [3, 1, 9], [9, 9, 2], [9, 8, 7]])
    problem = Problem(
        weights=[5, 3, 2, 4],
        travel=Travel.from_dense(table),
        n_sites=3,
        zones=[0, 0, 1],
        quotas=[1, 1],
        groups={"Y": [2, 3], "X": [0, 1]},
    )
    found = why_not(problem, CoverShare(radius=2.0, targets=(("all", 0.9), ("Y", 1.0))))
    assert (found.radius.radius, found.radius.below) == (7.0, 5.0)
    assert found.left_out.tolist() == [3]
    by_kind = {remedy.kind: remedy.changes for remedy in found.alone}
    assert by_kind["candidate"] == (AddCandidate(zone=1, unit=3, cost=1.0),)
    assert by_kind["stop"] == (MobileStop(units=(3,), cost=1.0),)
    assert by_kind["radius"] == (MoreRadius(group="Y", radius=7.0),)
    assert found.mix.kind == "candidate"


def test_neighbours_share_a_new_candidate() -> None:
    problem = Problem(weights=[1, 1, 1], travel=Travel.from_dense(np.full((3, 1), 9.0)), n_sites=1)
    line = Travel.from_dense(np.array([[0.0, 1, 2], [1, 0, 1], [2, 1, 0]]))
    found = why_not(problem, CoverAll(radius=1.0), kinds=["candidate"], neighbours=line)
    assert found.alone[0].changes == (
        AddCandidate(zone=-1, unit=1, near=((0, 1.0), (2, 1.0)), cost=1.0),
    )


def test_a_question_with_an_answer_has_no_why_not() -> None:
    problem = Problem(weights=[1], travel=Travel.from_dense([[1.0]]), n_sites=1)
    with pytest.raises(ProblemError, match="has an answer"):
        why_not(problem, CoverAll(radius=1.0))
    with pytest.raises(ProblemError, match="There are"):
        why_not(problem, CoverAll(radius=0.5), kinds=["magic"])


def test_quotas_beyond_the_candidates_are_mended_before_a_problem_is_made() -> None:
    given = {
        "weights": [1, 1],
        "travel": Travel.from_dense(np.ones((2, 3))),
        "n_sites": 3,
        "zones": np.array([0, 0, 1]),
        "quotas": np.array([3, 2]),
        "forbidden": np.array([False, False, True]),
    }
    with pytest.raises(ProblemError) as refusal:
        Problem(**given)
    repairs = {repair.kind: repair for repair in why_not_made(given)}
    assert {fact.zone for fact in refusal.value.facts} == {0, 1}
    assert Problem(**repairs["quota"].apply(given)).quotas.tolist() == [2, 0]
    more = Problem(**repairs["candidate"].apply(given))
    assert np.bincount(more.zones[~more.forbidden]).tolist() == [3, 2]
    assert "allow" not in repairs
    given["quotas"] = np.array([2, 1])
    repairs = {repair.kind: repair for repair in why_not_made(given)}
    assert not Problem(**repairs["allow"].apply(given)).forbidden.any()
    given["quotas"] = np.array([2, 0])
    with pytest.raises(ProblemError, match="can be made"):
        why_not_made(given)
