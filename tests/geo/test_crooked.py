"""Crooked input that once got through, or through to a traceback."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

from geo.errors import ExtractError, PopulationError
from geo.extract import read_extract
from geo.network import FARTHEST_M, RoadNetwork
from geo.population import read_population
from geo.travel import nearest_on_roads, network_matrix
from planner.regions.intake import Intake, import_region
from tests.town import write_town


def _road() -> RoadNetwork:
    return RoadNetwork(
        mode="walk",
        x=np.array([0.0, 100.0]),
        y=np.zeros(2),
        indptr=np.array([0, 1, 2]),
        indices=np.array([1, 0], np.int32),
        length_cm=np.array([10_000, 10_000], np.int32),
        component=np.zeros(2, np.int32),
        component_length_m=np.array([100.0]),
        snappable=np.ones(2, bool),
    )


def test_a_place_on_the_other_side_of_the_earth_is_tied_to_no_road() -> None:
    homes = np.array([[0.0, 0.0], [24_600_000.0, 0.0], [FARTHEST_M + 100.0, 0.0]])
    node, access_cm = _road().snap(*homes.T)
    assert node.tolist() == [0, -1, 1]
    assert access_cm.tolist() == [0, -1, round(FARTHEST_M * 100)]
    travel = network_matrix(_road(), homes, homes[:1], cutoff=1000.0)
    assert np.diff(travel.indptr).tolist() == [1, 0, 0]
    assert travel.unreachable.tolist() == [False, True, False]
    assert nearest_on_roads(_road(), homes, homes[:1])[1] == np.inf


def test_thousands_without_quotes_do_not_become_units(tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    path.write_text("code,name,people\n360222101,北镇,1,000\n", "utf-8")
    with pytest.raises(PopulationError, match=r"people\.csv, row 2.*4 cells under 3"):
        read_population(path)


def test_an_id_beyond_64_bits_is_one_line(tmp_path: Path) -> None:
    path = write_town(tmp_path / "town.osm")
    path.write_text(path.read_text("utf-8").replace('id="1"', 'id="99999999999999999999"'), "utf-8")
    with pytest.raises(ExtractError, match=r"town\.osm"):
        read_extract(path, wanted=[("shop", "*")])


def test_a_table_of_kinds_that_nothing_matches_leaves_generated_candidates(tmp_path: Path) -> None:
    table = Path(__file__).resolve().parents[2] / "data" / "candidate_kinds.csv"
    lines = table.read_text("utf-8").splitlines()
    kept = [lines[0], *(line for line in lines if re.match("own,|generated,", line))]
    (tmp_path / "kinds.csv").write_text("\n".join(kept), "utf-8")
    extract = write_town(tmp_path / "town.osm")
    intake = Intake(extract=extract, kinds=tmp_path / "kinds.csv")
    bundle = import_region(intake, tmp_path / "bundle")
    assert set(bundle.candidates.frame["kind"]) == {"generated"}
