from __future__ import annotations

import random
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import Point, box

from geo.admin_level import choose_level
from geo.boundary import Region, outline, region_from_osm
from geo.crs import WGS84
from geo.errors import BoundaryError
from geo.extract import AdminArea, Extract, read_extract
from geo.findings import Finding
from tests.geo.osmxml import OsmXml

LIECHTENSTEIN = Path(__file__).parents[1] / "data" / "liechtenstein-2013-08-03.osm.pbf"
STEP = 0.05


class Land(OsmXml):
    """A checkerboard of units, 0.05 degrees wide, whose neighbours share their border ways."""

    def __init__(self, lon: float, lat: float) -> None:
        super().__init__()
        self.lon, self.lat = lon, lat
        self.borders: dict[tuple[tuple[int, int], tuple[int, int]], int] = {}

    def corner(self, i: float, j: float) -> tuple[float, float]:
        return (round(self.lon + i * STEP, 7), round(self.lat + j * STEP, 7))

    def border(self, a: tuple[int, int], b: tuple[int, int]) -> int:
        key = (min(a, b), max(a, b))
        if key not in self.borders:
            self.borders[key] = self.way([self.corner(*key[0]), self.corner(*key[1])])
        return self.borders[key]

    def rim(self, i: int, j: int, width: int = 1, height: int = 1) -> list[int]:
        """Border ways around cells ``i, j`` to ``i + width, j + height``."""
        ways = []
        for k in range(width):
            ways += [self.border((i + k, y), (i + k + 1, y)) for y in (j, j + height)]
        for k in range(height):
            ways += [self.border((x, j + k), (x, j + k + 1)) for x in (i, i + width)]
        return ways

    def roads(self, i: int, j: int, width: int, height: int) -> None:
        """Two diagonals over some cells, so that they lie among the roads."""
        self.way([self.corner(i, j), self.corner(i + width, j + height)], highway="tertiary")
        self.way([self.corner(i + width, j), self.corner(i, j + height)], highway="tertiary")

    def lose(self, *ways: int) -> None:
        """Take ways out of the file, as clipping does."""
        self.things = [t for t in self.things if not any(f'<way id="{w}" ' in t for w in ways)]

    def read(self, folder: Path) -> Extract:
        return read_extract(self.write(folder / "land.osm"), wanted=())


def county(lon: float = 117.0, lat: float = 29.0) -> Land:
    """A county of 2 x 2 townships with roads all over."""
    land = Land(lon, lat)
    for number, (i, j) in enumerate([(0, 0), (1, 0), (0, 1), (1, 1)]):
        land.admin(land.rim(i, j), 8, f"{'甲乙丙丁'[number]}镇", name__en=f"Town {number}")
    land.admin(land.rim(0, 0, 2, 2), 6, "测试县", china_division_code="360299")
    land.roads(0, 0, 2, 2)
    return land


def told(found: list[Finding]) -> dict[str, dict[str, object]]:
    return {finding.kind: finding.values for finding in found}


def test_a_chinese_county(tmp_path: Path) -> None:
    region, found = region_from_osm(county().read(tmp_path))
    frame = region.townships
    assert (region.name, region.source, region.approximate) == (
        "测试县",
        "OSM admin_level=8",
        False,
    )
    assert region.crs.to_epsg() == 4548
    assert sorted(frame["name"]) == ["丁镇", "丙镇", "乙镇", "甲镇"]
    assert frame["name_en"].str.startswith("Town ").all()
    assert frame["code"].str.fullmatch(r"r\d+").all()
    assert set(frame["county"]) == {"测试县"}
    assert set(frame["county_code"]) == {"360299"}
    assert set(frame["ancestors"]) == {"测试县;360299"}
    assert told(found)["admin-level-chosen"] == {
        "level": 8, "units": 4, "why": "township-level", "roads_share": 1.0,
        "area_km2": pytest.approx(outline(region).area / 1e6, abs=0.1),
    }  # fmt: skip
    whole = gpd.GeoSeries([box(117.0, 29.0, 117.1, 29.1).segmentize(0.001)], crs=WGS84)
    assert outline(region).symmetric_difference(whole.to_crs(region.crs).iloc[0]).area < 1000


