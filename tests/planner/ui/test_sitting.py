from __future__ import annotations

from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.edits import NO_EDITS, Edits
from planner.scenario import Scenario
from planner.store.snapshots import snapshot_id
from planner.ui import sitting
from planner.ui.links import question_in


@pytest.fixture(autouse=True)
def session(monkeypatch: pytest.MonkeyPatch) -> dict[str, object]:
    state: dict[str, object] = {}
    monkeypatch.setattr(sitting, "st", SimpleNamespace(session_state=state))
    return state


def edits() -> Edits:
    scenario = sitting.scenario_of("r")
    assert scenario is not None
    return scenario.edits


def test_undo_and_redo_are_the_values_before_and_after() -> None:
    sitting.ask("r", Scenario())
    steps = [NO_EDITS]
    for number in range(4):
        steps.append(steps[-1].with_closed(f"n{number}"))
        sitting.change_edits("r", steps[-1])
    for step in reversed(steps[:-1]):
        assert sitting.can_undo()
        sitting.undo("r")
        assert edits() == step
    assert not sitting.can_undo()
    sitting.undo("r")
    assert edits() == NO_EDITS
    for step in steps[1:]:
        sitting.redo("r")
        assert edits() == step
    assert not sitting.can_redo()


def test_a_new_edit_ends_what_could_be_done_again() -> None:
    sitting.ask("r", Scenario())
    sitting.change_edits("r", NO_EDITS.with_closed("a"))
    sitting.undo("r")
    sitting.change_edits("r", NO_EDITS.with_closed("b"))
    assert not sitting.can_redo()
    sitting.undo("r")
    assert edits() == NO_EDITS


def test_a_slider_moves_nothing_of_the_edits() -> None:
    sitting.ask("r", Scenario())
    sitting.change_edits("r", NO_EDITS.with_forced("a"))
    scenario = sitting.scenario_of("r")
    assert scenario is not None
    sitting.take("r", Scenario(radius_m=500.0, edits=scenario.edits))
    sitting.undo("r")
    assert sitting.scenario_of("r") == Scenario(radius_m=500.0)


def test_another_region_is_another_question() -> None:
    sitting.ask("r", Scenario())
    sitting.change_edits("r", NO_EDITS.with_closed("a"))
    assert sitting.scenario_of("other") is None
    sitting.ask("other", Scenario())
    assert not sitting.can_undo() and sitting.scenario_of("r") is None


@given(st.lists(st.sampled_from([500.0, 600.0, 700.0]), max_size=20))
def test_kept_plans_have_their_own_ids(radii: list[float]) -> None:
    sitting.st.session_state.clear()
    for radius in radii:
        sitting.keep("a", "r", Scenario(radius_m=radius))
    kept = sitting.kept()
    assert [one.scenario.radius_m for one in kept] == list(dict.fromkeys(radii))
    assert len({one.id for one in kept}) == len(kept)
    for one in kept:
        sitting.forget_kept(one.id)
    assert sitting.kept() == ()


def test_the_id_of_a_kept_plan_is_its_question() -> None:
    edited = Scenario(radius_m=700.0, edits=NO_EDITS.with_closed("a"))
    plan = sitting.keep("近期", "r", edited)
    found = question_in(plan.id)
    assert found is not None
    assert (found.name, found.region_id) == ("近期", "r")
    assert found.scenario == Scenario(radius_m=700.0)
    assert found.edits_id == snapshot_id(edited.edits)
    assert sitting.keep("other", "r", Scenario(radius_m=700.0)).id != plan.id


def test_what_is_brought_back_is_there_once_and_the_first_gives_way() -> None:
    for radius in range(sitting.MOST_KEPT):
        sitting.keep("a", "r", Scenario(radius_m=500.0 + radius))
    first, second, *_ = sitting.kept()
    sitting.bring_back(second)
    assert len(sitting.kept()) == sitting.MOST_KEPT and sitting.kept()[-1] == second
    sitting.keep("b", "r", Scenario(radius_m=900.0))
    assert first not in sitting.kept() and len(sitting.kept()) == sitting.MOST_KEPT
