"""What the section on the years asks: years, limits, budgets and targets of each, growth."""

from __future__ import annotations

import dataclasses
import hashlib
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd
import streamlit as st

from planner.policy.phases.spec import PhasesSpec
from planner.ui.policy_asking import kept_table, remember_table
from planner.ui.policy_phases_words import PHASES_UI
from planner.wording.language import Language

__all__ = ["Asked", "Upload", "asked", "lying", "spec_of", "upload_of"]

FIRST, LAST, MOST_YEARS = 2025, 2027, 10
TABLES = ("csv", "tsv", "xlsx")
#: Columns of the table of years, and the field of the spec that each fills.
COLUMNS = {
    "new": "new_sites",
    "budget": "budgets_yuan",
    "urban": "urban_targets",
    "township": "township_targets",
    "least": "min_per_township",
}
_WHOLE, _SHARES = ("new_sites", "min_per_township"), ("urban_targets", "township_targets")


class Upload(NamedTuple):
    """A file of the user's: its name as given, and what is in it."""

    name: str
    content: bytes

    @property
    def digest(self) -> str:
        """Tells two files apart."""
        return hashlib.sha256(self.content).hexdigest()


class Asked(NamedTuple):
    """What the controls say; the growth file is not in the spec's place but here."""

    spec: PhasesSpec
    growth: Upload | None


def upload_of(label: str, types: Sequence[str], key: str) -> Upload | None:
    """Ask for a file."""
    told = st.file_uploader(label, type=list(types), key=key)
    return None if told is None else Upload(str(told.name), bytes(told.getvalue()))


@contextmanager
def lying(upload: Upload | None, stem: str) -> Iterator[Path | None]:
    """Lay a file down for as long as it is read; of the user's name only the ending is ours."""
    if upload is None:
        yield None
        return
    with tempfile.TemporaryDirectory(prefix="recyclenet-") as folder:
        path = Path(folder) / f"{stem}{Path(upload.name).suffix.lower()[:10]}"
        path.write_bytes(upload.content)
        yield path


def asked(language: Language) -> Asked:
    """Draw the controls.

    Raises
    ------
    ScenarioError
        If what they say does not go together.
    """

    def say(key: str) -> str:
        return PHASES_UI.say(key, language)

    columns = st.columns(4, gap="small")
    first = int(columns[0].number_input(say("phases-from"), 2000, 2100, FIRST, key="phases-first"))
    last = int(
        columns[1].number_input(
            say("phases-to"), first, first + MOST_YEARS - 1, max(first, LAST), key="phases-last"
        )
    )
    years = tuple(range(first, last + 1))
    usual = PhasesSpec()
    cost = columns[2].number_input(
        say("phases-cost"), 1, 1_000_000_000, int(usual.site_yuan), 1000, key="phases-site-cost"
    )
    anywhere = columns[3].selectbox(
        say("phases-sites-of"),
        ("plan", "any"),
        format_func=lambda one: say(f"phases-of-{one}"),
        key="phases-any-sites",
    )
    table = _table(years, say)
    growth = st.columns((1, 1, 2), gap="small", vertical_alignment="bottom")
    rate = growth[0].number_input(
        say("phases-growth"), -20.0, 20.0, 0.0, step=0.1, format="%.1f", key="phases-growth-rate"
    )
    goods = growth[1].number_input(
        say("phases-goods"),
        -100.0,
        1000.0,
        30.0,
        step=5.0,
        format="%.0f",
        key="phases-goods-rate",
        help=say("phases-goods-help"),
    )
    with growth[2]:
        file = upload_of(say("phases-growth-file"), TABLES, "phases-growth-upload")
    base = PhasesSpec(
        years=years,
        sites="any" if anywhere == "any" else "plan",
        site_yuan=float(cost),
        growth=0.0 if file else round(float(rate) / 100.0, 6),
        growth_file=file.name if file else "",
        material_growth=(("appliance", round(float(goods) / 100.0, 6)),),
    )
    return Asked(spec_of(base, table), file)


def _table(years: tuple[int, ...], say: Callable[[str], str]) -> list[dict[str, Any]]:
    """Ask for limits, money and targets of each year; what is left empty is not asked."""
    empty = pd.DataFrame(
        {name: pd.array([None] * len(years), dtype="Float64") for name in COLUMNS},
        index=pd.Index(years, name="year"),
    )
    tops = {"new": 100_000, "budget": 1e12, "urban": 100, "township": 100, "least": 1000}
    formats = {
        name: st.column_config.NumberColumn(
            say(f"phases-col-{name}"), min_value=0, max_value=top, format="localized"
        )
        for name, top in tops.items()
    }
    st.caption(say("phases-table"))
    # Other years make another table.
    key = f"phases-table-{years[0]}-{years[-1]}"
    told = st.data_editor(
        kept_table(key, empty),
        key=key,
        placeholder="",
        disabled=["year"],
        column_config={
            "year": st.column_config.NumberColumn(say("phases-year"), format="%d"),
            **formats,
        },
        width="stretch",
    )
    remember_table(key, told)
    return [
        {name: None if pd.isna(row[name]) else float(row[name]) for name in COLUMNS}
        for row in told.to_dict("records")
    ]


def spec_of(base: PhasesSpec, table: Sequence[Mapping[str, float | None]]) -> PhasesSpec:
    """Fill a spec from the table of years.

    A column that is empty in all years asks nothing; in one that is not, an empty year is 0: no
    site, no money, no target.

    Raises
    ------
    ScenarioError
        If a value is out of range.
    """
    given: dict[str, Any] = {}
    for name, field in COLUMNS.items():
        values = [row[name] for row in table]
        if all(value is None for value in values):
            continue
        numbers = [value or 0.0 for value in values]
        if field in _WHOLE:
            given[field] = tuple(round(number) for number in numbers)
        elif field in _SHARES:
            given[field] = tuple(round(number / 100.0, 6) for number in numbers)
        else:
            given[field] = tuple(numbers)
    return dataclasses.replace(base, **given)
