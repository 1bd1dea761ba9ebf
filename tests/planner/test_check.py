from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from geo.errors import BundleError
from planner.check import check_plan
from planner.errors import OutputError

Plan = dict[str, Any]


def test_an_honest_plan_agrees(plan_folder: Path) -> None:
    report = check_plan(plan_folder)
    assert report.differences == ()
    assert report.checked > 100


def _raise(key: str, field: str, by: float) -> Callable[[Plan], None]:
    def change(plan: Plan) -> None:
        plan[key][field] += by

    return change


def _township(field: str, value: Any) -> Callable[[Plan], None]:
    def change(plan: Plan) -> None:
        plan["townships"][0][field] = value

    return change


def _set(key: str, value: Any) -> Callable[[Plan], None]:
    def change(plan: Plan) -> None:
        plan[key] = value

    return change


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (_raise("people", "covered", 1), "people.covered"),
        (_raise("people", "total", -1), "people.total"),
        (_raise("people", "share", 0.01), "people.share"),
        (_raise("urban", "covered", 1), "urban.covered"),
        (_raise("objective", "value", -1), "objective.value"),
        (_raise("objective", "bound", 2), "objective.bound"),
        (_raise("objective", "gap", 0.01), "objective.gap"),
        (_set("sites", 1), "sites"),
        (_set("sites_new", 99), "sites_new"),
        (_township("covered", 0), "covered"),
        (_township("sites", 7), "sites"),
        (_township("pass", None), "pass"),
        (_township("name", "x"), "name"),
    ],
)
def test_a_false_claim_is_found(
    plan_folder: Path, change: Callable[[Plan], None], told: str
) -> None:
    path = plan_folder / "plan.json"
    plan = json.loads(path.read_text("utf-8"))
    change(plan)
    path.write_text(json.dumps(plan), "utf-8")
    differences = check_plan(plan_folder).differences
    assert any(told in line for line in differences), differences


def _edit_features(path: Path, edit: Callable[[list[Plan]], None]) -> None:
    collection = json.loads(path.read_text("utf-8"))
    edit(collection["features"])
    path.write_text(json.dumps(collection), "utf-8")


def test_a_false_distance_a_false_server_and_a_lost_cell_are_found(plan_folder: Path) -> None:
    path = plan_folder / "demand.geojson"
    honest = path.read_text("utf-8")

    def served(features: list[Plan]) -> Plan:
        return next(f["properties"] for f in features if f["properties"]["site"])

    def nearer(features: list[Plan]) -> None:
        served(features)["distance_m"] -= 0.5

    def other_site(features: list[Plan]) -> None:
        sites = {f["properties"]["site"] for f in features} - {None}
        cell = served(features)
        cell["site"] = max(sites - {cell["site"]})

    def unserved(features: list[Plan]) -> None:
        served(features).update(site=None, distance_m=None)

    def lost(features: list[Plan]) -> None:
        features.pop()

    for edit in (nearer, other_site, unserved, lost):
        path.write_text(honest, "utf-8")
        assert not check_plan(plan_folder).differences
        _edit_features(path, edit)
        assert check_plan(plan_folder).differences, edit.__name__


def test_a_closed_existing_site_is_found(plan_folder: Path) -> None:
    def close(features: list[Plan]) -> None:
        features[:] = [f for f in features if not f["properties"]["existing"]]

    _edit_features(plan_folder / "sites.geojson", close)
    assert any("existing" in line for line in check_plan(plan_folder).differences)


def test_what_is_no_plan_is_said_in_one_line(plan_folder: Path, tmp_path: Path) -> None:
    with pytest.raises(OutputError, match=r"plan\.json"):
        check_plan(tmp_path / "nothing")
    with pytest.raises(BundleError, match="bundle"):
        check_plan(plan_folder, tmp_path / "nothing")
