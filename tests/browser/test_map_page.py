"""The self-contained page, opened from disk in a browser without internet."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
import shapely

from planner.maps.page import write_map
from planner.plan import Plan

if TYPE_CHECKING:
    from tests.browser.conftest import Sitting

pytestmark = pytest.mark.browser
MAP = "window.map_recyclenet"


def pixels(pane: str) -> str:
    canvas = f"{MAP}.getPane('recyclenet-{pane}').querySelector('canvas')"
    return f"{canvas}.getContext('2d').getImageData(0, 0, {canvas}.width, {canvas}.height).data"


@pytest.fixture
def opened(sitting: Sitting, town_plan: Plan, tmp_path: Path) -> Sitting:
    write_map(town_plan, tmp_path / "map.html", "en")
    sitting.page.goto((tmp_path / "map.html").as_uri())
    sitting.page.locator(".rn-legend").wait_for()
    return sitting


def test_opens_alone(opened: Sitting, town_plan: Plan) -> None:
    page = opened.page
    assert page.locator(".rn-site").count() == len(town_plan.sites)
    assert "OpenStreetMap contributors" in page.locator(".leaflet-control-attribution").inner_text()
    assert "internal working draft" in page.locator(".leaflet-control-attribution").inner_text()
    assert str(len(town_plan.sites)) in page.locator(".rn-card").inner_text()
    assert "estimate" in page.locator(".rn-notices").inner_text()
    colours = page.evaluate(
        f"""() => {{
            const seen = new Set();
            const data = {pixels("basemap")};
            for (let i = 0; i < data.length; i += 4) seen.add(data.slice(i, i + 3).join());
            return seen.size;
        }}"""
    )
    assert colours > 10
    assert opened.errors == [] and opened.outside == []


def test_browser_reads_what_python_wrote(opened: Sitting, town_plan: Plan) -> None:
    """Lattice, its inverse, and each cell's people, site and distance, across the language gap."""
    demand = town_plan.bundle.demand
    frame = demand.frame
    middle = shapely.points((frame[["ix", "iy"]].to_numpy() + 0.5) * demand.cell_m)
    degrees = frame.set_geometry(middle).set_crs(frame.crs).to_crs(4326).geometry
    told = opened.page.evaluate(
        f"""(places) => {{
            const plan = {MAP}.recyclenet, cells = plan.scene.cells;
            return places.map(([lat, lon]) => {{
                const at = RecycleNet.toSteps(plan.scene, [lat, lon]);
                const township = plan.townships.at(at.x, at.y);
                return plan.cells.at(at.x, at.y).map((i) => [cells.people[i], cells.township[i],
                    plan.state.site[i], Math.round(plan.state.distance[i]), township]);
            }});
        }}""",
        [[point.y, point.x] for point in degrees],
    )
    people, township = frame["people"].to_numpy(), frame["township"].to_numpy()
    for row in range(len(frame)):
        mine = [piece for piece in told[row] if piece[:2] == [people[row], township[row]]]
        assert mine, f"cell {frame['id'].iloc[row]} is not where Python put it"
        assert any(piece[2] == town_plan.site_of[row] for piece in mine)
        if town_plan.site_of[row] >= 0:
            assert any(abs(piece[3] - town_plan.impedance[row]) <= 5.5 for piece in mine)
    inside = town_plan.bundle.region.assign(shapely.get_x(middle), shapely.get_y(middle))
    drawn = np.array([pieces[0][4] for pieces in told])
    assert (drawn == inside).mean() > 0.97  # a middle within a step of a border may fall across it


def test_hostile_names_stay_text(opened: Sitting, town_plan: Plan) -> None:
    page = opened.page
    for name, township in town_plan.sites[["name", "township"]].itertuples(index=False):
        if name:
            marker = page.get_by_label(f"site: {name}", exact=False).first
            marker.focus()
            page.keyboard.press("Enter")
            # The popup before it may still be fading away.
            facts = page.locator(".leaflet-popup .rn-facts").last
            assert facts.locator(".rn-title").inner_text() == name
            assert township in facts.inner_text()
            page.keyboard.press("Escape")
    told = page.evaluate(
        f"""() => {{
            const plan = {MAP}.recyclenet;
            return plan.scene.townships.map((township, i) => plan.account(i, []).textContent);
        }}"""
    )
    for name, text in zip(town_plan.townships["name"], told, strict=True):
        assert name in text
    assert page.locator("script").filter(has_text="alert('x')").count() == 0
    assert opened.errors == [] and opened.outside == []


def test_layers_can_be_switched(opened: Sitting) -> None:
    page = opened.page
    sites = page.locator(".rn-site")
    before = sites.count()
    page.get_by_label("Sites", exact=True).uncheck()
    assert before and sites.count() == 0
    page.get_by_label("Sites", exact=True).check()
    assert sites.count() == before
    blank = f"() => {pixels('reach')}.every((value) => value === 0)"
    assert page.evaluate(blank)
    page.get_by_label("Lines to the serving site").check()
    page.wait_for_function(f"!({blank})()")
    assert opened.errors == []


def test_without_scripts_it_says_so(opened: Sitting, town_plan: Plan) -> None:
    html = opened.page.content()
    assert "<noscript>" in html and "JavaScript" in html
