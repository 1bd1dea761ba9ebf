"""What a planner changed by hand: points added, closed and forced, areas kept free."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from planner.errors import ScenarioError

__all__ = ["MAX_EDITS", "NO_EDITS", "AddedSite", "Edits", "NoGo", "read_edits"]

MAX_EDITS = 2000
"""Of each sort: what a hand can draw, and a link can bring, at most."""
MAX_CORNERS = 500
DECIMALS = 6
_ID = re.compile(r"[A-Za-z0-9_.:/-]{1,120}")


@dataclass(frozen=True, kw_only=True, slots=True)
class AddedSite:
    """A point that the planner put on the map.

    Parameters
    ----------
    id
        Unlike every other in the region: ``own-1``, ``own-2``, …
    lon, lat
        WGS84 degrees, kept to six decimals (a tenth of a metre).
    kind
        One of :func:`geo.kinds.default_kinds`, or of the planner's own table.
    existing
        It stands already; otherwise it is a candidate.
    """

    id: str
    lon: float
    lat: float
    kind: str = "own"
    name: str = ""
    existing: bool = False

    def __post_init__(self) -> None:
        _name_of_site("added.id", self.id)
        object.__setattr__(self, "lon", _degrees("added.lon", self.lon, 180.0))
        object.__setattr__(self, "lat", _degrees("added.lat", self.lat, 90.0))
        _line("added.kind", self.kind)
        _line("added.name", self.name)
        if type(self.existing) is not bool:
            raise _refused("added.existing", self.existing, "true or false")


@dataclass(frozen=True, kw_only=True, slots=True)
class NoGo:
    """An area in which no new site may stand; sites that exist there stay.

    Parameters
    ----------
    ring
        Corners (WGS84 longitude, latitude), at least three, not closed.
    """

    ring: tuple[tuple[float, float], ...]
    name: str = ""

    def __post_init__(self) -> None:
        _line("no_go.name", self.name)
        try:
            corners = [(x, y) for x, y in self.ring]
        except (TypeError, ValueError):
            raise _refused("no_go.ring", self.ring, "pairs of longitude and latitude") from None
        told = tuple(
            (_degrees("no_go.ring", x, 180.0), _degrees("no_go.ring", y, 90.0)) for x, y in corners
        )
        if len(told) > 1 and told[0] == told[-1]:
            told = told[:-1]
        if len(set(told)) < 3 or len(told) > MAX_CORNERS:
            raise _refused("no_go.ring", f"{len(told)} corners", f"3 to {MAX_CORNERS} corners")
        object.__setattr__(self, "ring", told)


@dataclass(frozen=True, kw_only=True, slots=True)
class Edits:
    """Everything changed by hand; frozen, so that undo is the value before.

    Parameters
    ----------
    added
        Points added, ids unlike each other.
    closed
        Ids of sites and candidates that must not be open, sorted.
    forced
        Ids of candidates that must be open, sorted; none of them closed.
    no_go
        Areas without new sites.

    Raises
    ------
    ScenarioError
        Naming the field, the value and what is allowed.
    """

    added: tuple[AddedSite, ...] = ()
    closed: tuple[str, ...] = ()
    forced: tuple[str, ...] = ()
    no_go: tuple[NoGo, ...] = ()

    def __post_init__(self) -> None:
        for field in ("added", "closed", "forced", "no_go"):
            if len(getattr(self, field)) > MAX_EDITS:
                count = len(getattr(self, field))
                raise _refused(f"edits.{field}", f"{count} of them", f"at most {MAX_EDITS}")
        ids = [site.id for site in self.added]
        for one in sorted(ids):
            if ids.count(one) > 1:
                raise _refused("edits.added", one, "each id once")
        for field in ("closed", "forced"):
            for one in getattr(self, field):
                _name_of_site(f"edits.{field}", one)
            object.__setattr__(self, field, tuple(sorted(set(getattr(self, field)))))
        for one in self.forced:
            if one in self.closed:
                raise ScenarioError(
                    f"{one!r} is both closed and forced",
                    where="edits",
                    remedy="Keep one of the two",
                )

    def __bool__(self) -> bool:
        """Whether anything was changed."""
        return bool(self.added or self.closed or self.forced or self.no_go)

    def with_added(
        self, lon: float, lat: float, *, kind: str = "own", name: str = "", existing: bool = False
    ) -> Edits:
        """Add a point under the next free id."""
        taken = {site.id for site in self.added}
        number = next(n for n in range(1, len(taken) + 2) if f"own-{n}" not in taken)
        site = AddedSite(
            id=f"own-{number}", lon=lon, lat=lat, kind=kind, name=name, existing=existing
        )
        return dataclasses.replace(self, added=(*self.added, site))

    def without(self, site_id: str) -> Edits:
        """Take back a point that was added, and what was said of it."""
        kept = tuple(site for site in self.added if site.id != site_id)
        return dataclasses.replace(self.freed(site_id), added=kept)

    def with_closed(self, site_id: str) -> Edits:
        """Close a site."""
        return dataclasses.replace(
            self.freed(site_id), closed=(*self.freed(site_id).closed, site_id)
        )

    def with_forced(self, site_id: str) -> Edits:
        """Force a site open."""
        return dataclasses.replace(
            self.freed(site_id), forced=(*self.freed(site_id).forced, site_id)
        )

    def freed(self, site_id: str) -> Edits:
        """Leave a site to the optimiser again."""
        return dataclasses.replace(
            self,
            closed=tuple(one for one in self.closed if one != site_id),
            forced=tuple(one for one in self.forced if one != site_id),
        )

    def with_no_go(self, ring: Sequence[Sequence[float]], *, name: str = "") -> Edits:
        """Keep an area free."""
        corners = tuple((x, y) for x, y in ring)
        return dataclasses.replace(self, no_go=(*self.no_go, NoGo(ring=corners, name=name)))

    def without_no_go(self, row: int) -> Edits:
        """Give an area free again."""
        kept = tuple(area for n, area in enumerate(self.no_go) if n != row)
        return dataclasses.replace(self, no_go=kept)

    def record(self) -> dict[str, Any]:
        """Plain form for JSON and TOML; :func:`read_edits` reads it."""
        return {
            "added": [dataclasses.asdict(site) for site in self.added],
            "closed": list(self.closed),
            "forced": list(self.forced),
            "no_go": [
                {"name": area.name, "ring": [list(corner) for corner in area.ring]}
                for area in self.no_go
            ],
        }

    def digest(self) -> str:
        """SHA-256 of the content, hexadecimal."""
        text = json.dumps(self.record(), sort_keys=True, ensure_ascii=True)
        return hashlib.sha256(text.encode()).hexdigest()


NO_EDITS = Edits()


def read_edits(record: object) -> Edits:
    """Read :meth:`Edits.record`, from a file or a link: nothing in it is believed.

    Raises
    ------
    ScenarioError
        Naming the field, the value and what is allowed.
    """
    table = _table("edits", record, {"added", "closed", "forced", "no_go"})
    return Edits(
        added=tuple(
            AddedSite(**_table("edits.added", one, set(AddedSite.__dataclass_fields__)))
            for one in _rows("edits.added", table.get("added", []))
        ),
        closed=tuple(_rows("edits.closed", table.get("closed", []))),
        forced=tuple(_rows("edits.forced", table.get("forced", []))),
        no_go=tuple(
            NoGo(**_table("edits.no_go", one, set(NoGo.__dataclass_fields__)))
            for one in _rows("edits.no_go", table.get("no_go", []))
        ),
    )


def _table(field: str, value: object, known: set[str]) -> dict[str, Any]:
    if not isinstance(value, Mapping):
        raise _refused(field, value, "a table")
    for key in value:
        if key not in known:
            raise _refused(field, key, " or ".join(sorted(known)))
    missing = {"added": {"id", "lon", "lat"}, "no_go": {"ring"}}.get(field.split(".")[-1], set())
    for key in sorted(missing - set(value)):
        raise _refused(f"{field}.{key}", None, "a value")
    return dict(value)


def _rows(field: str, value: object) -> list[Any]:
    if isinstance(value, str) or not isinstance(value, Sequence):
        raise _refused(field, value, "a list")
    return list(value)


def _refused(field: str, value: object, allowed: str) -> ScenarioError:
    told = repr(value)
    told = told if len(told) <= 120 else f"{told[:117]}..."
    return ScenarioError(f"{told} is not allowed", where=field, remedy=f"Give {allowed}")


def _name_of_site(field: str, value: object) -> None:
    if not isinstance(value, str) or not _ID.fullmatch(value):
        raise _refused(field, value, "the id of a site: letters, digits and _ . : / -")


def _line(field: str, value: object) -> None:
    if not isinstance(value, str) or len(value) > 200 or not (value.isprintable()):
        raise _refused(field, value, "one line of text, at most 200 characters")


def _degrees(field: str, value: object, most: float) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise _refused(field, value, "degrees")
    if not -most <= value <= most:
        raise _refused(field, value, f"degrees from {-most:g} to {most:g}")
    return round(float(value), DECIMALS)
