"""Hostile and crooked files, made by code: name, what is told of each, and how it is made."""

from __future__ import annotations

import io
import json
import stat
import struct
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import openpyxl
import pyogrio
import shapely
from shapely.geometry import LineString, Point, box

SQUARES = [box(117.0 + i / 10, 29.0, 117.1 + i / 10, 29.1) for i in range(4)]
NAMES = ["甲镇", "乙乡", "丙街道", "丁镇"]


@dataclass(frozen=True, kw_only=True)
class Crooked:
    """One file: its name, the role it is given for, what the one sentence must say, its maker."""

    name: str
    role: str
    told: str
    make: Callable[[Path], Any]
    id: str


CASES: list[Crooked] = []


def case(name: str, told: str, role: str = "boundaries") -> Callable[..., Callable[..., Any]]:
    def add(make: Callable[[Path], Any]) -> Callable[[Path], Any]:
        CASES.append(
            Crooked(name=name, role=role, told=told, make=make, id=make.__name__.strip("_"))
        )
        return make

    return add


def townships(**columns: Any) -> gpd.GeoDataFrame:
    given = {"name": NAMES, **columns}
    shapes = given.pop("geometry", SQUARES)
    return gpd.GeoDataFrame(given, geometry=shapes, crs=given.pop("crs", 4326))


def zipped(path: Path, **members: bytes) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)


def geojson(frame: gpd.GeoDataFrame | None = None) -> bytes:
    return (townships() if frame is None else frame).to_json(ensure_ascii=False).encode()


def workbook(path: Path, *sheets: list[list[object]]) -> None:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for number, rows in enumerate(sheets):
        sheet = book.create_sheet(f"表{number + 1}")
        for row in rows:
            sheet.append(row)
    book.save(path)


# ---------------------------------------------------------------- no file, no format, no content


@case("none.geojson", "cannot be read .*Check the path")
def _missing(path: Path) -> None: ...


@case("folder.gpkg", "cannot be read .*Check the path")
def _a_folder(path: Path) -> None:
    path.mkdir()


@case("empty.geojson", "cannot be read: is empty")
def _empty(path: Path) -> None:
    path.write_bytes(b"")


@case("photo.shp", "does not begin as a Shapefile")
def _picture(path: Path) -> None:
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(400))


@case("t.dwg", r"a \.dwg file is not read. Give GeoJSON, GPKG")
def _drawing(path: Path) -> None:
    path.write_bytes(b"AC1027" + bytes(100))


@case("names-another.geojson", "does not begin as a GeoJSON")
def _virtual_file_that_names_another(path: Path) -> None:
    # GDAL would open what it names, on this machine or any other.
    path.write_text(
        '<OGRVRTDataSource><OGRVRTLayer name="x"><SrcDataSource>/etc/passwd</SrcDataSource>'
        "</OGRVRTLayer></OGRVRTDataSource>"
    )


@case("cut.geojson", "cannot be read as GeoJSON")
def _cut_json(path: Path) -> None:
    path.write_bytes(geojson()[:-300])


@case("deep.geojson", "cannot be read as GeoJSON")
def _nested_json(path: Path) -> None:
    path.write_text('{"type":"FeatureCollection","features":' + "[" * 100_000)


@case("gbk.geojson", "not UTF-8")
def _gbk_json(path: Path) -> None:
    path.write_bytes(geojson().decode().encode("gbk"))


@case("nothing.geojson", "holds no features")
def _no_features(path: Path) -> None:
    path.write_text('{"type": "FeatureCollection", "features": []}')


@case("cut.gpkg", "cannot be read as GPKG")
def _cut_geopackage(path: Path) -> None:
    pyogrio.write_dataframe(townships(), path)
    path.write_bytes(path.read_bytes()[:5000])


