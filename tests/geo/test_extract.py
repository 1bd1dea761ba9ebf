from __future__ import annotations

import gzip
import hashlib
import random
import warnings
from collections import Counter
from pathlib import Path

import geopandas as gpd
import numpy as np
import osmium
import pandas as pd
import pyogrio
import pyproj
import pytest
import shapely

from geo.crs import equal_area_m2
from geo.errors import ExtractError
from geo.extract import POI_KEYS, ROAD_TAGS, Extract, read_extract
from geo.osm_areas import AREA_KINDS
from tests.geo.osmxml import OsmXml

LIECHTENSTEIN = Path(__file__).parents[1] / "data" / "liechtenstein-2013-08-03.osm.pbf"
WANTED = {("shop", "*"), ("amenity", "recycling"), ("landuse", "landfill"), ("amenity", "parking")}


def village() -> OsmXml:
    """A place of each sort, and one that is none."""
    osm = OsmXml()
    osm.node(10.0, 50.0, place="village", name=" Dorf ", population="1200")
    osm.node(10.1, 50.0, shop="kiosk", name="Kiosk <b>")
    osm.node(10.2, 50.0, amenity="bench")
    osm.node(10.3, 50.0, amenity="recycling", recycling_type="centre", access="yes")
    osm.way([(10.0, 50.0), (10.01, 50.0), (10.02, 50.01)], highway="residential", oneway="yes")
    osm.way([(10.02, 50.01), (10.03, 50.0)], highway="track", tracktype="grade2", name="Weg")
    osm.way([(10.0, 50.1), (10.1, 50.1), (10.2, 50.2)], waterway="river")
    osm.way([(10.0, 50.3), (10.1, 50.3)], railway="rail")
    osm.box(10.4, 50.0, 10.4002, 50.0001, building="house", building__levels="2;3")
    osm.box(10.5, 50.0, 10.5002, 50.0001, building="yes", shop="bakery", building__levels="x")
    osm.box(10.6, 50.0, 10.6002, 50.0001, building="no")
    osm.box(10.0, 50.4, 10.01, 50.41, landuse="residential", name="Siedlung")
    osm.box(10.1, 50.4, 10.11, 50.41, natural="water", leisure="nature_reserve")
    osm.box(10.2, 50.4, 10.21, 50.41, landuse="landfill")
    outer = osm.box(10.3, 50.4, 10.31, 50.41, landuse="forest")
    inner = osm.box(10.302, 50.402, 10.306, 50.406)
    members = [("way", outer, "outer"), ("way", inner, "inner")]
    osm.relation(members, type="multipolygon", landuse="forest", name="Wald")
    return osm


def same(one: Extract, other: Extract) -> bool:
    """Whether two extracts hold the same, whatever file they came from."""
    return (
        one.bounds == other.bounds
        and all(
            np.array_equal(getattr(one.roads, part), getattr(other.roads, part))
            for part in ("way_id", "offsets", "node_id", "lon", "lat")
        )
        and all(
            getattr(one, part).equals(getattr(other, part))
            for part in ("places", "pois", "buildings", "areas", "lines")
        )
        and one.roads.tags.equals(other.roads.tags)
        and [(a.osm_id, a.level, a.name, a.code, a.geometry) for a in one.admin]
        == [(a.osm_id, a.level, a.name, a.code, a.geometry) for a in other.admin]
    )


@pytest.fixture(scope="module")
def liechtenstein() -> Extract:
    return read_extract(LIECHTENSTEIN, wanted=WANTED)


def test_roads(tmp_path: Path) -> None:
    roads = read_extract(village().write(tmp_path / "v.osm"), wanted=WANTED).roads
    assert roads.offsets.tolist() == [0, 3, 5]
    assert roads.lon.tolist() == [10.0, 10.01, 10.02, 10.02, 10.03]
    assert roads.lat.tolist() == [50.0, 50.0, 50.01, 50.01, 50.0]
    assert roads.node_id[2] == roads.node_id[3]  # where they meet
    assert roads.tags.columns.tolist() == list(ROAD_TAGS)
    assert roads.tags["highway"].tolist() == ["residential", "track"]
    assert roads.tags["oneway"].tolist() == ["yes", ""]
    assert roads.tags["tracktype"].tolist() == ["", "grade2"]
    assert roads.tags["name"].tolist() == ["", "Weg"]


