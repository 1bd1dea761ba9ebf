from __future__ import annotations

from pathlib import Path

import pytest

from geo.folder import written_whole


def test_a_new_folder_is_there_whole(tmp_path: Path) -> None:
    with written_whole(tmp_path / "deep" / "out") as partial:
        (partial / "a").write_text("1")
        assert not (tmp_path / "deep" / "out").exists()
    assert (tmp_path / "deep" / "out" / "a").read_text() == "1"
    assert [p.name for p in (tmp_path / "deep").iterdir()] == ["out"]


@pytest.mark.parametrize("stop", [ValueError, KeyboardInterrupt, SystemExit])
def test_whatever_ends_it_early_leaves_what_was_there(
    tmp_path: Path, stop: type[BaseException]
) -> None:
    out = tmp_path / "out"
    with written_whole(out) as partial:
        (partial / "a").write_text("old")
    with pytest.raises(stop), written_whole(out) as partial:
        (partial / "a").write_text("half")
        raise stop
    assert (out / "a").read_text() == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["out"]


def test_an_old_folder_is_replaced_as_a_whole(tmp_path: Path) -> None:
    out = tmp_path / "out"
    for name in ("first", "second"):
        with written_whole(out) as partial:
            (partial / name).write_text(name)
    assert [p.name for p in out.iterdir()] == ["second"]
    assert [p.name for p in tmp_path.iterdir()] == ["out"]
