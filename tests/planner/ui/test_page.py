from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from planner.curves.room import people_more
from planner.errors import PlanError
from planner.maps import assets as map_assets
from planner.plan import Plan, make_plan, travel_for
from planner.scenario import Scenario
from planner.ui import answer, plan_map

ROOT = Path(__file__).resolve().parents[3]
pytestmark = pytest.mark.skipif(
    not (map_assets.VENDOR / "leaflet" / "leaflet.js").is_file(),
    reason="static/vendor is missing: make setup brings it",
)


@pytest.fixture
def open_app(town_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("RECYCLENET_BUNDLE", str(town_path))

    def run(**address: str) -> AppTest:
        at = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
        for key, value in address.items():
            at.query_params[key] = value
        at.run()
        assert not at.exception
        return at

    return run


def the_map(at: AppTest) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(at.get("component_instance")[0].proto.json_args)
    return told


def values(at: AppTest) -> list[str]:
    return [metric.value for metric in at.metric]


def test_figures_are_the_plans(open_app: Any, town: Any) -> None:
    at = open_app(radius="600")
    plan: Plan = make_plan(town, Scenario(radius_m=600.0))
    record = plan.record
    assert values(at)[0] == str(record["sites"])
    assert values(at)[3] == f"{sum(r['pass'] for r in record['townships'])} / 4"
    table = at.dataframe[0].value
    assert sorted(table["people"]) == sorted(row["people"] for row in record["townships"])
    lid = next(tab.label for tab in at.tabs if "尚不确知" in tab.label)
    assert str(len(record["warnings"])) in lid


def test_the_card_says_how_many_more_as_many_sites_could_cover(open_app: Any, town: Any) -> None:
    at = open_app(radius="600", lang="zh")
    plan: Plan = make_plan(town, Scenario(radius_m=600.0))
    more = people_more(plan, travel_for(town, "walk", 3000.0))
    assert more > 0 and values(at)[0] == str(plan.record["sites"])
    assert f"同样点数至多再多 {more:,} 人" in at.metric[4].delta.replace("\\", "")
    # Where the most are covered already there is nothing to add.
    at = open_app(radius="600", budget="9", lang="zh")
    assert "同样点数" not in at.metric[4].delta


def test_a_row_is_ticked_in_the_same_table_and_empty_cells_say_so(
    open_app: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = open_app(radius="600", quota="7")
    first = at.dataframe[0]
    names, reasons = first.value["name"].tolist(), first.value["reason"].tolist()
    assert "" not in reasons and any(one != "—" for one in reasons)
    code = first.value["code"].iloc[-1]
    picked = plan_map.Picked(region_id="", township=str(code), serial=7)
    at.session_state["picked"] = picked
    at.run()
    assert at.dataframe[0].proto.id == first.proto.id
    assert json.loads(at.dataframe[0].proto.selection_state)["selection"]["rows"] == [
        len(names) - 1
    ]
    assert at.dataframe[0].value["name"].tolist() == names


def test_slider_changes_the_answer_and_not_the_base_map(open_app: Any) -> None:
    at = open_app()
    before, figures = the_map(at), values(at)
    at.slider(key="radius").set_value(1500).run()
    after = the_map(at)
    assert len(values(at)) == 5 and values(at) != figures
    assert (after["script"], after["key"]) == (before["script"], before["key"])
    assert after["feature_group"] != before["feature_group"]
    assert len(after["feature_group"]) < 20_000


def test_no_asset_from_outside(open_app: Any, monkeypatch: Any) -> None:
    monkeypatch.setenv("RECYCLENET_ONLINE", "0")
    told = the_map(open_app())
    assert told["js_links"] and told["css_links"]
    for link in told["js_links"] + told["css_links"]:
        assert link.startswith("../../app/static/")
    for key in ("script", "header", "html", "feature_group"):
        assert not re.findall(r"https?://", told[key] or "")


@pytest.mark.parametrize(
    ("lang", "label", "other"), [("zh", "覆盖人口", "en"), ("en", "People covered", "zh")]
)
def test_a_link_carries_question_and_language(
    open_app: Any, lang: str, label: str, other: str
) -> None:
    at = open_app(lang=lang, radius="700", quota="2", mode="drive", budget="9", township="10")
    assert at.metric[1].label == label
    assert (at.slider(key="radius").value, at.slider(key="quota").value) == (700, 2)
    assert at.number_input(key="budget").value == 9
    choice = {group.key: group.value for group in at.get("button_group")}
    assert choice["mode-choice"] == "drive"
    # Another language, the same question.
    next(group for group in at.get("button_group") if group.key == "lang-choice").set_value(
        other
    ).run()
    assert at.metric[1].label != label
    assert (at.slider(key="radius").value, at.number_input(key="budget").value) == (700, 9)
    assert at.query_params["lang"] in (other, [other])


def test_what_cannot_be_is_one_line(open_app: Any, town: Any) -> None:
    at = open_app(quota="5", budget="1")
    assert len(at.error) == 1 and "Traceback" not in at.error[0].value
    assert at.error[0].value.startswith("无法满足这些条件")
    assert not at.metric and the_map(at)["feature_group"]
    existing = int(town.candidates.frame["existing"].sum())
    assert existing and any(f"现有的 {existing} 个回收点" in one.value for one in at.caption)
    at.number_input(key="budget").set_value(None).run()
    assert not at.error and len(at.metric) == 5


def test_kinds_of_candidates_are_chosen_from_those_of_the_region(open_app: Any, town: Any) -> None:
    at = open_app(radius="600", lang="en", urban="0")
    offered = at.multiselect(key="kinds")
    frame = town.candidates.frame
    counts = frame.loc[~frame["existing"], "kind"].value_counts()
    assert sorted(one.rpartition(" · ")[2] for one in offered.options) == sorted(map(str, counts))
    assert f"supermarket · {counts['supermarket']}" in offered.options
    offered.set_value(["supermarket", "convenience"]).run()
    assert at.query_params["kinds"] in ("convenience,supermarket", ["convenience,supermarket"])
    scenario = Scenario(radius_m=600.0, urban_target=None, kinds=("convenience", "supermarket"))
    assert values(at)[0] == str(make_plan(town, scenario).record["sites"])
    # A kind that the region has not is refused, and can be taken out.
    at = open_app(kinds="barn,supermarket", lang="en", urban="0")
    assert len(at.error) == 1 and "barn" in at.error[0].value
    at.multiselect(key="kinds").set_value(["supermarket"]).run()
    assert not at.error and len(at.metric) == 5


def test_no_region_is_one_line(open_app: Any, monkeypatch: Any, tmp_path: Path) -> None:
    monkeypatch.setenv("RECYCLENET_BUNDLE", str(tmp_path / "none"))
    for lang in ("zh", "en"):
        at = open_app(lang=lang)
        assert len(at.error) == 1 and "recyclenet import" in at.error[0].value.replace("\\", "")


def test_a_crash_shows_no_traceback(open_app: Any, monkeypatch: Any) -> None:
    def crash(*_: Any, **__: Any) -> None:
        raise RuntimeError("secret path")

    monkeypatch.setattr("planner.ui.plan_page.known_answer", crash)
    at = open_app()
    assert len(at.error) == 1 and "secret" not in at.error[0].value


def test_hostile_names_are_text(open_app: Any, town_plan: Plan) -> None:
    at = open_app(radius="600")
    hostile = next(name for name in town_plan.townships["name"] if "<script>" in name)
    assert hostile in at.dataframe[0].value["name"].tolist()
    told = the_map(at)
    assert "alert" not in told["script"] + told["feature_group"] + told["header"]
    for element in at.get("html"):
        assert "<script" not in str(element.proto)


@pytest.mark.parametrize("refuses", [False, True])
def test_an_overtaken_run_leaves_no_plan(town: Any, monkeypatch: Any, refuses: bool) -> None:
    class Overtaken(BaseException):
        """What Streamlit raises in a run that a newer one replaces."""

    class Place:
        def progress(self, *_: Any) -> None:
            raise Overtaken

        def empty(self) -> None:
            raise AssertionError("the newer run draws here already")

    shelves = answer._Shelves()
    monkeypatch.setattr(answer, "_shelves", lambda: shelves)
    scenario = Scenario(radius_m=450.0)

    def slow(*_: Any, progress: Any, **__: Any) -> None:
        monkeypatch.setattr(answer.time, "monotonic", lambda: 1e9)
        with pytest.raises(KeyboardInterrupt):
            progress("prove", 0.5)  # as the solver does, which then returns what it has
        if refuses:
            raise PlanError("nothing was found", zh="没有找到方案")

    monkeypatch.setattr(answer, "make_plan", slow)
    with pytest.raises(Overtaken):
        answer.answer(town, scenario, Place(), "zh")  # type: ignore[arg-type]
    assert shelves.plans.get((town.sha256, scenario)) is None


def test_what_a_link_tells_wrongly_is_named(open_app: Any) -> None:
    at = open_app(lang="klingon", quota="x", e="A" * 22)
    said = [one.value for one in at.warning]
    for wrong in (r"lang\=klingon", r"quota\=x"):
        assert any(wrong in one for one in said), said
    missing = next(one for one in said if "手工修改" in one)
    assert "没有保存这些修改" in missing and "方案" not in missing


def test_a_region_that_is_not_here_hides_no_other_fault(open_app: Any) -> None:
    at = open_app(region="x" * 32, radius="wide", quota="-1")
    assert len(at.error) == 1
    told = " ".join(one.value for one in at.warning)
    assert "wide" in told and "-1" in told


def test_a_kept_plan_is_named_by_what_it_is(open_app: Any) -> None:
    at = open_app(lang="zh", radius="700")
    sites = at.metric[0].value
    at.button(key="keep").click().run()
    assert at.session_state["sitting-kept"][0].name == f"方案 A · 700 米 · {sites} 点"
    at = open_app(lang="en", minutes="12")
    at.button(key="keep").click().run()
    name = at.session_state["sitting-kept"][0].name
    assert name == f"Plan A · 12 min · {at.metric[0].value} sites"


def test_choices_that_a_browser_sends_as_none_stay_what_they_were(open_app: Any) -> None:
    at = open_app(lang="en", mode="drive")
    for key in ("lang-choice", "mode-choice"):
        at.button_group(key=key).set_value(None).run()
        assert not at.exception
    assert at.query_params["lang"] in ("en", ["en"])
    assert at.query_params["mode"] in ("drive", ["drive"])
    assert at.session_state["lang-choice"] == "en" and at.session_state["mode-choice"] == "drive"
