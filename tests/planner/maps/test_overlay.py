from __future__ import annotations

import json
import re
import zlib
from base64 import b64decode
from typing import Any

import pytest
import shapely

from planner.maps import assets as map_assets
from planner.maps.overlay import Kind, Line, Mark, Overlay, overlay_group, overlay_html, places_of
from planner.plan import Plan
from planner.policy.tiers.map import tiers_overlay
from planner.policy.tiers.spec import TiersSpec
from planner.policy.tiers.tiers import make_tiers

HOSTILE = '</script><img src=x onerror=alert(1)>{{7*7}}"'
OVERLAY = Overlay(
    title=HOSTILE,
    kinds=(
        Kind(label=HOSTILE, colour="#112233", shape="diamond"),
        Kind(label="b", colour="#445566", shape="line"),
    ),
    marks=(Mark(kind=0, lon=117.0, lat=29.0, size_px=12, says=(HOSTILE, "b")),),
    lines=(Line(kind=1, places=((117.0, 29.0), (117.1, 29.1)), width_px=2.0, says=("c",)),),
)
built = pytest.mark.skipif(
    not (map_assets.VENDOR / "leaflet" / "leaflet.js").is_file(),
    reason="static/vendor is missing: make setup brings it",
)


def header(packed: str) -> Any:
    raw = zlib.decompress(b64decode(packed))
    return json.loads(raw[4 : 4 + int.from_bytes(raw[:4], "little")])


def test_names_travel_as_letters_and_digits() -> None:
    layer = next(iter(overlay_group(OVERLAY)._children.values()))
    assert re.fullmatch(r"[A-Za-z0-9+/=]+", layer.packed)  # type: ignore[attr-defined]
    told = header(layer.packed)  # type: ignore[attr-defined]
    assert told["title"] == told["kinds"][0]["label"] == told["marks"][0]["says"][0] == HOSTILE
    assert told["lines"][0]["places"] == [[117.0, 29.0], [117.1, 29.1]]


@built
def test_a_page_has_everything_inside_and_no_name_as_markup(town_plan: Plan) -> None:
    page = overlay_html(town_plan.bundle, OVERLAY, "en")
    assert "onerror=alert(1)>" not in page.replace("&gt;", "")
    assert "<script src=" not in page and "<link " not in page
    assert page == overlay_html(town_plan.bundle, OVERLAY, "en")


def test_corners_are_rounded_to_centimetres() -> None:
    line = shapely.LineString([(117.123456789, 29.1), (117.2, 29.2)])
    assert places_of(line) == ((117.1234568, 29.1), (117.2, 29.2))


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_flows_are_the_files_flows(town_plan: Plan, lang: Any) -> None:
    result = make_tiers(town_plan, TiersSpec(direct=True))
    told = tiers_overlay(town_plan, result, lang)
    links = result.record["links"]
    assert len(told.lines) == len(links)
    widest = max(told.lines, key=lambda line: line.width_px)
    assert f"{max(row['tonnes_year'] for row in links):,.1f}" in widest.says[1]
    kinds = [told.kinds[mark.kind].shape for mark in told.marks]
    tiers = [row["tier"] for row in result.record["sites"]]
    assert kinds.count("diamond") == tiers.count("centre")
    assert kinds.count("square") == tiers.count("station")
    assert kinds.count("circle") == len(town_plan.sites)
    ends = {place for line in told.lines for place in line.places}
    stands = {(round(mark.lon, 5), round(mark.lat, 5)) for mark in told.marks}
    assert all((round(x, 5), round(y, 5)) in stands for x, y in ends)
