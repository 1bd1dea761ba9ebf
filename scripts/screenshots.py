"""Take the pictures in docs/images again: the app on its sample, both languages, both themes.

`make screenshots` runs it; CHROMIUM names the browser. Nothing outside this machine is asked for.
"""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, expect, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
IMAGES = ROOT / "docs" / "images"
WIDTH_PX, HEIGHT_PX = 1400, 900
START_S, PAGE_MS = 60, 120_000
Theme = Literal["light", "dark"]
LANGUAGES = {"zh": "zh-CN", "en": "en-GB"}
THEMES: tuple[Theme, ...] = ("light", "dark")


@contextlib.contextmanager
def app() -> Iterator[str]:
    """Run the app on a free port; its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    command = [sys.executable, "-m", "streamlit", "run", "app.py"]
    command += ["--server.port", port, "--server.address", "127.0.0.1", "--server.headless", "true"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL) as server:
        try:
            url = f"http://127.0.0.1:{port}"
            _wait(f"{url}/_stcore/health")
            yield url
        finally:
            server.terminate()


def _wait(url: str) -> None:
    until = time.monotonic() + START_S
    while True:
        try:
            urllib.request.urlopen(url, timeout=1).close()
            return
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.2)


def picture(browser: Browser, url: str, language: str, theme: Theme) -> Path:
    """Open the page as a planner would and take it when figures and map are there."""
    context = browser.new_context(
        locale=LANGUAGES[language],
        color_scheme=theme,
        viewport={"width": WIDTH_PX, "height": HEIGHT_PX},
    )
    page = context.new_page()
    page.goto(f"{url}/?lang={language}")
    expect(page.get_by_test_id("stMetricValue").first).to_be_visible(timeout=PAGE_MS)
    the_map = page.locator("iframe[title='streamlit_folium.st_folium']").last.content_frame
    expect(the_map.locator(".leaflet-container")).to_be_visible(timeout=PAGE_MS)
    app = page.get_by_test_id("stApp")
    expect(app).to_have_attribute("data-test-script-state", "notRunning", timeout=PAGE_MS)
    page.wait_for_timeout(1500)  # the map's canvases say nothing when they are drawn
    path = IMAGES / f"app-{language}-{theme}.png"
    page.screenshot(path=path)
    context.close()
    return path


def main() -> int:
    """Take all of them."""
    browser_path = os.environ.get("CHROMIUM")
    if not browser_path:
        sys.stderr.write("CHROMIUM names no browser. Run: make screenshots\n")
        return 2
    IMAGES.mkdir(parents=True, exist_ok=True)
    with app() as url, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=browser_path,
            args=["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"],
        )
        for language, theme in product(LANGUAGES, THEMES):
            path = picture(browser, url, language, theme)
            sys.stdout.write(f"{path.relative_to(ROOT)}\n")
        browser.close()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