def test_a_level_of_the_user_s(tmp_path: Path) -> None:
    extract = county().read(tmp_path)
    region, found = region_from_osm(extract, admin_level=6)
    assert region.townships["name"].tolist() == ["测试县"]
    assert told(found)["admin-level-chosen"]["why"] == "asked"
    with pytest.raises(BoundaryError) as caught:
        region_from_osm(extract, admin_level=9)
    line = str(caught.value)
    assert "admin_level 9" in line
    assert "level 6: 1 complete of 1, level 8: 4 complete of 4" in line


def test_codes_are_official_where_they_tell_apart(tmp_path: Path) -> None:
    land = Land(7.0, 50.0)
    land.admin(land.rim(0, 0), 8, "A", ref="07")
    land.admin(land.rim(1, 0), 8, "A", ref="07")
    land.admin(land.rim(2, 0), 8, "B", de__amtlicher_gemeindeschluessel="123", ref="x")
    land.roads(0, 0, 3, 1)
    region, _ = region_from_osm(land.read(tmp_path))
    codes = region.townships["code"]
    assert codes.is_unique
    assert set(codes[region.townships["name"] == "B"]) == {"123"}
    assert codes[region.townships["name"] == "A"].str.fullmatch(r"r\d+").all()


def test_incomplete_units_are_named_and_left_out(tmp_path: Path) -> None:
    land = county()
    land.lose(land.border((0, 0), (1, 0)), land.border((0, 0), (0, 1)))
    extract = land.read(tmp_path)
    area = next(a for a in extract.admin if a.name == "甲镇")
    assert area.geometry is None
    assert area.missing_members == 2
    region, found = region_from_osm(extract)
    assert len(region.townships) == 3
    assert told(found)["admin-incomplete"] == {"level": 8, "units": 1, "names": "甲镇"}
    # The county is incomplete as well: nothing is said of it.
    assert set(region.townships["county"]) == {""}


def test_a_missing_ring_leaves_no_open_end_but_is_noticed(tmp_path: Path) -> None:
    land = county()
    extra = land.box(117.5, 29.0, 117.51, 29.01)
    land.admin([*land.rim(0, 2), extra], 8, "群岛镇")
    land.lose(extra)
    (area,) = [a for a in land.read(tmp_path).admin if a.name == "群岛镇"]
    assert (area.geometry, area.missing_members) == (None, 1)


def test_a_short_gap_is_closed_and_told(tmp_path: Path) -> None:
    land = Land(7.0, 50.0)
    gap = land.way([(7.0, 50.0), (7.0, 50.001)])  # 111 m of 14 km
    rest = land.way([(7.0, 50.001), (7.0, 50.05), (7.05, 50.05), (7.05, 50.0), (7.0, 50.0)])
    land.admin([gap, rest], 8, "A")
    land.admin(land.rim(1, 0), 8, "B")
    land.roads(0, 0, 2, 1)
    land.lose(gap)
    region, found = region_from_osm(land.read(tmp_path))
    assert region.townships.set_index("name")["mended"].to_dict() == {"A": True, "B": False}
    assert [f.kind for f in found] == ["admin-level-chosen", "boundary-mended"]


def test_a_spur_is_cut_off(tmp_path: Path) -> None:
    land = Land(7.0, 50.0)
    spur = land.way([(7.0, 50.0), (6.999, 50.0)])
    land.admin([*land.rim(0, 0), spur], 8, "A")
    (area,) = land.read(tmp_path).admin
    assert area.mended
    assert area.geometry is not None
    assert area.geometry.equals(box(7.0, 50.0, 7.05, 50.05))


def test_neighbours_beyond_the_roads_are_left_out(tmp_path: Path) -> None:
    land = county()
    land.admin(land.rim(2, 0), 8, "邻镇")
    region, found = region_from_osm(land.read(tmp_path))
    assert len(region.townships) == 4
    assert told(found)["admin-beyond-roads"]["names"] == "邻镇"