@case("two.gpkg", "holds 2 polygon layers: a, b.*--layer")
def _two_layers(path: Path) -> None:
    pyogrio.write_dataframe(townships(), path, layer="a")
    pyogrio.write_dataframe(townships(), path, layer="b")


@case("points.gpkg", "holds no polygon layer")
def _points_for_townships(path: Path) -> None:
    pyogrio.write_dataframe(townships(geometry=[Point(117, 29)] * 4), path)


@case("lines.geojson", "LineString instead of a polygon in feature 2")
def _a_line_among_townships(path: Path) -> None:
    line = LineString([(117, 29), (118, 29)])
    path.write_bytes(geojson(townships(geometry=[SQUARES[0], line, *SQUARES[2:]])))


@case("null.geojson", "null character")
def _null_character(path: Path) -> None:
    path.write_bytes(geojson().replace("甲镇".encode(), "甲\\u0000镇".encode()))


@case("infinite.geojson", "no numbers|cannot be read as GeoJSON")
def _infinite_coordinates(path: Path) -> None:
    path.write_bytes(geojson().replace(b"117.0", b"1e999"))


# ---------------------------------------------------------------------------------- Shapefiles


def _shapefile(path: Path, **how: Any) -> None:
    pyogrio.write_dataframe(townships(), path, **how)


@case("alone.shp", r"its \.dbf and \.shx is missing.*\.zip")
def _shapefile_alone(path: Path) -> None:
    _shapefile(path)
    for suffix in (".dbf", ".shx", ".prj", ".cpg"):
        path.with_suffix(suffix).unlink()


@case("bare.shp", r"names no coordinate system. Put its \.prj beside it")
def _shapefile_without_prj(path: Path) -> None:
    _shapefile(path)
    path.with_suffix(".prj").unlink()


@case("wild.shp", "cannot be read as Shapefile|names no coordinate system")
def _nonsense_in_the_prj(path: Path) -> None:
    _shapefile(path)
    path.with_suffix(".prj").write_text('GEOGCS["' + "x" * 5000)


@case("cutrec.shp", "cannot be read as Shapefile|no geometry|holds no")
def _cut_shapefile(path: Path) -> None:
    _shapefile(path)
    path.write_bytes(path.read_bytes()[:150])


@case("text.shp", "neither UTF-8 nor gb18030")
def _text_of_no_encoding(path: Path) -> None:
    _shapefile(path, encoding="GBK")
    raw = path.with_suffix(".dbf").read_bytes()
    path.with_suffix(".dbf").write_bytes(raw.replace("甲镇".encode("gbk"), b"\xff\xfe\xff\xfe"))


# ------------------------------------------------------------------------------------ archives


@case("bomb.zip", "unpacks to more than")
def _zip_bomb(path: Path) -> None:
    zipped(path, **{"t.geojson": b" " * 20_000_000})


@case("out.zip", "leads out of it")
def _path_traversal(path: Path) -> None:
    zipped(path, **{"../../evil.geojson": geojson()})


@case("absolute.zip", "leads out of it")
def _absolute_path(path: Path) -> None:
    zipped(path, **{"/etc/evil.geojson": geojson()})


@case("link.zip", "symbolic link")
def _link_in_a_zip(path: Path) -> None:
    entry = zipfile.ZipInfo("t.geojson")
    entry.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(entry, "/etc/passwd")


@case("cut.zip", "damaged zip file")
def _cut_zip(path: Path) -> None:
    zipped(path, **{"t.geojson": geojson()})
    path.write_bytes(path.read_bytes()[:-40])


@case("wrong-sum.zip", "damaged zip file")
def _zip_with_a_wrong_checksum(path: Path) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("t.geojson", geojson())
    path.write_bytes(buffer.getvalue().replace("甲镇".encode(), "申镇".encode()))


@case("many.zip", "of 3000 members")
def _thousands_of_members(path: Path) -> None:
    zipped(path, **{f"{i}.geojson": b"{}" for i in range(3000)})


