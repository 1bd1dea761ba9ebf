"""How fast people get along: speeds by class of road, and what a way costs in metres or seconds.

Costs are whole hundredths of a unit, centimetres or hundredths of a second, so that sums are
exact in any order. A speed of one metre a second is then one centimetre in a hundredth.
"""

from __future__ import annotations

import math
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from geo.errors import NetworkError
from geo.pace import WALK_M_S, Unit

__all__ = [
    "METRES",
    "Measure",
    "ModeSpeeds",
    "Speeds",
    "default_speeds",
    "limit_kmh",
    "read_speeds",
    "up_to_hundredths",
    "way_kmh",
]

#: Limits outside are typing errors or say something else than how fast people go.
SANE_KMH = (5.0, 130.0)

_MODES = ("ebike", "drive")
_DEFAULT = Path(__file__).resolve().parent.parent / "data" / "speeds.toml"
_LIMIT = re.compile(r"\s*(\d{1,3}(?:\.\d+)?)\s*(km/h|kmh|kph|mph)?\s*")
_MILE_KM = 1.609344

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Kmh = npt.NDArray[np.uint8]


@dataclass(frozen=True, kw_only=True, slots=True)
class ModeSpeeds:
    """Speeds of one mode.

    Parameters
    ----------
    kmh
        Whole km/h (1-255) by OSM highway class, as pairs in the order of the classes.
    elsewhere
        Of classes not listed, and along straight lines where no roads are mapped.
    limit_share, limit_raise
        A tagged limit counts with a share of it, at most so many times the speed of the class.
    source
        Where the figures come from.
    """

    kmh: tuple[tuple[str, int], ...]
    elsewhere: int
    limit_share: float
    limit_raise: float
    source: str

    def of(self, highway: str, maxspeed: str) -> int:
        """Speed on a way of some class with some ``maxspeed`` tag, whole km/h."""
        usual = dict(self.kmh).get(highway, self.elsewhere)
        limit = limit_kmh(maxspeed)
        if limit is None:
            return usual
        allowed = min(limit * self.limit_share, usual * self.limit_raise)
        return min(max(math.floor(allowed + 0.5), 1), 255)


@dataclass(frozen=True, kw_only=True, slots=True)
class Speeds:
    """Speeds of the modes that are faster than walking."""

    ebike: ModeSpeeds
    drive: ModeSpeeds

    def elsewhere(self, mode: str) -> int:
        """Speed where no roads are mapped, km/h; 0 is the pace of a walker."""
        table = _table_of(self, mode)
        return table.elsewhere if table else 0

    def record(self) -> dict[str, Any]:
        """Plain form for JSON and the manifest."""
        tables = {mode: getattr(self, mode) for mode in _MODES}
        return {
            mode: {
                "kmh": dict(table.kmh),
                "elsewhere": table.elsewhere,
                "limit_share": table.limit_share,
                "limit_raise": table.limit_raise,
                "source": table.source,
            }
            for mode, table in tables.items()
        }

    @classmethod
    def of(cls, record: Mapping[str, Any]) -> Speeds:
        """Inverse of :meth:`record`.

        Raises
        ------
        NetworkError
            If a figure is missing, unknown or out of range.
        """
        unknown = sorted(set(record) - set(_MODES))
        if unknown:
            raise NetworkError(f"unknown table [{unknown[0]}]", remedy="Known: ebike, drive")
        return cls(**{mode: _mode_of(mode, record.get(mode)) for mode in _MODES})


@dataclass(frozen=True, kw_only=True, slots=True)
class Measure:
    """What an impedance counts.

    Parameters
    ----------
    unit
        ``"m"``, or ``"s"``.
    walk_m_s
        Pace of a walker, metres a second: on ways that are walked and from and to the road.
    """

    unit: Unit = "m"
    walk_m_s: float = WALK_M_S

    def arcs(self, length_cm: npt.NDArray[np.int32], kmh: Kmh) -> npt.NDArray[np.int32]:
        """Cost of arcs in hundredths, at least 1; those of 0 km/h are walked.

        Seconds are rounded to the nearest hundredth.
        """
        if self.unit == "m":
            return length_cm
        walked = np.floor(length_cm / self.walk_m_s + 0.5).astype(np.int64)
        # One km/h is 10/36 cm in a hundredth of a second: whole numbers, half rounded up.
        fast = np.maximum(kmh, 1).astype(np.int64)
        driven = (36 * length_cm.astype(np.int64) + 5 * fast) // (10 * fast)
        return np.maximum(np.where(kmh > 0, driven, walked), 1).astype(np.int32)

    def on_foot(self, length_cm: npt.NDArray[np.int32]) -> npt.NDArray[np.int32]:
        """Cost of the way from a place to the road, walked, in hundredths, rounded up."""
        if self.unit == "m":
            return length_cm
        return up_to_hundredths(length_cm / self.walk_m_s / 100).astype(np.int32)

    def straight(self, length_m: Floats, kmh: int) -> Ints:
        """Cost of straight lines (metres, detours included) in hundredths, rounded up."""
        if self.unit == "m":
            return up_to_hundredths(length_m)
        return up_to_hundredths(length_m / self._m_s(kmh))

    def longest_m(self, cutoff: float, kmh: int) -> float:
        """How far (metres) one gets on a straight line within a cutoff of this unit."""
        if self.unit == "m":
            return cutoff
        return cutoff * self._m_s(kmh)

    def _m_s(self, kmh: int) -> float:
        return kmh / 3.6 if kmh else self.walk_m_s


