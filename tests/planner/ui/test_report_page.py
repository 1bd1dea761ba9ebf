from __future__ import annotations

import dataclasses
import io
import json
import re
import threading
import time
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pypdf
import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from geo.bundle import load_bundle, save_bundle
from planner.answers import plan_from
from planner.errors import MissingToolError, PackError
from planner.handover.crs import systems_of
from planner.maps import assets as map_assets
from planner.outputs import plan_files, townships_csv
from planner.packs.pack import unpack
from planner.plan import Plan
from planner.report.blocks import Imprint
from planner.ui import report_files
from planner.ui.report_files import GROUPS, downloads
from planner.ui.report_words import REPORT_UI
from tests.tools import NEEDS_PANGO, NEEDS_TYPE

ROOT = Path(__file__).resolve().parents[3]
pytestmark = [
    NEEDS_TYPE,
    NEEDS_PANGO,
    pytest.mark.skipif(
        not (map_assets.VENDOR / "leaflet" / "leaflet.js").is_file(),
        reason="static/vendor is missing: make setup brings it",
    ),
]


def _page(language: str) -> None:
    from planner.ui.report_page import show_report

    show_report(language)  # type: ignore[arg-type]


@pytest.fixture
def open_page(town_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("RECYCLENET_BUNDLE", str(town_path))
    monkeypatch.setattr("planner.ui.report_page.PICTURE_PX", 500)
    monkeypatch.setattr("planner.report.pdf.PICTURE_PX", 500)

    def run(language: str = "zh", **address: str) -> AppTest:
        at = AppTest.from_function(_page, args=(language,), default_timeout=90)
        for key, value in {"radius": "600", **address}.items():
            at.query_params[key] = value
        at.run()
        assert not at.exception
        return at

    return run


def paper(at: AppTest) -> str:
    return str(at.get("iframe")[0].proto.srcdoc)


def buttons(at: AppTest) -> dict[str, Any]:
    return {one.proto.label: one.proto for one in at.get("download_button")}


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_paper_is_the_plans(open_page: Any, town_plan: Plan, language: str) -> None:
    at = open_page(language)
    shown = paper(at)
    assert f"{town_plan.record['people']['covered']:,}" in shown
    for warning in town_plan.record["warnings"]:
        assert warning[language].split("<")[0][:12] in shown
    assert "data:image/png;base64," in shown
    assert "<script" not in shown and "&lt;script&gt;" in shown
    assert "default-src &#39;none&#39;" in shown or "default-src 'none'" in shown
    assert not re.findall(r"(?:src|href)=\"(?!data:)", shown)
    names = [name for files in GROUPS.values() for name in files]
    labels = {REPORT_UI.say(f"file-{name}", language) for name in names}  # type: ignore[arg-type]
    assert set(buttons(at)) == labels and not any(one.disabled for one in buttons(at).values())


def test_the_imprint_is_text_on_the_paper_and_stays(open_page: Any) -> None:
    at = open_page()
    at.text_input(key="report-title").set_value("<img src=x onerror=alert(1)> {{ 7*7 }}")
    at.text_input(key="report-review").set_value("赣S(2026)9号").run()
    shown = paper(at)
    assert "<img src=x" not in shown and "&lt;img src=x" in shown and "{{ 7*7 }}" in shown
    assert "赣S(2026)9号" in shown
    at.run()
    assert "赣S(2026)9号" in paper(at)


def test_files_wait_for_the_proof(open_page: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from planner.ui import report_page

    real = report_page.answer

    def quick_only(*given: Any, effort: str = "exact", **named: Any) -> Any:
        if effort == "exact":
            import streamlit as st

            st.stop()
        return real(*given, effort=effort, **named)

    monkeypatch.setattr(report_page, "answer", quick_only)
    monkeypatch.setattr(report_page, "known_answer", lambda *_: None)
    at = open_page()
    assert at.info and all(one.disabled for one in buttons(at).values())
    assert not at.get("iframe") and at.metric


def test_what_cannot_be_is_one_line(open_page: Any) -> None:
    at = open_page(quota="5", budget="1")
    assert len(at.error) == 1 and not at.get("iframe")


def test_what_the_machine_lacks_is_said_and_the_rest_works(
    open_page: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lacks() -> None:
        raise MissingToolError("no Pango", zh="没有 Pango", remedy="apt-get")

    monkeypatch.setattr(report_files, "need_library", lacks)
    told = buttons(open_page())
    assert {label for label, one in told.items() if one.disabled} == {"报告 PDF"}
    assert "没有 Pango" in open_page().warning[0].value


def test_downloads_are_the_plans_files(open_page: Any, town_plan: Plan, tmp_path: Path) -> None:
    open_page()
    files = downloads(town_plan, "zh", Imprint(review_number="赣S1号"), {}, "")
    due = plan_files(town_plan)
    for name in ("sites.csv", "plan.json", "scenario.toml", "sites.geojson", "uncovered.geojson"):
        assert files[name].make() == due[name]
    assert files["townships.csv"].make().decode("utf-8-sig") == townships_csv(town_plan)
    rows = townships_csv(town_plan).splitlines()
    assert len(rows) == len(town_plan.record["townships"]) + 1
    pdf = pypdf.PdfReader(io.BytesIO(files["report.pdf"].make()))
    text = "".join(page.extract_text() for page in pdf.pages)
    assert "赣S1号" in text
    assert re.search(r"重新计算 ?[\d,]+ ?项，全部一致", text.replace("\n", ""))
    assert "全部一致" in paper(open_page())  # the preview knows it from here on
    with Image.open(io.BytesIO(files["map.png"].make())) as picture:
        assert picture.width == 2400
    book = openpyxl.load_workbook(io.BytesIO(files["plan.xlsx"].make()))
    assert len(book.sheetnames) == 7
    number = json.dumps("赣S1号").strip('"')
    assert number in files["map.html"].make().decode()
    with zipfile.ZipFile(io.BytesIO(files["handover.zip"].make())) as handover:
        assert "赣S1号" in handover.read("README.txt").decode("utf-8-sig")
    path = tmp_path / "a.rnpack"
    path.write_bytes(files["plan.rnpack"].make())
    (packed,) = unpack(path, tmp_path / "out")
    assert packed.scenario == town_plan.scenario and packed.answer is not None
    again = plan_from(load_bundle(packed.bundle), packed.scenario, packed.answer)
    assert plan_files(again) == due


def test_a_pack_of_other_data_is_not_made(
    town_plan: Plan, town_path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = tmp_path / "other"
    save_bundle(dataclasses.replace(load_bundle(town_path), detour_factor=1.5), other)
    monkeypatch.setenv("RECYCLENET_BUNDLE", str(other))
    files = downloads(town_plan, "zh", Imprint(author="C"), {}, "")
    with pytest.raises(PackError, match="other data"):
        files["plan.rnpack"].make()


def test_several_zones_are_said_beside_the_handover_pack(
    open_page: Any, town_plan: Plan, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not open_page().warning
    told = systems_of(town_plan.bundle)
    wide = dataclasses.replace(told, zones=(told.meridian, told.meridian + 3.0))
    monkeypatch.setattr("planner.ui.report_page.systems_of", lambda _: wide)
    (line,) = wide.notes("en")[1:]
    (warning,) = open_page("en").warning
    assert line in warning.value.replace("\\", "")


def test_a_file_is_made_once_and_one_does_not_wait_for_another(
    town_plan: Plan, monkeypatch: pytest.MonkeyPatch
) -> None:
    from planner.ui.shelf import Shelf

    shelf: Shelf[bytes] = Shelf(8)
    monkeypatch.setattr(report_files, "_shelf", lambda: shelf)
    free, times = threading.Event(), []

    def slow(*_: Any, **__: Any) -> bytes:
        times.append(1)
        assert free.wait(20)
        return b"%PDF"

    monkeypatch.setattr(report_files, "report_pdf", slow)
    files = downloads(town_plan, "zh", Imprint(), {}, "")
    threads = [threading.Thread(target=files["report.pdf"].make) for _ in range(2)]
    for thread in threads:
        thread.start()
    while not times:
        time.sleep(0.01)
    assert files["sites.csv"].make()  # while the slow one is being made
    free.set()
    for thread in threads:
        thread.join(20)
    assert len(times) == 1
    other = downloads(town_plan, "zh", Imprint(author="B"), {}, "")
    other["report.pdf"].make()
    assert len(times) == 2


def test_every_word_is_used() -> None:
    folder = ROOT / "planner" / "ui"
    text = "".join(
        (folder / name).read_text("utf-8") for name in ("report_page.py", "report_files.py")
    )
    built = {f"file-{name}" for files in GROUPS.values() for name in files}
    built |= {f"group-{name}" for name in GROUPS}
    for key in REPORT_UI.table:
        assert key in built or f'"{key}"' in text, key
