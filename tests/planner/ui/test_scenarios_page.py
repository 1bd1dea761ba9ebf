from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from streamlit.testing.v1 import AppTest

from planner.edits import Edits
from planner.plan import Plan, make_plan
from planner.scenario import Scenario
from planner.store import Store, draft_of
from planner.ui import (
    packs,
    save_panel,
    saved,
    scenarios_entry,
    scenarios_page,
    scenarios_words,
    sitting,
)
from planner.ui.archive import the_store
from planner.ui.scenarios_words import SAVED_UI
from planner.ui.text import plain

HOSTILE = "<img src=x onerror=alert(1)> **b** $x$ :red[r] [l](http://e)"
CHINESE = re.compile("[\u4e00-\u9fff]")


def library() -> None:
    import streamlit as st

    from planner.ui import saved
    from planner.ui.scenarios_page import show_scenarios

    saved.take_link()
    show_scenarios("en" if st.query_params.get("lang") == "en" else "zh")


def panel() -> None:
    import streamlit as st

    from planner.ui import saved, sitting
    from planner.ui.answer import answer, region
    from planner.ui.as_saved import as_saved
    from planner.ui.save_panel import show_save

    saved.take_link()
    asked = sitting.current() or ("", sitting.Scenario(radius_m=600.0))
    sitting.take(*asked)
    bundle = region(asked[0])
    plan = as_saved(bundle, asked[1]) or answer(bundle, asked[1], st.empty(), "en")
    show_save(*asked, plan, "en" if st.query_params.get("lang") == "en" else "zh")


