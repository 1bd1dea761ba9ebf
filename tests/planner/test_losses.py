from __future__ import annotations

import json
from pathlib import Path

import networkx as nx
import numpy as np
import pytest

from geo.bundle import Bundle
from planner.checking.check import check_plan
from planner.outputs import write_plan
from planner.plan import Plan, make_plan, travel_for
from planner.regions.intake import Intake, import_region
from planner.scenario import Scenario
from tests.town import write_town


def test_lost_people_are_those_a_plan_without_the_site_leaves(town: Bundle) -> None:
    plan = make_plan(town, Scenario(radius_m=600.0))
    travel = travel_for(town, "walk", 600.0)
    dense = np.full((len(town.demand.frame), travel.n_candidates), np.inf)
    for row in range(len(dense)):
        span = slice(travel.indptr[row], travel.indptr[row + 1])
        dense[row, travel.indices[span]] = travel.values[span]
    rows = [town.candidates.frame["id"].tolist().index(one) for one in plan.sites["id"]]
    people = town.demand.frame["people"].to_numpy()
    everybody = people[(dense[:, rows] <= 600.005).any(axis=1)].sum()
    assert everybody == plan.record["people"]["covered"]
    for site, lost in enumerate(plan.sites["lost"]):
        others = rows[:site] + rows[site + 1 :]
        left = people[(dense[:, others] <= 600.005).any(axis=1)].sum()
        assert lost == everybody - left
    assert 0 < plan.sites["lost"].sum() < everybody
    assert (plan.sites["lost"] <= plan.sites["people"]).all()


def _by_networkx(town: Bundle, plan: Plan) -> list[float | None]:
    """The longest of the shortest ways of each township, by another library."""
    network = town.networks["walk"]
    tail = np.repeat(np.arange(len(network.x)), np.diff(network.indptr))
    roads = nx.DiGraph()
    roads.add_weighted_edges_from(
        zip(network.indices.tolist(), tail.tolist(), network.length_cm.tolist(), strict=True)
    )
    at = town.candidates.frame.set_index("id").loc[plan.sites["id"]].geometry
    for node, access in zip(*(a.tolist() for a in network.snap(at.x, at.y)), strict=True):
        if access < roads.get_edge_data("door", node, {"weight": np.inf})["weight"]:
            roads.add_edge("door", node, weight=access)
    far = nx.single_source_dijkstra_path_length(roads, "door")
    cells = town.demand.frame
    worst: list[float | None] = [None] * len(town.region.townships)
    node, access = network.snap(cells.geometry.x, cells.geometry.y)
    for home, n, a in zip(cells["township"], node.tolist(), access.tolist(), strict=True):
        worst[home] = max(worst[home] or 0.0, (far[n] + a) / 100)
    return worst


@pytest.mark.parametrize("measured_to", [150.0, 5000.0])
def test_the_worst_served_cell_is_found_beyond_the_limit_too(
    town: Bundle, measured_to: float
) -> None:
    scenario = Scenario(radius_m=150.0, min_per_township=0, urban_target=None, max_sites=1)
    plan = make_plan(town, scenario, travel=travel_for(town, "walk", measured_to))
    worst = [row["worst"] for row in plan.record["townships"]]
    assert worst == _by_networkx(town, plan)
    assert max(worst) > 1500.0


def test_a_township_that_reaches_no_site_has_no_worst(town: Bundle) -> None:
    scenario = Scenario(min_per_township=0, urban_target=None, keep_existing=False)
    plan = make_plan(town, scenario)
    assert len(plan.sites) == 0
    assert [row["worst"] for row in plan.record["townships"]] == [None] * 4


@pytest.mark.parametrize("scenario", [Scenario(minutes=5.0, max_sites=6), Scenario(radius_m=600.0)])
def test_losses_and_worst_ways_are_checked(tmp_path: Path, scenario: Scenario) -> None:
    # Half by road, half as the crow flies.
    bundle = import_region(
        Intake(extract=write_town(tmp_path / "town.osm", bare=True)), tmp_path / "bundle"
    )
    plan = make_plan(bundle, scenario)
    write_plan(plan, tmp_path / "plan", bundle_path=tmp_path / "bundle")
    assert check_plan(tmp_path / "plan").differences == ()
    told = {"sites.geojson": "lost", "townships.geojson": "worst", "plan.json": "worst"}
    for name, key in told.items():
        path = tmp_path / "plan" / name
        honest = path.read_text("utf-8")
        content = json.loads(honest)
        rows = content["townships"] if name == "plan.json" else content["features"]
        row = rows[0] if name == "plan.json" else rows[0]["properties"]
        row[key] += 1
        path.write_text(json.dumps(content), "utf-8")
        assert any(key in line for line in check_plan(tmp_path / "plan").differences)
        path.write_text(honest, "utf-8")
