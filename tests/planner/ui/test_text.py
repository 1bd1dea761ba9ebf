from __future__ import annotations

import string

from hypothesis import given
from hypothesis import strategies as st

from planner.ui.text import plain, rows_html


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


def test_rows_are_text() -> None:
    assert "<script>" not in rows_html(["<script>alert(1)</script>", "好"])
    assert rows_html(["a", "b"]).count("<li>") == 2
