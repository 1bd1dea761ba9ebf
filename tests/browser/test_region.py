"""A region of one's own, from the file to a link that another browser opens."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.browser.test_app import FRAME, WAIT_MS
from tests.town import write_town

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    from tests.browser.conftest import Sitting

pytestmark = pytest.mark.browser
NAMES = ("甲镇", "乙街道", "丙乡", "<img src=x onerror=alert(1)>")


def shown(page: Page) -> None:
    """Wait for a plan of the region of our own on the map."""
    page.locator(FRAME).content_frame.locator(".rn-site").first.wait_for(timeout=WAIT_MS)
    handle = page.locator(FRAME).element_handle()
    frame = handle.content_frame() if handle else None
    assert frame is not None
    names = frame.evaluate("map.recyclenet.scene.townships.map((t) => t.name)")
    assert sorted(names) == sorted(NAMES)


def test_upload_import_plan_and_link(
    sitting: Sitting, app_url: str, chrome: Browser, tmp_path: Path
) -> None:
    page = sitting.page
    page.set_default_timeout(WAIT_MS)
    page.goto(f"{app_url}/?lang=en&radius=600&mode=drive")
    page.get_by_role("link", name="Region and data").click()
    page.wait_for_url(re.compile("/region"))
    upload = page.locator(".st-key-file-extract input[type=file]")
    upload.wait_for(state="attached")
    upload.set_input_files(write_town(tmp_path / "town.osm", names=NAMES))
    button = page.locator(".st-key-region-import button:enabled")
    button.click()
    page.locator(".st-key-region-plan-files button").click()
    shown(page)
    region = re.search(r"[?&]region=([A-Za-z0-9_-]{22})(?:&|$)", page.url)
    assert region and "lang=en" in page.url
    # The question went along to the other page and back.
    assert "radius=600" in page.url and "mode=drive" in page.url

    page.reload()
    shown(page)
    other = chrome.new_context().new_page()
    other.goto(page.url)
    shown(other)
    other.context.close()

    # Who opens the app without the link sees the first region.
    fresh = chrome.new_context().new_page()
    fresh.goto(f"{app_url}/region?lang=en")
    fresh.locator(".st-key-region-plan button").wait_for(timeout=WAIT_MS)
    assert region[1] not in fresh.content() and "甲镇" not in fresh.content()
    fresh.context.close()
    assert sitting.errors == [] and sitting.outside == []
