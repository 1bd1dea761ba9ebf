"""What a command prints when it is done: a few lines that a planner reads."""

from __future__ import annotations

from pathlib import Path

from geo.bundle import Bundle
from planner.checking.check import Report
from planner.headline import percent, reason_in
from planner.plan import Plan
from planner.record import share
from planner.wording.language import Language
from planner.wording.sources import boundaries_said
from planner.wording.words import WORDS, by_weight, say_finding

__all__ = ["bundle_summary", "check_summary", "plan_summary"]

SHOWN = 12
"""Warnings on the terminal; all of them stand in the files."""


def bundle_summary(bundle: Bundle, folder: Path, language: Language) -> str:
    """Say what was imported and what was noticed."""
    counts = bundle.counts()
    lines = [
        WORDS.say(
            "imported",
            language,
            name=bundle.region.name,
            folder=folder,
            townships=counts["townships"],
            boundaries=boundaries_said(bundle.region.source, language),
            people=f"{counts['people']:,}",
            people_source=_people(bundle, language),
            cells=f"{counts['demand_cells']:,}",
            candidates=f"{counts['candidates']:,}",
            existing=counts["candidates_existing"],
            generated=f"{counts['candidates_generated']:,}",
            urban=_urban(bundle, language),
        )
    ]
    lines += [
        WORDS.say(
            "imported-roads",
            language,
            mode=WORDS.say(f"mode-{mode}", language),
            km=f"{counts[f'{mode}_length_m'] / 1000:,.0f}",
            nodes=f"{counts[f'{mode}_nodes']:,}",
            parts=counts[f"{mode}_parts"],
        )
        for mode in bundle.networks
    ]
    sentences = [say_finding(finding, language) for finding in by_weight(bundle.findings)]
    return "\n".join([*lines, *_noticed(sentences, language)]) + "\n"


def plan_summary(plan: Plan, folder: Path, language: Language) -> str:
    """Say what the plan does, how well it is proven, and what it does not know."""
    record = plan.record
    objective, people, urban = record["objective"], record["people"], record["urban"]
    passed = sum(row["pass"] for row in record["townships"])
    lines = [
        WORDS.say(
            "planned",
            language,
            folder=folder,
            sites=record["sites"],
            new=record["sites_new"],
            status=WORDS.say(f"status-{record['status']}", language),
            objective=WORDS.say(f"objective-{objective['name']}", language),
            value=objective["value"],
            bound=objective["bound"],
            gap=f"{objective['gap']:.2%}",
            share=percent(people["share"]),
            people=f"{people['total']:,}",
            passed=passed,
            townships=len(record["townships"]),
        ),
        _urban(plan.bundle, language)
        if not urban["total"]
        else WORDS.say(
            "planned-urban-kg" if plan.scenario.weight == "kg" else "planned-urban",
            language,
            share=percent(urban["weighed_share"]),
            target=percent(urban["target"]),
            definition=_urban(plan.bundle, language),
        ),
    ]
    if any(row["spreads"] > 1 for row in record["townships"]):
        ends = {
            f"{key}{end}": percent(share(part[f"covered_{end}"], part["total"]))
            for key, part in (("", people), ("urban_", urban))
            for end in ("low", "high")
        }
        lines.append(WORDS.say("planned-range", language, **ends))
    material = record["material"]
    lines.append(
        WORDS.say(
            "planned-material",
            language,
            tonnes=f"{material['kg_day'] / 1000:,.1f}",
            share=percent(material["share"]),
            households=f"{record['households']['total']:,}",
        )
    )
    failing = [row for row in record["townships"] if not row["pass"]]
    lines += [
        f"  ✗ {row['name']} ({row['code']}): {reason_in(row['reason'], language)}"
        for row in failing[:SHOWN]
    ]
    sentences = [warning[language] for warning in record["warnings"]]
    return "\n".join([*lines, *_noticed(sentences, language)]) + "\n"


def check_summary(report: Report, language: Language) -> str:
    """Say whether a plan is what it says it is."""
    key = "check-differs" if report.differences else "check-agrees"
    head = WORDS.say(key, language, checked=report.checked, differences=len(report.differences))
    return "\n".join([head, *(f"  ✗ {line}" for line in report.differences[:50])]) + "\n"


def _people(bundle: Bundle, language: Language) -> str:
    """Where the people come from: what the demand's own findings say, the estimate first."""
    told = [f for f in by_weight(bundle.findings) if f.kind.startswith("demand-")]
    spread = [f for f in told if f.kind.startswith(("demand-estimated", "demand-method-"))]
    return ("；" if language == "zh" else "; ").join(say_finding(f, language) for f in spread)


def _urban(bundle: Bundle, language: Language) -> str:
    """How the main urban area was found: the sentence exists in both languages as a finding."""
    told = (f for f in bundle.findings if f.kind.startswith("urban-") or f.kind == "no-urban-area")
    return say_finding(next(told), language)


def _noticed(sentences: list[str], language: Language) -> list[str]:
    lines = [f"  ! {sentence}" for sentence in sentences[:SHOWN]]
    if len(sentences) > SHOWN:
        lines.append("  " + WORDS.say("more-noticed", language, more=len(sentences) - SHOWN))
    return lines
