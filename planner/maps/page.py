"""Plans on Folium maps: one self-contained page, or a map that an app updates in place."""

from __future__ import annotations

from html import escape
from pathlib import Path
from typing import Any, Literal

import folium

from geo.bundle import Bundle
from geo.crs import in_china
from geo.degrees import township_bounds
from geo.source import OWN_LICENCE
from planner.errors import OutputError
from planner.headline import headline
from planner.maps import assets as map_assets
from planner.maps.codec import text_of
from planner.maps.layers import PlanLayer, RegionLayer, ShownLayer
from planner.maps.online import OFFLINE, Online, providers
from planner.maps.scene import scene, scene_name
from planner.maps.shown import NOTHING, Shown, shown_state
from planner.maps.state import plan_state
from planner.maps.words import MAP_WORDS, browser_words, kind_names
from planner.plan import Plan
from planner.wording.language import Language

__all__ = [
    "Theme",
    "credit_lines",
    "empty_group",
    "map_html",
    "page_html",
    "plan_group",
    "region_map",
    "still_map",
    "write_map",
]

Theme = Literal["light", "dark"]
SCENE_ELEMENT = "recyclenet-scene"


def map_html(plan: Plan, lang: Language = "zh", *, review_number: str = "") -> str:
    """Render a plan as one page that opens without internet.

    Parameters
    ----------
    review_number
        The map-review number (审图号) to print; without one the map calls itself a draft.

    Raises
    ------
    OutputError
        If the vendored map files are missing (``make setup`` brings them).
    """
    page = still_map(plan.bundle, lang, review_number)
    PlanLayer(text_of(plan_state(plan, lang))).add_to(page)
    ShownLayer(text_of(shown_state(_edited(plan)))).add_to(page)
    title = f"{plan.bundle.region.name} · RecycleNet"
    said = f"<noscript>{escape(MAP_WORDS.say('no-script', lang))}</noscript>\n{_card(plan, lang)}"
    return page_html(page, plan.bundle, title, said, lang)


def still_map(bundle: Bundle, lang: Language, review_number: str = "") -> folium.Map:
    """Build the map of a page of its own, which :func:`page_html` renders."""
    still = {"editing": False, "listening": False, "online": []}
    return _map(bundle, {"element": SCENE_ELEMENT}, lang, "light", review_number, still)


def page_html(page: folium.Map, bundle: Bundle, title: str, said: str, lang: Language) -> str:
    """Render a map as a page with everything inside; ``said`` is HTML, the title is text.

    Raises
    ------
    OutputError
        If the vendored map files are missing (``make setup`` brings them).
    """
    figure = folium.Figure()
    figure._id = "recyclenet"
    figure.add_child(page)
    html = map_assets.inline(map_assets.localize(page).get_root().render())
    # User text enters only now, escaped, when no template engine looks at the page any more.
    language = "zh-CN" if lang == "zh" else "en"
    html = html.replace("<html>", f'<html lang="{language}">', 1)
    html = html.replace("<head>", f"<head>\n<title>{escape(title)}</title>", 1)
    inside = (
        f"{said}\n"
        f'<script type="text/plain" id="{SCENE_ELEMENT}">{text_of(scene(bundle))}</script>\n'
    )
    return html.replace("<body>", f"<body>\n{inside}", 1)


def write_map(plan: Plan, path: Path, lang: Language = "zh") -> None:
    """Write :func:`map_html` to a file.

    Raises
    ------
    OutputError
        If the vendored map files are missing or the file cannot be written.
    """
    try:
        path.write_text(map_html(plan, lang), "utf-8", newline="\n")
    except OSError as error:
        raise OutputError(f"cannot be written ({error.strerror})", where=str(path)) from error


