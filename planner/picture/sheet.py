"""The plan as a picture: an A4 sheet with map, figures, legend, scale, north and credits."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyproj
import shapely
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure as Canvas
from matplotlib.patches import PathPatch
from shapely.geometry.base import BaseGeometry

from geo.bundle import Bundle
from geo.crs import WGS84
from geo.degrees import township_bounds
from planner.headline import headline
from planner.maps.page import credit_lines
from planner.maps.state import notices
from planner.maps.words import MAP_WORDS
from planner.picture.artists import Pixels, Squares
from planner.picture.base import COLOURS, Frame, area_path, draw_base
from planner.picture.by_hand import draw_by_hand, keys_by_hand
from planner.picture.fonts import has_chinese
from planner.picture.frame import Key, Page, Type, draw_north, draw_scale, ems, wrapped
from planner.picture.words import PICTURE_WORDS, question_line
from planner.plan import Plan
from planner.roles import ROLES, Role, role_of, roles_of
from planner.wording.language import Language

__all__ = ["BAND_COLOURS", "ROLE_LOOKS", "SIZE_IN", "Under", "map_png", "map_under"]

SIZE_IN = (11.69, 8.27)
"""A4, landscape."""
WIDEST_PX = 6000

BAND_COLOURS = ("#0b6a6f", "#2f9c95", "#8ac9bf", "#e06a32")
"""People near, further and far from their site, and those without one: as on the app's map."""
UNSERVED = 3
ROLE_LOOKS: dict[Role, tuple[str, str]] = {
    "existing": ("s", "#1d2a33"),
    "new": ("o", "#1d5fc4"),
    "hosted": ("D", "#6d3aa8"),
    "mobile": ("^", "#8a4b00"),
}
"""Marker and colour of a site, by role."""
BORDER, FAIL, PASS_FILL, FAIL_FILL = "#5b6770", "#a3195b", "#bcd4dd", "#f3c3d9"
HATCH = "/////"

LEFT, BOTTOM, TOP, RIGHT, SIDE, GAP = 0.42, 0.86, 7.22, 0.42, 2.35, 0.22
"""Inches: edges of the map, width of the column beside it, room between."""
LOWEST = 0.3
"""Inches: so far down the legend may go."""
NAMED_PT = 7.4


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Under:
    """What lies under every plan of a region, drawn once: the land, and the sheet's pixels."""

    land: BaseGeometry
    pixels: npt.NDArray[np.uint8]


def map_under(bundle: Bundle, *, width_px: int = 2400) -> Under:
    """Draw the base map of a region's sheets, for several of them (:func:`map_png`)."""
    page = Page(_canvas(width_px), Type(chinese=False))
    axes, frame = _map_axes(page, bundle)
    land = shapely.union_all(bundle.region.townships.geometry.to_numpy())
    draw_base(axes, bundle.basemap, land, frame)
    for spine in axes.spines.values():
        spine.set_visible(False)
    drawn: Any = FigureCanvasAgg(page.canvas)
    drawn.draw()
    return Under(land=land, pixels=np.array(drawn.buffer_rgba()))


def map_png(
    plan: Plan,
    lang: Language,
    *,
    review_number: str = "",
    title: str = "",
    width_px: int = 2400,
    under: Under | None = None,
) -> bytes:
    """Draw a plan's map sheet; the same plan gives the same bytes.

    Parameters
    ----------
    review_number
        The map-review number (审图号) to print; without one the map calls itself a draft.
    title
        In place of the region's name and "plan of recycling points".
    width_px
        Width of the picture, 400 to 6000; the sheet is A4 landscape.
    under
        Base map of this width, if it is drawn already: the picture is the same without it.

    Raises
    ------
    MissingToolError
        If a text is Chinese and the machine has no Chinese typeface.
    ValueError
        If ``width_px`` is out of range.
    """
    bundle = plan.bundle
    names = [*bundle.region.townships["name"], bundle.region.name, plan.scenario.name]
    names += [title, review_number]
    canvas = _canvas(width_px)
    type_ = Type(chinese=lang == "zh" or any(has_chinese(str(name)) for name in names))
    page = Page(canvas, type_)
    _head(page, plan, lang, title)
    axes, frame = _map_axes(page, bundle)
    if under is None:
        land = shapely.union_all(bundle.region.townships.geometry.to_numpy())
        draw_base(axes, bundle.basemap, land, frame)
    else:
        land = under.land
        canvas.add_artist(Pixels(under.pixels))
        axes.patch.set_visible(False)
    _draw_townships(axes, plan, frame)
    _draw_cells(axes, plan, land, frame)
    draw_by_hand(axes, plan)
    _draw_sites(axes, plan)
    _draw_names(axes, plan, frame, type_)
    metre, kilometre = (PICTURE_WORDS.say(key, lang) for key in ("metre", "kilometre"))
    draw_scale(axes, frame, type_, metre, kilometre)
    draw_north(axes, frame, type_, _north(bundle))
    side = SIZE_IN[0] - RIGHT - SIDE
    below = page.figures(headline(plan, lang), side, TOP + 0.02, SIDE)
    page.rule(side, below, SIDE)
    page.legend(_keys(plan, lang), side, below - 0.02, SIDE, LOWEST)
    _foot(page, plan, lang, review_number)
    out = io.BytesIO()
    canvas.savefig(out, format="png", metadata={"Software": None})
    return out.getvalue()


