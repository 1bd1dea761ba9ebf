"""Sentences about repairs."""

from __future__ import annotations

from collections.abc import Sequence

from planner.scenario import Scenario
from planner.wording.language import LANGUAGES, Language, Words
from planner.wording.words import WORDS

__all__ = ["REPAIRS", "Said", "both", "limit_said", "listed", "site_said"]

REPAIRS = Words(
    {
        "open": ("启用候选点 {sites}", "open candidate {sites}"),
        "add": (
            "没有够用的候选点：在 {places}（经度, 纬度）附近增设 {n} 个回收点",
            "no candidate there will do: add {n} near {places} (longitude, latitude)",
        ),
        "radius": ("将服务半径由 {old}增至 {new}", "raise the radius from {old} to {new}"),
        "free-open": (
            "撤销编辑（{edits}），启用 {sites}",
            "take back edits ({edits}) and open {sites}",
        ),
        "free": ("撤销编辑（{edits}）", "take back edits ({edits})"),
        "lower-urban": (
            "将主城区覆盖目标由 {old} 降至 {new}",
            "lower the urban target from {old} to {new}",
        ),
        "lower-township": (
            "将各乡镇覆盖目标由 {old} 降至 {new}",
            "lower the townships' target from {old} to {new}",
        ),
        "sites": (
            "将回收点总数上限由 {old} 增至 {new}",
            "allow {new} sites in all instead of {old}",
        ),
        "quota": (
            "将每乡镇回收点数由 {old} 降至 {new}",
            "ask each township for {new} sites instead of {old}",
        ),
        "existing": ("允许关闭现有回收点", "let existing sites be closed"),
        "kinds": ("允许所有类型的候选点", "allow candidates of every kind"),
        "added": ("增设 {id}", "{id} added"),
        "forced": ("必设 {id}", "{id} forced"),
        "and": ("，并", ", and "),
        "unchanged": ("，其余不变：", ", all else as it is: "),
        "then-covered": (
            "本乡镇多覆盖 {gain:,} 人，覆盖率 {before} → {after}",
            "+{gain:,} people here, {before} → {after} covered",
        ),
        "then-sites": (
            "本乡镇回收点 {before} → {after}，应设 {required} 个",
            "{before} → {after} sites here, {required} asked for",
        ),
        "then-people": ("；全区多覆盖 {gain:,} 人", "; +{gain:,} people in all"),
        "then-passing": (
            "；达标乡镇 {before} → {after}（共 {of} 个）",
            "; townships passing {before} → {after} of {of}",
        ),
        "then-total": (
            "；回收点总数 {before:,} → {after:,}",
            "; sites in all {before:,} → {after:,}",
        ),
        "then-cost": ("，相对成本 {before} → {after}", ", relative cost {before} → {after}"),
        "then-plan": (
            "：方案可行，共 {total:,} 个回收点，覆盖 {share} 的人口",
            ": then there is a plan, {total:,} sites, {share} of the people covered",
        ),
        "still-short": ("，仍未达标", "; still short"),
        "more": ("等 {n} 处", " and others, {n} in all"),
    }
)

Said = dict[Language, str]
"""A sentence, or a part of one, in both languages."""

SHOWN = 4
"""Sites or places named in one sentence."""


def both(key: str, **values: object) -> Said:
    """One sentence in both languages; values may be such pairs themselves."""
    return {
        one: REPAIRS.say(
            key, one, **{k: v[one] if isinstance(v, dict) else v for k, v in values.items()}
        )
        for one in LANGUAGES
    }


def listed(names: Sequence[str]) -> Said:
    """Join names, the first few in full."""
    text: Said = {"zh": "、".join(names[:SHOWN]), "en": "; ".join(names[:SHOWN])}
    rest = both("more", n=len(names)) if len(names) > SHOWN else dict.fromkeys(LANGUAGES, "")
    return {one: text[one] + rest[one] for one in LANGUAGES}


def site_said(name: str, site_id: str) -> str:
    """A site by its name and id, in one short line whatever the map holds."""
    short = " ".join(name.split())[:60]
    return f"{short} ({site_id})" if short else site_id


def limit_said(scenario: Scenario) -> Said:
    """A coverage limit with its unit."""
    if scenario.minutes is None:
        return {one: WORDS.say("metres", one, n=f"{scenario.limit:.10g}") for one in LANGUAGES}
    return {one: WORDS.say("minutes", one, n=f"{scenario.minutes:.10g}") for one in LANGUAGES}
