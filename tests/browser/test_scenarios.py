"""Saving, sharing and looking after scenarios, as planners meet it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from planner.packs.pack import unpack
from tests.browser.test_app import WAIT_MS, show

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    from tests.browser.conftest import Sitting

pytestmark = pytest.mark.browser
HOSTILE = "近期 <img src=x onerror=alert(1)> **b** $x$"


def save(page: Page, title: str) -> str:
    """Save what is asked and return the id of the link."""
    page.get_by_text("保存方案", exact=True).click()
    page.get_by_label("标题", exact=True).fill(title)
    page.keyboard.press("Tab")
    page.locator(".st-key-save-new button").click(timeout=WAIT_MS)
    page.wait_for_function("/[?&]s=[\\w-]{22}/.test(location.search)", timeout=WAIT_MS)
    found = re.search(r"[?&]s=([\w-]{22})", page.url)
    assert found is not None
    return found[1]


def test_saved_and_opened_by_its_link(sitting: Sitting, app_url: str, chrome: Browser) -> None:
    page = sitting.page
    show(sitting, f"{app_url}/?radius=650")
    name = save(page, HOSTILE)
    assert "key=" in page.url and "v=1" in page.url
    page.locator(".st-key-save-version button").click(timeout=WAIT_MS)
    page.wait_for_function("/[?&]v=2/.test(location.search)", timeout=WAIT_MS)
    page.reload()  # one's own still
    page.locator(".st-key-save-version button").wait_for(timeout=WAIT_MS)

    page.get_by_role("link", name="方案库").first.click()
    row = page.locator(f".st-key-open-{name} button").first
    row.wait_for(timeout=WAIT_MS)
    assert row.inner_text() == HOSTILE
    page.locator(f".st-key-manage-{name} button").click()
    page.get_by_text("历史（2 版）").click(timeout=WAIT_MS)
    versions = page.locator(f"[class*='st-key-version-{name}-']")
    versions.nth(1).wait_for(timeout=WAIT_MS)
    assert versions.count() == 2

    # Somebody else, with nothing but the link.
    context = chrome.new_context(locale="zh-CN")
    other = context.new_page()
    other.goto(f"{app_url}/?s={name}")
    other.wait_for_function("location.search.includes('radius=650')", timeout=WAIT_MS)
    other.get_by_text("正在查看他人的方案").wait_for(timeout=WAIT_MS)
    assert "key=" not in other.url
    assert other.locator(".st-key-save-version").count() == 0
    other.goto(f"{app_url}/scenarios")
    other.get_by_text("方案库里还没有您的方案").wait_for(timeout=WAIT_MS)
    context.close()
    assert sitting.errors == [] and sitting.outside == []


def test_a_pack_goes_out_and_comes_back(sitting: Sitting, app_url: str, tmp_path: Path) -> None:
    page = sitting.page
    show(sitting, f"{app_url}/?radius=700")
    name = save(page, "../近期 <b>")
    page.get_by_role("link", name="方案库").first.click()
    page.locator(f".st-key-manage-{name} button").click(timeout=WAIT_MS)
    with page.expect_download(timeout=WAIT_MS) as download:
        page.locator(f".st-key-pack-{name} button").first.click(timeout=WAIT_MS)
    assert download.value.suggested_filename == "近期 b.rnpack"
    path = tmp_path / "a.rnpack"
    download.value.save_as(path)
    (packed,) = unpack(path, tmp_path / "out")
    assert packed.scenario.radius_m == 700.0

    page.get_by_text("打开方案包").click(timeout=WAIT_MS)
    choose = page.locator(".st-key-pack-file input[type=file]")
    broken = {"name": "b.rnpack", "mimeType": "application/zip", "buffer": b"PK\x03\x04<i>"}
    choose.set_input_files(broken)  # type: ignore[arg-type]
    page.locator(".st-key-pack-take button:enabled").first.click(timeout=WAIT_MS)
    page.get_by_text("b.rnpack：不完整").wait_for(timeout=WAIT_MS)
    choose.set_input_files(path)
    page.get_by_text("a.rnpack", exact=True).wait_for(timeout=WAIT_MS)
    # The refusal goes with the page's run for the new file; a click before that is of the old one.
    page.get_by_text("b.rnpack：不完整").wait_for(state="hidden", timeout=WAIT_MS)
    page.locator(".st-key-pack-take button:enabled").first.click(timeout=WAIT_MS)
    page.locator(".st-key-save-version button").first.wait_for(timeout=WAIT_MS)
    region = re.search(r"[?&]region=([\w-]{22})", page.url)
    assert region is not None and f"s={name}" not in page.url and "radius=700" in page.url
    assert sitting.errors == [] and sitting.outside == []
