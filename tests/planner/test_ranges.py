from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from geo.bundle import Bundle, load_bundle, save_bundle
from planner.checking.check import check_plan
from planner.outputs import write_plan
from planner.plan import Plan, make_plan
from planner.scenario import Scenario


@pytest.fixture(scope="module")
def asked() -> Scenario:
    return Scenario(radius_m=300.0, max_sites=5)


def _spread(town: Bundle, plan: Plan, shares: dict[str, list[tuple[bool, int]]]) -> Bundle:
    """The town with spreads over two kinds of place: an open site itself, and an uncovered cell."""
    frame = town.demand.frame
    bare = frame.iloc[int(np.flatnonzero(plan.site_of < 0)[0])]
    open_id = plan.sites["id"].iloc[0]
    candidates = town.candidates.frame
    site = candidates[candidates["id"] == open_id].geometry.iloc[0]
    rows = [
        {
            "method": method,
            "township": 1,
            "ix": 0,
            "iy": 0,
            "x": site.x if near else bare.geometry.x,
            "y": site.y if near else bare.geometry.y,
            "weight": weight,
        }
        for method, parts in shares.items()
        for near, weight in parts
    ]
    return replace(town, demand=replace(town.demand, spreads=pd.DataFrame(rows)))


def test_the_range_is_the_least_and_the_most_of_all_spreads(town: Bundle, asked: Scenario) -> None:
    plain = replace(town, demand=replace(town.demand, spreads=None))
    plan = make_plan(plain, asked)
    for row in plan.record["townships"]:
        assert row["covered_low"] == row["covered_high"] == row["covered"]
        assert row["spreads"] == 1
    shares = {"landuse": [(True, 2), (False, 1)], "roads": [(True, 1), (False, 6)]}
    spread = make_plan(_spread(town, plan, shares), asked)
    assert spread.sites["id"].tolist() == plan.sites["id"].tolist()  # the figure stays
    row = spread.record["townships"][1]
    people, covered = row["people"], row["covered"]
    assert row["spreads"] == 3
    assert row["covered_low"] == min(covered, people // 7)
    assert row["covered_high"] == max(covered, -(-2 * people // 3))
    rest = plan.record["people"]["covered"] - covered
    assert spread.record["people"]["covered_low"] == rest + row["covered_low"]
    assert spread.record["people"]["covered_high"] == rest + row["covered_high"]
    urban = spread.record["urban"]
    assert urban["covered_low"] <= urban["covered"] <= urban["covered_high"] <= urban["total"]


def test_check_counts_the_range_again(town: Bundle, asked: Scenario, tmp_path: Path) -> None:
    plan = make_plan(town, asked)
    shares = {"landuse": [(True, 2), (False, 1)], "roads": [(True, 1), (False, 6)]}
    bundle = save_bundle(_spread(town, plan, shares), tmp_path / "bundle")
    assert bundle.sha256
    made = make_plan(load_bundle(tmp_path / "bundle"), asked)
    write_plan(made, tmp_path / "plan", bundle_path=tmp_path / "bundle")
    assert check_plan(tmp_path / "plan").differences == ()
    told = (tmp_path / "plan" / "plan.json").read_text("utf-8")
    low = made.record["people"]["covered_low"]
    false = told.replace(f'"covered_low": {low}', f'"covered_low": {low + 1}', 1)
    assert false != told
    (tmp_path / "plan" / "plan.json").write_text(false, "utf-8")
    assert any("covered_low" in line for line in check_plan(tmp_path / "plan").differences)


def test_cells_on_a_poor_map_are_asked_about(town: Bundle, asked: Scenario) -> None:
    table = town.completeness
    assert table is not None
    grades = ["good"] * len(table)
    bare = make_plan(replace(town, completeness=table.assign(grade=grades)), asked)
    grades[2] = "poor"
    plan = make_plan(replace(town, completeness=table.assign(grade=grades)), asked)
    home, missed = town.demand.frame["township"].to_numpy(), plan.site_of < 0
    assert set(plan.cell_reason[missed & (home == 2)]) == {"unmapped?"}
    others = missed & (home != 2)
    assert plan.cell_reason[others].tolist() == bare.cell_reason[others].tolist()
    assert "unmapped?" not in bare.cell_reason
    people = int(town.demand.frame["people"].to_numpy()[missed & (home == 2)].sum())
    told = [w["en"] for w in plan.record["warnings"] if w["kind"] == "cells-unmapped"]
    assert len(told) == 1
    assert f"({people:,} people)" in told[0]
