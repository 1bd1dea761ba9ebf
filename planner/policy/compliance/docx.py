"""The compliance sheet as a Word file."""

from __future__ import annotations

from planner.policy.compliance.sheet import Check, Compliance
from planner.policy.compliance.text import (
    evidence,
    head_lines,
    note_lines,
    number,
    number_mark,
    repair,
    rule_rows,
    township,
)
from planner.policy.compliance.words import COMPLIANCE
from planner.report.blocks import Block, Column, Heading, Points, Report, Table, text_line
from planner.report.docx import rendered
from planner.wording.language import Language

__all__ = ["compliance_docx", "compliance_report"]


def compliance_docx(compliance: Compliance, lang: Language) -> bytes:
    """Render the sheet; the same bytes each time."""
    return rendered(compliance_report(compliance, lang), lang)


def compliance_report(compliance: Compliance, lang: Language) -> Report:
    """What the file holds: a table a rule, then rules with their sources, then notes."""

    def say(key: str) -> str:
        return COMPLIANCE.say(key, lang)

    data = compliance.plan.record["data"]
    title = f"{text_line(data['region'])} {say('title')}"
    blocks: list[Block] = []
    for pack in compliance.packs:
        blocks.append(Heading(text=text_line(pack.said(lang))))
        for rule in pack.rules:
            rows = [one for one in compliance.checks if (one.pack, one.rule) == (pack.id, rule.id)]
            if rows:
                mark = number_mark(rule, lang)
                blocks.append(Heading(text=f"{text_line(rule.said(lang))} [{mark}]", level=2))
                blocks.append(_table(compliance, rows, lang))
    blocks.append(Heading(text=say("sheet-rules")))
    titles = ("rule", "text", "scope", "source", "number")
    widths = (2.0, 3.0, 1.2, 3.6, 1.4)
    blocks.append(
        Table(
            columns=tuple(
                Column(title=say(f"col-{key}"), width=width)
                for key, width in zip(titles, widths, strict=True)
            ),
            rows=tuple(
                tuple(text_line(one) for one in (row[1], row[2], row[3], row[5], row[6]))
                for row in rule_rows(compliance.packs, lang)
            ),
        )
    )
    blocks.append(Heading(text=say("sheet-notes")))
    blocks.append(Points(items=tuple(note_lines(compliance, lang)) or (say("all-pass"),)))
    return Report(
        title=title,
        author="",
        facts=tuple(head_lines(compliance, lang)),
        blocks=tuple(blocks),
        running=title,
        foot=say("credit"),
        date=str(data["osm_timestamp"] or ""),
        language="zh-CN" if lang == "zh" else "en",
    )


def _table(compliance: Compliance, checks: list[Check], lang: Language) -> Table:
    keys = (
        ("township", 1.5, "left"), ("status", 0.9, "left"), ("required", 0.9, "right"),
        ("achieved", 0.9, "right"), ("shortfall", 0.9, "right"), ("evidence", 4.2, "left"),
        ("fix", 2.2, "left"),
    )  # fmt: skip
    rows = []
    for check in checks:
        numbers = (check.required, check.achieved, check.shortfall)
        rows.append(
            (
                township(check, lang),
                COMPLIANCE.say(f"status-{check.status}", lang)
                + (f" ({COMPLIANCE.say('estimated', lang)})" if check.estimated else ""),
                *(number(one, check.unit) for one in numbers),
                evidence(compliance, check, lang),
                repair(compliance, check, lang),
            )
        )
    return Table(
        columns=tuple(
            Column(title=COMPLIANCE.say(f"col-{key}", lang), width=width, align=align)  # type: ignore[arg-type]
            for key, width, align in keys
        ),
        rows=tuple(rows),
        bad=frozenset(n for n, check in enumerate(checks) if check.status == "fail"),
    )