def test_places_and_points_of_interest(tmp_path: Path) -> None:
    extract = read_extract(village().write(tmp_path / "v.osm"), wanted=WANTED)
    (place,) = extract.places.itertuples()
    assert (place.osm_id, place.place, place.name, place.population) == (
        "n1",
        "village",
        "Dorf",
        "1200",
    )
    pois = extract.pois
    assert pois["name"].tolist() == ["Kiosk <b>", "", "", ""]
    assert pois["shop"].tolist() == ["kiosk", "", "bakery", ""]
    assert pois["amenity"].tolist() == ["", "recycling", "", ""]
    assert pois["landuse"].tolist() == ["", "", "", "landfill"]
    assert pois["osm_id"].str[0].tolist() == ["n", "n", "w", "w"]
    assert set(POI_KEYS) < set(pois.columns)
    assert (pois["area_m2"] > 0).tolist() == [False, False, True, True]
    assert shapely.box(10.2, 50.4, 10.21, 50.41).contains(pois.geometry.iloc[3])


def test_a_wanted_key_of_its_own_gets_a_column(tmp_path: Path) -> None:
    path = OsmXml()
    path.node(1, 1, craft="tailor", name="T")
    pois = read_extract(path.write(tmp_path / "v.osm"), wanted={("craft", "tailor")}).pois
    assert pois["craft"].tolist() == ["tailor"]


def test_buildings(tmp_path: Path) -> None:
    buildings = read_extract(village().write(tmp_path / "v.osm"), wanted=WANTED).buildings
    assert buildings["building"].tolist() == ["house", "yes"]
    assert buildings["other_use"].tolist() == [False, True]
    assert buildings["levels"].iloc[0] == 2.0
    assert np.isnan(buildings["levels"].iloc[1])
    house = shapely.box(10.4, 50.0, 10.4002, 50.0001)
    true_m2 = pyproj.Geod(ellps="WGS84").geometry_area_perimeter(house)[0]
    assert buildings["area_m2"].iloc[0] == pytest.approx(true_m2, rel=1e-4)
    assert (buildings["lon"].iloc[0], buildings["lat"].iloc[0]) == pytest.approx(
        (10.4001, 50.00005)
    )


def test_ground_and_lines(tmp_path: Path) -> None:
    extract = read_extract(village().write(tmp_path / "v.osm"), wanted=WANTED)
    areas = extract.areas
    assert areas["kind"].tolist() == ["residential", "water", "protected", "landfill", "wood"]
    assert areas["name"].tolist() == ["Siedlung", "", "", "", "Wald"]
    wood = areas.geometry.iloc[4]  # the outer way, tagged too, does not count twice
    whole, hole = shapely.box(10.3, 50.4, 10.31, 50.41), shapely.box(10.302, 50.402, 10.306, 50.406)
    assert wood.symmetric_difference(whole - hole).area < 1e-12
    assert extract.lines["kind"].tolist() == ["river", "rail"]
    assert extract.lines.geometry.iloc[0].coords[2] == (10.2, 50.2)


@pytest.mark.parametrize("name", ["v.osm.gz", "v.osm.bz2", "v.osm.pbf"])
def test_all_formats_hold_the_same(tmp_path: Path, name: str) -> None:
    plain = read_extract(village().write(tmp_path / "v.osm"), wanted=WANTED)
    packed = read_extract(village().write(tmp_path / name), wanted=WANTED)
    assert same(plain, packed)
    misnamed = (tmp_path / name).rename(tmp_path / "v.data")
    assert same(plain, read_extract(misnamed, wanted=WANTED))
    assert packed.sha256 == hashlib.sha256(misnamed.read_bytes()).hexdigest()


def test_the_order_of_a_file_does_not_matter(tmp_path: Path) -> None:
    sorted_one = read_extract(village().write(tmp_path / "a.osm"), wanted=WANTED)
    osm = village()
    osm.admin([osm.box(9, 49, 11, 51)], 8, "Dorf")
    random.Random(1).shuffle(osm.things)
    one = read_extract(osm.write(tmp_path / "b.osm"), wanted=WANTED)
    osm.things.reverse()
    other = read_extract(osm.write(tmp_path / "c.osm"), wanted=WANTED)
    assert same(one, other)
    assert one.areas.equals(sorted_one.areas)
    assert one.admin[0].geometry is not None


