"""The section on compliance: choose rules, see what passes, take the sheet away."""

from __future__ import annotations

import dataclasses
import hashlib
import tempfile
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd
import streamlit as st

from geo.errors import GeoError
from planner.edited import unedited
from planner.errors import ScenarioError
from planner.plan import Plan
from planner.policy.beside import POINTS_ALONE, Beside
from planner.policy.compliance.docx import compliance_docx
from planner.policy.compliance.files import (
    cells_csv,
    compliance_geojson,
    compliance_json,
    compliance_xlsx,
)
from planner.policy.compliance.sheet import Compliance, comply
from planner.policy.compliance.text import (
    check_rows,
    fix_line,
    head_lines,
    note_lines,
    rule_table,
)
from planner.policy.compliance.words import say_compliance_finding
from planner.policy.rules.drawn import drawn_plan
from planner.policy.rules.ruled import ruled
from planner.policy.rules.rules import PACKS, RulePack, ready_packs
from planner.policy.rules.spec import RulesSpec
from planner.report.blocks import text_line
from planner.ui import sitting
from planner.ui.answer import Bar, distances
from planner.ui.policy_asking import asked_in_section
from planner.ui.policy_compliance_words import COMPLIANCE_UI
from planner.ui.policy_section import DOCX, GEOJSON, JSON, XLSX, kept_result, offer
from planner.ui.text import line_of, plain, rows_html
from planner.wording.language import Language

__all__ = ["show_compliance"]

_SHEET = "compliance-sheet"
SITE_TYPES = ("geojson", "json", "csv", "tsv", "xlsx", "gpkg", "kml", "kmz", "zip")


def show_compliance(region_id: str, plan: Plan, language: Language) -> None:
    """Draw the section for the plan at hand.

    Parameters
    ----------
    plan
        Of this sitting; a file of sites may be checked in its place.
    """

    def say(key: str, **values: object) -> str:
        return COMPLIANCE_UI.say(key, language, **values)

    asking, bringing = st.columns((3, 2), gap="medium")
    with asking:
        try:
            rules = asked_in_section("compliance", ("rules",), lambda: _asked(language), language)
            packs = () if rules is None else rules.chosen()
        except GeoError as error:
            st.error(plain(line_of(error, language)), icon=":material/block:")
            return
    sites = bringing.file_uploader(
        say("own-sites"), type=SITE_TYPES, key="compliance-sites", help=say("own-sites-help")
    )
    if not packs:
        st.info(say("no-packs"))
        return
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        asked = st.button(say("check-rules"), key="compliance-check", type="primary")
        fixes = st.checkbox(say("look-for-repair"), True, key="compliance-repair")
        st.button(
            say("plan-by-rules"),
            key="compliance-plan",
            on_click=partial(_plan_by, region_id, plan, packs),
        )
    under = ruled(plan.scenario, packs, plan.bundle)
    if under.findings:
        with st.expander(say("planned-by-rules")):
            lines = [text_line(say_compliance_finding(one, language)) for one in under.findings]
            st.html(rows_html(lines))
    place = st.empty()
    file = None if sites is None else (sites.name, bytes(sites.getvalue()))
    key = _key(plan, packs, file, fixes)
    if asked:
        try:
            st.session_state[_SHEET] = (key, _made(plan, packs, file, fixes, Bar(place, language)))
        except GeoError as error:
            place.empty()
            st.error(plain(line_of(error, language)), icon=":material/block:")
            return
        place.empty()
    known, sheet = st.session_state.get(_SHEET, (None, None))
    if sheet is None or known != key:
        # The whole programme may have made it, with stations and rounds held against rules too.
        found = kept_result("compliance", (region_id, plan.bundle.sha256, plan.scenario))
        sheet = found[1] if found and file is None and found[0] == rules else None
    if sheet is not None:
        _show(region_id, sheet, drawn=file is not None, language=language)


def _asked(language: Language) -> RulesSpec:
    """Ask for packs and a pack of the planner's own, and for what their sources leave open.

    Raises
    ------
    ScenarioError
        If the pack of one's own is no good: by the name of its file.
    """

    def say(key: str, **values: object) -> str:
        return COMPLIANCE_UI.say(key, language, **values)

    names = {pack.id: pack.said(language) for pack in ready_packs()}
    told = st.multiselect(
        say("packs"),
        PACKS,
        default=RulesSpec().packs,
        format_func=lambda one: names[one],
        key="compliance-packs",
        help=say("packs-help"),
        placeholder=say("packs-none"),
    )
    upload = st.file_uploader(say("own-rules"), type=["toml"], key="compliance-rules")
    own = () if upload is None else (upload.getvalue().decode("utf-8-sig", "replace"),)
    spec = RulesSpec(packs=tuple(told), own=own)
    try:
        packs = spec.chosen()
    except ScenarioError as error:
        # It lies in no folder: the file has a name of its own.
        where = error.where.replace("policy.rules.own[0]", upload.name if upload else "")
        raise ScenarioError(error.what, where=where, remedy=error.remedy) from None
    open_numbers = [
        (pack, rule, name)
        for pack in packs
        for rule in pack.rules
        for name in rule.chosen
        if name in ("share", "radius_m")
    ]
    numbers = []
    for column, (pack, rule, name) in zip(
        st.columns(max(1, len(open_numbers))), open_numbers, strict=False
    ):
        share = name == "share"
        number = column.number_input(
            say(f"chosen-{name}", rule=plain(rule.said(language))),
            min_value=1.0,
            max_value=100.0 if share else 30_000.0,
            value=rule[name] * 100 if share else rule[name],
            step=1.0 if share else 10.0,
            format="%.1f" if share else "%.0f",
            key=f"compliance-{pack.id}-{rule.id}-{name}",
            help=say("chosen-help"),
        )
        value = number / 100 if share else number
        if value != rule[name]:
            numbers.append(f"{pack.id}.{rule.id}.{name}={value!r}")
    return dataclasses.replace(spec, numbers=tuple(numbers))


