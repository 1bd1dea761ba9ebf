"""The report page in a browser: what is shown, what is written on it, files opened and read."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import docx
import geopandas as gpd
import openpyxl
import pypdf
import pytest
from PIL import Image

from planner.headline import percent
from planner.plan import Plan
from planner.ui.report_words import REPORT_UI
from tests.tools import NEEDS_PANGO, NEEDS_TYPE

if TYPE_CHECKING:
    from tests.browser.conftest import Sitting

pytestmark = [pytest.mark.browser, NEEDS_TYPE, NEEDS_PANGO]
WAIT_MS = 60_000
PAPER = "iframe[srcdoc]"


def paper(sitting: Sitting) -> Any:
    frame = sitting.page.locator(PAPER).content_frame
    frame.locator("h1").wait_for(timeout=WAIT_MS)
    return frame


def download(sitting: Sitting, name: str) -> bytes:
    label = REPORT_UI.say(f"file-{name}", "zh")
    with sitting.page.expect_download(timeout=WAIT_MS) as begun:
        sitting.page.get_by_role("button", name=label).click()
    assert begun.value.suggested_filename == name
    return Path(begun.value.path()).read_bytes()


def test_report_in_hand(sitting: Sitting, app_url: str, town_plan: Plan) -> None:
    page = sitting.page
    page.goto(f"{app_url}/report?radius=600")
    frame = paper(sitting)
    record = town_plan.record
    assert percent(record["people"]["share"]) in frame.locator("body").inner_text().replace(
        "\u00a0", " "
    )
    drawn = frame.locator("section.map img").evaluate("(one) => one.naturalWidth")
    assert drawn == 1600
    # What is typed is on the paper, as text; the frame runs no script.
    hostile = "<img src=x onerror=alert(1)>测试"
    page.get_by_role("textbox", name="标题").fill(hostile)
    page.get_by_role("textbox", name="审图号").fill("赣S(2026)001号")
    page.get_by_role("textbox", name="审图号").press("Enter")
    frame.locator("header", has_text="赣S(2026)001号").wait_for(timeout=WAIT_MS)
    assert frame.locator("h1").inner_text() == hostile
    assert frame.locator("img").count() == 1
    # Files.
    pdf = pypdf.PdfReader(io.BytesIO(download(sitting, "report.pdf")))
    flat = "".join("".join(one.extract_text() for one in pdf.pages).split())
    assert "赣S(2026)001号" in flat and f"{record['people']['covered']:,}" in flat
    assert "南乡" in flat and "".join(hostile.split()) in flat
    word = docx.Document(io.BytesIO(download(sitting, "report.docx")))
    assert word.paragraphs[0].text == hostile
    with Image.open(io.BytesIO(download(sitting, "map.png"))) as picture:
        assert picture.size[0] == 2400
    book = openpyxl.load_workbook(io.BytesIO(download(sitting, "plan.xlsx")))
    assert book["达标情况"].max_row == len(record["townships"]) + 1
    sites = gpd.read_file(io.BytesIO(download(sitting, "sites.geojson")))
    assert sites["id"].tolist() == town_plan.sites["id"].tolist()
    told = json.loads(download(sitting, "plan.json"))
    assert told["objective"] == record["objective"]
    with zipfile.ZipFile(io.BytesIO(download(sitting, "handover.zip"))) as pack:
        assert pack.testzip() is None and any(one.endswith(".gpkg") for one in pack.namelist())
    assert sitting.errors == [] and sitting.outside == []


def test_a_question_with_no_answer_is_one_line(sitting: Sitting, app_url: str) -> None:
    page = sitting.page
    page.goto(f"{app_url}/report?radius=600&quota=5&budget=1&lang=en")
    page.get_by_test_id("stAlert").wait_for(timeout=WAIT_MS)
    assert page.locator(PAPER).count() == 0
    assert "Traceback" not in page.locator("body").inner_text()
    assert sitting.errors == [] and sitting.outside == []
