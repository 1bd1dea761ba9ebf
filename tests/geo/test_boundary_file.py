from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pyogrio
import pytest
import shapely
from shapely.geometry import LineString, Point, box

from geo.boundary import Region, outline, region_from_file
from geo.crs import WGS84
from geo.errors import BoundaryError, CoordinateError
from geo.extract import Extract, read_extract
from geo.findings import Finding
from tests.geo.osmxml import OsmXml

LIECHTENSTEIN = Path(__file__).parents[1] / "data" / "liechtenstein-2013-08-03.osm.pbf"
SQUARES = [box(117.0 + i / 10, 29.0, 117.1 + i / 10, 29.1) for i in range(4)]
NAMES = ["甲镇", "乙乡", "丙街道", "丁镇"]
CODES = ["360299001", "360299002", "360298003", "360298004"]


def frame(**columns: Any) -> gpd.GeoDataFrame:
    given = {"name": NAMES, "code": CODES, **columns}
    return gpd.GeoDataFrame(
        {key: value for key, value in given.items() if value is not None and key != "geometry"},
        geometry=given.get("geometry", SQUARES),
        crs=WGS84,
    )


def saved(path: Path, data: gpd.GeoDataFrame | None = None, **how: Any) -> Path:
    pyogrio.write_dataframe(frame() if data is None else data, path, **how)
    return path


def read(path: Path, **options: Any) -> tuple[Region, dict[str, Finding]]:
    options = {"name_field": "name", "code_field": "code", **options}
    region, found = region_from_file(path, **options)
    return region, {finding.kind: finding for finding in found}


def refused(path: Path, **options: Any) -> str:
    with pytest.raises(BoundaryError) as caught:
        read(path, **options)
    line = str(caught.value)
    assert path.name in line
    assert "\n" not in line
    assert caught.value.remedy
    return line


@pytest.mark.parametrize("name", ["t.geojson", "t.gpkg", "t.shp"])
@pytest.mark.parametrize("crs", [4326, 4490, 4548, 32650, 3857])
def test_formats_and_coordinate_systems(tmp_path: Path, name: str, crs: int) -> None:
    if name == "t.geojson" and crs != 4326:
        data = frame().to_crs(crs)
        path = saved(tmp_path / name, data, RFC7946="NO")  # with a crs member of the old kind
    else:
        path = saved(tmp_path / name, frame().to_crs(crs))
    region, found = read(path)
    assert region.crs.to_epsg() == 4548
    assert region.townships["name"].tolist() == ["丙街道", "丁镇", "甲镇", "乙乡"]
    assert region.townships["code"].tolist() == sorted(CODES)
    assert (region.name, region.source, region.approximate) == ("t", f"file {name}", False)
    expected = gpd.GeoSeries([shapely.segmentize(SQUARES[2], 0.001)], crs=WGS84).to_crs(4548)
    shape = region.townships.geometry.iloc[0]
    # Long edges are straight in another system: metres, not more.
    assert shape.symmetric_difference(expected.iloc[0]).area < 30_000
    assert set(found) <= {"boundary-encoding"}


@pytest.mark.parametrize("encoding", ["UTF-8", "GBK"])
@pytest.mark.parametrize("cpg", ["as written", "none", "88591"])
def test_the_text_of_a_shapefile(tmp_path: Path, encoding: str, cpg: str) -> None:
    path = saved(tmp_path / "t.shp", frame().rename(columns={"name": "名称"}), encoding=encoding)
    if cpg == "none":
        path.with_suffix(".cpg").unlink()
    elif cpg != "as written":
        path.with_suffix(".cpg").write_text(cpg)
    region, found = read(path, name_field="名称")
    assert sorted(region.townships["name"]) == sorted(NAMES)
    told = found["boundary-encoding"].values
    assert told["encoding"] == {"UTF-8": "utf-8", "GBK": "gb18030"}[encoding]
    assert told["sample"] == "名称"


def test_gbk_said_to_be_utf8(tmp_path: Path) -> None:
    path = saved(tmp_path / "t.shp", encoding="GBK")
    path.with_suffix(".cpg").write_text("UTF-8")
    region, found = read(path)
    assert sorted(region.townships["name"]) == sorted(NAMES)
    assert found["boundary-encoding"].values["declared"] == "utf-8"


