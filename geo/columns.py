"""What the columns of a user's file are taken for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from geo.own_file import OwnFile
from geo.own_sites import EXISTING_FIELDS, KIND_FIELDS, NAME_FIELDS, WEIGHT_FIELDS
from geo.placing import TOWNSHIP_FIELDS
from geo.population import CODE_FIELDS, PeopleColumns
from geo.table_file import Table, column_of

__all__ = [
    "TOWNSHIP_NAMES",
    "Column",
    "Role",
    "cell_text",
    "columns_of_people",
    "columns_of_places",
]

Role = Literal["boundaries", "candidates", "existing", "exclude", "urban", "population"]
TOWNSHIP_NAMES = ("name", "名称", "乡镇", "乡镇名称", "街道", "township", "xzmc", "mc")
_TOWNSHIP_CODES = (*CODE_FIELDS, "乡镇代码", "街道代码", "xzdm", "dm")
_COUNTIES = ("county_code", "adcode", "区县代码", "县代码", "county", "区县", "县区", "县名")


@dataclass(frozen=True, kw_only=True, slots=True)
class Column:
    """One column of the file.

    Parameters
    ----------
    name
        Its heading.
    taken
        What for: "name", "code", "county", "people", "x", "y", "wkt", "kind", "existing",
        "weight", "township" or "unused".
    sample
        Its first value that is not empty.
    """

    name: str
    taken: str
    sample: str


def columns_of_people(table: Table, columns: PeopleColumns) -> tuple[Column, ...]:
    """Columns of a table of people."""
    taken = {columns.homes.households: "households", columns.homes.size: "household size"}
    taken |= {columns.code: "code", columns.name: "name", columns.people: "people"}
    return tuple(
        Column(
            name=name,
            taken=taken.get(at, "unused"),
            sample=next((cells[at] for _, cells in table.rows if cells[at]), ""),
        )
        for at, name in enumerate(table.header)
    )


def columns_of_places(own: OwnFile, role: Role) -> tuple[Column, ...]:
    """Columns of a file of places, given for a role."""
    names = [name for name in own.frame.columns if name != own.frame.geometry.name]
    fields: Mapping[str, Sequence[str]] = {}
    if role in ("candidates", "existing"):
        fields = {"name": NAME_FIELDS, "kind": KIND_FIELDS, "existing": EXISTING_FIELDS,
                  "weight": WEIGHT_FIELDS, "township": TOWNSHIP_FIELDS}  # fmt: skip
    elif role == "boundaries":
        fields = {"name": TOWNSHIP_NAMES, "code": _TOWNSHIP_CODES, "county": _COUNTIES}
    taken: dict[int, str] = {}
    for what, known in fields.items():
        at = column_of([n if i not in taken else "" for i, n in enumerate(names)], known)
        if at is not None:
            taken[at] = what
    axes = dict(zip(own.axes, ("wkt",) if len(own.axes) == 1 else ("x", "y"), strict=False))
    return tuple(
        Column(
            name=str(name),
            taken=axes.get(name, taken.get(at, "unused")),
            sample=next((cell_text(v) for v in own.frame[name] if cell_text(v)), ""),
        )
        for at, name in enumerate(names)
    )


def cell_text(value: object) -> str:
    """A cell as one line of text, nothing where it is missing."""
    return "" if value is None or value != value else " ".join(str(value).split())
