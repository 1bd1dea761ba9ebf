from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from geo.bundle import Bundle
from planner.edits import NO_EDITS
from planner.maps import assets as map_assets
from planner.scenario import Scenario
from planner.store import Store
from planner.store.errors import StoreError
from planner.store.snapshots import snapshot_id
from planner.ui import archive
from planner.ui.words import UI

ROOT = Path(__file__).resolve().parents[3]
CLOSED = NO_EDITS.with_closed("a")


def edited() -> None:
    import streamlit as st

    from planner.scenario import Scenario
    from planner.ui import sitting
    from planner.ui.opening import tell_address
    from tests.planner.ui.test_opening import CLOSED

    sitting.take("", Scenario(radius_m=700.0, edits=CLOSED))
    tell_address()
    tell_address("en" if st.query_params.get("lang") == "en" else "zh")


def linked() -> None:
    from planner.ui.answer import region
    from planner.ui.opening import opened, tell_address

    opened("", region(""), "en")
    tell_address("en")


class Asked:
    """The store, or none; counts how often it is opened."""

    def __init__(self) -> None:
        self.times, self.down, self.now = 0, True, 1000.0
        self.opened: Callable[[], Store] = archive.the_store

    def __call__(self) -> Store:
        self.times += 1
        if self.down:
            raise StoreError("unreachable", why="no such host")
        return self.opened()

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def store(town_path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Asked]:
    monkeypatch.setenv("RECYCLENET_BUNDLE", str(town_path))
    monkeypatch.setenv("RECYCLENET_STORE", str(tmp_path / "store.sqlite3"))
    archive.the_store.clear()  # type: ignore[attr-defined]
    asked = Asked()
    monkeypatch.setattr(archive, "the_store", asked)
    monkeypatch.setattr(archive, "time", asked)
    yield asked
    asked.opened().close()
    asked.opened.clear()  # type: ignore[attr-defined]


def run(script: Callable[[], None], **address: str) -> AppTest:
    at = AppTest.from_function(script, default_timeout=60)
    for key, value in address.items():
        at.query_params[key] = value
    return done(at.run())


def done(at: AppTest) -> AppTest:
    assert not at.exception, at.exception
    return at


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_without_a_store_edits_are_left_out_of_the_link_and_that_is_said(
    store: Asked, lang: str
) -> None:
    at = run(edited, lang=lang)
    said = [UI.say("edits-not-linked", lang)]  # type: ignore[arg-type]
    assert [one.value for one in at.warning] == said
    assert "e" not in at.query_params and at.query_params["radius"] in ("700", ["700"])
    assert at.session_state["sitting-now"][1].edits == CLOSED


def test_a_store_that_is_away_is_asked_again_after_a_minute(store: Asked) -> None:
    at = run(edited)
    store.down = False
    store.now += archive.WAIT_S - 1
    assert done(at.run()).warning and store.times == 1
    store.now += 1
    done(at.run())
    assert not at.warning and store.times == 2
    assert at.query_params["e"] in (snapshot_id(CLOSED), [snapshot_id(CLOSED)])
    done(at.run())
    assert store.times == 2  # what is kept is known


def test_a_link_whose_edits_cannot_be_had_opens_without_and_says_so(store: Asked) -> None:
    at = run(linked, e=snapshot_id(CLOSED), radius="650")
    assert "no such host" in at.warning[0].value.replace("\\", "")
    assert at.session_state["sitting-now"][1].radius_m == 650.0
    assert not at.session_state["sitting-now"][1].edits
    # Not there, though the store is: the same.
    store.down = False
    at = run(linked, e=snapshot_id(CLOSED))
    assert UI.say("edits-unknown", "en") in at.warning[0].value.replace("\\", "")
    # There: the edits are the link's.
    store.opened().keep_edits(CLOSED)
    at = run(linked, e=snapshot_id(CLOSED))
    assert not at.warning and at.session_state["sitting-now"][1].edits == CLOSED


@pytest.mark.skipif(
    not (map_assets.VENDOR / "leaflet" / "leaflet.js").is_file(),
    reason="static/vendor is missing: make setup brings it",
)
def test_the_plan_page_stands_without_a_store(store: Asked, town: Bundle) -> None:
    at = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    at.query_params.update({"radius": "600", "e": snapshot_id(CLOSED), "lang": "en"})
    done(at.run())
    assert len(at.metric) >= 4 and not at.error
    assert any("shown is without them" in one.value for one in at.warning)
    edits = NO_EDITS.with_closed(str(town.candidates.frame["id"].iloc[0]))
    at.session_state["sitting-now"] = ("", Scenario(radius_m=600.0, edits=edits))
    done(at.run())
    assert len(at.metric) >= 4 and not at.error
    assert UI.say("edits-not-linked", "en") in [one.value for one in at.warning]
