"""Two languages, one table: every sentence exists in Chinese and in English, or not at all."""

from __future__ import annotations

import string
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

__all__ = ["LANGUAGES", "Language", "Words"]

Language = Literal["zh", "en"]
LANGUAGES: tuple[Language, ...] = ("zh", "en")


def _fields(template: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(template) if name is not None}


@dataclass(frozen=True, slots=True)
class Words:
    """A table of sentences: key to (Chinese, English), both with the same ``{fields}``.

    Raises
    ------
    ValueError
        At construction, if a translation is empty or the two name different fields.
    """

    table: Mapping[str, tuple[str, str]]

    def __post_init__(self) -> None:
        for key, (zh, en) in self.table.items():
            if not zh or not en or _fields(zh) != _fields(en):
                raise ValueError(f"{key}: both languages must be there with the same fields")

    def say(self, key: str, language: Language, **values: object) -> str:
        """Return one sentence; ``KeyError`` for a key or a field that is missing."""
        zh, en = self.table[key]
        return (zh if language == "zh" else en).format_map(values)
