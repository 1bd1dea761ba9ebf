"""What was noticed about the loaded region's data, as a sheet and as a file."""

from __future__ import annotations

import csv
import io

import streamlit as st

from geo.bundle import Bundle
from planner.language import Language
from planner.ui.text import rows_html
from planner.ui.words import UI
from planner.words import by_weight, say_finding

__all__ = ["show_quality"]


def show_quality(bundle: Bundle, language: Language) -> None:
    """Show everything that was decided, estimated, dropped or mended at the import."""
    rows = [
        (finding.where, say_finding(finding, language)) for finding in by_weight(bundle.findings)
    ]
    if not rows:
        st.info(UI.say("quality-none", language), icon=":material/check_circle:")
        return
    st.caption(UI.say("quality-help", language, n=len(rows)))
    st.html(rows_html([said for _, said in rows]))
    st.download_button(
        UI.say("quality-get", language),
        _csv(rows, language),
        file_name="quality.csv",
        mime="text/csv",
        key="quality-get",
        on_click="ignore",
        icon=":material/download:",
    )


def _csv(rows: list[tuple[str, str]], language: Language) -> bytes:
    text = io.StringIO()
    out = csv.writer(text, lineterminator="\r\n")
    out.writerow([UI.say("quality-where", language), UI.say("quality-what", language)])
    out.writerows([[_cell(cell) for cell in row] for row in rows])
    return text.getvalue().encode("utf-8-sig")


def _cell(text: str) -> str:
    # A spreadsheet takes a cell that begins like this for a formula.
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text
