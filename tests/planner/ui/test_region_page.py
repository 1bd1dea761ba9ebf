from __future__ import annotations

import json
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pytest
import shapely
from streamlit.runtime.scriptrunner import StopException
from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

from geo.bundle import Bundle, load_bundle
from geo.datum import wgs84_to_gcj02
from geo.preview import preview
from planner.maps import assets as map_assets
from planner.regions.recipes import load_recipe
from planner.ui import region_check
from planner.ui.library import SAMPLE
from planner.ui.words import UI
from tests.map_server import map_server, place_record
from tests.town import write_town

ROOT = Path(__file__).resolve().parents[3]
pytestmark = pytest.mark.skipif(
    not (map_assets.VENDOR / "leaflet" / "leaflet.js").is_file(),
    reason="static/vendor is missing: make setup brings it",
)


@pytest.fixture
def regions(town_path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("RECYCLENET_BUNDLE", str(town_path))
    monkeypatch.setenv("RECYCLENET_REGIONS", str(tmp_path / "regions"))
    # Nobody listens there: a fetch fails at once, whatever the machine is connected to.
    monkeypatch.setenv("RECYCLENET_NOMINATIM", "http://127.0.0.1:9")
    monkeypatch.setenv("RECYCLENET_OVERPASS", "http://127.0.0.1:9")
    monkeypatch.setattr("geo.live_http._LONGEST_PAUSE_S", 0.0)
    return tmp_path / "regions"


@pytest.fixture
def open_page(regions: Path) -> Callable[..., AppTest]:
    def run(page: str = "region", **address: str) -> AppTest:
        at = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
        for key, value in address.items():
            at.query_params[key] = value
        if page:
            at._page_hash = calc_hash(page)
        at.run()
        assert not at.exception
        return at

    return run


def upload(at: AppTest, key: str, path: Path) -> AppTest:
    at.file_uploader(key=key).set_value((path.name, path.read_bytes(), "")).run()
    assert not at.exception
    return at


def bundles(regions: Path) -> list[Path]:
    return sorted(path for path in regions.glob("*")) if regions.is_dir() else []


def outlines(town: Bundle, folder: Path, *, shifted: bool) -> Path:
    frame = town.region.townships.to_crs(4326)[["name", "code", "geometry"]]
    if shifted:
        frame["geometry"] = shapely.transform(
            frame.geometry.to_numpy(), lambda c: np.column_stack(wgs84_to_gcj02(c[:, 0], c[:, 1]))
        )
    path = folder / "outlines.geojson"
    frame.to_file(path)
    return path


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_loaded_region_and_its_facts(open_page: Any, town: Bundle, lang: str) -> None:
    at = open_page(lang=lang)
    assert at.title[0].value.replace("\\", "") == town.region.name
    told = "".join(caption.value for caption in at.caption).replace("\\", "")
    assert f"{town.counts()['people']:,}" in told and town.source.licence in told
    assert not at.error


def test_an_extract_is_imported_and_planned(open_page: Any, regions: Path, tmp_path: Path) -> None:
    at = open_page()
    assert at.button(key="region-import").disabled
    upload(
        at, "file-extract", write_town(tmp_path / "town.osm", names=("甲镇", "乙镇", "丙乡", "丁"))
    )
    at.button(key="region-import").click().run()
    assert not at.exception and not at.error
    (made,) = bundles(regions)
    assert at.query_params["region"] in (made.name, [made.name])
    bundle = load_bundle(made)
    assert sorted(bundle.region.townships["name"]) == sorted(["甲镇", "乙镇", "丙乡", "丁"])
    at.button(key="region-plan-files").click().run()
    assert len(at.metric) == 5
    assert at.query_params["region"] in (made.name, [made.name])
    assert "甲镇" in at.dataframe[0].value["name"].tolist()


def test_a_zipped_region_of_another_computer(
    open_page: Any, regions: Path, town_path: Path, tmp_path: Path
) -> None:
    shutil.make_archive(str(tmp_path / "a"), "zip", town_path)
    at = open_page()
    assert at.button(key="bundle-open").disabled
    upload(at, "file-bundle", tmp_path / "a.zip")
    at.button(key="bundle-open").click().run()
    assert not at.exception and not at.error
    (made,) = bundles(regions)
    assert load_bundle(made).sha256 == load_bundle(town_path).sha256
    assert at.query_params["region"] in (made.name, [made.name])
    assert at.button(key="region-plan-bundle")


def test_a_zip_file_of_something_else_is_one_line(
    open_page: Any, regions: Path, tmp_path: Path
) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("../../evil", "x")
    at = upload(open_page(), "file-bundle", tmp_path / "a.zip")
    at.button(key="bundle-open").click().run()
    (error,) = at.error
    assert "包外的路径" in error.value and "recyclenet-" not in error.value.replace("\\", "")
    assert not bundles(regions) and "region" not in at.query_params


def test_a_ready_region_out_of_an_extract(open_page: Any, regions: Path, tmp_path: Path) -> None:
    recipe = load_recipe("nanchang-gaoxin")
    extract = write_town(tmp_path / "province.osm", names=recipe.township_names)
    at = upload(open_page(lang="en"), "file-extract", extract)
    at.selectbox(key="import-recipe").set_value("nanchang-gaoxin").run()
    at.button(key="region-import").click().run()
    assert not at.exception and not at.error
    (made,) = bundles(regions)
    assert made.name != recipe.name  # what a user brought is not the ready region of all
    bundle = load_bundle(made)
    assert bundle.region.name == recipe.name_zh
    assert bundle.counts()["people"] == recipe.census.people


def test_a_link_opens_the_region_and_another_sitting_does_not_see_it(
    open_page: Any, regions: Path, tmp_path: Path, town_path: Path
) -> None:
    region_id = "A" * 22
    regions.mkdir()
    (regions / region_id).symlink_to(SAMPLE)
    assert "Isle" in open_page("", region=region_id, lang="en").title[0].value
    other = open_page()
    assert "Isle" not in other.title[0].value
    assert region_id not in str([button.label for button in other.button])


def test_an_unknown_region_has_a_way_back(open_page: Any) -> None:
    for region_id in ("B" * 22, "../../etc", "jingdezhen"):
        at = open_page("", region=region_id)
        assert len(at.error) == 1 and "etc" not in at.error[0].value
        at.button[0].click().run()
        assert not at.error and len(at.metric) == 5
        assert "region" not in at.query_params
    at = open_page(region="C" * 22)
    assert len(at.error) == 1 and at.button(key="region-import").disabled
    at.button(key="ready-sample").click().run()
    assert not at.error and at.title


def test_wrong_files_are_one_line_and_leave_nothing(
    open_page: Any, regions: Path, tmp_path: Path
) -> None:
    wrong = tmp_path / "wrong.osm.pbf"
    wrong.write_bytes(b"%PDF-1.7 no map at all")
    at = upload(open_page(lang="en"), "file-extract", wrong)
    at.button(key="region-import").click().run()
    assert len(at.error) == 1 and "wrong" in at.error[0].value
    for secret in ("Traceback", str(tmp_path), "recyclenet-"):
        assert secret not in at.error[0].value.replace("\\", "")
    table = tmp_path / "people.csv"
    table.write_text("a,b\n1,2\n", "utf-8")
    upload(at, "file-population", table)
    assert any("people" in error.value for error in at.error)
    assert at.button(key="region-import").disabled
    assert bundles(regions) == []


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_table_of_people_is_understood_column_by_column(
    open_page: Any, tmp_path: Path, lang: str
) -> None:
    table = tmp_path / "people.csv"
    table.write_text("名称,人口,户数,备注\n北镇,3000,1000,\n南乡,x,1,\n", "utf-8")
    at = upload(open_page(lang=lang), "file-population", table)
    assert not at.error
    told = at.code[0].value
    for column in ("人口", "户数", "备注"):
        assert f"  {column} " in told
    assert at.checkbox(key="guesses") and at.checkbox(key="skip-unknown")
    assert at.button(key="region-import").disabled  # people alone are no region


def test_displaced_outlines_are_converted_with_consent_only(
    open_page: Any, regions: Path, tmp_path: Path, town: Bundle
) -> None:
    at = upload(open_page(), "file-extract", write_town(tmp_path / "town.osm"))
    upload(at, "file-boundaries", outlines(town, tmp_path, shifted=True))
    assert "<script>" in at.code[0].value  # as text, in a block of text
    at.button(key="region-import").click().run()
    assert len(at.warning) == 1 and "GCJ" in at.warning[0].value
    assert at.button(key="region-import").disabled and bundles(regions) == []
    at.checkbox(key="convert-boundaries").check().run()
    at.button(key="region-import").click().run()
    assert not at.error and not at.warning
    (made,) = bundles(regions)
    bounds = load_bundle(made).region.townships.to_crs(4326).total_bounds
    known = town.region.townships.to_crs(4326).total_bounds
    assert np.abs(bounds - known).max() < 2e-5  # 2 m; displaced it was by 592 m


def test_without_internet_the_page_says_so(open_page: Any, regions: Path) -> None:
    at = open_page(lang="en")
    at.text_input(key="place-name").set_value("景德镇市")
    next(button for button in at.button if button.label == "Fetch").click().run()
    assert len(at.error) == 1 and "osm\\.pbf" in at.error[0].value
    assert "--" not in at.error[0].value.replace("\\", "")
    assert bundles(regions) == []


def test_a_stopped_import_leaves_nothing_and_frees_its_turn(
    open_page: Any, regions: Path, tmp_path: Path
) -> None:
    at = upload(open_page(), "file-extract", write_town(tmp_path / "town.osm"))

    def stop(*_: Any) -> None:
        raise StopException  # what Streamlit raises when the user does something else

    for where in ("geo.bundle._write_frames", "planner.ui.region_work._Phases.__call__"):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(where, stop)
            at.button(key="region-import").click().run()
        assert not at.exception and not at.error
        assert bundles(regions) == []
        at.run()
    at.button(key="region-import").click().run()
    assert len(bundles(regions)) == 1


def test_a_place_by_its_name_and_which_of_two(
    open_page: Any, regions: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_town(tmp_path / "town.osm")
    with map_server(path) as served:
        county = next(p for p in served.places if p["name"] == "测试县")
        # Its namesake lies elsewhere.
        away = shapely.box(100.0, 30.0, 100.1, 30.1)
        other = place_record("relation", 999_999, "测试县", away)
        served.places.append(other | {"display_name": "测试县, <b>他省</b>"})
        monkeypatch.setenv("RECYCLENET_NOMINATIM", served.address)
        monkeypatch.setenv("RECYCLENET_OVERPASS", served.overpass)
        monkeypatch.setenv("RECYCLENET_CACHE", str(tmp_path / "cache"))
        at = open_page()
        at.text_input(key="place-name").set_value("测试县")
        next(button for button in at.button if button.label == "获取").click().run()
        assert not at.error and at.button(key="place-take").disabled
        assert len(at.radio(key="place-choice").options) == 2
        assert all("<" not in o.replace("\\<", "") for o in at.radio(key="place-choice").options)
        at.radio(key="place-choice").set_value(f"R{county['osm_id']}").run()
        at.button(key="place-take").click().run()
        assert not at.exception and not at.error
    (made,) = bundles(regions)
    assert len(load_bundle(made).region.townships) == 4
    assert at.button(key="region-plan-place")


def test_places_are_drawn_as_they_are_and_as_they_are_read(town: Bundle, tmp_path: Path) -> None:
    path = outlines(town, tmp_path, shifted=True)
    seen, as_is, as_read = region_check._look(path, town, None, None)
    assert seen.diagnosis is not None and seen.diagnosis.verdict == "mend"
    assert as_is is not None and as_read is not None
    raw = gpd.read_file(path)
    assert np.allclose(as_is.total_bounds, raw.total_bounds)
    known = town.region.townships.to_crs(4326).total_bounds
    assert np.abs(np.asarray(as_read.total_bounds) - known).max() < 2e-5
    text = region_check.places_group(as_is, as_read)
    drawn = [child for child in text._children.values() if hasattr(child, "data")]
    assert len(drawn) == 2 and "script" not in json.dumps([child.data for child in drawn])
    plain = region_check._look(outlines(town, tmp_path, shifted=False), town, None, None)
    assert plain[1] is None and plain[2] is not None
    assert preview(path).diagnosis is None  # nothing to hold it against without a region


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_quality_sheet_is_shown_as_text(open_page: Any, lang: str) -> None:
    at = open_page(lang=lang)
    at.session_state["region-section"] = UI.say("section-quality", lang)  # type: ignore[arg-type]
    at.run()
    assert not at.exception and not at.error
    (sheet,) = [str(e.proto) for e in at.get("html") if "rn-quality" in str(e.proto)]
    assert "<script" not in sheet and "&lt;script&gt;" in sheet
    assert sheet.count("<tr>") > 5
    assert at.get("download_button")
