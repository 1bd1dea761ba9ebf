from __future__ import annotations

import re
from pathlib import Path

from planner.commands.export_words import EXPORT
from planner.handover.words import HANDOVER, LAYER_TITLES
from planner.packs.words import PACK, REFUSALS
from planner.plan import Plan
from planner.roles import ROLES

PLANNER = Path(__file__).resolve().parents[3] / "planner"
FILES = ("handover/*.py", "packs/*.py", "commands/*.py", "ui/packs.py", "opened_plan.py")
BUILT = ("role-", "state-", "change-", "type-", "field-", "kind-")
CHINESE = re.compile("[\u4e00-\u9fff]")


def test_every_sentence_is_used_and_chinese_is_chinese() -> None:
    sources = [path for pattern in FILES for path in PLANNER.glob(pattern)]
    text = "".join(p.read_text("utf-8") for p in sources if not p.stem.endswith("words"))
    for words in (HANDOVER, LAYER_TITLES, EXPORT, PACK, REFUSALS):
        for key, (zh, _) in words.table.items():
            bare = re.sub(r"\{\w+\}|\W", "", zh)
            assert not bare or CHINESE.search(zh), key
            assert key.startswith(BUILT) or re.search(f"[\"']{key}[\"']", text), key


def test_every_role_and_state_has_its_words(town_plan: Plan) -> None:
    for role in ROLES:
        assert f"role-{role}" in HANDOVER.table
    for reason in ("unreachable", "no candidate", "not chosen", "unmapped?", "covered"):
        assert f"state-{reason}" in HANDOVER.table
    assert {f"state-{one}" for one in town_plan.cell_reason if one} <= set(HANDOVER.table)
