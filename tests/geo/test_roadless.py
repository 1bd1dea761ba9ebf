from __future__ import annotations

import itertools
import math
from types import SimpleNamespace
from typing import Any

import geopandas as gpd
import networkx as nx
import numpy as np
import pytest
import shapely

from geo.network import RoadNetwork
from geo.roadless import FAR_M, joined_matrix, nearest, without_roads
from geo.speeds import METRES, Measure
from geo.travel import TravelMatrix

SIDE = 6
SPACING_CM = 10_000
FACTOR, KMH = 1.4, 18


def grid() -> RoadNetwork:
    """Streets 100 m apart, the rows walked and the columns driven at 30 km/h."""
    places = [(i, j) for j in range(SIDE) for i in range(SIDE)]
    arcs: dict[tuple[int, int], int] = {}
    for a, b in itertools.permutations(range(len(places)), 2):
        (i, j), (k, m) = places[a], places[b]
        if abs(i - k) + abs(j - m) == 1:
            arcs[a, b] = 0 if j == m else 30
    rows = sorted(arcs)
    x, y = np.array(places, np.float64).T * 100
    return RoadNetwork(
        mode="ebike",
        x=x,
        y=y,
        indptr=np.searchsorted([a for a, _ in rows], range(len(places) + 1)).astype(np.int64),
        indices=np.array([b for _, b in rows], np.int32),
        length_cm=np.full(len(rows), SPACING_CM, np.int32),
        component=np.zeros(len(places), np.int32),
        component_length_m=np.array([6000.0]),
        snappable=np.ones(len(places), np.bool_),
        kmh=np.array([arcs[pair] for pair in rows], np.uint8),
    )


def by_hand(measure: Measure, cells: Any, sites: Any, off: Any, off_site: Any) -> Any:
    """Distances or times of all pairs, by networkx and plain arithmetic."""
    network, graph = grid(), nx.DiGraph()
    for a in range(len(network.x)):
        for arc in range(network.indptr[a], network.indptr[a + 1]):
            m_s = network.kmh[arc] / 3.6 or measure.walk_m_s
            cost = round(SPACING_CM / m_s) if measure.unit == "s" else SPACING_CM
            graph.add_edge(a, int(network.indices[arc]), weight=cost)
    paths = dict(nx.all_pairs_dijkstra_path_length(graph))

    def tied(place: Any) -> tuple[int, int]:
        away = np.hypot(network.x - place[0], network.y - place[1])
        cm = math.ceil(away.min() * 100 - 1e-6)
        speed = measure.walk_m_s if measure.unit == "s" else 1.0
        return int(away.argmin()), math.ceil(cm / speed - 1e-6)

    found = np.zeros((len(cells), len(sites)))
    for row, column in np.ndindex(found.shape):
        if off[row] or off_site[column]:
            crow_m = math.dist(cells[row], sites[column]) * FACTOR
            seconds = crow_m / (KMH / 3.6)
            found[row, column] = math.ceil(
                (seconds if measure.unit == "s" else crow_m) * 100 - 1e-6
            )
        else:
            (here, walked), (there, back) = tied(cells[row]), tied(sites[column])
            found[row, column] = walked + paths[here][there] + back
    return found


def dense(travel: TravelMatrix) -> Any:
    whole = np.full((len(travel.indptr) - 1, travel.n_candidates), np.inf)
    for row in range(len(whole)):
        mine = slice(travel.indptr[row], travel.indptr[row + 1])
        assert (np.diff(travel.indices[mine]) > 0).all(), "columns ascend"
        whole[row, travel.indices[mine]] = travel.values[mine]
    return whole


