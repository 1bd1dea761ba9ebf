"""The coordinate check: what it finds, and what it must never find."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path

import geopandas as gpd
import numpy as np
import pyproj
import pytest
import shapely

from geo.boundary import Region, region_from_file, region_from_osm
from geo.bundle import Bundle, load_bundle
from geo.datum import wgs84_to_bd09, wgs84_to_gcj02
from geo.diagnosis import Diagnosis, diagnose
from geo.extract import read_extract
from geo.landmarks import Landmarks, landmarks_of, landmarks_of_extract
from geo.own_file import read_own

ROOT = Path(__file__).resolve().parents[2]
LIECHTENSTEIN = ROOT / "tests" / "data" / "liechtenstein-2013-08-03.osm.pbf"
CRS = pyproj.CRS("EPSG:4548")
Shift = Callable[[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]]


@cache
def sample() -> Bundle:
    return load_bundle(ROOT / "data" / "samples" / "isle-of-wight")


@cache
def island_in_china() -> tuple[Region, Landmarks, gpd.GeoSeries]:
    """The sample's roads and borders laid down near Jingdezhen, and its OSM sites there."""
    bundle = sample()
    west, south, east, north = bundle.region.townships.total_bounds
    by = np.array([500_000.0 - (west + east) / 2, 3_240_000.0 - (south + north) / 2])

    def moved(shapes: gpd.GeoSeries) -> gpd.GeoSeries:
        return gpd.GeoSeries(shapely.transform(shapes.to_numpy(), lambda xy: xy + by), crs=CRS)

    region = replace(
        bundle.region,
        crs=CRS,
        townships=bundle.region.townships.set_crs(CRS, allow_override=True).set_geometry(
            moved(bundle.region.townships.geometry)
        ),
        territories=moved(bundle.region.territories),
    )
    basemap = gpd.GeoDataFrame(
        {"kind": bundle.basemap["kind"].to_numpy()}, geometry=moved(bundle.basemap.geometry)
    )
    sites = moved(bundle.candidates.frame.query("source == 'osm'").geometry)
    return region, landmarks_of(region, basemap), sites


def drawn(shapes: gpd.GeoSeries, shift: Shift | None = None) -> gpd.GeoDataFrame:
    """Shapes in degrees, as a Chinese web map would have them."""
    degrees = shapes.to_crs(4326).to_numpy()
    if shift is not None:
        degrees = shapely.transform(degrees, lambda xy: np.column_stack(shift(*xy.T)))
    return gpd.GeoDataFrame(geometry=degrees, crs=4326)


def told(frame: gpd.GeoDataFrame, landmarks: Landmarks | None) -> Diagnosis:
    found = diagnose(frame, landmarks)
    assert found is not None
    assert 0.0 <= found.confidence <= 0.999
    return found


SHIFTS = [("wgs84", None), ("gcj02", wgs84_to_gcj02), ("bd09", wgs84_to_bd09)]


@pytest.mark.parametrize(("key", "shift"), SHIFTS)
@pytest.mark.parametrize("noise_m", [0.0, 15.0])
def test_sites_along_roads_tell_their_map(key: str, shift: Shift | None, noise_m: float) -> None:
    _, landmarks, sites = island_in_china()
    rng = np.random.default_rng(1)
    xy = np.column_stack([sites.x, sites.y])[rng.choice(len(sites), 100, replace=False)]
    points = gpd.GeoSeries(shapely.points(xy + rng.normal(0, noise_m, xy.shape)), crs=CRS)
    found = told(drawn(points, shift), landmarks)
    assert (found.verdict, found.best.key) == ("mend" if shift else "plain", key)
    assert found.basis == "roads" and found.confidence > 0.99
    if shift:
        assert 300 < found.shift_m < 1500


@pytest.mark.parametrize(("key", "shift"), SHIFTS)
@pytest.mark.parametrize("what", ["townships", "lakes"])
def test_outlines_tell_their_map(key: str, shift: Shift | None, what: str) -> None:
    region, landmarks, _ = island_in_china()
    shapes = region.townships.geometry
    if what == "lakes":  # drawn by hand from the shores that the basemap has
        lakes = sample().basemap.query("kind == 'water'").geometry.explode(index_parts=False)
        by = np.array(region.townships.total_bounds[:2])
        by = by - np.array(sample().region.townships.total_bounds[:2])
        large = lakes[lakes.area > 2_000].to_numpy()
        shapes = gpd.GeoSeries(shapely.transform(large, lambda xy: xy + by), crs=CRS)
    found = told(drawn(shapes, shift), landmarks)
    assert (found.verdict, found.best.key) == ("mend" if shift else "plain", key)
    assert found.basis == "borders"


def test_what_has_nothing_to_do_with_the_roads_is_left_as_it_is() -> None:
    _, landmarks, _ = island_in_china()
    rng = np.random.default_rng(2)
    for _ in range(12):
        xy = rng.uniform((490_000, 3_235_000), (510_000, 3_245_000), (60, 2))
        frame = drawn(gpd.GeoSeries(shapely.points(xy), crs=CRS))
        assert told(frame, landmarks).verdict in ("plain", "unknown", "doubt")


def test_few_sites_prove_nothing() -> None:
    _, landmarks, sites = island_in_china()
    found = told(drawn(sites.iloc[:5], wgs84_to_gcj02), landmarks)
    assert (found.verdict, found.best.key) == ("unknown", "wgs84")


