from __future__ import annotations

import dataclasses

import pytest

from geo.bundle import Bundle
from planner.checking.curve import check_curve
from planner.curves.curves import people_curve_of, radius_curve_of
from planner.edits import Edits
from planner.scenario import Scenario

EDITS = Edits().with_added(117.2045, 29.3035, name="新增").with_forced("own-1")


@pytest.mark.parametrize(
    "scenario",
    [
        Scenario(radius_m=450.0, urban_target=0.6),
        Scenario(minutes=7.0, mode="ebike", max_sites=7, township_target=0.6),
        Scenario(radius_m=500.0, weight="kg", urban_target=0.5, edits=EDITS, keep_existing=False),
    ],
)
def test_honest_curves_agree(town: Bundle, scenario: Scenario) -> None:
    for curve in (
        people_curve_of(town, scenario, points=4),
        radius_curve_of(town, scenario, limits=[300.0, 900.0]),
    ):
        report = check_curve(curve, town, scenario)
        assert report.differences == () and report.checked > 20


def test_false_claims_are_found(town: Bundle) -> None:
    scenario = Scenario(radius_m=450.0, urban_target=0.6)
    curve = people_curve_of(town, scenario, points=3)
    first = curve.points[0]
    assert first.bound is not None and first.share is not None and curve.urban_target is not None
    for told, change in {
        "people": {"people": first.people + 1},
        "value": {"value": first.value - 1},
        "bound below": {"bound": first.value - 1},
        "gap": {"gap": 0.5},
        "share": {"share": first.share + 0.001},
        "urban_share": {"urban_share": 0.123},
        "townships_failing": {"townships_failing": 3},
        "opened": {"opened": first.opened + 1},
        "status": {"status": "feasible"},
    }.items():
        false = (dataclasses.replace(first, **change), *curve.points[1:])  # type: ignore[arg-type]
        found = check_curve(dataclasses.replace(curve, points=false), town, scenario).differences
        assert any(told in line for line in found), told
    swapped = dataclasses.replace(curve, points=curve.points[::-1])
    assert any("along" in one for one in check_curve(swapped, town, scenario).differences)
    line = dataclasses.replace(curve.urban_target, bound=curve.urban_target.sites + 1.0)
    found = check_curve(dataclasses.replace(curve, urban_target=line), town, scenario).differences
    assert any("line urban-target" in one for one in found)
