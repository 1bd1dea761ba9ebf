from __future__ import annotations

import csv
import io
import re
from collections import Counter
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser
from pathlib import Path

import pytest

from geo.bundle import Bundle
from planner.cli import main
from planner.quality.files import quality_csv, quality_html
from planner.quality.quality import quality_sheet
from planner.quality.words import QUALITY
from planner.wording.language import LANGUAGES

TODAY = date(2025, 5, 2)


@pytest.fixture(scope="module")
def sheets(town: Bundle) -> list:  # type: ignore[type-arg]
    return [quality_sheet(town, one, today=TODAY) for one in ("zh", "en")]


def test_everything_noticed_stands_on_the_sheet_once(town: Bundle, sheets: list) -> None:  # type: ignore[type-arg]
    told = Counter(row.key for row in sheets[1].rows)
    due = Counter(f.kind for f in town.findings if f.kind not in ("map-poor", "map-doubtful"))
    due.update(["dated", "outlines", *["township"] * len(town.region.townships)])
    assert told == due
    order = [("poor", "doubtful", "good").index(row.grade) for row in sheets[1].rows]
    assert order == sorted(order)
    assert [row.key for row in sheets[0].rows] == [row.key for row in sheets[1].rows]
    for row in sheets[0].rows:
        assert re.search(r"[一-鿿]", row.figure + row.remedy)


def test_links_lead_to_people_of_the_township(town: Bundle, sheets: list) -> None:  # type: ignore[type-arg]
    linked = [row for row in sheets[1].rows if row.link]
    assert linked
    frame = town.demand.frame.to_crs(4326)
    for row in linked:
        zoom, lat, lon = re.fullmatch(  # type: ignore[union-attr]
            r"https://www\.openstreetmap\.org/edit#map=(\d+)/([-\d.]+)/([-\d.]+)", row.link
        ).groups()
        if not row.code:
            continue
        assert zoom == "16"
        at = town.region.townships["code"].tolist().index(row.code)
        mine = frame[frame["township"] == at]
        most = mine[mine["people"] == mine["people"].max()].geometry
        away = [abs(p.x - float(lon)) + abs(p.y - float(lat)) for p in most]
        assert min(away) < 2e-5


def test_age_is_graded_against_today(town: Bundle) -> None:
    def grade(stamp: str, today: date | None = TODAY) -> str:
        dated = replace(town, source=replace(town.source, osm_timestamp=stamp))
        return next(
            r.grade for r in quality_sheet(dated, "en", today=today).rows if r.key == "dated"
        )

    assert grade("2025-01-01T00:00:00Z") == "good"
    assert grade("2022-01-01T00:00:00Z") == "doubtful"
    assert grade("2019-01-01T00:00:00Z") == "poor"
    assert grade("") == "doubtful"
    assert grade("2019-01-01T00:00:00Z", None) == "good"


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: Counter[str] = Counter()
        self.fetched: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags[tag] += 1
        self.fetched += [f"{tag} {k}" for k, _ in attrs if k in ("src", "href") and tag != "a"]


def test_the_page_shows_hostile_names_as_text_and_fetches_nothing(sheets: list) -> None:  # type: ignore[type-arg]
    page = quality_html(sheets)
    tags = _Tags()
    tags.feed(page)
    assert "&lt;script&gt;alert(" in page
    assert tags.tags["script"] == 0
    assert tags.fetched == []
    assert tags.tags["tr"] == 2 * (1 + len(sheets[0].rows))


def test_the_table_has_both_languages_and_no_formula(town: Bundle) -> None:
    townships = town.region.townships.copy()
    townships["name"] = ["=1+1", "+2", "-3", "@4"]
    hostile = replace(town, region=replace(town.region, townships=townships))
    both = [quality_sheet(hostile, one, today=TODAY) for one in ("zh", "en")]
    rows = list(csv.DictReader(io.StringIO(quality_csv(both), newline="")))
    assert len(rows) == len(both[0].rows)
    assert not [cell for row in rows for cell in row.values() if cell[:1] in ("=", "+", "-", "@")]
    assert {"'=1+1", "'+2", "'-3", "'@4"} <= {row["where_en"] for row in rows}
    assert {row["grade_zh"] for row in rows} <= {"良好", "存疑", "差"}


def test_the_command_prints_and_writes(
    town_path: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["quality", str(town_path), "--today", "2025-05-02"]
    assert main([*command, "--lang", "en", "--out", str(tmp_path / "sheet")]) == 0
    printed = capsys.readouterr().out
    assert "What" not in printed.splitlines()[0]
    assert "[poor] Completeness of the map" in printed
    first = {path.name: path.read_bytes() for path in (tmp_path / "sheet").iterdir()}
    assert sorted(first) == ["quality.csv", "quality.html"]
    assert first["quality.csv"].startswith(b"\xef\xbb\xbf")
    assert main([*command, "--quiet", "--out", str(tmp_path / "sheet")]) == 0
    assert capsys.readouterr().out == ""
    assert {path.name: path.read_bytes() for path in (tmp_path / "sheet").iterdir()} == first
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "letter.txt").write_text("mine")
    assert main([*command, "--out", str(tmp_path / "other")]) == 2
    assert (tmp_path / "other" / "letter.txt").read_text() == "mine"


def test_the_app_names_no_options_and_everything_else_is_the_same(town: Bundle) -> None:
    for language in LANGUAGES:
        told = quality_sheet(town, language, today=TODAY)
        app = quality_sheet(town, language, today=TODAY, in_app=True)
        assert [replace(row, remedy="") for row in app.rows] == [
            replace(row, remedy="") for row in told.rows
        ]
        assert any(a.remedy != b.remedy for a, b in zip(app.rows, told.rows, strict=True))
        assert not any("--" in row.remedy or "recyclenet" in row.remedy for row in app.rows)
    for key, (zh, en) in QUALITY.table.items():
        named = [line for line in (zh, en) if "--" in line or "recyclenet " in line]
        assert not named or f"{key}-app" in QUALITY.table, key
        if key.endswith("-app"):
            assert not named and key.removesuffix("-app") in QUALITY.table
