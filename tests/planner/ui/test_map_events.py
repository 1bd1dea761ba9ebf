from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.edits import NO_EDITS, AddedSite, Edits, NoGo
from planner.errors import ScenarioError
from planner.ui.map_events import MapEvent, edited_by, read_event

RING = [[115.0, 29.0], [115.1, 29.0], [115.1, 29.1]]
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=12,
)


def heard(**told: Any) -> MapEvent:
    event = read_event({"n": 1, **told})
    assert event is not None
    return event


def test_deeds_become_edits() -> None:
    edits = edited_by(NO_EDITS, heard(do="add", lon=115.2, lat=29.3, existing=True, name="甲"))
    assert edits.added == (AddedSite(id="own-1", lon=115.2, lat=29.3, name="甲", existing=True),)
    edits = edited_by(edits, heard(do="force", id="g00001"))
    edits = edited_by(edits, heard(do="close", id="n1"))
    edits = edited_by(edits, heard(do="no-go", ring=RING))
    assert (edits.forced, edits.closed) == (("g00001",), ("n1",))
    assert edits.no_go == (NoGo(ring=tuple((x, y) for x, y in RING)),)
    edits = edited_by(edits, heard(do="close", id="g00001"))
    assert (edits.forced, edits.closed) == ((), ("g00001", "n1"))
    for event in (
        heard(do="free", id="g00001"),
        heard(do="free", id="n1"),
        heard(do="remove", id="own-1"),
        heard(do="go", row=0),
    ):
        edits = edited_by(edits, event)
    assert edits == NO_EDITS


def test_ids_are_not_used_twice() -> None:
    edits = Edits()
    for _ in range(3):
        edits = edited_by(edits, heard(do="add", lon=1.0, lat=2.0))
    edits = edited_by(edits, heard(do="remove", id="own-2"))
    edits = edited_by(edits, heard(do="add", lon=1.0, lat=2.0))
    assert sorted(site.id for site in edits.added) == ["own-1", "own-2", "own-3"]


def test_an_area_that_is_not_there() -> None:
    with pytest.raises(ScenarioError, match="no area"):
        edited_by(NO_EDITS, heard(do="go", row=0))
    with pytest.raises(ScenarioError, match="corners"):
        edited_by(NO_EDITS, heard(do="no-go", ring=RING[:2]))


@pytest.mark.parametrize(
    "told",
    [
        None,
        [],
        {"n": 1},
        {"n": 1, "do": "burn"},
        {"n": "1", "do": "undo"},
        {"n": True, "do": "undo"},
        {"n": 1, "do": "add", "lon": float("nan"), "lat": 1.0},
        {"n": 1, "do": "add", "lon": 999, "lat": 1.0},
        {"n": 1, "do": "site", "id": 5},
        {"n": 1, "do": "site", "id": "x" * 300},
        {"n": 1, "do": "no-go", "ring": "abc"},
        {"n": 1, "do": "no-go", "ring": [[1, 2, 3]]},
    ],
)
def test_other_messages_are_passed_over(told: object) -> None:
    assert read_event(told) is None


@given(ANYTHING)
def test_nothing_sent_breaks_the_reader(told: object) -> None:
    assert read_event(told) is None or isinstance(told, dict)


def test_names_are_one_line() -> None:
    assert heard(do="add", lon=1, lat=2, name="a\n<b>\u202e c").name == "a <b> c"
