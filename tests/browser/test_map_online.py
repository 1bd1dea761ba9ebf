"""Base maps from the internet: asked for only when chosen, in their place, missed quietly."""

from __future__ import annotations

import base64
import math
import re
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from geo.datum import gcj02_to_wgs84, wgs84_to_gcj02
from planner.maps.online import Online
from tests.browser.live_map import MAP, Live, Open

if TYPE_CHECKING:
    from tests.browser.conftest import Sitting

pytestmark = pytest.mark.browser
KEY = "0123456789abcdef0123456789abcdef"
EVERY = Online(osm=True, amap=True, tianditu_key=KEY)
DOT = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


def choose(shown: Live, name: str) -> None:
    shown.frame.locator(".rn-legend").get_by_label(name, exact=True).check()


def credit(shown: Live) -> str:
    return shown.frame.locator(".leaflet-control-attribution").inner_text()


def test_formula_is_that_of_the_data(live: Open) -> None:
    random = np.random.default_rng(1)
    lon, lat = random.uniform(75, 134, 200), random.uniform(18, 53, 200)
    told = live().frame.evaluate(
        "(places) => places.map(([lng, lat]) => {"
        " const at = RecycleNet.toGcj02({lng, lat}); return [at.lng, at.lat]; })",
        np.column_stack([lon, lat]).tolist(),
    )
    assert np.abs(np.array(told) - np.column_stack(wgs84_to_gcj02(lon, lat))).max() < 1e-10


def test_nothing_is_asked_for_unless_chosen(live: Open, sitting: Sitting) -> None:
    shown = live(online=EVERY)
    legend = shown.frame.locator(".rn-legend")
    assert legend.get_by_label("offline", exact=True).is_checked()
    shown.frame.evaluate(f"{MAP}.setZoom(14, {{animate: false}}); 0")
    shown.frame.wait_for_timeout(200)
    assert sitting.outside == []
    assert "Amap" not in credit(shown)


def test_none_is_offered_unless_allowed(live: Open) -> None:
    assert live().frame.locator(".rn-legend input[name='rn-base']").count() == 0


@pytest.mark.parametrize(
    ("name", "host", "credited"),
    [
        ("OpenStreetMap", "https://tile.openstreetmap.org/", "© OpenStreetMap contributors"),
        ("Tianditu", "https://t[0-7].tianditu.gov.cn/", "© Tianditu"),
        ("Amap", "https://webrd0[1-4].is.autonavi.com/", "© Amap"),
    ],
)
def test_what_fails_leaves_the_offline_map(
    live: Open, sitting: Sitting, name: str, host: str, credited: str
) -> None:
    shown = live(online=EVERY)
    before = credit(shown)
    notice = shown.frame.locator(".rn-notices").get_by_text("online base map is not available")
    assert notice.count() == 0
    choose(shown, name)
    notice.wait_for()
    assert sitting.outside and all(re.match(host, url) for url in sitting.outside)
    assert credited in credit(shown) and "internal working draft" in credit(shown)
    canvas = f"{MAP}.getPane('recyclenet-basemap').querySelector('canvas')"
    assert shown.frame.evaluate(f"{canvas}.width") > 0
    asked = len(sitting.outside)
    choose(shown, "offline")
    assert notice.count() == 0 and credit(shown) == before
    shown.frame.evaluate(f"{MAP}.setZoom(14, {{animate: false}}); 0")
    shown.frame.wait_for_timeout(200)
    assert len(sitting.outside) == asked


def corner(x: int, y: int, z: int) -> tuple[float, float]:
    """North-western corner of a tile, in degrees of the tile's own datum."""
    lon = x / 2**z * 360 - 180
    return lon, math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * y / 2**z))))


def off_by(shown: Live, told: list[Any], gcj02: bool) -> float:
    """Greatest distance in pixels between where pictures are and where they belong."""
    worst = 0.0
    for src, left, top in told:
        z, x, y = (int(part) for part in shape_of(src))
        lon, lat = corner(x, y, z)
        if gcj02:
            lon, lat = (float(value) for value in gcj02_to_wgs84(lon, lat))
        due = shown.place(lon, lat)
        worst = max(worst, math.hypot(left - due[0], top - due[1]))
    return worst


def shape_of(src: str) -> tuple[str, str, str]:
    osm = re.search(r"/(\d+)/(\d+)/(\d+)\.png", src)
    if osm:
        return osm[1], osm[2], osm[3]
    told = dict(re.findall(r"[?&]([xyz])=(\d+)", src))
    return told["z"], told["x"], told["y"]


@pytest.mark.parametrize(("name", "gcj02"), [("OpenStreetMap", False), ("Amap", True)])
def test_pictures_lie_where_they_belong(live: Open, name: str, gcj02: bool) -> None:
    shown = live(online=EVERY)
    shown.page.route(
        re.compile(r"https://(tile|webrd)"),
        lambda route: route.fulfill(body=DOT, content_type="image/png"),
    )
    choose(shown, name)
    tiles = (
        "() => Array.from(document.querySelectorAll('.leaflet-recyclenet-online-pane img'))"
        ".filter((img) => img.complete).map((img) => {"
        " const box = img.getBoundingClientRect(); return [img.src, box.left, box.top]; })"
        ".filter(([, left, top]) => left > -256 && left < 1280 && top > -256 && top < 720)"
    )
    for move in (
        f"{MAP}.setZoom(15, {{animate: false}}); 0",
        # Far away without a new zoom: the displacement is another one there.
        f"{MAP}.panTo([30.9, 103.9], {{animate: false}}); 0",
        f"{MAP}.setView([29.3, 117.2], 16, {{animate: false}}); 0",
        f"{MAP}.panBy([4000, 2500], {{animate: false}}); 0",
        f"{MAP}.setZoom(12.5, {{animate: false}}); 0",
    ):
        shown.frame.evaluate(move)
        # Pictures of a view come when they come; those that are there lie right from the first.
        shown.frame.wait_for_function(f"({tiles})().length > 4")
        told = shown.frame.evaluate(tiles)
        # The displacement of the middle holds for the view: it changes by up to 3 m a kilometre.
        assert off_by(shown, told, gcj02) < (3.5 if gcj02 else 1.0), move
    if gcj02:
        assert off_by(shown, told, False) > 20
