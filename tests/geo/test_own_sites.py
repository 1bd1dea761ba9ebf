from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pyproj
import pytest
import shapely

from geo.boundary import Region
from geo.errors import CandidateError, CoordinateError
from geo.kinds import default_kinds
from geo.own_sites import read_own_sites
from tests.geo.squares import CRS, SOUTH, WEST, at, region_of, square


def region():
    return region_of({"box": square(0, 0, 1000), "name": "甲"})


def written(folder: Path, text: str, encoding: str = "utf-8") -> Path:
    path = folder / "sites.csv"
    path.write_bytes(text.encode(encoding))
    return path


def lonlat(x: float, y: float) -> str:
    lon, lat = at(x, y)
    return f"{lon:.8f},{lat:.8f}"


def test_reads_a_table_with_all_columns(tmp_path: Path) -> None:
    text = (
        "经度,纬度,名称,类型,现有,权重\n"
        f"{lonlat(100, 200)},老站,scrap_yard,是,0.5\n"
        "\n"
        f"{lonlat(5000, 0)},,,,\n"
    )
    first, second = read_own_sites(written(tmp_path, text, "gbk"), default_kinds(), region())
    assert (first.id, first.name, first.kind, first.existing, first.weight) == (
        "u0001", "老站", "scrap_yard", True, 0.5,
    )  # fmt: skip
    assert (first.x - WEST, first.y - SOUTH) == pytest.approx((100, 200), abs=0.01)
    assert (second.id, second.kind, second.existing, second.weight) == ("u0002", "own", False, 1.0)


def test_what_is_not_said_is_that_of_the_kind(tmp_path: Path) -> None:
    text = f"lon,lat,kind\n{lonlat(1, 1)},recycling_point\n{lonlat(2, 2)},supermarket\n"
    sites = read_own_sites(written(tmp_path, text), default_kinds(), region())
    assert [(site.existing, site.weight) for site in sites] == [(True, 1.0), (False, 0.8)]


@pytest.mark.parametrize(
    ("rows", "fault"),
    [
        ("181,28.9,,\n", r"row 2, lon: '181' is not within -180 to 180"),
        ("east,28.9,,\n", "'east' is not within"),
        ("nan,28.9,,\n", "'nan' is not within"),
        (",28.9,,\n", "'' is not within"),
        ("117,28.9,palace,\n", "row 2: kind 'palace' is not in the table of kinds"),
        ("117,28.9,generated,\n", "kind 'generated' is not"),
        ("117,28.9,,perhaps\n", "existing 'perhaps' is not allowed"),
        ("117,28.9,,,0\n", "weight '0' is not above 0"),
        ("117,28.9,,,nan\n", "weight 'nan'"),
        ("", "holds no features"),
        ("-1.3,50.7,,\n", "none of 1 sites lies in the region. Check"),
    ],
)
def test_faults_are_named(tmp_path: Path, rows: str, fault: str) -> None:
    path = written(tmp_path, "lon,lat,kind,existing,weight\n" + rows)
    with pytest.raises(CandidateError, match=fault):
        read_own_sites(path, default_kinds(), region())


def test_exchanged_axes_are_recognised_where_both_are_possible(tmp_path: Path) -> None:
    # 50.7, -1.3 is a place either way (in the Indian Ocean); only the region tells.
    utm = pyproj.CRS("EPSG:32630")
    x, y = pyproj.Transformer.from_crs(4326, utm, always_xy=True).transform(-1.3, 50.7)
    box = shapely.box(x - 500, y - 500, x + 500, y + 500)
    island = Region(
        name="", crs=utm, source="", approximate=False,
        townships=region().townships.set_geometry([box]).set_crs(utm, allow_override=True),
        territories=gpd.GeoSeries([box], crs=utm),
    )  # fmt: skip
    with pytest.raises(CoordinateError, match="with longitude and latitude exchanged"):
        read_own_sites(written(tmp_path, "lon,lat\n50.7,-1.3\n"), default_kinds(), island)
    with pytest.raises(CoordinateError, match="with longitude and latitude exchanged"):
        read_own_sites(written(tmp_path, "lon,lat\n28.9,117.0\n"), default_kinds(), region())


def test_columns_of_coordinates_are_needed(tmp_path: Path) -> None:
    with pytest.raises(CandidateError, match="no columns of longitude and latitude among: a, b"):
        read_own_sites(written(tmp_path, "a,b\n1,2\n"), default_kinds(), region())


@pytest.mark.parametrize("suffix", ["geojson", "gpkg", "shp"])
def test_reads_points_and_polygons_of_vector_files(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"sites.{suffix}"
    frame = gpd.GeoDataFrame(
        {"name": ["站 <b>", None], "existing": ["yes", "no"]},
        geometry=[square(100, 100, 10), square(300, 300, 10)],
        crs=CRS,
    )
    frame.to_crs(4326).to_file(path, encoding="UTF-8")
    sites = read_own_sites(path, default_kinds(), region())
    assert [(site.name, site.existing) for site in sites] == [("站 <b>", True), ("", False)]
    assert (sites[0].x - WEST, sites[0].y - SOUTH) == pytest.approx((105, 105), abs=0.1)


def test_gbk_text_of_a_shapefile_without_a_cpg(tmp_path: Path) -> None:
    path = tmp_path / "sites.shp"
    points = gpd.GeoDataFrame({"name": ["景德镇"]}, geometry=[shapely.Point(at(9, 9))], crs=4326)
    points.to_file(path, encoding="GBK")
    path.with_suffix(".cpg").unlink()
    (site,) = read_own_sites(path, default_kinds(), region())
    assert site.name == "景德镇"


def test_vector_files_that_cannot_be_used(tmp_path: Path) -> None:
    def fault(name: str, frame: gpd.GeoDataFrame | str, message: str) -> None:
        path = tmp_path / name
        if isinstance(frame, str):
            path.write_text(frame)
        else:
            frame.to_file(path)
        with pytest.raises(CandidateError, match=message):
            read_own_sites(path, default_kinds(), region())

    point = gpd.GeoDataFrame(geometry=[shapely.Point(at(9, 9))], crs=4326)
    line = gpd.GeoDataFrame(geometry=[shapely.LineString([(117, 28), (117, 29)])], crs=4326)
    with pytest.warns(UserWarning, match="crs"):
        point.set_crs(None, allow_override=True).to_file(tmp_path / "a.shp")
    with pytest.raises(CoordinateError, match=r"names no coordinate system.*candidates=wgs84"):
        read_own_sites(tmp_path / "a.shp", default_kinds(), region())
    fault("b.geojson", line, "feature 1: is a LineString")
    fault("c.geojson", "{", "cannot be read as GeoJSON")
    fault("d.geojson", '{"type": "FeatureCollection", "features": []}', "holds no features")
    point.to_file(tmp_path / "e.gpkg", layer="one")
    point.to_file(tmp_path / "e.gpkg", layer="two")
    with pytest.raises(CandidateError, match="holds 2 layers: one, two"):
        read_own_sites(tmp_path / "e.gpkg", default_kinds(), region())
    with pytest.raises(CandidateError, match="no such file"):
        read_own_sites(tmp_path / "f.gpkg", default_kinds(), region())
