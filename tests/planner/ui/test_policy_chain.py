from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

from streamlit.testing.v1 import AppTest

from planner.plan import Plan
from planner.policy.programme import PARTS
from planner.ui.policy_chain_words import CHAIN_UI


def _page(plan, folder):  # type: ignore[no-untyped-def]  # its source runs by itself
    import planner.ui.policy_chain as chain

    chain.folder_of = lambda _: folder
    chain.show_chain("", plan, "zh")


def test_one_button_carries_out_every_part_and_packs_it(town_plan: Plan, town_path: Path) -> None:
    plan = town_plan
    page = AppTest.from_function(_page, kwargs={"plan": plan, "folder": town_path})
    page.run(timeout=60)
    assert not page.exception and not page.markdown
    page.button(key="chain-button").click().run(timeout=120)
    assert not page.exception and not page.error
    told = [one.value for one in page.markdown]
    assert len(told) == len(PARTS)
    _, asked, done = page.session_state["chain-result"]
    answered = [part for part in PARTS if getattr(done.carried, part) is not None]
    assert {"compliance", "hosts", "phases", "robust"} <= set(answered)
    assert done.differ == {part: [] for part in answered}
    with zipfile.ZipFile(io.BytesIO(done.files)) as archive:
        names = archive.namelist()
        assert {name.split("/")[0] for name in names} == {"plan", "scenario.toml", *answered}
        assert not any(name.endswith("run.json") for name in names)
        record = json.loads(archive.read("robust/robust.json"))
    # Each section shows its part without being asked again.
    about = ("", plan.bundle.sha256, plan.scenario)
    assert page.session_state["robust-result"][:2] == (about, asked.robust)
    assert page.session_state["robust-result"][2].record["roles"] == record["roles"]
    assert CHAIN_UI.say("chain-checked", "zh", n=0) in told[0]
