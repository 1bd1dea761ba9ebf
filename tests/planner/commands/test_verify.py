from __future__ import annotations

import dataclasses
import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from geo.bundle import Bundle, save_bundle
from geo.candidates import Candidates
from planner.answers import answer_of, plan_from
from planner.cli import main
from planner.commands.verify import say_verdict, verify_plan
from planner.edits import Edits
from planner.errors import OutputError
from planner.outputs import write_plan
from planner.plan import make_plan
from planner.scenario import Scenario, read_scenario
from planner.wording.language import LANGUAGES

EDITED = Edits().with_added(117.202, 29.303, name="=甲 <b>").with_forced("own-1")


def _kinds(folder: Path, bundle: Path | None = None) -> list[str]:
    verdict = verify_plan(folder, bundle)
    for language in LANGUAGES:
        said = say_verdict(verdict, language)
        assert said.count("\n") == 1 + len(verdict.differences) + len(verdict.notes)
    return [one.key for one in (*verdict.differences, *verdict.notes)]


def _change(folder: Path, file: str, change: Callable[[Any], None]) -> None:
    content = json.loads((folder / file).read_text("utf-8"))
    change(content)
    text = json.dumps(content, ensure_ascii=False, indent=1) + "\n"
    (folder / file).write_text(text, "utf-8", newline="\n")


@pytest.mark.parametrize(
    "scenario",
    [
        Scenario(radius_m=600.0),
        Scenario(minutes=8.0, mode="ebike", max_sites=5, weight="kg"),
        Scenario(radius_m=500.0, urban_target=0.8, edits=EDITED, objective="cost"),
    ],
)
def test_an_honest_plan_is_identical(
    town: Bundle,
    town_path: Path,
    tmp_path: Path,
    scenario: Scenario,
    capsys: pytest.CaptureFixture[str],
) -> None:
    write_plan(make_plan(town, scenario), tmp_path / "plan", bundle_path=town_path)
    assert _kinds(tmp_path / "plan") == []
    assert main(["verify", str(tmp_path / "plan"), "--quiet", "--lang", "zh"]) == 0
    assert "核验一致" in capsys.readouterr().out
    # Where the bundle lies is this machine's own affair.
    shutil.copytree(town_path, tmp_path / "moved")
    (tmp_path / "plan" / "run.json").unlink()
    run = ["verify", str(tmp_path / "plan"), "--quiet", "--lang", "en"]
    assert main([*run, "--bundle", str(tmp_path / "moved")]) == 0
    assert capsys.readouterr().out.startswith("identical: planned again, 8 files")
    assert main(run) == 2


