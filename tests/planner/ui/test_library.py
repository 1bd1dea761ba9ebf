from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.regions.recipes import recipe_names
from planner.ui.library import UnknownRegionError, folder_of, is_there, new_id


def test_ids_are_random_and_long(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("RECYCLENET_REGIONS", str(tmp_path))
    ids = {new_id() for _ in range(200)}
    assert len(ids) == 200
    for one in ids:
        assert folder_of(one) == tmp_path / one and not is_there(one)
        assert one not in recipe_names()


def test_recipes_share_a_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("RECYCLENET_REGIONS", str(tmp_path))
    for name in recipe_names():
        assert folder_of(name) == tmp_path / name


def test_no_id_is_the_first_region(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("RECYCLENET_BUNDLE", str(tmp_path))
    assert folder_of("") == tmp_path
    monkeypatch.delenv("RECYCLENET_BUNDLE")
    assert is_there("")  # the embedded sample


@given(st.text(min_size=1))
def test_other_ids_never_touch_a_path(text: str) -> None:
    good = text in recipe_names() or re.fullmatch(r"[A-Za-z0-9_-]{22}", text)
    try:
        folder = folder_of(text)
    except UnknownRegionError:
        assert not good
    else:
        assert good and folder.name == text


@pytest.mark.parametrize(
    "hostile", ["../../etc", "a/../b", "/etc/passwd", "x" * 22 + "\n", ".", "jingdezhen/..", "\0"]
)
def test_hostile_ids(hostile: str) -> None:
    with pytest.raises(UnknownRegionError) as caught:
        folder_of(hostile)
    assert hostile not in str(caught.value) and caught.value.zh
