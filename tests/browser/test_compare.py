"""Two plans on one map: difference, swipe and side by side, in a browser without internet."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from planner.comparing.compare import Comparison, compare
from planner.comparing.page import compare_html
from planner.comparing.townships import CELL_CHANGES
from planner.maps.scene import cell_order
from planner.plan import Plan, make_plan
from planner.scenario import Scenario

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.browser.conftest import Sitting

pytestmark = pytest.mark.browser
MAP = "window.map_recyclenet"
VIEWS = f"""() => [{MAP}, {MAP}.comparison.second].map((map) => {{
    const at = map.getCenter(), size = map.getSize();
    return [at.lat, at.lng, map.getZoom(), size.x, size.y];
}})"""
BANDS = ["gained", "lost", "both", "neither"]


@pytest.fixture(scope="module")
def comparison(town_plan: Plan) -> Comparison:
    bundle = town_plan.bundle
    scenarios = (
        Scenario(name="<img src=x onerror=alert(1)>", radius_m=400.0, urban_target=0.6),
        Scenario(name="`${alert(2)}`", radius_m=900.0),
        Scenario(name="丙", radius_m=500.0, max_sites=4, urban_target=None),
    )
    return compare([make_plan(bundle, scenario) for scenario in scenarios])


@pytest.fixture
def opened(sitting: Sitting, comparison: Comparison, tmp_path: Path) -> Sitting:
    (tmp_path / "compare.html").write_text(compare_html(comparison, "en"), "utf-8")
    sitting.page.goto((tmp_path / "compare.html").as_uri())
    sitting.page.locator(".rn-bar").wait_for()
    return sitting


def turn(page: Page, mode: str) -> None:
    page.locator(".rn-modes").get_by_text(mode, exact=True).click()
    assert page.get_by_role("radio", name=mode, exact=True).is_checked()


def settled(page: Page) -> list[list[float]]:
    page.wait_for_function(f"!{MAP}._animatingZoom && !{MAP}.comparison.second._animatingZoom")
    page.wait_for_timeout(350)  # the end of a glide has no event of its own
    views: list[list[float]] = page.evaluate(VIEWS)
    return views


def alike(views: list[list[float]], page: Page) -> None:
    one, other = views
    assert one[2:] == other[2:]
    # Within a pixel: the two halves of an odd width have their middles half a pixel apart.
    pixels = page.evaluate(
        f"""([a, b]) => {{
            const at = (view) => {MAP}.project([view[0], view[1]], view[2]);
            return at(a).distanceTo(at(b));
        }}""",
        views,
    )
    assert pixels <= 1.0


def test_difference_is_the_one_that_python_found(opened: Sitting, comparison: Comparison) -> None:
    page = opened.page
    order = cell_order(comparison.plans[0].bundle.demand)
    for row, pair in enumerate(comparison.differences):
        page.locator(".rn-pair").select_option(str(row))
        bands = page.evaluate(f"Array.from({MAP}.comparison.change.bands)")
        told = [CELL_CHANGES[code] for code in pair.cells[order]]
        assert [BANDS[band] for band in bands] == told
        for change in ("kept", "added", "dropped", "moved"):
            count = sum(site.change == change for site in pair.sites)
            assert page.locator(f".leaflet-marker-icon.rn-change-{change}").count() == count
        legend = page.locator(".rn-changes").inner_text()
        assert f"{pair.people['gained']:,} people" in legend
        shown = page.locator(".rn-tables section[data-pair]:visible")
        assert shown.count() == 2
        assert f"{'ABC'[pair.a]} → {'ABC'[pair.b]}" in shown.first.inner_text()
    assert opened.errors == [] and opened.outside == []


def test_divider_moves_by_mouse_and_keyboard(opened: Sitting) -> None:
    page = opened.page
    turn(page, "Swipe")
    divider = page.get_by_role("slider")
    upper = page.locator(".rn-second")
    stage = page.locator(".rn-compare").bounding_box()
    assert stage and divider.get_attribute("aria-valuenow") == "50"
    middle = stage["x"] + stage["width"] / 2
    page.mouse.move(middle, stage["y"] + stage["height"] / 2)
    page.mouse.down()
    page.mouse.move(stage["x"] + stage["width"] * 0.25, stage["y"] + 200, steps=4)
    page.mouse.up()
    assert divider.get_attribute("aria-valuenow") == "25"
    assert "25" in upper.evaluate("(node) => getComputedStyle(node).clipPath")
    divider.focus()
    page.keyboard.press("ArrowRight")
    assert divider.get_attribute("aria-valuenow") == "27"
    page.keyboard.press("Shift+ArrowLeft")
    assert divider.get_attribute("aria-valuenow") == "17"
    page.keyboard.press("End")
    assert divider.get_attribute("aria-valuenow") == "100"
    page.keyboard.press("Home")
    assert divider.get_attribute("aria-valuenow") == "0"
    # What lies under a place is the map that shows there.
    for share, owner in ((20, False), (65, True)):
        page.evaluate(f"{MAP}.comparison.divider.move(50)")
        above = page.evaluate(
            """([x, y]) => Boolean(document.elementFromPoint(x, y).closest(".rn-second"))""",
            [stage["x"] + stage["width"] * share / 100, stage["y"] + stage["height"] * 0.6],
        )
        assert above is owner
    assert opened.errors == [] and opened.outside == []


@pytest.mark.parametrize("mode", ["Swipe", "Side by side"])
def test_maps_stay_in_step(opened: Sitting, mode: str) -> None:
    page = opened.page
    turn(page, mode)
    alike(settled(page), page)
    apart = page.evaluate(
        f"""() => {{
            window.worst = 0;
            const [one, other] = [{MAP}, {MAP}.comparison.second];
            [one, other].forEach((map) => map.on("move", () => {{
                if (one._animatingZoom || other._animatingZoom) return;
                if (one.getZoom() !== other.getZoom()) window.worst = 1e6;
                const zoom = one.getZoom();
                const far = one.project(one.getCenter(), zoom)
                    .distanceTo(one.project(other.getCenter(), zoom));
                window.worst = Math.max(window.worst, far);
            }}));
            return one.getContainer().getBoundingClientRect().toJSON();
        }}"""
    )
    x, y = apart["x"] + apart["width"] * 0.2, apart["y"] + apart["height"] * 0.6
    before = page.evaluate(VIEWS)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 37, y - 23, steps=6)
    page.mouse.up()
    dragged = settled(page)
    assert dragged[0][:2] != before[0][:2]
    alike(dragged, page)
    page.mouse.wheel(0, -240)
    page.wait_for_function(f"{MAP}.getZoom() > {dragged[0][2]}")
    zoomed = settled(page)
    alike(zoomed, page)
    # The second map leads as well.
    page.evaluate(f"{MAP}.comparison.second.panBy([60, 40], {{ animate: false }})")
    alike(settled(page), page)
    page.evaluate(f"{MAP}.comparison.second.zoomOut(1)")
    page.wait_for_function(f"{MAP}.getZoom() < {zoomed[0][2]}")
    alike(settled(page), page)
    # In every frame, not only at rest.
    assert page.evaluate("window.worst") <= 1.5
    assert opened.errors == [] and opened.outside == []


def test_view_survives_a_change_of_mode(opened: Sitting) -> None:
    page = opened.page
    page.evaluate(f"{MAP}.setView([29.301, 117.203], 15, {{ animate: false }})")
    for mode in ("Swipe", "Side by side", "Difference", "Swipe"):
        turn(page, mode)
        page.wait_for_timeout(150)  # for the observers of sizes
        at = page.evaluate(f"[{MAP}.getCenter().lat, {MAP}.getCenter().lng, {MAP}.getZoom()]")
        assert at == pytest.approx([29.301, 117.203, 15], abs=3e-5)
    assert page.locator(".rn-second").is_visible()
    # One legend rules both maps.
    markers = page.locator(".rn-second .rn-site")
    assert markers.count() > 0
    page.get_by_label("Sites", exact=True).uncheck()
    assert markers.count() == 0
    assert opened.errors == [] and opened.outside == []


def test_hostile_names_stay_text(opened: Sitting, comparison: Comparison) -> None:
    page = opened.page
    assert comparison.names[0] in page.locator(".rn-head").inner_text()
    turn(page, "Side by side")
    labels = page.locator(".rn-label").all_inner_texts()
    assert labels == [comparison.label(0), comparison.label(1)]
    assert page.locator("img[src=x]").count() == 0
    names = [name for name in comparison.plans[1].sites["name"] if "alert" in name or "<" in name]
    assert names
    turn(page, "Difference")
    for name in names:
        marker = page.get_by_label(f": {name}", exact=False).first
        marker.focus()
        page.keyboard.press("Enter")
        assert page.locator(".leaflet-popup .rn-title").last.inner_text() == name
        page.keyboard.press("Escape")
    assert opened.errors == [] and opened.outside == []


def test_tables_are_sorted_and_filtered(opened: Sitting, comparison: Comparison) -> None:
    page = opened.page
    table = page.locator("table.rn-townships:visible")
    table.get_by_role("button", name="Net (people)").click()
    rows = comparison.differences[0].townships
    names = table.locator("tbody tr td:first-child").all_inner_texts()
    net = {row.name: row.net for row in rows}
    assert [net[name] for name in names] == sorted(net.values(), reverse=True)
    table.get_by_role("button", name="Net (people)").click()
    names = table.locator("tbody tr td:first-child").all_inner_texts()
    assert [net[name] for name in names] == sorted(net.values())
    page.locator(".rn-filter input[type=search]:visible").fill("北镇")
    assert table.locator("tbody tr:visible").count() == 1
    assert opened.errors == []
