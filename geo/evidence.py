"""Which evidence to believe in each township, and what it says of every cell.

Maps are complete in one township and bare in the next. The best kind of evidence that could be
true there is used for the whole of a township, never a mixture: half-mapped houses beside streets
would count their people twice.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from geo.boundary import Region
from geo.cells import cell_index
from geo.dwellings import METHODS, Dwellings, Method, on_buildings, on_land, on_landuse, on_roads
from geo.exclusions import water_of
from geo.extract import Extract
from geo.population_raster import RasterPeople
from geo.progress import Progress, silent

__all__ = ["SPREAD_COLUMNS", "Settlement", "settle"]

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

#: A method is believed only where it could be true. With a township's own figure:
#: less floor than this a head is no home, the buildings cannot all be mapped;
MIN_FLOOR_PER_PERSON_M2 = 8.0
#: living more densely than this on all residential land means that some is not mapped;
MAX_PEOPLE_PER_RESIDENTIAL_HA = 500.0
#: and so do more people than this on every kilometre of street.
MAX_PEOPLE_PER_STREET_KM = 2_000.0
#: Without one, the evidence must be more than a few mapped examples,
MIN_BUILDINGS, MIN_RESIDENTIAL_HA, MIN_STREET_KM = 20, 1.0, 1.0
#: and must house at least this share of what the next kinds of evidence would: half-mapped
#: buildings would otherwise make a township look empty beside its neighbours.
MIN_SHARE_OF_OTHERS = 0.4


#: A part of a cell (``township, ix, iy``) by a method that was not chosen for the township but is
#: plausible there too: the dwelling nearest to its middle (``x, y``, metres) and its share of the
#: township's people in thousandths of a person of capacity (``weight``, positive).
SPREAD_COLUMNS = ("method", "township", "ix", "iy", "x", "y", "weight")


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Settlement:
    """Where people may live, by cell and township, before anybody does.

    Parameters
    ----------
    township, ix, iy
        A part of a cell that lies in one township; sorted, no pair twice, and each township of
        the region at least once, but those where nobody lives by a raster.
    x, y
        The dwelling nearest to the middle of them all, in metres.
    capacity
        People the part may house, by the rates of ``geo.dwellings``; positive.
    methods
        Evidence used, by township.
    spreads
        The other spreads that could be true as well, see :data:`SPREAD_COLUMNS`; sorted by
        method, township, cell.
    """

    township: Ints
    ix: Ints
    iy: Ints
    x: Floats
    y: Floats
    capacity: Floats
    methods: tuple[Method, ...]
    spreads: pd.DataFrame


def settle(
    extract: Extract | None,
    region: Region,
    *,
    cell_m: float,
    people: Ints,
    raster: RasterPeople | None = None,
    peopled: Mask | None = None,
    progress: Progress = silent,
) -> Settlement:
    """Find where people may live.

    Parameters
    ----------
    extract
        OSM data; None where there are none, then all land counts alike.
    region, cell_m
        The townships and the grid.
    people
        Figure of each township, -1 where it has none of its own.
    raster
        People by a raster: believed before the map in every township within its frame, even
        where it has nobody, but for
    peopled
        townships that have people by a figure: where the raster has none, the map tells.
    progress
        Phase "find dwellings".
    """
    found: dict[Method, Dwellings] = {}
    if extract is not None:
        found["buildings"] = on_buildings(extract, region)
        progress("find dwellings", 0.2)
        found["landuse"] = on_landuse(extract, region, cell_m)
        progress("find dwellings", 0.5)
        found["roads"] = on_roads(extract, region)
        progress("find dwellings", 0.7)
    plausible = _plausible(found, people)
    methods = _choose(plausible, len(people))
    if raster is not None:
        found["raster"] = raster.dwellings
        has = np.bincount(raster.dwellings.township, minlength=len(people)) > 0
        methods[raster.inside & (has if peopled is None else has | ~peopled)] = "raster"
    # Where homes or their land may be mapped or a raster tells, people do not live evenly in the
    # fields and on the mountains.
    nowhere = np.zeros(len(people), np.bool_)
    homes = plausible.get("buildings", nowhere) | plausible.get("landuse", nowhere)
    plausible["area"] = ~homes & (methods != "raster")
    empty = np.flatnonzero(plausible["area"])
    if len(empty):
        water = shapely.Point() if extract is None else water_of(extract.areas, region)
        found["area"] = on_land(region, cell_m, townships=empty, water=water)
    settlement = _settled(found, methods, plausible, cell_m)
    progress("find dwellings", 1.0)
    return settlement


def _choose(plausible: dict[Method, Mask], townships: int) -> NDArray[np.str_]:
    """Pick for each township the first method that is plausible there."""
    methods = np.full(townships, "area", dtype="<U16")
    for way in reversed(METHODS[:-1]):
        if way in plausible:
            methods[plausible[way]] = way
    return methods


def _plausible(evidence: dict[Method, Dwellings], people: Ints) -> dict[Method, Mask]:
    """Tell for each method in which townships it could be true, bool[townships]."""
    townships = len(people)
    amount: dict[str, Floats] = {way: np.zeros(townships) for way in METHODS}
    capacity: dict[str, Floats] = {way: np.zeros(townships) for way in METHODS}
    count = np.zeros(townships)
    for way, found in evidence.items():
        np.add.at(amount[way], found.township, found.amount)
        np.add.at(capacity[way], found.township, found.capacity)
        if way == "buildings":
            np.add.at(count, found.township, 1)
    known = people >= 0
    by_street = MIN_SHARE_OF_OTHERS * capacity["roads"]
    by_others = np.maximum(by_street, MIN_SHARE_OF_OTHERS * capacity["landuse"])
    plausible: dict[Method, Mask] = {
        "buildings": np.where(
            known,
            amount["buildings"] >= MIN_FLOOR_PER_PERSON_M2 * people,
            (count >= MIN_BUILDINGS) & (capacity["buildings"] >= by_others),
        ),
        "landuse": np.where(
            known,
            amount["landuse"] * MAX_PEOPLE_PER_RESIDENTIAL_HA >= people,
            (amount["landuse"] >= MIN_RESIDENTIAL_HA) & (capacity["landuse"] >= by_street),
        ),
        "roads": np.where(
            known,
            amount["roads"] * MAX_PEOPLE_PER_STREET_KM >= people,
            amount["roads"] >= MIN_STREET_KM,
        ),
    }
    return {way: plausible[way] & (amount[way] > 0) for way in evidence}


def _settled(
    evidence: dict[Method, Dwellings],
    methods: NDArray[np.str_],
    plausible: dict[Method, Mask],
    cell_m: float,
) -> Settlement:
    parts = []
    for way in METHODS:
        rest = plausible.get(way, np.zeros(len(methods), np.bool_)) & (methods != way)
        if way in evidence and rest[evidence[way].township].any():
            frame = _by_cell({way: evidence[way]}, np.where(rest, way, ""), cell_m)
            parts.append(frame.assign(method=way))
    chosen = _by_cell(evidence, methods, cell_m)
    spreads = pd.concat(parts or [chosen.iloc[:0].assign(method="")], ignore_index=True)
    weight = np.maximum(1, np.rint(spreads["capacity"].to_numpy(float) * 1000.0))
    spreads["weight"] = weight.astype(np.int64)
    return Settlement(
        **{str(key): chosen[key].to_numpy() for key in chosen},
        methods=tuple(METHODS[METHODS.index(way)] for way in methods.tolist()),
        spreads=spreads[list(SPREAD_COLUMNS)],
    )


def _by_cell(
    evidence: dict[Method, Dwellings], methods: NDArray[np.str_], cell_m: float
) -> pd.DataFrame:
    """Sum the chosen points of each township by cell, by township, then cell."""
    keep = {way: methods[found.township] == way for way, found in evidence.items()}

    def joined(name: str) -> Floats:
        return np.concatenate([getattr(found, name)[keep[way]] for way, found in evidence.items()])

    x, y, weight = joined("x"), joined("y"), joined("capacity")
    ix, iy = cell_index(x, cell_m), cell_index(y, cell_m)
    west, south = ix.min(), iy.min()
    shape = (len(methods), int(ix.max() - west) + 1, int(iy.max() - south) + 1)
    place = np.ravel_multi_index(
        (joined("township").astype(np.int64), ix - west, iy - south), shape
    )
    places, unit = np.unique(place, return_inverse=True)
    capacity, middle_x, middle_y = np.zeros((3, len(places)))
    np.add.at(capacity, unit, weight)
    np.add.at(middle_x, unit, weight * x)
    np.add.at(middle_y, unit, weight * y)
    # The middle of a bay's shore lies in the water and that of two hamlets in a field: the part
    # stands at the dwelling nearest to the middle.
    off_m = np.hypot(x - (middle_x / capacity)[unit], y - (middle_y / capacity)[unit]).round(6)
    order = np.lexsort((y, x, off_m, unit))
    first = order[np.searchsorted(unit[order], np.arange(len(places)))]
    township, column, row = np.unravel_index(places, shape)
    return pd.DataFrame(
        {
            "township": township,
            "ix": column + west,
            "iy": row + south,
            "x": x[first],
            "y": y[first],
            "capacity": capacity,
        }
    )
