from __future__ import annotations

import dataclasses
import io
import re
import socket
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pypdf
import pytest
from docx.oxml.ns import qn

from geo.bundle import Bundle
from planner.checking.check import Report as Check
from planner.cli import main
from planner.curves.room import people_more
from planner.errors import MissingToolError
from planner.headline import percent
from planner.plan import Plan, make_plan, travel_for
from planner.report import docx as docx_module
from planner.report import pdf as pdf_module
from planner.report.blocks import Heading, Imprint, Note, Points, Report, Table, text_line
from planner.report.content import report_content
from planner.report.docx import report_docx
from planner.report.pdf import report_html, report_pdf
from planner.scenario import Scenario
from tests.tools import NEEDS_PANGO, NEEDS_TYPE

pytestmark = [NEEDS_TYPE, NEEDS_PANGO]

HOSTILE = "West <script>alert('x')</script> & \"Co\""
IMPRINT = Imprint(
    title="=cmd|' /C calc'!A0 <img src=http://192.0.2.1/x.png>",
    author="{{ 7*7 }} 张三",
    organisation="<b>商务局</b>\x00\x0b\u202e",
    review_number="赣S(2026)001号",
)


@pytest.fixture(scope="module")
def failing(town: Bundle) -> Plan:
    scenario = Scenario(
        radius_m=300.0, min_per_township=7, urban_target=None, name="{% raw %} 一期"
    )
    return make_plan(town, scenario)


@pytest.fixture(scope="module")
def pdf(failing: Plan) -> bytes:
    return report_pdf(failing, "zh", imprint=IMPRINT)


@pytest.fixture(scope="module")
def word(failing: Plan) -> bytes:
    return report_docx(failing, "zh", imprint=IMPRINT)


@pytest.fixture(scope="module", autouse=True)
def small_pictures() -> Iterator[None]:
    """A picture of the map in few pixels: what it shows is tested elsewhere."""
    with pytest.MonkeyPatch.context() as patch:
        for module in (pdf_module, docx_module):
            patch.setattr(module, "PICTURE_PX", 500)
        yield


def tables(report: Report) -> list[Table]:
    return [block for block in report.blocks if isinstance(block, Table)]


def texts(report: Report) -> str:
    out = [report.title, *report.facts]
    for block in report.blocks:
        if isinstance(block, Table):
            out += [column.title for column in block.columns]
            out += [cell for row in block.rows for cell in row]
        elif isinstance(block, Points):
            out += block.items
        elif hasattr(block, "text"):
            out.append(block.text)
    return "\n".join(out)


def pages(file: bytes) -> list[str]:
    return [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(file)).pages]


def test_content_is_the_records(failing: Plan) -> None:
    record = failing.record
    for lang in ("zh", "en"):
        report = report_content(failing, lang)
        said = texts(report)
        assert f"{record['people']['covered']:,}" in said
        assert percent(record["people"]["share"]) in said
        assert record["data"]["bundle_sha256"] in said
        for warning in record["warnings"]:
            assert text_line(warning[lang]) in said
        townships = next(one for one in tables(report) if len(one.columns) == 8)
        assert len(townships.rows) == len(record["townships"])
        by_name = {row[0]: row for row in townships.rows}
        for row in record["townships"]:
            told = by_name[row["name"]]
            assert told[1].removesuffix(" *") == f"{row['people']:,}"
            assert told[1].endswith("*") == row["people_estimated"]
            assert (told[2], told[4], told[5]) == (
                f"{row['covered']:,}",
                str(row["sites"]),
                str(row["required"]),
            )
            assert told[7].startswith("✓" if row["pass"] else "✕")
            assert float(told[6].replace(",", "")) >= row["worst"]
        assert len(townships.bad) == sum(not row["pass"] for row in record["townships"])
        sites = [one for one in tables(report) if len(one.columns) == 8][1]
        assert sum(int(row[5].replace(",", "")) for row in sites.rows) == sum(
            failing.sites["people"]
        )
        assert [row[0] for row in sites.rows] == [str(n) for n in range(1, record["sites"] + 1)]


def test_repairs_and_the_check_are_told_when_there_are_any(failing: Plan) -> None:
    short = [row for row in failing.record["townships"] if not row["pass"]]
    assert short
    repairs = {short[0]["code"]: "启用 <候选点>"}
    told = texts(report_content(failing, "zh", repairs=repairs))
    assert "启用 <候选点>" in told and told.count("未计算") == len(short) - 1
    for check, word in (
        (None, "未附复核结果"),
        (Check(checked=17, differences=()), "17 项，全部一致"),
        (Check(checked=17, differences=("x",)), "1 项不同"),
    ):
        notes = [
            block.text
            for block in report_content(failing, "zh", check=check).blocks
            if isinstance(block, Note)
        ]
        assert any(word in note for note in notes)


