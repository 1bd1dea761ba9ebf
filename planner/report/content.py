"""What the report of a plan says, block by block: every figure is the plan record's."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from planner.checking.check import Report as Check
from planner.headline import headline, percent
from planner.maps.page import credit_lines
from planner.maps.state import notices
from planner.picture.words import limit_phrase, question_line
from planner.plan import Plan
from planner.report.blocks import (
    Block,
    Cards,
    Column,
    Heading,
    Imprint,
    Note,
    Paragraph,
    Picture,
    Points,
    Report,
    Table,
    text_line,
)
from planner.report.method import method_paragraphs, references
from planner.report.tables import (
    parameter_table,
    repair_table,
    site_table,
    source_table,
    township_table,
)
from planner.report.words import REPORT_WORDS
from planner.wording.language import Language
from planner.wording.shares import gap_percent, target_percent
from planner.wording.words import WORDS

__all__ = ["report_content"]

NAMED = 8
"""Townships named in a sentence."""


def report_content(
    plan: Plan,
    lang: Language,
    *,
    imprint: Imprint | None = None,
    repairs: Mapping[str, str] | None = None,
    check: Check | None = None,
    more: int | None = None,
) -> Report:
    """Write the report of a plan.

    Parameters
    ----------
    imprint
        Title, author, organisation, map-review number.
    repairs
        Nearest repair, in the language, by code of the townships that fall short.
    check
        Result of the second opinion (:func:`planner.checking.check.check_plan`), if it was asked.
    more
        So many people more may at most be covered by as many sites
        (:func:`planner.curves.room.people_more`), if that was asked.
    """
    imprint = imprint or Imprint()
    region = text_line(plan.record["data"]["region"])
    title = imprint.title or REPORT_WORDS.say("title", lang, region=region)
    blocks: list[Block] = [
        *_summary(plan, lang, more),
        *_figures(plan, lang),
        Heading(text=REPORT_WORDS.say("map", lang)),
        Picture(alt=REPORT_WORDS.say("map-alt", lang, region=region)),
        # After the map, which stands on a sheet of its own: no line is left alone before it.
        *_proof(plan, lang),
        *_townships(plan, lang, repairs or {}),
        Heading(text=REPORT_WORDS.say("sites", lang)),
        Paragraph(text=REPORT_WORDS.say("sites-intro", lang)),
        site_table(plan, lang),
        *_method(plan, lang),
        Heading(text=REPORT_WORDS.say("parameters", lang)),
        Paragraph(text=REPORT_WORDS.say("parameters-intro", lang)),
        parameter_table(plan, lang),
        *_sources(plan, lang),
        *_unknown(plan, lang),
        *_checking(plan, lang, check),
    ]
    credit = [text_line(line) for line in credit_lines(plan.bundle, lang, imprint.review_number)]
    return Report(
        title=title,
        author=" · ".join(part for part in (imprint.organisation, imprint.author) if part),
        facts=_facts(plan, lang, imprint),
        blocks=tuple(blocks),
        running=title,
        foot=" · ".join(credit),
        date=plan.record["data"]["osm_timestamp"] or "",
        language="zh-CN" if lang == "zh" else "en",
    )


def _facts(plan: Plan, lang: Language, imprint: Imprint) -> tuple[str, ...]:
    def say(key: str, **values: object) -> str:
        return REPORT_WORDS.say(key, lang, **values)

    date = plan.record["data"]["osm_timestamp"][:10] or say("unknown-date")
    facts = [text_line(plan.scenario.name)]
    if imprint.organisation:
        facts.append(say("facts-organisation", organisation=imprint.organisation))
    if imprint.author:
        facts.append(say("facts-author", author=imprint.author))
    facts += [
        say("facts-question", question=question_line(plan.scenario, lang)),
        say("facts-data", date=date),
        text_line(credit_lines(plan.bundle, lang, imprint.review_number)[0]),
    ]
    return tuple(fact for fact in facts if fact)


def _summary(plan: Plan, lang: Language, more: int | None) -> list[Block]:
    record = plan.record
    people, material = record["people"], record["material"]
    total = max(1, people["total"])

    def say(key: str, **values: object) -> str:
        return REPORT_WORDS.say(key, lang, **values)

    sentences = [
        say(
            "sum-sites",
            region=text_line(record["data"]["region"]),
            sites=f"{record['sites']:,}",
            existing=f"{record['sites'] - record['sites_new']:,}",
            new=f"{record['sites_new']:,}",
        ),
        say(
            "sum-people",
            total=f"{people['total']:,}",
            covered=f"{people['covered']:,}",
            share=percent(people["share"]),
            limit=limit_phrase(plan.scenario, lang),
        ),
        _urban_sentence(plan, lang),
        _township_sentence(plan, lang),
    ]
    if people["estimated"]:
        known = people["covered_low"] < people["covered_high"]
        sentences.append(
            say(
                "sum-range",
                low=percent(people["covered_low"] / total),
                high=percent(people["covered_high"] / total),
            )
            if known
            else say("sum-estimated")
        )
    if material["kg_day"]:
        sentences.append(
            say(
                "sum-material",
                tonnes=f"{material['kg_day'] / 1000:,.1f}",
                share=percent(material["share"]),
            )
        )
    gap = gap_percent(record["objective"]["gap"])
    proof = "sum-open"
    if record["status"] == "proven":
        proof = "sum-proven-within" if record["objective"]["gap"] > 0 else "sum-proven"
    sentences.append(say(proof, **({} if proof == "sum-proven" else {"gap": gap})))
    if more is not None:
        sentences.append(say("sum-more" if more else "sum-no-more", n=f"{more:,}"))
    return [
        Heading(text=say("summary")),
        Points(items=tuple(sentences)),
        *[Note(text=text_line(notice)) for notice in notices(plan, lang)],
        Cards(figures=headline(plan, lang, more=more)),
    ]


def _urban_sentence(plan: Plan, lang: Language) -> str:
    urban = plan.record["urban"]
    share = urban["weighed_share"]
    if share is None:
        return REPORT_WORDS.say("sum-no-urban", lang)
    values = {
        "covered": percent(share),
        "what": REPORT_WORDS.say(f"what-{plan.scenario.weight}", lang),
    }
    if urban["target"] is None:
        return REPORT_WORDS.say("sum-urban", lang, **values)
    key = "sum-urban-met" if urban["met"] else "sum-urban-short"
    return REPORT_WORDS.say(key, lang, **values, target=target_percent(urban["target"]))


def _township_sentence(plan: Plan, lang: Language) -> str:
    rows = plan.record["townships"]
    short = [text_line(row["name"]) for row in rows if not row["pass"]]
    if not short:
        return REPORT_WORDS.say("sum-townships-all", lang, of=len(rows))
    names = REPORT_WORDS.say("list", lang).join(short[:NAMED])
    if len(short) > NAMED:
        joint = REPORT_WORDS.say("list", lang) if lang == "en" else ""
        names += joint + REPORT_WORDS.say("and-more", lang, n=len(short) - NAMED)
    return REPORT_WORDS.say("sum-townships-short", lang, of=len(rows), n=len(short), names=names)


def _figures(plan: Plan, lang: Language) -> list[Block]:
    record = plan.record

    def say(key: str, **values: object) -> str:
        return REPORT_WORDS.say(key, lang, **values)

    people, urban, objective = record["people"], record["urban"], record["objective"]
    homes, material = record["households"], record["material"]
    kg = plan.scenario.weight == "kg"
    passed = sum(row["pass"] for row in record["townships"])
    total, target = max(1, people["total"]), urban["target"]
    if not people["estimated"]:
        spread = say("fig-counted")
    elif people["covered_low"] < people["covered_high"]:
        ends = (people["covered_low"], people["covered_high"])
        low, high = (percent(end / total) for end in ends)
        spread = say("fig-range-note", low=low, high=high)
    else:
        spread = say("fig-one-spread")
    existing = record["sites"] - record["sites_new"]
    value, bound = (_number(objective[key]) for key in ("value", "bound"))
    gap, asked = gap_percent(objective["gap"]), target_percent(plan.scenario.gap)
    rows = [
        (
            say("fig-sites"),
            f"{record['sites']:,}",
            say("fig-sites-note", existing=f"{existing:,}", new=f"{record['sites_new']:,}"),
        ),
        (
            say("fig-people"),
            f"{people['covered']:,}",
            say("fig-people-note", total=f"{people['total']:,}"),
        ),
        (say("fig-share"), percent(people["share"]), spread),
        (
            say("fig-urban-kg" if kg else "fig-urban"),
            percent(urban["weighed_share"]),
            say("fig-no-target")
            if target is None
            else say("fig-target", target=target_percent(target)),
        ),
        (
            say("fig-townships"),
            say("fig-townships-value", n=passed, of=len(record["townships"])),
            "",
        ),
        (
            say("fig-households"),
            f"{homes['covered']:,}",
            say("fig-households-note", total=f"{homes['total']:,}"),
        ),
        (
            say("fig-material"),
            say("fig-material-value", n=f"{material['covered_kg_day'] / 1000:,.1f}"),
            say("fig-material-note", total=f"{material['kg_day'] / 1000:,.1f}"),
        ),
        (say("fig-objective"), value, WORDS.say(f"objective-{objective['name']}", lang)),
        (say("fig-bound"), bound, say("fig-bound-note")),
        (say("fig-gap"), gap, say("fig-gap-note", asked=asked)),
    ]
    return [
        Heading(text=say("figures")),
        Table(
            columns=(
                Column(title=say("col-figure"), width=1.5),
                Column(title=say("col-value"), align="right", width=1.0),
                Column(title=say("col-note"), width=2.6),
            ),
            rows=tuple(rows),
        ),
    ]


def _proof(plan: Plan, lang: Language) -> list[Block]:
    """Say what is proven of the plan, and what that means."""
    objective = plan.record["objective"]
    told = {
        "value": _number(objective["value"]),
        "bound": _number(objective["bound"]),
        "gap": gap_percent(objective["gap"]),
        "asked": target_percent(plan.scenario.gap),
    }
    key = "proof-open"
    if plan.record["status"] == "proven":
        key = "proof-within" if objective["gap"] > 0 else "proof-exact"
    return [
        Heading(text=REPORT_WORDS.say("proof", lang)),
        Paragraph(text=REPORT_WORDS.say("proof-why", lang)),
        Paragraph(text=REPORT_WORDS.say(key, lang, **told)),
        Paragraph(text=REPORT_WORDS.say("proof-limits", lang)),
    ]


def _townships(plan: Plan, lang: Language, repairs: Mapping[str, str]) -> list[Block]:
    unit = plan.scenario.unit
    intro = REPORT_WORDS.say("townships-intro", lang, way=REPORT_WORDS.say(f"way-{unit}", lang))
    out: list[Block] = [
        Heading(text=REPORT_WORDS.say("townships", lang)),
        Paragraph(text=intro),
        township_table(plan, lang),
    ]
    if any(row["people_estimated"] for row in plan.record["townships"]):
        out.append(Paragraph(text=REPORT_WORDS.say("townships-estimated", lang), small=True))
    if any(row["reason"] for row in plan.record["townships"]):
        out += [
            Heading(text=REPORT_WORDS.say("short", lang), level=2),
            repair_table(plan, lang, repairs),
        ]
    return out


def _method(plan: Plan, lang: Language) -> list[Block]:
    paragraphs = method_paragraphs(plan, lang)
    return [
        Heading(text=REPORT_WORDS.say("method", lang)),
        *[Paragraph(text=text) for text in paragraphs],
        Heading(text=REPORT_WORDS.say("references", lang), level=2),
        *[Paragraph(text=work, small=True) for work in references(paragraphs)],
    ]


def _sources(plan: Plan, lang: Language) -> list[Block]:
    told = plan.record["warnings"]

    def said(*prefixes: str) -> str:
        sentences = [str(one[lang]) for one in told if one["kind"].startswith(prefixes)]
        return text_line(("；" if lang == "zh" else "; ").join(sentences))

    out: list[Block] = [
        Heading(text=REPORT_WORDS.say("sources", lang)),
        source_table(plan, lang),
    ]
    for key, how in (
        ("people-how", said("demand-estimated", "demand-method-")),
        ("urban-how", said("urban-", "no-urban-area")),
    ):
        if how:
            out.append(Paragraph(text=REPORT_WORDS.say(key, lang, how=how)))
    licence = text_line(plan.record["data"]["licence"])
    out.append(Note(text=REPORT_WORDS.say("sources-credit", lang, licence=licence)))
    return out


def _unknown(plan: Plan, lang: Language) -> list[Block]:
    warnings = tuple(text_line(one[lang]) for one in plan.record["warnings"])
    key = "unknown-intro" if warnings else "unknown-none"
    out: list[Block] = [
        Heading(text=REPORT_WORDS.say("unknown", lang)),
        Paragraph(text=REPORT_WORDS.say("unknown-always", lang)),
        Paragraph(text=REPORT_WORDS.say(key, lang)),
    ]
    return [*out, Points(items=warnings)] if warnings else out


def _checking(plan: Plan, lang: Language, check: Check | None) -> list[Block]:
    if check is None:
        result = REPORT_WORDS.say("checking-not", lang)
    elif check.differences:
        values: dict[str, Any] = {"checked": check.checked, "differences": len(check.differences)}
        result = REPORT_WORDS.say("checking-differs", lang, **values)
    else:
        result = REPORT_WORDS.say("checking-agrees", lang, checked=check.checked)
    sha256 = plan.record["data"]["bundle_sha256"]
    return [
        Heading(text=REPORT_WORDS.say("checking", lang)),
        Paragraph(text=REPORT_WORDS.say("checking-how", lang)),
        Note(text=result),
        Paragraph(text=REPORT_WORDS.say("checking-same", lang, sha256=sha256)),
    ]


def _number(value: float) -> str:
    return f"{value:,}" if isinstance(value, int) else f"{value:,.2f}"
