from __future__ import annotations

import dataclasses
import json
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
        text.replace(program, 'program = "0.0.1"'), "utf-8", newline="\n"
    )
    page = (plan_folder / "map.html").read_bytes()
    (plan_folder / "map.html").write_bytes(page + b" ")
    assert _kinds(plan_folder) == ["version", "page"]
    assert not verify_plan(plan_folder).differences


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


def test_a_plan_that_can_be_made_no_more_is_told(plan_folder: Path) -> None:
    scenario = dataclasses.replace(
        read_scenario(plan_folder / "scenario.toml"), edits=Edits(forced=("n4242",))
    )
    (plan_folder / "scenario.toml").write_text(scenario.toml(), "utf-8")
    verdict = verify_plan(plan_folder)
    assert [one.key for one in verdict.differences] == ["refused"]
    assert "n4242" in say_verdict(verdict, "en") and "指定启用" in say_verdict(verdict, "zh")


def test_what_is_no_plan_is_refused(tmp_path: Path, plan_folder: Path) -> None:
    with pytest.raises(OutputError):
        verify_plan(tmp_path / "nothing")
    (plan_folder / "plan.json").write_text("{}", "utf-8")
    with pytest.raises(OutputError):
        verify_plan(plan_folder)
    assert main(["verify", str(plan_folder), "--quiet"]) == 2