@pytest.fixture
def store(town_path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    monkeypatch.setenv("RECYCLENET_BUNDLE", str(town_path))
    monkeypatch.setenv("RECYCLENET_STORE", str(tmp_path / "store.sqlite3"))
    the_store.clear()  # type: ignore[attr-defined]
    yield the_store()
    the_store().close()
    the_store.clear()  # type: ignore[attr-defined]


def run(script: Callable[[], None], **address: str) -> AppTest:
    at = AppTest.from_function(script, default_timeout=60)
    for key, value in address.items():
        at.query_params[key] = value
    return done(at.run())


def done(at: AppTest) -> AppTest:
    assert not at.exception, at.exception
    return at


def click(at: AppTest, key: str) -> AppTest:
    return done(at.button(key=key).click().run())


def address(at: AppTest) -> dict[str, str]:
    return {
        key: value if isinstance(value, str) else value[0]
        for key, value in dict(at.query_params).items()
    }


def labels(at: AppTest) -> list[str]:
    return [one.label.replace("\\", "") for one in at.button if one.key.startswith("open-")]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_an_empty_library_tells_the_way(store: Store, lang: str) -> None:
    at = run(library, lang=lang)
    assert at.info[0].value == SAVED_UI.say("none", lang)  # type: ignore[arg-type]
    click(at, "scenarios-to-plan")


def test_saving_and_finding_again(store: Store, town_plan: Plan) -> None:
    at = run(panel)
    at.text_input(key="save-title-").set_value(HOSTILE)
    at.text_input(key="save-author").set_value("李工")
    at.text_area(key="save-note").set_value("第一稿").run()
    click(at, "save-new")
    told = address(at)
    assert told["v"] == "1" and len(told["s"]) == 22 and len(told["key"]) == 32
    (entry,) = store.list([told["key"]])
    assert (entry.title, entry.latest.author, entry.latest.note) == (HOSTILE, "李工", "第一稿")
    assert entry.latest.figures is not None
    assert entry.latest.figures.sites == town_plan.record["sites"]
    shown = [one.value for one in at.code]
    assert any(told["key"] in link for link in shown)
    assert any(told["s"] in link and "key=" not in link for link in shown)
    # Again: a second version of the same.
    click(at, "save-version")
    assert address(at)["v"] == "2" and len(store.history(told["s"])) == 2
    # A new sitting with the own link sees it in the list; without, nothing.
    assert labels(run(library, key=told["key"])) == [HOSTILE]
    assert labels(run(library)) == []


def test_a_link_opens_exactly_that_question(store: Store, town_plan: Plan) -> None:
    asked = Scenario(radius_m=617.5, seed=9, urban_target=0.912, edits=Edits(closed=("zz",)))
    made = store.save(
        dataclasses.replace(draft_of(town_plan, ""), scenario=asked), title="x", author="王"
    )
    store.update(made.id, draft_of(town_plan, ""), key=made.key, expected=1)

    def opened(**address: str) -> AppTest:
        return run(library, **address)

    first = opened(s=made.id, v="1")
    assert first.session_state["sitting-now"] == ("", asked)
    assert not first.session_state["saved-open"].mine
    latest = opened(s=made.id, key=made.key)
    assert latest.session_state["sitting-now"] == ("", town_plan.scenario)
    assert latest.session_state["saved-open"].mine and address(latest)["v"] == "2"
    # A reload in the middle of work: the question in the address goes on from what was saved.
    reloaded = opened(s=made.id, v="1", radius="900")
    assert "sitting-now" not in reloaded.session_state
    assert reloaded.session_state["saved-open"].version == 1


def test_the_very_plan_is_opened_without_solving(
    store: Store, town_plan: Plan, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = Scenario(radius_m=613.0)
    plan = make_plan(town_plan.bundle, asked)
    made = store.save(draft_of(plan, ""), title="x")
    with monkeypatch.context() as unsolvable:
        unsolvable.setattr("planner.ui.answer.make_plan", lambda *_, **__: 1 / 0)
        at = run(panel, s=made.id)
    assert not at.warning
    # On other data it is made anew, and said.
    with store.engine.begin() as connection:
        connection.execute(sa.text("UPDATE versions SET bundle_sha256 = 'other'"))
    at = run(panel, s=made.id, lang="en")
    assert "data changed" in at.warning[0].value


@pytest.mark.parametrize("wrong", ["A" * 22, "../../etc/passwd", "<b>x</b>", ""])
def test_links_that_lead_nowhere_are_said(store: Store, wrong: str) -> None:
    at = run(library, s=wrong, v="9", lang="en")
    assert len(at.error) == 1 and "no scenario" in at.error[0].value
    assert "etc" not in at.error[0].value
    assert not done(at.run()).error  # once


def test_somebody_elses_can_be_made_mine(store: Store, town_plan: Plan) -> None:
    made = store.save(draft_of(town_plan, ""), title="甲")
    store.share(made.id, key=made.key)
    at = run(library)
    assert labels(at) == ["甲"]
    click(at, f"manage-{made.id}")
    keys = {one.key for one in at.button}
    assert f"archive-{made.id}" not in keys and f"duplicate-{made.id}" not in keys
    assert not at.text_input(key="scenarios-search").disabled
    assert f"title-{made.id}" not in {one.key for one in at.text_input}
    click(at, f"mine-{made.id}")
    told = address(at)
    assert told["s"] != made.id and store.open(told["s"], keys=[told["key"]]).entry.mine
    assert [one.title for one in store.list([told["key"]], mine=True)] == ["甲"]
    assert len(store.list([made.key], mine=True)) == 1


@pytest.mark.parametrize("changed", [False, True])
def test_whoever_has_but_the_link_can_make_it_mine(
    store: Store, town_plan: Plan, changed: bool
) -> None:
    """A scenario that no list shows: its link is the only way to it."""
    made = store.save(draft_of(town_plan, ""), title="甲")
    store.tag(made.id, "近期", key=made.key)
    at = run(panel, s=made.id)
    assert "save-version" not in {one.key for one in at.button}
    if changed:
        at.session_state["sitting-now"] = ("", Scenario(radius_m=650.0))
        done(at.run())
    click(at, "save-mine")
    told = address(at)
    copy = store.open(told["s"], keys=[told["key"]])
    assert copy.entry.mine and copy.entry.title == "甲" and told["s"] != made.id
    assert told["key"] != made.key and "save-mine" not in {one.key for one in at.button}
    # What was changed since it was opened goes along; otherwise it is the very plan, tags and all.
    radius_m = 650.0 if changed else town_plan.scenario.radius_m
    assert copy.scenario.radius_m == radius_m
    assert copy.entry.tags == (() if changed else ("近期",))
    assert (copy.answer == store.open(made.id).answer) is not changed
    assert store.open(made.id).entry.revision == 1
    click(at, "save-version")
    assert len(store.history(told["s"])) == 2


def test_looking_after_a_scenario(store: Store, town_plan: Plan) -> None:
    made = store.save(draft_of(town_plan, ""), title="甲")
    at = run(library, key=made.key)
    click(at, f"manage-{made.id}")
    done(at.text_input(key=f"title-{made.id}").set_value("乙").run())
    done(at.multiselect(key=f"tags-{made.id}").set_value(["报送稿"]).run())
    done(at.toggle(key=f"share-{made.id}").set_value(True).run())
    entry = store.open(made.id).entry
    assert (entry.title, entry.tags, entry.shared) == ("乙", ("报送稿",), True)
    click(at, f"duplicate-{made.id}")
    keys = list(at.session_state["saved-keys"])
    assert len(store.list(keys)) == 2 and labels(at)[0].startswith("乙")
    click(at, f"archive-{made.id}")
    assert made.id not in {one.id for one in store.list(keys)}
    done(at.toggle(key="scenarios-archived").set_value(True).run())
    assert labels(at) == ["乙"]
    click(at, f"unarchive-{made.id}")
    assert len(store.list(keys)) == 2


def test_filters(store: Store, town_plan: Plan) -> None:
    draft = draft_of(town_plan, "")
    a = store.save(draft, title="近期 一")
    store.save(dataclasses.replace(draft, region_id="n", region=HOSTILE), title="远期", key=a.key)
    store.tag(a.id, "t", key=a.key)
    at = run(library, key=a.key)
    assert labels(at) == ["远期", "近期 一"]
    done(at.text_input(key="scenarios-search").set_value("一 近").run())
    assert labels(at) == ["近期 一"]
    done(at.text_input(key="scenarios-search").set_value("%").run())
    assert labels(at) == [] and len(at.info) == 1
    done(at.text_input(key="scenarios-search").set_value("").run())
    done(at.selectbox(key="scenarios-region").set_value("n").run())
    assert labels(at) == ["远期"]
    done(at.selectbox(key="scenarios-region").set_value(None).run())
    done(at.selectbox(key="scenarios-tag").set_value("t").run())
    assert labels(at) == ["近期 一"]


def test_two_are_sent_to_be_compared(store: Store, town_plan: Plan) -> None:
    draft = draft_of(town_plan, "")
    a = store.save(draft, title="甲")
    b = store.save(draft, title="乙", key=a.key)
    at = run(library, key=a.key)
    assert at.button(key="scenarios-compare").disabled
    done(at.checkbox(key=f"saved-ticked-{a.id}").check().run())
    assert at.button(key="scenarios-compare").disabled
    done(at.checkbox(key=f"saved-ticked-{b.id}").check().run())
    for name in ("c", "d", "p5"):  # of an earlier comparison
        at.query_params[name] = "old"
    click(at, "scenarios-compare")
    told = address(at)
    assert {told["a"], told["b"]} == {f"{a.id}.1", f"{b.id}.1"}
    assert not {"c", "d", "e", "p5"} & told.keys()
    assert at.session_state["go-to"] == "compare"


def test_history_opens_an_old_version(store: Store, town_plan: Plan) -> None:
    draft = draft_of(town_plan, "")
    made = store.save(draft, title="甲", author="李工", note=HOSTILE)
    later = dataclasses.replace(draft, scenario=Scenario(radius_m=900.0))
    store.update(made.id, later, key=made.key, expected=1, author="王工")
    at = run(library, key=made.key)
    click(at, f"manage-{made.id}")
    told = [one.label for one in at.button if one.key.startswith(f"version-{made.id}")]
    assert "王工" in told[0] and "李工" in told[1]
    click(at, f"version-{made.id}-1")
    assert at.session_state["sitting-now"][1] == town_plan.scenario
    assert address(at)["v"] == "1" and at.session_state["go-to"] == "plan"


@pytest.fixture
def overtaken(store: Store, town_plan: Plan) -> tuple[AppTest, str]:
    """A sitting whose scenario somebody saved since, told so when it saves."""
    draft = draft_of(town_plan, "")
    made = store.save(draft, title="甲")
    at = run(panel, s=made.id, key=made.key)
    theirs = dataclasses.replace(draft, scenario=Scenario(radius_m=900.0))
    store.update(made.id, theirs, key=made.key, expected=1, author=HOSTILE, note="改")
    click(at, "save-version")
    assert len(at.warning) == 1 and len(store.history(made.id)) == 2
    assert plain(HOSTILE) in at.warning[0].value
    return at, made.id


def test_a_conflict_ends_in_a_copy(overtaken: Any, store: Store, town_plan: Plan) -> None:
    at, name = overtaken
    click(at, "conflict-copy")
    told = address(at)
    assert told["s"] != name and not at.warning
    assert store.open(told["s"]).scenario == town_plan.scenario
    assert len(store.history(name)) == 2


def test_a_conflict_ends_in_theirs(overtaken: Any, store: Store) -> None:
    at, name = overtaken
    click(at, "conflict-theirs")
    assert at.session_state["sitting-now"][1].radius_m == 900.0
    assert address(at)["v"] == "2" and not at.warning and len(store.history(name)) == 2


def test_a_conflict_ends_in_ours(overtaken: Any, store: Store, town_plan: Plan) -> None:
    at, name = overtaken
    click(at, "conflict-overwrite")
    assert not at.warning and address(at)["v"] == "3"
    assert store.open(name).scenario == town_plan.scenario
    assert store.open(name, 2).scenario.radius_m == 900.0


def test_a_key_that_came_by_a_link_is_not_used_unasked(store: Store, town_plan: Plan) -> None:
    theirs = store.save(draft_of(town_plan, ""), title="bait")
    at = run(panel, s=theirs.id, key=theirs.key)
    click(at, "save-new")
    assert address(at)["key"] != theirs.key
    assert len(store.list([theirs.key])) == 1


def test_each_scenario_has_its_key_and_the_sitting_all(store: Store, town_plan: Plan) -> None:
    at = run(panel)
    told = []
    for title in ("甲", "乙"):
        there = address(at).get("s", "")
        done(at.text_input(key=f"save-title-{there}").set_value(title).run())
        click(at, "save-new")
        told.append(address(at))
        # What the address gives away, and which link to send, stands beside the panel.
        assert SAVED_UI.say("address-has-key", "zh") in [one.value for one in at.caption]
        assert [one.title for one in store.list([told[-1]["key"]])] == [title]
    assert told[0]["key"] != told[1]["key"]
    held = list(at.session_state["saved-keys"])
    assert held == [one["key"] for one in told]
    assert {one.title for one in store.list(held, mine=True)} == {"甲", "乙"}
    # Back to the first, by its bare link: it is one's own still.
    for name in ("v", "key"):
        del at.query_params[name]
    at.query_params["s"] = told[0]["s"]
    done(at.run())
    assert address(at)["key"] == told[0]["key"]


def test_a_copy_is_sent_alone(store: Store, town_plan: Plan) -> None:
    made = store.save(draft_of(town_plan, ""), title="甲")
    at = run(library, key=made.key)
    assert not at.info
    click(at, f"manage-{made.id}")
    click(at, f"duplicate-{made.id}")
    assert len(store.list([made.key])) == 1 and len(labels(at)) == 2
    assert SAVED_UI.say("own-keys", "zh", n=2) == at.info[0].value


def test_closing_leaves_the_question(store: Store, town_plan: Plan) -> None:
    made = store.save(draft_of(town_plan, ""), title="甲")
    at = run(panel, s=made.id)
    assert "save-version" not in {one.key for one in at.button}
    click(at, "save-close")
    assert "s" not in address(at) and at.session_state["sitting-now"][1] == town_plan.scenario


def test_words() -> None:
    modules = (packs, save_panel, saved, scenarios_entry, scenarios_page)
    text = "".join(Path(str(one.__file__)).read_text("utf-8") for one in modules)
    for key, (zh, en) in SAVED_UI.table.items():
        built = key.removeprefix("do-").removesuffix("-help")
        assert f'"{key}"' in text or f'"{built}"' in text, key
        assert CHINESE.search(zh) and not CHINESE.search(en), key
    assert not CHINESE.search(text)
    for key in re.findall(r'(?:saved_say|word)\(\s*"([a-z-]+)"', text):
        assert key in SAVED_UI.table
    assert scenarios_words.__all__ and sitting.__all__
