"""Lines of the compliance sheet as a reader sees them: numbers, evidence, repairs."""

from __future__ import annotations

from collections.abc import Sequence

from planner.policy.compliance.sheet import Check, Compliance
from planner.policy.compliance.words import COMPLIANCE, say_compliance_finding, say_names
from planner.policy.rules.rules import Rule, RulePack
from planner.report.blocks import text_line
from planner.wording.language import Language

__all__ = [
    "check_rows",
    "evidence",
    "fix_line",
    "head_lines",
    "note_lines",
    "number",
    "number_mark",
    "repair",
    "rule_formula",
    "rule_rows",
    "rule_table",
    "township",
    "with_unit",
]

LISTED = 5


def number(value: float | None, unit: str) -> str:
    """A number in its unit, without it; a dash where there is none."""
    if value is None:
        return "—"
    if unit == "share":
        return f"{value:.2%}"
    return f"{value:,.2f}".rstrip("0").rstrip(".")


def with_unit(value: float | None, unit: str, said: str) -> str:
    """A number with its unit; a dash stands alone."""
    told = number(value, unit)
    return told if value is None else f"{told} {said}".strip()


def number_mark(rule: Rule, language: Language) -> str:
    """Whether a rule's numbers were read in their source, and which the planner chose."""
    told = []
    if not rule.all_chosen:
        told.append(COMPLIANCE.say("verified" if rule.verified else "unverified", language))
    if rule.chosen:
        told.append(COMPLIANCE.say("chosen", language, names=say_names(rule.chosen, language)))
    return ("；" if language == "zh" else "; ").join(told)


def township(check: Check, language: Language) -> str:
    """The township of a line, or that it is of all."""
    return text_line(check.name) if check.township else COMPLIANCE.say("whole", language)


def evidence(compliance: Compliance, check: Check, language: Language) -> str:
    """What a line stands on: numbers, the sites that count, the worst-off cell."""

    def say(key: str, **values: object) -> str:
        return COMPLIANCE.say(key, language, **values)

    parts = [say(f"basis-{name}", n=f"{value:,g}" if value % 1 else f"{value:,.0f}")
             for name, value in check.basis]  # fmt: skip
    if check.sites:
        names = _names(compliance)
        parts.append(say("counted", names=_listed([names[one] for one in check.sites], language)))
    if check.cell and check.cell_m is None:
        parts.append(say("farthest-none", cell=check.cell))
    elif check.cell:
        metres = f"{check.cell_m:,.0f}"
        key = "farthest" if check.cell_site else "farthest-beyond"
        site = {"site": _names(compliance)[check.cell_site]} if check.cell_site else {}
        parts.append(say(key, cell=check.cell, metres=metres, **site))
    if check.lacking:
        lacking = _listed([text_line(one) for one in check.lacking], language)
        parts.append(say(f"lacking-{check.unit}", names=lacking))
    if check.note:
        parts.append(say(f"note-{check.note}"))
    if not check.binding:
        parts.append(say("part"))
    return ("；" if language == "zh" else "; ").join(parts)


def repair(compliance: Compliance, check: Check, language: Language) -> str:
    """The cheapest repair of a line; empty where nothing is short or nothing was looked for."""
    if check.status not in ("fail", "near"):
        return ""
    _, rule = compliance.rule(check)
    if rule.tier != "point" and rule.kind.startswith("count"):
        return COMPLIANCE.say("fix-stations", language, n=number(check.shortfall, check.unit))
    if f"fix-{rule.kind}" in COMPLIANCE.table:
        # No choice of sites mends these.
        due = check.shortfall if rule.kind == "area-per-households" else check.required
        return COMPLIANCE.say(f"fix-{rule.kind}", language, n=number(due, check.unit))
    if not compliance.fix.status:
        return ""
    if not check.fix:
        return COMPLIANCE.say("fix-none", language)
    known = {one.id: text_line(one.name) or one.id for one in compliance.fix.sites}
    return COMPLIANCE.say(
        "fix-open",
        language,
        n=len(check.fix),
        names=_listed([known[one] for one in check.fix], language),
        then=COMPLIANCE.say(f"status-{check.fixed}", language),
    )


def fix_line(compliance: Compliance, language: Language) -> str:
    """The repair of everything together; empty where nothing was looked for."""
    fix = compliance.fix
    if not fix.status:
        return ""
    why = text_line(fix.zh if language == "zh" else fix.en).rstrip("。.")
    told = {"why": why} if fix.status in ("partly", "refused") else {}
    if fix.status != "refused":
        told |= {"n": str(len(fix.sites)), "bound": f"{fix.bound or 0:,g}"}
    said = COMPLIANCE.say(f"fix-whole-{fix.status}", language, **told)
    left = sum(_stays_short(compliance, check) for check in compliance.checks)
    if left and fix.status in ("proven", "feasible"):
        # What candidates cannot mend is no part of what is proven.
        said = COMPLIANCE.say("fix-left", language, said=said, left=left)
    return said


