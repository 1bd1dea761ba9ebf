from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import rasterio
import shapely
from hypothesis import given
from hypothesis import strategies as st
from rasterio.transform import from_origin

from geo.candidates import Candidates, build_candidates
from geo.demand import build_demand
from geo.errors import InputError
from geo.kinds import default_kinds
from geo.suitability import (
    CRITERIA,
    Criterion,
    Suitability,
    column_of,
    default_suitability,
    read_suitability,
)
from geo.suitability_ground import FAR_M, Ground, distances_m
from geo.suitability_land import land_places
from geo.suitability_sites import with_criteria
from geo.suitability_slope import slopes_deg
from tests.geo.squares import CRS, SOUTH, WEST, region_of, square

TABLE = Path(__file__).resolve().parents[2] / "data" / "suitability.toml"
NONE = gpd.GeoSeries([], crs=CRS)


def shapes(*some: shapely.Geometry) -> np.ndarray:
    return np.array([*some, None], dtype=object)[:-1]


def ground(**layers: np.ndarray) -> Ground:
    names = ("land", "buildings", "water", "schools", "dirty", "lorry", "obstacles", "closed")
    empty = {name: np.empty(0, object) for name in (*names, "land_kind")}
    return Ground(**{**empty, **layers})


def xy(*points: tuple[float, float]) -> np.ndarray:
    return np.add(np.array(points, float).reshape(-1, 2), (WEST, SOUTH))


def street(y: float = 0.0) -> shapely.LineString:
    return shapely.LineString(xy((-2000, y), (4000, y)))


def test_the_table_holds_what_the_zurich_study_asks_for() -> None:
    table = default_suitability()
    assert [one.key for one in table.criteria] == list(CRITERIA)
    assert (table["free"].one, table["buildings"].one, table["obstacles"].one) == (16, 14, 2)
    assert table["slope"].zero == 5 and table["free"].zero == 10
    assert all(one.source and one.unit == CRITERIA[one.key] for one in table.criteria)
    assert Suitability.of(table.record()) == table


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("[slope]", "[steepness]", "is no criterion"),
        ("weight = 3.0", "weight = -1", "weight"),
        ("weight = 3.0", "weight = true", "weight"),
        ("zero = 10.0\none = 16.0", "zero = 16.0\none = 16.0", "same"),
        ('unit = "degrees"', 'unit = "%"', "unit"),
        ("unknown = 0.3", "unknown = 3", "unknown"),
        ("[free]", "[free", "TOML"),
        ('name_zh = "坡度"', 'name_zh = ""', "name_zh"),
        ("zero = 5.0", "zero = nan", "zero"),
    ],
)
def test_a_wrong_table_is_refused_in_one_line(
    tmp_path: Path, old: str, new: str, told: str
) -> None:
    text = TABLE.read_text("utf-8")
    assert old in text
    path = tmp_path / "mine.toml"
    path.write_text(text.replace(old, new, 1), "utf-8")
    with pytest.raises(InputError) as refused:
        read_suitability(path)
    assert told in str(refused.value) and "mine.toml" in str(refused.value)
    assert "\n" not in str(refused.value)


@given(
    zero=st.floats(0, 100),
    width=st.floats(0.1, 100),
    value=st.floats(0, 300),
    less=st.booleans(),
)
def test_scores_run_straight_from_nought_to_one(
    zero: float, width: float, value: float, less: bool
) -> None:
    low, high = zero, zero + width
    ends = (high, low) if less else (low, high)
    one = Criterion(
        key="water",
        name_zh="水",
        name_en="water",
        unit="m",
        zero=ends[0],
        one=ends[1],
        unknown=0.5,
        weight=1.0,
        source="test",
    )
    due = np.interp(value, [low, high], [1.0, 0.0] if less else [0.0, 1.0])
    assert one.scores(np.array([value]))[0] == pytest.approx(due, abs=1e-9)
    assert np.isnan(one.scores(np.array([np.nan]))[0])


