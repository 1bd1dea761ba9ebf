from __future__ import annotations

import csv
import hashlib
import io
import itertools
import json
import shutil
import sqlite3
import subprocess
import xml.etree.ElementTree as ElementTree
import zipfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import geopandas as gpd
import openpyxl
import pyogrio
import pytest

from geo.bundle import Bundle
from planner.cli import main
from planner.edits import NO_EDITS
from planner.errors import OutputError
from planner.handover.handover import Handover, handover_pack, make_handover, write_handover
from planner.plan import Plan, make_plan
from planner.scenario import Scenario

HOSTILE = "West <script>alert('x')</script> & \"Co\""


@pytest.fixture(scope="module")
def edited_plan(town: Bundle) -> Plan:
    closed = str(town.candidates.frame["id"].iloc[0])
    edits = (
        NO_EDITS.with_added(117.2, 29.3, name="]]> 新点 & <b> ♻")
        .with_added(117.19, 29.295, existing=True)
        .with_closed(closed)
        .with_forced("own-1")
        .with_no_go([(117.2, 29.301), (117.201, 29.301), (117.201, 29.302)], name="文物")
    )
    return make_plan(town, Scenario(name="方案一 <1>", radius_m=600.0, edits=edits))


@pytest.fixture(scope="module")
def handed(edited_plan: Plan) -> Handover:
    return make_handover(edited_plan, "zh")