def test_the_box_of_a_file_tells_what_it_covers(tmp_path: Path) -> None:
    """A township with roads in one corner only belongs to an extract that was cut around it."""
    land = county()
    land.admin(land.rim(2, 0, 2, 2), 8, "山乡")
    land.roads(2, 0, 1, 1)
    assert len(region_from_osm(land.read(tmp_path))[0].townships) == 4
    land.head = ['<bounds minlat="29.0" minlon="117.0" maxlat="29.1" maxlon="117.2"/>']
    extract = land.read(tmp_path)
    assert extract.box == (117.0, 29.0, 117.2, 29.1)
    assert len(region_from_osm(extract)[0].townships) == 5


def test_land_on_both_sides_of_the_180th_meridian(tmp_path: Path) -> None:
    osm = OsmXml()
    osm.admin([osm.box(179.8, -17, 180, -16.9)], 8, "A")
    osm.admin([osm.box(-180, -17, -179.8, -16.9)], 8, "B")
    osm.way([(179.81, -16.99), (179.99, -16.91)], highway="path")
    osm.way([(-179.81, -16.99), (-179.99, -16.91)], highway="path")
    osm.node(179.9, -16.95, place="town", name="C")
    region, _ = region_from_osm(read_extract(osm.write(tmp_path / "a.osm"), wanted=()))
    assert sorted(region.townships["name"]) == ["A", "B"]
    osm.things = [thing for thing in osm.things if "relation" not in thing]
    with pytest.raises(BoundaryError, match="180th meridian"):
        region_from_osm(read_extract(osm.write(tmp_path / "b.osm"), wanted=()))


def test_closed_ways_are_units_unless_they_draw_one(tmp_path: Path) -> None:
    land = Land(7.0, 50.0)
    tags = {"boundary": "administrative", "admin_level": "8"}
    own = land.box(7.0, 50.0, 7.05, 50.05, name="A", **tags)
    drawn = land.box(7.05, 50.0, 7.1, 50.05, name="B", **tags)
    land.admin([drawn], 8, "B")
    land.box(7.1, 50.0, 7.11, 50.01, **tags)  # nameless
    land.roads(0, 0, 2, 1)
    region, _ = region_from_osm(land.read(tmp_path))
    assert region.townships["name"].tolist() == ["B", "A"]
    assert region.townships["code"].tolist()[1] == f"w{own}"


def test_levels_and_names_nobody_can_read(tmp_path: Path) -> None:
    land = county()
    land.admin(land.rim(3, 0), "乡", "无级乡")
    land.relation(land.rim(2, 0), type="boundary", boundary="administrative", admin_level="8",
                  name__zh="中文名")  # fmt: skip
    land.relation(land.rim(2, 1), type="boundary", boundary="administrative", admin_level="8")
    land.roads(2, 0, 1, 2)
    extract = land.read(tmp_path)
    (finding,) = [f for f in extract.findings if f.kind == "admin-level-unreadable"]
    assert finding.values == {"name": "无级乡", "admin_level": "乡"}
    region, found = region_from_osm(extract)
    names = region.townships["name"].tolist()
    assert "中文名" in names
    assert told(found)["boundary-unnamed"] == {"units": 1}
    assert sum(name.startswith("r") for name in names) == 1  # called by its code


def test_cells_around_settlements_where_no_townships_are_drawn(tmp_path: Path) -> None:
    land = Land(117.0, 29.0)
    land.admin(land.rim(0, 0, 2, 1), 6, "西县")
    land.admin(land.rim(2, 0, 2, 1), 6, "东县")
    land.roads(0, 0, 4, 1)
    rng = random.Random(3)
    for number in range(6):
        lon, lat = land.corner(rng.uniform(0, 4), rng.uniform(0, 1))
        land.node(lon, lat, place="town", name=f"{number}镇")
    land.node(*land.corner(1, 0.5), place="hamlet", name="小村")
    land.node(*land.corner(9, 9), place="town", name="远镇")
    region, found = region_from_osm(land.read(tmp_path))
    assert region.approximate
    assert region.source == "OSM place nodes (approximate)"
    assert sorted(region.townships["name"]) == [f"{number}镇" for number in range(6)]
    assert told(found)["boundary-approximate"] == {
        "places": 6, "kinds": "town 6", "within": "admin_level 6"
    }  # fmt: skip
    assert region.townships["code"].str.fullmatch(r"n\d+").all()
    _check_nearest(region, land, rng)


