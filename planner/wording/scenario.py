"""A scenario's parameters in words, a row each: what a reader is told was asked for."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from geo.suitability import default_suitability
from planner.maps.words import kind_name
from planner.scenario import Scenario
from planner.wording.language import Language, Words
from planner.wording.shares import target_percent

__all__ = ["PARAMETERS", "SCENARIO_WORDS", "Parameter", "parameters"]

LISTED = 6
"""Edits named in a row; the rest are counted."""

SCENARIO_WORDS = Words(
    {
        "mode": ("出行方式", "How people travel"),
        "mode-walk": ("步行", "on foot"),
        "mode-ebike": ("电动车", "by e-bike"),
        "mode-drive": ("驾车", "by car"),
        "limit": ("服务范围", "Coverage limit"),
        "limit-metres": ("路程 {n} 米以内", "{n} m of travel"),
        "limit-minutes": ("{n} 分钟以内", "{n} minutes of travel"),
        "speed_walk_m_s": ("步行速度", "Walking pace"),
        "pace": ("{n} 米/秒", "{n} m/s"),
        "pace-unused": ("按路程，不用速度", "not used: travel is in metres"),
        "min_per_township": ("每个乡镇至少", "In each township, at least"),
        "min_per_township_urban": ("城区每个乡镇至少", "In each township of the city, at least"),
        "sites": ("{n} 个点", "{n} sites"),
        "urban_target": ("主城区覆盖目标", "Target for the main urban area"),
        "township_target": ("每个乡镇覆盖目标", "Target for each township"),
        "none": ("不要求", "none"),
        "max_sites": ("回收点总数上限", "Sites in all, at most"),
        "no-limit": ("不限", "no limit"),
        "objective": ("求", "What is made least"),
        "objective-sites": ("回收点数量最少", "the number of sites"),
        "objective-cost": ("相对成本最低", "the relative cost"),
        "objective-most": ("点位数量内覆盖最多", "nothing: covers the most with them"),
        "keep_existing": ("现有回收点", "Existing sites"),
        "kept-open": ("全部保留", "all stay open"),
        "may-close": ("可以关闭", "may be closed"),
        "kinds": ("新设点类型", "Kinds of new sites"),
        "kinds-all": ("全部", "all"),
        "gap": ("允许的最优差距", "Gap allowed"),
        "seed": ("随机种子", "Seed"),
        "households_per_site": ("按户数设点", "By households"),
        "households_per_site_urban": ("按户数设点（城区）", "By households, in the city"),
        "households": ("每 {n} 户 1 个点", "a site for every {n}"),
        "households-same": ("与上同", "as above"),
        "min_by_township": ("单个乡镇的点数", "Sites asked of single townships"),
        "weight": ("衡量依据", "What counts"),
        "weight-people": ("人口", "people"),
        "weight-kg": ("可回收物重量", "kilograms of recyclables"),
        "suitability": ("适宜性权重", "Weights of suitability"),
        "usual": ("按区域默认", "those of the region"),
        "edits-added": ("手工添加的点", "Points added by hand"),
        "edits-closed": ("手工关闭的点", "Sites closed by hand"),
        "edits-forced": ("手工强制启用的点", "Sites forced open by hand"),
        "edits-no_go": ("禁建区", "Areas kept free"),
        "nothing": ("无", "nothing"),
        "edit-existing": ("{name}（现有）", "{name} (existing)"),
        "area": ("第 {n} 片", "area {n}"),
        "list": ("{n} 处：{names}", "{n}: {names}"),
        "list-more": ("{n} 处：{names} 等", "{n}: {names} and more"),
    }
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Parameter:
    """One parameter of a scenario.

    Parameters
    ----------
    key
        Its row in :data:`PARAMETERS`.
    raw
        Value by which two scenarios agree or differ (JSON text).
    zh, en
        Value in words; names in it are the planner's own text.
    """

    key: str
    raw: str
    zh: str
    en: str

    def title(self, language: Language) -> str:
        """What the parameter is called."""
        return SCENARIO_WORDS.say(self.key, language)

    def text(self, language: Language) -> str:
        """Value in words."""
        return self.zh if language == "zh" else self.en


def parameters(scenario: Scenario) -> tuple[Parameter, ...]:
    """Every parameter but the scenario's name, in one order."""
    record = scenario.record()
    edits = record.get("edits") or {}
    values = {
        **{key: record.get(key) for key in PARAMETERS if not key.startswith("edits-")},
        "limit": (record["radius_m"], record["minutes"]),
        "speed_walk_m_s": record["speed_walk_m_s"] if record["minutes"] is not None else None,
        # With a number of sites given the plan covers the most: nothing is made least.
        "objective": record["objective"] if record["max_sites"] is None else "most",
        **{f"edits-{key}": edits.get(key, []) for key in ("added", "closed", "forced", "no_go")},
    }
    return tuple(
        Parameter(
            key=key,
            raw=json.dumps(value, ensure_ascii=False, sort_keys=True),
            zh=PARAMETERS[key](value, "zh"),
            en=PARAMETERS[key](value, "en"),
        )
        for key, value in ((key, values[key]) for key in PARAMETERS)
    )


