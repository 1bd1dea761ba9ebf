"""Names of kinds, sizes, materials and sources as people read them."""

from __future__ import annotations

from typing import Any

from planner.maps.words import kind_names
from planner.policy.tiers.words import TIERS_WORDS
from planner.wording.language import Language

__all__ = ["capital", "named", "title_of"]

#: Columns whose values are words of the table.
_WORDS = frozenset({"tier", "leg"})
_MATERIAL = "t_"


def capital(text: str) -> str:
    """The same with a capital to begin with."""
    return text[:1].upper() + text[1:]


def named(column: str, value: str, record: dict[str, Any], language: Language) -> str:
    """Name a value of a column; what is the user's own stays as it is."""
    if column in _WORDS:
        return capital(TIERS_WORDS.say(value, language))
    if column == "kind":
        if (key := f"kind-{value}") in TIERS_WORDS.table:
            return TIERS_WORDS.say(key, language)
        told = kind_names(language).get(value)
        return value if told is None else capital(told)
    if column == "size":
        sizes = {row["key"]: row[f"name_{language}"] for row in record["figures"]["sizes"]}
        return capital(sizes.get(value, value))
    if column == "material":
        return _materials(record, language).get(value, value)
    return value


def title_of(column: str, record: dict[str, Any], language: Language) -> str:
    """Title of a column; tonnes of a material by its name."""
    if column.startswith(_MATERIAL):
        material = named("material", column.removeprefix(_MATERIAL), record, language)
        return TIERS_WORDS.say("t_material", language, material=material)
    return TIERS_WORDS.say(column, language)


def _materials(record: dict[str, Any], language: Language) -> dict[str, str]:
    return {row["key"]: row[f"name_{language}"] for row in record["materials"]}
