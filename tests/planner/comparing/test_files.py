"""A comparison's files, opened by software that had no part in writing them."""

from __future__ import annotations

import dataclasses
import json
import re
from decimal import Decimal
from io import BytesIO
from pathlib import Path

import geopandas as gpd
import numpy as np
import openpyxl
import pytest

from geo.bundle import Bundle
from planner.cli import main
from planner.comparing.compare import Comparison, compare
from planner.comparing.files import write_compare
from planner.comparing.sheets import Cell, cell_text, sheets, verdict
from planner.comparing.words import COMPARE, COMPARE_MAP, REFUSED
from planner.comparing.workbook import compare_xlsx
from planner.maps import assets as map_assets
from planner.outputs import write_plan
from planner.plan import Plan, make_plan
from planner.scenario import Scenario
from planner.wording.language import LANGUAGES, Language
from planner.wording.scenario import SCENARIO_WORDS

CHINESE = re.compile("[\u4e00-\u9fff]")
ROOT = Path(__file__).resolve().parents[3]
needs_map = pytest.mark.skipif(
    not (map_assets.VENDOR / "leaflet" / "leaflet.js").is_file(),
    reason="static/vendor is missing: make setup brings it",
)


@pytest.fixture(scope="module")
def plans(town: Bundle) -> list[Plan]:
    return [
        make_plan(town, Scenario(name="=cmd|' /C calc'!A0", radius_m=400.0, urban_target=0.6)),
        make_plan(town, Scenario(name="</script><script>alert(1)</script>", radius_m=900.0)),
        make_plan(town, Scenario(minutes=7.0, max_sites=4, urban_target=None)),
    ]


@pytest.fixture(scope="module")
def comparison(plans: list[Plan]) -> Comparison:
    return compare(plans)