def test_a_name_cut_within_a_character(tmp_path: Path) -> None:
    """A dBASE field of ten bytes holds three Chinese characters of UTF-8 and a third of one."""
    path = saved(tmp_path / "t.shp", frame(name=["甲甲甲", "乙乙乙", "丙丙丙", "丁丁丁"]))
    raw = path.with_suffix(".dbf").read_bytes()
    cut = raw.replace("甲甲甲".encode() + b" ", "甲甲甲".encode() + b"\xe7")
    assert cut != raw
    path.with_suffix(".dbf").write_bytes(cut)
    region, _ = read(path)
    assert "甲甲甲" in set(region.townships["name"])


def test_western_text_far_from_china(tmp_path: Path) -> None:
    data = frame(name=["Évry", "Orly", "Ivry", "Gif"], code=None)
    data = data.set_geometry(data.translate(-115, 19.5))
    path = saved(tmp_path / "t.shp", data, encoding="ISO-8859-1")
    path.with_suffix(".cpg").unlink()
    region, found = read(path, code_field=None)
    assert "Évry" in set(region.townships["name"])
    assert found["boundary-encoding"].values["encoding"] == "cp1252"


def test_garbled_names_do_not_pass(tmp_path: Path) -> None:
    garbled = [name.encode("gbk").decode("latin-1") for name in NAMES]
    assert "garbled" in refused(saved(tmp_path / "t.gpkg", frame(name=garbled)))
    garbled = [name.encode().decode("cp1252", "replace") for name in NAMES]
    assert "garbled" in refused(saved(tmp_path / "t.geojson", frame(name=garbled)))
    path = tmp_path / "gbk.geojson"
    path.write_bytes(saved(tmp_path / "u.geojson").read_text("utf-8").encode("gbk"))
    assert "UTF-8" in refused(path)


def test_no_coordinate_system(tmp_path: Path) -> None:
    path = saved(tmp_path / "t.shp")
    path.with_suffix(".prj").unlink()
    assert ".prj" in refused(path)
    bare = frame().set_crs(None, allow_override=True)
    with pytest.warns(UserWarning, match="crs"):
        path = saved(tmp_path / "t.gpkg", bare)
    assert "no coordinate system" in refused(path)


def test_coordinates_that_contradict_the_system(tmp_path: Path) -> None:
    metres = json.loads(frame().to_crs(4548).to_json(drop_id=True))
    metres.pop("crs", None)
    path = tmp_path / "t.geojson"
    path.write_text(json.dumps(metres))
    assert "RFC 7946" in refused(path)
    # Eastings with a zone prefix in a system without.
    moved = frame().to_crs(4548)
    moved = moved.set_geometry(moved.translate(39_000_000, 0)).set_crs(4548, allow_override=True)
    path = saved(tmp_path / "t.gpkg", moved)
    with pytest.raises(CoordinateError, match=r"zone 39: .*--convert boundaries=epsg:4527"):
        read(path)
    # A zone whose meridian is far away, without a number that would tell it.
    moved = moved.set_geometry(moved.translate(-40_900_000, 0))
    assert "outside the area of CGCS2000" in refused(saved(tmp_path / "u.gpkg", moved))


def test_an_old_datum_is_told(tmp_path: Path) -> None:
    path = tmp_path / "t.gpkg"
    saved(path, frame().set_crs(4610, allow_override=True))
    _, found = read(path)
    assert found["boundary-datum"].values == {"crs": "Xian 1980", "accuracy_m": "unknown"}


def test_columns_and_files_that_are_not_there(tmp_path: Path) -> None:
    path = saved(tmp_path / "t.gpkg")
    assert "there are: name, code" in refused(path, name_field="NAME_1")
    assert "there are: name, code" in refused(path, code_field="adcode")
    assert "there are: name, code" in refused(path, county_field="county")
    assert "there are: name, code" in refused(path, name_field="geometry")
    assert "no such file" in refused(tmp_path / "none.shp")
    (tmp_path / "t.kml").write_text("<kml/>")
    assert ".kml" in refused(tmp_path / "t.kml")
    for name in ("a.geojson", "a.gpkg", "a.shp"):
        (tmp_path / name).write_bytes(b"\x89PNG\r\n\x1a\n")
        assert "cannot be read" in refused(tmp_path / name)
        (tmp_path / name).write_bytes(b"")
        assert "cannot be read" in refused(tmp_path / name)
    empty = tmp_path / "empty.geojson"
    empty.write_text('{"type": "FeatureCollection", "features": []}')
    assert "holds no" in refused(empty)
    cut = tmp_path / "cut.geojson"
    cut.write_text(saved(tmp_path / "u.geojson").read_text()[:-200])
    refused(cut)


