from __future__ import annotations

import re
import tomllib
from pathlib import Path

from planner.ui.region_files import ROLES
from planner.ui.uploads import SMALL, SMALL_MB, USUAL_MB, limit_mb, upload_style

ROOT = Path(__file__).resolve().parents[3]


def test_limits_are_the_servers_or_smaller() -> None:
    told = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text("utf-8"))
    assert told["server"]["maxUploadSize"] == USUAL_MB == limit_mb("file-extract")
    assert {f"file-{role}" for role in ROLES} | {"check-file"} == set(SMALL)
    assert all(limit_mb(key) == SMALL_MB < USUAL_MB for key in SMALL)
    text = "".join(path.read_text("utf-8") for path in (ROOT / "planner" / "ui").glob("*.py"))
    for key in ("file-bundle", "pack-file", "check-file"):
        assert f'limit_mb("{key}")' in text and f'key="{key}"' in text


def test_the_style_says_both_limits_in_chinese_and_nothing_in_english() -> None:
    assert upload_style("en") == ""
    style = upload_style("zh")
    said = re.findall(r'([^{}]*){ content: "([^"]*)"', style)
    limits = {text: where for where, text in said if "MB" in text}
    assert set(limits) == {f"不超过 {USUAL_MB} MB", f"不超过 {SMALL_MB} MB"}
    assert limits[f"不超过 {SMALL_MB} MB"].count(".st-key-") == len(SMALL)
    assert "<script" not in style and style.count("<") == 2
