"""Files of a plan that the app hands out: each made when it is asked for, once, and kept."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import streamlit as st

from planner.checking.check import Report as Check
from planner.checking.check import check_plan
from planner.errors import MissingToolError
from planner.handover.handover import handover_pack
from planner.maps.page import map_html
from planner.outputs import (
    plan_json,
    scenario_file,
    sites_csv,
    sites_geojson,
    townships_csv,
    townships_geojson,
    uncovered_geojson,
    write_plan,
)
from planner.picture.fonts import chinese_family
from planner.picture.sheet import map_png
from planner.plan import Plan
from planner.report.blocks import Imprint
from planner.report.docx import report_docx
from planner.report.pdf import need_library, report_pdf
from planner.report.workbook import plan_xlsx
from planner.ui.asked import asked_now
from planner.ui.library import data_there, folder_of
from planner.ui.packs import PACK_TYPE, pack_of_plan
from planner.ui.shelf import Shelf
from planner.wording.language import Language

__all__ = ["GROUPS", "Download", "downloads", "known_check", "made", "missing_tools"]

GEOJSON, WORD, EXCEL = (
    "application/geo+json",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
)
GROUPS: dict[str, dict[str, str]] = {
    "report": {"report.pdf": "application/pdf", "report.docx": WORD},
    "map": {"map.png": "image/png", "map.html": "text/html"},
    "table": {"plan.xlsx": EXCEL, "townships.csv": "text/csv", "sites.csv": "text/csv"},
    "geo": {"sites.geojson": GEOJSON, "townships.geojson": GEOJSON, "uncovered.geojson": GEOJSON},
    "plan": {
        "plan.json": "application/json",
        "scenario.toml": "application/toml",
        "plan.rnpack": PACK_TYPE,
        "handover.zip": "application/zip",
    },
}
"""Names and media types of the files, as they stand on the page."""

NEEDS_PANGO, NEEDS_TYPE = ("report.pdf",), ("report.pdf", "report.docx", "map.png")
KEPT_CHECKS = 256
KEPT = 32
"""Files kept in memory, of about a megabyte each."""


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Download:
    """One file: its name, its media type, and how it is made (in a thread without a sitting)."""

    name: str
    mime: str
    make: Callable[[], bytes]


@st.cache_resource(show_spinner=False)
def _shelf() -> Shelf[bytes]:
    return Shelf(KEPT)


def made(plan: Plan, name: str, told: tuple[object, ...], make: Callable[[], bytes]) -> bytes:
    """Take a file that was made of the same plan, or make it.

    Parameters
    ----------
    told
        What else the file depends on: language, imprint.
    """
    return _shelf().get_or_make(_key(plan, name, told), make)


def downloads(
    plan: Plan,
    language: Language,
    imprint: Imprint,
    repairs: Mapping[str, str],
    region_id: str,
    *,
    more: int | None = None,
) -> dict[str, Download]:
    """Every file of a plan, by name; nothing is made yet.

    Parameters
    ----------
    region_id
        Of its region: a pack takes it along, and reports are checked against it.
    more
        As in :func:`planner.report.content.report_content`.
    """
    review = imprint.review_number
    checks = _checks()
    asked = asked_now()

    def report(write: Callable[..., bytes]) -> bytes:
        check = _checked(checks, plan, region_id)
        return write(plan, language, imprint=imprint, repairs=repairs, check=check, more=more)

    makers: dict[str, Callable[[], bytes | str]] = {
        "report.pdf": lambda: report(report_pdf),
        "report.docx": lambda: report(report_docx),
        "map.png": partial(map_png, plan, language, review_number=review),
        "map.html": partial(map_html, plan, language, review_number=review),
        "plan.xlsx": partial(plan_xlsx, plan, language, review_number=review),
        # Excel and WPS take a CSV file for GBK unless it begins with this mark.
        "townships.csv": lambda: townships_csv(plan).encode("utf-8-sig"),
        "sites.csv": lambda: sites_csv(plan).encode("utf-8-sig"),
        "sites.geojson": partial(sites_geojson, plan),
        "townships.geojson": partial(townships_geojson, plan),
        "uncovered.geojson": partial(uncovered_geojson, plan),
        "plan.json": partial(plan_json, plan),
        "scenario.toml": partial(scenario_file, plan, asked.toml()),
        "plan.rnpack": partial(pack_of_plan, plan, folder_of(region_id), asked.toml()),
        "handover.zip": partial(handover_pack, plan, language, review_number=review),
    }
    # Repairs and the bound of people follow from the plan: they are no part of the key.
    told = (language, imprint, asked)
    shelf = _shelf()  # taken here: the thread that makes a file has no sitting to ask
    return {
        name: Download(
            name=name,
            mime=mime,
            make=partial(_take, shelf, _key(plan, name, told), makers[name]),
        )
        for files in GROUPS.values()
        for name, mime in files.items()
    }


def missing_tools() -> dict[str, MissingToolError]:
    """Files that this machine cannot make, with what it lacks."""
    lacking: dict[str, MissingToolError] = {}
    for names, need in ((NEEDS_PANGO, need_library), (NEEDS_TYPE, chinese_family)):
        try:
            need()
        except MissingToolError as error:
            lacking |= dict.fromkeys(names, error)
    return lacking


def known_check(plan: Plan) -> Check | None:
    """Second opinion on a plan, if a report was asked for already."""
    return _checks().get(_key(plan, "check", ()))


@st.cache_resource(show_spinner=False)
def _checks() -> Shelf[Check]:
    return Shelf(KEPT_CHECKS)


def _checked(shelf: Shelf[Check], plan: Plan, region_id: str) -> Check | None:
    """Have the plan's files computed again from the region, once: it takes seconds.

    ``None`` where the region's data are no longer those of the plan.
    """
    if data_there(region_id) != plan.bundle.sha256:
        return None

    def check() -> Check:
        with tempfile.TemporaryDirectory(prefix="recyclenet-") as workshop:
            folder = Path(workshop) / "plan"
            write_plan(plan, folder, bundle_path=folder_of(region_id))
            return check_plan(folder)

    return shelf.get_or_make(_key(plan, "check", ()), check)


def _key(plan: Plan, name: str, told: tuple[object, ...]) -> tuple[object, ...]:
    return (plan.record["data"]["bundle_sha256"], plan.scenario, name, *told)


def _take(shelf: Shelf[bytes], key: tuple[object, ...], make: Callable[[], bytes | str]) -> bytes:
    def as_bytes() -> bytes:
        file = make()
        return file.encode() if isinstance(file, str) else file

    return shelf.get_or_make(key, as_bytes)