def region_map(
    bundle: Bundle,
    lang: Language,
    *,
    theme: Theme = "light",
    review_number: str = "",
    editing: bool = False,
    listening: bool | None = None,
    online: Online = OFFLINE,
) -> folium.Map:
    """Build the part of the app's map that no slider changes; pass it to ``st_folium``.

    The region's shapes are written once to a file that the browser fetches and keeps.

    Parameters
    ----------
    bundle
        The region as imported: points added by hand come with :class:`planner.maps.shown.Shown`.
    editing
        Whether the map has tools, and its popups buttons, to change the plan.
    listening
        Whether the page around the map is told what is picked and done (``assets/events.js``);
        as ``editing`` unless said.
    online
        Base maps from the internet that the legend offers.

    Raises
    ------
    OutputError
        If the vendored map files are missing or the static folder cannot be written.
    """
    map_assets.publish()
    file = map_assets.STATIC / "recyclenet" / f"{scene_name(bundle)}.bin"
    if not file.is_file():
        map_assets.write_once(file, scene(bundle))
    address = f"{map_assets.SERVED}/recyclenet/{file.name}"
    x, y = _middle(bundle)
    lively = {
        "editing": editing,
        "listening": editing if listening is None else listening,
        "online": providers(online, lang, in_china=in_china(x, y)),
    }
    page = _map(bundle, {"url": address}, lang, theme, review_number, lively)
    return map_assets.localize(page, together=True)


def plan_group(plan: Plan, lang: Language, shown: Shown = NOTHING) -> folium.FeatureGroup:
    """Wrap a plan for ``st_folium(feature_group_to_add=...)``: the map shows it in place.

    Parameters
    ----------
    shown
        Edits and picks; where only they differ from what the map shows, the plan is not drawn
        anew.
    """
    return _group(text_of(plan_state(plan, lang)), shown)


def empty_group(shown: Shown = NOTHING) -> folium.FeatureGroup:
    """Show the region alone, where there is no plan, with what was changed by hand."""
    return _group("", shown)


def _group(packed: str, shown: Shown) -> folium.FeatureGroup:
    group = folium.FeatureGroup("plan")
    PlanLayer(packed).add_to(group)
    ShownLayer(text_of(shown_state(shown))).add_to(group)
    return group


def credit_lines(bundle: Bundle, lang: Language, review_number: str = "") -> list[str]:
    """Lines that must stand on every map: review number, then source, licence and date."""
    number = review_number or MAP_WORDS.say("review-none", lang)
    source = bundle.source
    date = source.osm_timestamp[:10]
    # Bundles hold it in English; licences of others have no translation.
    own = source.licence == OWN_LICENCE
    licence = MAP_WORDS.say("own-data", lang) if own else source.licence
    if date:
        licence = MAP_WORDS.say("data-of", lang, licence=licence, date=date)
    lines = [MAP_WORDS.say("review", lang, number=number), licence]
    return [line for line in lines if line]


def _middle(bundle: Bundle) -> tuple[float, float]:
    west, south, east, north = township_bounds(bundle.region)
    return (west + east) / 2, (south + north) / 2


def _map(
    bundle: Bundle,
    source: dict[str, str],
    lang: Language,
    theme: Theme,
    review_number: str,
    lively: dict[str, Any],
) -> folium.Map:
    west, south, east, north = township_bounds(bundle.region)
    page = folium.Map(
        ((south + north) / 2, (west + east) / 2),
        tiles=None,
        zoom_control=False,
        font_size="0.8rem",
        minZoom=6,
        maxZoom=19,
        zoomSnap=0.25,
        wheelPxPerZoomLevel=90,
    )
    page._id = "recyclenet"  # Folium's own is random: the same plan must give the same page
    config: dict[str, Any] = {
        "key": bundle.sha256[:16],
        "language": lang,
        "theme": theme,
        "scene": source,
        "bounds": [[south, west], [north, east]],
        "credits": credit_lines(bundle, lang, review_number),
        "words": browser_words(lang),
        "kinds": kind_names(lang),
        **lively,
    }
    RegionLayer(config).add_to(page)
    return page


def _edited(plan: Plan) -> Shown:
    return Shown(edits=plan.scenario.edits)


def _card(plan: Plan, lang: Language) -> str:
    rows = "".join(
        f'<div class="rn-figure{_mark(figure.good)}"><span>{escape(figure.label)}</span>'
        f"<b>{escape(figure.value)}</b><small>{escape(figure.note)}</small></div>"
        for figure in headline(plan, lang)
    )
    title = escape(plan.bundle.region.name)
    name = escape(plan.scenario.name)
    below = f'<div class="rn-scenario">{name}</div>' if name else ""
    return (
        f'<details class="rn-panel rn-card" id="recyclenet-card" open>'
        f"<summary>{title}</summary>{below}{rows}</details>"
    )


def _mark(good: bool | None) -> str:
    return "" if good is None else " rn-good" if good else " rn-bad"