def test_layers(tmp_path: Path) -> None:
    path = saved(tmp_path / "t.gpkg", layer="townships")
    saved(path, frame(geometry=[Point(117, 29)] * 4), layer="villages")
    region, _ = read(path)  # the one polygon layer
    assert len(region.townships) == 4
    saved(path, layer="counties")
    assert "townships, counties" in refused(path)
    points = saved(tmp_path / "p.gpkg", frame(geometry=[Point(117, 29)] * 4), layer="villages")
    assert "villages: Point" in refused(points)


def test_features_that_are_no_townships(tmp_path: Path) -> None:
    path = tmp_path / "t.geojson"
    line = LineString([(117, 29), (118, 29)])
    assert "LineString instead of a polygon in feature 2" in refused(
        saved(path, frame(geometry=[SQUARES[0], line, *SQUARES[2:]]))
    )
    path.unlink()
    assert "no geometry in features 1, 3" in refused(
        saved(path, frame(geometry=[None, SQUARES[1], None, SQUARES[3]]))
    )
    path.unlink()
    line = refused(saved(path, frame(name=["甲镇", " ", None, "丁镇"])))
    assert "features" in line
    assert "2, 3" in line


def test_z_and_invalid_rings(tmp_path: Path) -> None:
    bow = shapely.Polygon([(117.1, 29, 5), (117.2, 29.1, 5), (117.2, 29, 5), (117.1, 29.1, 5)])
    shapes = [shapely.force_3d(SQUARES[0], 9), bow, *SQUARES[2:]]
    region, found = read(saved(tmp_path / "t.gpkg", frame(geometry=shapes)))
    assert not region.townships.geometry.has_z.any()
    assert region.townships.geometry.is_valid.all()
    assert found["boundary-mended"].values["name"] == "乙乡"


def test_names_and_codes_that_do_not_tell_apart(tmp_path: Path) -> None:
    double = frame(name=["城关镇", "乙乡", "城关镇", "丁镇"])
    path = saved(tmp_path / "t.gpkg", double)
    region, _ = read(path)  # the codes differ
    assert (region.townships["name"] == "城关镇").sum() == 2
    line = refused(path, code_field=None)
    assert "2 townships are called '城关镇' (features 1, 3)" in line
    assert "--code-field" in line
    line = refused(saved(tmp_path / "u.gpkg", frame(code=["1", "2", "1", "4"])))
    assert "'1' stands in features 1, 3" in line
    half = frame(name=["城关镇", "乙乡", "城关镇", "丁镇"], code=["1", "2", None, "4"])
    assert "城关镇" in refused(saved(tmp_path / "v.gpkg", half))


def test_codes_missing_or_numeric(tmp_path: Path) -> None:
    path = saved(tmp_path / "t.gpkg", frame(code=[360299001.0, np.nan, 360298003.0, 360298004.0]))
    region, found = read(path)
    assert region.townships["code"].tolist() == ["360298003", "360298004", "360299001", "row-2"]
    assert found["boundary-code-missing"].values == {"units": 1, "of": 4, "names": "乙乡"}
    region, found = read(path, code_field=None)
    assert region.townships["code"].tolist() == ["row-1", "row-2", "row-3", "row-4"]
    assert found["boundary-code-missing"].values["units"] == 4
    taken = frame(code=["row-2", None, "3", "4"])
    assert "'row-2' is taken" in refused(saved(tmp_path / "u.gpkg", taken))