def _say(key: str, language: Language, **values: object) -> str:
    return SCENARIO_WORDS.say(key, language, **values)


def _limit(value: tuple[float | None, float | None], language: Language) -> str:
    metres, minutes = value
    if minutes is not None:
        return _say("limit-minutes", language, n=f"{minutes:g}")
    return _say("limit-metres", language, n=f"{metres:,.10g}")


def _pace(value: float | None, language: Language) -> str:
    if value is None:
        return _say("pace-unused", language)
    return _say("pace", language, n=f"{value:g}")


def _target(value: float | None, language: Language) -> str:
    return _say("none", language) if value is None else target_percent(value)


def _most(value: int | None, language: Language) -> str:
    return _say("no-limit", language) if value is None else _sites(value, language)


def _sites(value: int, language: Language) -> str:
    return _say("sites", language, n=f"{value:,}")


def _homes(value: int | None, language: Language) -> str:
    if value is None:
        return _say("none", language)
    return _say("households", language, n=f"{value:,}")


def _homes_urban(value: int | None, language: Language) -> str:
    return _say("households-same", language) if value is None else _homes(value, language)


def _sites_urban(value: int | None, language: Language) -> str:
    return _say("households-same", language) if value is None else _sites(value, language)


def _by_township(value: dict[str, int], language: Language) -> str:
    return _names([f"{code}: {number}" for code, number in value.items()], language)


def _existing(value: bool, language: Language) -> str:
    return _say("kept-open" if value else "may-close", language)


def _choice(prefix: str) -> Callable[[Any, Language], str]:
    return lambda value, language: _say(f"{prefix}-{value}", language)


def _weights(value: dict[str, float], language: Language) -> str:
    told = [f"{_criteria()[key][language]} {weight:g}" for key, weight in value.items()]
    return ("、" if language == "zh" else ", ").join(told) or _say("usual", language)


@cache
def _criteria() -> dict[str, dict[Language, str]]:
    return {
        one.key: {"zh": one.name_zh, "en": one.name_en} for one in default_suitability().criteria
    }


def _kinds(value: Sequence[str], language: Language) -> str:
    names = [kind_name(kind, language) for kind in value]
    return ("、" if language == "zh" else ", ").join(names) or _say("kinds-all", language)


def _added(value: Sequence[dict[str, Any]], language: Language) -> str:
    names = []
    for site in value:
        name = site["name"] or site["id"]
        names.append(_say("edit-existing", language, name=name) if site["existing"] else name)
    return _names(names, language)


def _areas(value: Sequence[dict[str, Any]], language: Language) -> str:
    names = [row["name"] or _say("area", language, n=n) for n, row in enumerate(value, 1)]
    return _names(names, language)


def _names(names: Sequence[str], language: Language) -> str:
    if not names:
        return _say("nothing", language)
    some = ("、" if language == "zh" else ", ").join(names[:LISTED])
    key = "list-more" if len(names) > LISTED else "list"
    return _say(key, language, n=len(names), names=some)


PARAMETERS: dict[str, Callable[[Any, Language], str]] = {
    "mode": _choice("mode"),
    "limit": _limit,
    "speed_walk_m_s": _pace,
    "min_per_township": _sites,
    "min_per_township_urban": _sites_urban,
    "households_per_site": _homes,
    "households_per_site_urban": _homes_urban,
    "min_by_township": _by_township,
    "urban_target": _target,
    "township_target": _target,
    "max_sites": _most,
    "objective": _choice("objective"),
    "weight": _choice("weight"),
    "keep_existing": _existing,
    "suitability": _weights,
    "kinds": _kinds,
    "edits-added": _added,
    "edits-closed": _names,
    "edits-forced": _names,
    "edits-no_go": _areas,
    "gap": lambda value, _: target_percent(value),
    "seed": lambda value, _: str(value),
}
"""How each value is said, in the order of the rows."""