@pytest.fixture(scope="module")
def folder(handed: Handover, tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("handed")
    for name, content in handed.files.items():
        (place / name).parent.mkdir(exist_ok=True)
        (place / name).write_bytes(content)
    return place


@pytest.fixture(params=["geojson", "4490", "4548", "gbk", "utf8", "kml"])
def layers(request: pytest.FixtureRequest, folder: Path) -> Iterator[dict[str, gpd.GeoDataFrame]]:
    """Each format as geopandas reads it, fields by their key."""
    table = (folder / "字段对照表.csv").read_text("utf-8-sig").splitlines()
    keys: dict[str, dict[str, str]] = {}
    titles = {}
    for row in csv.DictReader(table):
        mine = keys.setdefault(row["文件名"], {})
        mine[row["Shapefile 字段"]] = row["GeoPackage/GeoJSON/KML 字段"]
        titles[row["图层"]] = row["文件名"]
    match request.param:
        case "geojson":
            paths = [(path.stem, path, None) for path in sorted((folder / "geojson").iterdir())]
        case "gbk" | "utf8":
            place = folder / f"shapefile-{request.param}"
            paths = [(path.stem, path, None) for path in sorted(place.glob("*.shp"))]
        case "kml":
            path = folder / "kml" / "plan.kml"
            shown = pyogrio.list_layers(path)[:, 0]
            paths = [(titles[title], path, title) for title in shown]
        case _:
            path = folder / "gpkg" / f"plan-epsg{request.param}.gpkg"
            names = ("sites", "townships", "uncovered", "cells", "no_go", "edits")
            paths = [(name, path, name) for name in names]
    read = {}
    for name, path, layer in paths:
        frame = gpd.read_file(path, layer=layer) if layer else gpd.read_file(path)
        if request.param in ("gbk", "utf8"):
            frame = frame.rename(columns=keys[name])
        if request.param == "kml":
            frame = frame.rename(columns={"Name": "name"})
        read[name] = frame
    yield read


def test_another_library_finds_the_plan_in_every_format(
    layers: dict[str, gpd.GeoDataFrame], edited_plan: Plan
) -> None:
    # KML is for field crews, and leaves the cells that are served out.
    assert {*layers, "cells"} == {"sites", "townships", "uncovered", "cells", "no_go", "edits"}
    record = edited_plan.record
    sites = layers["sites"]
    assert sites["id"].tolist() == edited_plan.sites["id"].tolist()
    assert sites["people"].astype(int).sum() == record["people"]["covered"]
    away = sites.to_crs(4548).distance(edited_plan.sites.to_crs(4548))
    assert away.max() < 0.02
    townships = layers["townships"]
    assert townships["name"].tolist() == [row["name"] for row in record["townships"]]
    assert {"北镇", HOSTILE} <= set(townships["name"])
    passed = [str(one).lower() in ("true", "1") for one in townships["pass"]]
    assert passed == [row["pass"] for row in record["townships"]]
    areas = townships.to_crs(4548).area
    assert areas.sum() == pytest.approx(edited_plan.townships.to_crs(4548).area.sum(), rel=1e-6)
    if "cells" in layers:
        assert layers["cells"]["people"].sum() == record["people"]["total"]
    left = record["people"]["total"] - record["people"]["covered"]
    assert layers["uncovered"]["people"].astype(int).sum() == left
    assert set(layers["edits"]["change"]) == {"added", "added-existing", "closed", "forced"}
    assert layers["no_go"]["name"].tolist() == ["文物"]


def test_the_check_finds_nothing_and_tells_what_was_changed(handed: Handover) -> None:
    assert handed.check.differences == ()
    told = json.loads(handed.files["check.json"])
    assert told["agrees"] is True
    assert sum(one["values"] for one in told["files"]) > 10_000
    assert all(one["largest_offset_m"] <= one["allowed_offset_m"] for one in told["files"])
    changes = {(one["file"], one["what"], one["field"]) for one in told["changes"]}
    # ♻ is in no GBK table; nothing else had to be touched.
    assert changes == {
        ("shapefile-gbk/sites.shp", "replaced", "name"),
        ("shapefile-gbk/edits.shp", "replaced", "name"),
    }
    text = handed.files["核对结果.txt"].decode("utf-8-sig")
    assert "全部一致" in text
    assert "[U+267B]" in text


def test_gbk_says_what_it_cannot_write_and_utf8_has_it(folder: Path) -> None:
    names = {
        one: gpd.read_file(folder / f"shapefile-{one}" / "edits.shp")["MC"].tolist()
        for one in ("gbk", "utf8")
    }
    assert "]]> 新点 & <b> ♻" in names["utf8"]
    assert "]]> 新点 & <b> [U+267B]" in names["gbk"]
    assert (folder / "shapefile-gbk" / "sites.cpg").read_text() == "GBK"
    assert (folder / "shapefile-utf8" / "sites.cpg").read_text() == "UTF-8"
    # Byte 29 of a DBF is its code page: 0x4D is 936.
    assert (folder / "shapefile-gbk" / "sites.dbf").read_bytes()[29] == 0x4D
    raw = (folder / "shapefile-gbk" / "townships.dbf").read_bytes()
    assert "北镇".encode("gbk") in raw
    for path in sorted(folder.glob("shapefile-*/*.shp")):
        assert max(len(name.encode()) for name in pyogrio.read_info(path)["fields"]) <= 10


def test_geojson_is_rfc_7946(folder: Path) -> None:
    for path in sorted((folder / "geojson").iterdir()):
        told = json.loads(path.read_text("utf-8"))
        assert "crs" not in told
        west, south, east, north = told["bbox"]
        assert 117 < west < east < 118
        assert 29 < south < north < 30
        for feature in told["features"]:
            if feature["geometry"]["type"] == "Polygon":
                ring = feature["geometry"]["coordinates"][0]
                turn = sum(a[0] * b[1] - b[0] * a[1] for a, b in itertools.pairwise(ring))
                assert turn > 0


def test_geopackages_bring_styles_titles_credit_and_no_time(folder: Path) -> None:
    for epsg in (4490, 4548):
        path = folder / "gpkg" / f"plan-epsg{epsg}.gpkg"
        with closing(sqlite3.connect(path)) as database:
            styles = database.execute(
                "SELECT f_table_name, styleQML, useAsDefault FROM layer_styles"
            ).fetchall()
            contents = database.execute(
                "SELECT table_name, identifier, description, last_change, srs_id "
                "FROM gpkg_contents WHERE data_type = 'features'"
            ).fetchall()
            titles = database.execute(
                "SELECT title FROM gpkg_data_columns WHERE table_name = 'sites'"
            ).fetchall()
            assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert {name for name, *_ in styles} == {name for name, *_ in contents}
        for name, qml, default in styles:
            style = ElementTree.fromstring(qml)
            assert style.find("renderer-v2") is not None, name
            assert default == 1
        assert ("回收点",) in [row[1:2] for row in contents]
        assert {row[4] for row in contents} == {epsg}
        assert {row[3] for row in contents} == {"2024-05-01T00:00:00.000Z"}
        assert all("OpenStreetMap" in row[2] and "审图号" in row[2] for row in contents)
        assert ("服务人口",) in titles
        # GDAL sees every field under the name that GeoJSON has.
        fields = set(pyogrio.read_info(path, layer="sites")["fields"])
        assert {"id", "role", "people", "township_code"} <= fields


def test_kml_holds_facts_as_text_and_styles_by_role(folder: Path, edited_plan: Plan) -> None:
    space = {"k": "http://www.opengis.net/kml/2.2"}
    root = ElementTree.parse(folder / "kml" / "plan.kml").getroot()
    styles = {f"#{one.get('id')}" for one in root.iterfind(".//k:Style", space)}
    places = root.findall(".//k:Placemark", space)
    assert {one.findtext("k:styleUrl", "", space) for one in places} <= styles
    sites = root.findall(".//k:Folder[@id='sites']/k:Placemark", space)
    assert len(sites) == edited_plan.record["sites"]
    assert "#s-existing" in {one.findtext("k:styleUrl", "", space) for one in sites}
    told = "".join(one.findtext("k:description", "", space) for one in places)
    # Google Earth shows descriptions as HTML: a name that looks like it must stay text.
    assert "<script" not in told
    assert "&lt;script&gt;" in told
    assert "http" not in "".join(root.itertext()).replace("http://x", "")
    lon, lat = sites[0].findtext(".//k:coordinates", "", space).split(",")
    point = edited_plan.sites.geometry.iloc[0]
    assert (float(lon), float(lat)) == pytest.approx((point.x, point.y), abs=1e-7)


def test_the_table_of_fields_names_every_field_once(folder: Path) -> None:
    rows = list(csv.reader(io.StringIO((folder / "字段对照表.csv").read_text("utf-8-sig"))))
    sheet = openpyxl.load_workbook(folder / "字段对照表.xlsx").active
    read = [[cell or "" for cell in row] for row in sheet.iter_rows(values_only=True)]
    assert read == rows
    for path in sorted((folder / "shapefile-gbk").glob("*.shp")):
        codes = list(pyogrio.read_info(path)["fields"])
        assert codes == [row[2] for row in rows if row[1] == path.stem]
        assert len(set(codes)) == len(codes)


def test_metadata_tells_sources_licence_proof_and_every_file(
    folder: Path, edited_plan: Plan
) -> None:
    told = json.loads((folder / "metadata.json").read_text("utf-8"))
    assert told["licence"]["name"].endswith("(ODbL-1.0)")
    assert told["plan"]["objective"] == edited_plan.record["objective"]
    assert told["crs"]["metric"] == "EPSG:4548"
    assert told["data"]["bundle_sha256"] == edited_plan.bundle.sha256
    there = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert {one["file"] for one in told["files"]} == there - {"metadata.json"}
    for one in told["files"]:
        content = (folder / one["file"]).read_bytes()
        assert (len(content), hashlib.sha256(content).hexdigest()) == (one["bytes"], one["sha256"])
    text = (folder / "README.txt").read_text("utf-8-sig")
    assert "方案一 <1>" in text
    assert "EPSG:4490" in text
    asked = (folder / "plan" / "scenario.toml").read_bytes()
    assert told["scenario_sha256"] == hashlib.sha256(asked).hexdigest()
    assert told["scenario_sha256"] in text


def test_the_same_plan_gives_the_same_zip(town: Bundle, edited_plan: Plan) -> None:
    again = make_plan(town, edited_plan.scenario)
    first = handover_pack(edited_plan, "en")
    assert handover_pack(again, "en") == first
    with zipfile.ZipFile(io.BytesIO(first)) as archive:
        assert archive.testzip() is None
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert "tables/plan.xlsx" in archive.namelist()


def test_gdals_own_tools_read_each_file(folder: Path) -> None:
    ogrinfo = shutil.which("ogrinfo")
    if not ogrinfo:
        pytest.skip("no ogrinfo: install gdal-bin to try GDAL's own tools")
    files = [*sorted(folder.glob("gpkg/*")), *sorted(folder.glob("shapefile-*/*.shp"))]
    for path in [*files, *sorted(folder.glob("geojson/*")), folder / "kml" / "plan.kml"]:
        told = subprocess.run(
            [ogrinfo, "-ro", "-al", str(path)], capture_output=True, timeout=60, check=True
        )
        assert not told.stderr, (path, told.stderr)
        assert b"\xef\xbf\xbd" not in told.stdout
    text = subprocess.run(
        [ogrinfo, "-ro", "-al", str(folder / "shapefile-gbk" / "townships.shp")],
        capture_output=True,
        timeout=60,
        check=True,
    ).stdout.decode()
    assert "XZQMC (String) = 北镇" in text


def test_it_is_written_as_a_folder_and_replaces_only_its_own(
    edited_plan: Plan, tmp_path: Path
) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "notes.txt").write_text("mine")
    with pytest.raises(OutputError, match="no place for a handover pack"):
        write_handover(edited_plan, tmp_path / "mine")
    assert (tmp_path / "mine" / "notes.txt").read_text() == "mine"
    for _ in range(2):
        written = write_handover(edited_plan, tmp_path / "pack", "en")
    there = {p.relative_to(tmp_path / "pack").as_posix() for p in (tmp_path / "pack").rglob("*.*")}
    assert there == set(written.files)