def test_numbers_are_written_one_way(failing: Plan) -> None:
    for lang in ("zh", "en"):
        said = texts(report_content(failing, lang, more=1234))  # type: ignore[arg-type]
        assert re.search(r"1,234 (?:人|people)", said)
        assert not re.search(r"\d%|网点|千米", said)
        # Four figures and more stand in groups of three, but for years, ids, codes and hashes.
        loose = re.findall(r"(?<![\w.,/:-])\d{5,}(?![\w.])", said)
        assert not loose, loose
        assert "还可多覆盖" in said or "people more" in said
    assert "没有别的布点能覆盖更多" in texts(report_content(failing, "zh", more=0))


def test_proof_is_said_as_it_is(failing: Plan) -> None:
    assert failing.record["status"] == "proven"
    assert "没有别的方案能使目标值更好" in texts(report_content(failing, "zh"))
    proof = {**failing.record["objective"], "gap": 0.03121}
    for status, word, other in (
        ("feasible", "尚未证明到所要求的程度", "没有别的方案能使目标值更好"),
        ("proven", "至多比本方案好 3.2 %", "尚未证明"),
    ):
        record = {**failing.record, "status": status, "objective": proof}
        said = texts(report_content(dataclasses.replace(failing, record=record), "zh"))
        assert word in said and other not in said and "3.2 %" in said


def test_plans_without_anything_urban_estimated_or_by_metres(town: Bundle) -> None:
    timed = make_plan(
        town,
        Scenario(minutes=8.0, max_sites=6, urban_target=None, township_target=None, weight="kg"),
    )
    said = texts(report_content(timed, "en"))
    assert "within 8 minutes on foot" in said and "Highway Capacity Manual" in said
    assert "Worst (min)" in said and "Church and ReVelle" in said
    assert "1,000 m" not in said


def test_imprint_is_one_fit_line() -> None:
    made = Imprint(title="a\x00b\n\n c\u202e\ud800\ufffe", author="甲" * 500)
    assert made.title == "a b c" and len(made.author) == 120


def test_pdf_has_names_figures_and_a_footer_on_each_page(pdf: bytes, failing: Plan) -> None:
    reader = pypdf.PdfReader(io.BytesIO(pdf))
    said = pages(pdf)
    joined = "".join("".join(said).split())
    for row in failing.record["townships"]:
        assert "".join(row["name"].split()) in joined
        assert f"{row['people']:,}" in joined
    for number, text in enumerate(said, 1):
        flat = "".join(text.split())
        assert f"第{number}页/共{len(said)}页" in flat
        assert "赣S(2026)001号" in flat and "OpenStreetMap" in flat
    assert len(said) >= 4
    sizes = {
        (round(float(p.mediabox.width)), round(float(p.mediabox.height))) for p in reader.pages
    }
    assert sizes == {(595, 842), (842, 595)}
    assert reader.metadata is not None
    assert reader.metadata.title == IMPRINT.title and "张三" in str(reader.metadata.author)
    assert [str(one["/Title"]) for one in reader.outline if not isinstance(one, list)][:2] == [
        "摘要",
        "主要指标",
    ]


def test_pdf_carries_its_typeface(pdf: bytes) -> None:
    fonts: dict[str, bool] = {}
    for page in pypdf.PdfReader(io.BytesIO(pdf)).pages:
        for font in page["/Resources"]["/Font"].values():
            one = font.get_object()
            below = one["/DescendantFonts"][0].get_object() if "/DescendantFonts" in one else one
            told = below["/FontDescriptor"].get_object()
            fonts[str(one["/BaseFont"])] = any(key in told for key in ("/FontFile2", "/FontFile3"))
    assert fonts and all(fonts.values())
    assert all("+" in name for name in fonts)  # subsets
    assert len(pdf) < 3_000_000


def test_hostile_texts_stay_text(pdf: bytes, failing: Plan) -> None:
    page = report_html(report_content(failing, "zh", imprint=IMPRINT), "zh", families=["X"])
    assert "<script" not in page and "<img src=http" not in page and "<b>商务" not in page
    assert "&lt;script&gt;" in page and "{{ 7*7 }}" in page and "{% raw %}" in page
    flat = "".join("".join(pages(pdf)).split())
    assert "".join(HOSTILE.split()) in flat and "{{7*7}}" in flat
    for one in pypdf.PdfReader(io.BytesIO(pdf)).pages:
        assert "/Annots" not in one  # no link, no form, no script


