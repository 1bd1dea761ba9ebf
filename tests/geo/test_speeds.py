from __future__ import annotations

import io
from fractions import Fraction
from math import ceil, floor
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.access import driving, riding
from geo.errors import NetworkError
from geo.network import UNTOLD_KMH, RoadNetwork, build_network
from geo.pace import WALK_M_S
from geo.speeds import METRES, Measure, Speeds, default_speeds, limit_kmh, read_speeds, way_kmh
from tests.geo.streetmap import METRIC, roads_of, street

ROOT = Path(__file__).resolve().parents[2]
TABLE = (ROOT / "data" / "speeds.toml").read_text("utf-8")


def test_every_class_that_is_open_has_a_speed_of_its_own() -> None:
    speeds = default_speeds()
    classes = {name for table in (speeds.ebike, speeds.drive) for name, _ in table.kmh}
    for highway in sorted(classes | {"steps", "corridor", "via_ferrata"}):
        tags = {"highway": highway, "bicycle": "yes"}
        assert bool(riding(tags)) == (highway in dict(speeds.ebike.kmh)), highway
        tags = {"highway": highway, "motor_vehicle": "yes"}
        assert bool(driving(tags)) == (highway in dict(speeds.drive.kmh)), highway
    assert {15, 20} >= {kmh for name, kmh in speeds.ebike.kmh if "ary" in name or "track" in name}


@pytest.mark.parametrize(
    ("tag", "kmh"),
    [
        ("50", 50),
        (" 50 ", 50),
        ("50 km/h", 50),
        ("30 mph", 30 * 1.609344),
        ("80;60", 60),
        ("60; signals", 60),
        ("5", 5),
        ("130", 130),
        *((text, None) for text in ("", "4", "131", "none", "walk", "CN:urban", "0", "-50", "5e1")),
        *((text, None) for text in ("1000", "90 mph", "50 knots", "५०0000", "fast")),
    ],
)
def test_a_limit_is_read_where_it_is_sane(tag: str, kmh: float | None) -> None:
    assert limit_kmh(tag) == kmh


def test_a_limit_counts_with_its_share_and_never_makes_a_lane_a_motorway() -> None:
    speeds, ways = default_speeds(), []
    for highway, maxspeed in (
        *(("residential", ""), ("residential", "20"), ("residential", "30 mph")),
        *(("unclassified", "60 mph"), ("motorway", "120"), ("primary", "none")),
    ):
        ways.append({"highway": highway, "maxspeed": maxspeed})
    tags = pd.DataFrame(ways)
    # 0.8 of the limit, at most 1.5 times the 25, 25 and 90 km/h of the classes.
    assert way_kmh(tags, "drive", speeds).tolist() == [25, 16, 38, 38, 96, 65]
    # A rider goes no faster than allowed and no faster than ever.
    assert way_kmh(tags, "ebike", speeds).tolist()[:4] == [15, 15, 15, 20]
    assert way_kmh(tags.assign(maxspeed="10"), "ebike", speeds).tolist()[:4] == [10] * 4
    assert way_kmh(tags, "walk", speeds).tolist() == [0] * 6
    assert way_kmh(tags.iloc[:0], "drive", speeds).tolist() == []


def test_where_one_must_get_off_the_vehicle_is_pushed() -> None:
    tags = pd.DataFrame([{"highway": "footway", "bicycle": "dismount"}])
    assert way_kmh(tags, "ebike", default_speeds()).tolist() == [0]


@given(
    st.lists(st.tuples(st.integers(1, 5_000), st.integers(0, 150)), min_size=1, max_size=20),
    st.sampled_from([Fraction(1), Fraction(6, 5), Fraction(5, 4), Fraction(8, 5)]),
)
def test_costs_are_what_fractions_say(arcs: list[tuple[int, int]], pace: Fraction) -> None:
    measure = Measure(unit="s", walk_m_s=float(pace))
    length_cm = np.array([length for length, _ in arcs], np.int32)
    kmh = np.array([speed for _, speed in arcs], np.uint8)
    for (length, speed), cost in zip(arcs, measure.arcs(length_cm, kmh).tolist(), strict=True):
        m_s = Fraction(speed * 10, 36) if speed else pace
        # A centimetre at a metre a second takes a hundredth of a second.
        assert cost == max(floor(Fraction(length) / m_s + Fraction(1, 2)), 1)
    on_foot = measure.on_foot(length_cm).tolist()
    assert on_foot == [ceil(Fraction(length) / pace) for length, _ in arcs]
    assert METRES.arcs(length_cm, kmh).tolist() == METRES.on_foot(length_cm).tolist()


