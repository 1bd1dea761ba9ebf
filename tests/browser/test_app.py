"""The app as a planner meets it, in a browser that reaches nothing but the app."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.browser.conftest import Sitting

pytestmark = pytest.mark.browser
FRAME = "iframe[title='streamlit_folium.st_folium']"
WAIT_MS = 90_000


def show(sitting: Sitting, url: str) -> Any:
    """Open the app and return the map's frame, once it shows a plan."""
    sitting.page.goto(url)
    sitting.page.locator(FRAME).content_frame.locator(".rn-site").first.wait_for(timeout=WAIT_MS)
    handle = sitting.page.locator(FRAME).element_handle()
    assert handle is not None
    return handle.content_frame()


def shown_radius(frame: Any, radius: int) -> None:
    frame.wait_for_function(f"map.recyclenet.state?.limit === {radius}", timeout=WAIT_MS)


def test_slider_answers_in_place(sitting: Sitting, app_url: str) -> None:
    page = sitting.page
    frame = show(sitting, f"{app_url}/?radius=600")
    figures = page.get_by_test_id("stMetricValue").all_inner_texts()
    frame.evaluate("window.mark = 1; map.setZoom(15, {animate: false}); 0")
    before = frame.evaluate("JSON.stringify(Array.from(map.recyclenet.state.site))")
    slider = page.get_by_role("slider").first
    slider.focus()
    for press in range(1, 5):
        page.keyboard.press("ArrowRight")
        shown_radius(frame, 600 + 50 * press)
    assert page.get_by_test_id("stMetricValue").all_inner_texts() != figures
    assert frame.evaluate("JSON.stringify(Array.from(map.recyclenet.state.site))") != before
    assert frame.evaluate("[window.mark, map.getZoom()]") == [1, 15]
    assert "radius=800" in page.url
    assert sitting.errors == [] and sitting.outside == []


def test_a_later_visitors_first_move_never_empties_the_map(sitting: Sitting, app_url: str) -> None:
    page = sitting.page
    show(sitting, f"{app_url}/?radius=700&seed=5")
    page.wait_for_function(
        "document.querySelector('[data-testid=stApp]').dataset.testScriptState === 'notRunning'"
    )
    page.wait_for_timeout(1500)  # the proof is kept: a later visitor's opening plan is known
    frame = show(sitting, f"{app_url}/?radius=700&seed=5")
    frame.evaluate(
        "(() => { const show = RecycleNet.show; window.emptied = 0;"
        " RecycleNet.show = (map, packed) => { emptied += packed ? 0 : 1; show(map, packed); };"
        "})()"
    )
    page.get_by_role("slider").first.focus()
    page.keyboard.press("ArrowRight")
    shown_radius(frame, 750)
    assert frame.evaluate("window.emptied") == 0
    assert sitting.errors == [] and sitting.outside == []


def test_plans_are_compared_in_the_app_without_an_error(sitting: Sitting, app_url: str) -> None:
    page = sitting.page
    page.set_default_timeout(WAIT_MS)
    frame = show(sitting, f"{app_url}/?radius=600&lang=en")
    for radius in (600, 650):
        shown_radius(frame, radius)
        page.locator(".st-key-keep button").first.click()
        page.wait_for_timeout(800)
        page.get_by_role("slider").first.focus()
        page.keyboard.press("ArrowRight")
    page.get_by_test_id("stTopNavLink").nth(1).click()
    compared = page.locator(FRAME).last.content_frame
    compared.locator(".rn-bar").wait_for()
    compared.locator("label[for=rn-mode-side]").click()
    page.set_viewport_size({"width": 1100, "height": 700})
    page.wait_for_timeout(800)
    compared.locator("label[for=rn-mode-difference]").click()
    page.wait_for_timeout(800)
    assert sitting.errors == [] and sitting.outside == []


def test_the_last_of_many_moves_counts(sitting: Sitting, app_url: str) -> None:
    page = sitting.page
    frame = show(sitting, f"{app_url}/?radius=1900")
    page.get_by_role("slider").first.focus()
    for _ in range(12):
        page.keyboard.press("ArrowLeft")
    shown_radius(frame, 1300)
    page.wait_for_function("location.search.includes('radius=1300')")
    assert page.get_by_test_id("stAlert").count() == 0
    assert sitting.errors == [] and sitting.outside == []


def test_language_is_in_the_link(sitting: Sitting, app_url: str) -> None:
    page = sitting.page
    show(sitting, f"{app_url}/?radius=650")
    assert page.get_by_text("服务半径").first.is_visible()
    page.get_by_role("radio", name="English").or_(
        page.get_by_role("button", name="English")
    ).first.click()
    page.get_by_text("Coverage radius").first.wait_for(timeout=WAIT_MS)
    legend = page.locator(FRAME).last.content_frame.get_by_text("Legend and layers")
    legend.wait_for(timeout=WAIT_MS)
    assert "lang=en" in page.url and "radius=650" in page.url
    again = page.context.new_page()
    again.goto(page.url)
    again.get_by_text("Coverage radius").first.wait_for(timeout=WAIT_MS)
    assert sitting.errors == [] and sitting.outside == []


def test_map_follows_the_windows_size_and_theme(sitting: Sitting, app_url: str) -> None:
    sitting.page.emulate_media(color_scheme="dark")
    frame = show(sitting, app_url)
    frame.wait_for_selector(".rn-map.rn-dark")
    low = frame.evaluate("map.getSize().y")
    sitting.page.set_viewport_size({"width": 1600, "height": 1000})
    frame.wait_for_function(f"map.getSize().y > {low} + 200")
    inside = "map.getBounds().contains(map.recyclenet.scene.bounds)"
    frame.wait_for_function(inside)
    assert sitting.errors == []


def test_what_cannot_be_says_why(sitting: Sitting, app_url: str) -> None:
    page = sitting.page
    page.goto(f"{app_url}/?lang=en&quota=5&budget=1")
    alert = page.get_by_test_id("stAlert")
    alert.wait_for(timeout=WAIT_MS)
    assert "These conditions cannot be met: " in alert.inner_text()
    assert "Traceback" not in page.content()
    frame = page.locator(FRAME).content_frame
    frame.locator(".rn-legend").wait_for(timeout=WAIT_MS)
    # The map goes on showing what stands already.
    frame.locator(".rn-site").first.wait_for(timeout=WAIT_MS)
    told = page.get_by_text("points that stand already").inner_text()
    assert frame.locator(".rn-site").count() == int(re.findall(r"\d+", told)[0])
    assert sitting.errors == [] and sitting.outside == []


def test_hostile_names_stay_text(sitting: Sitting, app_url: str) -> None:
    frame = show(sitting, f"{app_url}/?radius=600&lang=en")
    names = frame.evaluate("map.recyclenet.scene.townships.map((t) => t.name)")
    hostile = next(i for i, name in enumerate(names) if "<script>" in name)
    told = frame.evaluate(f"map.recyclenet.account({hostile}, []).textContent")
    assert names[hostile] in told
    assert sitting.errors == [] and sitting.outside == []