def _canvas(width_px: int) -> Canvas:
    """An empty sheet; an object, for Matplotlib's state (pyplot) is one for all threads."""
    if not 400 <= width_px <= WIDEST_PX:
        raise ValueError(f"width_px {width_px}: 400 to {WIDEST_PX}")
    canvas = Canvas(figsize=SIZE_IN, dpi=width_px / SIZE_IN[0], facecolor="#ffffff")
    FigureCanvasAgg(canvas)
    return canvas


def band_of(plan: Plan) -> npt.NDArray[np.int64]:
    """Which third of the limit each demand cell lies in: 0, 1 or 2; 3 where no site serves it."""
    third = np.floor(3 * np.nan_to_num(plan.impedance) / plan.scenario.limit).astype(np.int64)
    return np.where(plan.site_of < 0, UNSERVED, np.minimum(third, 2))


def _head(page: Page, plan: Plan, lang: Language, title: str) -> None:
    head = title or PICTURE_WORDS.say("title", lang, region=plan.bundle.region.name)
    size = 18.0
    while size > 9 and ems(head) * size / 72 > SIZE_IN[0] - LEFT - RIGHT:
        size -= 0.5
    page.write(LEFT, 7.72, head, size_pt=size, bold=True)
    name = plan.scenario.name.strip()
    below = " · ".join(part for part in (name, question_line(plan.scenario, lang)) if part)
    line = wrapped(below, (SIZE_IN[0] - LEFT - RIGHT) * 72 / 9)[0]
    page.write(LEFT, 7.42, line, size_pt=9, colour="#5d6a72")


def _map_axes(page: Page, bundle: Bundle) -> tuple[Axes, Frame]:
    wide_in, high_in = SIZE_IN[0] - LEFT - RIGHT - SIDE - GAP, TOP - BOTTOM
    (x0, y0), (x1, y1) = page.at(LEFT, BOTTOM), page.at(LEFT + wide_in, TOP)
    axes = page.canvas.add_axes((x0, y0, x1 - x0, y1 - y0))
    west, south, east, north = bundle.region.townships.total_bounds.tolist()
    # The region, with a little around it, fills the frame one way and stands in its middle.
    m_in = max((east - west) / (wide_in * 0.94), (north - south) / (high_in * 0.9), 1.0)
    x, y = (west + east) / 2, (south + north) / 2
    _, latitude = pyproj.Transformer.from_crs(bundle.region.crs, WGS84, always_xy=True).transform(
        x, y
    )
    frame = Frame(
        west=x - m_in * wide_in / 2,
        east=x + m_in * wide_in / 2,
        south=y - m_in * high_in / 2,
        north=y + m_in * high_in / 2,
        m_pt=m_in / 72,
        latitude=latitude,
    )
    axes.set(
        xlim=(frame.west, frame.east),
        ylim=(frame.south, frame.north),
        xticks=[],
        yticks=[],
        autoscale_on=False,
    )
    for spine in axes.spines.values():
        spine.set(color="#8d979b", linewidth=0.8, zorder=30)
    return axes, frame


def _draw_townships(axes: Axes, plan: Plan, frame: Frame) -> None:
    shapes = shapely.simplify(plan.bundle.region.townships.geometry.to_numpy(), 0.3 * frame.m_pt)
    passed = np.array([row["pass"] for row in plan.record["townships"]], bool)
    # What falls short lies on top, so that a passing neighbour does not cut its border in half.
    for good in (True, False):
        for shape in shapes[passed == good]:
            path = area_path(np.array([shape], object))
            fill = PathPatch(
                path, facecolor=PASS_FILL if good else FAIL_FILL, lw=0, alpha=0.34, zorder=2.0
            )
            axes.add_artist(fill)
            edge = PathPatch(
                path,
                facecolor="none",
                edgecolor=BORDER if good else FAIL,
                lw=0.7 if good else 1.5,
                alpha=0.8,
                joinstyle="round",
                zorder=4.0 if good else 4.2,
            )
            if not good:
                hatched = PathPatch(path, facecolor="none", edgecolor=FAIL, lw=0, zorder=2.1)
                hatched.set(hatch=HATCH, alpha=0.35, hatch_linewidth=0.8)
                axes.add_artist(hatched)
            axes.add_artist(edge)


