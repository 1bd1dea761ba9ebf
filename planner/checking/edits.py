"""What was changed by hand, done again one point and one area at a time."""

from __future__ import annotations

import dataclasses
import math
from typing import Any

import geopandas as gpd
import pandas as pd
import pyproj
import shapely

from geo.bundle import Bundle
from geo.candidates import Candidates
from geo.kinds import default_kinds
from planner.checking.ledger import Ledger
from planner.edits import AddedSite, Edits
from planner.scenario import Scenario

__all__ = ["ByHand", "by_hand", "check_edits", "edit_warnings", "other_kinds"]


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class ByHand:
    """A region with its edits.

    Parameters
    ----------
    bundle
        With the points added, after those of the data.
    closed
        Ids of sites closed, those of the region alone.
    fenced
        Ids of candidates that would be new in a no-go area.
    standing
        Ids of existing sites in no-go areas.
    others
        Ids of candidates of the data that would be new and are of kinds not asked for, but for
        those forced open.
    """

    bundle: Bundle
    closed: frozenset[str] = frozenset()
    fenced: frozenset[str] = frozenset()
    standing: frozenset[str] = frozenset()
    others: frozenset[str] = frozenset()

    @property
    def barred(self) -> frozenset[str]:
        """Ids of all that must not be open."""
        return self.closed | self.fenced | self.others


def by_hand(bundle: Bundle, scenario: Scenario, ledger: Ledger) -> ByHand | None:
    """Do the edits of a scenario again; ``None``, and a difference, if they cannot be done."""
    edits = scenario.edits
    others = other_kinds(bundle, scenario, ledger)
    if not edits:
        return ByHand(bundle=bundle, others=others)
    known = set(bundle.candidates.frame["id"])
    taken = [site.id for site in edits.added if site.id in known]
    ledger.holds(f"added points have ids of the data: {taken[:5]!r:.200}", not taken)
    rows = [_row(bundle, site) for site in edits.added]
    lost = [site.id for site, row in zip(edits.added, rows, strict=True) if row is None]
    ledger.holds(f"added points lie nowhere, or their kind is unknown: {lost[:5]!r:.200}", not lost)
    strangers = sorted(set(edits.forced) - known - {site.id for site in edits.added})
    ledger.holds(f"forced sites are unknown: {strangers[:5]!r:.200}", not strangers)
    if taken or lost or strangers:
        return None
    if rows:
        frame = bundle.candidates.frame
        added = gpd.GeoDataFrame([row for row in rows if row is not None], crs=frame.crs)
        for column in frame.columns.difference(added.columns):
            added[column] = math.nan
        whole = gpd.GeoDataFrame(pd.concat([frame, added[frame.columns]], ignore_index=True))
        bundle = dataclasses.replace(bundle, candidates=Candidates(frame=whole))
    return dataclasses.replace(_barred(bundle, edits), others=others)


def check_edits(facts: Any, ledger: Ledger) -> None:
    """Compare what is open with what the hand said."""
    edits, opened = facts.scenario.edits, set(facts.sites["id"])
    both = sorted(set(edits.forced) & facts.hand.fenced)
    ledger.holds(f"forced sites stand in no-go areas: {both[:5]!r:.200}", not both)
    missing = sorted(set(edits.forced) - opened)
    ledger.holds(f"sites that must be open are not: {missing[:5]!r:.200}", not missing)
    closed = sorted(opened & set(edits.closed))
    ledger.holds(f"sites closed by hand are open: {closed[:5]!r:.200}", not closed)
    fenced = sorted(opened & facts.hand.fenced)
    ledger.holds(f"new sites stand in no-go areas: {fenced[:5]!r:.200}", not fenced)
    others = sorted(opened & facts.hand.others)
    ledger.holds(f"new sites are of kinds not asked for: {others[:5]!r:.200}", not others)