@pytest.fixture(scope="module")
def written(comparison: Comparison, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("compared") / "out"
    write_compare(comparison, folder, "zh")
    return folder


@needs_map
def test_layers_hold_the_comparison(comparison: Comparison, written: Path) -> None:
    for pair in comparison.differences:
        name = f"{'ABC'[pair.a]}-{'ABC'[pair.b]}"
        cells = gpd.read_file(written / f"cells-{name}.geojson")
        assert cells.crs.to_epsg() == 4326
        assert cells.groupby("change")["people"].sum().to_dict() == {
            kind: people for kind, people in pair.people.items() if people
        }
        places = comparison.plans[0].bundle.demand.frame.to_crs(4326)
        drawn = cells.set_index("id").loc[places["id"]]
        assert np.allclose(drawn.get_coordinates(), places.get_coordinates(), rtol=0, atol=1e-6)
        townships = gpd.read_file(written / f"townships-{name}.geojson")
        assert list(townships["gained"]) == [row.gained for row in pair.townships]
        assert (townships["net"] == townships["gained"] - townships["lost"]).all()
        assert list(townships["name"]) == list(comparison.plans[0].townships["name"])
        sites = gpd.read_file(written / f"sites-{name}.geojson")
        for end, row in (("a", pair.a), ("b", pair.b)):
            ids = sites[f"id_{end}"].dropna()
            assert sorted(ids) == sorted(comparison.plans[row].sites["id"])
        moved = sites[sites["change"] == "moved"]
        assert (moved["distance_m"] > 0).all() and set(moved["pair"]) <= {name}


@needs_map
def test_record_and_page(comparison: Comparison, written: Path) -> None:
    record = json.loads((written / "compare.json").read_text("utf-8"))
    assert [one["letter"] for one in record["comparison"]] == ["A", "B", "C"]
    assert record["differences"][0]["people"] == comparison.differences[0].people
    page = (written / "compare.html").read_text("utf-8")
    assert "<script>alert(1)" not in page and "&lt;script&gt;alert(1)" in page
    outside = set(re.findall(r'(?:src|href)="(https?://[^"]+)"', page))
    links = {"https://www.openstreetmap.org/copyright", "https://leafletjs.com"}  # not fetched
    assert outside <= links
    for change in comparison.differences[0].townships:
        assert f"{change.people:,}" in page


@needs_map
def test_same_plans_same_bytes(comparison: Comparison, written: Path, tmp_path: Path) -> None:
    write_compare(comparison, tmp_path / "again", "zh")
    names = sorted(path.name for path in written.iterdir())
    assert len(names) == 3 + 3 * 3
    for name in names:
        assert (tmp_path / "again" / name).read_bytes() == (written / name).read_bytes(), name
    write_compare(comparison, tmp_path / "again", "en")  # an older one is replaced


def test_workbook_has_numbers_and_no_formula(comparison: Comparison) -> None:
    book = openpyxl.load_workbook(BytesIO(compare_xlsx(comparison, "zh")))
    cells = [cell for page in book for row in page.iter_rows() for cell in row]
    assert not [cell for cell in cells if cell.data_type == "f"]
    figures = book["主要指标"]
    assert figures["B1"].value == "A · =cmd|' /C calc'!A0"
    told = {row[0].value: [cell.value for cell in row] for row in figures.iter_rows(min_row=2)}
    a, b = comparison.figures[:2]
    assert told["覆盖人口（人）"][1:4] == [a.people, b.people, b.people - a.people]
    assert told["覆盖率"][3] == pytest.approx((b.share - a.share) * 100)
    # Differences of what the reader sees beside them, without a tail of binary digits.
    for name in ("覆盖率", "平均路程（已覆盖居民）"):
        mine, theirs, change = (Decimal(repr(one)) for one in told[name][1:4])
        assert change == (theirs - mine) * (100 if name == "覆盖率" else 1), name
    # C is in minutes: its mean way is not set against A's metres.
    assert told["平均路程（已覆盖居民）"][4:] == [
        pytest.approx(comparison.figures[2].mean / 60),
        None,
    ]
    towns = book["乡镇变化 A-B"]
    rows = list(towns.iter_rows(min_row=2, values_only=True))
    assert [row[3] for row in rows] == [row.net for row in comparison.differences[0].townships]
    assert len(book.sheetnames) == 2 + 3 + 3 + 1
    assert compare_xlsx(comparison, "en") == compare_xlsx(comparison, "en")


@pytest.mark.parametrize("language", LANGUAGES)
def test_verdict_names_winners_and_losers(comparison: Comparison, language: str) -> None:
    gains, falls = comparison.difference(0, 1), comparison.difference(1, 2)
    best = max(gains.townships, key=lambda row: row.net)
    worst = min(falls.townships, key=lambda row: row.net)
    assert best.net > 0 > worst.net
    for pair, row in ((gains, best), (falls, worst)):
        said = " ".join(verdict(comparison, pair, language))
        assert f"{row.name}" in said and f"{row.net:+,}" in said
        assert f"{pair.people['gained']:,}" in said and f"{pair.people['lost']:,}" in said
    twins = compare(comparison.plans[:1] * 2)
    said = " ".join(verdict(twins, twins.differences[0], language))
    assert COMPARE.say("verdict-nobody", language) in said
    for sheet in sheets(comparison, language):
        assert all(len(row) == len(sheet.head) for row in sheet.rows)


def test_cells_read_well() -> None:
    assert cell_text(Cell(-0.0512, "points", delta=True), "zh") == "-5.1 个百分点"
    assert cell_text(Cell(0, "count", delta=True), "en") == "0"
    assert cell_text(Cell(7, "count", delta=True), "en") == "+7"
    assert cell_text(Cell(90.0, "s"), "en") == "1.5 min"
    assert cell_text(Cell(None, "m"), "en") == "–"
    assert cell_text(Cell(0.00312, "gap"), "en") == "0.32 %"


def test_words_are_whole_and_used() -> None:
    for words in (COMPARE, COMPARE_MAP, REFUSED, SCENARIO_WORDS):
        for key, (zh, en) in words.table.items():
            bare = re.sub(r"\{\w+\}|[^\w]|\d", "", zh)
            assert not bare or CHINESE.search(zh), key
            assert not CHINESE.search(en), key
    scripts = "".join(
        path.read_text("utf-8") for path in (ROOT / "planner" / "assets").glob("compare*.js")
    )
    named = {*re.findall(r'words\["([a-z-]+)"\]', scripts)}
    # Named by what became of a cell or a site, or by the view.
    built = {*("gained", "lost", "both", "neither", "kept", "added", "dropped", "moved")}
    built |= {"difference", "swipe", "side", "cells", "sites", "townships"}
    built |= {"now-passes", "now-fails"}
    own = {"cell-band", "cell-band-minutes"}  # the map's
    assert (named - own) | built == set(COMPARE_MAP.table)
    room = ROOT / "planner" / "comparing"
    python = "".join(
        path.read_text("utf-8")
        for path in [*room.glob("*.py"), room.parent / "commands" / "compare.py"]
    )
    python = python.replace((room / "words.py").read_text("utf-8"), "")
    ways = ("figure-", "objective-", "col-", "verdict-")
    for key in COMPARE.table:
        part = next((key.removeprefix(way) for way in ways if key.startswith(way)), key)
        used = re.search(f"[\"'-]({re.escape(key)}|{re.escape(part)})[\"']", python)
        change = key in ("wins", "loses", "mixed", "nearer", "farther")
        assert used or change or key.startswith("objective-"), key


@needs_map
def test_command(
    plans: list[Plan], town_path: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folders = []
    for name, plan in zip(("one", "two"), plans[1:], strict=True):
        write_plan(plan, tmp_path / name, bundle_path=town_path)
        folders.append(str(tmp_path / name))
    out = tmp_path / "out"
    assert main(["compare", *folders, "--out", str(out), "--quiet", "--lang", "zh"]) == 0
    said = capsys.readouterr().out
    comparison = compare(plans[1:])
    people = comparison.differences[0].people
    assert f"新增覆盖 {people['gained']:,} 人" in said and "B · two" in said
    assert "一个按时间" in said
    record = json.loads((out / "compare.json").read_text("utf-8"))
    assert record["differences"][0]["people"] == people
    assert record["comparison"][1]["name"] == "two"

    assert main(["compare", folders[0], "--out", str(out), "--quiet", "--lang", "zh"]) == 2
    assert "应为 2 到 8 个" in capsys.readouterr().err
    foreign = tmp_path / "mine"
    foreign.mkdir()
    (foreign / "diary.txt").write_text("x")
    assert main(["compare", *folders, "--out", str(foreign), "--quiet"]) == 2
    assert [path.name for path in foreign.iterdir()] == ["diary.txt"]
    assert main(["compare", folders[0], str(tmp_path / "none"), "--out", str(out)]) == 2


@pytest.mark.parametrize("lang", LANGUAGES)
def test_where_no_road_leads_is_said(comparison: Comparison, lang: Language) -> None:
    pair = comparison.differences[0]
    there = next(row for row in pair.townships if row.people)
    lost = dataclasses.replace(there, worst_a=None)
    empty = dataclasses.replace(there, worst_a=None, people=0)
    told = dataclasses.replace(
        comparison, differences=(dataclasses.replace(pair, townships=(lost, empty, there)),)
    )
    said = {"zh": "不可达", "en": "out of reach"}[lang]
    sheet = next(sheet for sheet in sheets(told, lang) if sheet.key == "townships")
    column = sheet.head.index(COMPARE.say("col-worst", lang, plan="A"))
    assert [cell_text(row[column], lang) for row in sheet.rows][:2] == [said, "–"]
    book = openpyxl.load_workbook(BytesIO(compare_xlsx(told, lang)))
    page = next(page for page in book if page.title.startswith(sheet.title))
    cells = [page.cell(row, column + 1).value for row in (2, 3, 4)]
    assert cells[:2] == [said, None] and isinstance(cells[2], int | float)