def test_the_command_exports_what_is_asked_for(
    plan_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["export", str(plan_folder), "--lang", "zh"]) == 0
    said = capsys.readouterr().out
    for kind in ("pack", "xlsx", "png", "pdf", "docx", "html", "gpkg", "shp", "kml", "geojson"):
        assert f"--{kind} " in said
    out = tmp_path / "out"
    options = ["--pack", "--shp", "--html", "--out", str(out), "--quiet"]
    options += ["--review-number", "赣S(2026)001号"]
    assert main(["export", str(plan_folder), *options, "--lang", "zh"]) == 0
    said = capsys.readouterr().out
    assert "EPSG:4548" in said
    assert "全部一致" in said
    names = {path.name for path in out.iterdir()}
    assert names == {"handover.zip", "map.html", "shapefile-gbk", "shapefile-utf8"}
    with zipfile.ZipFile(out / "handover.zip") as archive:
        for name in ("README.txt", "metadata.json", "kml/plan.kml"):
            assert "赣S(2026)001号" in archive.read(name).decode(), name
    assert "S(2026)001" in (out / "map.html").read_text("utf-8")
    (out / "mine.txt").write_text("mine")
    assert main(["export", str(plan_folder), "--kml", "--out", str(out), "--quiet"]) == 2
    assert (out / "mine.txt").read_text() == "mine"
    assert main(["export", str(tmp_path), "--kml", "--out", str(tmp_path / "no")]) == 2
    assert not (tmp_path / "no").exists()
