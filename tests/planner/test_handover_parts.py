from __future__ import annotations

import dataclasses
import math
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import geopandas as gpd
import numpy as np
import pyogrio
import pyproj
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.bundle import Bundle, load_bundle
from geo.crs import metric_crs
from planner.handover.check import check_layer, totals_of
from planner.handover.crs import systems_of
from planner.handover.dbf import CODE_LIMIT, dbf
from planner.handover.fields import CELLS, EDITS, NO_GO, SITES, TOWNSHIPS, Field
from planner.handover.handover import make_handover
from planner.handover.layers import Layer, plan_layers
from planner.handover.read import ReadLayer
from planner.handover.shape import shapefile
from planner.handover.text import encodable, within_bytes
from planner.plan import Plan, make_plan
from planner.regions.intake import Intake, import_region
from planner.scenario import Scenario
from tests.town import write_town

LAYERS = (SITES, TOWNSHIPS, CELLS, NO_GO, EDITS)


def _region(folder: Path, lon: float, lat: float) -> Bundle:
    extract = write_town(folder / "town.osm", lon=lon, lat=lat)
    import_region(Intake(extract=extract), folder / "bundle")
    return load_bundle(folder / "bundle")


def _places(lon: float, lat: float) -> Any:
    """What systems are chosen by: a township of 2 km, and people in its corners."""
    around = [(lon + dx, lat + dy) for dx in (-0.012, 0.012) for dy in (-0.01, 0.01)]
    points = gpd.GeoSeries([shapely.Point(one) for one in around], crs=4326)
    shape = gpd.GeoSeries([shapely.MultiPoint(around).convex_hull], crs=4326)
    crs = metric_crs(lon, lat)
    people = gpd.GeoDataFrame({"people": [1, 20, 300, 4000]}, geometry=points).to_crs(crs)
    townships = gpd.GeoDataFrame(geometry=shape).to_crs(crs)
    return SimpleNamespace(
        region=SimpleNamespace(townships=townships), demand=SimpleNamespace(frame=people)
    )


def _transverse_mercator(lon: float, lat: float, meridian: float) -> tuple[float, float]:
    """Easting and northing on CGCS2000 by Krüger's series to the fourth order of n (1912)."""
    a, f = 6378137.0, 1 / 298.257222101
    n = f / (2 - f)
    radius = a / (1 + n) * (1 + n**2 / 4 + n**4 / 64)
    alpha = (
        n / 2 - 2 * n**2 / 3 + 5 * n**3 / 16 + 41 * n**4 / 180,
        13 * n**2 / 48 - 3 * n**3 / 5 + 557 * n**4 / 1440,
        61 * n**3 / 240 - 103 * n**4 / 140,
        49561 * n**4 / 161280,
    )
    e = math.sqrt(f * (2 - f))
    phi, away = math.radians(lat), math.radians(lon - meridian)
    t = math.sinh(math.atanh(math.sin(phi)) - e * math.atanh(e * math.sin(phi)))
    xi, eta = (
        math.atan2(t, math.cos(away)),
        math.asinh(math.sin(away) / math.hypot(t, math.cos(away))),
    )
    northing, easting = xi, eta
    for j, factor in enumerate(alpha, start=1):
        northing += factor * math.sin(2 * j * xi) * math.cosh(2 * j * eta)
        easting += factor * math.cos(2 * j * xi) * math.sinh(2 * j * eta)
    return 500_000 + radius * easting, radius * northing


def test_metres_in_the_zone_follow_from_the_formula(town_plan: Plan, tmp_path: Path) -> None:
    systems = systems_of(town_plan.bundle)
    layer = plan_layers(town_plan, "zh")[0]
    shape = shapefile(layer, systems.metric, encoding="gbk", file="", made=date(2024, 1, 1))
    for end, content in shape.files.items():
        (tmp_path / f"sites{end}").write_bytes(content)
    read = pyogrio.read_dataframe(tmp_path / "sites.shp")
    for here, there in zip(layer.frame.geometry, read.geometry, strict=True):
        assert _transverse_mercator(here.x, here.y, 117.0) == pytest.approx(
            (there.x, there.y), abs=1e-3
        )


