"""A saved answer is believed in the sitting that opened it alone, and until it is solved here."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from planner.answers import Answer, answer_of, plan_from
from planner.packs.pack import Item, write_pack
from planner.plan import Plan, make_plan
from planner.scenario import Scenario
from planner.store import Store, draft_of
from planner.ui.archive import the_store
from planner.ui.as_saved import digest_of
from planner.ui.words import UI


def plan_page() -> None:
    import streamlit as st

    from planner.ui import saved
    from planner.ui.answer import known_answer, region
    from planner.ui.as_saved import as_saved
    from planner.ui.library import chosen
    from planner.ui.packs import take_pack
    from planner.ui.plan_page import show_plan

    if "bring" in st.session_state:
        path = st.session_state.pop("bring")
        saved.open_saved(take_pack(path, "x", lambda *_: None).id)
    saved.take_link()
    if st.session_state.get("solve", True):
        show_plan("zh")
    else:
        st.title("x")
    asked = st.session_state.get("sitting-now")
    bundle = region(chosen())
    known = asked and known_answer(bundle, asked[1])
    opened = asked and as_saved(bundle, asked[1])
    st.session_state["known"] = known and known.record["sites"]
    st.session_state["opened"] = opened and opened.record["sites"]


def compared() -> None:
    from planner.ui.compare_page import show_compare

    show_compare("zh")


@pytest.fixture
def store(town_path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    monkeypatch.setenv("RECYCLENET_BUNDLE", str(town_path))
    monkeypatch.setenv("RECYCLENET_REGIONS", str(tmp_path / "regions"))
    monkeypatch.setenv("RECYCLENET_STORE", str(tmp_path / "store.sqlite3"))
    the_store.clear()  # type: ignore[attr-defined]
    yield the_store()
    the_store().close()
    the_store.clear()  # type: ignore[attr-defined]


def forged(plan: Plan) -> Answer:
    """One site more than are needed, called proven: all that can be counted again holds."""
    frame = plan.bundle.candidates.frame
    honest = answer_of(plan)
    idle = next(one for one in frame["id"] if one not in honest.open_sites)
    sites = tuple(one for one in frame["id"] if one in {idle, *honest.open_sites})
    more = float(len(sites))
    return dataclasses.replace(
        honest,
        open_sites=sites,
        value=type(honest.value)(more),
        bound=type(honest.bound)(more),
        gap=0.0,
        tie_break=None,
    )


@pytest.fixture(scope="module")
def lie(town: object, town_path: Path) -> tuple[Plan, Answer]:
    plan = make_plan(town, Scenario(radius_m=587.0))  # type: ignore[arg-type]
    answer = forged(plan)
    # Nothing that this program checks tells it from the truth.
    claimed = plan_from(plan.bundle, plan.scenario, answer)
    assert claimed.record["sites"] == plan.record["sites"] + 1
    assert claimed.record["status"] == "proven"
    return plan, answer


def sitting(**state: object) -> AppTest:
    at = AppTest.from_function(plan_page, default_timeout=60)
    for key, value in state.items():
        at.session_state[key] = value
    at.run()
    assert not at.exception, at.exception
    return at


def test_a_forged_answer_of_a_pack_is_nobody_elses_and_ends_with_the_proof(
    store: Store, lie: tuple[Plan, Answer], town_path: Path, tmp_path: Path
) -> None:
    plan, answer = lie
    path = tmp_path / "lie.rnpack"
    asked = plan.scenario
    write_pack([Item(scenario=asked, toml=asked.toml(), answer=answer, bundle=town_path)], path)
    mine = sitting(bring=path, solve=False)
    assert mine.session_state["opened"] == plan.record["sites"] + 1
    assert mine.session_state["known"] is None
    # The same data, the same question, another sitting: before anything was proven here.
    other = sitting(**{"sitting-now": ("", asked), "solve": False})
    assert other.session_state["opened"] is None and other.session_state["known"] is None
    other = sitting(**{"sitting-now": ("", asked)})
    assert other.session_state["known"] == plan.record["sites"]
    assert other.metric[0].value == str(plan.record["sites"])
    mine.session_state["solve"] = True
    mine.run()
    assert not mine.exception and mine.metric[0].value == str(plan.record["sites"])
    assert mine.session_state["known"] == plan.record["sites"]


def test_it_is_shown_as_saved_until_it_is_proven(
    store: Store, lie: tuple[Plan, Answer], monkeypatch: pytest.MonkeyPatch
) -> None:
    plan, _ = lie
    asked = dataclasses.replace(plan.scenario, radius_m=593.0)
    answer = forged(make_plan(plan.bundle, asked))
    claimed = plan_from(plan.bundle, asked, answer)
    made = store.save(draft_of(claimed, ""), title="x")
    sites = claimed.record["sites"]
    at = AppTest.from_function(plan_page, default_timeout=60)
    at.query_params["s"] = made.id
    # The proof does not come: what was saved stays on the page, and is called so.
    with monkeypatch.context() as patch:
        patch.setattr("planner.ui.plan_page.answer", lambda *_, **__: stop())
        at.run()
    assert at.metric[0].value == str(sites)
    assert [one.value for one in at.info] == [UI.say("as-saved", "zh")]
    at.run()
    assert not at.exception and not at.info
    assert at.metric[0].value == str(sites - 1)


def stop() -> None:
    import streamlit as st

    st.stop()


def test_two_saved_answers_to_one_question_stay_two(store: Store, lie: tuple[Plan, Answer]) -> None:
    plan, answer = lie
    claimed = plan_from(plan.bundle, plan.scenario, answer)
    a = store.save(draft_of(plan, ""), title="甲")
    b = store.save(draft_of(claimed, ""), title="乙")
    for first, second in ((a, b), (b, a)):
        at = AppTest.from_function(compared, default_timeout=60)
        at.query_params["a"], at.query_params["b"] = first.id, second.id
        at.run()
        assert not at.exception
        told = {a.id: plan.record["sites"], b.id: plan.record["sites"] + 1}
        cards = [one.value for one in at.metric if one.label == "回收点"]
        assert cards == [str(told[first.id]), str(told[second.id])]
        assert any("甲" in one.value and "乙" in one.value for one in at.caption)


def test_answers_have_digests_of_their_own(lie: tuple[Plan, Answer]) -> None:
    plan, answer = lie
    honest = answer_of(plan)
    assert digest_of(honest) == digest_of(answer_of(plan)) != digest_of(answer)
    assert np.isfinite(honest.value) and json.dumps(honest.record())
