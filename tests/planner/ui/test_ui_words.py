from __future__ import annotations

import ast
import importlib
import re
from pathlib import Path

import pytest

from planner import headline
from planner.maps import words as map_words
from planner.ui.page import PAGES
from planner.wording.language import Words

UI_FOLDER = Path(__file__).resolve().parents[3] / "planner" / "ui"
SOURCES = {
    path.stem: path.read_text("utf-8")
    for path in sorted(UI_FOLDER.glob("*.py"))
    if path.stem != "words" and not path.stem.endswith("_words")
}
CHINESE = re.compile("[\u4e00-\u9fff]")
#: Names that are the same in Chinese, and a sentence that has no word of its own.
SAME = {"review-none", "base-osm"}


def tables() -> dict[str, Words]:
    found = {}
    for path in sorted(UI_FOLDER.glob("*words.py")):
        module = importlib.import_module(f"planner.ui.{path.stem}")
        for name, value in vars(module).items():
            if isinstance(value, Words):
                found[f"{path.stem}.{name}"] = value
    return found


TABLES = tables()
#: What keys begin or end with where they are put together: f"tab-{key}", f"{key}-help".
BEGINNINGS = {
    found for text in SOURCES.values() for found in re.findall(r'f"([a-z][a-z-]*-)\{', text)
}
ENDS = {found for text in SOURCES.values() for found in re.findall(r'\}(-[a-z-]+)"', text)}


def literals(text: str) -> set[str]:
    return {
        node.value
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


LITERALS = set().union(*(literals(text) for text in SOURCES.values()))


def is_said(key: str) -> bool:
    """Whether a key stands in the sources, whole or put together of parts that do."""
    bare = [key, *(key.removesuffix(end) for end in ENDS if key.endswith(end))]
    # A choice names its options: f"{key}-{option}", where the key is a word of its own.
    parts = [key[: at.start()] for at in re.finditer("-", key)]
    return (
        any(one in LITERALS for one in bare)
        or any(one.startswith(start) for one in bare for start in BEGINNINGS)
        or any(part in LITERALS for part in parts)
    )


@pytest.mark.parametrize("name", sorted(TABLES))
def test_every_word_is_used(name: str) -> None:
    assert [key for key in TABLES[name].table if not is_said(key)] == []


def test_every_word_that_is_said_is_there() -> None:
    known = set().union(*(words.table for words in TABLES.values()))
    said = {
        key
        for text in SOURCES.values()
        for key in re.findall(r'(?:\bsay|_say|\bword|UI\.say)\(\s*"([a-z-]+)"', text)
    }
    assert len(said) > 100
    assert said - known - set(headline.HEADLINE_WORDS.table) == set()
    assert {f"page-{page.key}" for page in PAGES} <= known


@pytest.mark.parametrize("name", [*sorted(TABLES), "headline", "map"])
def test_chinese_is_chinese_and_english_is_not(name: str) -> None:
    others = {"headline": headline.HEADLINE_WORDS, "map": map_words.MAP_WORDS}
    words = TABLES[name] if name in TABLES else others[name]
    for key, (zh, en) in words.table.items():
        bare = re.sub(r"\{\w+\}|[^\w]|\d", "", zh)
        assert not bare or CHINESE.search(zh) or key in SAME or key.startswith("format-"), key
        assert not CHINESE.search(en), key


def test_no_sentence_stands_outside_the_tables() -> None:
    for stem, text in SOURCES.items():
        if stem == "controls":  # the names of the languages themselves
            continue
        tree = ast.parse(text)
        told = {
            ast.get_docstring(node, clean=False)
            for node in ast.walk(tree)
            if isinstance(node, ast.Module | ast.FunctionDef | ast.ClassDef)
        }
        for literal in literals(text) - told:
            assert not CHINESE.search(literal), (stem, literal)