def swapped(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    turned = shapely.transform(frame.geometry.to_numpy(), lambda xy: xy[:, ::-1])
    return frame.set_geometry(turned).set_crs(frame.crs, allow_override=True)


def renamed(frame: gpd.GeoDataFrame, epsg: int | None) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(geometry=frame.geometry.to_numpy(), crs=epsg)


@pytest.mark.parametrize(
    ("true", "said", "found"),
    [
        (4548, 4547, "epsg:4548"),  # the meridian of the zone beside it
        (4548, 4550, "epsg:4548"),
        (4527, 4548, "epsg:4527"),  # a zone number that the system has not
        (4548, 4527, "epsg:4548"),
        (4527, None, "epsg:4527"),
        (4498, None, "epsg:4498"),  # 6-degree zone
        (4548, None, "epsg:4548"),
        (32650, None, "epsg:32650"),
        (3857, None, "epsg:3857"),
        (3857, 4326, "epsg:3857"),
        (4326, None, "wgs84"),
    ],
)
@pytest.mark.parametrize("kind", ["sites", "townships"])
def test_the_wrong_zone_is_found(true: int, said: int | None, found: str, kind: str) -> None:
    region, landmarks, sites = island_in_china()
    shapes = sites.iloc[:60] if kind == "sites" else region.townships.geometry
    frame = gpd.GeoDataFrame(geometry=shapes.reset_index(drop=True)).to_crs(true)
    diagnosis = told(renamed(frame, said), landmarks)
    assert (diagnosis.verdict, diagnosis.best.key) == ("mend", found)
    if said is None:
        assert diagnosis.plain == "" and np.isnan(diagnosis.shift_m)
    both = told(swapped(renamed(frame, said)), landmarks)
    assert both.verdict == "mend" and both.best.reading.swapped
    assert both.best.reading.crs.to_epsg() == int(found.split(":")[1] if ":" in found else 4326)


def test_both_at_once() -> None:
    region, landmarks, _ = island_in_china()
    frame = swapped(drawn(region.townships.geometry, wgs84_to_gcj02))
    assert told(frame, landmarks).best.key == "swapped+gcj02"


def test_elsewhere_stays_elsewhere() -> None:
    _, landmarks, _ = island_in_china()
    frame = gpd.GeoDataFrame(geometry=shapely.points([[10.0, 50.0]] * 20), crs=4326)
    assert told(frame, landmarks).verdict == "elsewhere"


def test_the_sample_is_never_mended() -> None:
    bundle = sample()
    landmarks = landmarks_of(bundle.region, bundle.basemap)
    for frame in (
        bundle.region.townships,
        bundle.candidates.frame,
        bundle.demand.frame.iloc[::20],
        gpd.GeoDataFrame(geometry=bundle.exclusions),
    ):
        for crs in (4326, 27700, 32630):
            found = told(frame.to_crs(crs), landmarks)
            assert (found.verdict, found.best.key) == ("plain", found.plain)
            # No web map of China's is thought of here.
            assert not any(one.reading.shift for one in found.hypotheses)


def test_liechtenstein_is_never_mended() -> None:
    extract = read_extract(LIECHTENSTEIN, wanted={("amenity", "*")})
    region, _ = region_from_osm(extract, admin_level=None)
    for landmarks in (landmarks_of(region), landmarks_of_extract(extract), None):
        for frame in (region.townships.to_crs(4326), extract.pois, extract.areas):
            found = diagnose(frame, landmarks)
            assert found is None or found.verdict in ("plain", "unknown")


def jingdezhen(real_data: Path) -> Landmarks:
    path = real_data / "china" / "jingdezhen_townships_wgs84.geojson"
    return landmarks_of(region_from_file(path, name_field="name", code_field="code")[0])


def test_the_real_gcj02_outlines_are_recognised(real_data: Path) -> None:
    landmarks = jingdezhen(real_data)
    near = []
    for path in sorted((real_data / "china" / "gcj02").glob("3602*.json")):
        own = read_own(path, wanted="outlines", error=ValueError)  # type: ignore[arg-type]
        found = told(own.frame, landmarks)
        assert (found.verdict, found.best.key) == ("mend", "gcj02"), path.name
        assert found.confidence > 0.99 and 560 < found.shift_m < 630
        near.append(found.best.near_m)
    assert len(near) == 5 and np.median(near) < 30.0


def test_the_real_wgs84_outlines_are_never_mended(real_data: Path) -> None:
    landmarks = jingdezhen(real_data)
    for name in ("jingdezhen_counties_wgs84", "jingdezhen_townships_wgs84"):
        frame = gpd.read_file(real_data / "china" / f"{name}.geojson")
        for part in (frame, *(frame.iloc[[row]] for row in range(0, len(frame), 7))):
            found = told(part, landmarks)
            assert (found.verdict in ("plain", "unknown")) and found.best.key == "wgs84"
    path = real_data / "china" / "nanchang_gaoxin_townships_wgs84.geojson"
    region, _ = region_from_file(path, name_field="name", code_field="code")
    frame = gpd.read_file(path)
    assert told(frame, landmarks_of(region)).verdict == "plain"
    assert diagnose(frame, None) is None
    for row in range(4):
        assert told(frame.iloc[[row]], landmarks_of(region)).best.key == "wgs84"
    moved = drawn(frame.geometry, wgs84_to_gcj02)
    assert told(moved, landmarks_of(region)).best.key == "gcj02"
