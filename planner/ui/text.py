"""Text of users' and of OpenStreetMap's, shown as the text it is."""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import escape

from geo.errors import GeoError
from planner.wording.errors import say_error
from planner.wording.language import Language

__all__ = ["line_of", "listed", "plain", "rows_html"]

_PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")


def plain(text: str) -> str:
    """Escape a text for places where Streamlit reads Markdown: titles, errors, labels.

    Every ASCII punctuation mark may stand behind a backslash (CommonMark 2.4), which leaves
    neither markup nor Streamlit's own directives, formulas and emoji codes.
    """
    return _PUNCTUATION.sub(r"\\\1", " ".join(text.split()))


def listed(lines: Iterable[str]) -> str:
    """Write sentences as one Markdown list, each as the text it is."""
    return "\n".join(f"- {plain(line)}" for line in lines)


def rows_html(rows: list[str]) -> str:
    """Write sentences as a list for ``st.html``."""
    items = "".join(f"<li>{escape(row)}</li>" for row in rows)
    return f'<ul class="rn-list">{items}</ul>'


def line_of(error: GeoError, language: Language) -> str:
    """One line of an error, in the reader's language where it has one."""
    return say_error(error, language)