def test_a_straight_line_takes_as_long_as_its_length_at_its_speed() -> None:
    measure = Measure(unit="s", walk_m_s=1.2)
    metres = np.array([0.0, 12.0, 100.0])
    assert measure.straight(metres, 0).tolist() == [0, 1000, 8334]
    assert measure.straight(metres, 36).tolist() == [0, 120, 1000]
    assert METRES.straight(metres, 36).tolist() == [0, 1200, 10_000]
    assert measure.longest_m(60.0, 0) == pytest.approx(72)
    assert WALK_M_S == 1.2


def test_the_table_survives_the_manifest() -> None:
    assert Speeds.of(default_speeds().record()) == default_speeds()


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("motorway = 90", "motorway = 0", r"\[drive.kmh\] motorway: 0 is not allowed"),
        ("motorway = 90", "motorway = 90.5", "90.5"),
        ("motorway = 90", "motorway = true", "True"),
        ("motorway = 90", 'motorway = "fast"', "fast"),
        ("[drive.kmh]", "[drive.mph]", "kmh: is missing"),
        ("[ebike]", "[bike]", "unknown table"),
        ("elsewhere = 25", "elsewere = 25", "elsewhere: is missing"),
        ("limit_share = 0.8", "limit_share = 8", "limit_share: 8 is not allowed"),
        ("limit_raise = 1.5", "limit_raise = nan", "limit_raise: nan"),
        ("elsewhere = 25", "elsewhere = 25\nsoon = 1", "soon: is no field"),
        ("[drive]", "[drive", "is not TOML"),
    ],
)
def test_a_crooked_table_is_refused_in_one_line(
    tmp_path: Path, old: str, new: str, told: str
) -> None:
    path = tmp_path / "speeds.toml"
    assert old in TABLE
    path.write_text(TABLE.replace(old, new), "utf-8")
    with pytest.raises(NetworkError, match=told) as caught:
        read_speeds(path)
    assert "speeds.toml" in str(caught.value) and "\n" not in str(caught.value)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NetworkError, match=r"none\.toml: cannot be read"):
        read_speeds(tmp_path / "none.toml")


def test_arcs_know_the_speed_of_their_way_and_keep_it() -> None:
    roads = roads_of(
        street((1, 0, 0), (2, 90, 0), highway="primary"),
        street((2, 90, 0), (3, 90, 60), highway="residential", oneway="yes"),
        street((3, 90, 60), (1, 0, 0), highway="tertiary", maxspeed="30"),
    )
    network = build_network(roads, mode="drive", crs=METRIC)[0]
    length_m = dict.fromkeys([65, 25, 24], 0.0)
    for kmh, length in zip(network.kmh.tolist(), network.length_cm.tolist(), strict=True):
        length_m[kmh] += length / 100
    # There and back, one-way only there; 0.8 of 30 km/h.
    assert length_m == pytest.approx({65: 180, 25: 60, 24: 2 * np.hypot(90, 60)}, abs=0.2)

    file = io.BytesIO()
    np.savez_compressed(file, **network.to_arrays())
    with np.load(io.BytesIO(file.getvalue())) as arrays:
        again = RoadNetwork.of(dict(arrays), "drive")
        older = {key: arrays[key] for key in arrays if not key.startswith("kmh")}
    assert again.kmh.tolist() == network.kmh.tolist() and again.kmh.dtype == np.uint8
    assert set(RoadNetwork.of(older, "drive").kmh.tolist()) == {UNTOLD_KMH}
    assert set(RoadNetwork.of(older, "walk").kmh.tolist()) == {0}