def test_the_score_is_a_weighted_mean_and_what_nobody_knows_has_no_weight() -> None:
    frame = pd.DataFrame({column_of(key): [np.nan, np.nan] for key in CRITERIA})
    table = default_suitability()
    assert np.isnan(table.scores(frame)).all()
    frame[column_of("water")] = [20.0, 5.0]  # 10 m: nought, 30 m: one
    assert table.scores(frame).tolist() == [0.5, 0.0]
    frame[column_of("free")] = [np.nan, 16.0]  # unknown counts 0.3, weight 3
    assert table.scores(frame) == pytest.approx([(0.5 + 3 * 0.3) / 4, (0 + 3) / 4])
    assert table.scores(frame, {"free": 0.0}).tolist() == [0.5, 0.0]
    assert table.against(frame) == [(), ("water",)]
    assert table.against(frame, {"water": 0.0}) == [(), ()]


def test_free_land_is_the_largest_piece_at_hand_less_what_is_built() -> None:
    # A car park of 20 by 10 m; a building across it leaves pieces of 12 by 10 and 4 by 10 m.
    place = ground(
        land=shapes(square(100, 100, 20, 10), square(500, 500, 10)),
        land_kind=np.array(["parking", "green"], object),
        buildings=shapes(square(112, 90, 4, 30)),
    )
    areas, kinds = place.free_m2(shapely.points(xy((110, 105), (505, 505), (300, 300))))
    assert areas[:2].tolist() == [120.0, 100.0] and np.isnan(areas[2])
    assert kinds.tolist() == ["parking", "green", ""]


def test_overlapping_land_is_counted_once() -> None:
    place = ground(
        land=shapes(square(0, 0, 10), square(0, 0, 10)),
        land_kind=np.array(["green", "square"], object),
    )
    areas, kinds = place.free_m2(shapely.points(xy((5, 5))))
    assert areas.tolist() == [100.0] and kinds.tolist() == ["green;square"]


@given(
    spots=st.lists(st.tuples(st.integers(0, 300), st.integers(0, 300)), min_size=1, max_size=8),
    boxes=st.lists(st.tuples(st.integers(0, 300), st.integers(0, 300)), max_size=8),
    within=st.booleans(),
)
def test_distances_against_every_pair(
    spots: list[tuple[int, int]], boxes: list[tuple[int, int]], within: bool
) -> None:
    layer = shapes(*(square(x, y, 40) for x, y in boxes))
    points = np.asarray(shapely.points(xy(*spots)), dtype=object)
    found = distances_m(layer, points, within=within)
    for point, metres in zip(points, found, strict=True):
        some = [s for s in layer if within or not s.intersects(point)]
        due = min([FAR_M, *(s.distance(point) for s in some)]) if boxes else np.nan
        assert metres == pytest.approx(due, abs=0.006, nan_ok=True)


def test_places_on_land_keep_the_distances_and_are_near_people() -> None:
    region = region_of({"box": square(0, 0, 1000)})
    home = gpd.GeoDataFrame({"people": [500]}, geometry=shapely.points(xy((200, 100))), crs=CRS)
    place = ground(
        # Beside the street; too small; far from homes; far from the street.
        land=shapes(
            square(200, 5, 60, 30), square(300, 5, 3, 5), square(900, 5, 60), square(200, 200, 50)
        ),
        land_kind=np.array(["green"] * 4, object),
        buildings=shapes(square(200, 36, 20, 20)),
        lorry=shapes(street()),
    )

    def spots(**moved: object) -> np.ndarray:
        told: dict[str, object] = {"candidate_xy": np.empty((0, 2)), "spacing_m": 100.0, **moved}
        found = land_places(place, default_suitability(), home, region, NONE, **told)
        return np.column_stack([found.x, found.y]) - [WEST, SOUTH]

    found = spots()
    assert len(found) == 1
    x, y = found[0]
    assert 200 <= x <= 260 and 5 <= y <= 35
    assert shapely.Point(x, y).distance(shapely.box(200, 36, 220, 56)) >= 13.9
    assert len(spots(candidate_xy=xy((230, 60)))) == 0  # there is a candidate already