@case("readme.zip", "holds no layer")
def _zip_without_a_layer(path: Path) -> None:
    zipped(path, **{"readme.md": b"#", "__MACOSX/t.shp": b"x"})


@case("both.zip", r"holds 2 layers: a\.geojson, b\.geojson")
def _zip_of_two_layers(path: Path) -> None:
    zipped(path, **{"a.geojson": geojson(), "b.geojson": geojson()})


@case("locked.zip", "encrypted")
def _encrypted_zip(path: Path) -> None:
    zipped(path, **{"t.geojson": geojson()})
    raw = bytearray(path.read_bytes())
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        start = raw.index(mark) + at
        raw[start : start + 2] = struct.pack(
            "<H", struct.unpack("<H", raw[start : start + 2])[0] | 1
        )
    path.write_bytes(raw)


@case("nested.zip", "holds no layer")
def _zip_in_a_zip(path: Path) -> None:
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr("t.geojson", geojson())
    zipped(path, **{"inner.zip": inner.getvalue()})


# ----------------------------------------------------------------------------------------- KML

KML = '<?xml version="1.0"?>{head}<kml><Document>{body}</Document></kml>'


@case("laughs.kml", "declares entities")
def _entity_bomb(path: Path) -> None:
    entities = '<!ENTITY a "ha">' + "".join(
        f'<!ENTITY {chr(98 + i)} "{("&" + chr(97 + i) + ";") * 10}">' for i in range(9)
    )
    path.write_text(
        KML.format(
            head=f"<!DOCTYPE kml [{entities}]>", body="<Placemark><name>&j;</name></Placemark>"
        )
    )


@case("reads.kml", "declares entities")
def _entity_that_reads_a_file(path: Path) -> None:
    head = '<!DOCTYPE kml [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    path.write_text(KML.format(head=head, body="<Placemark><name>&x;</name></Placemark>"))


@case("broken.kml", "not well-formed XML")
def _broken_kml(path: Path) -> None:
    path.write_text("<kml><Document><Placemark>")


@case("page.kml", "is no KML")
def _web_page(path: Path) -> None:
    path.write_text("<html><body>404</body></html>")


@case("words.kml", "has coordinates 'east")
def _words_for_coordinates(path: Path) -> None:
    body = "<Placemark><Point><coordinates>east,north</coordinates></Point></Placemark>"
    path.write_text(KML.format(head="", body=body))


@case("linked.kml", "holds no features")
def _network_link_only(path: Path) -> None:
    link = "<NetworkLink><Link><href>http://127.0.0.1:9/x.kml</href></Link></NetworkLink>"
    path.write_text(KML.format(head="", body=link))


# -------------------------------------------------------------------------- tables with places


@case("nul.csv", "is not text in UTF-8 or GBK", "candidates")
def _null_bytes(path: Path) -> None:
    path.write_bytes(b"lon,lat\n117\0,29\n")


@case("noaxes.csv", "no columns of longitude and latitude among: a, b", "candidates")
def _no_coordinates(path: Path) -> None:
    path.write_text("a,b\n1,2\n")


@case("headless.csv", "is empty", "candidates")
def _empty_table(path: Path) -> None:
    path.write_text("\n\n")


@case("words.csv", "row 2, lon: 'here' is not within", "candidates")
def _no_numbers(path: Path) -> None:
    path.write_text("lon,lat\nhere,there\n")


@case("minutes.csv", "row 3, 纬度: .* is not within", "candidates")
def _sixty_minutes(path: Path) -> None:
    path.write_text("经度,纬度\n117°12′30″,29°3′0″\n117°12′30″,29°75′0″\n", "utf-8")


@case("thousands.csv", "row 2: has 3 cells under 2 headings", "candidates")
def _decimal_comma(path: Path) -> None:
    path.write_text("lon,lat\n117,205,29\n")