def test_counties(tmp_path: Path) -> None:
    region, _ = read(saved(tmp_path / "a.gpkg"))
    assert region.townships["county_code"].tolist() == ["360298"] * 2 + ["360299"] * 2
    assert region.townships["ancestors"].iloc[0] == "360000;360200;360298"
    region, _ = read(saved(tmp_path / "b.gpkg", frame(区县=["东县", "东县", "西县", "西县"])))
    assert region.townships["county"].tolist() == ["西县", "西县", "东县", "东县"]
    region, _ = read(saved(tmp_path / "c.gpkg", frame(ADCODE=[1, 2, 3, 4])))
    assert region.townships["county_code"].tolist() == ["3", "4", "1", "2"]
    region, _ = read(saved(tmp_path / "d.gpkg", frame(x=["A", "A", "7", "B"])), county_field="x")
    assert region.townships["county"].tolist() == ["", "B", "A", "A"]
    assert region.townships["county_code"].tolist() == ["7", "", "", ""]


def test_a_county_is_guessed_from_the_longest_border(tmp_path: Path) -> None:
    # The second township meets the first along 11 km and, in part, the third.
    shapes = [SQUARES[0], SQUARES[1], box(117.2, 29.05, 117.3, 29.15), box(118, 29, 118.1, 29.1)]
    data = frame(geometry=shapes, code=["360299001", "x", "360298003", "y"])
    region, found = read(saved(tmp_path / "t.gpkg", data))
    by_name = region.townships.set_index("name")["county_code"]
    assert by_name.to_dict() == {"甲镇": "360299", "乙乡": "360299", "丙街道": "360298", "丁镇": ""}
    assert found["county-guessed"].where == "x"
    assert found["county-guessed"].values["neighbour"] == "甲镇"


def test_the_wrong_place_for_the_extract(tmp_path: Path) -> None:
    extract = read_extract(LIECHTENSTEIN, wanted=())
    line = refused(saved(tmp_path / "t.gpkg"), extract=extract)
    assert "lies at 117.000, 29.000" in line
    assert "liechtenstein" in line


def test_osm_names_what_is_around(tmp_path: Path) -> None:
    osm = OsmXml()
    osm.way([(117.0, 29.0), (117.1, 29.1)], highway="path")
    osm.admin([osm.box(116, 28, 118, 30)], 6, "测试县; 旧", name__en="Test")
    extract = read_extract(osm.write(tmp_path / "a.osm"), wanted=())
    region, _ = read(saved(tmp_path / "t.gpkg"), extract=extract)
    assert region.townships["ancestors"].iloc[0] == "测试县, 旧;Test;360000;360200;360298"


def test_jingdezhen(real_data: Path) -> None:
    path = real_data / "china" / "jingdezhen_townships_wgs84.geojson"
    region, found = region_from_file(path, name_field="name", code_field="code")
    assert region.crs.to_epsg() == 4548
    assert len(region.townships) == 61
    shapes = region.townships.geometry
    twice_m2 = shapes.area.sum() - outline(region).area  # 竟成镇 over the city streets
    assert twice_m2 / 1e6 == pytest.approx(17.6, abs=0.1)
    assert region.territories.area.sum() == pytest.approx(outline(region).area)
    assert region.townships["overlap_m2"].idxmax() == region.townships["name"].eq("竟成镇").idxmax()
    counties = region.townships["county_code"].value_counts().to_dict()
    assert counties == {"360222": 20, "360281": 20, "360203": 11, "360202": 10}
    kinds = {finding.kind for finding in found}
    assert kinds == {"boundary-code-missing", "boundary-gap", "boundary-overlap"}
    # A street office keeps the ground that the rural town around it claims too.
    street = region.townships[region.townships["name"] == "里村街道"]
    spot = street.geometry.iloc[0].representative_point()
    assert region.assign([spot.x], [spot.y]).tolist() == [street.index[0]]


def test_nanchang(real_data: Path) -> None:
    path = real_data / "china" / "nanchang_gaoxin_townships_wgs84.geojson"
    region, found = region_from_file(path, name_field="name", code_field="code")
    told = pyogrio.read_dataframe(path).set_index("name")["km2"]
    ours = region.townships.set_index("name")["area_m2"] / 1e6
    assert ours.reindex(told.index).tolist() == pytest.approx(told.tolist(), abs=0.15)
    assert not found


def test_extract_without_roads_does_not_judge(tmp_path: Path) -> None:
    empty: Extract = read_extract(OsmXml().write(tmp_path / "e.osm"), wanted=())
    region, _ = read(saved(tmp_path / "t.gpkg"), extract=empty)
    assert len(region.townships) == 4
