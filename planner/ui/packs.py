"""Packs in the app: one that was brought becomes a region and saved scenarios; others are made."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Sequence
from pathlib import Path

import streamlit as st

from geo.bundle import Bundle, load_bundle
from geo.errors import GeoError
from geo.progress import Progress
from planner.answers import Answer, answer_of, plan_from
from planner.outputs import scenario_file
from planner.packs.pack import Item, Packed, unpack, write_pack
from planner.packs.words import refused
from planner.plan import Plan
from planner.scenario import Scenario
from planner.scenario_data import data_of, scenario_toml
from planner.store import Draft, Receipt, draft_of
from planner.store.values import LINE, shown
from planner.ui import saved
from planner.ui.archive import the_store
from planner.ui.as_saved import lay_out
from planner.ui.library import adopt, forget, new_id
from planner.ui.region_work import keep_upload, said_in_page, sitting_folder, working
from planner.ui.scenarios_words import saved_say
from planner.ui.uploads import limit_mb
from planner.wording.language import Language

__all__ = ["PACK_TYPE", "pack_name", "pack_of_plan", "pack_of_saved", "show_open_pack", "take_pack"]

ENDING, PACK_TYPE = "rnpack", "application/zip"
MOST_SCENARIOS = 40
"""Of one pack: each is laid out and counted again before it is saved."""

_ODD = re.compile(r"[^\w() -]+")


def show_open_pack(language: Language) -> None:
    """Offer to open a pack: what is wrong with it is one line, and nothing has changed then."""
    with st.expander(saved_say("pack-open", language), icon=":material/unarchive:"):
        upload = st.file_uploader(
            saved_say("pack-file", language),
            (ENDING,),
            key="pack-file",
            help=saved_say("pack-help", language),
            max_upload_size=limit_mb("pack-file"),
        )
        pressed = st.button(
            saved_say("pack-take", language),
            key="pack-take",
            type="primary",
            disabled=upload is None,
            icon=":material/unarchive:",
        )
        place = st.empty()
        if upload is None or not pressed:
            return
        path = keep_upload(upload, "pack")
        note = saved_say("pack-note", language, file=path.name)
        try:
            with working(place, language) as progress:
                first = take_pack(path, note, progress)
            saved.open_saved(first.id)
        except GeoError as error:
            place.error(said_in_page(error, language), icon=":material/error:")
        else:
            st.rerun()


def take_pack(path: Path, note: str, progress: Progress) -> Receipt:
    """Make a pack's regions private regions of this server, and save its scenarios as one's own.

    Everything is checked first, the answers against the data too; then everything is taken.

    Parameters
    ----------
    note
        What the first version of each is saved with.

    Returns
    -------
    Receipt
        Of the first scenario.

    Raises
    ------
    PackError
        If the pack is refused.
    PlannerError
        If an answer in it does not hold, or the store cannot be used.
    """
    progress("unpack", 0.0)
    with tempfile.TemporaryDirectory(dir=sitting_folder()) as workshop:
        found = unpack(path, Path(workshop) / "pack")
        if len(found) > MOST_SCENARIOS:
            raise refused("too-many-scenarios", path.name, count=len(found), most=MOST_SCENARIOS)
        bundles = {one.sha256: load_bundle(one.bundle) for one in found}
        regions = {sha256: new_id() for sha256 in bundles}
        plans: list[Plan | None] = []
        for number, one in enumerate(found):
            progress("open plan", number / len(found))
            plans.append(_plan(one, bundles[one.sha256]))
        drafts = [
            _draft(one, plan, regions[one.sha256]) for one, plan in zip(found, plans, strict=True)
        ]
        made: list[Receipt] = []
        try:
            for sha256, one in {one.sha256: one for one in found}.items():
                adopt(one.bundle, regions[sha256])
            made += _saved(drafts, found, note)
        finally:
            if not made:
                for region_id in regions.values():
                    forget(region_id)
    if (first := plans[0]) is not None:
        # What is opened next need not be laid out twice.
        lay_out(bundles[found[0].sha256], first.scenario, answer_of(first), lambda: first)
    return made[0]


def pack_of_plan(plan: Plan, folder: Path, policy: str = "") -> bytes:
    """Pack a plan with its data.

    Parameters
    ----------
    policy
        Tables of what is asked of the parts of the policy.
    folder
        Where its region lies.

    Raises
    ------
    PackError
        If the data there are no longer those that the plan was made from.
    """
    item = Item(
        scenario=plan.scenario,
        toml=scenario_file(plan, policy),
        answer=answer_of(plan),
        bundle=folder,
    )
    return _packed(item, plan.bundle.sha256)


def pack_of_saved(
    scenario: Scenario,
    answer: Answer | None,
    folder: Path,
    bundle_sha256: str,
    policy: str = "",
) -> bytes:
    """Pack a saved scenario with its data and, where there is one, its answer.

    Parameters
    ----------
    policy
        Tables of what is asked of the parts of the policy.

    Raises
    ------
    PackError
        If the data are no longer those that it was saved on.
    """
    data = data_of(load_bundle(folder), "" if answer is None else answer.recyclenet)
    toml = scenario_toml(scenario, data, policy)
    item = Item(scenario=scenario, toml=toml, answer=answer, bundle=folder)
    return _packed(item, bundle_sha256)


def pack_name(title: str) -> str:
    """Name a pack's file after what is in it."""
    told = " ".join(_ODD.sub(" ", title).split())[:60] or "scenario"
    return f"{told}.{ENDING}"


def _packed(item: Item, bundle_sha256: str) -> bytes:
    with tempfile.TemporaryDirectory(prefix="recyclenet-") as workshop:
        path = Path(workshop) / f"pack.{ENDING}"
        found = write_pack([item], path).scenes[0].bundle
        if found != bundle_sha256:  # fetched anew since the page was drawn
            name = item.scenario.name or path.name
            raise refused("other-data", name, asked=bundle_sha256[:12], found=found[:12])
        return path.read_bytes()


def _plan(one: Packed, bundle: Bundle) -> Plan | None:
    return None if one.answer is None else plan_from(bundle, one.scenario, one.answer)


def _draft(one: Packed, plan: Plan | None, region_id: str) -> Draft:
    if plan is not None:
        return draft_of(plan, region_id, policy=one.asked.text())
    return Draft(
        scenario=one.scenario,
        region_id=region_id,
        region=shown(one.region)[:LINE],
        bundle_sha256=one.sha256,
        policy=one.asked.text(),
    )


def _saved(drafts: Sequence[Draft], found: Sequence[Packed], note: str) -> list[Receipt]:
    made: list[Receipt] = []
    for number, (draft, one) in enumerate(zip(drafts, found, strict=True), start=1):
        usual = f"{draft.region} {number}" if len(found) > 1 else draft.region
        title = shown(one.scenario.name or usual)[:LINE].strip() or f"{number}"
        receipt = the_store().save(draft, title=title, author=saved.author(), note=note)
        made.append(receipt)
        saved.remember(receipt, title, draft.region_id, draft.bundle_sha256)
    return made
