"""A plan in five figures: the same on the map's title card, above the app's map and in reports."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from planner.plan import Plan
from planner.wording.language import Language, Words
from planner.wording.shares import gap_percent, percent, target_percent

__all__ = ["HEADLINE_WORDS", "Figure", "headline", "labels", "percent", "reason_in"]

HEADLINE_WORDS = Words(
    {
        "sites": ("回收点", "Sites"),
        "sites-split": ("新设 {new} · 现有 {existing}", "{new} new · {existing} existing"),
        "people": ("覆盖人口", "People covered"),
        "people-of": ("{covered} / {total} 人", "{covered} of {total} people"),
        "people-estimated": (
            "{covered} / {total} 人（估计）",
            "{covered} of {total} people (estimated)",
        ),
        "people-range": (
            "{covered} / {total} 人（估计，{low}–{high}）",
            "{covered} of {total} people (estimated, {low}–{high})",
        ),
        "urban": ("主城区覆盖", "Main urban area covered"),
        "urban-kg": ("主城区覆盖废品量", "Urban recyclables covered"),
        "urban-none": ("未划定", "none defined"),
        "urban-target": ("目标 {target}", "target {target}"),
        "urban-no-target": ("未设目标", "no target"),
        "urban-short": ("未达到目标 {target}", "short of the target {target}"),
        "townships": ("乡镇达标", "Townships passing"),
        "townships-all": ("全部达标", "every one"),
        "townships-short": ("{n} 个未达标", "{n} fall short"),
        "proof": ("与最优方案的差距", "Gap to the best possible"),
        "proof-gap": ("≤ {gap}", "≤ {gap}"),
        "proof-exact-sites": ("点数已最少，已证明", "fewest sites, proven"),
        "proof-exact-cost": ("成本已最低，已证明", "least cost, proven"),
        "proof-exact-people": ("覆盖已最多，已证明", "most covered, proven"),
        "proof-within": ("已证明", "proven"),
        "proof-room": (
            "{note}；同样点数至多再多 {n} 人",
            "{note}; as many sites: up to {n} people more",
        ),
        "proof-no-room": (
            "{note}；同样点数覆盖也最多",
            "{note}; as many sites cover no more",
        ),
        "proof-open": ("目前最好，尚未证明", "best so far, not proven"),
    }
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Figure:
    """One figure with its label; ``good`` is ``None`` where nothing was asked for."""

    key: str
    label: str
    value: str
    note: str
    good: bool | None = None


def reason_in(reason: str, language: Language) -> str:
    """Pick one language of a township's reason; the plan's files hold ``zh / en``."""
    column = 0 if language == "zh" else -1
    halves = [part.split(" / ")[column] for part in reason.split("; ")]
    return ("；" if language == "zh" else "; ").join(halves)


def labels(language: Language) -> tuple[str, ...]:
    """Names of the figures, in their order."""
    keys = ("sites", "people", "urban", "townships", "proof")
    return tuple(HEADLINE_WORDS.say(key, language) for key in keys)


def headline(plan: Plan, language: Language, *, more: int | None = None) -> tuple[Figure, ...]:
    """Sum a plan up: sites, people, main urban area, townships, and how well it is proven.

    Parameters
    ----------
    more
        So many people more may at most be covered by as many sites
        (:func:`planner.curves.room.people_more`), if that is known.
    """
    record = plan.record
    passed = sum(1 for row in record["townships"] if row["pass"])
    short = len(record["townships"]) - passed
    people = record["people"]

    def say(key: str, **values: object) -> str:
        return HEADLINE_WORDS.say(key, language, **values)

    return (
        Figure(
            key="sites",
            label=say("sites"),
            value=f"{record['sites']:,}",
            note=say(
                "sites-split",
                new=f"{record['sites_new']:,}",
                existing=f"{record['sites'] - record['sites_new']:,}",
            ),
        ),
        Figure(
            key="people",
            label=say("people"),
            value=percent(people["share"]),
            note=say(
                _people_note(people),
                covered=f"{people['covered']:,}",
                total=f"{people['total']:,}",
                low=percent(people["covered_low"] / max(1, people["total"])),
                high=percent(people["covered_high"] / max(1, people["total"])),
            ),
        ),
        _urban(record["urban"], language, kg=plan.scenario.weight == "kg"),
        Figure(
            key="townships",
            label=say("townships"),
            value=f"{passed} / {len(record['townships'])}",
            note=say("townships-short", n=short) if short else say("townships-all"),
            good=not short,
        ),
        _proof(record, language, more),
    )


def _people_note(people: dict[str, Any]) -> str:
    if not people["estimated"]:
        return "people-of"
    # Where only one spread of the people is plausible there is no range to tell.
    known = people["covered_low"] < people["covered_high"]
    return "people-range" if known else "people-estimated"


def _urban(urban: dict[str, Any], language: Language, *, kg: bool) -> Figure:
    # The target is a share of what the plan weighs: people, or kilograms a day.
    target, share = urban["target"], urban["weighed_share" if kg else "share"]
    met = bool(urban["met"])
    if share is None:
        note, good = HEADLINE_WORDS.say("urban-none", language), None
    elif target is None:
        note, good = HEADLINE_WORDS.say("urban-no-target", language), None
    else:
        key = "urban-target" if met else "urban-short"
        note, good = HEADLINE_WORDS.say(key, language, target=target_percent(target)), met
    label = HEADLINE_WORDS.say("urban-kg" if kg else "urban", language)
    return Figure(key="urban", label=label, value=percent(share), note=note, good=good)


def _proof(record: dict[str, Any], language: Language, more: int | None) -> Figure:
    gap = float(record["objective"]["gap"])
    good: bool | None = True
    # What is proven is what was asked for: the fewest sites are not those that cover the most.
    scenario = record["scenario"]
    goal = "people" if scenario["max_sites"] is not None else scenario["objective"]
    note = "proof-within" if gap > 0 else f"proof-exact-{goal}"
    if record["status"] != "proven":
        note, good = "proof-open", None
    said = HEADLINE_WORDS.say(note, language)
    if more is not None:
        key = "proof-room" if more else "proof-no-room"
        said = HEADLINE_WORDS.say(key, language, note=said, n=f"{more:,}")
    return Figure(
        key="proof",
        label=HEADLINE_WORDS.say("proof", language),
        value=HEADLINE_WORDS.say("proof-gap", language, gap=gap_percent(gap))
        if gap > 0
        else gap_percent(gap),
        note=said,
        good=good,
    )
