from __future__ import annotations

import dataclasses
import json
import re
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from geo.bundle import Bundle
from planner.comparing.compare import compare
from planner.edits import NO_EDITS
from planner.maps import assets as map_assets
from planner.plan import make_plan
from planner.scenario import Scenario
from planner.store import draft_of
from planner.ui.archive import the_store
from planner.ui.compare_words import COMPARE_UI
from planner.ui.links import Question, token_of

ROOT = Path(__file__).resolve().parents[3]
CHINESE = re.compile("[\u4e00-\u9fff]")
SCENARIOS = (
    Scenario(radius_m=400.0, urban_target=0.6),
    Scenario(radius_m=900.0),
    Scenario(radius_m=500.0, max_sites=4, urban_target=None),
)
HOSTILE = "<b>乙</b> **x** :red[y]"
K1, K2, K3 = (
    token_of(Question(name=name, region_id="", scenario=scenario))
    for name, scenario in zip(("甲", HOSTILE, ""), SCENARIOS, strict=True)
)


def page(kept: int, language: str) -> None:
    import streamlit as st

    from planner.ui import sitting
    from planner.ui.compare_page import show_compare
    from tests.planner.ui.test_compare_page import HOSTILE, SCENARIOS

    if kept and not sitting.kept():
        for name, scenario in list(zip(("甲", HOSTILE, ""), SCENARIOS, strict=True))[:kept]:
            sitting.keep(name, "", scenario)
    show_compare(language)  # type: ignore[arg-type]
    st.session_state["went"] = st.session_state.get("go-to", "")


