"""Twenty planners at once on one process: how long a slider's answer takes each, and the memory.

Each sitting is a browser page of its own that moves the radius to values nobody has asked for,
all of them together, a few seconds apart as people do. Needs Chromium and `make setup`'s files.

    python benchmarks/app_sittings.py [SITTINGS] [MOVES]
"""

from __future__ import annotations

import asyncio
import statistics
import sys
import time
from pathlib import Path
from typing import Any

from playwright.async_api import async_playwright

from planner.ui.serving import FRAME, Served, chromium_options, serve

ROOT = Path(__file__).resolve().parents[1]
SAMPLE = ROOT / "data" / "samples" / "isle-of-wight"
SITTINGS, MOVES, PAUSE_S = 20, 10, 4.0
WAIT_MS = 180_000
# The map is mounted again when the page's theme is known: for a moment there is none.
LIMIT = 'document.querySelector("' + FRAME + '")?.contentWindow?.map?.recyclenet?.state?.limit'


def memory_mb(pid: int) -> float:
    """Resident memory of the server."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    raise RuntimeError(f"no memory told for process {pid}")


async def sit(chrome: Any, url: str, number: int, moves: int, errors: list[str]) -> list[float]:
    """Open the app and move the slider; seconds from each key press to the new map."""
    context = await chrome.new_context(viewport={"width": 1280, "height": 720})
    page = await context.new_page()
    page.on("pageerror", lambda error: errors.append(f"{number}: {error}"))
    first = 600 + 50 * (number % 8)
    quota = number % 3
    address = f"{url}/?radius={first}&quota={quota}&urban={80 + number}"
    await page.goto(address, timeout=WAIT_MS)
    await page.wait_for_function(f"() => {LIMIT} === {first}", timeout=WAIT_MS)
    await asyncio.sleep(10 + number * PAUSE_S / 20)
    slider = page.get_by_role("slider").first
    seconds = []
    for move in range(1, moves + 1):
        await slider.focus()
        pressed = time.perf_counter()
        await page.keyboard.press("ArrowRight")
        await page.wait_for_function(f"() => {LIMIT} === {first + 50 * move}", timeout=WAIT_MS)
        seconds.append(time.perf_counter() - pressed)
        await asyncio.sleep(PAUSE_S)
    if await page.get_by_test_id("stException").count():
        errors.append(f"{number}: an exception on the page")
    await context.close()
    return seconds


async def measure(app: Served, sittings: int, moves: int) -> None:
    """Print medians over all sittings, errors and memory."""
    errors: list[str] = []
    async with async_playwright() as playwright:
        chrome = await playwright.chromium.launch(**chromium_options())
        alone = await sit(chrome, app.url, 0, 3, errors)
        one = memory_mb(app.pid)
        print(f"one sitting: median {statistics.median(alone):.2f} s, {one:.0f} MB")
        began = time.perf_counter()
        told = await asyncio.gather(
            *(sit(chrome, app.url, number + 1, moves, errors) for number in range(sittings))
        )
        await chrome.close()
    every = [second for seconds in told for second in seconds]
    print(f"{sittings} sittings of {moves} moves in {time.perf_counter() - began:.0f} s")
    print(
        f"answer: median {statistics.median(every):.2f} s, "
        f"95 % within {sorted(every)[int(len(every) * 0.95)]:.2f} s, worst {max(every):.2f} s"
    )
    print(f"memory: {memory_mb(app.pid):.0f} MB, {memory_mb(app.pid) - one:.0f} MB more")
    print(f"errors: {len(errors)} {errors[:3]}")


def main() -> None:
    """Measure an app of our own."""
    sittings = int(sys.argv[1]) if len(sys.argv) > 1 else SITTINGS
    moves = int(sys.argv[2]) if len(sys.argv) > 2 else MOVES
    with serve(SAMPLE) as app:
        asyncio.run(measure(app, sittings, moves))


if __name__ == "__main__":
    main()