def _stays_short(compliance: Compliance, check: Check) -> bool:
    """Whether a line that choosing sites could mend falls short after the repair too."""
    if not check.binding or check.status not in ("fail", "near"):
        return False
    _, rule = compliance.rule(check)
    by_hand = rule.tier != "point" or f"fix-{rule.kind}" in COMPLIANCE.table
    return not by_hand and check.fixed != "pass"


def head_lines(compliance: Compliance, language: Language) -> list[str]:
    """What is checked, against what, on which data."""

    def say(key: str, **values: object) -> str:
        return COMPLIANCE.say(key, language, **values)

    data = compliance.plan.record["data"]
    counts = compliance.counts()
    near = min(pack.near for pack in compliance.packs)
    return [
        say("region", name=text_line(data["region"])),
        say(f"plan-{compliance.plan.record['status']}"),
        say("packs", names=" / ".join(pack.said(language) for pack in compliance.packs)),
        say("counts", passed=counts["pass"], **{k: counts[k] for k in ("near", "fail", "unknown")}),
        *filter(None, [fix_line(compliance, language)]),
        say("people-source", source=text_line(compliance.plan.record["people"]["source"])),
        say(
            "data-hash",
            sha=data["bundle_sha256"][:12],
            date=text_line(data["osm_timestamp"] or "—"),
            boundaries=text_line(data["boundaries"]),
        ),
        say("how", mode=say(f"mode-{compliance.mode}"), near=f"{near:.0%}"),
    ]


def note_lines(compliance: Compliance, language: Language) -> list[str]:
    """Everything that is not known or was assumed."""
    found = (*compliance.findings, *compliance.fix.findings)
    lines = [text_line(say_compliance_finding(one, language)) for one in found]
    lines += [text_line(one[language]) for one in compliance.plan.record["warnings"]]
    return list(dict.fromkeys(lines))


def rule_formula(rule: Rule) -> str:
    """The formula and its numbers."""
    return f"{rule.kind}({', '.join(f'{name} = {value:g}' for name, value in rule.parameters)})"


def rule_rows(
    packs: Sequence[RulePack], language: Language
) -> list[tuple[str, str, str, str, str, str, str]]:
    """Pack, rule, text, scope, formula, clause with source, and how sure its numbers are."""
    return [
        (
            pack.said(language),
            f"{pack.id}.{rule.id}",
            rule.said(language),
            COMPLIANCE.say(f"scope-{rule.scope}", language),
            rule_formula(rule),
            " · ".join(rule.stands(language)),
            number_mark(rule, language),
        )
        for pack in packs
        for rule in pack.rules
    ]


def rule_table(
    packs: Sequence[RulePack], language: Language
) -> tuple[list[str], list[tuple[str, ...]]]:
    """Titles and rows of the table of rules and their sources."""
    keys = ("pack", "rule", "text", "scope", "formula", "source", "number")
    titles = [COMPLIANCE.say(f"col-{key}", language) for key in keys]
    return titles, [*rule_rows(packs, language)]


def check_rows(
    compliance: Compliance, language: Language
) -> tuple[list[str], list[tuple[str, ...]]]:
    """Titles and rows of the table of checks, as texts."""
    keys = (
        *("township", "rule", "text", "status", "required", "achieved", "shortfall"),
        *("evidence", "fix", "number", "data"),
    )
    rows = []
    for check in compliance.checks:
        pack, rule = compliance.rule(check)
        unit = COMPLIANCE.say(f"unit-{check.unit}", language) if check.unit != "share" else ""
        numbers = (check.required, check.achieved, check.shortfall)
        rows.append(
            (
                township(check, language),
                f"{pack.id}.{rule.id}",
                rule.said(language),
                COMPLIANCE.say(f"status-{check.status}", language),
                *(with_unit(one, check.unit, unit) for one in numbers),
                evidence(compliance, check, language),
                repair(compliance, check, language),
                number_mark(rule, language),
                COMPLIANCE.say("estimated" if check.estimated else "figures", language),
            )
        )
    return [COMPLIANCE.say(f"col-{key}", language) for key in keys], rows


def _names(compliance: Compliance) -> dict[str, str]:
    columns = (compliance.plan.sites[column].tolist() for column in ("id", "name"))
    named = [*zip(*columns, strict=True)]
    named += [(one.id, one.name) for one in compliance.beside.stations or ()]
    return {one: text_line(name) or one for one, name in named}


def _listed(names: Sequence[str], language: Language) -> str:
    some = ("、" if language == "zh" else ", ").join(names[:LISTED])
    if len(names) <= LISTED:
        return some
    return COMPLIANCE.say("and-more", language, names=some, n=len(names))