@pytest.mark.parametrize(("measure", "cutoff"), [(METRES, 450.0), (Measure(unit="s"), 100.0)])
@pytest.mark.parametrize("share", [0.0, 0.4, 1.0])
def test_pairs_go_by_road_or_straight_as_their_townships_say(
    measure: Measure, cutoff: float, share: float
) -> None:
    random = np.random.default_rng(3)
    cells, sites = random.uniform(-30, 530, (40, 2)), random.uniform(-30, 530, (25, 2))
    off, off_site = random.random(40) < share, random.random(25) < share
    truth = by_hand(measure, cells, sites, off, off_site) / 100
    travel = joined_matrix(
        grid(),
        cells,
        sites,
        (off, off_site),
        cutoff=cutoff,
        detour_factor=FACTOR,
        kmh=KMH,
        measure=measure,
    )
    assert (travel.unit, travel.impedance) == (measure.unit, "network:ebike+straight-line")
    assert 0 < len(travel.indices) < truth.size
    np.testing.assert_allclose(
        dense(travel), np.where(truth <= cutoff + 1e-9, truth, np.inf), rtol=1e-6
    )
    assert not travel.unreachable.any()
    near = nearest(
        grid(), cells, sites, (off, off_site), detour_factor=FACTOR, kmh=KMH, measure=measure
    )
    np.testing.assert_allclose(near, truth.min(axis=1))


def test_without_candidates_nobody_reaches_any() -> None:
    cells, none = np.array([[0.0, 0.0], [100.0, 0.0]]), np.empty((0, 2))
    off = (np.array([True, False]), np.zeros(0, bool))
    travel = joined_matrix(grid(), cells, none, off, cutoff=500, detour_factor=1.4, kmh=0)
    assert travel.unreachable.tolist() == [True, True]
    assert nearest(grid(), cells, none, off, detour_factor=1.4, kmh=0).tolist() == [math.inf] * 2


def region_of(*boxes: tuple[float, float, float, float]) -> Any:
    shapes = gpd.GeoSeries([shapely.box(*box) for box in boxes])

    def assign(x: Any, y: Any) -> Any:
        inside = np.array([shapely.contains_xy(shape, x, y) for shape in shapes])
        return np.where(inside.any(axis=0), inside.argmax(axis=0), -1)

    codes = [f"c{row}" for row in range(len(boxes))]
    townships = gpd.GeoDataFrame({"code": codes, "name": codes}, geometry=shapes)
    return SimpleNamespace(townships=townships, territories=shapes, assign=assign)


def demand_of(*cells: tuple[float, float, int, int]) -> Any:
    frame = gpd.GeoDataFrame(
        {"township": [cell[2] for cell in cells], "people": [cell[3] for cell in cells]},
        geometry=[shapely.Point(*cell[:2]) for cell in cells],
    )
    return SimpleNamespace(frame=frame)


def test_a_township_is_without_roads_by_its_streets_or_by_its_people() -> None:
    region = region_of((-50, -50, 550, 550), (550, -50, 1150, 550), (-50, 550, 950, 1500))
    # The third has a street of its own, but most of its people live far from any.
    network = grid()
    network.y[-1] = 600.0
    demand = demand_of((250, 250, 0, 90), (700, 250, 1, 5), (500, 650, 2, 49), (500, 8000, 2, 50))
    rows, findings = without_roads(region, demand, network, detour_factor=1.5)
    assert rows == (1, 2)
    assert [finding.where for finding in findings] == ["c1", "c2"]
    bare, remote = (finding.values for finding in findings)
    assert (bare["fault"], bare["km_per_km2"], bare["far_share"]) == ("few-roads", 0.0, 0.0)
    # Of the streets of a corner, 100 m east and 100 m south, half lies at the corner.
    assert (remote["fault"], remote["km_per_km2"]) == ("far-from-roads", round(0.1 / 0.95, 4))
    assert remote["far_share"] == pytest.approx(50 / 99, abs=1e-4)
    assert (remote["factor"], remote["far_m"]) == (1.5, FAR_M)
    half = demand_of((250, 250, 0, 90), (700, 250, 1, 5), (500, 650, 2, 50), (500, 8000, 2, 50))
    assert without_roads(region, half, network, detour_factor=1.5)[0] == (1,), "half is not most"
