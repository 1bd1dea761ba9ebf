"""Looking before taking: the preview, and the consent that an import asks for."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import numpy as np
import openpyxl
import pytest
import shapely
from shapely.geometry import box

from geo.bundle import Bundle, load_bundle
from geo.datum import wgs84_to_gcj02
from geo.preview import Preview, preview
from planner.cli import main
from planner.commands.inspect import say_preview
from planner.commands.inspect_words import CHECK, PREVIEW
from planner.wording.language import LANGUAGES

ROWS = [(117.0 + 0.05 * i, 29.0 + 0.04 * j) for i in range(4) for j in range(4)]
NAMES = [f"{name}{kind}" for name in "甲乙丙丁" for kind in ("山镇", "水乡", "城街道", "田农场")]


def outlines(shift: bool = False) -> gpd.GeoDataFrame:
    """Sixteen townships with borders of their own: no straight lines, which a shift might meet."""
    rng = np.random.default_rng(5)
    shapes = []
    for x, y in ROWS:
        ring = shapely.segmentize(box(x, y, x + 0.049, y + 0.039), 0.004).exterior
        corners = shapely.get_coordinates(ring)[:-1]
        drawn = shapely.Polygon(corners + rng.normal(0, 0.0006, corners.shape))
        shapes.append(shapely.make_valid(drawn).buffer(0))
    if shift:
        shapes = [
            shapely.transform(s, lambda xy: np.column_stack(wgs84_to_gcj02(*xy.T))) for s in shapes
        ]
    codes = [f"3602221{i:02d}" for i in range(len(ROWS))]
    return gpd.GeoDataFrame({"name": NAMES, "code": codes}, geometry=shapes, crs=4326)


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Bundle]:
    folder = tmp_path_factory.mktemp("inspect")
    outlines().to_file(folder / "townships.geojson")
    arguments = [
        "import",
        "--boundaries",
        str(folder / "townships.geojson"),
        "--name-field",
        "name",
    ]
    arguments += [
        "--code-field",
        "code",
        "--out",
        str(folder / "bundle"),
        "--cell",
        "2000",
        "--quiet",
    ]
    assert main(arguments) == 0
    return folder / "bundle", load_bundle(folder / "bundle")


def run(capsys: pytest.CaptureFixture[str], *arguments: object, code: int = 0) -> str:
    assert main([*map(str, arguments)]) == code
    told = capsys.readouterr()
    return told.err if code else told.out


def test_a_displaced_file_is_shown_for_what_it_is(
    bundle: tuple[Path, Bundle], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "amap.geojson"
    outlines(shift=True).to_file(path)
    before = path.read_bytes()
    chinese = run(capsys, "inspect", path, "--bundle", bundle[0], "--lang", "zh")
    assert "坐标体检：坐标不是 WGS84，而是 GCJ-02（高德、腾讯）" in chinese
    assert "16 行" in chinese and "name → 名称" in chinese
    english = run(capsys, "inspect", path, "--bundle", bundle[0], "--lang", "en")
    assert "not WGS84 but GCJ-02 (Amap, Tencent)" in english
    assert "coordinates: gcj02 (the check finds so)" in english
    assert path.read_bytes() == before and sorted(tmp_path.iterdir()) == [path]
    plain = run(capsys, "inspect", path, "--bundle", bundle[0], "--lang", "en", "--convert", "none")
    assert "coordinates: wgs84 (the " in plain and "finds so" not in plain


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_an_import_stops_until_one_consents(
    bundle: tuple[Path, Bundle], tmp_path: Path, capsys: pytest.CaptureFixture[str], lang: str
) -> None:
    true, drawn = tmp_path / "townships.geojson", tmp_path / "no-go.geojson"
    outlines().to_file(true)
    outlines(shift=True).iloc[:6].to_file(drawn)
    base = ["import", "--boundaries", true, "--name-field", "name", "--cell", "2000", "--quiet"]
    base += ["--exclude", drawn, "--exclude-buffer", "0", "--lang", lang, "--out"]
    line = run(capsys, *base, tmp_path / "a", code=2)
    assert len(line.strip().splitlines()) == 1 and not (tmp_path / "a").exists()
    for told in ("no-go.geojson", "GCJ-02", "--convert exclude=gcj02", "--accept-diagnosis"):
        assert told in line
    assert ("坐标体检" in line) == (lang == "zh")
    areas = {}
    for name, consent in (
        ("asked", ["--convert", "exclude=gcj02"]),
        ("every", ["--convert", "none", "--convert", "exclude=gcj02"]),
        ("agreed", ["--accept-diagnosis"]),
        ("kept", ["--convert", "exclude=none"]),
    ):
        run(capsys, *base, tmp_path / name, *consent)
        made = load_bundle(tmp_path / name)
        areas[name] = shapely.union_all(made.exclusions.to_crs(4326).to_numpy())
        kinds = {f.kind: f for f in made.findings if f.kind.startswith("coordinates")}
        assert set(kinds) == {"coordinates-kept" if name == "kept" else "coordinates-converted"}
        if name != "kept":
            values = kinds["coordinates-converted"].values
            assert values["reading"] == "gcj02" and 400 < float(values["shift_m"]) < 700
            assert values["by"] == ("diagnosis" if name == "agreed" else "asked")
    expected = shapely.union_all(outlines().geometry.iloc[:6].to_numpy())
    for name in ("asked", "every", "agreed"):
        assert areas[name].symmetric_difference(expected).area < 0.002 * expected.area
    assert areas["kept"].symmetric_difference(expected).area > 0.05 * expected.area


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--convert", "exclude=gcj02"], "--convert: is of no use without --exclude"),
        (["--convert", "mars"], "--convert: 'mars' is no way to read coordinates"),
        (["--layer", "population=x"], "--layer: is of no use without --population"),
        (["--names", "x.csv"], "--names: is of no use without --population"),
        (["--accept-guesses"], "--accept-guesses: is of no use without --population"),
        (["--convert", ""], "--convert: is empty"),
    ],
)
def test_options_that_would_be_ignored_are_refused(
    options: list[str], told: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    base = ["import", "--boundaries", "f", "--name-field", "name", "--out", str(tmp_path / "b")]
    assert told in run(capsys, *base, *options, code=2)


def test_consent_is_of_no_use_without_a_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    line = run(capsys, "import", "x.osm", "--out", tmp_path / "b", "--accept-diagnosis", code=2)
    assert "--accept-diagnosis: is of no use without any of --boundaries" in line


def people(path: Path, *rows: tuple[object, object]) -> Path:
    book = openpyxl.Workbook()
    for row in (("乡镇", "人口"), *rows):
        book.active.append(row)
    book.save(path)
    return path


def test_names_are_matched_and_guesses_wait_for_consent(
    bundle: tuple[Path, Bundle], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [(name, 1000 + at) for at, name in enumerate(NAMES)]
    rows[2] = ("甲城街道办事处", 1002)  # another form
    rows[4] = ("乙山乡", 1004)  # another kind: a guess
    table = people(tmp_path / "people.xlsx", *rows)
    seen = preview(table, region=bundle[1].region)
    assert [(m.text, m.name, m.kind) for m in seen.names] == [
        ("甲城街道办事处", "甲城街道", "normalised"), ("乙山乡", "乙山镇", "guess"),
    ]  # fmt: skip
    assert (seen.rows, seen.taken, seen.inside, seen.kind) == (16, 16, 15, "XLSX")
    text = say_preview(seen, "zh")
    assert "乙山乡 → 乙山镇（猜测，须确认，0.85）" in text
    true = tmp_path / "townships.geojson"
    outlines().to_file(true)
    base = ["import", "--boundaries", true, "--name-field", "name", "--cell", "2000", "--quiet"]
    base += ["--code-field", "code", "--population", table, "--out"]
    line = run(capsys, *base, tmp_path / "a", code=2)
    assert "'乙山镇' may be meant" in line and "--accept-guesses" in line and "--names" in line
    confirmed = tmp_path / "names.csv"
    confirmed.write_text("given,name\n乙山乡,乙山镇\n", "utf-8")
    for name, consent, kinds in (
        ("b", ["--accept-guesses"], {"names-matched", "names-guessed"}),
        ("c", ["--names", confirmed], {"names-matched"}),
    ):
        run(capsys, *base, tmp_path / name, *consent)
        made = load_bundle(tmp_path / name)
        assert made.counts()["people"] == sum(figure for _, figure in rows)
        assert {f.kind for f in made.findings if f.kind.startswith("names")} == kinds


def test_rows_that_would_be_refused_are_shown(bundle: tuple[Path, Bundle], tmp_path: Path) -> None:
    path = tmp_path / "sites.csv"
    path.write_text(
        "名称,经度,纬度,现有,乡镇,备注\n"
        "一,117.02,29.02,是,甲山镇,\x1b[31m红\n"
        "二,117.02,129.02,是,甲山镇,\n"
        "三,117.02,29.02,也许,甲山镇,\n"
        "四,110.0,29.02,否,乙山,\n",
        "utf-8",
    )
    seen = preview(path, region=bundle[1].region, role="candidates")
    assert [(r.where, r.what) for r in seen.refused] == [
        ("sites.csv row 3, 纬度", "'129.02' is not within -90 to 90 degrees"),
        ("sites.csv row 4", "existing '也许' is not allowed"),
    ]
    assert (seen.rows, seen.taken, seen.inside) == (4, 2, 1)
    assert {c.name: c.taken for c in seen.columns} == {
        "名称": "name", "经度": "x", "纬度": "y", "现有": "existing", "乡镇": "township",
        "备注": "unused",
    }  # fmt: skip
    assert [m.name for m in seen.names] == ["乙山镇"]
    for language in LANGUAGES:
        text = say_preview(seen, language)
        assert "\x1b" not in text and "129.02" in text


def test_a_preview_needs_no_region(tmp_path: Path) -> None:
    path = tmp_path / "t.geojson"
    outlines().to_file(path)
    seen = preview(path)
    assert (seen.role, seen.rows, seen.inside, seen.diagnosis) == ("boundaries", 16, -1, None)
    assert seen.shapes is not None and len(seen.shapes) == 16


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_word_of_the_preview_is_there(language: str, tmp_path: Path) -> None:
    make: Callable[[Preview], str] = lambda seen: say_preview(seen, language)  # noqa: E731
    path = tmp_path / "t.geojson"
    for role in ("boundaries", "candidates", "existing", "exclude", "urban"):
        outlines().to_file(path)
        assert f"{PREVIEW.say('role-' + role, language)}" in make(preview(path, role=role))  # type: ignore[arg-type]
    assert set(json.loads(path.read_text("utf-8"))) >= {"features"}
    assert {"plain", "unknown", "doubt", "mend", "elsewhere"} <= set(CHECK.table)
