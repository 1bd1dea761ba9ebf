"""Take the pictures in docs/images from the real app on the embedded sample: `make screenshots`."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from geo.bundle import load_bundle
from planner.maps import write_map
from planner.plan import make_plan
from planner.scenario import Scenario
from planner.ui.serving import FRAME, serve

ROOT = Path(__file__).resolve().parents[1]
IMAGES = ROOT / "docs" / "images"
SAMPLE = ROOT / "data" / "samples" / "isle-of-wight"
WAIT_MS = 60_000


def save(page: Page, name: str) -> None:
    """Keep a picture and close the page."""
    page.screenshot(path=IMAGES / f"{name}.png")
    page.close()


def settle(page: Page) -> None:
    """Wait until the map shows a plan and nothing moves any more."""
    page.locator(FRAME).content_frame.locator(".rn-site").first.wait_for(timeout=WAIT_MS)
    page.wait_for_timeout(1500)


def take(browser: Browser, url: str, name: str, *, size: tuple[int, int], scheme: str) -> None:
    """Open the app once and take one picture of what a visitor sees first."""
    width, height = size
    page = browser.new_page(
        viewport={"width": width, "height": height},
        color_scheme=scheme,  # type: ignore[arg-type]
        locale="zh-CN",
    )
    page.goto(url)
    settle(page)
    save(page, name)


def take_table(browser: Browser, url: str, name: str) -> None:
    """Take the township table, below the map."""
    page = browser.new_page(viewport={"width": 1280, "height": 720}, locale="zh-CN")
    page.goto(url)
    settle(page)
    page.get_by_test_id("stDownloadButton").last.scroll_into_view_if_needed()
    page.wait_for_timeout(800)
    save(page, name)


def take_region(browser: Browser, url: str, name: str, tab: int, *, scheme: str) -> None:
    """Take one tab of the page of regions and their data."""
    page = browser.new_page(
        viewport={"width": 1280, "height": 900},
        color_scheme=scheme,  # type: ignore[arg-type]
        locale="zh-CN",
    )
    page.goto(url)
    page.get_by_role("tab").nth(tab).click(timeout=WAIT_MS)
    page.wait_for_timeout(2500)
    save(page, name)


def take_page(browser: Browser) -> None:
    """Take the self-contained map that the command line writes."""
    plan = make_plan(load_bundle(SAMPLE), Scenario())
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "map.html"
        write_map(plan, file, "zh")
        page = browser.new_page(viewport={"width": 1280, "height": 720}, locale="zh-CN")
        page.goto(file.as_uri())
        page.locator(".rn-site").first.wait_for()
        page.wait_for_timeout(800)
        save(page, "map-zh")


def main() -> int:
    """Take them all."""
    names = ("chromium", "chromium-browser", "google-chrome")
    found = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, names)), None)
    if not found:
        sys.stderr.write("no Chromium: install one, or set CHROMIUM to its path\n")
        return 1
    IMAGES.mkdir(parents=True, exist_ok=True)
    with serve(SAMPLE) as app, sync_playwright() as play:
        url = app.url
        options = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
        browser = play.chromium.launch(executable_path=found, args=options)
        for language in ("zh", "en"):
            for scheme in ("light", "dark"):
                name = f"app-{language}-{scheme}"
                address = f"{url}/?lang={language}"
                take(browser, address, name, size=(1280, 720), scheme=scheme)
        strict = f"{url}/?lang=zh&quota=2&township=60&radius=1500"
        take(browser, f"{strict}&mode=drive", "app-zh-strict", size=(1600, 1000), scheme="light")
        take(browser, f"{url}/?lang=zh", "app-zh-phone", size=(400, 850), scheme="light")
        take_table(browser, f"{url}/?lang=zh", "app-zh-table")
        minutes = f"{url}/?lang=zh&unit=min&mode=ebike&minutes=6&objective=cost"
        take(browser, minutes, "app-zh-minutes", size=(1280, 900), scheme="light")
        take_region(browser, f"{url}/region?lang=zh", "region-zh", 0, scheme="light")
        take_region(browser, f"{url}/region?lang=en", "region-en-dark", 0, scheme="dark")
        take_region(browser, f"{url}/region?lang=zh", "quality-zh", 2, scheme="light")
        take_page(browser)
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
