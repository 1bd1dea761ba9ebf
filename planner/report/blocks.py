"""What a report is made of, whatever the file: headings, paragraphs, tables, a picture, notes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from planner.headline import Figure

__all__ = [
    "Block",
    "Cards",
    "Column",
    "Heading",
    "Imprint",
    "Note",
    "Paragraph",
    "Picture",
    "Points",
    "Report",
    "Table",
    "text_line",
]

MAX_IMPRINT = 120

# What XML 1.0 cannot hold, and the marks that turn the direction of the text after them.
_UNFIT = re.compile(
    "[^\t\n\r\x20-\x7e\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"
    "|[\u200e\u200f\u202a-\u202e\u2066-\u2069]"
)


def text_line(text: object) -> str:
    """A text of the data's on one line, of letters that every file format can hold."""
    return " ".join(_UNFIT.sub(" ", str(text)).split())


@dataclass(frozen=True, kw_only=True, slots=True)
class Imprint:
    """What the person who hands a report in writes on it; any of it may be empty.

    Parameters
    ----------
    title
        In place of the report's own.
    author, organisation
        Who prepared it.
    review_number
        Map-review number (审图号); without one the map calls itself a draft.
    """

    title: str = ""
    author: str = ""
    organisation: str = ""
    review_number: str = ""

    def __post_init__(self) -> None:
        for field in ("title", "author", "organisation", "review_number"):
            object.__setattr__(self, field, text_line(getattr(self, field))[:MAX_IMPRINT])


@dataclass(frozen=True, kw_only=True, slots=True)
class Heading:
    """A section's title; ``level`` 1 or 2."""

    text: str
    level: int = 1


@dataclass(frozen=True, kw_only=True, slots=True)
class Paragraph:
    """A few sentences; ``small`` for references."""

    text: str
    small: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Points:
    """A list of sentences."""

    items: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Column:
    """A column's title, how its cells stand, and its share of the table's width."""

    title: str
    align: Literal["left", "right", "center"] = "left"
    width: float = 1.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Table:
    """Rows of texts under titles that are repeated on each page.

    Parameters
    ----------
    bad
        Rows to be marked: what falls short.
    """

    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    bad: frozenset[int] = frozenset()


@dataclass(frozen=True, kw_only=True, slots=True)
class Cards:
    """The plan's figures, side by side."""

    figures: tuple[Figure, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Picture:
    """The map sheet; ``alt`` says what is to be seen."""

    alt: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Note:
    """A sentence that must not be overlooked."""

    text: str


Block = Heading | Paragraph | Points | Table | Cards | Picture | Note


@dataclass(frozen=True, kw_only=True, slots=True)
class Report:
    """A whole report.

    Parameters
    ----------
    facts
        Lines under the title: who, when, of what.
    running
        Short line at the head of each page.
    foot
        Line at the foot of each page: review number, licence, date.
    date
        Of the data (ISO 8601), empty where none is known; files carry it as theirs.
    language
        Tag of the language, "zh-CN" or "en".
    """

    title: str
    author: str
    facts: tuple[str, ...]
    blocks: tuple[Block, ...]
    running: str
    foot: str
    date: str
    language: str
