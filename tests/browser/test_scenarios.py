"""Saving, sharing and looking after scenarios, as planners meet it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

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