def _check_nearest(region: Region, land: Land, rng: random.Random) -> None:
    """Each spot of a county belongs to the nearest of that county's settlements."""
    seats = {f"n{number}": at for at, number in land.at.items()}
    points = gpd.GeoSeries(
        [Point(seats[code]) for code in region.townships["code"]], crs=WGS84
    ).to_crs(region.crs)
    counties = region.townships["county"].to_numpy()
    checked = 0
    for _ in range(200):
        i, j = rng.uniform(0, 4), rng.uniform(0, 1)
        spot = gpd.GeoSeries([Point(land.corner(i, j))], crs=WGS84).to_crs(region.crs).iloc[0]
        home = "西县" if i < 2 else "东县"
        far = points.distance(spot).where(counties == home, np.inf).sort_values()
        if abs(i - 2) > 0.01 and far.iloc[1] - far.iloc[0] > 5:  # not on a border
            assert region.assign([spot.x], [spot.y])[0] == far.index[0]
            checked += 1
    assert checked > 150


def test_cells_among_the_roads_where_nothing_is_drawn(tmp_path: Path) -> None:
    land = Land(7.0, 50.0)
    land.roads(0, 0, 2, 2)
    land.node(*land.corner(0.5, 0.5), place="village", name="A")
    land.node(*land.corner(1.5, 1.5), place="village", name="B")
    land.node(*land.corner(1.5, 0.5), place="village")
    region, found = region_from_osm(land.read(tmp_path))
    assert region.townships["name"].tolist() == ["A", "B"]
    assert region.name == "land"
    assert told(found)["boundary-approximate"]["within"] == "roads"
    corners = gpd.GeoSeries([Point(land.corner(0, 0))], crs=WGS84).to_crs(region.crs)
    assert outline(region).contains(corners.iloc[0])  # a kilometre to spare


def test_scraps_of_a_clipped_extract_are_no_townships(tmp_path: Path) -> None:
    """One township of nine is whole: the settlements cover what the extract covers."""
    land = Land(117.0, 29.0)
    for i in range(3):
        for j in range(3):
            land.admin(land.rim(i, j), 8, f"{i}{j}镇")
            land.node(*land.corner(i + 0.5, j + 0.5), place="town", name=f"{i}{j}镇")
            land.way([land.corner(i + k, j + k) for k in (0.2, 0.8)], highway="path")
    outside = [(a, b) for a, b in land.borders if a[0] == b[0] in (0, 3) or a[1] == b[1] in (0, 3)]
    land.lose(*(land.borders[edge] for edge in outside))
    extract = land.read(tmp_path)
    assert [a.name for a in extract.admin if a.geometry is not None] == ["11镇"]
    region, found = region_from_osm(extract)
    assert region.approximate
    assert len(region.townships) == 9
    assert told(found)["admin-covers-little"] == {
        "level": 8, "units": 1, "roads_share": pytest.approx(1 / 9, abs=0.001)
    }  # fmt: skip
    assert told(found)["admin-incomplete"]["units"] == 8
    asked, _ = region_from_osm(extract, admin_level=8)
    assert asked.townships["name"].tolist() == ["11镇"]


def test_one_unit_that_nothing_divides(tmp_path: Path) -> None:
    land = Land(7.0, 50.0)
    land.admin(land.rim(0, 0), 8, "Alone")
    land.roads(0, 0, 1, 1)
    land.node(*land.corner(0.5, 0.5), place="village", name="Alone")
    region, found = region_from_osm(land.read(tmp_path))
    assert not region.approximate
    assert region.townships["name"].tolist() == ["Alone"]
    assert told(found)["admin-level-chosen"]["why"] == "single-unit"


