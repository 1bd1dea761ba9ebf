from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from optimise import (
    CoverAll,
    CoverFairly,
    CoverMost,
    CoverShare,
    CoverTwice,
    Model,
    PCenter,
    PMedian,
    Problem,
    ProblemError,
    Travel,
)
from optimise.insight.prices import ShadowPrice, shadow_prices
from tests.optimise import brute


class Table:
    """A linear programme for SciPy, written down cell by cell."""

    def __init__(self, problem: Problem, model: Model) -> None:
        self.cost: list[float] = []
        self.bounds: list[tuple[float, float | None]] = []
        self.rows: list[tuple[dict[int, float], float]] = []  # sum >= limit
        self.named: dict[tuple, tuple[int, float]] = {}
        self.offset = 0.0
        kept, forbidden = problem.kept, problem.forbidden
        price = np.zeros(problem.n_sites)
        if isinstance(model, CoverAll | CoverShare | CoverTwice):
            price = problem.site_costs if model.objective == "cost" else price + 1
        for site in range(problem.n_sites):
            self.column(float(price[site]), float(kept[site]), float(not forbidden[site]))
        if isinstance(model, PMedian):
            self.median(problem, model)
        else:
            self.cover(problem, model)
        self.sides(problem, model)

    def column(self, cost: float, lower: float = 0.0, upper: float | None = 1.0) -> int:
        self.cost.append(cost)
        self.bounds.append((lower, upper))
        return len(self.cost) - 1

    def cover(self, problem: Problem, model: Model) -> None:
        reach = np.isfinite(brute.reachable(problem, model.radius))
        needs = {
            CoverAll: lambda: [(1, "targets", "all", 1.0)],
            CoverShare: lambda: [(1, "targets", *target) for target in model.targets],
            CoverTwice: lambda: (
                [(1, "targets", *target) for target in model.targets]
                + [(2, "backup", *target) for target in model.backup]
            ),
            CoverMost: lambda: [(1, "", "all", 0.0)],
            CoverFairly: lambda: [(1, "", group, 0.0) for group in model.groups],
        }[type(model)]()
        fair = self.column(-1.0) if isinstance(model, CoverFairly) else None
        covered = {}
        for times in {need[0] for need in needs}:
            for unit in range(problem.n_units):
                weight = float(problem.weights[unit])
                one = self.column(-weight if isinstance(model, CoverMost) else 0.0)
                covered[times, unit] = one
                row = {int(site): 1.0 for site in np.flatnonzero(reach[unit])}
                self.rows.append(({**row, one: -float(times)}, 0.0))
        for times, field, group, share in needs:
            inside = brute.members_of(problem, group)
            row = {covered[times, unit]: float(problem.weights[unit]) for unit in inside}
            total = sum(row.values())
            if fair is not None:
                self.rows.append(({**row, fair: -total}, 0.0))
            elif field:
                need = float(np.ceil(share * total - 1e-9))
                self.named[field, group] = (len(self.rows), total / 100)
                self.rows.append((row, need))

    def median(self, problem: Problem, model: PMedian) -> None:
        table = brute.reachable(problem, model.radius)
        for unit in np.flatnonzero(problem.weights > 0):
            weight, row = float(problem.weights[unit]), {}
            for site in np.flatnonzero(np.isfinite(table[unit])):
                one = self.column(weight * float(table[unit, site]))
                row[one] = 1.0
                self.rows.append(({int(site): 1.0, one: -1.0}, 0.0))
            if model.unserved_cost is not None:
                row[self.column(weight * model.unserved_cost)] = 1.0
            self.rows.append((row, 1.0))

    def sides(self, problem: Problem, model: Model) -> None:
        every = range(problem.n_sites)
        for zone, quota in enumerate(problem.quotas):
            if quota:
                self.named["quota", zone] = (len(self.rows), 1.0)
                inside = {site: 1.0 for site in every if problem.zones[site] == zone}
                self.rows.append((inside, float(quota)))
        own = [getattr(model, "p", None), getattr(model, "max_sites", None), problem.max_sites]
        limits = [limit for limit in own if limit is not None]
        if limits:
            self.named["max_sites", 0] = (len(self.rows), -1.0)
            self.rows.append((dict.fromkeys(every, -1.0), -float(min(limits))))
        if problem.budget is not None:
            self.named["budget", 0] = (len(self.rows), -1.0)
            costs = {site: -float(problem.site_costs[site]) for site in every}
            self.rows.append((costs, -problem.budget))
        for one, other in problem.apart.tolist():
            self.rows.append(({one: -1.0, other: -1.0}, -1.0))
        for group in problem.together:
            for site in group[1:]:
                self.rows.append(({group[0]: 1.0, site: -1.0}, 0.0))
                self.rows.append(({group[0]: -1.0, site: 1.0}, 0.0))
        for choice in problem.choices:
            self.rows.append((dict.fromkeys(choice.sites, 1.0), float(choice.least)))
            self.rows.append((dict.fromkeys(choice.sites, -1.0), -float(choice.most)))

    def value(self, moved: int | None = None, by: float = 0.0) -> float:
        matrix = np.zeros((len(self.rows), len(self.cost)))
        limit = np.zeros(len(self.rows))
        for number, (row, least) in enumerate(self.rows):
            for column, value in row.items():
                matrix[number, column] = -value
            limit[number] = -(least + (by if number == moved else 0.0))
        found = linprog(self.cost, A_ub=matrix, b_ub=limit, bounds=self.bounds)
        return float(found.fun) if found.status == 0 else np.inf


