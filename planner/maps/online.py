"""Base maps from the internet, for those who have it: nothing is asked for until one is chosen.

Amap draws in GCJ-02, some hundred metres beside WGS84: its pictures are shifted, never the data
(``assets/online.js``).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from planner.errors import PlanError
from planner.maps.words import MAP_WORDS
from planner.wording.language import Language

__all__ = ["OFFLINE", "Online", "providers"]

_KEY = re.compile(r"[A-Za-z0-9]{8,64}")

OSM_TILES = "https://tile.openstreetmap.org/{z}/{x}/{y}.png"
AMAP_TILES = "https://webrd0{s}.is.autonavi.com/appmaptile?lang=zh_cn&size=1&scale=1&style=8&x={x}&y={y}&z={z}"
TIANDITU_TILES = (
    "https://t{{s}}.tianditu.gov.cn/{layer}_w/wmts?SERVICE=WMTS&REQUEST=GetTile&VERSION=1.0.0"
    "&LAYER={layer}&STYLE=default&TILEMATRIXSET=w&FORMAT=tiles"
    "&TILEMATRIX={{z}}&TILEROW={{y}}&TILECOL={{x}}&tk={key}"
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Online:
    """Which online base maps the legend may offer; an exported page never offers any.

    Parameters
    ----------
    osm, amap
        OpenStreetMap's own pictures; Amap's (高德), for regions in China.
    tianditu_key
        The user's own key (``tk``) of Tianditu (天地图), "" for none. It goes to the user's
        browser, which asks Tianditu with it, and nowhere else; ``repr`` leaves it out.

    Raises
    ------
    PlanError
        If the key is not letters and digits; the key itself is not repeated.
    """

    osm: bool = False
    amap: bool = False
    tianditu_key: str = field(default="", repr=False)

    def __post_init__(self) -> None:
        if self.tianditu_key and not _KEY.fullmatch(self.tianditu_key):
            raise PlanError(
                "not a key of Tianditu",
                zh="天地图密钥无效：应为 8 至 64 位字母和数字，请从天地图控制台复制后重试",
                where="Tianditu key",
                remedy="Give 8 to 64 letters and digits, as Tianditu's console shows them",
            )


OFFLINE = Online()


def providers(online: Online, language: Language, *, in_china: bool) -> list[dict[str, Any]]:
    """Describe the base maps for ``assets/online.js``, in the legend's order."""
    out: list[dict[str, Any]] = []
    if online.osm:
        credit = "© OpenStreetMap contributors"
        out.append(_provider("osm", language, credit, [OSM_TILES], "abc"))
    if online.tianditu_key:
        tiles = [
            TIANDITU_TILES.format(layer=one, key=online.tianditu_key) for one in ("vec", "cva")
        ]
        credit = MAP_WORDS.say("credit-tianditu", language)
        out.append(_provider("tianditu", language, credit, tiles, "01234567", most=18))
    if online.amap and in_china:
        credit = MAP_WORDS.say("credit-amap", language)
        out.append(_provider("amap", language, credit, [AMAP_TILES], "1234", most=18, gcj02=True))
    return out


def _provider(
    name: str,
    language: Language,
    credit: str,
    tiles: list[str],
    hosts: str,
    *,
    most: int = 19,
    gcj02: bool = False,
) -> dict[str, Any]:
    return {
        "id": name,
        "name": MAP_WORDS.say(f"base-{name}", language),
        "credit": credit,
        "tiles": tiles,
        "hosts": hosts,
        "zoom": most,
        "gcj02": gcj02,
    }
