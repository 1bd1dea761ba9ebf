from __future__ import annotations

import base64
import re
from dataclasses import replace
from itertools import pairwise
from typing import Any, cast

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geo.bundle import Bundle
from planner.edited import edited
from planner.edits import NO_EDITS
from planner.errors import PlanError
from planner.maps.layers import PlanLayer, ShownLayer
from planner.maps.online import OFFLINE, Online, providers
from planner.maps.page import empty_group, map_html, plan_group
from planner.maps.scene import scene
from planner.maps.shown import NOTHING, Shown, shown_state
from planner.plan import Plan
from tests.planner.maps.test_page import ASSETS, needs_vendor, read, unpack

KEY = "0123456789abcdef0123456789abcdef"
HOSTILE = "</script><img src=x onerror=alert(1)> {{ 7 * 7 }} ${x} `"


def places(body: bytes, told: dict[str, Any]) -> list[np.ndarray]:
    """Lines of a packed reach in degrees, by the spherical formulas of Web Mercator."""
    lengths, at = read(body, told["parts"])
    flat, at = read(body, 2 * sum(lengths), at)
    assert at == len(body)
    steps = np.cumsum(np.array(flat).reshape(-1, 2), axis=0) + told["origin"]
    lon = steps[:, 0] / 2**25 * 360 - 180
    lat = np.degrees(np.arctan(np.sinh(np.pi * (1 - 2 * steps[:, 1] / 2**25))))
    ends = np.cumsum(lengths)[:-1]
    return list(np.split(np.column_stack([lon, lat]), ends))


lon = st.floats(117.0, 117.4)
lat = st.floats(29.1, 29.5)
line = st.lists(st.tuples(lon, lat), min_size=2, max_size=6, unique=True)


@given(st.lists(line, min_size=1, max_size=4))
def test_reach_comes_back_within_a_step(lines: list[list[tuple[float, float]]]) -> None:
    header, body = unpack(shown_state(Shown(site="x", reach=shapely.MultiLineString(lines))))
    assert header["reach"]["area"] is False
    back = places(body, header["reach"])
    assert len(back) == len(lines)
    for told, line in zip(back, lines, strict=True):
        # A step is 360 / 2**25 degrees of longitude; half of it is the rounding.
        if len(told) == len(line):
            assert np.abs(told - np.array(line)).max() < 360 / 2**25
        assert np.abs(told[[0, -1]] - np.array(line)[[0, -1]]).max() < 360 / 2**25


def test_reach_of_straight_lines_is_an_area() -> None:
    circle = shapely.Point(117.2, 29.3).buffer(0.01)
    header, body = unpack(shown_state(Shown(site="x", reach=circle)))
    assert header["reach"]["area"] is True
    drawn = shapely.Polygon(places(body, header["reach"])[0])
    assert shapely.hausdorff_distance(drawn, circle) < 360 / 2**25


@pytest.mark.parametrize("reach", [None, shapely.MultiLineString([]), shapely.Polygon()])
def test_no_reach(reach: Any) -> None:
    header, body = unpack(shown_state(Shown(reach=reach)))
    assert body == b"" and (header["reach"] is None) == (reach is None)


def test_edits_are_packed_as_they_are() -> None:
    edits = (
        NO_EDITS.with_added(117.2, 29.3, name=HOSTILE, existing=True)
        .with_closed("n2")
        .with_closed("n1")
        .with_forced("w3")
        .with_no_go([(117.1, 29.2), (117.2, 29.2), (117.2, 29.3)], name=HOSTILE)
    )
    shown = Shown(edits=edits, site="n9", township="t1", can_redo=True, serial=7)
    header, _ = unpack(shown_state(shown))
    record = edits.record()
    assert header["added"] == record["added"]
    assert [header["closed"], header["forced"]] == [["n1", "n2"], ["w3"]]
    assert header["no_go"] == record["no_go"]
    assert (header["site"], header["township"], header["serial"]) == ("n9", "t1", 7)
    assert (header["undo"], header["redo"]) == (False, True)
    assert shown_state(shown) == shown_state(shown)


