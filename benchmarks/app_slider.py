"""The app's radius slider in a real browser: from the key press to the new map and figures.

Beside it, as the peer, the same move answered the way a page without the quick answer would: the
figures' proof (the exact plan) on the page. Needs Chromium (CHROMIUM, as scripts/browser.sh
prints it) and `make setup`'s static files.

    python benchmarks/app_slider.py [URL of a running app]
"""

from __future__ import annotations

import statistics
import sys
import time
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

from planner.ui.serving import FRAME, chromium_options, serve

ROOT = Path(__file__).resolve().parents[1]
SAMPLE = ROOT / "data" / "samples" / "isle-of-wight"
MOVES, STEP_M, FIRST_M = 20, 50, 700
WAIT_MS = 120_000
#: Runs in the page before a key press; notes when map and figures have both changed.
WATCH = """(radius) => {
  const figures = () => [...document.querySelectorAll('[data-testid=stMetricValue]')]
    .map((one) => one.innerText).join('|');
  const map = () => document.querySelector("FRAME").contentWindow.map.recyclenet.state?.limit;
  const before = figures();
  const told = { pressed: 0, map: 0, figures: 0 };
  window.told = told;
  addEventListener('keydown', () => { told.pressed ||= performance.now(); },
    { once: true, capture: true });
  const look = () => {
    if (told.pressed) {
      if (!told.map && map() === radius) told.map = performance.now();
      if (!told.figures && figures() !== before) told.figures = performance.now();
    }
    if (!told.map || !told.figures) requestAnimationFrame(look);
  };
  look();
}""".replace("FRAME", FRAME)


def move(page: Any, radius: int) -> tuple[float, float, float]:
    """Press once; seconds to the new map, to the new figures, and to the proof of the answer."""
    page.evaluate(WATCH, radius)
    pressed = time.perf_counter()
    page.keyboard.press("ArrowRight")
    page.wait_for_function("() => window.told.map && window.told.figures", timeout=WAIT_MS)
    told = page.evaluate("window.told")
    page.wait_for_function(
        "() => document.querySelector('[data-testid=stApp]').dataset.testScriptState "
        "=== 'notRunning'",
        timeout=WAIT_MS,
    )
    proof = time.perf_counter() - pressed
    return (
        (told["map"] - told["pressed"]) / 1000,
        (told["figures"] - told["pressed"]) / 1000,
        proof,
    )


def measure(url: str) -> None:
    """Print the medians of so many moves, each to a radius that was not asked for before."""
    with sync_playwright() as playwright:
        chrome = playwright.chromium.launch(**chromium_options())
        page = chrome.new_page(viewport={"width": 1280, "height": 720}, locale="zh-CN")
        began = time.perf_counter()
        page.goto(f"{url}/?radius={FIRST_M}")
        page.locator(FRAME).content_frame.locator(".rn-site").first.wait_for(timeout=WAIT_MS)
        print(f"first plan on the map after {time.perf_counter() - began:.1f} s")
        page.wait_for_timeout(5_000)
        page.get_by_role("slider").first.focus()
        moves = [move(page, FIRST_M + STEP_M * (number + 1)) for number in range(MOVES)]
        chrome.close()
    both = [max(one[0], one[1]) for one in moves]
    for name, seconds in (
        ("new map", [one[0] for one in moves]),
        ("new figures", [one[1] for one in moves]),
        ("new map and figures", both),
        ("the proof beside it", [one[2] for one in moves]),
    ):
        median, worst = statistics.median(seconds), max(seconds)
        print(f"{name:22} median {median:5.2f} s, worst of {len(moves)} {worst:5.2f} s")


def main() -> None:
    """Measure a running app, or one of our own."""
    if len(sys.argv) > 1:
        measure(sys.argv[1])
        return
    with serve(SAMPLE) as app:
        measure(app.url)


if __name__ == "__main__":
    main()
