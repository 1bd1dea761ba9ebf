"""Take the pictures in docs/images from the real app on the embedded sample: `make screenshots`."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Browser, Frame, Page, sync_playwright

from geo.bundle import load_bundle
from planner.maps.page import write_map
from planner.plan import make_plan
from planner.scenario import Scenario
from planner.ui.serving import FRAME, serve

ROOT = Path(__file__).resolve().parents[1]
IMAGES = ROOT / "docs" / "images"
SAMPLE = ROOT / "data" / "samples" / "isle-of-wight"
WAIT_MS = 60_000
STILL_MS = 1500
WIDE, TALL, PHONE = (1280, 720), (1280, 1000), (390, 844)

Deed = Callable[[Page], None]


def nothing(_: Page) -> None:
    """Take the page as it opens."""


def map_of(page: Page) -> Frame:
    """Return the map's frame once it shows a plan."""
    page.locator(FRAME).last.content_frame.locator(".rn-site").first.wait_for(timeout=WAIT_MS)
    handle = page.locator(FRAME).last.element_handle()
    frame = handle.content_frame() if handle else None
    if frame is None:
        raise RuntimeError("the map has no frame")
    return frame


def settle(page: Page) -> None:
    """Wait until the app is done and nothing moves any more."""
    page.wait_for_timeout(STILL_MS)
    page.wait_for_function(
        "document.querySelector('[data-testid=stApp]').dataset.testScriptState === 'notRunning'",
        timeout=WAIT_MS,
    )
    page.wait_for_timeout(STILL_MS)


def scroll(page: Page, pixels: int) -> None:
    """Scroll the page."""
    page.evaluate(f"document.querySelector('[data-testid=stMain]').scrollBy(0, {pixels})")


def work_on_the_map(page: Page) -> None:
    """Add a point, keep an area free, and pick a site: its reach is drawn."""
    frame = map_of(page)
    frame.evaluate("map.setView([50.70, -1.29], 13, {animate: false}); 0")
    box = page.locator(FRAME).last.bounding_box()
    if box is None:
        raise RuntimeError("the map is not on the page")

    def click(x: float, y: float) -> None:
        page.mouse.click(box["x"] + x, box["y"] + y)
        page.wait_for_timeout(250)

    frame.locator(".rn-tool-existing").click()
    click(250, 250)
    settle(page)
    frame.locator(".rn-tool-no-go").click()
    for x, y in ((560, 120), (700, 140), (690, 240), (570, 250)):
        click(x, y)
    page.keyboard.press("Enter")
    settle(page)
    frame.evaluate(
        """(() => {
          const away = (site) => map.distance([site.lat, site.lon], [50.698, -1.295]);
          const near = [...map.recyclenet.state.sites].sort((a, b) => away(a) - away(b))[0];
          map.recyclenet.picks.open(near.id);
        })()"""
    )
    settle(page)


def open_curve(page: Page) -> None:
    """Show the trade-off curve."""
    map_of(page)
    settle(page)
    page.get_by_role("tab").nth(1).click()
    page.get_by_test_id("stVegaLiteChart").last.wait_for(timeout=WAIT_MS)
    settle(page)
    page.get_by_test_id("stVegaLiteChart").last.scroll_into_view_if_needed()
    scroll(page, 2000)
    settle(page)


def pick_a_township(page: Page) -> None:
    """Show the table with a township picked on the map."""
    frame = map_of(page)
    settle(page)
    settle(page)  # the proof has taken the quick answer's place
    # Beside the name of a township: open ground, most likely.
    x, y = frame.evaluate(
        """(() => {
          const scene = map.recyclenet.scene;
          const [x, y] = scene.townships.find((one) => one.name === "Calbourne").label;
          const at = map.latLngToContainerPoint(RecycleNet.toLatLng(scene, x, y));
          return [at.x, at.y + 14];
        })()"""
    )
    box = page.locator(FRAME).last.bounding_box()
    if box is None:
        raise RuntimeError("the map is not on the page")
    page.mouse.click(box["x"] + x, box["y"] + y)
    page.locator(".st-key-picked-township").wait_for(timeout=WAIT_MS)
    settle(page)
    # The map stays in sight above: what was picked just below it.
    scroll(page, 290)
    settle(page)