def test_nothing_to_go_by(tmp_path: Path) -> None:
    land = county()
    land.things = [thing for thing in land.things if "relation" not in thing]
    with pytest.raises(BoundaryError) as caught:
        region_from_osm(land.read(tmp_path))
    assert "--boundaries" in caught.value.remedy
    assert "no administrative boundaries at all" in str(caught.value)


def test_the_order_of_the_file_does_not_matter(tmp_path: Path) -> None:
    land = county()
    one, found = region_from_osm(land.read(tmp_path))
    random.Random(4).shuffle(land.things)
    other, found_too = region_from_osm(land.read(tmp_path))
    assert one.townships.equals(other.townships)
    assert found == found_too


levels = st.dictionaries(
    st.integers(2, 12), st.lists(st.floats(0.1, 100), min_size=1, max_size=4), max_size=6
)


@given(levels)
def test_the_finest_level_that_tiles(areas: dict[int, list[float]]) -> None:
    usable = {k: sum(a) for k, a in areas.items() if k <= 10 and len(a) > 1}
    level, why = choose_level(areas, chinese=False)
    if not usable:
        assert (level, why) == (None, "none")
        return
    assert why == "finest-tiling"
    assert level in usable
    best = max(usable.values())
    assert usable[level] >= 0.9 * best
    assert all(usable[k] < 0.9 * best for k in usable if k > level)


@given(levels)
def test_china_s_township_level(areas: dict[int, list[float]]) -> None:
    level, _ = choose_level(areas, chinese=True)
    total = {k: sum(a) for k, a in areas.items() if k <= 10}
    enough = [k for k in (8, 7, 9) if total.get(k, 0) >= 0.5 * max(total.values(), default=1)]
    assert level == (enough[0] if enough else None)


def test_liechtenstein() -> None:
    extract = read_extract(LIECHTENSTEIN, wanted=())
    region, found = region_from_osm(extract)
    assert (region.name, region.source) == ("Liechtenstein", "OSM admin_level=8")
    assert region.crs.to_epsg() == 32632
    assert len(region.townships) == 11
    assert {"Vaduz", "Schaan", "Balzers"} < set(region.townships["name"])
    assert outline(region).area / 1e6 == pytest.approx(160.4, abs=0.05)
    assert region.townships["area_m2"].sum() / 1e6 == pytest.approx(160.4, abs=0.05)
    assert region.townships["overlap_m2"].max() < 1
    assert told(found)["admin-incomplete"]["units"] == 11
    assert set(region.townships["county"]) == {"Wahlkreis Oberland", "Wahlkreis Unterland"}
    _check_assignment(region, extract.admin)


def _check_assignment(region: Region, admin: tuple[AdminArea, ...]) -> None:
    """Random spots, against the outlines in degrees."""
    rng = np.random.default_rng(7)
    west, south, east, north = region.townships.total_bounds
    x, y = rng.uniform(west, east, 500), rng.uniform(south, north, 500)
    spots = gpd.GeoSeries(gpd.points_from_xy(x, y), crs=region.crs).to_crs(WGS84)
    shapes = {a.name: a.geometry for a in admin if a.geometry is not None}
    for spot, township in zip(spots, region.assign(x, y), strict=True):
        inside = [n for n in region.townships["name"] if shapely.contains(shapes[n], spot)]
        assert inside == ([region.townships["name"].iloc[township]] if township >= 0 else [])


def test_isle_of_wight(isle_of_wight: Extract) -> None:
    region, found = region_from_osm(isle_of_wight)
    assert (region.name, region.source) == ("Isle of Wight", "OSM admin_level=10")
    assert len(region.townships) == 33
    assert outline(region).area / 1e6 == pytest.approx(395.0, abs=0.05)
    assert region.townships["area_m2"].sum() / 1e6 == pytest.approx(395.0, abs=0.05)
    assert region.townships["code"].str.fullmatch(r"E0400\d{4}").all()  # ONS codes
    assert [finding.kind for finding in found] == ["admin-level-chosen"]
