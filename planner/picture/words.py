"""Words of the map sheet; those it shares with the app's map are in ``map_words``."""

from __future__ import annotations

from planner.scenario import Scenario
from planner.wording.language import Language, Words
from planner.wording.shares import target_percent

__all__ = ["PICTURE_WORDS", "limit_phrase", "question_line"]

PICTURE_WORDS = Words(
    {
        "title": ("{region}回收点规划图", "{region}: plan of recycling points"),
        "join": ("；", "; "),
        "metre": ("米", "m"),
        "kilometre": ("公里", "km"),
        "role-existing": ("现有（{n} 个）", "existing ({n})"),
        "role-new": ("新设（{n} 个）", "new ({n})"),
        "role-hosted": ("依托环卫设施（{n} 个）", "hosted by a waste facility ({n})"),
        "role-mobile": ("流动（{n} 个）", "mobile ({n})"),
        "by-hand": ("手工修改", "Changed by hand"),
        "closed": ("已关闭的点（{n} 个）", "closed sites ({n})"),
        "no-go": ("禁建区（{n} 块）", "no-go areas ({n})"),
        "base": ("底图", "Base map"),
        "base-roads": ("主要道路", "main roads"),
        "base-water": ("水域", "water"),
        "base-wood": ("林地", "woods"),
        "base-residential": ("居住用地", "residential land"),
        "ask-walk-m": ("步行 {n} 米以内", "within {n} m on foot"),
        "ask-ebike-m": ("电动车 {n} 米以内", "within {n} m by e-bike"),
        "ask-drive-m": ("驾车 {n} 米以内", "within {n} m by car"),
        "ask-walk-s": ("步行 {n} 分钟以内", "within {n} minutes on foot"),
        "ask-ebike-s": ("电动车 {n} 分钟以内", "within {n} minutes by e-bike"),
        "ask-drive-s": ("驾车 {n} 分钟以内", "within {n} minutes by car"),
        "ask-per-township": ("每个乡镇至少 {n} 个点", "at least {n} in each township"),
        "ask-urban": ("主城区覆盖 {share} 以上", "{share} of the main urban area covered"),
        "ask-township": ("各乡镇覆盖 {share} 以上", "{share} of each township covered"),
        "ask-most": ("最多 {n} 个点", "at most {n} sites"),
    }
)


def limit_phrase(scenario: Scenario, language: Language) -> str:
    """Say how far is near enough: "within 1,000 m on foot"."""
    limit = scenario.limit if scenario.minutes is None else scenario.minutes
    return PICTURE_WORDS.say(f"ask-{scenario.mode}-{scenario.unit}", language, n=f"{limit:,.10g}")


def question_line(scenario: Scenario, language: Language) -> str:
    """Say in one line what a plan was asked for."""

    def say(key: str, **values: object) -> str:
        return PICTURE_WORDS.say(key, language, **values)

    parts = [limit_phrase(scenario, language)]
    if scenario.min_per_township:
        parts.append(say("ask-per-township", n=scenario.min_per_township))
    if scenario.urban_target is not None:
        parts.append(say("ask-urban", share=target_percent(scenario.urban_target)))
    if scenario.township_target is not None:
        parts.append(say("ask-township", share=target_percent(scenario.township_target)))
    if scenario.max_sites is not None:
        parts.append(say("ask-most", n=f"{scenario.max_sites:,}"))
    return " · ".join(parts)