def test_where_the_timestamp_comes_from(tmp_path: Path, liechtenstein: Extract) -> None:
    assert liechtenstein.timestamp == "2013-08-03T19:00:02Z"  # osmium fileinfo says so
    osm = OsmXml()
    osm.node(1, 1, place="town", extra='version="1" timestamp="2020-01-02T03:04:05Z"')
    osm.way([(1, 1), (1, 2)], highway="path", extra='version="1" timestamp="2021-01-02T03:04:05Z"')
    assert (
        read_extract(osm.write(tmp_path / "a.osm"), wanted=()).timestamp == "2021-01-02T03:04:05Z"
    )
    osm.head = ['<note>x</note><meta osm_base="2022-02-02T00:00:00Z"/>']
    assert (
        read_extract(osm.write(tmp_path / "a.osm"), wanted=()).timestamp == "2022-02-02T00:00:00Z"
    )
    bare = OsmXml()
    bare.way([(1, 1), (1, 2)], highway="path")
    assert read_extract(bare.write(tmp_path / "b.osm"), wanted=()).timestamp is None


def test_ways_are_cut_where_nodes_are_missing(tmp_path: Path) -> None:
    osm = OsmXml()
    near = osm.nodes([(1.0, 1.0), (1.1, 1.0), (1.2, 1.0), (1.3, 1.0), (1.4, 1.0)])
    osm.way([near[0], near[1], 900, near[2], 901, near[3], near[4]], highway="service")
    osm.way([902, 903], highway="service")
    osm.way([near[0], near[1], 904, near[0]], building="yes")
    extract = read_extract(osm.write(tmp_path / "a.osm"), wanted=())
    roads = extract.roads
    assert roads.offsets.tolist() == [0, 2, 4]  # a single node left over draws nothing
    assert roads.way_id[0] == roads.way_id[1]
    assert roads.lon.tolist() == [1.0, 1.1, 1.3, 1.4]
    assert extract.buildings.empty
    told = {finding.kind: finding.values for finding in extract.findings}
    assert told["extract-cut-roads"] == {"ways": 2, "nodes": 4}
    assert told["extract-areas-dropped"] == {"broken": 0, "clipped": 1}


def test_an_editor_s_file(tmp_path: Path) -> None:
    """JOSM: negative ids are new objects, action=delete and visible=false are gone ones."""
    osm = OsmXml(generator="JOSM")
    a = osm.node(1.0, 1.0, number=-1, place="village", name="Neu")
    b = osm.node(1.1, 1.0, number=-2)
    c = osm.node(1.2, 1.0, number=7)
    osm.way([a, b, c], number=-3, extra="action='modify'", highway="residential")
    osm.way([b, c], number=8, extra="action='delete'", highway="residential")
    osm.way([b, c], number=9, extra="visible='false'", highway="residential")
    osm.node(1.3, 1.0, number=10, extra="action='delete'", place="town", name="Alt")
    extract = read_extract(osm.write(tmp_path / "a.osm"), wanted=())
    assert extract.roads.way_id.tolist() == [-3]
    assert extract.roads.lon.tolist() == [1.0, 1.1, 1.2]
    assert extract.roads.node_id.tolist() == [-1, -2, 7]
    assert extract.places["name"].tolist() == ["Neu"]
    assert not [f for f in extract.findings if f.kind == "extract-cut-roads"]


def test_an_object_twice_counts_once(tmp_path: Path) -> None:
    osm = village()
    once = read_extract(osm.write(tmp_path / "a.osm"), wanted=WANTED)
    osm.things += osm.things
    twice = read_extract(osm.write(tmp_path / "b.osm"), wanted=WANTED)
    assert same(once, twice)
    assert "extract-repeated" in {finding.kind for finding in twice.findings}


def test_an_empty_extract_is_told_not_refused(tmp_path: Path) -> None:
    extract = read_extract(OsmXml().write(tmp_path / "a.osm"), wanted=WANTED)
    assert [f.kind for f in extract.findings] == ["extract-no-roads"]
    assert len(extract.roads.way_id) == len(extract.pois) == len(extract.areas) == 0
    assert np.isnan(extract.bounds).all()


def text(tmp_path: Path, content: str | bytes, name: str = "x.osm") -> Path:
    path = tmp_path / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


