"""An error in the reader's language.

Most errors are written in English where they are raised. What one says is looked up here among
the texts that errors are made from (``error_words``), and said again in Chinese with the
same values. An error of which any part is unknown stays English as a whole.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from geo.errors import InputError
from optimise import Infeasible, OptimiseError, ProblemError, Undecided
from planner.wording.error_words import ERROR_WORDS, MACHINE, PLACES
from planner.wording.language import Language

__all__ = ["Pattern", "patterns_of", "say_error", "say_part", "say_place", "say_text"]

_NOTHING: Mapping[str, str] = MappingProxyType({})

_DEEPEST = 4
"""So many texts stand in one another at most."""

_LONGEST_VALUE = 2000

_SLOT = re.compile(r"\{(\d)(?::(zh|each|some|why|names))?\}")
_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_QUOTED = re.compile(r"'([^']*)'|\"([^\"]*)\"")
_PLACE = re.compile(r",? (row|feature|placemark) (\d{1,12})(, .{0,300})?$", re.DOTALL)
_COUNTED = {"row": "第 {} 行", "feature": "第 {} 个要素", "placemark": "第 {} 个地标"}


@dataclass(frozen=True, slots=True)
class Pattern:
    """An English text with ``{}`` where values stand, and its Chinese.

    Parameters
    ----------
    pieces
        What stands before, between and behind the values.
    chinese
        With ``{0}`` for the first value; see ``error_words`` for ``{0:zh}`` and others.
    """

    pieces: tuple[str, ...]
    chinese: str

    @property
    def rank(self) -> tuple[int, int]:
        """How specific it is: by its beginning, which no value can imitate, then by its length."""
        return len(self.pieces[0]), sum(map(len, self.pieces))

    def values(self, text: str) -> tuple[str, ...] | None:
        """Values that make the pattern this text, the earlier ones as short as can be.

        Takes one pass over the text, whatever it holds: pieces are looked for one behind the
        other, which finds a way to fit them whenever there is one.
        """
        if len(self.pieces) == 1:
            return () if text == self.pieces[0] else None
        first, *between, last = self.pieces
        end = len(text) - len(last)
        at = len(first)
        if at > end or not (text.startswith(first) and text.endswith(last)):
            return None
        found = []
        for piece in between:
            start = text.find(piece, at, end)
            if start < 0:
                return None
            found.append(text[at:start])
            at = start + len(piece)
        return (*found, text[at:end])


def patterns_of(words: Mapping[str, str]) -> tuple[Pattern, ...]:
    """Make patterns of a table, the most specific first."""
    made = [Pattern(tuple(key.split("{}")), chinese) for key, chinese in words.items()]
    return tuple(sorted(made, key=lambda one: (one.rank, one.pieces), reverse=True))


@cache
def _patterns() -> tuple[Pattern, ...]:
    return patterns_of(ERROR_WORDS)


def say_error(error: Exception, language: Language, *, remedy: bool = True) -> str:
    """Put an error into one line.

    Parameters
    ----------
    error
        One of ours; anything else stays as it is.
    remedy
        False leaves out what to do about it, where a front end has its own way.

    Returns
    -------
    Chinese where the error brings its own or all its parts are known, else the English line.
    """
    own = str(getattr(error, "zh", ""))
    # What it brings may be no more than its English again.
    if language == "zh" and _CHINESE.search(own) and own != getattr(error, "what", ""):
        return own
    if language == "zh" and (said := _said(error, remedy=remedy)):
        return said
    if remedy or not isinstance(error, InputError):
        return str(error)
    return _flat(f"{error.where}: {error.what}" if error.where else error.what)


def say_text(text: str, told: Mapping[str, str] = _NOTHING, depth: int = 0) -> str | None:
    """One text of an error in Chinese; None if it is not known, or a part of it is not.

    Parameters
    ----------
    text
        What is wrong, or what to do about it.
    told
        Chinese of what else may stand in it: errors that the error came from.
    depth
        So many texts is it within.
    """
    text = _flat(text).removesuffix(".")
    if depth > _DEEPEST:
        return None
    for pattern in _patterns():
        values = pattern.values(text)
        said = None if values is None else _filled(pattern.chinese, values, told, depth)
        if said is not None:
            return said
    return None


def say_part(part: object, language: Language) -> str:
    """A fault that stands in another sentence: in Chinese where it is known, else as it is."""
    text = str(part)
    if language == "en" or not isinstance(part, str):
        return text
    return MACHINE.get(text) or say_text(text) or text


def say_place(where: str, language: Language) -> str:
    """File, row or field of a fault."""
    return _place(where) if language == "zh" else where


def _said(error: Exception, *, remedy: bool) -> str | None:
    """An error's line in Chinese, None if any of its parts is unknown."""
    if isinstance(error, Infeasible):
        facts = [say_text(str(Infeasible((fact,)))) for fact in error.facts]
        known = [fact for fact in facts if fact is not None]
        return "；".join(known) if known and len(known) == len(facts) else None
    if isinstance(error, ProblemError):
        return _line(error.field, error.what, error.remedy if remedy else "")
    if isinstance(error, Undecided):
        return _line("", error.what, error.remedy if remedy else "")
    if not isinstance(error, InputError):
        return None
    cause = error.__cause__
    if isinstance(cause, OptimiseError) and error.what == str(cause):
        return _said(cause, remedy=remedy)
    told = {}
    if isinstance(cause, InputError):
        told[_flat(str(cause))] = say_error(cause, "zh")
    return _line(error.where, error.what, error.remedy if remedy else "", told)