def _draw_cells(axes: Axes, plan: Plan, land: BaseGeometry, frame: Frame) -> None:
    demand = plan.bundle.demand
    if demand.frame.empty:
        return
    people = demand.frame["people"].to_numpy(np.float64)
    many = max(1.0, float(np.quantile(people, 0.95)))
    side = np.maximum(
        demand.cell_m * 0.94 * np.clip(np.sqrt(people / many), 0.3, 1.0), 1.15 * frame.m_pt
    )
    xy = shapely.get_coordinates(demand.frame.geometry.to_numpy())
    cut = demand.frame.duplicated(["ix", "iy"], keep=False).to_numpy()
    middle = (demand.frame[["ix", "iy"]].to_numpy(np.float64) + 0.5) * demand.cell_m
    # On the grid, but for pieces that a border cuts and cells that mostly lie outside.
    own = cut | ~shapely.contains_xy(land, middle[:, 0], middle[:, 1])
    xy = np.where(own[:, None], xy, middle)
    # Streets show through on a small region.
    strong = float(np.clip(0.82 - 0.12 * (frame.zoom - 12), 0.5, 0.82))
    bands = band_of(plan)
    for number, colour in enumerate(BAND_COLOURS):
        some = Squares(xy[bands == number], side[bands == number], axes.transData)
        some.set(facecolor=colour, alpha=strong, zorder=3.0 + number / 10)
        axes.add_artist(some)


def _draw_sites(axes: Axes, plan: Plan) -> None:
    sites = plan.sites.to_crs(plan.bundle.region.crs)
    most = max(1, int(sites["people"].max()) if len(sites) else 1)
    crowd = 1.0 if len(sites) <= 120 else 0.8 if len(sites) <= 400 else 0.6
    rows = sorted(sites.itertuples(index=False), key=lambda site: (-site.people, str(site.id)))
    for site in rows:
        marker, colour = ROLE_LOOKS[role_of(str(site.kind), bool(site.existing))]
        size = crowd * (5.6 + 4.6 * (site.people / most) ** 0.5)
        axes.plot(
            [site.geometry.x],
            [site.geometry.y],
            marker=marker,
            markersize=size * (0.9 if marker in "sD" else 1.0),
            markerfacecolor=colour,
            markeredgecolor="#ffffff",
            markeredgewidth=0.75,
            linestyle="none",
            zorder=6.0,
        )


def _draw_names(axes: Axes, plan: Plan, frame: Frame, type_: Type) -> None:
    """Write names where they fit: those that fall short first, then the most people."""
    townships = plan.bundle.region.townships
    rows = plan.record["townships"]
    points = [
        shapely.get_coordinates(shapely.maximum_inscribed_circle(shape, tolerance=frame.m_pt))[0]
        for shape in townships.geometry
    ]
    sites = shapely.get_coordinates(plan.sites.to_crs(plan.bundle.region.crs).geometry.to_numpy())
    taken: list[tuple[float, float, float, float]] = []
    order = sorted(range(len(rows)), key=lambda i: (rows[i]["pass"], -rows[i]["people"], i))
    for i in order:
        text = ("" if rows[i]["pass"] else "✕ ") + str(rows[i]["name"])[:40]
        half, tall = ems(text) * NAMED_PT / 2 * frame.m_pt, NAMED_PT * 0.75 * frame.m_pt
        free = []
        for step in (0, 1.3, -1.3, 2.2, -2.2, 3.2, -3.2):
            x, y = points[i][0], points[i][1] + step * NAMED_PT * frame.m_pt
            box = (x - half, y - tall, x + half, y + tall)
            inside = box[0] > frame.west and box[2] < frame.east
            if inside and not any(_meet(box, other) for other in taken):
                free.append(((x, y), box, _under(box, sites, 4 * frame.m_pt)))
        if not free:
            continue
        place, box, _ = min(free, key=lambda one: one[2])
        taken.append(box)
        type_.write(
            axes,
            *place,
            text,
            size_pt=NAMED_PT,
            colour="#29343a" if rows[i]["pass"] else FAIL,
            bold=not rows[i]["pass"],
            align="center",
            rise="center",
            halo=True,
            order=5.5,
        )