@pytest.mark.parametrize(
    ("lon", "lat", "epsg", "zones", "straddles"),
    [
        (117.2, 29.3, 4548, (117.0,), False),  # Jingdezhen
        (115.9, 28.7, 4548, (117.0,), False),  # Nanchang, though nearer to 116.5 than to 117
        (115.49, 28.0, 4547, (114.0, 117.0), True),
        (115.505, 28.0, 4548, (114.0, 117.0), True),
        (87.6, 43.8, 4538, (87.0,), False),  # Urumqi
        (-1.3, 50.7, 32630, (-3.0,), False),
        (6.0005, 50.7, 32632, (3.0, 9.0), True),
    ],
)
def test_the_zone_is_that_of_the_centre_and_neighbours_are_told(
    lon: float, lat: float, epsg: int, zones: tuple[float, ...], straddles: bool
) -> None:
    bundle = _places(lon, lat)
    systems = systems_of(bundle)
    assert systems.epsg == epsg
    assert systems.zones == zones
    assert systems.straddles is straddles
    if systems.in_china:
        # PROJ's own database: the zone's area of use holds the centre, and the meridian fits.
        area = systems.metric.area_of_use
        assert area is not None
        assert area.west - 1e-9 <= lon <= area.east + 1e-9
        assert systems.metric.name.endswith(f"CM {systems.meridian:.0f}E")
        assert systems.metric.geodetic_crs == pyproj.CRS.from_epsg(4490)
    notes = systems.notes("zh")
    assert any("跨" in note for note in notes) is straddles
    assert any("CGCS2000" in note for note in notes)
    step = 1.5 if systems.in_china else 3.0
    cells = bundle.demand.frame.to_crs(4326)
    outside = np.abs(cells.geometry.x - systems.meridian) > step
    assert systems.people_outside == int(cells.loc[outside, "people"].sum())
    assert (systems.people_outside > 0) is straddles


def test_a_straddling_region_says_so_in_readme_and_metadata(tmp_path: Path) -> None:
    bundle = _region(tmp_path, 115.505, 28.0)
    handover = make_handover(make_plan(bundle, Scenario(radius_m=600.0)), "zh")
    assert handover.check.differences == ()
    assert "跨 2 个投影带" in handover.files["README.txt"].decode("utf-8-sig")
    assert b'"straddles_zones": true' in handover.files["metadata.json"]


def test_a_region_on_the_180th_meridian_is_handed_over(tmp_path: Path) -> None:
    bundle = _region(tmp_path, 180.0, -17.0)
    handover = make_handover(make_plan(bundle, Scenario(radius_m=600.0)), "en")
    assert handover.check.differences == ()
    # Degrees are cut there, and metres meet again: no township is 40,000 km wide.
    west, _, east, _ = (
        gpd.read_file(handover.files["geojson/townships.geojson"].decode())
        .geometry.explode()
        .bounds.T.values
    )
    assert (east - west).max() < 0.1


def test_codes_of_fields_are_short_ascii_and_unlike_each_other() -> None:
    for fields in LAYERS:
        for name in ("code", "key", "zh", "en"):
            told = [getattr(field, name) for field in fields]
            assert all(told)
            assert len({one.upper() for one in told}) == len(told)
        for field in fields:
            assert len(field.code.encode("ascii")) <= CODE_LIMIT
            assert field.code.isalnum()


def test_every_character_of_gbk_is_read_back_by_gdal(tmp_path: Path) -> None:
    """Python and GDAL convert with different tables: where they differ text would be garbled."""
    every = [chr(n) for n in range(0x20, 0x10000) if not 0xD800 <= n < 0xE000]
    known = [one for one in every if encodable(one, "gbk") == one and one != " "]
    assert len(known) > 21_000
    texts = ["".join(known[n : n + 100]) for n in range(0, len(known), 100)]
    frame = gpd.GeoDataFrame(
        {"id": texts}, geometry=[shapely.Point(117, 29)] * len(texts), crs=4326
    )
    layer = Layer(name="x", geometry="Point", fields=(SITES[0],), frame=frame)
    shape = shapefile(layer, pyproj.CRS(4490), encoding="gbk", file="", made=date(2024, 1, 1))
    for end, content in shape.files.items():
        (tmp_path / f"x{end}").write_bytes(content)
    assert shape.changes == ()
    assert pyogrio.read_dataframe(tmp_path / "x.shp")["BH"].tolist() == texts


@given(st.text(max_size=300), st.sampled_from(["gbk", "utf-8"]), st.integers(0, 254))
def test_text_is_cut_between_characters_and_never_silently(
    text: str, encoding: str, limit: int
) -> None:
    told = encodable(text, encoding)
    raw = told.encode(encoding)  # everything can be written
    lacking = [one for one in text if not one.isprintable() or one not in told]
    assert (told == text) or lacking
    short = within_bytes(told, encoding, limit)
    kept = told.strip(" ")
    assert kept.startswith(short)
    assert len(short.encode(encoding)) <= limit
    if len(raw) > limit:
        more = kept[: len(short) + 1]
        assert len(more.encode(encoding)) > limit or more.endswith(" ")


HOSTILE = st.text(min_size=0, max_size=120)