def _line(where: str, what: str, remedy: str, told: Mapping[str, str] = _NOTHING) -> str | None:
    said = say_text(what, told) or (_shown(what) if _is_value(what) else None)
    todo = say_text(remedy, told) if remedy else ""
    if said is None or todo is None:
        return None
    head = f"{_place(where)}：{said}" if where else said
    return f"{head}。{todo}" if todo else head


def _place(where: str) -> str:
    """File, row, field or option; names stay as they are."""
    where = _flat(where)
    counted = _PLACE.search(where)
    if counted is None:
        return PLACES.get(where, where)
    kind, number, behind = counted.groups()
    behind = f"，{behind[2:]}" if behind else ""
    return f"{where[: counted.start()]} {_COUNTED[kind].format(number)}{behind}"


def _filled(
    chinese: str, values: tuple[str, ...], told: Mapping[str, str], depth: int
) -> str | None:
    out, at = [], 0
    for slot in _SLOT.finditer(chinese):
        shown = _slot(values[int(slot[1])], slot[2], told, depth + 1)
        if shown is None:
            return None
        out += [chinese[at : slot.start()], shown]
        at = slot.end()
    return "".join([*out, chinese[at:]])


def _slot(value: str, how: str | None, told: Mapping[str, str], depth: int) -> str | None:
    match how:
        case "zh":
            return say_text(value, told, depth)
        case "each":
            parts = [say_text(part, told, depth) for part in value.split(", ")]
            known = [part for part in parts if part is not None]
            return "、".join(known) if len(known) == len(parts) else None
        case "some":
            return "、".join(
                say_text(part, told, depth) or _shown(part) for part in value.split(", ")
            )
        case "why":
            return (
                told.get(value)
                or MACHINE.get(value)
                or say_text(value, told, depth)
                or _shown(value)
            )
        case "names":
            bare = _QUOTED.sub("x", value)
            if any(" " in part for part in re.split(r", | or | and ", bare)):
                return None
            return _shown(value.replace(" or ", " 或 ").replace(" and ", " 和 "))
    return _shown(value)


def _shown(value: str) -> str:
    quoted = _QUOTED.fullmatch(value)
    return value if quoted is None else f"“{quoted[1] if quoted[1] is not None else quoted[2]}”"


def _is_value(text: str) -> bool:
    """Whether a text is nothing but a value, as Python writes one."""
    if len(text) > _LONGEST_VALUE:
        return False
    if text.lstrip("-") in ("nan", "inf"):
        return True
    try:
        ast.literal_eval(text)
    except (ValueError, SyntaxError, RecursionError, MemoryError):
        return False
    return True


def _flat(text: str) -> str:
    return " ".join(text.split())
