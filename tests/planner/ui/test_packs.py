from __future__ import annotations

import json
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from geo.bundle import load_bundle
from planner.answers import answer_of, plan_from, read_answer
from planner.outputs import plan_files, scenario_file
from planner.packs.pack import Item, unpack, write_pack
from planner.plan import Plan
from planner.scenario import Scenario
from planner.store import Store
from planner.ui.archive import the_store
from planner.ui.packs import pack_name, pack_of_saved

HOSTILE = "<b>近期</b> ../../x **b** $x$"


def library() -> None:
    from planner.ui import saved
    from planner.ui.scenarios_page import show_scenarios

    saved.take_link()
    show_scenarios("zh")


@pytest.fixture
def store(town_path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    monkeypatch.setenv("RECYCLENET_BUNDLE", str(town_path))
    monkeypatch.setenv("RECYCLENET_REGIONS", str(tmp_path / "regions"))
    monkeypatch.setenv("RECYCLENET_STORE", str(tmp_path / "store.sqlite3"))
    the_store.clear()  # type: ignore[attr-defined]
    yield the_store()
    the_store().close()
    the_store.clear()  # type: ignore[attr-defined]


@pytest.fixture(scope="module")
def pack(town_plan: Plan, town_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One scenario with its answer, one without, of the same region."""
    path = tmp_path_factory.mktemp("packs") / "甲 $x$.rnpack"
    asked = Scenario(name=HOSTILE, radius_m=900.0)
    items = [
        Item(
            scenario=town_plan.scenario,
            toml=scenario_file(town_plan),
            answer=answer_of(town_plan),
            bundle=town_path,
        ),
        Item(scenario=asked, toml=asked.toml(), answer=None, bundle=town_path),
    ]
    write_pack(items, path)
    return path


def bring(path: Path) -> AppTest:
    at = AppTest.from_function(library, default_timeout=60).run()
    assert at.button(key="pack-take").disabled
    at.file_uploader(key="pack-file").set_value((path.name, path.read_bytes(), "")).run()
    at.button(key="pack-take").click().run()
    assert not at.exception
    return at


def keys_of(at: AppTest) -> list[str]:
    return list(at.session_state["saved-keys"])


def test_a_pack_becomes_a_region_and_scenarios_of_ones_own(
    store: Store, pack: Path, town_plan: Plan, town_path: Path, tmp_path: Path
) -> None:
    at = bring(pack)
    assert not at.error
    (region,) = (tmp_path / "regions").iterdir()
    assert re.fullmatch(r"[\w-]{22}", region.name)
    assert load_bundle(region).sha256 == load_bundle(town_path).sha256
    first, second = sorted(store.list(keys_of(at)), key=lambda one: one.created)
    assert (first.region_id, second.region_id) == (region.name, region.name)
    assert first.mine and second.mine and not first.shared
    assert all(len(store.list([key])) == 1 for key in keys_of(at))  # each is sent alone
    assert first.latest.figures is not None and second.latest.figures is None
    assert first.latest.figures.sites == town_plan.record["sites"]
    assert second.title == HOSTILE and pack.name.replace("$", "_") in first.latest.note
    assert store.open(first.id).scenario == town_plan.scenario
    # The first is open, and asked of its region; the app goes to the plan.
    told = at.query_params
    assert told["s"] in (first.id, [first.id]) and told["region"] in (region.name, [region.name])
    assert at.session_state["go-to"] == "plan"


def test_a_saved_scenario_is_packed_with_its_answer(
    store: Store, pack: Path, town_plan: Plan, tmp_path: Path
) -> None:
    at = bring(pack)
    entry = min(store.list(keys_of(at)), key=lambda one: one.created)
    at.button(key=f"manage-{entry.id}").click().run()
    (button,) = (one.proto for one in at.get("download_button"))
    assert not button.disabled
    found = store.open(entry.id)
    path = tmp_path / "again.rnpack"
    folder = tmp_path / "regions" / entry.region_id
    path.write_bytes(
        pack_of_saved(
            found.scenario, read_answer(json.loads(found.answer)), folder, entry.bundle_sha256
        )
    )
    (packed,) = unpack(path, tmp_path / "out")
    assert packed.answer is not None
    plan = plan_from(load_bundle(packed.bundle), packed.scenario, packed.answer)
    assert plan_files(plan) == plan_files(town_plan)


@pytest.mark.parametrize("kind", ["foreign", "edited", "answer"])
def test_a_bad_pack_is_one_line_and_nothing_changes(
    kind: str, store: Store, pack: Path, town_plan: Plan, town_path: Path, tmp_path: Path
) -> None:
    bad = tmp_path / "bad.rnpack"
    if kind == "foreign":
        bad.write_bytes(b"%PDF-1.7")
    elif kind == "edited":
        with zipfile.ZipFile(pack) as old, zipfile.ZipFile(bad, "w") as new:
            for name in old.namelist():
                content = old.read(name)
                new.writestr(
                    name, content.replace(b"600.0", b"900.0") if "toml" in name else content
                )
    else:  # the answer of another question: every hash fits, the answer does not
        asked = Scenario(radius_m=300.0)
        answer = answer_of(town_plan)
        item = Item(scenario=asked, toml=asked.toml(), answer=answer, bundle=town_path)
        write_pack([item], bad)
    at = bring(bad)
    (error,) = at.error
    said = error.value.replace("\\", "")
    assert re.search("[\u4e00-\u9fff]", said) and "\n" not in said
    assert "recyclenet-" not in said and str(tmp_path) not in said
    assert not list((tmp_path / "regions").glob("*"))
    assert "s" not in at.query_params and "key" not in at.query_params
    assert "go-to" not in at.session_state


def test_a_pack_of_data_that_are_gone_cannot_be_asked_for(
    store: Store, pack: Path, tmp_path: Path
) -> None:
    at = bring(pack)
    entry = store.list(keys_of(at))[0]
    (tmp_path / "regions" / entry.region_id / "manifest.json").unlink()
    at.button(key=f"manage-{entry.id}").click().run()
    (button,) = (one.proto for one in at.get("download_button"))
    assert button.disabled and not at.exception


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("近期 1000 米", "近期 1000 米.rnpack"),
        ("../../etc/x", "etc x.rnpack"),
        ("//", "scenario.rnpack"),
    ],
)
def test_the_file_is_named_after_the_title(title: str, name: str) -> None:
    assert pack_name(title) == name
