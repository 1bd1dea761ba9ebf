"""The page to hand in from: the report as it will be printed, what is written on it, all files."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from functools import partial

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from geo.bundle import Bundle
from planner.errors import MissingToolError, PlanError, PlannerError
from planner.handover.crs import systems_of
from planner.picture.fonts import CHINESE_FAMILIES, LATIN_FAMILY
from planner.picture.sheet import map_png
from planner.picture.words import question_line
from planner.plan import Plan
from planner.repairs.repair import Repair, repair_lines
from planner.repairs.townships import repairs_of
from planner.report.blocks import MAX_IMPRINT, Imprint
from planner.report.content import report_content
from planner.report.pdf import report_html
from planner.report.words import REPORT_WORDS
from planner.scenario import Scenario
from planner.ui.answer import Bar, answer, distances, known_answer, region, repairs
from planner.ui.carried import carried, carry
from planner.ui.figures import find_room, show_figures
from planner.ui.library import chosen
from planner.ui.opening import opened
from planner.ui.report_files import GROUPS, downloads, known_check, made, missing_tools
from planner.ui.report_words import REPORT_UI
from planner.ui.text import line_of, plain
from planner.wording.language import Language

__all__ = ["show_report"]

PAPER_PX, PICTURE_PX = 900, 1600
FIELDS = ("title", "organisation", "author", "review")
_IMPRINT = "report-imprint"
WRITTEN = "r"
"""Parameter of an address: what is written on the report."""


def show_report(language: Language) -> None:
    """Draw the page for the plan of this sitting."""
    bundle = region(chosen())
    scenario = opened(chosen(), bundle, language)
    st.title(REPORT_UI.say("head", language), anchor=False)
    told = (bundle.region.name, scenario.name, question_line(scenario, language))
    st.caption(plain(" · ".join(part for part in told if part)))
    with st.container(key="progress"):
        place = st.empty()
    plan = known_answer(bundle, scenario)
    if plan is None:
        _wait(bundle, scenario, place, language)
        return
    lines = _repairs(bundle, plan, place, language)
    more = find_room(bundle, plan, place, language)
    place.empty()
    aside, paper = st.columns([1, 2.6], gap="medium")
    with aside:
        imprint = _imprint(bundle, language)
        _downloads(plan, imprint, lines, more, language)
    with paper:
        _paper(plan, imprint, lines, more, language)


def _wait(bundle: Bundle, scenario: Scenario, place: DeltaGenerator, language: Language) -> None:
    """Show what is there while the plan is proven: files are of the proven one only."""
    try:
        quick = answer(bundle, scenario, place, language, effort="quick")
        show_figures(quick, language)
        st.info(REPORT_UI.say("not-yet", language), icon=":material/hourglass_top:")
        _downloads(None, Imprint(), {}, None, language)
        answer(bundle, scenario, place, language)
    except PlanError as error:
        st.error(plain(line_of(error, language)), icon=":material/block:")
        return
    st.rerun()


def _carried() -> dict[str, str]:
    """What the address carries of it; what is no good in it is as if it were not there."""
    try:
        told = dict(json.loads(carried(WRITTEN) or "{}"))
    except (PlannerError, ValueError, TypeError, RecursionError):
        return {}
    return {
        field: text
        for field in FIELDS
        if isinstance(text := told.get(field), str)
        and len(text) <= MAX_IMPRINT
        and text.isprintable()
    }


def _imprint(bundle: Bundle, language: Language) -> Imprint:
    """Ask what is to be written on the report; kept while other pages are looked at."""
    kept: dict[str, str] = st.session_state.setdefault(_IMPRINT, _carried())
    st.subheader(REPORT_UI.say("imprint", language), anchor=False)
    title, pair, number = st.container(), st.columns(2, gap="small"), st.container()
    places = dict(zip(FIELDS, (title, *pair, number), strict=True))
    usual = REPORT_WORDS.say("title", language, region=bundle.region.name)
    for field, column in places.items():
        told = column.text_input(
            REPORT_UI.say(field, language),
            kept.get(field, ""),
            max_chars=MAX_IMPRINT,
            key=f"report-{field}",
            placeholder=usual if field == "title" else None,
            help=REPORT_UI.say("review-help", language) if field == "review" else None,
        )
        kept[field] = told or ""
    carry(WRITTEN, json.dumps(kept, ensure_ascii=False) if any(kept.values()) else "")
    return Imprint(
        title=kept["title"],
        author=kept["author"],
        organisation=kept["organisation"],
        review_number=kept["review"],
    )


def _downloads(
    plan: Plan | None,
    imprint: Imprint,
    lines: Mapping[str, str],
    more: int | None,
    language: Language,
) -> None:
    """Offer every file; what this machine cannot make says why."""
    lacking = missing_tools()
    st.subheader(REPORT_UI.say("files", language), anchor=False)
    files = {} if plan is None else downloads(plan, language, imprint, lines, chosen(), more=more)
    for group, names in GROUPS.items():
        st.caption(REPORT_UI.say(f"group-{group}", language))
        with st.container(horizontal=True, gap="small"):
            for name, mime in names.items():
                st.download_button(
                    REPORT_UI.say(f"file-{name}", language),
                    files[name].make if name in files else b"",
                    file_name=name,
                    mime=mime,
                    key=f"get-{name}",
                    on_click="ignore",
                    disabled=plan is None or name in lacking,
                    icon=":material/download:",
                    help=(
                        REPORT_UI.say("handover-help", language) if name == "handover.zip" else None
                    ),
                )
        if group == "plan" and plan is not None:
            _show_systems(plan, language)
        for line in sorted({line_of(lacking[name], language) for name in names if name in lacking}):
            st.warning(plain(line), icon=":material/build:")
    st.caption(REPORT_UI.say("made-when-asked", language))


def _show_systems(plan: Plan, language: Language) -> None:
    """Say what the handover's coordinates are where a region lies in several zones."""
    systems = systems_of(plan.bundle)
    if systems.straddles:
        told = " ".join(systems.notes(language))
        st.warning(plain(told), icon=":material/share_location:")


