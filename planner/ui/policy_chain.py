"""Everything the policy asks in one go: each part on the plan at hand, checked, as one file."""

from __future__ import annotations

import dataclasses
import io
import tempfile
import zipfile
from pathlib import Path
from typing import Any

import streamlit as st

from planner.errors import PlannerError
from planner.plan import Plan
from planner.policy.asked import Asked
from planner.policy.programme import (
    PARTS,
    Carried,
    Programme,
    carry_on,
    differences,
    write_programme,
)
from planner.policy.programme_headlines import headline
from planner.policy.programme_words import PROGRAMME
from planner.ui.answer import Bar, distances
from planner.ui.asked import asked_now
from planner.ui.library import folder_of
from planner.ui.policy_chain_words import CHAIN_UI
from planner.ui.policy_section import About, kept_result, put_result
from planner.ui.text import line_of, plain
from planner.wording.language import Language

__all__ = ["show_chain"]

ZIP = "application/zip"


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class _Done:
    """What came of it: each part's answer, how many claims differ, and every file."""

    carried: Carried
    differ: dict[str, list[str]]
    files: bytes


def show_chain(region_id: str, plan: Plan, language: Language) -> None:
    """Draw the button and, once it was pressed, a line for each part; sections show the rest."""

    def say(key: str, **values: object) -> str:
        return CHAIN_UI.say(key, language, **values)

    asked = asked_now()
    about = (region_id, plan.bundle.sha256, plan.scenario)
    with st.container(horizontal=True, gap="medium", vertical_alignment="center"):
        pressed = st.button(
            say("chain-make"), key="chain-button", type="primary", icon=":material/checklist:"
        )
        st.caption(say("chain-caption"))
    place = st.empty()
    if pressed:
        bar = Bar(place, language)
        try:
            done = _carried(region_id, plan, asked, bar, language)
        except KeyboardInterrupt:
            if bar.overtaken is not None:
                raise bar.overtaken from None
            raise
        except PlannerError as error:
            place.empty()
            st.error(plain(line_of(error, language)), icon=":material/block:")
            return
        place.empty()
        put_result("chain", about, asked, done)
        _hand_out(about, done.carried)
    found = kept_result("chain", about)
    if found is not None:
        known, made = found
        if known != asked:
            st.info(say("chain-old"))
        _show(made, language)


def _carried(region_id: str, plan: Plan, asked: Asked, bar: Bar, language: Language) -> _Done:
    programme = Programme(scenario=plan.scenario, asked=asked)
    travel = distances(plan.bundle, plan.scenario, bar)
    carried = carry_on(plan, programme, travel=travel, progress=bar)
    with tempfile.TemporaryDirectory(prefix="recyclenet-") as workshop:
        folder = Path(workshop) / "programme"
        bar("write parts", 0.0)
        write_programme(carried, folder, language, bundle_path=folder_of(region_id))
        bar("check parts", 0.0)
        differ = differences(carried, folder)
        return _Done(carried=carried, differ=differ, files=_zipped(folder))


def _zipped(folder: Path) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(folder.rglob("*")):
            # What belongs to this machine stays here.
            if path.is_file() and path.name != "run.json":
                archive.write(path, path.relative_to(folder).as_posix())
    return out.getvalue()


def _hand_out(about: About, carried: Carried) -> None:
    """Let each section show its part as if it had been asked there."""
    asked = carried.asked
    of_part: dict[str, Any] = {
        "hosts": (asked.hosts, ""),
        "tiers": asked.tiers,
        "service": (asked.service, asked.rounds),
        "phases": (asked.phases, ""),
        "robust": asked.robust,
        "compliance": asked.rules,
    }
    for part in PARTS:
        if (made := getattr(carried, part)) is not None:
            put_result(part, about, of_part[part], made[1] if part == "service" else made)


def _show(done: _Done, language: Language) -> None:
    def say(key: str, **values: object) -> str:
        return CHAIN_UI.say(key, language, **values)

    carried = done.carried
    refused = dict(carried.refused)
    with st.container(border=True):
        for part in PARTS:
            name = PROGRAMME.say(part, language)
            if part in refused:
                st.markdown(
                    f":material/block: **{name}** {plain(line_of(refused[part], language))}"
                )
            elif getattr(carried, part) is not None:
                wrong = len(done.differ.get(part, []))
                mark = ":material/check_circle:" if not wrong else ":material/error:"
                told = say("chain-checked", n=wrong)
                first = plain(headline(carried, part, language))
                st.markdown(f"{mark} **{name}** {first} · {told}")
        st.download_button(
            say("chain-zip"),
            done.files,
            file_name="programme.zip",
            mime=ZIP,
            key="chain-get-zip",
            on_click="ignore",
            icon=":material/download:",
        )
