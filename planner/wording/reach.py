"""What stands in place of a distance where people live and no road reaches them."""

from __future__ import annotations

from planner.wording.language import Language, Words

__all__ = ["out_of_reach"]

_WORDS = Words({"out-of-reach": ("不可达", "out of reach")})


def out_of_reach(language: Language) -> str:
    """Say that the way to the nearest open site does not exist; the same word everywhere."""
    return _WORDS.say("out-of-reach", language)