def _paper(
    plan: Plan, imprint: Imprint, lines: Mapping[str, str], more: int | None, language: Language
) -> None:
    """Show the report as it will be printed, in a frame that runs no script and loads nothing."""
    try:
        review = imprint.review_number
        draw = partial(map_png, plan, language, review_number=review, width_px=PICTURE_PX)
        png = made(plan, "preview.png", (language, review), draw)
        picture = f"data:image/png;base64,{base64.b64encode(png).decode()}"
    except MissingToolError:
        picture = ""
    report = report_content(
        plan, language, imprint=imprint, repairs=lines, check=known_check(plan), more=more
    )
    page = report_html(
        report,
        language,
        families=("Source Sans Pro", *CHINESE_FAMILIES, LATIN_FAMILY),
        picture=picture,
    )
    st.iframe(page, height=PAPER_PX, alt=REPORT_UI.say("preview", language))


def _repairs(
    bundle: Bundle, plan: Plan, place: DeltaGenerator, language: Language
) -> Mapping[str, str]:
    """Find what would help the townships that fall short; each was tried."""
    if all(row["pass"] for row in plan.record["townships"]):
        return {}
    bar = Bar(place, language)

    def find() -> tuple[Repair, ...]:
        travel = distances(bundle, plan.scenario, bar)
        return repairs_of(plan, travel, also=0, progress=bar)

    try:
        found = repairs().get_or_make((plan.bundle.sha256, plan.scenario, "report"), find, bar.wait)
    except KeyboardInterrupt:
        if bar.overtaken is not None:
            raise bar.overtaken from None
        raise
    place.empty()
    return repair_lines(found, language)
