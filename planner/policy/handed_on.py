"""What one part of the programme hands on to another, so that all stand on one network.

Villages' tonnes go to the tiers, the tiers' stations are depots of the rounds, stations and the
timetable are held against the rules, and what the years expect to grow is what the tiers take in.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import numpy as np

from geo.bundle import Bundle
from planner.material import grams_by_material
from planner.policy.beside import Beside, Station, Visit
from planner.policy.phases.spec import PhasesSpec
from planner.policy.rules.rules import RulePack, Tier, floor_minimum
from planner.policy.service.rounds import MobileRounds
from planner.policy.service.service import Service
from planner.policy.service.spec import Depot
from planner.policy.tiers.spec import TiersSpec
from planner.policy.tiers.supply import Brought
from planner.policy.tiers.tiers import TiersResult

__all__ = ["beside", "brought", "depot_sites", "tiers_asked"]


def brought(service: Service) -> tuple[Brought, ...]:
    """What villages hand in that are served in some way, each where it lies."""
    grams = grams_by_material(service.plan.bundle)
    frame = service.villages
    total = np.zeros((len(frame), grams.shape[1]), np.int64)
    of_cell = service.of_cell
    np.add.at(total, of_cell[of_cell >= 0], grams[of_cell >= 0])
    return tuple(
        Brought(name=str(way), lon=point.x, lat=point.y, grams=tuple(row.tolist()))
        for way, point, row in zip(frame["way"], frame.geometry, total, strict=True)
        if way and row.any()
    )


def depot_sites(tiers: TiersResult | None) -> tuple[Depot, ...] | None:
    """Stations that rounds may begin at; centres where there is no station."""
    if tiers is None:
        return None
    sites = tiers.sites
    of_tier = next(
        (rows for tier in ("station", "centre") if len(rows := sites[sites["tier"] == tier])), None
    )
    if of_tier is None:
        return None
    return tuple(
        Depot(name=_line(name or township) or "depot", lon=lon, lat=lat)
        for name, township, lon, lat in zip(
            *(of_tier[column].tolist() for column in ("name", "township", "lon", "lat")),
            strict=True,
        )
    )


def beside(tiers: TiersResult | None, service: tuple[Service, MobileRounds] | None) -> Beside:
    """Stations, centres and visits, to be held against rules."""
    stations = visits = None
    if tiers is not None:
        stations = tuple(
            Station(
                id=str(row["id"]),
                tier=str(row["tier"]),
                kind=str(row["kind"]),
                name=str(row["name"]),
                township=str(row["township_code"]),
                lon=float(row["lon"]),
                lat=float(row["lat"]),
                floor_m2=float(row["floor_m2"]),
            )
            for row in tiers.sites.to_dict("records")
        )
    if service is not None:
        made, rounds = service
        called = rounds.visits["village"].value_counts().to_dict()
        visits = tuple(
            Visit(
                village=str(row["id"]),
                township=str(row["township_code"]),
                people=int(row["people"]),
                estate=bool(row["estate"]),
                way=str(row["way"]),
                visits_in_4_weeks=int(called.get(row["id"], 0)),
            )
            for row in made.villages.drop(columns="geometry").to_dict("records")
        )
    return Beside(stations=stations, visits=visits)


def tiers_asked(
    bundle: Bundle, spec: TiersSpec, packs: Sequence[RulePack], phases: PhasesSpec
) -> TiersSpec:
    """Ask the tiers for the floors that rules demand, and for what is handed in by the last year.

    What the spec says itself stands: a larger floor, a growth of its own.
    """
    changes: dict[str, object] = {}
    floors: dict[Tier, str] = {"station": "station_floor_m2", "centre": "centre_floor_m2"}
    for tier, field in floors.items():
        asked = floor_minimum(packs, tier)
        if asked is not None:
            changes[field] = max(asked, getattr(spec, field) or 0.0)
    if not spec.growth:
        year = phases.years[-1]
        begin, end = phases.material_years
        part = min(max((year - begin) / (end - begin), 0.0), 1.0)
        keys = set(bundle.materials.keys)
        grown = {
            key: round(1.0 + share * part, 6)
            for key, share in phases.material_growth
            if key in keys and share * part > 0
        }
        if grown:
            changes |= {"growth": tuple(sorted(grown.items())), "growth_year": year}
    return dataclasses.replace(spec, **changes)  # type: ignore[arg-type]


def _line(text: object) -> str:
    return "".join(sign if sign.isprintable() else " " for sign in str(text)).strip()[:200]
