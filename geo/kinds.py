"""Which features of a map can host a recycling point, and how well: a table the user may edit."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from geo.errors import CandidateError
from geo.table_file import read_cells

__all__ = ["GENERATED", "OWN", "Kind", "KindTable", "default_kinds", "read_kinds"]

#: Kinds that do not come from the map: rows of the user's own file, and places of our proposal.
OWN, GENERATED = "own", "generated"

COLUMNS = ("kind", "key", "value", "name_zh", "name_en", "weight", "existing", "priority")
_YES_NO = {"yes": True, "no": False, "true": True, "false": False, "1": True, "0": False}
_YES_NO |= {"是": True, "否": False}
_DEFAULT = Path(__file__).resolve().parent.parent / "data" / "candidate_kinds.csv"


@dataclass(frozen=True, kw_only=True, slots=True)
class Kind:
    """One kind of site.

    Parameters
    ----------
    kind
        Identifier, lower case: letters, digits, "_" and "-".
    tags
        OSM (key, value) pairs that mean it, value ``"*"`` for any; none for ``own`` and
        ``generated``.
    name_zh, name_en
        What people call it.
    weight
        Suitability in (0, 1]: how readily such a place becomes a recycling point.
    existing
        It is one already.
    priority
        Of the kinds that a feature could be, the lowest counts.
    """

    kind: str
    tags: tuple[tuple[str, str], ...]
    name_zh: str
    name_en: str
    weight: float
    existing: bool
    priority: int


@dataclass(frozen=True, kw_only=True, slots=True)
class KindTable:
    """Kinds by priority; ``own`` and ``generated`` are always among them."""

    kinds: tuple[Kind, ...]

    def __getitem__(self, kind: str) -> Kind:
        """Look a kind up by its identifier."""
        return next(row for row in self.kinds if row.kind == kind)

    def wanted(self) -> set[tuple[str, str]]:
        """(key, value) pairs that an extract must be searched for."""
        return {tag for row in self.kinds for tag in row.tags}

    def of(self, tags: Mapping[str, str]) -> Kind | None:
        """Kind of a feature with these tags, None if it is of no use."""
        for row in self.kinds:
            for key, value in row.tags:
                held = tags.get(key, "")
                # A tag may hold several values: shop=convenience;alcohol.
                if held and (value == "*" or value in re.split(r"\s*;\s*", held)):
                    return row
        return None


def default_kinds() -> KindTable:
    """Read the table that comes with the program.

    Raises
    ------
    CandidateError
        If the program is not installed from its checkout, where the table lies.
    """
    return read_kinds(_DEFAULT)


def read_kinds(path: Path) -> KindTable:
    """Read a table of kinds: CSV, a row for each tag of each kind.

    Raises
    ------
    CandidateError
        If the file cannot be read, a column is missing, a value is not allowed, a tag occurs
        twice, or the rows of one kind contradict each other.
    """
    records = _records(path)
    seen: dict[tuple[str, str], int] = {}
    first: dict[str, Kind] = {}
    for line, record in records:
        row = _kind(record, f"{path.name} row {line}")
        for tag in row.tags:
            if tag in seen:
                raise CandidateError(
                    f"the tag {tag[0]}={tag[1]} stands in row {seen[tag]} already",
                    where=f"{path.name} row {line}",
                    remedy="Keep one of the rows",
                )
            seen[tag] = line
        if (known := first.get(row.kind)) is None:
            first[row.kind] = row
            continue
        if not (row.tags and known.tags) or row != replace(known, tags=row.tags):
            raise CandidateError(
                f"kind {row.kind!r} differs here from an earlier row of it",
                where=f"{path.name} row {line}",
                remedy="Give its names, weight, existing and priority alike in all its rows",
            )
        first[row.kind] = replace(known, tags=known.tags + row.tags)
    if missing := [kind for kind in (OWN, GENERATED) if kind not in first]:
        raise CandidateError(
            f"no row for kind {missing[0]!r}",
            where=path.name,
            remedy=f"Copy it from {_DEFAULT.name}",
        )
    return KindTable(kinds=tuple(sorted(first.values(), key=lambda row: (row.priority, row.kind))))


def _records(path: Path) -> list[tuple[int, dict[str, str]]]:
    table = read_cells(path, CandidateError)
    _, header = next(table, (0, []))
    if missing := [name for name in COLUMNS if name not in header]:
        raise CandidateError(
            f"no column {missing[0]!r}",
            where=path.name,
            remedy=f"Give the columns {', '.join(COLUMNS)}",
        )
    padding = [""] * len(header)
    return [(line, dict(zip(header, cells + padding, strict=False))) for line, cells in table]


def _kind(record: dict[str, str], where: str) -> Kind:
    def fault(what: str, remedy: str) -> CandidateError:
        return CandidateError(what, where=where, remedy=remedy)

    kind, key, value = record["kind"], record["key"], record["value"]
    if not re.fullmatch(r"[a-z0-9_-]{1,40}", kind):
        raise fault(f"kind {kind!r:.60} is no identifier", "Use a-z, 0-9, _ and -")
    if (kind in (OWN, GENERATED)) != (not key and not value) or bool(key) != bool(value):
        raise fault(
            f"key {key!r:.60} and value {value!r:.60} do not fit kind {kind!r}",
            f"Give both (value * for any); leave both empty for {OWN} and {GENERATED} only",
        )
    try:
        weight = float(record["weight"])
    except ValueError:
        weight = math.nan
    if not 0 < weight <= 1:
        raise fault(f"weight {record['weight']!r:.40} is not above 0 and up to 1", "Correct it")
    existing = _YES_NO.get(record["existing"].casefold())
    if existing is None or (existing and kind == GENERATED):
        raise fault(f"existing {record['existing']!r:.40} is not allowed", "Give yes or no")
    if not re.fullmatch(r"\d{1,4}", record["priority"]):
        raise fault(f"priority {record['priority']!r:.40} is no whole number", "Give 0 to 9999")
    return Kind(
        kind=kind,
        tags=((key, value),) if key else (),
        name_zh=record["name_zh"] or kind,
        name_en=record["name_en"] or kind,
        weight=weight,
        existing=existing,
        priority=int(record["priority"]),
    )
