"""The data-quality sheet of the loaded region: the worst first, with what to do about it."""

from __future__ import annotations

from datetime import UTC, datetime
from html import escape

import streamlit as st

from geo.bundle import Bundle
from planner.quality.files import quality_csv, quality_html
from planner.quality.quality import QualityRow, quality_sheet
from planner.quality.words import QUALITY
from planner.ui.text import plain
from planner.ui.words import UI
from planner.wording.language import LANGUAGES, Language

__all__ = ["show_quality"]

TABLE_PX = 560

#: Grades have their word beside the colour; these are told apart by the colour-blind too.
STYLE = """
<style>
.rn-quality { width: 100%; border-collapse: collapse; font-size: 0.93rem; }
.rn-quality td { vertical-align: top; padding: 0.45rem 0.6rem 0.45rem 0;
  border-bottom: 1px solid rgba(128, 140, 145, 0.3); overflow-wrap: anywhere; }
.rn-quality td:first-child { white-space: nowrap; }
.rn-quality td:last-child { width: 60%; }
.rn-quality small { display: block; opacity: 0.75; }
.rn-grade { border-radius: 0.4rem; padding: 0.05rem 0.45rem; color: #fff; font-size: 0.85rem; }
.rn-grade.good { background: #0b6a6f; }
.rn-grade.doubtful { background: #8a5a00; }
.rn-grade.poor { background: #a83218; }
</style>
"""


def show_quality(bundle: Bundle, language: Language) -> None:
    """Show the sheet, and offer it as files like those of ``recyclenet quality``."""
    today = datetime.now(UTC).date()
    sheets = {one: quality_sheet(bundle, one, today=today, in_app=True) for one in LANGUAGES}
    sheet = sheets[language]
    st.markdown(f"**{plain(sheet.sums)}**")
    rows = "".join(_row(row, language) for row in sheet.rows)
    with st.container(height=TABLE_PX, border=True):
        st.html(f'{STYLE}<table class="rn-quality">{rows}</table>')
    st.caption(plain(sheet.limits))
    both = tuple(sheets[one] for one in LANGUAGES)
    with st.container(horizontal=True, gap="small"):
        for key, name, kind, make in (
            (
                "quality-csv",
                "quality.csv",
                "text/csv",
                lambda: quality_csv(both).encode("utf-8-sig"),
            ),
            ("quality-html", "quality.html", "text/html", lambda: quality_html(both)),
        ):
            st.download_button(
                UI.say(key, language),
                make,
                file_name=name,
                mime=kind,
                key=key,
                on_click="ignore",
                icon=":material/download:",
            )


def _row(row: QualityRow, language: Language) -> str:
    grade = f'<span class="rn-grade {row.grade}">{escape(QUALITY.say(row.grade, language))}</span>'
    where = f"{escape(row.where)}<small>{escape(row.topic)}</small>"
    todo = "" if row.grade == "good" else escape(row.remedy)
    if row.link:
        edit = escape(UI.say("quality-edit", language))
        todo += (
            f' <a href="{escape(row.link)}" target="_blank" rel="noopener noreferrer">{edit}</a>'
        )
    told = escape(row.figure) + (f"<small>{todo}</small>" if todo else "")
    return f"<tr><td>{grade}</td><td>{where}</td><td>{told}</td></tr>"