def keep_two(page: Page) -> None:
    """Keep two plans, and compare them."""
    frame = map_of(page)
    settle(page)
    page.locator(".st-key-keep button").first.click()
    settle(page)
    page.get_by_role("slider").first.focus()
    for _ in range(6):
        page.keyboard.press("ArrowRight")
    frame.wait_for_function("map.recyclenet.state.limit === 1100", timeout=WAIT_MS)
    settle(page)
    page.locator(".st-key-keep button").first.click()
    settle(page)
    page.get_by_test_id("stTopNavLink").nth(1).click()
    page.locator(FRAME).last.wait_for(timeout=WAIT_MS)
    settle(page)


def compare_difference(page: Page) -> None:
    """Show what two plans differ in."""
    keep_two(page)
    page.locator(FRAME).last.evaluate("(one) => one.scrollIntoView({block: 'end'})")
    settle(page)


def compare_swipe(page: Page) -> None:
    """Show two plans with a divider between them."""
    compare_difference(page)
    page.locator(FRAME).last.content_frame.locator("label[for=rn-mode-swipe]").click()
    settle(page)


def save_one(page: Page) -> None:
    """Save a scenario, and look at the list."""
    map_of(page)
    settle(page)
    page.get_by_text("保存方案").first.click()
    settle(page)
    page.locator("[class*=st-key-save-title] input").first.fill("一公里步行圈")
    page.keyboard.press("Enter")
    settle(page)
    page.locator(".st-key-save-new button").first.click()
    settle(page)
    page.get_by_test_id("stTopNavLink").nth(3).click()
    settle(page)


def compare_side(page: Page) -> None:
    """Show two plans beside each other, their maps in step."""
    compare_difference(page)
    page.locator(FRAME).last.content_frame.locator("label[for=rn-mode-side]").click()
    settle(page)


def policy(number: int, button: str, *, to_map: bool = True) -> Deed:
    """Work out one part of the policy's page, and show its map."""

    def deed(page: Page) -> None:
        page.get_by_role("tab").nth(number).click(timeout=WAIT_MS)
        settle(page)
        page.locator(f".st-key-{button} button").click()
        settle(page)
        settle(page)
        if to_map:
            frame = page.locator(FRAME).last
            frame.content_frame.locator(".rn-site").first.wait_for(timeout=WAIT_MS)
            frame.evaluate("(one) => one.scrollIntoView({block: 'end'})")
            settle(page)

    return deed


def check_rules(page: Page) -> None:
    """Hold the plan to the standard's rules too: something falls short."""
    page.locator(".st-key-compliance-packs input").click(timeout=WAIT_MS)
    page.get_by_role("option").filter(has_text="SB/T").first.click()
    page.keyboard.press("Escape")
    settle(page)
    page.locator(".st-key-compliance-check button").click()
    settle(page)
    settle(page)


def carry_out(page: Page) -> None:
    """Carry out the whole policy at one press."""
    page.locator(".st-key-chain-button button").click(timeout=WAIT_MS)
    page.locator(".st-key-chain-get-zip").wait_for(timeout=3 * WAIT_MS)
    settle(page)


def first_tab(number: int) -> Deed:
    """Open one tab of a page without a map."""

    def deed(page: Page) -> None:
        page.get_by_role("tab").nth(number).click(timeout=WAIT_MS)
        settle(page)

    return deed


def show_map(page: Page) -> None:
    """Wait for the plan on the map."""
    map_of(page)
    settle(page)


