from __future__ import annotations

import string

from hypothesis import given
from hypothesis import strategies as st

from geo.errors import InputError, LiveError
from planner.ui.region_work import said_in_page
from planner.ui.text import line_of, listed, plain, rows_html


@given(st.text())
def test_every_mark_is_escaped(text: str) -> None:
    said = plain(text)
    assert "\n" not in said
    for at, letter in enumerate(said):
        if letter in string.punctuation.replace("\\", ""):
            before = said[:at]
            assert (len(before) - len(before.rstrip("\\"))) % 2 == 1


def test_nothing_is_lost() -> None:
    assert plain("浮梁 *镇* [x](y) :smile: $a$").replace("\\", "") == "浮梁 *镇* [x](y) :smile: $a$"


def test_a_list_is_one_line_a_sentence_and_all_text() -> None:
    assert listed(["好", "b"]) == "- 好\n- b"
    assert listed(["*x*\n- y"]) == "- \\*x\\* \\- y"


def test_rows_are_text() -> None:
    assert "<script>" not in rows_html(["<script>alert(1)</script>", "好"])
    assert rows_html(["a", "b"]).count("<li>") == 2


def test_an_error_is_said_in_the_readers_language() -> None:
    error = InputError("is empty", where="a.csv", remedy="Check the path")
    assert line_of(error, "zh") == "a.csv：为空。请核对路径"
    assert line_of(error, "en") == "a.csv: is empty. Check the path"


def test_the_region_page_leaves_out_options_of_the_command_line() -> None:
    error = InputError("is empty", where="a.csv", remedy="Choose another --out")
    assert said_in_page(error, "zh").replace("\\", "") == "a.csv：为空"
    assert said_in_page(error, "en").replace("\\", "") == "a.csv: is empty"


def test_a_map_server_that_fails_leads_to_files() -> None:
    error = LiveError("cannot be reached", where="https://example.org", remedy="Check the path")
    zh, en = (said_in_page(error, language).replace("\\", "") for language in ("zh", "en"))
    assert "（https://example.org：无法连接。请核对路径）" in zh
    assert "(https://example.org: cannot be reached. Check the path)" in en
