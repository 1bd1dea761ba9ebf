"""Choices against every choice there is, break-evens against a fine comb."""

from __future__ import annotations

import dataclasses
import itertools
import math

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from optimise import (
    ServiceChoice,
    ServiceShort,
    Status,
    Tariff,
    break_even,
    choose_service,
    verify_service,
)
from optimise.errors import ProblemError


def _best(question: ServiceChoice) -> float:
    n, m = question.cost.shape
    best = math.inf
    for ways in itertools.product(range(-1, m), repeat=n):
        cost = sum(question.cost[v, w] for v, w in enumerate(ways) if w >= 0)
        served = sum(question.weight[v] for v, w in enumerate(ways) if w >= 0)
        if served < question.required * question.weight.sum() - 1e-9:
            continue
        if any(
            limit is not None and ways.count(way) > limit
            for way, limit in enumerate(question.limits)
        ):
            continue
        best = min(best, cost)
    return best


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_is_the_cheapest_of_all_choices(data: st.DataObject) -> None:
    n = data.draw(st.integers(1, 5))
    costs = st.one_of(st.integers(0, 50).map(float), st.just(math.inf))
    cost = np.array(
        data.draw(st.lists(st.lists(costs, min_size=3, max_size=3), min_size=n, max_size=n))
    )
    weight = np.array(data.draw(st.lists(st.integers(1, 9), min_size=n, max_size=n)), float)
    limit = st.one_of(st.none(), st.integers(0, 3))
    question = ServiceChoice(
        cost=cost,
        weight=weight,
        required=data.draw(st.sampled_from([0.0, 0.5, 0.8, 1.0])),
        limits=(data.draw(limit), data.draw(limit), data.draw(limit)),
    )
    best = _best(question)
    if best == math.inf:
        with pytest.raises(ServiceShort):
            choose_service(question)
        return
    plan = choose_service(question)
    assert plan.value == pytest.approx(best)
    assert plan.bound == pytest.approx(best)
    assert plan.status is Status.PROVEN
    assert verify_service(question, plan) == ()


def test_each_village_takes_its_cheapest_way_where_nothing_ties_them() -> None:
    question = ServiceChoice(cost=np.array([[3.0, 2.0], [1.0, 5.0]]), weight=np.ones(2))
    plan = choose_service(question)
    assert plan.way.tolist() == [1, 0]
    assert plan.proved_by == "villages apart"


def test_a_false_claim_is_found() -> None:
    question = ServiceChoice(
        cost=np.array([[3.0, 2.0], [1.0, 5.0]]), weight=np.ones(2), limits=(1, 1)
    )
    plan = choose_service(question)
    told = dataclasses.replace(plan, way=np.array([0, 0], np.int32))
    assert any("at most" in fault for fault in verify_service(question, told))
    assert any("costs" in fault for fault in verify_service(question, told))
    left = dataclasses.replace(plan, way=np.array([-1, 0], np.int32))
    assert any("serves" in fault for fault in verify_service(question, left))


def test_refuses_what_is_no_question() -> None:
    with pytest.raises(ProblemError):
        ServiceChoice(cost=np.zeros((2, 2)), weight=np.ones(3))
    with pytest.raises(ProblemError):
        Tariff(fixed=-1.0)
    with pytest.raises(ServiceShort):
        choose_service(ServiceChoice(cost=np.full((1, 1), np.inf), weight=np.ones(1)))


def _yearly(tariff: Tariff, kg: np.ndarray) -> np.ndarray:
    visits = np.maximum(tariff.min_visits, np.ceil(kg / tariff.kg_visit - 1e-9))
    return tariff.fixed + tariff.per_kg * kg + tariff.per_visit * visits


tariffs = st.builds(
    Tariff,
    fixed=st.integers(0, 60).map(float),
    per_kg=st.integers(0, 8).map(lambda k: k / 4),
    per_visit=st.integers(0, 12).map(float),
    kg_visit=st.one_of(st.integers(1, 12).map(float), st.just(math.inf)),
    min_visits=st.integers(0, 6),
)


@settings(max_examples=150, deadline=None)
@given(tariffs, tariffs)
def test_break_even_against_a_comb(one: Tariff, other: Tariff) -> None:
    slopes = [t.per_kg + t.per_visit / t.kg_visit for t in (one, other)]
    assume(abs(slopes[0] - slopes[1]) > 1e-6)
    found = break_even(one, other)
    comb = np.arange(1, 8_000) / 4.0 + 1e-4
    dearer = comb[_yearly(one, comb) > _yearly(other, comb) + 1e-6]
    if found is None:
        assert len(dearer)
        assert dearer[-1] > 1500
        return
    assume(found < 1500)
    assert not (dearer > found + 1e-3).any()
    if found > 0.3:
        below = np.linspace(max(0.0, found - 0.26), found, 40)[1:]
        assert any(one.yearly(kg) >= other.yearly(kg) - 1e-6 for kg in below)


def test_break_even_by_hand() -> None:
    # 5,200 yuan a year against 52 visits of 20 yuan and 2 yuan a kilogram: 5200 = 1040 + 2 kg.
    fixed, mobile = (
        Tariff(fixed=5200.0),
        Tariff(fixed=0.0, per_kg=2.0, per_visit=20.0, min_visits=52),
    )
    assert break_even(fixed, mobile) == pytest.approx(2080.0)
    assert break_even(mobile, fixed) is None
    assert break_even(Tariff(fixed=1.0), Tariff(fixed=1.0)) == 0.0