OSM = '<osm version="0.6">{}</osm>'
TWO_VERSIONS = OSM.format(
    '<node id="1" version="1" lat="1" lon="1"/><node id="2" version="1" lat="1" lon="2"/>'
    '<way id="3" version="1"><nd ref="1"/><nd ref="2"/><tag k="highway" v="path"/></way>'
    '<way id="3" version="2"><nd ref="1"/><nd ref="2"/><tag k="highway" v="path"/></way>'
)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("x.osm.pbf", b"", "empty"),
        ("x.osm", b"", "empty"),
        ("x.osm.pbf", b"\x89PNG\r\n\x1a\n" + bytes(200), "not OSM data"),
        ("x.osm.pbf", b"PK\x03\x04" + bytes(200), "zip"),
        ("x.osm", "<!DOCTYPE html><html>busy</html>", "web page"),
        ("x.osm", '{"elements": []}', "not OSM data"),
        ("x.osm", "<gpx></gpx>", "not OSM data"),
        ("x.osm", '<osmChange version="0.6"></osmChange>', "osmChange"),
        ("x.osm", OSM.format('<node id="1" lat="north" lon="1"/>'), "cannot be read"),
        ("x.osm", OSM.format('<node id="1" lat="1" lon="1">'), "cannot be read"),
        ("x.osm", '<osm version="0.5"></osm>', "0.5"),
        ("x.osm", OSM.format("<remark> runtime error: Query timed out</remark>"), "timed out"),
        ("x.osm", '<!DOCTYPE x [<!ENTITY a "b">]><osm version="0.6"></osm>', "entities"),
        ("x.osm", '<osm version="0.6" generator="JOSM"><node id="1" lat="1"/>', "truncated"),
        ("x.osm", TWO_VERSIONS, "several versions of w3"),
        ("x.osm", OSM.format('<way id="3" version="1"><nd ref="1"/><nd ref="2"/></way>'), "none"),
        ("x.osm.gz", gzip.compress(b"<osm version='0.6'/>", mtime=0)[:-9], "truncated"),
        ("x.osm.gz", gzip.compress(LIECHTENSTEIN.read_bytes()[:4000]), "packed a second time"),
        ("x.osm.bz2", b"BZh9nonsense", "damaged"),
        ("x.osm.gz", b"\x1f\x8b\x08\x00nonsense nonsense", "damaged"),
    ],
)  # fmt: skip
def test_bad_files_are_told_in_one_line(
    tmp_path: Path, name: str, content: str | bytes, said: str
) -> None:
    path = text(tmp_path, content, name)
    with pytest.raises(ExtractError, match=said) as caught:
        read_extract(path, wanted=WANTED)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)
    assert caught.value.remedy


def test_missing_files_and_folders(tmp_path: Path) -> None:
    with pytest.raises(ExtractError, match="no such file"):
        read_extract(tmp_path / "none.osm.pbf", wanted=())
    with pytest.raises(ExtractError, match="is not a file"):
        read_extract(tmp_path, wanted=())


def test_history_files_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "h.osm.pbf"
    file = osmium.io.File(str(path), "pbf,history=true")
    file.has_multiple_object_versions = True
    header = osmium.io.Header()
    with osmium.SimpleWriter(file, header=header, overwrite=True) as writer:
        for version in (1, 2):
            writer.add_node(osmium.osm.mutable.Node(id=1, version=version, location=(1, 1)))
    with pytest.raises(ExtractError, match=r"history|several versions"):
        read_extract(path, wanted=())


@pytest.mark.parametrize("share", [0.0001, 0.001, 0.01, 0.1, 0.3, 0.5, 0.7, 0.9, 0.99, 0.99999])
def test_a_truncated_pbf_is_never_half_read(tmp_path: Path, share: float) -> None:
    whole = LIECHTENSTEIN.read_bytes()
    path = text(tmp_path, whole[: int(len(whole) * share)], "cut.osm.pbf")
    with pytest.raises(ExtractError):
        read_extract(path, wanted=WANTED)


def blobs(raw: bytes) -> list[int]:
    """Where the blocks of a PBF begin: four bytes of header length, header, body."""
    at, starts = 0, []
    while at < len(raw):
        starts.append(at)
        header = raw[at + 4 : at + 4 + int.from_bytes(raw[at : at + 4], "big")]
        # The last field of a BlobHeader is the body's size, a varint with the tag 0x18.
        digits = header[header.rindex(b"\x18") + 1 :]
        size = sum((digit & 0x7F) << (7 * i) for i, digit in enumerate(digits))
        at += 4 + len(header) + size
    return starts


def test_a_pbf_cut_between_two_blocks_is_at_least_told(tmp_path: Path) -> None:
    whole = LIECHTENSTEIN.read_bytes()
    starts = blobs(whole)
    kinds = []
    for start in starts[1:]:
        extract = read_extract(text(tmp_path, whole[:start], "cut.osm.pbf"), wanted=())
        kinds.append({finding.kind for finding in extract.findings})
    lost = [bool(kind & {"extract-no-roads", "extract-no-relations"}) for kind in kinds]
    assert lost == [True] * len(lost)


@pytest.mark.parametrize("name", ["cut.osm", "cut.osm.gz", "cut.osm.bz2"])
@pytest.mark.parametrize("cut", [1, 40, 300])
def test_truncated_xml_is_never_half_read(tmp_path: Path, name: str, cut: int) -> None:
    whole = village().write(tmp_path / name).read_bytes()
    # Bytes after the root element are no loss: a plain file's last one is a line feed.
    path = text(tmp_path, whole[: -cut - 1], name)
    with pytest.raises(ExtractError):
        read_extract(path, wanted=WANTED)


