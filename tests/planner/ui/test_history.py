from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from planner.edits import NO_EDITS
from planner.scenario import Scenario
from planner.store import UnknownScenarioError, open_store
from planner.ui import archive, carried, history, sitting


@pytest.fixture
def page(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> Any:
    """One sitting's state and address; the store is a file."""
    store = open_store(str(tmp_path / "store.sqlite3"))
    fake = SimpleNamespace(session_state={}, query_params={})
    for module in (sitting, carried, archive):
        monkeypatch.setattr(module, "st", fake)
    for module in (carried, archive):
        monkeypatch.setattr(module, "the_store", lambda: store)
    yield fake
    store.close()


def test_steps_come_back_with_the_address(page: Any) -> None:
    sitting.ask("r", Scenario())
    for number in range(3):
        sitting.change_edits("r", NO_EDITS.with_closed(f"n{number}"))
    sitting.undo("r")
    history.tell_steps()
    before = sitting.steps()
    assert [len(one) for one in before] == [2, 1] and len(page.query_params[history.STEPS]) == 22
    page.session_state.clear()
    sitting.ask("r", Scenario())
    history.bring_back_steps()
    assert sitting.steps() == before
    sitting.redo("r")
    scenario = sitting.scenario_of("r")
    assert scenario is not None and scenario.edits.closed == ("n2",)


@pytest.mark.parametrize(
    "text", ["{", "3", "[1, 2]", '[["x"], []]', "[{}, {}]", '[["' + "A" * 22 + '"], []]']
)
def test_what_is_no_good_is_as_if_it_were_not_there(page: Any, text: str) -> None:
    sitting.ask("r", Scenario())
    carried.carry(history.STEPS, text)
    assert carried.carried(history.STEPS) == text
    history.bring_back_steps()
    assert sitting.steps() == ((), ())
    page.query_params[history.STEPS] = "no such thing"
    history.bring_back_steps()
    assert sitting.steps() == ((), ())
    with pytest.raises(UnknownScenarioError):
        carried.carried(history.STEPS)


def test_nothing_to_take_back_is_nothing_to_carry(page: Any) -> None:
    sitting.ask("r", Scenario())
    page.query_params[history.STEPS] = "A" * 22
    history.tell_steps()
    assert history.STEPS not in page.query_params
