"""How many people live where: a grid of cells that adds up to what is known.

The method is dasymetric (Wright 1936; Mennis 2003): the people of a township are spread over the
part of it where dwellings are, in proportion to what can house them, and rounded by largest
remainders so that whole people add up to the figure exactly.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from geo.boundary import Region
from geo.census import Matched, match
from geo.dwellings import METHODS
from geo.errors import PopulationError
from geo.evidence import Settlement, settle
from geo.extract import Extract
from geo.findings import Finding
from geo.placing import Placed
from geo.population import PopulationTable
from geo.progress import Progress, silent
from geo.urban import urban_definition

__all__ = ["Demand", "build_demand", "largest_remainder"]

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

_WORDS: dict[str, str] = {
    "buildings": "building floor area",
    "landuse": "residential land",
    "roads": "local streets",
    "area": "land area",
}


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Demand:
    """People on square cells.

    Parameters
    ----------
    cell_m
        Side of a cell.
    frame
        A row for every part of a cell that one township's people live in, sorted by ``id``
        ("x12y34", with "-" and the township's code where several townships share the cell):
        ``ix``, ``iy`` int32 (the cell is ``[ix * cell_m, (ix + 1) * cell_m)`` by the same of y),
        ``township`` int32, ``people`` int64 (positive), ``urban`` bool, and as geometry the
        dwelling nearest to the middle of them all, in the region's coordinates.
    estimated
        Whether any township's people are not a figure of its own.
    methods
        Evidence used, by code of township: one of ``geo.dwellings.METHODS``.
    source
        Where the people come from, in English.
    urban_definition
        What counts as the main urban area, in English.
    """

    cell_m: float
    frame: gpd.GeoDataFrame
    estimated: bool
    methods: dict[str, str] = field(default_factory=dict)
    source: str = ""
    urban_definition: str = ""


def largest_remainder(total: int, weights: Floats) -> Ints:
    """Share out a whole number in proportion to weights (Hamilton's method).

    Every share is its quota rounded down or up, the largest remainders up (of equal ones the
    first), and the shares add up to ``total`` exactly.

    Parameters
    ----------
    total
        Not negative.
    weights
        Not negative, at least one positive.
    """
    quota = total * (np.asarray(weights, float) / np.sum(weights))
    share = np.floor(quota).astype(np.int64)
    short = total - int(share.sum())
    # Quotas are sums of rounded numbers: at most the last bit may make `short` negative.
    order = np.argsort(-(quota - share), kind="stable")
    share[order[:short] if short >= 0 else order[short:]] += np.sign(short)
    return share


def build_demand(
    extract: Extract | None,
    region: Region,
    *,
    cell_m: float = 250.0,
    population: PopulationTable | None = None,
    urban_file: Path | Placed | None = None,
    urban_names: Iterable[str] | None = None,
    progress: Progress = silent,
) -> tuple[Demand, list[Finding]]:
    """Put people on the cells of a region.

    Each township is spread by the best evidence that is plausible for it (see
    ``geo.dwellings``). Townships with a figure of their own add up to it; the rest of a county's
    or region's total is shared by its other townships in proportion to what they may house;
    where there is no figure at all, what they may house is the (estimated) figure, scaled to
    the townships that have one.

    Parameters
    ----------
    extract
        OSM data; None where there are none, then townships are spread over their area.
    region
        The townships.
    cell_m
        Side of a cell.
    population
        Figures, or None.
    urban_file, urban_names
        The main urban area as polygons or as names of townships, see ``geo.urban``.
    progress
        Phases "find dwellings" and "spread people".

    Raises
    ------
    PopulationError
        If the table does not fit the region, or nobody lives there by table or estimate.
    BoundaryError
        If the urban area cannot be used.
    """
    matched = match(population, region) if population is not None else _nothing_known(region)
    settlement = settle(extract, region, cell_m=cell_m, people=matched.people, progress=progress)
    frame = _frame(settlement, _spread(settlement, matched), region)
    if frame.empty:
        km2 = float(region.townships["area_m2"].sum()) / 1e6
        raise PopulationError(
            f"nobody lives there by the {_source(population, matched, settlement)}"
            f" ({len(region.townships)} townships of {km2:.3g} km2)",
            where=region.name,
            remedy="Check the boundaries, or give the people with --population",
        )
    progress("spread people", 0.5)
    urban = urban_definition(
        frame, region, cell_m=cell_m, urban_file=urban_file, urban_names=urban_names
    )
    frame["urban"] = urban.mask
    demand = Demand(
        cell_m=cell_m,
        frame=frame,
        estimated=bool((matched.people < 0).any()),
        methods=dict(zip(region.townships["code"], settlement.methods, strict=True)),
        source=_source(population, matched, settlement),
        urban_definition=urban.text,
    )
    progress("spread people", 1.0)
    findings = [*matched.findings, *_findings(demand, matched, region), *urban.findings]
    return demand, findings


def _nothing_known(region: Region) -> Matched:
    people = np.full(len(region.townships), -1, np.int64)
    return Matched(people=people, groups=(), findings=())


def _spread(settlement: Settlement, matched: Matched) -> Ints:
    """People of each part of a cell."""
    people = np.zeros(len(settlement.township), np.int64)
    told = np.zeros(len(people), bool)
    starts = np.searchsorted(settlement.township, np.arange(len(matched.people) + 1))
    own = [(int(figure), [at]) for at, figure in enumerate(matched.people) if figure >= 0]
    wider = [(group.people, group.members.tolist()) for group in matched.groups]
    for total, members in own + wider:
        rows = np.concatenate([np.arange(starts[at], starts[at + 1]) for at in members])
        told[rows] = True
        people[rows] = largest_remainder(total, settlement.capacity[rows])
    rest = np.flatnonzero(~told)
    if len(rest):
        # Townships without any figure live as densely, by the same evidence, as those with one.
        there, here = settlement.capacity[told].sum(), settlement.capacity[rest]
        rate = people.sum() / there if people.any() else 1.0
        people[rest] = largest_remainder(round(rate * here.sum()), here)
    return people


def _frame(settlement: Settlement, people: Ints, region: Region) -> gpd.GeoDataFrame:
    kept = np.flatnonzero(people > 0)
    township, ix, iy = settlement.township[kept], settlement.ix[kept], settlement.iy[kept]
    cells, which = np.unique(np.column_stack([ix, iy]), axis=0, return_inverse=True)
    shared = np.bincount(which, minlength=len(cells))[which] > 1
    codes = region.townships["code"].to_numpy()
    ids = [
        f"x{x}y{y}-{codes[at]}" if cut else f"x{x}y{y}"
        for x, y, at, cut in zip(ix.tolist(), iy.tolist(), township, shared, strict=True)
    ]
    frame = gpd.GeoDataFrame(
        {
            "id": ids,
            "ix": ix.astype(np.int32),
            "iy": iy.astype(np.int32),
            "township": township.astype(np.int32),
            "people": people[kept],
            "urban": np.zeros(len(kept), bool),
        },
        geometry=shapely.points(settlement.x[kept], settlement.y[kept]),
        crs=region.crs,
    )
    return frame.sort_values("id", ignore_index=True)


def _source(population: PopulationTable | None, matched: Matched, settlement: Settlement) -> str:
    used = Counter(settlement.methods)
    ways = ", ".join(_WORDS[way] for way in METHODS if used[way])
    if population is None:
        return f"estimate from {ways}"
    own = int((matched.people >= 0).sum())
    shared = sum(len(group.members) for group in matched.groups)
    rest = len(matched.people) - own - shared
    parts = [
        f"{own} townships with figures of their own" if own else "",
        f"{shared} sharing wider totals" if shared else "",
        f"{rest} estimated" if rest else "",
    ]
    return f"{population.file}: {', '.join(filter(None, parts))}; spread over {ways}"


def _findings(demand: Demand, matched: Matched, region: Region) -> Iterable[Finding]:
    people = np.zeros(len(region.townships), np.int64)
    np.add.at(people, demand.frame["township"].to_numpy(), demand.frame["people"].to_numpy())
    methods = np.array(list(demand.methods.values()))
    names = region.townships["name"].astype(str).to_numpy()
    if demand.estimated:
        unknown = matched.people < 0
        basis = "totals" if matched.groups else "evidence"
        yield Finding(
            kind="demand-estimated",
            values={
                "basis": basis if unknown.all() else f"partly-{basis}",
                "townships": int(unknown.sum()),
                "of": len(unknown),
                "people": int(people[unknown].sum()),
                "people_total": int(people.sum()),
            },
        )
    for way in METHODS:
        if (by := methods == way).any():
            yield Finding(
                kind=f"demand-method-{way}",
                values={"townships": int(by.sum()), "people": int(people[by].sum())},
            )
    empty = np.flatnonzero(people == 0)
    if len(empty):
        yield Finding(
            kind="demand-townships-empty",
            values={"townships": len(empty), "names": "; ".join(names[empty])},
        )
