"""Text made to fit formats that cannot hold all of it: visibly, and every change is told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from planner.handover.words import HANDOVER
from planner.wording.language import Language

__all__ = ["Change", "encodable", "fitted", "within_bytes"]

#: Characters that XML 1.0 forbids and no table wants: all controls, tab and line ends included.
_CONTROLS = frozenset(map(chr, (*range(0x20), *range(0x7F, 0xA0), 0xFFFE, 0xFFFF)))


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """A text that a file does not hold as the plan has it.

    Parameters
    ----------
    what
        ``"cut"`` or ``"replaced"``.
    file, layer, row, field
        Where: ``row`` is the feature's id.
    given, told
        The plan's text and the file's.
    limit
        Bytes that the format holds, or the encoding.
    """

    what: Literal["cut", "replaced"]
    file: str
    layer: str
    row: str
    field: str
    given: str
    told: str
    limit: str

    def said(self, language: Language) -> str:
        """One sentence about it."""
        return HANDOVER.say(
            self.what,
            language,
            file=self.file,
            layer=self.layer,
            row=self.row,
            field=self.field,
            limit=self.limit,
            encoding=self.limit,
            told=self.told,
        )


def encodable(text: str, encoding: str) -> str:
    """Write each character that an encoding lacks as its code point: ♻ as ``[U+267B]`` in GBK."""

    def told(one: str) -> str:
        if one in _CONTROLS:
            return f"[U+{ord(one):04X}]"
        try:
            one.encode(encoding)
        except UnicodeEncodeError:
            return f"[U+{ord(one):04X}]"
        return one

    return "".join(map(told, text))


def within_bytes(text: str, encoding: str, limit: int) -> str:
    """Longest beginning of a text that takes at most so many bytes, its last character whole.

    Spaces around it go too: DBF tables fill with them, and readers trim them at both ends.
    """
    text = text.strip(" ")
    if len(text.encode(encoding)) <= limit:
        return text
    end, used = 0, 0
    for one in text:
        used += len(one.encode(encoding))
        if used > limit:
            break
        end += 1
    return text[:end].rstrip(" ")


def fitted(
    text: str, encoding: str, limit: int, *, file: str, layer: str, row: str, field: str
) -> tuple[str, list[Change]]:
    """Make a text fit a field of a table, and tell what was done to it."""
    where = {"file": file, "layer": layer, "row": row, "field": field, "given": text}
    changes = []
    told = encodable(text, encoding)
    if told != text:
        changes.append(Change(what="replaced", told=told, limit=encoding, **where))
    short = within_bytes(told, encoding, limit)
    if short != told.strip(" "):
        changes.append(Change(what="cut", told=short, limit=str(limit), **where))
    return short, changes
