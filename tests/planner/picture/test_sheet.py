from __future__ import annotations

import dataclasses
import io
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import numpy as np
import pytest
from matplotlib import font_manager
from PIL import Image

from geo.bundle import Bundle
from planner.edits import Edits, NoGo
from planner.errors import MissingToolError
from planner.picture.by_hand import NO_GO, keys_by_hand
from planner.picture.fonts import CHINESE_FAMILIES, chinese_family, has_chinese
from planner.picture.frame import SHUT, Key, Page, Type, ems, wrapped
from planner.picture.sheet import (
    BAND_COLOURS,
    ROLE_LOOKS,
    SIZE_IN,
    band_of,
    map_png,
    map_under,
)
from planner.plan import Plan, make_plan
from planner.scenario import Scenario
from tests.tools import NEEDS_TYPE

pytestmark = NEEDS_TYPE

WIDTH = 1200


def pixels(png: bytes) -> np.ndarray:
    with Image.open(io.BytesIO(png)) as picture:
        assert picture.format == "PNG"
        return np.asarray(picture.convert("RGB")).astype(int)


def count(picture: np.ndarray, colour: str, *, within: int = 12) -> int:
    wanted = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)])
    return int((np.abs(picture - wanted).max(axis=2) <= within).sum())


@pytest.fixture(scope="module")
def sheet(town_plan: Plan) -> bytes:
    return map_png(town_plan, "zh", width_px=WIDTH)


def test_an_a4_sheet_with_what_the_plan_has(sheet: bytes, town_plan: Plan) -> None:
    picture = pixels(sheet)
    high, wide, _ = picture.shape
    assert wide == WIDTH and abs(wide / high - 297 / 210) < 0.005
    roles = {"existing" if one else "new" for one in town_plan.sites["existing"]}
    for role, (_, colour) in ROLE_LOOKS.items():
        # Purple and brown stand nowhere else on the sheet, nor in its legend.
        assert (count(picture, colour, within=3) > 20) == (role in roles) or role == "existing"
    # Edges of the sheet are white paper: nothing runs off it.
    rim = np.concatenate([picture[:6].reshape(-1, 3), picture[-6:].reshape(-1, 3)])
    assert (rim == 255).all()
    assert (picture[:, -6:] == 255).all() and (picture[:, :6] == 255).all()


def test_the_same_plan_is_the_same_picture_in_any_thread(sheet: bytes, town_plan: Plan) -> None:
    with ThreadPoolExecutor(3) as pool:
        again = list(pool.map(lambda _: map_png(town_plan, "zh", width_px=WIDTH), range(3)))
    assert set(again) == {sheet}


def test_what_is_not_served_is_orange_and_what_falls_short_is_marked(town: Bundle) -> None:
    poor = make_plan(town, Scenario(radius_m=250.0, urban_target=None, min_per_township=7))
    assert not all(row["pass"] for row in poor.record["townships"])
    good = make_plan(town, Scenario(radius_m=2000.0, urban_target=None))
    assert (poor.site_of < 0).any() and not (good.site_of < 0).any()
    worse, better = (pixels(map_png(one, "en", width_px=WIDTH)) for one in (poor, good))
    orange, magenta = BAND_COLOURS[3], "#a3195b"
    assert count(worse, orange, within=40) > 500 > count(better, orange, within=20)
    assert count(worse, magenta, within=30) > 500 > count(better, magenta, within=10)


def test_what_was_changed_by_hand_is_drawn_and_told(town: Bundle, town_plan: Plan) -> None:
    frame = town.candidates.frame
    shut = frame["id"][~frame["existing"].to_numpy(bool)].tolist()[:3]
    west, south, east, north = town.region.townships.to_crs(4326).total_bounds
    middle = (west + east) / 2
    ring = ((west, south), (middle, south), (middle, north), (west, north))
    drawn = {
        "closed": Edits(closed=tuple(shut)),
        "area": Edits(no_go=(NoGo(ring=ring), NoGo(ring=ring))),
        "unknown": Edits(closed=("nowhere",)),
    }
    plain = pixels(map_png(town_plan, "zh", width_px=WIDTH))
    grey, brown = SHUT, NO_GO
    for name, edits in drawn.items():
        scenario = Scenario(radius_m=600.0, urban_target=None, edits=edits)
        plan = make_plan(town, scenario, effort="quick")
        picture = pixels(map_png(plan, "zh", width_px=WIDTH))
        # Signs on the map and one in the legend; hatching over half of the region.
        more = count(picture, grey, within=3) - count(plain, grey, within=3)
        assert (more > 40) == (name == "closed"), (name, more)
        more = count(picture, brown, within=40) - count(plain, brown, within=40)
        assert (more > 1000) == (name == "area"), (name, more)
        told = [key.text for key in keys_by_hand(plan, "zh")]
        assert told == {
            "closed": ["手工修改", "已关闭的点（3 个）"],
            "area": ["手工修改", "禁建区（2 块）"],
            "unknown": [],
        }.get(name)


