"""Where a region's townships and people come from, in the reader's language.

Bundles and plans keep these lines in English, as they were written on import.
"""

from __future__ import annotations

import re

from planner.wording.language import Language, Words

__all__ = ["boundaries_said", "people_said"]

SOURCES = Words(
    {
        "osm-level": ("OSM 行政边界（{level} 级）", "OSM admin_level={level}"),
        "osm-places": ("OSM 地名点（近似划分）", "OSM place nodes (approximate)"),
        "file": ("文件 {file}", "file {file}"),
        "estimate": ("按{ways}估计", "estimate from {ways}"),
        "table": ("{file}（{parts}；按{ways}分摊）", "{file}: {parts}; spread over {ways}"),
        "part-own": ("{n} 个乡镇有单独数字", "{n} townships with figures of their own"),
        "part-shared": ("{n} 个乡镇分摊上级合计", "{n} sharing wider totals"),
        "part-estimated": ("{n} 个乡镇为估计", "{n} estimated"),
        "way-raster": ("人口栅格 {file}", "population raster {file}"),
        "way-a-raster": ("人口栅格", "a population raster"),
        "way-buildings": ("建筑面积", "building floor area"),
        "way-landuse": ("居住用地", "residential land"),
        "way-roads": ("居民区道路", "local streets"),
        "way-area": ("土地面积", "land area"),
    }
)
"""Chinese, and the English of the bundle itself."""

_LONGEST = 2000
_LEVEL = re.compile(r"OSM admin_level=(\d{1,2})")
_TABLE = re.compile(r"(.+): (\d[^;]*); spread over (.+)", re.DOTALL)
_PART = re.compile(
    r"(\d+) (?:(townships with figures of their own)|(sharing wider totals)|estimated)"
)


def boundaries_said(source: str, language: Language) -> str:
    """Say where the townships come from; a line that is not known stays as it is."""
    if language == "en":
        return source
    level = _LEVEL.fullmatch(source)
    if level is not None:
        return SOURCES.say("osm-level", language, level=level[1])
    if source == SOURCES.say("osm-places", "en"):
        return SOURCES.say("osm-places", language)
    if source.startswith("file "):
        return SOURCES.say("file", language, file=source.removeprefix("file "))
    return source


def people_said(source: str, language: Language) -> str:
    """Say where the people come from; a line that is not known stays as it is, and whole."""
    if language == "en" or len(source) > _LONGEST:
        return source
    start = SOURCES.say("estimate", "en", ways="")
    if source.startswith(start):
        ways = _ways(source.removeprefix(start), language)
        return SOURCES.say("estimate", language, ways=ways) if ways else source
    table = _TABLE.fullmatch(source)
    if table is None:
        return source
    parts, ways = _parts(table[2], language), _ways(table[3], language)
    if not parts or not ways:
        return source
    return SOURCES.say("table", language, file=table[1], parts=parts, ways=ways)


def _parts(text: str, language: Language) -> str:
    said = []
    for part in text.split(", "):
        found = _PART.fullmatch(part)
        if found is None:
            return ""
        key = "part-own" if found[2] else "part-shared" if found[3] else "part-estimated"
        said.append(SOURCES.say(key, language, n=found[1]))
    return "，".join(said)


def _ways(text: str, language: Language) -> str:
    said = []
    raster = SOURCES.say("way-raster", "en", file="")
    known = {
        SOURCES.say(key, "en"): key
        for key in ("way-a-raster", "way-buildings", "way-landuse", "way-roads", "way-area")
    }
    for way in text.split(", "):
        if way in known:
            said.append(SOURCES.say(known[way], language))
        elif way.startswith(raster):
            said.append(SOURCES.say("way-raster", language, file=way.removeprefix(raster)))
        else:
            return ""
    return "、".join(said)