def test_nothing_is_fetched(failing: Plan, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any, **__: Any) -> None:
        raise AssertionError("network")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    asked = []
    page = '<img src="http://192.0.2.1/a.png"><img src="file:///etc/passwd"><img src="data:,x">'
    monkeypatch.setattr(pdf_module, "report_html", lambda *_, **__: page)
    made = pdf_module._fetcher(b"")
    real = type(made).fetch

    def fetch(self: Any, url: str, headers: object = None) -> Any:
        asked.append(url)
        return real(self, url, headers)

    monkeypatch.setattr(type(made), "fetch", fetch)
    monkeypatch.setattr(pdf_module, "_fetcher", lambda _: made)
    assert report_pdf(failing, "zh").startswith(b"%PDF")
    assert any(url.startswith("http://") for url in asked)
    for url in ("http://192.0.2.1/a.png", "file:///etc/passwd", "data:,x"):
        with pytest.raises(ValueError, match="not fetched"):
            real(made, url)


def test_the_same_plan_is_the_same_file(pdf: bytes, word: bytes, failing: Plan) -> None:
    assert report_pdf(failing, "zh", imprint=IMPRINT) == pdf
    assert report_docx(failing, "zh", imprint=IMPRINT) == word


def test_no_pango_is_said(failing: Plan, monkeypatch: pytest.MonkeyPatch) -> None:
    import builtins

    real = builtins.__import__

    def without(name: str, *rest: Any, **named: Any) -> Any:
        if name == "weasyprint":
            raise OSError("cannot load library 'libpango-1.0-0'")
        return real(name, *rest, **named)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(MissingToolError, match="libpango") as caught:
        report_pdf(failing, "zh")
    assert "libpango-1.0-0" in caught.value.zh


def test_word_file_has_the_same_content(word: bytes, failing: Plan) -> None:
    report = report_content(failing, "zh", imprint=IMPRINT)
    document = docx.Document(io.BytesIO(word))
    styles = {p.style.name for p in document.paragraphs if p.style is not None}
    assert {"Title", "Heading 1", "Heading 2", "List Bullet", "Small", "Remark"} <= styles
    headings = [p.text for p in document.paragraphs if p.style and p.style.name[:7] == "Heading"]
    assert headings == [block.text for block in report.blocks if isinstance(block, Heading)]
    made = [[[c.text for c in row.cells] for row in table.rows] for table in document.tables[1:]]
    assert len(made) == len(tables(report))
    for rows, table in zip(made, tables(report), strict=True):
        assert rows[0] == [column.title for column in table.columns]
        assert [tuple(row) for row in rows[1:]] == list(table.rows)
    assert len(document.inline_shapes) == 1
    assert document.core_properties.title == IMPRINT.title


def test_word_file_repeats_heads_numbers_pages_and_names_chinese_faces(word: bytes) -> None:
    document = docx.Document(io.BytesIO(word))
    for table in document.tables[1:]:
        head = table.rows[0]._tr.trPr
        assert head is not None and head.find(qn("w:tblHeader")) is not None
        assert all(row._tr.trPr.find(qn("w:tblHeader")) is None for row in table.rows[1:])
    for name in ("Normal", "Title", "Heading 1", "Heading 2", "List Bullet", "Cell", "Small"):
        fonts = document.styles[name].element.rPr.rFonts
        assert fonts.get(qn("w:eastAsia")) == "微软雅黑"
        assert fonts.get(qn("w:eastAsiaTheme")) is None
    assert len(document.sections) == 3
    wide = [section.page_width > section.page_height for section in document.sections]
    assert wide == [False, True, False]
    for section in document.sections:
        foot = section.footer._element.xml
        assert " PAGE " in foot and " NUMPAGES " in foot and "赣S(2026)001号" in foot
    with zipfile.ZipFile(io.BytesIO(word)) as archive:
        assert archive.testzip() is None
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_the_command_s_report_says_what_the_app_s_does(
    plan_folder: Path, town_plan: Plan, town: Bundle, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    options = ["--docx", "--xlsx", "--out", str(out), "--quiet", "--review-number", "赣S1号"]
    assert main(["export", str(plan_folder), *options, "--lang", "zh"]) == 0
    more = people_more(town_plan, travel_for(town, "walk", 1000.0))
    document = docx.Document(str(out / "report.docx"))
    said = "\n".join(one.text for one in document.paragraphs)
    assert f"至多还可多覆盖 {more:,} 人" in said
    book = openpyxl.load_workbook(out / "plan.xlsx")
    assert any("赣S1号" in str(row[0].value) for row in book["概要"].iter_rows(max_row=7))