METRES = Measure()


def default_speeds() -> Speeds:
    """Read the table that comes with the program."""
    return _default()


def read_speeds(path: Path) -> Speeds:
    """Read a table of speeds (TOML, see ``data/speeds.toml``).

    Raises
    ------
    NetworkError
        If it cannot be read, or a figure is missing, unknown or out of range.
    """
    try:
        return Speeds.of(tomllib.loads(path.read_text("utf-8-sig")))
    except OSError as error:
        raise NetworkError(f"cannot be read ({error.strerror})", where=str(path)) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise NetworkError(f"is not TOML in UTF-8 ({error})", where=str(path)) from error
    except NetworkError as error:
        raise NetworkError(
            error.what,
            where=", ".join(filter(None, (str(path), error.where))),
            remedy=error.remedy or "Start from data/speeds.toml",
        ) from None


def limit_kmh(maxspeed: str) -> float | None:
    """Read a ``maxspeed`` tag: km/h, or None where it names no sane number.

    Of a list the least counts (https://wiki.openstreetmap.org/wiki/Key:maxspeed).
    """
    limits = []
    for part in maxspeed.split(";"):
        if found := _LIMIT.fullmatch(part.lower()):
            kmh = float(found[1]) * (_MILE_KM if found[2] == "mph" else 1.0)
            if SANE_KMH[0] <= kmh <= SANE_KMH[1]:
                limits.append(kmh)
    return min(limits, default=None)


def way_kmh(tags: pd.DataFrame, mode: str, speeds: Speeds) -> Kmh:
    """Speed on every way.

    Parameters
    ----------
    tags
        One row a way, one ``str`` column a key, ``""`` where absent. Missing columns are silent.
    mode
        ``"walk"``, ``"ebike"`` or ``"drive"``.

    Returns
    -------
    uint8[w]
        Whole km/h; 0 where the way is walked.
    """
    table = _table_of(speeds, mode)
    if table is None or tags.empty:
        return np.zeros(len(tags), np.uint8)
    told = pd.DataFrame(
        {key: tags.get(key, "") for key in ("highway", "maxspeed", "bicycle")},
        index=tags.index,
    ).astype(str)
    alike = told.groupby(list(told), sort=False, dropna=False).ngroup().to_numpy()
    firsts = np.unique(alike, return_index=True)[1]
    kmh = [
        # Where one must get off, the vehicle is pushed.
        0 if mode == "ebike" and bicycle == "dismount" else table.of(highway, maxspeed)
        for highway, maxspeed, bicycle in told.iloc[firsts].itertuples(index=False, name=None)
    ]
    return np.array(kmh, np.uint8)[alike]


def up_to_hundredths(amount: Floats) -> Ints:
    """Whole hundredths, rounded up; what is whole but for float noise stays."""
    return np.ceil(np.asarray(amount) * 100 - 1e-6).astype(np.int64)


@lru_cache(maxsize=1)
def _default() -> Speeds:
    return read_speeds(_DEFAULT)


def _table_of(speeds: Speeds, mode: str) -> ModeSpeeds | None:
    return {"ebike": speeds.ebike, "drive": speeds.drive}.get(mode)


def _mode_of(mode: str, table: object) -> ModeSpeeds:
    fields = ("kmh", "elsewhere", "limit_share", "limit_raise", "source")
    if not isinstance(table, Mapping):
        raise NetworkError(f"has no table [{mode}]")
    for key in [*(key for key in fields if key not in table), *sorted(set(table) - set(fields))]:
        fault = "is no field" if key in table else "is missing"
        raise NetworkError(fault, where=f"[{mode}] {key:.80}", remedy=f"Known: {', '.join(fields)}")
    classes, source = table["kmh"], table["source"]
    if not isinstance(classes, Mapping):
        raise NetworkError("is no table", where=f"[{mode}.kmh]")
    if not isinstance(source, str) or not source.strip() or not source.isprintable():
        raise NetworkError("is no line of text", where=f"[{mode}] source")
    return ModeSpeeds(
        kmh=tuple(
            (str(name), _kmh(f"[{mode}.kmh] {name:.80}", kmh))
            for name, kmh in sorted(classes.items())
        ),
        elsewhere=_kmh(f"[{mode}] elsewhere", table["elsewhere"]),
        limit_share=_factor(f"[{mode}] limit_share", table["limit_share"], 0.1, 1.0),
        limit_raise=_factor(f"[{mode}] limit_raise", table["limit_raise"], 1.0, 10.0),
        source=source,
    )


def _kmh(where: str, value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= 150:
        raise NetworkError(
            f"{value!r:.80} is not allowed", where=where, remedy="Give 1 to 150 km/h"
        )
    return value


def _factor(where: str, value: object, low: float, high: float) -> float:
    number = not isinstance(value, bool) and isinstance(value, int | float)
    if not number or not low <= value <= high:  # type: ignore[operator]
        raise NetworkError(
            f"{value!r:.80} is not allowed", where=where, remedy=f"Give {low:g} to {high:g}"
        )
    return float(value)  # type: ignore[arg-type]