def test_a_pick_leaves_the_plan_as_it_was(town_plan: Plan) -> None:
    before = plan_group(town_plan, "zh", shown=NOTHING)
    after = plan_group(town_plan, "zh", shown=Shown(site=town_plan.sites["id"].iloc[0]))
    packed = [
        {type(one): cast(Any, one).packed for one in group._children.values()}
        for group in (before, after)
    ]
    assert packed[0][PlanLayer] == packed[1][PlanLayer]
    assert packed[0][ShownLayer] != packed[1][ShownLayer]
    alone = {type(one): cast(Any, one).packed for one in empty_group()._children.values()}
    assert alone[PlanLayer] == ""


def test_providers_are_those_allowed() -> None:
    assert providers(OFFLINE, "zh", in_china=True) == []
    every = Online(osm=True, amap=True, tianditu_key=KEY)
    assert [one["id"] for one in providers(every, "zh", in_china=True)] == [
        "osm",
        "tianditu",
        "amap",
    ]
    # Amap has no streets abroad, and its displacement is China's.
    assert [one["id"] for one in providers(every, "en", in_china=False)] == ["osm", "tianditu"]
    shifted = {one["id"]: one["gcj02"] for one in providers(every, "en", in_china=True)}
    assert shifted == {"osm": False, "tianditu": False, "amap": True}
    for one in providers(every, "en", in_china=True):
        assert all(tile.startswith("https://") for tile in one["tiles"])


def test_a_key_is_not_told_on() -> None:
    assert KEY not in repr(Online(tianditu_key=KEY))
    for wrong in ("'; alert(1)", "short", KEY * 3, "密钥密钥密钥密钥"):
        with pytest.raises(PlanError) as told:
            Online(tianditu_key=wrong)
        assert wrong not in str(told.value) and wrong not in told.value.zh


@needs_vendor
def test_an_exported_page_neither_edits_nor_tells_nor_goes_online(town_plan: Plan) -> None:
    html = map_html(town_plan)
    config = html.split("RecycleNet.mount")[-1]
    assert '"editing": false' in config and '"listening": false' in config
    assert '"online": []' in config and "tk=" not in html


def test_points_added_by_hand_are_no_part_of_the_scene(town: Bundle) -> None:
    with_point = edited(town, NO_EDITS.with_added(117.2, 29.3))
    assert len(with_point.candidates.frame) == len(town.candidates.frame) + 1
    # The file of a region is named by its data: an edit must not change what it holds.
    assert scene(with_point) == scene(town)


@needs_vendor
def test_an_exported_page_shows_the_edits(town_plan: Plan) -> None:
    edits = NO_EDITS.with_added(117.2, 29.3, name=HOSTILE)
    html = map_html(replace(town_plan, scenario=replace(town_plan.scenario, edits=edits)))
    packed = re.findall(r'RecycleNet.showBeside\(\w+, "([A-Za-z0-9+/=]+)"\)', html)
    header, _ = unpack(base64.b64decode(packed[0]))
    assert len(packed) == 1 and header["added"] == edits.record()["added"]
    assert HOSTILE not in html


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_shares_are_told_apart_by_lightness_alone(theme: str) -> None:
    script = (ASSETS / "townships.js").read_text("utf-8")
    told = re.search(rf'{theme}: \[((?:"#[0-9a-f]{{6}}",? ?)+)\]', script)
    assert told is not None
    colours = re.findall(r"#([0-9a-f]{6})", told[1])
    light = [relative_luminance(colour) for colour in colours]
    steps = [(b + 0.05) / (a + 0.05) for a, b in pairwise(light)]
    assert len(colours) == 5
    assert all(step < 0.85 for step in steps) or all(step > 1 / 0.85 for step in steps)


def relative_luminance(colour: str) -> float:
    """WCAG 2.1, "relative luminance"."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return sum(w * c for w, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))