def _key(
    plan: Plan, packs: tuple[RulePack, ...], file: tuple[str, bytes] | None, fixes: bool
) -> tuple[object, ...]:
    digest = "" if file is None else hashlib.sha256(file[1]).hexdigest()
    value = plan.record["objective"]["value"]
    return (plan.bundle.sha256, plan.scenario, value, packs, digest, fixes)


def _made(
    plan: Plan,
    packs: tuple[RulePack, ...],
    file: tuple[str, bytes] | None,
    fixes: bool,
    bar: Bar,
) -> Compliance:
    try:
        findings: Any = ()
        beside = POINTS_ALONE
        if file is not None:
            bundle = unedited(plan.bundle)
            travel = distances(bundle, plan.scenario, bar)
            with tempfile.TemporaryDirectory(prefix="recyclenet-") as folder:
                path = Path(folder) / f"sites{Path(file[0]).suffix.lower()}"
                path.write_bytes(file[1])
                drawn = drawn_plan(bundle, path, plan.scenario, travel=travel, progress=bar)
            plan, findings = drawn.plan, drawn.findings
            beside = Beside(stations=drawn.stations)
        return comply(plan, packs, fixes=fixes, beside=beside, findings=findings, progress=bar)
    except KeyboardInterrupt:
        if bar.overtaken is not None:
            raise bar.overtaken from None
        raise


def _show(region_id: str, sheet: Compliance, *, drawn: bool, language: Language) -> None:
    def say(key: str) -> str:
        return COMPLIANCE_UI.say(key, language)

    counts = sheet.counts()
    for column, status in zip(st.columns(4), ("pass", "near", "fail", "unknown"), strict=True):
        column.metric(say(f"count-{status}"), counts[status], border=True)
    st.caption(plain(head_lines(sheet, language)[1]))
    if line := fix_line(sheet, language):
        st.markdown(f":material/build: {plain(line)}")
        if sheet.fix.sites and not drawn:
            st.button(
                say("add-repair"),
                key="compliance-add",
                on_click=partial(_repair, region_id, sheet),
            )
    short = st.toggle(say("only-short"), True, key="compliance-short")
    columns, rows = check_rows(sheet, language)
    shown = [
        row
        for row, check in zip(rows, sheet.checks, strict=True)
        if not short or check.status in ("fail", "near", "unknown")
    ]
    if shown:
        st.dataframe(pd.DataFrame(shown, columns=columns), hide_index=True, width="stretch")
    else:
        st.caption(say("nothing-short"))
    with st.expander(say("rules-and-sources")):
        columns, rows = rule_table(sheet.packs, language)
        st.dataframe(pd.DataFrame(rows, columns=columns), hide_index=True, width="stretch")
    with st.expander(say("what-is-not-known")):
        st.html(rows_html(note_lines(sheet, language)))
    offer(
        "compliance",
        {
            "xlsx": ("compliance.xlsx", XLSX, partial(compliance_xlsx, sheet, language)),
            "docx": ("compliance.docx", DOCX, partial(compliance_docx, sheet, language)),
            "geojson": (
                "compliance.geojson",
                GEOJSON,
                partial(compliance_geojson, sheet, language),
            ),
            "json": ("compliance.json", JSON, partial(compliance_json, sheet)),
            "csv": ("cells.csv", "text/csv", partial(cells_csv, sheet)),
        },
        say,
    )


def _plan_by(region_id: str, plan: Plan, packs: tuple[RulePack, ...]) -> None:
    sitting.ask(region_id, ruled(plan.scenario, packs, plan.bundle).scenario)


def _repair(region_id: str, sheet: Compliance) -> None:
    # The repair is of the plan as it stands: what is open must not be exchanged for something else.
    edits = sheet.plan.scenario.edits
    for one in (*sheet.plan.sites["id"], *(site.id for site in sheet.fix.sites)):
        edits = edits.with_forced(str(one))
    scenario = dataclasses.replace(sheet.plan.scenario, edits=edits, max_sites=None)
    sitting.ask(region_id, scenario)
