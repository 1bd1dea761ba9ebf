"""A region as edited by hand: points added to its candidates, and who is ruled out or forced."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from functools import lru_cache

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from geo.bundle import Bundle
from geo.candidates import Candidates
from geo.crs import WGS84
from geo.exclusions import within_zones
from geo.findings import Finding
from geo.kinds import default_kinds
from planner.edits import AddedSite, Edits, NoGo
from planner.errors import PlanError
from planner.wording.language import LANGUAGES
from planner.wording.words import REFUSALS

__all__ = ["EDIT", "Ruling", "edit_findings", "edited", "kind_weights", "ruling", "unedited"]

EDIT = "edit"
"""``source`` of a candidate that was added by hand."""
_TOLD = 10  # names in one sentence

Mask = npt.NDArray[np.bool_]


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Ruling:
    """What edits say of each candidate of an edited region.

    Parameters
    ----------
    closed, forced
        bool[m], told by id to be closed, to be open.
    within
        bool[m], in some no-go area, standing already or not.
    area
        int32[m], row of the first no-go area that a new site would stand in; -1: in none, or it
        stands already.
    other
        bool[m], candidates of the data that would be new and are of a kind that the scenario does
        not allow; those forced open are not among them.
    """

    closed: Mask
    forced: Mask
    within: Mask
    area: npt.NDArray[np.int32]
    other: Mask

    @property
    def by_hand(self) -> Mask:
        """Candidates that edits rule out, bool[m]."""
        return self.closed | (self.area >= 0)

    @property
    def forbidden(self) -> Mask:
        """Candidates that must not be open, bool[m]."""
        return self.by_hand | self.other


def unedited(bundle: Bundle) -> Bundle:
    """The region without points that were added by hand."""
    frame = bundle.candidates.frame
    own = (frame["source"] == EDIT).to_numpy(bool)
    if not own.any():
        return bundle
    return dataclasses.replace(bundle, candidates=Candidates(frame=frame[~own]))


def edited(bundle: Bundle, edits: Edits) -> Bundle:
    """Add the points of some edits to a region's candidates.

    The candidates of the data come first, as they are; those of the edits follow in their order.
    The township of each is found by its place, its weight by its kind, and how it fits the
    criteria of suitability is not known. Points of other edits are dropped; the hash stays that
    of the data.

    Raises
    ------
    PlanError
        If a point lies in no township, its id is taken or nobody knows its kind.
    """
    bundle = unedited(bundle)
    if not edits.added:
        return bundle
    frame = bundle.candidates.frame
    taken = set(frame["id"])
    for site in edits.added:
        if site.id in taken:
            raise _refused("added-id-taken", id=site.id)
    xy = _projected(bundle, [(site.lon, site.lat) for site in edits.added])
    townships = bundle.region.assign(*xy.T)
    for site, township in zip(edits.added, townships.tolist(), strict=True):
        if township < 0:
            raise _refused("added-outside", id=site.id, name=site.name, lon=site.lon, lat=site.lat)
    weights = kind_weights(bundle)
    rows = pd.DataFrame(
        {
            "id": [site.id for site in edits.added],
            "kind": [site.kind for site in edits.added],
            "name": [site.name for site in edits.added],
            "existing": [site.existing for site in edits.added],
            "township": townships,
            "weight": [_weight(site, weights) for site in edits.added],
            "source": EDIT,
        }
    )
    plain = frame.drop(columns="geometry")
    rows = rows.reindex(columns=plain.columns).astype(plain.dtypes)
    geometry = np.concatenate([frame.geometry.to_numpy(), shapely.points(xy)])
    whole = pd.concat([pd.DataFrame(plain), rows], ignore_index=True)
    whole = gpd.GeoDataFrame(whole, geometry=geometry, crs=frame.crs)[list(frame.columns)]
    return dataclasses.replace(bundle, candidates=Candidates(frame=whole))


def kind_weights(bundle: Bundle) -> dict[str, float]:
    """Weight of each kind: as the region was imported, else as the program's table has it."""
    known = dict(_default_weights())
    frame = bundle.candidates.frame
    columns = (frame[column].tolist() for column in ("kind", "weight", "source"))
    rows = list(zip(*columns, strict=True))
    for source in ("generated", "osm"):  # rows of a file may each bring a weight of their own
        known |= {kind: weight for kind, weight, of in rows if of == source}
    return known


def ruling(bundle: Bundle, edits: Edits, kinds: tuple[str, ...] = ()) -> Ruling:
    """What edits and kinds say of each candidate of a region that is edited already.

    Parameters
    ----------
    kinds
        Those that may be opened new; empty: all.

    Raises
    ------
    PlanError
        If a site that must be open is unknown, or stands in an area that must stay free; if the
        region has no candidate of a kind.
    """
    frame = bundle.candidates.frame
    size = len(frame)
    area, within = np.full(size, -1, np.int32), np.zeros(size, np.bool_)
    if edits.no_go and size:
        places, new = _places(frame), ~frame["existing"].to_numpy(bool)
        for row in reversed(range(len(edits.no_go))):
            here = _inside(edits.no_go[row], places)
            within |= here
            area[here & new] = row
    forced = _named(frame, edits.forced)
    told = Ruling(
        closed=_named(frame, edits.closed),
        forced=forced,
        within=within,
        area=area,
        other=_other(frame, kinds) & ~forced,
    )
    if not edits.forced:
        return told
    if unknown := sorted({*edits.forced} - {*frame["id"]}):
        raise _refused("forced-unknown", id=unknown[0])
    clash = np.flatnonzero(told.forced & (area >= 0))
    if len(clash):
        row = int(area[clash[0]])
        site = frame.iloc[clash[0]]
        name = edits.no_go[row].name
        raise _refused("forced-in-no-go", id=site["id"], name=site["name"], row=row + 1, area=name)
    return told