def test_damaged_pbf(tmp_path: Path) -> None:
    whole = bytearray(LIECHTENSTEIN.read_bytes())
    rng = random.Random(5)
    for _ in range(200):
        whole[rng.randrange(len(whole))] ^= 0xFF
    with pytest.raises(ExtractError):
        read_extract(text(tmp_path, bytes(whole), "bad.osm.pbf"), wanted=WANTED)


def multipolygons(path: Path) -> gpd.GeoDataFrame:
    """GDAL's own assembly of a file's areas, by our ids, with their areas."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # remarks on rings that do not close
        frame = pyogrio.read_dataframe(path, layer="multipolygons")
    relation = frame["osm_id"].notna()
    names = np.where(
        relation, "r" + frame["osm_id"].fillna(""), "w" + frame["osm_way_id"].fillna("")
    )
    frame.index = pd.Index(names)
    frame["m2"] = equal_area_m2(frame.geometry.to_numpy())
    return frame


def compare_areas(extract: Extract, *, only_ours: int, buildings: int) -> None:
    theirs = multipolygons(extract.path)
    # GDAL takes a closed way with no other tag than some of LAND_KINDS for a line.
    areas = extract.areas[extract.areas["kind"].isin(set(AREA_KINDS.values()))]
    ours = pd.Series(equal_area_m2(areas.geometry.to_numpy()), index=areas["osm_id"])
    assert len(extract.footprints) == len(extract.buildings)
    assert np.allclose(equal_area_m2(extract.footprints), extract.buildings["area_m2"])
    both = ours.index.intersection(theirs.index)
    assert len(set(ours.index)) - len(both) == only_ours
    assert np.allclose(ours[both], theirs["m2"].reindex(ours[both].index), rtol=1e-9)
    homes = theirs[theirs["building"].notna() & (theirs["building"] != "no")]
    assert len(extract.buildings) == buildings
    assert abs(len(homes) - buildings) <= 2
    assert extract.buildings["area_m2"].sum() == pytest.approx(homes["m2"].sum(), rel=1e-3)
    for key in ("landuse", "natural", "leisure", "boundary"):
        known = {i for i, value in theirs[key].items() if (key, value) in AREA_KINDS}
        assert known <= set(ours.index)
    for area in extract.admin:
        shape = theirs.geometry.get(f"{area.osm_type}{area.osm_id}")
        if area.geometry is not None:
            assert area.geometry.symmetric_difference(shape).area < 1e-12
            assert not area.mended
            assert not area.missing_members


def count_highways(path: Path) -> dict[str, int]:
    tags = (thing.tags for thing in osmium.FileProcessor(path, osmium.osm.WAY))
    return dict(Counter(tag["highway"] for tag in tags if "highway" in tag))


def test_liechtenstein_against_another_reading(liechtenstein: Extract) -> None:
    """The same file by a plain pyosmium loop and by GDAL's own multipolygon assembly."""
    highways = count_highways(LIECHTENSTEIN)
    assert liechtenstein.roads.tags["highway"].value_counts().to_dict() == highways
    assert len(liechtenstein.roads.way_id) == 2753
    # Three ways that GDAL tells through relations of the old style, without tags of their own.
    compare_areas(liechtenstein, only_ours=3, buildings=3723)
    whole = Counter(area.level for area in liechtenstein.admin if area.geometry is not None)
    assert whole == {2: 1, 6: 2, 8: 11}
    assert Counter(area.level for area in liechtenstein.admin) == {2: 3, 4: 3, 6: 8, 8: 22}


def test_isle_of_wight(isle_of_wight: Extract) -> None:
    assert len(isle_of_wight.roads.way_id) == 22_472
    highways = count_highways(isle_of_wight.path)
    assert isle_of_wight.roads.tags["highway"].value_counts().to_dict() == highways
    assert (isle_of_wight.pois["amenity"] == "recycling").sum() == 28
    assert (isle_of_wight.pois["shop"] == "supermarket").sum() == 28
    assert (isle_of_wight.areas["kind"] == "residential").sum() == pytest.approx(890, abs=10)
    assert len(isle_of_wight.buildings) == pytest.approx(59_104, abs=20)
    parishes = [area for area in isle_of_wight.admin if area.level == 10]
    assert len(parishes) == 33
    assert not any(area.mended or area.missing_members for area in parishes)