def test_a_poorer_plan_is_told_from_the_best(
    town: Bundle, town_path: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """More sites than are needed, with the true, wide gap: what a stopped search leaves."""
    scenario = Scenario(radius_m=600.0)
    best = make_plan(town, scenario)
    more = [n for n in town.candidates.frame["id"] if n not in set(best.sites["id"])][:5]
    loose = make_plan(town, Scenario(radius_m=600.0, edits=Edits(forced=tuple(more))))
    count, least = loose.record["sites"], best.record["objective"]["bound"]
    assert count > best.record["sites"]
    answer = dataclasses.replace(
        answer_of(loose),
        bound=least,
        gap=round((count - least) / count, 9),
        status="feasible",
        stopped="work limit",
        tie_break=None,
    )
    write_plan(plan_from(town, scenario, answer), tmp_path / "plan", bundle_path=town_path)
    assert _kinds(tmp_path / "plan") == ["better"]
    assert main(["verify", str(tmp_path / "plan"), "--quiet", "--lang", "en"]) == 1
    said = capsys.readouterr().out
    sites = best.record["sites"]
    assert f"{count} (bound {least}) -> {sites} (bound {least})" in said


def test_claims_that_no_plan_can_meet_are_found(plan_folder: Path) -> None:
    def fewer(plan: Any) -> None:
        plan["objective"]["value"] -= 1
        plan["objective"]["bound"] -= 1

    _change(plan_folder, "plan.json", fewer)
    assert _kinds(plan_folder) == ["impossible"]


def test_another_plan_that_is_as_good_is_told(plan_folder: Path, town: Bundle) -> None:
    def moved(content: Any) -> None:
        opened = {feature["properties"]["id"] for feature in content["features"]}
        new = next(f for f in content["features"] if not f["properties"]["existing"])
        other = next(name for name in town.candidates.frame["id"] if name not in opened)
        new["properties"]["id"] = other

    _change(plan_folder, "sites.geojson", moved)
    verdict = verify_plan(plan_folder)
    assert [one.key for one in verdict.differences] == ["other"]
    assert verdict.differences[0].values["changed"] == 2


def test_another_proof_another_question_and_other_files_are_told(plan_folder: Path) -> None:
    honest = (plan_folder / "plan.json").read_bytes()

    def looser(plan: Any) -> None:
        plan["objective"].update(bound=plan["objective"]["value"] - 1, gap=0.2)

    _change(plan_folder, "plan.json", looser)
    assert _kinds(plan_folder) == ["proof"]
    (plan_folder / "plan.json").write_bytes(honest)
    assert _kinds(plan_folder) == []

    def question(plan: Any) -> None:
        plan["objective"]["name"] = "cost"

    _change(plan_folder, "plan.json", question)
    assert _kinds(plan_folder) == ["question"]
    (plan_folder / "plan.json").write_bytes(honest)
    for name in ("map.html", "townships.geojson", "scenario.toml"):
        content = (plan_folder / name).read_bytes()
        (plan_folder / name).write_bytes(content + b"\n")
        verdict = verify_plan(plan_folder)
        assert [one.values for one in verdict.differences] == [{"names": name}]
        (plan_folder / name).write_bytes(content)


def test_another_version_is_told_and_makes_no_other_plan(plan_folder: Path) -> None:
    def older(plan: Any) -> None:
        plan["data"]["recyclenet"] = "0.0.1"

    _change(plan_folder, "plan.json", older)
    text = (plan_folder / "scenario.toml").read_text("utf-8")
    program = next(line for line in text.splitlines() if line.startswith("program"))
    (plan_folder / "scenario.toml").write_text(
        text.replace(program, re.sub('"[^"]*"', '"0.0.1"', program)), "utf-8", newline="\n"
    )
    page = (plan_folder / "map.html").read_bytes()
    (plan_folder / "map.html").write_bytes(page + b" ")
    assert _kinds(plan_folder) == ["version", "page"]
    assert not verify_plan(plan_folder).differences
    # One that wrote no comments beside its keys asked for the same.
    file = plan_folder / "scenario.toml"
    plain = re.sub("  # .*|\n# 模型.*", "", file.read_text("utf-8"))
    file.write_text(plain, "utf-8", newline="\n")
    assert _kinds(plan_folder) == ["version", "page", "toml"]
    assert not verify_plan(plan_folder).differences
    file.write_text(re.sub('(extract = )"[^"]*"', '\\1"other.osm"', plain), "utf-8", newline="\n")
    assert [one.key for one in verify_plan(plan_folder).differences] == ["files", "version", "page"]


def test_changed_data_are_named_before_what_came_of_them(
    town: Bundle, plan_folder: Path, tmp_path: Path
) -> None:
    frame = town.candidates.frame
    fewer = frame[frame["kind"] != "supermarket"].reset_index(drop=True)
    save_bundle(dataclasses.replace(town, candidates=Candidates(frame=fewer)), tmp_path / "b")
    kinds = _kinds(plan_folder, tmp_path / "b")
    assert kinds[0] == "data"
    said = say_verdict(verify_plan(plan_folder, tmp_path / "b"), "en")
    assert "supermarket 0.8 → none" in said
    # A file that names no data: the plan's own record tells the bundle.
    text = (plan_folder / "scenario.toml").read_text("utf-8")
    (plan_folder / "scenario.toml").write_text(text.split("[data]")[0], "utf-8")
    assert _kinds(plan_folder, tmp_path / "b")[0] == "bundle"


def test_an_edited_scenario_is_no_better_plan(plan_folder: Path, town: Bundle) -> None:
    """Another question has another answer: neither is the better one."""
    file = plan_folder / "scenario.toml"
    text = file.read_text("utf-8")
    asked = read_scenario(file)
    easier = dataclasses.replace(asked, urban_target=None, radius_m=900.0, seed=3)
    plan = make_plan(town, easier)
    assert plan.record["sites"] != json.loads((plan_folder / "plan.json").read_bytes())["sites"]
    file.write_text(easier.toml() + "\n[data]" + text.partition("[data]")[2], "utf-8")
    verdict = verify_plan(plan_folder)
    assert [one.key for one in verdict.differences] == ["asked"]
    said = say_verdict(verdict, "zh")
    assert f"服务范围 路程 {asked.radius_m:g} 米以内 → 路程 900 米以内" in said
    assert "随机种子 0 → 3" in said and "更好" not in said


def test_an_unpacked_scenario_is_verified(
    plan_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["pack", str(plan_folder), "--out", str(tmp_path / "a.rnpack")]) == 0
    assert main(["unpack", str(tmp_path / "a.rnpack"), "--out", str(tmp_path / "un")]) == 0
    packed = tmp_path / "un" / "scenarios" / "1"
    run = ["verify", str(packed), "--quiet", "--lang"]
    capsys.readouterr()
    assert main([*run, "en"]) == 0 and main([*run, "zh"]) == 0
    said = capsys.readouterr().out
    assert said.startswith("identical: planned again, the packed answer") and "逐项相同" in said
    honest = (packed / "answer.json").read_bytes()
    for changes, key in (
        ({"recyclenet": "0.0.1"}, []),
        ({"proved_by": "somebody"}, ["answer"]),
        ({"value": 99, "bound": 1}, ["better"]),
        ({"value": 1, "bound": 1}, ["impossible"]),
    ):
        told = json.loads(honest)
        (packed / "answer.json").write_text(json.dumps(told | changes), "utf-8")
        assert [one.key for one in verify_plan(packed).differences] == key, changes
    (packed / "answer.json").write_bytes(honest)
    # A scenario alone: nothing to compare with, and it says what to do.
    scenario = ["pack", str(plan_folder / "scenario.toml"), "--out", str(tmp_path / "b.rnpack")]
    assert main(scenario) == 0  # its region is found beside it
    assert main(["unpack", str(tmp_path / "b.rnpack"), "--out", str(tmp_path / "bare")]) == 0
    capsys.readouterr()
    assert main(["verify", str(tmp_path / "bare" / "scenarios" / "1"), "--lang", "zh"]) == 2
    assert "打包时没有规划结果" in capsys.readouterr().err


def test_a_scenario_file_finds_its_region_beside_it(
    plan_folder: Path, town_path: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    scenario = plan_folder / "scenario.toml"
    again = ["plan", "--quiet", "--out", str(tmp_path / "again"), "--scenario"]
    assert main([*again, str(scenario)]) == 0
    for name in ("sites.geojson", "townships.geojson", "scenario.toml", "map.html", "run.json"):
        assert (tmp_path / "again" / name).read_bytes() == (plan_folder / name).read_bytes()
    assert main(["pack", str(scenario), "--out", str(tmp_path / "a.rnpack")]) == 0
    assert main(["unpack", str(tmp_path / "a.rnpack"), "--out", str(tmp_path / "un")]) == 0
    packed = tmp_path / "un" / "scenarios" / "1" / "scenario.toml"
    assert main([*again, str(packed)]) == 0
    run = json.loads((tmp_path / "again" / "run.json").read_text("utf-8"))
    assert Path(run["bundle"]) == tmp_path / "un" / "bundles" / "1"
    # Alone it tells what its data are, not where they lie.
    shutil.copy(scenario, tmp_path / "alone.toml")
    capsys.readouterr()
    assert main([*again, str(tmp_path / "alone.toml"), "--lang", "zh"]) == 2
    assert main(["plan", "--quiet", "--out", str(tmp_path / "none"), "--lang", "zh"]) == 2
    told = capsys.readouterr().err
    assert "未指明区域数据的位置。请同时给出区域数据" in told and "bundle：" in told
    # For other data than the file names no pack is made.
    text = scenario.read_text("utf-8")
    sha256 = text.partition('bundle_sha256 = "')[2][:64]
    scenario.write_text(text.replace(sha256, "0" * 64), "utf-8")
    other = ["pack", str(scenario), "--bundle", str(town_path), "--lang", "en"]
    assert main([*other, "--out", str(tmp_path / "c.rnpack")]) == 2
    assert "made from other data" in capsys.readouterr().err
    assert not (tmp_path / "c.rnpack").exists()


def test_a_plan_that_can_be_made_no_more_is_told(plan_folder: Path) -> None:
    scenario = dataclasses.replace(
        read_scenario(plan_folder / "scenario.toml"), edits=Edits(forced=("n4242",))
    )
    (plan_folder / "scenario.toml").write_text(scenario.toml(), "utf-8")
    verdict = verify_plan(plan_folder)
    assert [one.key for one in verdict.differences] == ["asked", "refused"]
    assert "n4242" in say_verdict(verdict, "en") and "指定启用" in say_verdict(verdict, "zh")


def test_what_is_no_plan_is_refused(tmp_path: Path, plan_folder: Path) -> None:
    with pytest.raises(OutputError):
        verify_plan(tmp_path / "nothing")
    (plan_folder / "plan.json").write_text("{}", "utf-8")
    with pytest.raises(OutputError):
        verify_plan(plan_folder)
    assert main(["verify", str(plan_folder), "--quiet"]) == 2