def edit_findings(
    bundle: Bundle, edits: Edits, told: Ruling, *, keep_existing: bool
) -> list[Finding]:
    """Tell how far a plan of an edited region is the hand's and not the optimiser's.

    Parameters
    ----------
    bundle
        Edited already.
    told
        What :func:`ruling` says of it.
    keep_existing
        Of the scenario: existing sites stay but where they were closed by hand.
    """
    if not edits:
        return []
    frame = bundle.candidates.frame
    existing = frame["existing"].to_numpy(bool)
    added = (frame["source"] == EDIT).to_numpy(bool)
    counts = {"added": added, "closed": told.closed, "forced": told.forced}
    values: dict[str, str | int | float] = {key: int(rows.sum()) for key, rows in counts.items()}
    found = [Finding(kind="edited", values={**values, "areas": len(edits.no_go)})]
    if keep_existing and (told.closed & existing).any():
        found.append(_about("edits-existing-closed", frame, told.closed & existing))
    if (told.area >= 0).any():
        found.append(_about("edits-ruled-out", frame, told.area >= 0))
    if (told.within & existing).any():
        found.append(_about("edits-existing-in-no-go", frame, told.within & existing))
    barred = added.copy()
    points = shapely.get_coordinates(frame.geometry.to_numpy()[added])
    barred[added] = within_zones(bundle.exclusions, points)
    if barred.any():
        found.append(_about("edits-added-in-exclusion", frame, barred))
    if bundle.suitability is not None and (added & ~existing).any():
        found.append(_about("edits-added-unjudged", frame, added & ~existing))
    unknown = sorted({*edits.closed} - {*frame["id"]})
    if unknown:
        values = {"sites": len(unknown), "names": _listed(unknown)}
        found.append(Finding(kind="edits-closed-unknown", values=values))
    return found


def _about(kind: str, frame: gpd.GeoDataFrame, rows: Mask) -> Finding:
    ids, names = (frame[column].to_numpy(object)[rows].tolist() for column in ("id", "name"))
    told = [str(name or at) for name, at in zip(names, ids, strict=True)]
    return Finding(kind=kind, values={"sites": len(told), "names": _listed(told)})


def _listed(names: Sequence[str]) -> str:
    return "; ".join(names[:_TOLD]) + ("; …" if len(names) > _TOLD else "")


@lru_cache(maxsize=1)
def _default_weights() -> dict[str, float]:
    return {kind.kind: kind.weight for kind in default_kinds().kinds}


def _weight(site: AddedSite, weights: dict[str, float]) -> float:
    if site.kind not in weights:
        known = ", ".join(sorted(weights))
        raise _refused("added-kind-unknown", id=site.id, kind=site.kind, known=known)
    return weights[site.kind]


def _named(frame: gpd.GeoDataFrame, ids: tuple[str, ...]) -> Mask:
    return np.asarray(frame["id"].isin(ids), np.bool_) if ids else np.zeros(len(frame), np.bool_)


def _other(frame: gpd.GeoDataFrame, kinds: tuple[str, ...]) -> Mask:
    """Candidates of the data that are of none of some kinds and stand not yet."""
    if not kinds:
        return np.zeros(len(frame), np.bool_)
    own = (frame["source"] == EDIT).to_numpy(bool)
    known = sorted({str(kind) for kind in frame["kind"].to_numpy(object)[~own]})
    if strange := sorted({*kinds} - {*known}):
        raise _refused(
            "kind-unknown", "kinds", kind=", ".join(strange[:_TOLD]), known=", ".join(known)
        )
    allowed = frame["kind"].isin(kinds).to_numpy(bool)
    return np.asarray(~allowed & ~own & ~frame["existing"].to_numpy(bool), np.bool_)


def _projected(bundle: Bundle, places: list[tuple[float, float]]) -> npt.NDArray[np.float64]:
    points = gpd.GeoSeries(shapely.points(places), crs=WGS84).to_crs(bundle.region.crs)
    # What is on the other side of the globe has no metric coordinates, and is in no township.
    xy = np.column_stack([points.x, points.y]).astype(np.float64)
    return np.asarray(np.where(np.isfinite(xy), xy, 1e12), np.float64)


def _places(frame: gpd.GeoDataFrame) -> npt.NDArray[np.float64]:
    """Longitude and latitude: areas are straight between corners as they were drawn on a map."""
    points = frame.geometry.to_crs(WGS84)
    return np.column_stack([points.x, points.y])


def _inside(area: NoGo, places: npt.NDArray[np.float64]) -> Mask:
    drawn = shapely.make_valid(shapely.Polygon(area.ring))
    return within_zones(gpd.GeoSeries([drawn]), places)


def _refused(key: str, where: str = "edits", /, **values: object) -> PlanError:
    lines = {}
    for language in LANGUAGES:
        lines[language] = [REFUSALS.say(one, language, **values) for one in (key, f"{key}-remedy")]
    what, remedy = lines["en"]
    return PlanError(what, remedy=remedy, where=where, zh="。".join(lines["zh"]))
