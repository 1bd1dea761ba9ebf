from __future__ import annotations

import re

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geo.crs import equal_area_m2
from geo.kinds import default_kinds
from geo.live_query import Tile, any_of, halves, map_query, tiles_of, units_query, widened
from geo.osm_areas import AREA_KINDS
from tests.map_server import MapServer
from tests.overpass_ql import Interpreter

WANTED = default_kinds().wanted()
ROUND = shapely.Point(117.2, 29.3).buffer(0.3)


def test_tiles_cover_the_ground_and_none_is_too_large() -> None:
    ring = ROUND.difference(shapely.Point(117.2, 29.3).buffer(0.2))
    for ground in (ROUND, ring, ROUND.union(shapely.Point(118.5, 29.3).buffer(0.01))):
        tiles = tiles_of(ground, 2.0e8)
        assert all(tile.area_m2 <= 2.0e8 for tile in tiles)
        assert shapely.union_all([tile.ground for tile in tiles]).covers(ground.buffer(-1e-9))
        # They overlap by a seam, not by more.
        total = sum(tile.area_m2 for tile in tiles)
        assert total == pytest.approx(float(equal_area_m2([ground])[0]), rel=0.02)
    assert len(tiles_of(ROUND, 1e12)) == 1


def test_halves_are_seamless() -> None:
    (tile,) = tiles_of(ROUND, 1e12)
    left, right = halves(tile)
    assert left.ground.intersects(right.ground)
    assert left.ground.union(right.ground).covers(ROUND.buffer(-1e-9))


def test_a_margin_of_a_kilometre_is_around_the_place() -> None:
    wide = widened(ROUND)
    ring = shapely.get_coordinates(wide.exterior)
    degree_m = 111_000.0
    far = shapely.distance(shapely.points(ring), ROUND) * degree_m
    assert far.min() > 850.0  # a degree of longitude is less here
    assert wide.covers(ROUND)
    assert len(ring) < 100


def test_what_the_importer_reads_is_asked_for() -> None:
    (tile,) = tiles_of(ROUND, 1e12)
    text = map_query(tile, WANTED, 120)
    assert text.startswith("[out:json][timeout:120][maxsize:536870912];\n")
    for key, value in sorted(WANTED | set(AREA_KINDS)):
        pattern = rf'way\["{key}"(="{value}"|~"\^\(([a-z_]+\|)*{value}(\|[a-z_]+)*\)\$")\]\('
        assert re.search(pattern, text), (key, value)
    assert "poly:" in text
    whole = Tile(box=(117.0, 29.0, 117.1, 29.1), ground=shapely.box(117.0, 29.0, 117.1, 29.1))
    assert "poly:" not in map_query(whole, WANTED, 120)
    assert map_query(tile, list(WANTED), 120) == text  # whatever the order


def test_a_tile_is_answered_by_what_lies_in_it(server: MapServer) -> None:
    box = (117.15, 29.25, 117.2, 29.35)  # the western half of the town
    west = Interpreter(
        server.data, map_query(Tile(box=box, ground=shapely.box(*box)), WANTED, 60)
    ).run()
    points = [e for e in west if e["type"] == "node" and "tags" in e]
    assert {p["tags"].get("shop", p["tags"].get("amenity")) for p in points} == {
        "supermarket",
        "recycling",
    }
    nodes = {e["id"] for e in west if e["type"] == "node"}
    ways = [e for e in west if e["type"] == "way"]
    assert all(set(way["nodes"]) <= nodes for way in ways)  # whole, across the edge too
    assert sum("highway" in way.get("tags", {}) for way in ways) == 13 + 7  # rows, and its columns
    triangle = shapely.Polygon([(117.15, 29.25), (117.2, 29.25), (117.2, 29.312)])
    less = Interpreter(
        server.data, map_query(Tile(box=triangle.bounds, ground=triangle), WANTED, 60)
    ).run()
    told = [e["tags"] for e in less if e["type"] == "node" and "tags" in e]
    assert [tags.get("amenity") for tags in told] == ["recycling"]  # the shop is in the box only


def test_lines_of_a_province_are_not_asked_for_beyond_the_tile(server: MapServer) -> None:
    box = (117.19, 29.30, 117.2, 29.35)
    found = Interpreter(
        server.data, map_query(Tile(box=box, ground=shapely.box(*box)), WANTED, 60)
    ).run()
    (county,) = [e for e in found if e.get("tags", {}).get("name") == "测试县"]
    ways = {e["id"] for e in found if e["type"] == "way"}
    lines = {m["ref"] for m in county["members"]}
    assert lines & ways
    assert lines - ways


@given(st.lists(st.text(min_size=1, max_size=8), min_size=1, max_size=4))
def test_any_value_is_matched_as_it_stands(values: list[str]) -> None:
    pattern = re.compile(f"^({any_of(values)})$", re.DOTALL)
    assert all(pattern.search(value) for value in values)
    assert not pattern.search("".join(values) + "§x")


def test_hostile_values_stay_inside_their_quotes(server: MapServer) -> None:
    nasty = {("shop", 'a"];out;'), ("shop", "b\\"), ('k"ey', "*"), ("shop", "c|.*")}
    (tile,) = tiles_of(ROUND, 1e12)
    found = Interpreter(server.data, map_query(tile, nasty, 60)).run()  # is understood
    assert not [e for e in found if e.get("tags", {}).get("shop") == "convenience"]
    names = units_query('x"](1,2,3,4);out;', 8, ROUND.bounds, 60)
    assert Interpreter(server.data, names).run() == []
