from __future__ import annotations

from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.edits import NO_EDITS, Edits
from planner.scenario import Scenario
from planner.ui import sitting


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
