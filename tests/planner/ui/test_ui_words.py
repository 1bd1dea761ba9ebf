from __future__ import annotations

import re
from pathlib import Path

from planner import headline, map_words
from planner.headline import HEADLINE_WORDS
from planner.ui.page import PAGES
from planner.ui.region_files import ROLES
from planner.ui.region_page import SECTIONS
from planner.ui.words import UI

ROOT = Path(__file__).resolve().parents[3]
SOURCES = {path: path.read_text("utf-8") for path in sorted((ROOT / "planner" / "ui").glob("*.py"))}
CHINESE = re.compile("[\u4e00-\u9fff]")


def test_every_word_is_there_and_used() -> None:
    text = "".join(text for path, text in SOURCES.items() if not path.name.endswith("words.py"))
    said = set(re.findall(r'(?:\bsay\(|UI\.say\(\s*)"([a-z-]+)"', text))
    said |= {key for key in UI.table if re.search(f"[\"']{key}[\"']", text)}
    built = {
        key
        for key in UI.table
        if key.startswith(("mode-", "objective-", "about-", "unit-", "weight-"))
    }
    built |= {f"page-{page.key}" for page in PAGES} | {f"section-{key}" for key in SECTIONS}
    built |= {f"file-{role}{tail}" for role in ROLES for tail in ("", "-help")}
    built |= {f"column-{key}" for key in ("name", "code", "county")}
    assert built <= set(UI.table)
    assert said <= set(UI.table)
    assert set(UI.table) - said - built == set()
    assert len(said) > 30


def test_chinese_is_chinese_and_english_is_not() -> None:
    for words in (UI, HEADLINE_WORDS, map_words.MAP_WORDS):
        for key, (zh, en) in words.table.items():
            bare = re.sub(r"\{\w+\}|[^\w]|\d", "", zh)
            assert not bare or CHINESE.search(zh) or key == "review-none", key
            assert not CHINESE.search(en), key


def test_no_sentence_stands_outside_the_tables() -> None:
    for path, text in SOURCES.items():
        if path.name.endswith("words.py") or path.name == "controls.py":
            continue
        assert not CHINESE.search(text), path
    assert not CHINESE.search(Path(headline.__file__).read_text("utf-8").split("@dataclass")[1])