@case("wkt.csv", "row 3: .* is no place in WKT", "candidates")
def _broken_wkt(path: Path) -> None:
    path.write_text("name,wkt\na,POINT (117.2 29.05)\nb,POINT (117.2)\n")


@case("macro.xlsx", "is a damaged workbook", "candidates")
def _no_workbook(path: Path) -> None:
    path.write_bytes(b"PK\x03\x04" + b"xl/" * 50)


@case("old.xls", r"old kind \(\.xls\)", "candidates")
def _old_workbook(path: Path) -> None:
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600))


@case("sheets.xlsx", "holds 2 sheets: 表1, 表2.*--layer", "candidates")
def _two_sheets(path: Path) -> None:
    rows: list[list[object]] = [["lon", "lat"], [117.1, 29.05]]
    workbook(path, rows, rows)


@case("title.xlsx", "has cells beyond the 1 headings", "candidates")
def _title_above_the_table(path: Path) -> None:
    workbook(path, [["回收点一览表"], ["lon", "lat"], [117.1, 29.05]])


@case("formula.xlsx", "'=A1' is not within", "candidates")
def _formula_never_computed(path: Path) -> None:
    workbook(path, [["lon", "lat"], ["=A1", 29.05]])


@case("entities.xlsx", "declares entities", "candidates")
def _workbook_with_entities(path: Path) -> None:
    workbook(path, [["lon", "lat"], [117.1, 29.05]])
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    sheet = "xl/worksheets/sheet1.xml"
    members[sheet] = b'<!DOCTYPE x [<!ENTITY a "ha">]>' + members[sheet]
    zipped(path, **members)


# ------------------------------------------------------------------------- coordinates amiss


@case("swapped.geojson", "with longitude and latitude exchanged.*--convert boundaries=swapped")
def _axes_exchanged(path: Path) -> None:
    turned = [shapely.transform(shape, lambda xy: xy[:, ::-1]) for shape in SQUARES]
    path.write_bytes(geojson(townships(geometry=turned)))


@case("metres.geojson", "RFC 7946")
def _metres_as_degrees(path: Path) -> None:
    metres = json.loads(townships().to_crs(4548).to_json())
    metres.pop("crs", None)
    path.write_text(json.dumps(metres))


@case("prefix.gpkg", "zone 39: .*--convert boundaries=epsg:4527")
def _zone_prefix_in_a_system_without(path: Path) -> None:
    moved = townships().to_crs(4527).set_crs(4548, allow_override=True)
    pyogrio.write_dataframe(moved, path)


@case("region.geojson", "none of 2 sites lies in the region", "candidates")
def _sites_elsewhere(path: Path) -> None:
    frame = gpd.GeoDataFrame(geometry=[Point(116.4, 39.9), Point(116.5, 39.9)], crs=4326)
    path.write_text(frame.to_json())


# -------------------------------------------------------------------------------------- people


@case("minus.csv", "row 2, people: '-5' is negative", "population")
def _negative_people(path: Path) -> None:
    path.write_text("name,people\n甲镇,-5\n", "utf-8")


@case("calls.csv", r"'=HYPERLINK.* is not a number", "population")
def _formula_for_people(path: Path) -> None:
    path.write_text('name,people\n甲镇,"=HYPERLINK(""http://x"")"\n', "utf-8")


@case("guess.csv", "'甲鎮子' is not in the region; '甲镇' may be meant", "population")
def _name_spelt_another_way(path: Path) -> None:
    path.write_text("name,people\n甲鎮子,5\n", "utf-8")


@case("people.xlsx", "row 3: .* was given in row 2 already", "population")
def _place_given_twice(path: Path) -> None:
    workbook(path, [["乡镇", "人口"], ["甲镇", 5], ["甲镇", 6]])


@case("half.csv", "no column of people among", "population")
def _no_people(path: Path) -> None:
    path.write_text("name,area\n甲镇,5\n", "utf-8")