KINDS = (CoverAll, CoverShare, CoverTwice, CoverMost, CoverFairly, PMedian)


@st.composite
def questions(draw: st.DrawFn, *, sides: bool = True) -> tuple[Problem, Model]:
    problem = draw(brute.problems(max_units=6, max_sites=5, sides=sides))
    return problem, draw(brute.models(problem, draw(st.sampled_from(KINDS))))


@given(questions())
@settings(max_examples=60, deadline=None)
def test_lp_prices_are_slopes_of_the_relaxation(question) -> None:
    problem, model = question
    assume(problem.weights.dtype.kind == "i")
    table = Table(problem, model)
    value = table.value()
    assume(np.isfinite(value))
    sign = -1.0 if isinstance(model, CoverMost | CoverFairly) else 1.0
    step = 1e-3
    for price in shadow_prices(problem, model).prices:
        if (price.kind, price.which) not in table.named:
            continue
        row, unit = table.named[price.kind, price.which]
        if price.kind in ("targets", "backup") and table.rows[row][1] == 0:
            assert price.lp == 0
            continue
        # A price between the slopes to both sides; there are many where they differ.
        up = (table.value(row, step) - value) / step
        down = (value - table.value(row, -step)) / step
        low, high = sorted((sign * unit * down, sign * unit * up))
        assert low - 1e-5 <= price.lp <= high + 1e-5


@given(questions())
@settings(max_examples=40, deadline=None)
def test_exact_changes_are_differences_of_optima(question) -> None:
    problem, model = question
    best = brute.best(problem, model)
    assume(best is not None)
    nowhere = -np.inf if isinstance(model, CoverMost | CoverFairly) else np.inf
    for price in shadow_prices(problem, model, exact=True).prices:
        for step, moved in ((1, price.more), (-1, price.less)):
            changed = by_hand(problem, model, price, step)
            if changed is None:
                continue
            after = brute.best(*changed)
            change = nowhere if after is None else after[0] - best[0]
            assert moved is not None
            assert moved.low == pytest.approx(change, abs=1e-6)
            assert moved.high == pytest.approx(change, abs=1e-6)


def by_hand(
    problem: Problem, model: Model, price: ShadowPrice, step: int
) -> tuple[Problem, Model] | None:
    """One step of a number of sites or a quota, where it makes a valid question."""
    from dataclasses import replace

    if price.kind == "quota":
        quotas = problem.quotas.copy()
        quotas[price.which] += step
        try:
            return replace(problem, quotas=quotas), model
        except ProblemError:
            return None
    if price.kind == "max_sites" and problem.max_sites is None:
        name = "p" if hasattr(model, "p") else "max_sites"
        most = getattr(model, name) + step
        return (problem, replace(model, **{name: most})) if most > (name == "p") - 1 else None
    return None


def test_a_site_more_is_worth_what_it_covers() -> None:
    table = np.array([[0.0, 9, 9], [9, 0, 9], [9, 9, 0]])
    problem = Problem(weights=[5, 3, 1], travel=Travel.from_dense(table), n_sites=3)
    prices = shadow_prices(problem, CoverMost(radius=1.0, max_sites=1), exact=True)
    one = prices.price("max_sites")
    assert prices.objective == "people"
    assert 3 - 1e-6 <= one.lp <= 5 + 1e-6
    assert (one.more.low, one.more.high) == (3.0, 3.0)
    assert (one.less.low, one.less.high) == (-5.0, -5.0)


def test_a_quota_of_a_useless_zone_costs_a_site() -> None:
    table = np.array([[0.0, 9, 9]])
    problem = Problem(
        weights=[5], travel=Travel.from_dense(table), n_sites=3, zones=[-1, 0, 0], quotas=[1]
    )
    model = CoverShare(radius=1.0, targets=(("all", 1.0),))
    prices = shadow_prices(problem, model, exact=True)
    quota = prices.price("quota", 0)
    assert quota.lp == pytest.approx(1.0, abs=1e-6)
    assert (quota.more.low, quota.less.high) == (1.0, -1.0)
    with pytest.raises(KeyError):
        prices.price("budget")


def test_a_share_of_all_cannot_be_raised_and_a_center_has_no_relaxation() -> None:
    table = np.array([[0.0, 9], [9, 0]])
    problem = Problem(weights=[50, 50], travel=Travel.from_dense(table), n_sites=2)
    price = shadow_prices(problem, CoverAll(radius=1.0), exact=True).price("targets", "all")
    assert price.more is None
    assert price.less.high == 0.0
    center = shadow_prices(problem, PCenter(p=1), exact=True).price("max_sites")
    assert np.isnan(center.lp)
    assert center.more.high == -9.0


def test_a_question_without_answer_has_no_prices() -> None:
    problem = Problem(weights=[1], travel=Travel.from_dense([[9.0]]), n_sites=1)
    with pytest.raises(ProblemError, match="why_not"):
        shadow_prices(problem, CoverAll(radius=1.0), exact=True)
