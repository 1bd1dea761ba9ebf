"""What counts as the main urban area (主城区): the user's word, townships' names, or density."""

from __future__ import annotations

import difflib
import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from geo.boundary import Region
from geo.errors import BoundaryError
from geo.exclusions import within_zones
from geo.findings import Finding
from geo.placing import Placed, placed_of
from geo.population import canonical_code, canonical_name

__all__ = ["Urban", "urban_definition"]

Values = dict[str, str | int | float]

#: Density of an urban centre or dense town in the Degree of Urbanisation, the method endorsed by
#: the UN Statistical Commission in 2020 (Eurostat, Applying the Degree of Urbanisation, 2021),
MIN_PEOPLE_PER_KM2 = 1_500.0
#: and the fewest people of a dense town there.
MIN_PEOPLE = 5_000
#: Radius in which density is looked at: a disc of 0.8 km2 stands for the method's 1 km2 cell.
RADIUS_M = 500.0

#: Urban subdistricts by name, and by the fourth group of GB/T 10114 codes (001-099).
_STREET = re.compile(r"街道(办事处|办)?$")
_STREET_CODE = re.compile(r"[1-8]\d{5}0(?!00)\d\d")


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Urban:
    """The main urban area.

    Parameters
    ----------
    kind
        "file", "names", "streets", "density", "densest" or "none".
    text
        The definition in English.
    mask
        Which demand units are in it.
    findings
        One of kind ``urban-<kind>`` with the definition's values, and what else was noticed.
    """

    kind: str
    text: str
    mask: NDArray[np.bool_]
    findings: tuple[Finding, ...]


def urban_definition(
    frame: gpd.GeoDataFrame,
    region: Region,
    *,
    cell_m: float,
    urban_file: Path | Placed | None = None,
    urban_names: Iterable[str] | None = None,
) -> Urban:
    """Decide which demand units are urban.

    The first of these that is given or found: a polygon file; townships by name or code;
    townships that are subdistricts (街道); clusters of dense cells (DBSCAN, Ester et al. 1996,
    weighted by people) with at least 5,000 people; the largest smaller cluster.

    Parameters
    ----------
    frame
        Of the demand.
    region
        The townships.
    cell_m
        Side of a cell.
    urban_file
        Polygons in any coordinate system that the file names.
    urban_names
        Names or codes of townships; none where empty.

    Raises
    ------
    BoundaryError
        If the file cannot be used or a name is unknown.
    """
    xy = shapely.get_coordinates(frame.geometry.to_numpy()).reshape(-1, 2)
    people = frame["people"].to_numpy(np.int64)
    township = frame["township"].to_numpy(np.int64)
    wanted = list(urban_names or [])
    if urban_file is not None:
        placed = placed_of(urban_file, wanted="outlines", error=BoundaryError)
        shapes = shapely.make_valid(placed.frame.to_crs(region.crs).geometry.to_numpy())
        mask = within_zones(gpd.GeoSeries(shapes, crs=region.crs), xy)
        told: Values = {"file": placed.own.file, "areas": len(shapes)}
        text = f"polygons of {placed.own.file}"
        return _urban("file", text, mask, people, told, placed.findings)
    if wanted:
        rows = _named(wanted, region)
        names = "; ".join(region.townships["name"].iloc[rows].astype(str))
        mask = np.isin(township, rows)
        told = {"names": names, "townships": len(rows)}
        return _urban("names", f"townships named by the user: {names}", mask, people, told)
    streets = [at for at in range(len(region.townships)) if _is_street(region, at)]
    if streets:
        mask = np.isin(township, streets)
        text = f"the {len(streets)} townships that are subdistricts (街道)"
        return _urban("streets", text, mask, people, {"townships": len(streets)})
    return _by_density(xy, people, cell_m)


def _by_density(xy: NDArray[np.float64], people: NDArray[np.int64], cell_m: float) -> Urban:
    # Here, as it takes two seconds to load and a bundle that is only read never needs it.
    from sklearn.cluster import DBSCAN

    # Cells wider than the radius would have no neighbours within it.
    radius_m = max(RADIUS_M, 1.5 * cell_m)
    core = MIN_PEOPLE_PER_KM2 * math.pi * (radius_m / 1000) ** 2
    labels = np.full(len(people), -1)
    if len(people):
        scan = DBSCAN(eps=radius_m, min_samples=math.ceil(core), algorithm="kd_tree")
        labels = scan.fit(xy, sample_weight=people).labels_
    size = np.bincount(labels[labels >= 0], people[labels >= 0])
    kept = np.flatnonzero(size >= MIN_PEOPLE)
    density = f"at least {MIN_PEOPLE_PER_KM2:g} people/km2 within {radius_m:g} m (DBSCAN)"
    values: Values = {
        "people_per_km2": MIN_PEOPLE_PER_KM2,
        "radius_m": radius_m,
        "min_people": MIN_PEOPLE,
        "clusters": max(len(kept), 1),
    }
    if len(kept):
        text = f"{len(kept)} clusters of {MIN_PEOPLE} people or more, {density}"
        return _urban("density", text, np.isin(labels, kept), people, values)
    if len(size):
        text = f"the largest cluster, below {MIN_PEOPLE} people, {density}"
        return _urban("densest", text, labels == size.argmax(), people, values)
    none = np.zeros(len(people), bool)
    finding = Finding(kind="no-urban-area", values=values)
    return Urban(kind="none", text=f"none: nowhere {density}", mask=none, findings=(finding,))


def _urban(
    kind: str,
    text: str,
    mask: NDArray[np.bool_],
    people: NDArray[np.int64],
    values: Values,
    noticed: Iterable[Finding] = (),
) -> Urban:
    values = {**values, "cells": int(mask.sum()), "people": int(people[mask].sum())}
    findings = [*noticed, Finding(kind=f"urban-{kind}", values=values)]
    if not mask.any():
        findings.append(Finding(kind="no-urban-area", values=values))
    return Urban(kind=kind, text=text, mask=mask, findings=tuple(findings))


def _named(wanted: list[str], region: Region) -> list[int]:
    frame = region.townships
    rows: set[int] = set()
    folded = [canonical_name(name) for name in frame["name"]]
    english = [canonical_name(name) for name in frame["name_en"]]
    codes = [canonical_code(code) for code in frame["code"]]
    for name in wanted:
        own, code = canonical_name(name), canonical_code(name)
        found = {
            at for at in range(len(frame)) if own in (folded[at], english[at]) or code == codes[at]
        }
        if not found:
            like = difflib.get_close_matches(own, sorted(set(folded + english)), n=3, cutoff=0.5)
            raise BoundaryError(
                f"no township is called {name!r:.60}"
                + (f"; the nearest names are {', '.join(like)}" if like else ""),
                where="--urban-names",
                remedy="Give names or codes of townships of the region",
            )
        rows |= found
    return sorted(rows)


def _is_street(region: Region, at: int) -> bool:
    row = region.townships.iloc[at]
    name, code = str(row["name"]), canonical_code(str(row["code"]))
    return bool(_STREET.search(name.strip()) or _STREET_CODE.fullmatch(code))