@pytest.fixture
def open_page(town_path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("RECYCLENET_BUNDLE", str(town_path))
    monkeypatch.setenv("RECYCLENET_STORE", str(tmp_path / "store.sqlite3"))
    monkeypatch.syspath_prepend(str(ROOT))

    def run(kept: int, language: str = "zh", **address: str) -> AppTest:
        at = AppTest.from_function(page, default_timeout=60, args=(kept, language))
        for key, value in address.items():
            at.query_params[key] = value
        at.run()
        assert not at.exception
        return at

    return run


def addressed(at: AppTest) -> dict[str, str]:
    told = dict(at.query_params)
    return {key: one if isinstance(one, str) else one[0] for key, one in told.items()}


needs_map = pytest.mark.skipif(
    not (map_assets.VENDOR / "leaflet" / "leaflet.js").is_file(),
    reason="static/vendor is missing: make setup brings it",
)


def test_without_plans_it_tells_how_to_keep_one(open_page: Any) -> None:
    at = open_page(0)
    assert "留存" in at.info[0].value and at.button[0].label == "去规划页"
    at = open_page(1, "en")
    assert "Only one plan" in at.info[0].value and not at.metric


@needs_map
def test_cards_and_tables_are_the_comparison(open_page: Any, town: Bundle) -> None:
    comparison = compare([make_plan(town, scenario) for scenario in SCENARIOS])
    at = open_page(3)
    told = [[metric.value for metric in at.metric[6 * row : 6 * row + 6]] for row in range(3)]
    assert [card[0] for card in told] == [str(figures.sites) for figures in comparison.figures]
    assert [card[4] for card in told] == [
        f"{figures.townships_passing} / 4" for figures in comparison.figures
    ]
    fewer = at.metric[6].delta.replace("\\", "")
    assert fewer == f"{comparison.figures[1].sites - comparison.figures[0].sites:+d}"
    townships = at.dataframe[1].value
    net = {row.name: row.net for row in comparison.difference(0, 1).townships}
    assert dict(zip(townships["0"], townships["3"], strict=True)) == net
    assert addressed(at) == {"a": K1, "b": K2, "c": K3}
    script = json.loads(at.get("component_instance")[0].proto.json_args)
    assert "RecycleNet.compare" in script["feature_group"]
    # Names are text: the markdown of the cards has each of its marks escaped.
    assert any(r"\<b\>乙\<\/b\> \*\*x\*\*" in text.value for text in at.markdown)

    at.button_group[0].set_value(2).run()
    net = {row.name: row.net for row in comparison.difference(1, 2).townships}
    townships = at.dataframe[1].value
    assert dict(zip(townships["0"], townships["3"], strict=True)) == net
    again = json.loads(at.get("component_instance")[0].proto.json_args)
    assert again["script"] == script["script"] and again["key"] == script["key"]


@needs_map
def test_address_chooses(open_page: Any) -> None:
    at = open_page(3, "en", a=K3, b=K1, c="gone")
    assert at.multiselect[0].value == [K3, K1]
    assert "gone" in at.warning[0].value
    at.multiselect[0].set_value([K1]).run()
    assert "two plans" in at.info[0].value and addressed(at) == {"a": K1}
    at.multiselect[0].set_value([K2, K1]).run()
    assert addressed(at) == {"a": K2, "b": K1} and len(at.metric) == 12
    at.text_input[0].set_value("南").run()
    assert list(at.dataframe[1].value["0"]) == ["南乡"]


@pytest.fixture
def own_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("RECYCLENET_STORE", str(tmp_path / "store.sqlite3"))
    the_store.clear()  # type: ignore[attr-defined]
    yield the_store()
    the_store().close()
    the_store.clear()  # type: ignore[attr-defined]


@needs_map
def test_kept_plans_come_back_after_a_reload_and_elsewhere(
    open_page: Any, own_store: Any, town: Bundle
) -> None:
    edits = NO_EDITS.with_closed(str(town.candidates.frame["id"].iloc[0]))
    asked = dataclasses.replace(SCENARIOS[0], edits=edits)
    name = own_store.keep_edits(edits)
    edited = token_of(Question(name="丙", region_id="", scenario=asked, edits_id=name))
    at = open_page(0, "en", a=edited, b=K2)
    assert not at.warning and at.multiselect[0].value == [edited, K2]
    back = at.session_state["sitting-kept"]
    assert [(one.name, one.scenario) for one in back] == [("丙", asked), (HOSTILE, SCENARIOS[1])]
    assert len(at.metric) == 12


def test_tokens_that_are_no_good_are_left_out_with_the_reason(
    open_page: Any, own_store: Any
) -> None:
    lost = token_of(Question(name="", region_id="", scenario=SCENARIOS[0], edits_id="A" * 22))
    nowhere = token_of(Question(name="", region_id="../etc", scenario=SCENARIOS[0]))
    at = open_page(0, "zh", a="q.<b>", b=lost, c=nowhere, d=K1[:-5])
    assert len(at.warning) == 4 and not at.error
    assert all(CHINESE.search(one.value) and "\n" not in one.value for one in at.warning)
    assert all(len(one.value) < 300 for one in at.warning)
    assert "sitting-kept" not in at.session_state


@needs_map
def test_the_version_that_is_named_is_compared(
    open_page: Any, own_store: Any, town: Bundle
) -> None:
    first, second = (make_plan(town, one) for one in SCENARIOS[:2])
    made = own_store.save(draft_of(first, ""), title="x")
    own_store.update(made.id, draft_of(second, ""), key=made.key, expected=1)
    at = open_page(0, "en", a=f"{made.id}.1", b=f"{made.id}.2", c=f"{made.id}.9", d=f"{made.id}.x")
    assert len(at.warning) == 2
    assert [at.metric[row].value for row in (0, 6)] == [
        str(plan.record["sites"]) for plan in (first, second)
    ]
    # Without one: the latest by the time it is opened, whatever is saved after.
    at = open_page(0, "en", a=made.id, b=f"{made.id}.1")
    own_store.update(made.id, draft_of(first, ""), key=made.key, expected=2)
    assert at.run().metric[0].value == str(second.record["sites"])


def test_words_are_there_and_used() -> None:
    text = "".join(
        path.read_text("utf-8")
        for path in (ROOT / "planner" / "ui").glob("compare_*.py")
        if path.name != "compare_words.py"
    )
    for key, (zh, en) in COMPARE_UI.table.items():
        assert f'"{key}"' in text or key.startswith("format-"), key
        assert not CHINESE.search(en) and (CHINESE.search(zh) or re.search(r"[%{]", zh)), key
