"""Formats, encodings and layers: the same places come out of every kind of file."""

from __future__ import annotations

import zipfile
from pathlib import Path

import geopandas as gpd
import openpyxl
import pyogrio
import pytest
import shapely

from geo.errors import CandidateError
from geo.own_file import OwnFile, read_own
from geo.table_places import number

POINTS = [(117.2, 29.3), (117.25, 29.31)]
NAMES = ["老站", "新站"]


def read(path: Path, layer: str | None = None) -> OwnFile:
    return read_own(path, wanted="sites", error=CandidateError, layer=layer)


def frame() -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame({"name": NAMES}, geometry=shapely.points(POINTS), crs=4326)


def zipped(path: Path, *members: Path, folder: str = "") -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for member in members:
            archive.write(member, f"{folder}{member.name}")
    return path


def write(path: Path) -> Path:
    """Write the two places as the suffix asks for."""
    rows = [("name", "经度", "纬度"), *((n, x, y) for n, (x, y) in zip(NAMES, POINTS, strict=True))]
    suffix = path.suffix
    if suffix in (".csv", ".tsv"):
        mark = "," if suffix == ".csv" else "\t"
        path.write_bytes("\n".join(mark.join(map(str, row)) for row in rows).encode("gbk"))
    elif suffix == ".xlsx":
        book = openpyxl.Workbook()
        for row in rows:
            book.active.append(row)
        book.save(path)
    elif suffix in (".kml", ".kmz"):
        marks = "".join(
            f"<Placemark><name>{name}</name><Point><coordinates>{x},{y},12</coordinates></Point>"
            "</Placemark>"
            for name, (x, y) in zip(NAMES, POINTS, strict=True)
        )
        text = (
            '<?xml version="1.0" encoding="GBK"?><kml xmlns="http://www.opengis.net/kml/2.2">'
            f"<Document><Folder><name>站点</name>{marks}</Folder></Document></kml>"
        )
        if suffix == ".kml":
            path.write_bytes(text.encode("gbk"))
        else:
            with zipfile.ZipFile(path, "w") as archive:
                archive.writestr("doc.kml", text.encode("gbk"))
                archive.writestr("files/icon.png", b"x")
    else:
        pyogrio.write_dataframe(frame(), path)
    return path


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("a.geojson", "GeoJSON"), ("a.gpkg", "GPKG"), ("a.shp", "Shapefile"), ("a.kml", "KML"),
        ("a.kmz", "KML"), ("a.csv", "CSV"), ("a.tsv", "TSV"), ("a.xlsx", "XLSX"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("packed", [False, True])
def test_every_format_gives_the_same_places(
    tmp_path: Path, name: str, kind: str, packed: bool
) -> None:
    path = write(tmp_path / name)
    if packed and path.suffix != ".kmz":
        path = zipped(tmp_path / "a.zip", *sorted(tmp_path.glob("a.*")), folder="数据/")
    own = read(path)
    assert own.kind == kind
    assert bool(own.packed) == (packed or name.endswith("kmz"))
    assert own.frame["name"].tolist() == NAMES
    assert shapely.get_coordinates(own.frame.geometry).tolist() == [list(p) for p in POINTS]
    assert own.crs is not None and own.crs.to_epsg() == 4326
    assert not own.frame.geometry.has_z.any()


def test_a_name_with_another_ending_does_not_mislead(tmp_path: Path) -> None:
    for true, said in (("a.gpkg", "b.geojson"), ("a.xlsx", "b.csv"), ("a.geojson", "b.txt")):
        data = write(tmp_path / true).read_bytes()
        (tmp_path / said).write_bytes(data)
        if said.endswith("txt"):  # a table by its name
            with pytest.raises(CandidateError):
                read(tmp_path / said)
        else:
            assert read(tmp_path / said).kind in ("GPKG", "XLSX")


def test_layers_and_sheets_are_chosen_by_name(tmp_path: Path) -> None:
    path = tmp_path / "a.gpkg"
    pyogrio.write_dataframe(frame(), path, layer="one")
    pyogrio.write_dataframe(frame().iloc[:1], path, layer="two")
    own = read(path, "two")
    assert (own.layer, own.layers, len(own.frame)) == ("two", ("one", "two"), 1)
    with pytest.raises(CandidateError, match=r"no layer 'three' .*one, two"):
        read(path, "three")
    book = openpyxl.Workbook()
    for title in ("甲", "乙"):
        sheet = book.create_sheet(title)
        sheet.append(["lon", "lat"])
        sheet.append([117.2 if title == "甲" else 117.4, 29.3])
    book.save(tmp_path / "b.xlsx")
    assert read(tmp_path / "b.xlsx", "乙").frame.geometry.iloc[0].x == 117.4


def test_a_workbook_shows_what_excel_showed_last(tmp_path: Path) -> None:
    path = write(tmp_path / "a.xlsx")
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    sheet = "xl/worksheets/sheet1.xml"
    old = members[sheet]
    members[sheet] = old.replace(b"<v>117.2</v>", b"<f>117+0.2</f><v>117.2</v>")
    assert members[sheet] != old
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    assert read(path).frame.geometry.iloc[0].x == 117.2


def test_wkt_and_metres_of_a_table(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('name,wkt\na,"POLYGON ((117 29, 117.1 29, 117.1 29.1, 117 29))"\n')
    own = read_own(path, wanted="outlines", error=CandidateError)
    assert own.frame.geometry.iloc[0].geom_type == "Polygon" and own.axes == ("wkt",)
    path.write_text("X,Y\n39512345.5,3241234\n")
    own = read(path)
    assert own.crs is None and own.crs_by == "nobody" and own.axes == ("X", "Y")


def test_kml_keeps_folders_data_and_holes(tmp_path: Path) -> None:
    ring = "<LinearRing><coordinates>{}</coordinates></LinearRing>"
    outer = ring.format("117,29 117.1,29 117.1,29.1 117,29.1 117,29")
    inner = ring.format("117.02,29.02 117.04,29.02 117.04,29.04 117.02,29.02")
    path = tmp_path / "a.kml"
    path.write_text(
        "<kml><Document><Folder><name>A</name><Folder><name>B</name><Placemark><name>x</name>"
        '<ExtendedData><Data name="kind"><value>own</value></Data></ExtendedData>'
        f"<Polygon><outerBoundaryIs>{outer}</outerBoundaryIs>"
        f"<innerBoundaryIs>{inner}</innerBoundaryIs></Polygon></Placemark>"
        "<Placemark><name>nothing</name></Placemark></Folder></Folder></Document></kml>"
    )
    own = read(path)
    assert own.frame.drop(columns="geometry").iloc[0].to_dict() == {
        "name": "x", "folder": "A/B", "kind": "own",
    }  # fmt: skip
    assert own.frame.geometry.area.iloc[0] == pytest.approx(0.01 - 0.0002)


def test_features_without_their_collection(tmp_path: Path) -> None:
    text = frame().to_json()
    start = text.index("[", text.index('"features"'))
    path = tmp_path / "a.json"
    path.write_text(text[start : text.rindex("]") + 1], "utf-8")
    assert read(path).frame["name"].tolist() == NAMES


def test_lists_in_properties_are_text(tmp_path: Path) -> None:
    path = tmp_path / "a.geojson"
    text = write(path).read_text("utf-8").replace('"老站"', "[1, 2]").replace('"新站"', "[]")
    path.write_text(text, "utf-8")
    assert all(isinstance(value, str) for value in read(path).frame["name"])


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("117.2", 117.2), (" １１７．２ ", 117.2), ("117,2", 117.2), ("-1.3", -1.3), ("1e2", 100.0),
        ("117°12′30″", 117 + 12.5 / 60), ("117°12'30.5\"E", 117 + 12 / 60 + 30.5 / 3600),
        ("东经117度12分30秒", 117 + 12.5 / 60), ("117 12 30", 117 + 12.5 / 60),
        ("1°18'W", -1.3), ("S 1°18'0\"", -1.3), ("117.2°", 117.2), ("E117.2", 117.2),
        ("117d12m30s", 117 + 12.5 / 60), ("117:12:30", 117 + 12.5 / 60),
    ],
)  # fmt: skip
def test_coordinates_as_people_write_them(text: str, value: float) -> None:
    assert number(text) == pytest.approx(value, abs=1e-9)


@pytest.mark.parametrize(
    "text", ["", "east", "117°61'", "117°12'60\"", "1_000", "E117.2W", "1,2,3"]
)
def test_other_texts_are_no_coordinates(text: str) -> None:
    assert number(text) != number(text)
