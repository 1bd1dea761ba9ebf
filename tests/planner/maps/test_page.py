from __future__ import annotations

import base64
import json
import re
import zlib
from dataclasses import replace
from pathlib import Path
from typing import Any

import folium
import folium.plugins
import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from pyproj import CRS, Transformer
from shapely.geometry import box

from geo.bundle import Bundle, Source
from geo.source import OWN_LICENCE
from planner.errors import OutputError
from planner.headline import headline, percent, reason_in
from planner.maps import assets as map_assets
from planner.maps.codec import ZOOM, pack, parts_of, steps, varints
from planner.maps.page import credit_lines, map_html, plan_group, region_map, write_map
from planner.maps.scene import cell_order, scene
from planner.maps.state import notices, plan_state
from planner.maps.words import MAP_WORDS, kind_name
from planner.plan import Plan
from planner.roles import ROLES

ASSETS = Path(map_assets.__file__).parents[1] / "assets"
STEP_M = 40_075_016.68 / 2**ZOOM
needs_vendor = pytest.mark.skipif(
    not (map_assets.VENDOR / "leaflet" / "leaflet.js").is_file(),
    reason="static/vendor is missing: make setup brings it",
)


def read(body: bytes, count: int, at: int = 0) -> tuple[list[int], int]:
    """Decode varints the slow, obvious way."""
    out = []
    for _ in range(count):
        value = shift = 0
        while True:
            byte = body[at]
            at += 1
            value |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                break
        out.append(-(value + 1) // 2 if value & 1 else value // 2)
    return out, at


def unpack(packed: bytes) -> tuple[dict[str, Any], bytes]:
    raw = zlib.decompress(packed)
    length = int.from_bytes(raw[:4], "little")
    return json.loads(raw[4 : 4 + length]), raw[4 + length :]


def to_metres(crs: CRS, east: np.ndarray, south: np.ndarray) -> np.ndarray:
    """Steps back to metric coordinates, by way of EPSG:3857."""
    half = 20_037_508.342789244
    x, y = east / 2**ZOOM * 2 * half - half, half - south / 2**ZOOM * 2 * half
    return np.column_stack(Transformer.from_crs(3857, crs, always_xy=True).transform(x, y))


@given(st.lists(st.integers(-(2**40), 2**40)))
def test_varints_come_back(values: list[int]) -> None:
    packed = varints(values)
    assert read(packed, len(values)) == (values, len(packed))


def test_shapes_come_back_within_a_step() -> None:
    crs = CRS.from_epsg(32630)
    line = shapely.LineString(
        [(600_000, 5_600_000), (600_123.4, 5_600_050.6), (601_000, 5_601_000)]
    )
    ring = box(605_000, 5_605_000, 606_000, 5_606_000).difference(
        box(605_400, 5_605_400, 605_500, 5_605_500)
    )
    parts = parts_of(np.array([line, ring], dtype=object))
    lengths, differences = steps(parts, crs, (0, 0))
    assert lengths.tolist() == [3, 5, 5]
    grid = np.cumsum(differences, axis=0)
    back = to_metres(crs, grid[:, 0].astype(float), grid[:, 1].astype(float))
    assert np.abs(back - shapely.get_coordinates(parts)).max() < STEP_M
    areas = [shapely.LinearRing(back[3:8]), shapely.LinearRing(back[8:])]
    # A hole runs the other way round: a non-zero fill leaves it open.
    assert areas[0].is_ccw != areas[1].is_ccw


def test_scene_has_every_township_and_cell_in_its_place(town: Bundle) -> None:
    header, body = unpack(scene(town))
    at = 0
    for block in header["blocks"]:
        lengths, at = read(body, block["parts"], at)
        _, at = read(body, 2 * sum(lengths), at)
    assert {block["kind"] for block in header["blocks"]} >= {"residential"}

    names = [township["name"] for township in header["townships"]]
    assert names == town.region.townships["name"].tolist()
    lengths, at = read(body, sum(t["parts"] for t in header["townships"]), at)
    flat, at = read(body, 2 * sum(lengths), at)
    borders = np.cumsum(np.array(flat).reshape(-1, 2), axis=0) + header["origin"]
    drawn = to_metres(town.region.crs, borders[:, 0].astype(float), borders[:, 1].astype(float))
    bounds = [*drawn.min(axis=0), *drawn.max(axis=0)]
    assert np.allclose(bounds, town.region.townships.total_bounds, atol=STEP_M + 0.1)

    frame = town.demand.frame.iloc[cell_order(town.demand)]
    count = header["cells"]["count"]
    streams = []
    for size in (count, count, count, count, count, 2 * count):
        values, at = read(body, size, at)
        streams.append(np.array(values))
    candidates = header["candidates"]
    columns = []
    for _ in range(5):
        values, at = read(body, len(candidates["ids"]), at)
        columns.append(np.array(values))
    assert at == len(body)
    sites = town.candidates.frame
    assert candidates["ids"] == sites["id"].tolist()
    assert candidates["names"] == sites["name"].tolist()
    assert [candidates["kinds"][row] for row in columns[0]] == sites["kind"].tolist()
    assert columns[1].astype(bool).tolist() == sites["existing"].tolist()
    assert np.cumsum(columns[2]).tolist() == sites["township"].tolist()
    east, south = (np.cumsum(columns[3 + k]) + header["origin"][k] for k in (0, 1))
    where = to_metres(town.region.crs, east.astype(float), south.astype(float))
    assert np.abs(where - shapely.get_coordinates(sites.geometry.to_numpy())).max() < STEP_M
    assert np.cumsum(streams[0]).tolist() == frame["ix"].tolist()
    assert np.cumsum(streams[1]).tolist() == frame["iy"].tolist()
    assert streams[2].tolist() == frame["people"].tolist()
    assert np.cumsum(streams[3]).tolist() == frame["township"].tolist()
    assert streams[4].astype(bool).tolist() == frame["urban"].tolist()
    cut = frame.duplicated(["ix", "iy"], keep=False).to_numpy()
    assert not streams[5].reshape(-1, 2)[~cut].any()
    assert cut.any()
    corners = lattice(header["cells"]["lattice"], frame["ix"].to_numpy(), frame["iy"].to_numpy())
    metres = to_metres(town.region.crs, *(corners + header["origin"]).T)
    assert np.abs(metres - frame[["ix", "iy"]].to_numpy() * town.demand.cell_m).max() < 0.05


def lattice(told: dict[str, Any], ix: np.ndarray, iy: np.ndarray) -> np.ndarray:
    u = (ix - told["middle"][0]) / told["half"]
    v = (iy - told["middle"][1]) / told["half"]
    degree = told["degree"]
    powers = [(i, j) for i in range(degree + 1) for j in range(degree + 1 - i)]
    terms = np.array([u**i * v**j for i, j in powers])
    return np.column_stack([np.array(told[axis]) @ terms for axis in "xy"])


def test_state_says_what_the_plan_says(town_plan: Plan) -> None:
    header, body = unpack(plan_state(town_plan, "en"))
    order = cell_order(town_plan.bundle.demand)
    count = header["count"]
    sites, at = read(body, count)
    tens, at = read(body, count, at)
    reasons, at = read(body, count, at)
    assert at == len(body)
    assert np.cumsum(sites).tolist() == town_plan.site_of[order].tolist()
    served = town_plan.site_of[order] >= 0
    away = np.abs(np.array(tens) * header["step"] - town_plan.impedance[order])
    assert away[served].max() <= header["step"] / 2
    assert len(header["reasons"]) > max(reasons)
    assert [site["id"] for site in header["sites"]] == town_plan.sites["id"].tolist()
    assert [site["people"] for site in header["sites"]] == town_plan.sites["people"].tolist()
    rows = town_plan.record["townships"]
    assert [row["pass"] for row in header["townships"]] == [row["pass"] for row in rows]
    assert [row["worst"] for row in header["townships"]] == [
        None if row["worst"] is None else pytest.approx(row["worst"], abs=0.05) for row in rows
    ]
    assert [site["role"] for site in header["sites"]] == town_plan.sites["role"].tolist()
    assert [site["lost"] for site in header["sites"]] == town_plan.sites["lost"].tolist()
    places = [(site["lon"], site["lat"]) for site in header["sites"]]
    assert np.allclose(places, shapely.get_coordinates(town_plan.sites.geometry), atol=1e-6)


@needs_vendor
def test_page_has_everything_inside(town_plan: Plan) -> None:
    html = map_html(town_plan)
    assert not re.findall(r"<(?:script|link|img|iframe)[^>]+(?:src|href)=", html)
    assert not re.findall(r"url\((?!data:|#)[^)]*\)", html.split("</style>", 3)[0])
    assert "@import" not in html
    assert "fetch(" in html and '"url"' not in html.split("RecycleNet.mount")[-1]
    assert "OpenStreetMap contributors" in html and "2024-05-01" in html
    draft = json.dumps("内部工作草图").strip('"')
    assert draft in html


@needs_vendor
def test_names_are_never_markup(town_plan: Plan) -> None:
    html = map_html(town_plan)
    for name in [*town_plan.sites["name"], *town_plan.townships["name"]]:
        if set(name) & set("<>`{&"):
            assert name not in html
    ours = re.findall(r"<script>(.*?)</script>", html, flags=re.DOTALL)
    assert not any("alert(" in script for script in ours[-1:])


@needs_vendor
def test_title_and_region_name_are_escaped(town_plan: Plan) -> None:
    name = "<b>县</b> {{ 7 * 7 }} {% raw %} ${x}"
    region = replace(town_plan.bundle.region, name=name)
    plan = replace(town_plan, bundle=replace(town_plan.bundle, region=region))
    html = map_html(plan, "en")
    assert "<title>&lt;b&gt;县&lt;/b&gt; {{ 7 * 7 }} {% raw %} ${x} · RecycleNet</title>" in html
    assert '<html lang="en">' in html
    assert name not in html


@needs_vendor
def test_same_plan_same_page(town_plan: Plan) -> None:
    assert map_html(town_plan, "zh") == map_html(town_plan, "zh")
    assert map_html(town_plan, "zh") != map_html(town_plan, "en")


@needs_vendor
def test_written_page_is_the_page(town_plan: Plan, tmp_path: Path) -> None:
    write_map(town_plan, tmp_path / "map.html")
    assert (tmp_path / "map.html").read_bytes() == map_html(town_plan).encode()
    with pytest.raises(OutputError, match=r"nowhere.*cannot be written"):
        write_map(town_plan, tmp_path / "nowhere" / "map.html")


def test_missing_scripts_say_make_setup(town_plan: Plan, monkeypatch: Any, tmp_path: Path) -> None:
    monkeypatch.setattr(map_assets, "STATIC", tmp_path)
    map_assets._inside.cache_clear()
    with pytest.raises(OutputError, match=r"scripts are missing.*make setup"):
        map_html(town_plan)
    map_assets._inside.cache_clear()


@needs_vendor
def test_app_map_fetches_only_from_the_app(
    town_plan: Plan, monkeypatch: Any, tmp_path: Path
) -> None:
    (tmp_path / "vendor").symlink_to(map_assets.VENDOR)
    monkeypatch.setattr(map_assets, "STATIC", tmp_path)
    page = region_map(town_plan.bundle, "zh")
    plan_group(town_plan, "zh").add_to(page)
    html = page.get_root().render()
    links = re.findall(r'(?:src|href)="([^"]+)"', html)
    assert links and all(link.startswith("../../app/static/") for link in links)
    for link in links:
        assert (tmp_path / link.removeprefix("../../app/static/")).is_file()
    # One script: st_folium asks for the next one only when it has the one before.
    [script] = [link for link in links if link.endswith(".js")]
    whole = (tmp_path / script.removeprefix("../../app/static/")).read_text("utf-8")
    for name in ("leaflet/leaflet", "fflate/fflate"):
        source = (map_assets.VENDOR / f"{name}.js").read_text("utf-8")
        assert source.split("//# sourceMappingURL")[0] in whole
    own = [(ASSETS / f"{name}.js").read_text("utf-8") for name in map_assets.SCRIPTS]
    places = [whole.index(source) for source in own]
    assert places == sorted(places) and len(places) == len(list(ASSETS.glob("*.js")))
    files = sorted(path.name for path in (tmp_path / "recyclenet").iterdir())
    shapes = [name for name in files if name.startswith("region-")]
    assert len(shapes) == 1 and shapes[0] in html
    assert (tmp_path / "recyclenet" / shapes[0]).read_bytes() == scene(town_plan.bundle)


def test_an_asset_without_a_copy_is_refused(town_plan: Plan) -> None:
    page = folium.Map(tiles=None)
    folium.plugins.Fullscreen().add_to(page)
    with pytest.raises(KeyError):
        map_assets.localize(page)


def test_folium_itself_stays_as_it_was(town_plan: Plan) -> None:
    before = list(folium.Map.default_js)
    map_assets.localize(folium.Map(tiles=None))
    assert folium.Map.default_js == before
    assert before[0][1].startswith("https://")


def test_estimates_are_announced(town_plan: Plan) -> None:
    data = {
        **town_plan.record["data"],
        "impedance": "straight-line",
        "detour_factor": 1.4,
        "boundaries_approximate": True,
    }
    plan = replace(town_plan, record={**town_plan.record, "data": data})
    said = " ".join(notices(plan, "en"))
    assert "straight lines × 1.4" in said and "estimate" in said and "approximate" in said
    people = {**town_plan.record["people"], "estimated": False}
    assert notices(replace(town_plan, record={**town_plan.record, "people": people}), "en") == []


def test_credits_carry_licence_date_and_review_number(town: Bundle) -> None:
    assert credit_lines(town, "zh")[0] == "审图号：内部工作草图·未经审核"
    assert credit_lines(town, "en", "赣S(2026)001号")[0] == "Map review no.: 赣S(2026)001号"
    source = Source(file="x", sha256="", osm_timestamp="2020-04-22T20:59:02Z", licence="© ODbL")
    assert credit_lines(replace(town, source=source), "en")[1] == "© ODbL, 2020-04-22"
    own = replace(source, licence=OWN_LICENCE, osm_timestamp="")
    assert credit_lines(replace(town, source=own), "zh")[1] == "用户自备数据"


def test_a_region_without_roads_has_its_outline(town: Bundle) -> None:
    empty = gpd.GeoDataFrame({"kind": []}, geometry=[], crs=town.region.crs)
    header, _ = unpack(scene(replace(town, basemap=empty)))
    assert header["blocks"] == [] and len(header["townships"]) == 4


def test_scripts_use_the_words_that_are_there() -> None:
    scripts = "".join(path.read_text("utf-8") for path in sorted(ASSETS.glob("*.js")))
    used = set(re.findall(r'words\["([a-z-]+)"\]', scripts))
    used |= {f"layer-{key}" for key in re.findall(r'this\.group\("([a-z]+)"', scripts)}
    used |= {f"site-{role}" for role in ROLES}
    used |= {f"mark-{mark}" for mark in re.findall(r'\bmark\([a-z.]+, "([a-z]+)"\)', scripts)}
    used |= {"township-pass", "township-fail"}
    ours = "".join(path.read_text("utf-8") for path in sorted(ASSETS.glob("compare*.js")))
    assert used - set(re.findall(r'words\["([a-z-]+)"\]', ours)) <= set(MAP_WORDS.table)
    python = "".join(
        (ASSETS.parent / "maps" / f"{name}.py").read_text("utf-8")
        for name in ("page", "state", "online")
    )
    spare = {
        key for key in set(MAP_WORDS.table) - used if not re.search(f"[\"']{key}[\"']", python)
    }
    assert spare == {
        *("cell-not-chosen", "cell-no-candidate", "cell-unreachable", "cell-unmapped"),
        *("base-osm", "base-tianditu", "base-amap"),
    }


def test_packed_text_is_letters_and_digits() -> None:
    packed = base64.b64encode(pack({"name": "</script>`${{"}, [[1, -2]])).decode()
    assert re.fullmatch(r"[A-Za-z0-9+/=]+", packed)


@pytest.mark.parametrize(
    ("share", "said"), [(0.94999, "94.9 %"), (0.95, "95.0 %"), (1.0, "100.0 %"), (None, "–")]
)
def test_shares_are_never_rounded_up(share: float | None, said: str) -> None:
    assert percent(share) == said


def test_headline_says_what_falls_short(town_plan: Plan) -> None:
    record = json.loads(json.dumps(town_plan.record))
    record["townships"][0]["pass"] = False
    record["urban"] |= {"share": 0.9496, "met": False, "target": 0.95, "total": 100}
    record["status"], record["objective"]["gap"] = "feasible", 0.0311
    figures = {figure.key: figure for figure in headline(replace(town_plan, record=record), "en")}
    assert figures["townships"].value == "3 / 4" and figures["townships"].good is False
    assert (figures["urban"].value, figures["urban"].good) == ("94.9 %", False)
    assert (figures["proof"].value, figures["proof"].good) == ("≤ 3.2 %", None)
    assert figures["sites"].value == str(record["sites"])


def test_reasons_come_in_one_language() -> None:
    both = "需 2 个 / needs 2; 覆盖率 / covered"
    assert reason_in(both, "zh") == "需 2 个；覆盖率"
    assert reason_in(both, "en") == "needs 2; covered"
    assert reason_in("", "zh") == ""


def test_kinds_have_names() -> None:
    assert kind_name("recycling_point", "zh") == "回收点"
    assert kind_name("a-kind-of-my-own", "en") == "a-kind-of-my-own"