def _meet(a: tuple[float, ...], b: tuple[float, ...]) -> bool:
    return a[0] < b[2] and a[2] > b[0] and a[1] < b[3] and a[3] > b[1]


def _under(box: tuple[float, ...], xy: npt.NDArray[np.float64], room: float) -> int:
    x, y = xy.reshape(-1, 2).T
    hit = (x > box[0] - room) & (x < box[2] + room) & (y > box[1] - room) & (y < box[3] + room)
    return int(hit.sum())


def _north(bundle: Bundle) -> tuple[float, float]:
    west, south, east, north = township_bounds(bundle.region)
    lon, lat = (west + east) / 2, (south + north) / 2
    to_grid = pyproj.Transformer.from_crs(WGS84, bundle.region.crs, always_xy=True)
    x, y = to_grid.transform([lon, lon], [lat, lat + 0.01])
    way = np.array([x[1] - x[0], y[1] - y[0]])
    way /= np.hypot(*way)
    return float(way[0]), float(way[1])


def _keys(plan: Plan, lang: Language) -> list[Key]:
    def say(key: str, **values: object) -> str:
        return PICTURE_WORDS.say(key, lang, **values)

    roles = roles_of(plan.sites["kind"], plan.sites["existing"])
    keys = [Key(text=MAP_WORDS.say("layer-sites", lang), heading=True)]
    for role in ROLES:
        marker, colour = ROLE_LOOKS[role]
        if role in roles:
            text = say(f"role-{role}", n=f"{roles.count(role):,}")
            keys.append(Key(text=text, shape=marker, colour=colour))
    keys.append(Key(text=MAP_WORDS.say("layer-cells", lang), heading=True))
    minutes = plan.scenario.unit == "s"
    limit = plan.scenario.limit / (60 if minutes else 1)
    edges = [
        f"{limit * part / 3:.3g}" if minutes else f"{limit * part / 3:,.0f}" for part in range(4)
    ]
    word = "cell-band-minutes" if minutes else "cell-band"
    for band in range(3):
        text = MAP_WORDS.say(word, lang, **{"from": edges[band], "to": edges[band + 1]})
        keys.append(Key(text=text, shape="square-cell", colour=BAND_COLOURS[band]))
    if (plan.site_of < 0).any():
        text = MAP_WORDS.say("cell-unserved", lang)
        keys.append(Key(text=text, shape="square-cell", colour=BAND_COLOURS[UNSERVED]))
    keys.append(Key(text=MAP_WORDS.say("cell-size", lang)))
    keys.append(Key(text=MAP_WORDS.say("layer-townships", lang), heading=True))
    passed = [row["pass"] for row in plan.record["townships"]]
    if any(passed):
        text = MAP_WORDS.say("township-pass", lang)
        keys.append(Key(text=text, shape="area", colour="#e0ecf0", edge=BORDER))
    if not all(passed):
        text = MAP_WORDS.say("township-fail", lang)
        keys.append(Key(text=text, shape="area", colour="#f8e0eb", edge=FAIL, hatch=HATCH))
    keys += keys_by_hand(plan, lang)
    kinds = set(plan.bundle.basemap["kind"])
    if kinds:
        keys.append(Key(text=say("base"), heading=True))
    if kinds & {"motorway", "trunk", "primary", "secondary"}:
        keys.append(Key(text=say("base-roads"), shape="line", colour="#fbeecb", edge="#cdb98d"))
    keys += [
        Key(text=say(f"base-{kind}"), shape="area", colour=COLOURS[kind], edge="#c9c5bb")
        for kind in ("water", "wood", "residential")
        if kind in kinds
    ]
    return keys


def _foot(page: Page, plan: Plan, lang: Language, review_number: str) -> None:
    y = BOTTOM - 0.2
    width = (SIZE_IN[0] - LEFT - RIGHT) * 72
    told = PICTURE_WORDS.say("join", lang).join(notices(plan, lang))
    for line in wrapped(told, width / 7.6)[:2] if told else []:
        page.write(LEFT, y, line, size_pt=7.6, colour="#6b4a00")
        y -= 0.16
    credit = " · ".join(credit_lines(plan.bundle, lang, review_number))
    for line in wrapped(credit, width / 7.2)[:2]:
        page.write(LEFT, y, line, size_pt=7.2, colour="#5d6a72")
        y -= 0.15