def test_a_long_legend_stays_on_the_sheet(town_plan: Plan) -> None:
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    canvas = Figure(figsize=SIZE_IN)
    FigureCanvasAgg(canvas)
    page = Page(canvas, Type(chinese=True))
    keys = [Key(text=f"第 {n} 行", shape="area", colour="#ffffff") for n in range(60)]
    assert page.legend(keys, 9.0, 5.0, 2.3, 0.3) == pytest.approx(0.3)
    assert page.legend(keys[:5], 9.0, 5.0, 2.3, 0.3) == pytest.approx(5.0 - 5 * 0.18)


def test_a_name_in_chinese_is_written_on_an_english_sheet(
    town: Bundle, recwarn: pytest.WarningsRecorder
) -> None:
    names = [f"T{n}" for n in range(len(town.region.townships))]
    townships = town.region.townships.assign(name=names)
    region = dataclasses.replace(town.region, name="Town", townships=townships)
    plan = make_plan(
        dataclasses.replace(town, region=region), Scenario(radius_m=600.0, name="修改后")
    )
    map_png(plan, "en", width_px=500)
    assert not [one for one in recwarn if "missing from font" in str(one.message)]


def test_bands_are_thirds_of_the_limit(town_plan: Plan) -> None:
    bands = band_of(town_plan)
    limit = town_plan.scenario.limit
    for band, site, far in zip(bands, town_plan.site_of, town_plan.impedance, strict=True):
        if site < 0:
            assert band == 3
        else:
            assert limit * band / 3 <= far + 1e-9
            assert far < limit * (band + 1) / 3 or (band == 2 and far <= limit)


def test_hostile_names_are_text(town: Bundle) -> None:
    odd = make_plan(town, Scenario(radius_m=600.0, name=r"$\frac{x$ <b>&amp; \u0000"))
    first = map_png(odd, "zh", review_number="$$ 赣S(2026)001号", width_px=600)
    assert first != map_png(odd, "zh", review_number="", width_px=600)
    assert first != map_png(odd, "zh", review_number="$$ 赣S(2026)001号", title="$_$", width_px=600)


def test_no_chinese_typeface_is_said(town_plan: Plan, monkeypatch: pytest.MonkeyPatch) -> None:
    assert chinese_family() in CHINESE_FAMILIES
    bare = SimpleNamespace(ttflist=[SimpleNamespace(name="DejaVu Sans")])
    monkeypatch.setattr(font_manager, "fontManager", bare)
    with pytest.raises(MissingToolError, match="fonts-noto-cjk") as caught:
        map_png(town_plan, "zh")
    assert has_chinese(caught.value.zh) and "fonts-noto-cjk" in caught.value.zh


@pytest.mark.parametrize("width", [399, 6001])
def test_width_is_bounded(town_plan: Plan, width: int) -> None:
    with pytest.raises(ValueError, match="width_px"):
        map_png(town_plan, "zh", width_px=width)


def test_lines_break_between_words_and_chinese_letters() -> None:
    text = "人口分布为估计值，Where people live is an estimate；" + "W" * 60
    lines = wrapped(text, 12)
    assert all(ems(line) <= 13 for line in lines)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert not any(line[0] in "，；" for line in lines)
    assert wrapped("Where people live", 6.2) == ["Where", "people live"]
    assert wrapped("", 5) == [""]


def test_a_base_map_drawn_before_makes_the_same_picture(town_plan: Plan) -> None:
    under = map_under(town_plan.bundle, width_px=WIDTH)
    again = map_png(town_plan, "zh", width_px=WIDTH, under=under)
    whole = map_png(town_plan, "zh", width_px=WIDTH)
    assert (pixels(again) == pixels(whole)).all()
    # What is under is all there is of the base: without it the picture is another.
    empty = dataclasses.replace(under, pixels=np.full_like(under.pixels, 255))
    assert (pixels(map_png(town_plan, "zh", width_px=WIDTH, under=empty)) != pixels(whole)).any()
