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
import pandas as pd
import shapely
from numpy.typing import NDArray

from geo.boundary import Region
from geo.census import Matched, match
from geo.dwellings import METHODS
from geo.errors import PopulationError
from geo.evidence import Settlement, settle
from geo.extract import Extract
from geo.findings import Finding
from geo.growth import Growth, growth_factors
from geo.households import HOUSEHOLD_SIZE
from geo.placing import Placed
from geo.population import PopulationTable
from geo.population_raster import RasterPeople, people_of_raster
from geo.progress import Progress, silent
from geo.spread import Spread, spread
from geo.spread_findings import growth_findings, household_findings, raster_findings
from geo.urban import urban_definition

__all__ = ["Demand", "build_demand"]

_WORDS: dict[str, str] = {
    "raster": "a population raster",
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
        ``township`` int32, ``people`` int64 (positive), ``households`` int64, ``urban`` bool,
        and as geometry the dwelling nearest to the middle of them all, in the region's
        coordinates.
    estimated
        Whether any township's people are not a figure of its own, or were projected.
    methods
        Evidence used, by code of township: one of ``geo.dwellings.METHODS``.
    source
        Where the people come from, in English.
    urban_definition
        What counts as the main urban area, in English.
    year
        That the people are of or have been grown to; 0 where it was not told.
    household_size
        People per household that was assumed where no figure tells; 0 where it was not needed.
    bases
        What the people of each township are, by its code: "figure" of its own, share of a wider
        "total", by a "raster", "none" where the map alone tells; with "-projected" after it where
        they were grown. All but a bare "figure" are estimates.
    spreads
        Where the people of a township may live as well: other methods plausible there, with the
        columns :data:`geo.evidence.SPREAD_COLUMNS`; None where nobody has looked for any.
    """

    cell_m: float
    frame: gpd.GeoDataFrame
    estimated: bool
    methods: dict[str, str] = field(default_factory=dict)
    source: str = ""
    urban_definition: str = ""
    year: int = 0
    household_size: float = 0.0
    bases: dict[str, str] = field(default_factory=dict)
    spreads: pd.DataFrame | None = None


def build_demand(
    extract: Extract | None,
    region: Region,
    *,
    cell_m: float = 250.0,
    population: PopulationTable | None = None,
    raster: Path | None = None,
    raster_band: int = 0,
    growth: Growth | None = None,
    year: int = 0,
    household_size: float = HOUSEHOLD_SIZE,
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
    raster, raster_band
        People per pixel, see ``geo.population_raster``: spreads the figures of townships within
        its frame, and is the (estimated) figure of those that have none.
    growth
        To the year planned for, or None.
    year
        Of the figures, 0 where it is not known.
    household_size
        People per household where no figure tells.
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
    by_raster = None
    if raster is not None:
        by_raster = people_of_raster(
            raster, region, cell_m=cell_m, band=raster_band, progress=progress
        )
    settlement = settle(
        extract,
        region,
        cell_m=cell_m,
        people=matched.people,
        raster=by_raster,
        peopled=_peopled(matched, by_raster),
        progress=progress,
    )
    factors, noticed = growth_factors(growth, region)
    people = spread(settlement, matched, factors=factors, household_size=household_size)
    frame = _frame(settlement, people, region)
    if frame.empty:
        km2 = float(region.townships["area_m2"].sum()) / 1e6
        raise PopulationError(
            f"nobody lives there by the {_source(population, by_raster, matched, settlement)}"
            f" ({len(region.townships)} townships of {km2:.3g} km2)",
            where=region.name,
            remedy="Check the boundaries, or give the people with --population",
        )
    progress("spread people", 0.5)
    urban = urban_definition(
        frame, region, cell_m=cell_m, urban_file=urban_file, urban_names=urban_names
    )
    frame["urban"] = urban.mask
    grown = growth is not None and growth.to_year != growth.from_year
    demand = Demand(
        cell_m=cell_m,
        frame=frame,
        estimated=grown or bool((matched.people < 0).any()),
        methods=dict(zip(region.townships["code"], settlement.methods, strict=True)),
        source=_source(population, by_raster, matched, settlement),
        urban_definition=urban.text,
        year=growth.to_year if growth else year,
        bases=_bases(matched, settlement, region, grown=grown),
        household_size=household_size if people.assumed.any() else 0.0,
        spreads=settlement.spreads,
    )
    progress("spread people", 1.0)
    findings = [
        *matched.findings,
        *(by_raster.findings if by_raster else ()),
        *noticed,
        *_findings(demand, matched, region),
        *raster_findings(by_raster, settlement, matched, people),
        *growth_findings(growth, factors, people),
        *household_findings(people, household_size),
        *urban.findings,
    ]
    return demand, findings


def _peopled(matched: Matched, raster: RasterPeople | None) -> NDArray[np.bool_]:
    """Townships with people by some figure, which a raster without any must not leave empty."""
    peopled = matched.people > 0
    if raster is not None:
        has = np.bincount(raster.dwellings.township, minlength=len(peopled)) > 0
        for group in matched.groups:
            if group.people and not has[group.members].any():
                peopled[group.members] = True
    return peopled


def _nothing_known(region: Region) -> Matched:
    people = np.full(len(region.townships), -1, np.int64)
    return Matched(people=people, groups=(), findings=())


def _bases(
    matched: Matched, settlement: Settlement, region: Region, *, grown: bool
) -> dict[str, str]:
    shared = {int(at) for group in matched.groups for at in group.members}
    bases = {}
    for at, code in enumerate(region.townships["code"]):
        basis = "raster" if settlement.methods[at] == "raster" else "none"
        if matched.people[at] >= 0:
            basis = "figure"
        elif at in shared:
            basis = "total"
        bases[str(code)] = basis + ("-projected" if grown else "")
    return bases


def _frame(settlement: Settlement, people: Spread, region: Region) -> gpd.GeoDataFrame:
    kept = np.flatnonzero(people.people > 0)
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
            "people": people.people[kept],
            "households": people.households[kept],
            "urban": np.zeros(len(kept), bool),
        },
        geometry=shapely.points(settlement.x[kept], settlement.y[kept]),
        crs=region.crs,
    )
    return frame.sort_values("id", ignore_index=True)


def _source(
    population: PopulationTable | None,
    raster: RasterPeople | None,
    matched: Matched,
    settlement: Settlement,
) -> str:
    used = Counter(settlement.methods)
    words = _WORDS if raster is None else {**_WORDS, "raster": f"population raster {raster.file}"}
    ways = ", ".join(words[way] for way in METHODS if used[way])
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
    if (matched.people < 0).any():
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
