"""The map that one works on: what is done on it is told to the page around, and drawn."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import shapely

from planner.edits import NO_EDITS
from planner.maps.page import write_map
from planner.maps.shown import Shown
from planner.plan import Plan, make_plan
from planner.scenario import Scenario
from tests.browser.live_map import MAP, PLAN, Open

if TYPE_CHECKING:
    from tests.browser.conftest import Sitting

pytestmark = pytest.mark.browser
HOSTILE = "</b><img src=x onerror=alert(1)> {{ 7 * 7 }}"


def unopened(plan: Plan) -> Any:
    """A candidate that is not open, well away from every open site."""
    frame = plan.bundle.candidates.frame
    sites = plan.sites.to_crs(frame.crs)
    free = frame[~frame["id"].isin(plan.sites["id"])]
    away = shapely.distance(
        free.geometry.to_numpy()[:, None], sites.geometry.to_numpy()[None, :]
    ).min(axis=1)
    row = free.iloc[[int(away.argmax())]].to_crs(4326).iloc[0]
    return row["id"], row.geometry.x, row.geometry.y


def test_a_site_is_picked_and_let_go(live: Open) -> None:
    shown = live()
    site = shown.plan.sites.iloc[0]
    marker = shown.frame.locator(".rn-site").first
    marker.click(force=True)
    assert shown.heard(1) == [{"do": "site", "id": site["id"]}]
    facts = shown.frame.locator(".leaflet-popup .rn-facts").last.inner_text()
    assert f"{site['people']:,} people" in facts and f"{site['lost']:,} people" in facts
    assert shown.frame.evaluate(f"{PLAN}.focus") == 0
    # From one site to another is one event, not a letting go between them.
    shown.frame.evaluate(f"{PLAN}.picks.open({shown.plan.sites['id'].iloc[1]!r})")
    told = shown.heard(2)
    assert told[1] == {"do": "site", "id": shown.plan.sites["id"].iloc[1]}
    shown.frame.locator(".leaflet-popup-close-button").last.click()
    assert shown.heard(3)[2] == {"do": "site", "id": ""}
    assert shown.frame.evaluate(f"{PLAN}.focus") == -1


def test_a_township_is_picked_on_empty_ground(live: Open) -> None:
    shown = live()
    code = str(shown.plan.townships["code"].iloc[0])
    sites = shown.plan.sites.union_all().buffer(0.001)
    free = shown.plan.townships.geometry.iloc[0].difference(sites)
    point = shapely.maximum_inscribed_circle(free).coords[0]
    label = shown.place(*point)
    shown.page.mouse.click(*label)
    assert shown.heard(1) == [{"do": "township", "code": code}]
    assert shown.frame.evaluate(f"{PLAN}.townships.picked") == 0
    # A new plan and the answer of the page leave it picked; a second click lets go.
    shown.show(Shown(township=code), make_plan(shown.plan.bundle, Scenario(radius_m=800.0)))
    assert shown.frame.evaluate(f"{PLAN}.townships.picked") == 0
    shown.page.mouse.move(label[0] + 30, label[1])
    shown.page.mouse.click(*label)
    assert shown.heard(2)[1] == {"do": "township", "code": ""}


def test_a_pick_in_a_table_is_followed_and_an_old_one_is_not(live: Open) -> None:
    shown = live()
    codes = [str(code) for code in shown.plan.townships["code"]]
    shown.frame.evaluate(f"{MAP}.setView([29.25, 117.15], 12, {{animate: false}}); 0")
    shown.show(Shown(township=codes[1], serial=1))
    assert shown.frame.evaluate(f"{PLAN}.townships.picked") == 1
    assert shown.frame.evaluate(f"{MAP}.getZoom()") > 12
    inside = shown.frame.evaluate(
        f"{MAP}.getBounds().contains({PLAN}.townships.bounds(1))",
    )
    assert inside
    # The same serial: the map's own pick may be newer than what the page knows.
    shown.show(Shown(township=codes[2], serial=1))
    assert shown.frame.evaluate(f"{PLAN}.townships.picked") == 1
    site = shown.plan.sites["id"].iloc[0]
    shown.show(Shown(site=site, serial=2))
    assert shown.frame.evaluate(f"[{PLAN}.picks.site, {PLAN}.townships.picked]") == [site, -1]
    assert shown.page.evaluate("heard") == []


def test_a_pick_comes_back_when_the_map_is_mounted_again(live: Open) -> None:
    site = live().plan.sites["id"].iloc[1]
    shown = live(Shown(site=site, serial=9))
    shown.frame.locator(".leaflet-popup .rn-facts").wait_for()
    assert shown.frame.evaluate(f"{PLAN}.picks.site") == site
    assert shown.page.evaluate("heard") == []


def test_reach_of_the_picked_site_is_drawn(live: Open) -> None:
    shown = live()
    site = shown.plan.sites.iloc[0]
    road = shapely.MultiLineString(
        [[(site.geometry.x, site.geometry.y), (site.geometry.x + 0.004, site.geometry.y)]]
    )
    canvas = f"{MAP}.getPane('recyclenet-roads').querySelector('canvas')"
    drawn = (
        f"() => {canvas}.getContext('2d').getImageData(0, 0, {canvas}.width, {canvas}.height)"
        ".data.some((value) => value > 0)"
    )
    shown.frame.locator(".rn-site").first.click(force=True)
    shown.heard(1)
    # The reach of a site that is no longer the picked one is not shown as this one's.
    shown.show(Shown(site=shown.plan.sites["id"].iloc[1], reach=road))
    shown.frame.wait_for_timeout(80)
    assert not shown.frame.evaluate(drawn)
    shown.show(Shown(site=site["id"], reach=road))
    shown.frame.wait_for_function(drawn)
    shown.frame.locator(".leaflet-popup-close-button").last.click()
    shown.frame.wait_for_function(f"!({drawn})()")


def test_candidates_are_a_layer_and_can_be_forced_or_closed(live: Open) -> None:
    shown = live()
    site, lon, lat = unopened(shown.plan)
    shown.frame.evaluate(f"{MAP}.setView([{lat}, {lon}], 17, {{animate: false}}); 0")
    shown.page.mouse.click(*shown.place(lon, lat))
    assert shown.heard(1)[0]["do"] == "township"  # nothing of the layer is there to be hit
    shown.button("Show candidate sites").click()
    assert shown.frame.get_by_label("Candidate sites", exact=True).is_checked()
    shown.page.mouse.click(*shown.place(lon, lat))
    assert shown.heard(2)[1] == {"do": "site", "id": site}
    facts = shown.frame.locator(".leaflet-popup .rn-facts").last
    assert "candidate" in facts.inner_text()
    facts.get_by_role("button", name="Force open").click()
    assert shown.heard(3)[2] == {"do": "force", "id": site}
    shown.show(Shown(edits=NO_EDITS.with_forced(site), can_undo=True))
    assert "forced open" in facts.inner_text()
    facts.get_by_role("button", name="Leave to the planner").click()
    facts.get_by_role("button", name="Close", exact=True).click()
    assert shown.heard(5)[3:] == [{"do": "free", "id": site}, {"do": "close", "id": site}]
    shown.show(Shown(edits=NO_EDITS.with_closed(site)))
    assert shown.frame.locator(".rn-mark .rn-symbol-closed").count() == 1
    assert facts.get_by_role("button").all_inner_texts() == ["Leave to the planner", "Force open"]


def test_points_are_added_by_click_and_by_key(live: Open) -> None:
    shown = live()
    shown.button("Add a candidate site").click()
    assert shown.button("Add a candidate site").get_attribute("aria-pressed") == "true"
    assert shown.frame.evaluate(f"Boolean({PLAN}.layers.candidates._map)")
    shown.page.mouse.click(640, 8)  # outside every township: said, not sent
    assert "inside the region" in shown.frame.locator(".rn-hint-line").inner_text()
    shown.frame.get_by_label("Name (optional)").fill(HOSTILE)
    lon, lat = shown.degrees(500, 400)
    shown.page.mouse.click(500, 400)
    told = shown.heard(1)[0]
    assert (told["do"], told["existing"], told["name"]) == ("add", False, HOSTILE)
    assert abs(told["lon"] - lon) < 2e-6 and abs(told["lat"] - lat) < 2e-6
    assert shown.frame.locator(".rn-ghost").count() == 1
    # The tool stays, for the next point; the name does not.
    assert shown.frame.get_by_label("Name (optional)").input_value() == ""
    edits = NO_EDITS.with_added(told["lon"], told["lat"], name=HOSTILE)
    shown.show(Shown(edits=edits, can_undo=True))
    assert shown.frame.locator(".rn-ghost").count() == 0
    shown.page.keyboard.press("Escape")
    assert not shown.frame.evaluate(f"Boolean({PLAN}.layers.candidates._map)")

    existing = shown.button("Add an existing point")
    existing.focus()
    shown.page.keyboard.press("Enter")
    shown.page.keyboard.press("Space")
    told = shown.heard(2)[1]
    middle = shown.frame.evaluate(f"[{MAP}.getCenter().lng, {MAP}.getCenter().lat]")
    assert told["existing"] is True and told["name"] == ""
    assert abs(told["lon"] - middle[0]) < 2e-6 and abs(told["lat"] - middle[1]) < 2e-6
    shown.page.keyboard.press("Escape")
    assert existing.get_attribute("aria-pressed") == "false"

    mark = shown.frame.locator(".rn-mark").first
    mark.focus()
    shown.page.keyboard.press("Enter")
    facts = shown.frame.locator(".leaflet-popup .rn-facts").last
    assert facts.locator(".rn-title").inner_text() == HOSTILE
    facts.get_by_role("button", name="Delete").click()
    assert shown.heard(4)[2:] == [{"do": "site", "id": "own-1"}, {"do": "remove", "id": "own-1"}]
    shown.show(Shown())
    assert shown.frame.locator(".rn-mark").count() == 0
    assert shown.heard(5)[4] == {"do": "site", "id": ""}


CORNERS = ((480.0, 300.0), (600.0, 310.0), (560.0, 420.0))


def near(told: Any, due: list[tuple[float, float]]) -> bool:
    return len(told) == len(due) and all(
        abs(a - c) < 2e-6 and abs(b - d) < 2e-6 for (a, b), (c, d) in zip(told, due, strict=True)
    )


@pytest.mark.parametrize("end", ["double", "enter", "button", "first"])
def test_an_area_is_drawn(live: Open, end: str) -> None:
    shown = live()
    due = [shown.degrees(*corner) for corner in CORNERS]
    shown.button("Draw a no-go area").click()
    done = shown.frame.locator(".rn-hint-line").get_by_role("button", name="Done")
    assert done.is_disabled()
    shown.page.mouse.click(*CORNERS[0])
    shown.page.mouse.click(*CORNERS[1])
    shown.page.mouse.move(CORNERS[2][0], CORNERS[2][1] - 20)
    assert shown.frame.locator("path[stroke-dasharray]").count() >= 1  # the rubber band
    if end == "double":
        shown.page.mouse.dblclick(*CORNERS[2])
    else:
        shown.page.mouse.click(*CORNERS[2])
    if end == "enter":
        shown.page.keyboard.press("Enter")
    elif end == "button":
        done.click()
    elif end == "first":
        shown.page.mouse.click(*CORNERS[0])
    told = shown.heard(1)[0]
    assert told["do"] == "no-go" and near(told["ring"], due)
    assert shown.frame.locator(".rn-hint-line").is_hidden()

    shown.show(Shown(edits=NO_EDITS.with_no_go(told["ring"], name=HOSTILE), can_undo=True))
    area = shown.frame.get_by_role("button", name=HOSTILE)
    area.focus()
    shown.page.keyboard.press("Enter")
    facts = shown.frame.locator(".leaflet-popup .rn-facts").last
    # Another area stands first now: the popup may not take that one back.
    twice = NO_EDITS.with_no_go(due[::-1]).with_no_go(told["ring"], name=HOSTILE)
    shown.show(Shown(edits=twice, can_undo=True))
    facts.wait_for(state="detached")
    shown.show(Shown(edits=NO_EDITS.with_no_go(told["ring"], name=HOSTILE), can_undo=True))
    area.focus()
    shown.page.keyboard.press("Enter")
    assert facts.locator(".rn-title").inner_text() == HOSTILE
    facts.get_by_role("button", name="Take back").click()
    assert shown.heard(2)[1] == {"do": "go", "row": 0}


def test_escape_takes_back_what_was_not_finished(live: Open) -> None:
    shown = live()
    shown.button("Draw a no-go area").click()
    for corner in CORNERS:
        shown.page.mouse.click(*corner)
    shown.page.keyboard.press("Control+z")
    assert shown.frame.evaluate(f"{PLAN}.tools.corners.length") == 2
    shown.page.keyboard.press("Enter")  # too few corners
    shown.page.keyboard.press("Escape")
    assert shown.frame.evaluate(f"[{PLAN}.tools.corners.length, {PLAN}.tools.tool]") == [0, "no-go"]
    shown.page.keyboard.press("Escape")
    assert shown.frame.evaluate(f"{PLAN}.tools.tool") == ""
    assert shown.frame.locator("path[stroke-dasharray]").count() == 0
    assert shown.page.evaluate("heard") == []


def test_undo_and_redo_answer_as_told(live: Open) -> None:
    shown = live(Shown(can_undo=True))
    undo, redo = shown.button("Undo (Ctrl+Z)"), shown.button("Redo (Ctrl+Y)")
    assert undo.is_enabled() and redo.is_disabled()
    undo.click()
    shown.show(Shown(can_redo=True))
    assert undo.is_disabled() and redo.is_enabled()
    shown.frame.locator("#map_recyclenet").focus()
    shown.page.keyboard.press("Control+z")  # nothing to undo: nothing is told
    shown.page.keyboard.press("Control+y")
    assert shown.heard(2) == [{"do": "undo"}, {"do": "redo"}]


def test_a_tap_and_a_button_draw_an_area(live: Open, sitting: Sitting) -> None:
    sitting.page.set_viewport_size({"width": 390, "height": 700})
    shown = live()
    shown.button("Draw a no-go area").click()
    for x, y in ((120, 300), (220, 310), (180, 420)):
        shown.frame.evaluate(
            """([x, y]) => {
                const target = document.elementFromPoint(x, y);
                const told = {bubbles: true, clientX: x, clientY: y, pointerType: "touch"};
                ["pointerdown", "pointerup", "click"].forEach((type) =>
                    target.dispatchEvent(new PointerEvent(type, told)));
            }""",
            [x, y],
        )
    shown.frame.locator(".rn-hint-line").get_by_role("button", name="Done").click()
    assert len(shown.heard(1)[0]["ring"]) == 3
    outside = shown.frame.evaluate(
        """() => ['.rn-tools', '.rn-notices', '.rn-legend'].filter((name) => {
            const box = document.querySelector(name).getBoundingClientRect();
            return box.left < 0 || box.right > innerWidth || box.bottom > innerHeight;
        })"""
    )
    assert outside == []


def test_townships_are_coloured_by_coverage(live: Open) -> None:
    shown = live()
    canvas = f"{MAP}.getPane('recyclenet-shade').querySelector('canvas')"
    seen = (
        f"() => Array.from({canvas}.getContext('2d').getImageData(0, 0, {canvas}.width,"
        f" {canvas}.height).data).some((value) => value > 0)"
    )
    assert not shown.frame.evaluate(seen)
    legend = shown.frame.locator(".rn-legend")
    assert legend.get_by_text("falls short").is_visible()
    legend.get_by_label("people covered").check()
    shown.frame.wait_for_function(seen)
    assert legend.get_by_text("85–95 %").is_visible()
    assert legend.get_by_text("falls short").is_hidden()


def test_legend_has_the_roles_that_occur(live: Open) -> None:
    shown = live()
    legend = shown.frame.locator(".rn-legend")
    said = {"existing": "existing", "new": "new"}
    for role, name in {**said, "hosted": "hosted by", "mobile": "mobile"}.items():
        there = (shown.plan.sites["role"] == role).any()
        assert legend.get_by_text(re.compile(f"^{name}")).first.is_visible() == there
    assert legend.get_by_text("No-go area").is_hidden()


def test_an_unedited_map_and_a_page_of_its_own_tell_nothing(
    live: Open, sitting: Sitting, tmp_path: Path
) -> None:
    shown = live(editing=False)
    shown.frame.locator(".rn-site").first.click(force=True)
    facts = shown.frame.locator(".leaflet-popup .rn-facts").last
    assert facts.get_by_role("button").count() == 0
    assert shown.frame.locator(".rn-tools").count() == 0
    write_map(shown.plan, tmp_path / "component" / "frame" / "map.html", "en")
    shown.page.reload()
    shown.page.frame_locator("iframe").locator(".rn-site").first.click(force=True)
    shown.page.wait_for_timeout(250)
    assert shown.page.evaluate("heard") == []
    assert sitting.outside == []
