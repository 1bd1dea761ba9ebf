"""Three scenarios of the sample side by side in a real browser: from the click to cards and map.

The plans are known when the page is opened, as they are to a planner who kept them. Beside it, as
the peer, the same three plans made anew. Needs Chromium (CHROMIUM, as scripts/browser.sh prints
it) and `make setup`'s static files.

    python benchmarks/app_compare.py
"""

from __future__ import annotations

import statistics
import time
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

from geo.bundle import load_bundle
from planner.plan import make_plan
from planner.scenario import Scenario
from planner.ui.serving import FRAME, chromium_options, serve

ROOT = Path(__file__).resolve().parents[1]
SAMPLE = ROOT / "data" / "samples" / "isle-of-wight"
RADII_M = (900, 1000, 1100)
OPENINGS = 7
WAIT_MS = 120_000
#: Runs in the page before the click; notes when the last card and the map's bar are there.
WATCH = """() => {
  const told = { clicked: 0, cards: 0, map: 0 };
  window.told = told;
  addEventListener('click', () => { told.clicked ||= performance.now(); },
    { once: true, capture: true });
  const there = () => {
    const frame = document.querySelector("FRAME");
    const page = frame && frame.contentDocument;
    return page && page.querySelector('.rn-bar') && page.querySelector('.rn-change');
  };
  const look = () => {
    if (told.clicked) {
      const cards = document.querySelectorAll('[data-testid=stMetricValue]').length;
      if (!told.cards && location.pathname.endsWith('compare') && cards === 18) {
        told.cards = performance.now();
      }
      if (!told.map && there()) told.map = performance.now();
    }
    if (!told.cards || !told.map) requestAnimationFrame(look);
  };
  look();
}""".replace("FRAME", FRAME)
DONE = "() => document.querySelector('[data-testid=stApp]').dataset.testScriptState==='notRunning'"


def keep(page: Any, url: str) -> None:
    """Plan and keep three scenarios in one sitting."""
    page.goto(f"{url}/?radius={RADII_M[0]}")
    for number, radius in enumerate(RADII_M):
        if number:
            slider = page.get_by_role("slider").first
            slider.focus()
            for _ in range((radius - RADII_M[number - 1]) // 50):
                page.keyboard.press("ArrowRight")
        page.locator(FRAME).content_frame.locator(".rn-site").first.wait_for(timeout=WAIT_MS)
        page.wait_for_timeout(3_000)
        page.wait_for_function(DONE, timeout=WAIT_MS)
        page.get_by_role("button", name="留存此方案").click()
        page.wait_for_timeout(1_500)
        page.wait_for_function(DONE, timeout=WAIT_MS)


def measure(url: str) -> list[tuple[float, float]]:
    """Seconds from the click to the cards, and to the map, for each opening."""
    with sync_playwright() as playwright:
        chrome = playwright.chromium.launch(**chromium_options())
        page = chrome.new_page(viewport={"width": 1440, "height": 900}, locale="zh-CN")
        keep(page, url)
        found = []
        for _ in range(OPENINGS):
            page.evaluate(WATCH)
            page.get_by_role("link", name="对比").first.click()
            page.wait_for_function("() => told.cards && told.map", timeout=WAIT_MS)
            told = page.evaluate("told")
            found.append(tuple((told[key] - told["clicked"]) / 1000 for key in ("cards", "map")))
            page.get_by_role("link", name="规划").first.click()
            page.get_by_role("button", name="留存此方案").wait_for(timeout=WAIT_MS)
            page.wait_for_timeout(1_500)
        chrome.close()
    return found


def main() -> None:
    """Measure an app of our own, then the peer."""
    with serve(SAMPLE) as app:
        found = measure(app.url)
    for name, seconds in zip(("cards", "map"), zip(*found, strict=True), strict=True):
        median, worst = statistics.median(seconds), max(seconds)
        print(f"{name:8} median {median:.2f} s, worst of {len(seconds)} {worst:.2f} s")
    bundle = load_bundle(SAMPLE)
    began = time.perf_counter()
    for radius_m in RADII_M:
        make_plan(bundle, Scenario(radius_m=float(radius_m)))
    print(f"the three plans made anew {time.perf_counter() - began:.1f} s")


if __name__ == "__main__":
    main()