STRICT = "?lang=zh&quota=2&township=60&radius=1500&mode=drive"
MINUTES = "?lang=zh&minutes=6&mode=ebike&objective=cost"
HOSTS = policy(2, "hosts-button", to_map=False)
#: Name, address, what is done there, size of the window, colours.
PICTURES: tuple[tuple[str, str, Deed, tuple[int, int], str], ...] = (
    ("app-zh-light", "?lang=zh", show_map, WIDE, "light"),
    ("app-zh-dark", "?lang=zh", show_map, WIDE, "dark"),
    ("app-en-light", "?lang=en", show_map, WIDE, "light"),
    ("app-en-dark", "?lang=en", show_map, WIDE, "dark"),
    ("app-zh-phone", "?lang=zh", show_map, PHONE, "light"),
    ("app-zh-strict", STRICT, show_map, (1600, 1000), "light"),
    ("app-zh-minutes", MINUTES, show_map, TALL, "light"),
    ("app-zh-editing", "?lang=zh", work_on_the_map, WIDE, "light"),
    ("app-zh-curve", "?lang=zh", open_curve, WIDE, "light"),
    ("app-en-curve-dark", "?lang=en", open_curve, WIDE, "dark"),
    ("app-zh-table", "?lang=zh", pick_a_township, WIDE, "light"),
    ("app-zh-refused", "?lang=zh&radius=300&urban=100", settle, WIDE, "light"),
    ("compare-zh", "?lang=zh&radius=800", compare_difference, WIDE, "light"),
    ("compare-en-swipe-dark", "?lang=en&radius=800", compare_swipe, WIDE, "dark"),
    ("compare-zh-side", "?lang=zh&radius=800", compare_side, WIDE, "light"),
    ("policy-zh-all", "policy?lang=zh", carry_out, TALL, "light"),
    ("policy-zh-rules", "policy?lang=zh", check_rules, TALL, "light"),
    ("policy-zh-tiers", "policy?lang=zh", policy(1, "tiers-button"), TALL, "light"),
    ("policy-zh-hosts", "policy?lang=zh", HOSTS, TALL, "light"),
    ("policy-en-service-dark", "policy?lang=en", policy(3, "service-button"), TALL, "dark"),
    ("policy-zh-phases", "policy?lang=zh", policy(4, "phases-button"), TALL, "light"),
    ("policy-en-robust", "policy?lang=en", policy(5, "robust-button"), TALL, "light"),
    ("report-zh", "report?lang=zh", settle, TALL, "light"),
    ("report-en-dark", "report?lang=en", settle, TALL, "dark"),
    ("scenarios-zh", "?lang=zh", save_one, WIDE, "light"),
    ("region-zh", "region?lang=zh", first_tab(0), TALL, "light"),
    ("region-en-dark", "region?lang=en", first_tab(0), TALL, "dark"),
    ("quality-zh", "region?lang=zh", first_tab(2), TALL, "light"),
)


def take(browser: Browser, url: str, picture: tuple[str, str, Deed, tuple[int, int], str]) -> None:
    """Open the app as a new visitor, do what is to be seen, and keep the picture."""
    name, address, deed, (width, height), scheme = picture
    context = browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme=scheme,  # type: ignore[arg-type]
        locale="zh-CN",
        reduced_motion="reduce",
    )
    page = context.new_page()
    page.goto(f"{url}/{address}")
    deed(page)
    page.screenshot(path=IMAGES / f"{name}.png")
    context.close()


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
        page.screenshot(path=IMAGES / "map-zh.png")
        page.close()


def main() -> int:
    """Take them all, or those named."""
    names = ("chromium", "chromium-browser", "google-chrome")
    found = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, names)), None)
    if not found:
        sys.stderr.write("no Chromium: install one, or set CHROMIUM to its path\n")
        return 1
    IMAGES.mkdir(parents=True, exist_ok=True)
    wanted = set(sys.argv[1:])
    failed = []
    with tempfile.TemporaryDirectory() as folder:
        store = {"RECYCLENET_STORE": str(Path(folder) / "store.sqlite3")}
        with serve(SAMPLE, environment=store) as app, sync_playwright() as play:
            options = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
            browser = play.chromium.launch(executable_path=found, args=options)
            for picture in PICTURES:
                if not wanted or picture[0] in wanted:
                    try:
                        take(browser, app.url, picture)
                    except Exception as error:  # the others are taken nevertheless
                        failed.append(f"{picture[0]}: {error!s:.300}")
            if not wanted or "map-zh" in wanted:
                take_page(browser)
            browser.close()
    for line in failed:
        sys.stderr.write(f"{line}\n")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