def test_land_candidates_are_added_to_the_others() -> None:
    region = region_of({"box": square(0, 0, 1000)})
    demand, _ = build_demand(None, region)
    place = ground(
        land=shapes(square(100, 5, 800, 30)),
        land_kind=np.array(["verge"], object),
        lorry=shapes(street()),
    )
    given: dict[str, object] = {"reach_m": 800.0, "detour_factor": 1.4}

    def build(**more: object) -> Candidates:
        found, _ = build_candidates(
            None, default_kinds(), region, demand, None, NONE, **given, **more
        )
        return found

    without, found = build(), build(ground=place)
    kept = found.frame[~found.frame["id"].str.startswith("l")]
    assert kept["id"].tolist() == without.frame["id"].tolist()
    more = found.frame[found.frame["id"].str.startswith("l")]
    assert (more["kind"] == "generated").all()
    judged, findings = with_criteria(found, region, default_suitability(), ground=place, dem=None)
    assert {column_of(key) for key in CRITERIA} <= set(judged.frame.columns)
    assert judged.frame["slope_deg"].isna().all()
    assert "suitability-unknown" in {finding.kind for finding in findings}


def plane(path: Path, *, degrees: float, pixel_m: float = 10.0, crs: object = CRS) -> Path:
    """Heights of a plane that rises to the east."""
    size = 200
    x = (np.arange(size) + 0.5) * pixel_m
    heights = np.tile(x * np.tan(np.radians(degrees)), (size, 1)).astype(np.float32)
    heights[:20] = -9999
    with rasterio.open(
        path,
        "w",
        driver="GTiff",
        width=size,
        height=size,
        count=1,
        dtype="float32",
        crs=crs.to_wkt() if crs is not None else None,  # type: ignore[attr-defined]
        nodata=-9999,
        transform=from_origin(WEST, SOUTH + size * pixel_m, pixel_m, pixel_m),
    ) as raster:
        raster.write(heights, 1)
    return path


@pytest.mark.parametrize("degrees", [0.0, 3.0, 12.0])
def test_the_slope_of_a_plane(tmp_path: Path, degrees: float) -> None:
    path = plane(tmp_path / "dem.tif", degrees=degrees)
    found = slopes_deg(path, xy((500, 500), (733, 912), (1000, 1950), (-500, 0)), CRS)
    assert found[:2] == pytest.approx([degrees, degrees], abs=0.01)
    assert np.isnan(found[2:]).all()  # no data there; outside


def test_windows_of_the_raster_make_no_difference(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = plane(tmp_path / "dem.tif", degrees=7.0)
    spots = np.add(np.random.default_rng(1).uniform(20, 1700, (60, 2)), (WEST, SOUTH))
    whole = slopes_deg(path, spots, CRS)
    monkeypatch.setattr("geo.suitability_slope.TILE", 16)
    assert np.array_equal(slopes_deg(path, spots, CRS), whole, equal_nan=True)


def test_a_wrong_raster_is_refused(tmp_path: Path) -> None:
    (tmp_path / "text.tif").write_text("heights")
    bare = plane(tmp_path / "bare.tif", degrees=1.0, crs=None)
    for path in (tmp_path / "text.tif", tmp_path / "missing.tif", bare):
        with pytest.raises(InputError, match=path.name):
            slopes_deg(path, xy((500, 500)), CRS)
    with pytest.raises(InputError, match="no height"):
        slopes_deg(plane(tmp_path / "far.tif", degrees=1.0), xy((-9000, 0)), CRS)


def test_steep_land_is_not_proposed(tmp_path: Path) -> None:
    region = region_of({"box": square(0, 0, 1000)})
    frame = gpd.GeoDataFrame(
        {"id": ["l00001", "n1"], "existing": [False, False]},
        geometry=shapely.points(xy((500, 500), (600, 600))),
        crs=CRS,
    )
    dem = plane(tmp_path / "dem.tif", degrees=12.0)
    found, findings = with_criteria(
        Candidates(frame=frame), region, default_suitability(), ground=None, dem=dem
    )
    assert found.frame["id"].tolist() == ["n1"]
    told = {finding.kind: finding.values for finding in findings}
    assert told["candidates-too-steep"] == {"candidates": 1, "degrees": 5.0}