def edit_warnings(facts: Any) -> dict[str, list[int]]:
    """Warnings about edits that a plan must give, with the numbers that they begin with."""
    edits, bundle, hand = facts.scenario.edits, facts.bundle, facts.hand
    if not edits:
        return {}
    frame = bundle.candidates.frame
    known = dict(zip(frame["id"].tolist(), frame["existing"].tolist(), strict=True))
    added = {site.id: site for site in edits.added}
    wet = 0
    for name, point in zip(frame["id"], frame.geometry, strict=True):
        wet += name in added and any(zone.intersects(point) for zone in bundle.exclusions)
    standing_closed = sum(known[name] for name in hand.closed)
    new = sum(not site.existing for site in added.values())
    counts = {
        "edits-existing-closed": standing_closed if facts.scenario.keep_existing else 0,
        "edits-ruled-out": len(hand.fenced),
        "edits-existing-in-no-go": len(hand.standing),
        "edits-added-in-exclusion": wet,
        "edits-added-unjudged": 0 if bundle.suitability is None else new,
        "edits-closed-unknown": len(edits.closed) - len(hand.closed),
    }
    due = {kind: [count] for kind, count in counts.items() if count}
    whole = [len(added), len(hand.closed), len(edits.forced), len(edits.no_go)]
    return {"edited": whole, **due}


def other_kinds(bundle: Bundle, scenario: Scenario, ledger: Ledger) -> frozenset[str]:
    """Ids of the data's candidates that the kinds asked for leave out."""
    if not scenario.kinds:
        return frozenset()
    frame = bundle.candidates.frame[bundle.candidates.frame["source"] != "edit"]
    strange = sorted(set(scenario.kinds) - set(frame["kind"]))
    ledger.holds(f"the bundle has no candidates of kinds: {strange[:5]!r:.200}", not strange)
    return frozenset(
        str(name)
        for name, kind, existing in zip(frame["id"], frame["kind"], frame["existing"], strict=True)
        if not existing and kind not in scenario.kinds and name not in scenario.edits.forced
    )


def _row(bundle: Bundle, site: AddedSite) -> dict[str, Any] | None:
    """A candidate of an added point; ``None`` if it lies nowhere or nobody knows its kind."""
    to_metres = pyproj.Transformer.from_crs("EPSG:4326", bundle.region.crs, always_xy=True)
    place = shapely.Point(to_metres.transform(site.lon, site.lat))
    townships = [
        row for row, ground in enumerate(bundle.region.territories) if ground.intersects(place)
    ]
    weight = _weight(bundle, site.kind)
    if not townships or weight is None:
        return None
    return {
        "id": site.id,
        "kind": site.kind,
        "name": site.name,
        "existing": site.existing,
        "township": townships[0],
        "weight": weight,
        "source": "edit",
        "geometry": place,
    }


def _weight(bundle: Bundle, kind: str) -> float | None:
    """Weight of a kind, the region's own before the program's."""
    frame = bundle.candidates.frame
    for source in ("osm", "generated"):
        for name, of, weight in zip(frame["kind"], frame["source"], frame["weight"], strict=True):
            if name == kind and of == source:
                return float(weight)
    return next((one.weight for one in default_kinds().kinds if one.kind == kind), None)


def _barred(bundle: Bundle, edits: Edits) -> ByHand:
    frame = bundle.candidates.frame
    to_degrees = pyproj.Transformer.from_crs(bundle.region.crs, "EPSG:4326", always_xy=True)
    areas = [shapely.make_valid(shapely.Polygon(area.ring)) for area in edits.no_go]
    fenced: set[str] = set()
    standing: set[str] = set()
    for name, existing, point in zip(frame["id"], frame["existing"], frame.geometry, strict=True):
        place = shapely.Point(to_degrees.transform(point.x, point.y))
        if any(area.intersects(place) for area in areas):
            (standing if existing else fenced).add(str(name))
    return ByHand(
        bundle=bundle,
        closed=frozenset(set(edits.closed) & set(frame["id"])),
        fenced=frozenset(fenced),
        standing=frozenset(standing),
    )
