from __future__ import annotations

import re
from pathlib import Path

import pytest

from geo.findings import Finding
from planner.wording.language import LANGUAGES, Words
from planner.wording.words import FINDINGS, PHASES, say_finding, say_reason

ROOT = Path(__file__).resolve().parents[3]
SOURCES = [
    path.read_text("utf-8") for floor in ("geo", "planner") for path in (ROOT / floor).glob("*.py")
]
SOLVER = [path.read_text("utf-8") for path in (ROOT / "optimise").glob("*.py")]


def test_every_finding_has_its_sentence() -> None:
    pattern = r'(?:Finding\(\s*kind=|_finding\(\s*)f?"([a-z0-9{}_-]+)"'
    told = {kind for text in SOURCES for kind in re.findall(pattern, text)}
    assert len(told) > 30, "the pattern finds nothing any more"
    for kind in told:  # a field in the kind stands for one or more words
        like = re.compile(re.sub(r"\{[a-z_]+\}", "[a-z-]+", kind))
        assert any(like.fullmatch(key) for key in FINDINGS.table), kind


def test_every_phase_has_its_name() -> None:
    told = {p for text in SOURCES + SOLVER for p in re.findall(r'progress\(\s*f?"([^"{]+)', text)}
    assert len(told) > 5, "the pattern finds nothing any more"
    assert told <= set(PHASES.table)


def test_both_languages_must_name_the_same_fields() -> None:
    with pytest.raises(ValueError, match="both"):
        Words({"a": ("{x} 人", "people")})
    with pytest.raises(ValueError, match="both"):
        Words({"a": ("", "people")})


def test_a_hostile_name_stays_what_it_is() -> None:
    name = "{__class__} <script>"
    finding = Finding(
        kind="quota-unmeetable", where=name, values={"name": name, "required": 2, "candidates": 1}
    )
    for language in LANGUAGES:
        assert name in say_finding(finding, language)


def test_reasons_are_in_both_languages() -> None:
    assert say_reason("no-people") == "无常住人口记录 / nobody is known to live there"
