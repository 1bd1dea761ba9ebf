"""Places and lines in place of a plan, in a browser."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from planner.maps.overlay import overlay_html
from tests.planner.maps.test_overlay import HOSTILE, OVERLAY

if TYPE_CHECKING:
    from planner.plan import Plan
    from tests.browser.conftest import Sitting

pytestmark = pytest.mark.browser


def test_a_page_shows_marks_lines_and_a_legend(
    sitting: Sitting, town_plan: Plan, tmp_path: Path
) -> None:
    file = tmp_path / "overlay.html"
    file.write_text(overlay_html(town_plan.bundle, OVERLAY, "en"), "utf-8")
    page = sitting.page
    page.goto(file.as_uri())
    page.locator(".rn-site").wait_for()
    legend = page.locator(".rn-legend")
    assert HOSTILE in legend.inner_text()
    shown = [row for row in legend.locator(".rn-key").all() if row.is_visible()]
    assert [row.inner_text() for row in shown] == [HOSTILE, "b"]
    assert page.locator(".leaflet-overlay-pane path").count() == 1
    assert page.locator(".rn-site svg").evaluate("(one) => one.style.fill") == "rgb(17, 34, 51)"
    page.evaluate("map_recyclenet.recyclenet.overlay.layer.eachLayer((one) => one.openTooltip())")
    assert (
        HOSTILE
        in page.locator(".leaflet-tooltip").first.inner_text()
        + page.locator(".leaflet-tooltip").last.inner_text()
    )
    assert page.locator("img[src=x]").count() == 0
    assert sitting.errors == [] and sitting.outside == []


def test_one_of_several_views_is_shown(sitting: Sitting, town_plan: Plan, tmp_path: Path) -> None:
    other = dataclasses.replace(
        OVERLAY,
        title="other",
        marks=(dataclasses.replace(OVERLAY.marks[0], shape="square"),) * 2,
        lines=(),
        notes=(HOSTILE,),
    )
    file = tmp_path / "views.html"
    views = dataclasses.replace(OVERLAY, title="first", others=(other,))
    file.write_text(overlay_html(town_plan.bundle, views, "en"), "utf-8")
    page = sitting.page
    page.goto(file.as_uri())
    page.locator(".rn-site").wait_for()
    assert page.locator(".leaflet-overlay-pane path").count() == 1
    assert page.locator(".rn-views").inner_text().split() == ["first", "other"]
    page.locator("#rn-view-1").click()
    assert page.locator(".rn-site").count() == page.locator(".rn-site rect").count() == 2
    assert page.locator(".leaflet-overlay-pane path").count() == 0
    assert page.locator(".rn-legend .rn-hint", has_text=HOSTILE).is_visible()
    page.locator("#rn-view-0").click()
    assert page.locator(".rn-site").count() == 1
    assert sitting.errors == [] and sitting.outside == []


def test_flows_are_on_the_policy_page(sitting: Sitting, app_url: str) -> None:
    page = sitting.page
    page.set_default_timeout(60_000)
    page.goto(f"{app_url}/policy?lang=en&radius=600")
    page.get_by_role("tab").nth(1).click()
    page.locator(".st-key-tiers-button button").click()
    frame = page.frame_locator("iframe[title='streamlit_folium.st_folium']")
    frame.locator(".leaflet-overlay-pane path").first.wait_for(state="attached")
    assert "Flows" in frame.locator(".rn-legend").inner_text()
    assert frame.locator(".rn-site").count() > 1
    assert sitting.errors == [] and sitting.outside == []
