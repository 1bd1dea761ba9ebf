from __future__ import annotations

import copy
import itertools
import json
from pathlib import Path

import numpy as np
import openpyxl
import pytest

from geo.bundle import Bundle
from geo.crs import WGS84
from geo.errors import InputError
from planner.cli import main
from planner.errors import OutputError, ScenarioError
from planner.plan import Plan, make_plan, travel_for
from planner.policy.hosts.check import check_hosts
from planner.policy.hosts.files import hosts_summary, say_host_site, write_hosts
from planner.policy.hosts.hosts import HostsResult, make_hosts
from planner.policy.hosts.map import hosts_overlay
from planner.policy.hosts.match import host_places, hosting_of
from planner.policy.hosts.spec import DEFAULT_COSTS, HostsSpec, read_costs, read_hosts
from planner.policy.hosts.words import HOSTS_WORDS
from planner.scenario import Scenario
from planner.wording.language import LANGUAGES


@pytest.fixture(scope="module")
def hosts_file(town: Bundle, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Sorting points 20 m from some candidates far from each other."""
    frame = town.candidates.frame
    rows = frame[~frame["existing"]].iloc[::4].head(6)
    points = rows.geometry.translate(xoff=20.0).to_crs(WGS84)
    path = tmp_path_factory.mktemp("hosts") / "hosts.csv"
    lines = [
        f"分类点{at},waste_disposal,{p.x:.7f},{p.y:.7f}" for at, p in enumerate(points.tolist())
    ]
    path.write_text("\n".join(["name,kind,longitude,latitude", *lines]) + "\n", "utf-8")
    return path


@pytest.fixture(scope="module")
def result(town_plan: Plan, hosts_file: Path) -> HostsResult:
    return make_hosts(town_plan, HostsSpec(effort="exact", gap=0.0), file=hosts_file)


def test_every_claim_holds_when_computed_again(result: HostsResult, town_plan: Plan) -> None:
    report = check_hosts(json.loads(json.dumps(result.record)), town_plan)
    assert report.differences == () and report.checked > 50


def test_more_dial_never_re_uses_less_nor_covers_more(result: HostsResult) -> None:
    steps = result.record["steps"]
    assert [step["dial"] for step in steps] == [0.0, 0.25, 0.5, 0.75, 1.0]
    for one, other in itertools.pairwise(steps):
        assert one["reused"] <= other["reused"]
        assert one["people_covered"] >= other["people_covered"]
        assert one["status"] == other["status"] == "proven"
    assert steps[0]["people_change"] >= 0
    assert steps[0]["reused"] < steps[-1]["reused"]
    assert steps[-1]["saved_yuan"] > 0


def test_each_step_is_the_best_of_all_plans_of_a_small_choice(
    town: Bundle, hosts_file: Path
) -> None:
    """All sets of so many sites, by a dense table of distances."""
    scenario = Scenario(radius_m=600.0, min_per_township=0, urban_target=None, max_sites=2)
    scenario = Scenario(**{**scenario.record(), "edits": scenario.edits, "keep_existing": False})
    plan = make_plan(town, scenario)
    assert len(plan.sites) == 2
    result = make_hosts(plan, HostsSpec(effort="exact", gap=0.0), file=hosts_file)
    costs = read_costs()
    hosting = hosting_of(town, host_places(town, costs, hosts_file), costs, 50.0)
    travel = travel_for(town, "walk", 600.0)
    near = np.zeros((len(town.demand.frame), travel.n_candidates), bool)
    for row in range(len(near)):
        near[row, travel.indices[travel.indptr[row] : travel.indptr[row + 1]]] = True
    people = town.demand.frame["people"].to_numpy()
    for step in result.record["steps"][:-1]:
        dial = step["dial"]
        best = min(
            (1 - dial) * people[~near[:, pair].any(axis=1)].sum() / people.sum()
            + dial * (~hosting.reused[list(pair)]).sum() / 2
            for pair in itertools.combinations(range(travel.n_candidates), 2)
        )
        assert step["value"] / people.sum() == pytest.approx(best, abs=1e-6)


def test_a_host_takes_one_point_and_a_point_that_stands_needs_none(
    town: Bundle, hosts_file: Path
) -> None:
    costs = read_costs()
    places = host_places(town, costs, hosts_file)
    hosting = hosting_of(town, places, costs, 50.0)
    taken = hosting.host[hosting.host >= 0]
    assert len(taken) == len(set(taken.tolist())) >= 6
    assert not (hosting.existing & (hosting.host >= 0)).any()
    assert np.nanmax(hosting.away_m) <= 50.0
    frame = town.candidates.frame
    for row in np.flatnonzero(hosting.host >= 0):
        far = np.hypot(
            frame.geometry.x.iloc[row] - places.xy[hosting.host[row], 0],
            frame.geometry.y.iloc[row] - places.xy[hosting.host[row], 1],
        )
        assert far == pytest.approx(hosting.away_m[row], abs=1e-6)
        price = next(c.yuan for c in costs.hosts if c.key == places.kinds[hosting.host[row]])
        assert hosting.yuan[row] == price < costs.new.yuan


def test_the_map_marks_each_point_by_how_it_stands(result: HostsResult) -> None:
    roles = [row["role"] for row in result.record["sites"]]
    used = {row["host"] for row in result.record["sites"]} - {""}
    idle = len(result.record["places"]) - len(used)
    for lang in LANGUAGES:
        overlay = hosts_overlay(result, lang)
        counts = dict.fromkeys((kind.label for kind in overlay.kinds), 0)
        for mark in overlay.marks:
            counts[overlay.kinds[mark.kind].label] += 1
        for role in ("existing", "hosted", "new"):
            assert counts.get(HOSTS_WORDS.say(role, lang), 0) == roles.count(role)
        assert counts.get(HOSTS_WORDS.say("idle", lang), 0) == idle
        told = [say_host_site(row, result, lang) for row in result.record["sites"]]
        assert len({row["place"] for row in told}) == len(told)
        assert all(row["host"] for row in told if row["role"] == HOSTS_WORDS.say("hosted", lang))


def test_without_hosts_the_plan_stays(town_plan: Plan) -> None:
    none = HostsSpec(within_m=0.0)
    costs = read_costs()
    known = {one.key for one in costs.hosts}
    kinds = set(town_plan.bundle.candidates.frame["kind"])
    result = make_hosts(town_plan, none)
    if kinds & known:
        assert result.record["steps"]
    else:
        assert result.record["steps"] == []
        assert result.record["findings"][0]["kind"] == "hosts-none"
        assert sorted(result.sites["id"]) == sorted(town_plan.sites["id"])
    assert check_hosts(result.record, town_plan).differences == ()


@pytest.mark.parametrize(
    "tamper",
    [
        lambda r: r["steps"][2].update(people_change=r["steps"][2]["people_change"] + 1),
        lambda r: r["steps"][1].update(reused=r["steps"][1]["reused"] + 1),
        lambda r: r["steps"][3].update(saved_yuan=1.0),
        lambda r: r["steps"][4]["open"].pop(),
        lambda r: r["sites"][0].update(role="hosted", host="h9999"),
        lambda r: r["plan"].update(people_covered=1),
        lambda r: r.update(steps=3),
    ],
)
def test_what_was_tampered_with_is_found(
    tamper: object, result: HostsResult, town_plan: Plan
) -> None:
    record = copy.deepcopy(result.record)
    tamper(record)  # type: ignore[operator]
    assert check_hosts(record, town_plan).differences


def test_files_are_whole_and_the_same_each_time(
    result: HostsResult, town_plan: Plan, hosts_file: Path, tmp_path: Path
) -> None:
    again = make_hosts(town_plan, result.spec, file=hosts_file)
    for name, one in (("a", result), ("b", again)):
        write_hosts(one, tmp_path / name, "zh")
    for file in sorted((tmp_path / "a").iterdir()):
        assert file.read_bytes() == (tmp_path / "b" / file.name).read_bytes(), file.name
    book = openpyxl.load_workbook(tmp_path / "a" / "hosts.xlsx")
    assert book.sheetnames == ["概览", "刻度", "回收点", "费用与来源"]
    assert all(row[2].value for row in book["费用与来源"].iter_rows(min_row=2))
    (tmp_path / "c").mkdir()
    (tmp_path / "c" / "mine.txt").write_text("x")
    with pytest.raises(OutputError):
        write_hosts(result, tmp_path / "c", "zh")
    for lang in LANGUAGES:
        told = "\n".join(hosts_summary(result.record, lang))
        assert "{" not in told and "nan" not in told


def test_the_command_turns_the_dial_of_a_plan_on_disk(
    plan_folder: Path, hosts_file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["hosts", str(plan_folder), "--out", str(tmp_path / "out"), "--quiet"]
    assert main([*arguments, "--hosts", str(hosts_file), "--dial", "0.8", "--lang", "en"]) == 0
    told = json.loads((tmp_path / "out" / "hosts.json").read_text("utf-8"))
    assert told["spec"]["dial"] == 0.8
    out = capsys.readouterr().out
    assert ", 0 differ" in out and "re-use existing places" in out
    assert main([*arguments, "--dial", "2"]) == 2


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ({"dial": 1.5}, "dial"),
        ({"dial": "half"}, "dial"),
        ({"steps": 1}, "steps"),
        ({"within_m": float("inf")}, "within_m"),
        ({"effort": "slow"}, "effort"),
        ({"unknown": 1}, "unknown"),
        ([], "table"),
    ],
)
def test_a_spec_that_makes_no_sense_is_refused_by_field(table: object, said: str) -> None:
    with pytest.raises(ScenarioError, match=said):
        read_hosts(table)
    assert read_hosts(HostsSpec().record()) == HostsSpec()


def test_costs_are_read_strictly(tmp_path: Path) -> None:
    costs = read_costs()
    assert all(one.source for one in (costs.new, costs.existing, *costs.hosts))
    assert all(one.yuan < costs.new.yuan for one in costs.hosts)
    file = tmp_path / "own.toml"
    text = DEFAULT_COSTS.read_text("utf-8")
    file.write_text(text.replace("yuan = 150000.0", "yuan = -1.0"), "utf-8")
    with pytest.raises(InputError, match="yuan"):
        read_costs(file)