@settings(max_examples=25, deadline=None)
@given(
    names=st.lists(HOSTILE, min_size=1, max_size=4),
    numbers=st.lists(st.one_of(st.none(), st.integers(-(10**12), 10**12)), min_size=4, max_size=4),
    encoding=st.sampled_from(["gbk", "utf-8"]),
)
def test_any_names_and_numbers_come_back_from_a_shapefile(
    names: list[str],
    numbers: list[int | None],
    encoding: str,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    fields = (
        SITES[0],
        Field(key="name", code="MC", zh="名称", en="name"),
        Field(key="n", code="N", zh="数", en="n", type="whole"),
        Field(key="x", code="X", zh="数", en="x", type="number", decimals=2),
    )
    count = len(names)
    values = [None if one is None else round(one / 7, 2) for one in numbers[:count]]
    columns = {
        "id": [f"n{n}" for n in range(count)],
        "name": names,
        "n": numbers[:count],
        "x": values,
    }
    frame = gpd.GeoDataFrame(
        {key: np.array(column, object) for key, column in columns.items()},
        geometry=[shapely.Point(117, 29)] * count,
        crs=4326,
    )
    layer = Layer(name="x", geometry="Point", fields=fields, frame=frame)
    shape = shapefile(layer, pyproj.CRS(4548), encoding=encoding, file="f", made=date(2024, 1, 1))
    folder = tmp_path_factory.mktemp("any")
    for end, content in shape.files.items():
        (folder / f"x{end}").write_bytes(content)
    read = pyogrio.read_dataframe(folder / "x.shp")
    told = [one if isinstance(one, str) else "" for one in read["MC"]]
    changed = {int(change.row[1:]): change.told for change in shape.changes}
    for n, name in enumerate(names):
        assert told[n] == changed.get(n, name.strip(" "))
    for key, code in (("n", "N"), ("x", "X")):
        back = [None if one != one or one is None else one for one in read[code].tolist()]
        assert back == columns[key]


def test_a_table_refuses_what_it_cannot_hold() -> None:
    whole = Field(key="n", code="N", zh="数", en="n", type="whole")
    with pytest.raises(ValueError, match="digits"):
        dbf([whole], [[10**18]], encoding="gbk", made=date(2024, 1, 1))
    with pytest.raises(ValueError, match="wide"):
        dbf([SITES[0]], [["字" * 128]], encoding="gbk", made=date(2024, 1, 1))


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda read: dataclasses.replace(read, epsg=4547), "EPSG:4547"),
        (lambda read: dataclasses.replace(read, shapes=read.shapes[1:]), "features"),
        (lambda read: _moved(read, 0.05), "m away"),
        (lambda read: _changed(read, "name", 1, "鍖楅晣"), "鍖楅晣"),
        (lambda read: _changed(read, "people", 2, 1), "sum"),
        (lambda read: _changed(read, "existing", 0, True), "existing"),
        (lambda read: _changed(read, "score", 0, None), "score"),
        (lambda read: dataclasses.replace(read, columns={}), "id"),
    ],
)
def test_the_check_sees_each_sort_of_damage(town_plan: Plan, spoil: object, said: str) -> None:
    layer = plan_layers(town_plan, "zh")[0]
    names = {field.key: field.key for field in layer.fields}
    whole = ReadLayer(
        epsg=4326,
        columns={key: layer.frame[key].tolist() for key in names},
        shapes=layer.frame.geometry.tolist(),
    )

    def differences(read: ReadLayer) -> tuple[str, ...]:
        totals = totals_of(town_plan)["sites"]
        return check_layer(
            layer, read, file="f", names=names, epsg=4326, allowed_m=0.02, totals=totals
        ).differences

    assert differences(whole) == ()
    assert any(said in line for line in differences(spoil(whole)))  # type: ignore[operator]


def _moved(read: ReadLayer, metres: float) -> ReadLayer:
    first = read.shapes[0]
    moved = shapely.Point(first.x, first.y + metres / 111_000)  # type: ignore[attr-defined]
    return dataclasses.replace(read, shapes=[moved, *read.shapes[1:]])


def _changed(read: ReadLayer, key: str, row: int, value: object) -> ReadLayer:
    column = list(read.columns[key])
    column[row] = value
    return dataclasses.replace(read, columns={**read.columns, key: column})


def test_townships_are_compared_by_corners_rings_and_parts(town_plan: Plan) -> None:
    layer = plan_layers(town_plan, "zh")[1]
    names = {field.key: field.key for field in layer.fields}
    columns = {key: layer.frame[key].tolist() for key in names}
    first, *rest = layer.frame.geometry
    x, y = first.representative_point().coords[0]
    holed = first - shapely.box(x, y, x + 1e-4, y + 1e-4)
    bulged = shapely.Polygon([*first.exterior.coords[:-1], (x, y)])
    turned = shapely.Polygon([*first.exterior.coords[3:-1], *first.exterior.coords[:4]])
    for shape, well in ((first.reverse(), True), (turned, True), (holed, False), (bulged, False)):
        read = ReadLayer(epsg=4326, columns=columns, shapes=[shape, *rest])
        found = check_layer(
            layer, read, file="f", names=names, epsg=4326, allowed_m=0.02, totals={}
        ).differences
        assert (found == ()) is well
