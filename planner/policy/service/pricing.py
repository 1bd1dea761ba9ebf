"""What each way of serving costs each village a year, and from how much on a point pays."""

from __future__ import annotations

import math
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt

from optimise import break_even
from planner.material import DAYS
from planner.policy.service.figures import CYCLES, WEEKS, ServiceFigures, Way
from planner.policy.service.ground import Ground

__all__ = [
    "DISTANCES_KM",
    "allowed_visits",
    "break_evens",
    "priced",
    "stop_service_s",
]

Floats = npt.NDArray[np.float64]
#: From depot to village, for the table of break-evens.
DISTANCES_KM = (1, 2, 5, 10, 15, 20, 30, 40)
POINT, TERMINAL, MOBILE = range(3)
_COLUMNS = (
    *("kg_week", "depot", "depot_km", "depot_min", "visits", "trip_share"),
    *("cost_point", "cost_terminal", "cost_mobile", "point_from_kg_week", "terminal_from_kg_week"),
)


def priced(ground: Ground, shares: Floats | None = None) -> gpd.GeoDataFrame:
    """Price each way of serving each village.

    Parameters
    ----------
    shares
        float64[villages], share of the trip from the depot and back that a visit of the vehicle
        bears there; ``None``: as figures assume.

    Returns
    -------
    geopandas.GeoDataFrame
        The villages with more columns: see :class:`planner.policy.service.service.Service`.
    """
    figures, ways, depots = ground.figures, ground.ways, len(ground.depots.places)
    frame, lorry = ground.villages.frame.copy(), ground.figures.vehicle
    assumed = figures.trip_share(figures.ways[MOBILE])
    rows: list[dict[str, Any]] = []
    for row, grams_day, estate in zip(
        range(len(frame)), frame["grams_day"].tolist(), frame["estate"].tolist(), strict=True
    ):
        here = depots + row
        back_s = ways.time_s[:depots, here] + ways.time_s[here, :depots]
        depot = int(np.argmin(back_s))
        km = int(ways.length_m[depot, here] + ways.length_m[here, depot]) / 1000
        hours = int(back_s[depot]) / 3600
        kg_year = grams_day / 1000 * DAYS
        rule = figures.frequency.estate_visits if estate else figures.frequency.country_visits
        share = assumed if shares is None else float(shares[row])
        point, terminal = (figures.tariff(way, km, hours, rule) for way in figures.ways[:MOBILE])
        mobile = figures.tariff(figures.ways[MOBILE], km, hours, rule, share)
        kg_cycle = kg_year / CYCLES
        visits = allowed_visits(
            max(rule, mobile_visits(figures.ways[MOBILE], kg_cycle)), ground.days_a_week
        )
        cost = math.inf
        # In whole kilograms and seconds, as the rounds are.
        kg = math.ceil(kg_cycle / visits - 1e-9) if visits else 0
        shift_s = int(back_s[depot]) + stop_service_s(figures, kg)
        if visits and kg <= lorry.capacity_kg and shift_s <= lorry.shift_h * 3600:
            cost = mobile.fixed + mobile.per_kg * kg_year + mobile.per_visit * visits * CYCLES
        rows.append(
            {
                "kg_week": grams_day * 7 / 1000,
                "depot": depot,
                "depot_km": km,
                "depot_min": hours * 60,
                "visits": visits or 0,
                "trip_share": share,
                "cost_point": point.yearly(kg_year),
                "cost_terminal": terminal.yearly(kg_year),
                "cost_mobile": cost,
                "point_from_kg_week": _weekly(break_even(point, mobile)),
                "terminal_from_kg_week": _weekly(break_even(terminal, mobile)),
            }
        )
    for column in _COLUMNS:
        frame[column] = [one[column] for one in rows]
    return frame


def allowed_visits(least: int, days_a_week: int) -> int | None:
    """Find the fewest visits in four weeks that can be spread evenly and are at least so many."""
    even = (1, 2, *(WEEKS * k for k in range(1, days_a_week + 1)))
    return next((visits for visits in even if visits >= least), None)


def stop_service_s(figures: ServiceFigures, kg_visit: int) -> int:
    """Seconds that a visit with so many kilograms takes, set-up included."""
    return math.ceil(figures.vehicle.stop_h(kg_visit) * 3600 - 1e-6)


def mobile_visits(way: Way, kg_cycle: float) -> int:
    """Visits in a cycle that take an amount."""
    return max(1, math.ceil(kg_cycle / way.kg_visit - 1e-9))


def break_evens(ground: Ground, share: float) -> tuple[dict[str, Any], ...]:
    """From how much a week on one way is cheaper than another, by distance and frequency.

    Parameters
    ----------
    share
        Of a trip that a visit of a mobile stop bears.
    """
    plan, ways, figures = ground.plan, ground.ways, ground.figures
    depots = len(ground.depots.places)
    length_m, time_s = ways.length_m[:depots, depots:], ways.time_s[:depots, depots:]
    told = time_s > 0
    kmh = (
        float(np.median(length_m[told] / time_s[told])) * 3.6
        if told.any()
        else float(plan.bundle.speeds.elsewhere("drive"))
    )
    demand = plan.bundle.demand.frame
    kg_week = float(plan.record["material"]["kg_day"]) * 7
    household = kg_week / max(1, int(demand["households"].sum()))
    rows = []
    rules = {figures.frequency.country_visits, figures.frequency.estate_visits}
    for visits in sorted(rules):
        for km in DISTANCES_KM:
            way = (2 * km, 2 * km / kmh, visits)
            tariffs = [figures.tariff(one, *way) for one in figures.ways[:MOBILE]]
            tariffs.append(figures.tariff(figures.ways[MOBILE], *way, share))
            row: dict[str, Any] = {
                "depot_km_one_way": km,
                "speed_kmh": round(kmh, 2),
                "visits_in_4_weeks": visits,
                "mobile_trip_share": round(share, 7),
            }
            for name, one, other in (
                ("point_over_mobile", POINT, MOBILE),
                ("terminal_over_mobile", TERMINAL, MOBILE),
                ("point_over_terminal", POINT, TERMINAL),
            ):
                weekly = _weekly(break_even(tariffs[one], tariffs[other]))
                known = math.isfinite(weekly)
                row[f"{name}_kg_week"] = round(weekly, 2) if known else None
                row[f"{name}_households"] = math.ceil(weekly / household) if known else None
            rows.append(row)
    return tuple(rows)


def _weekly(kg_year: float | None) -> float:
    return math.nan if kg_year is None else kg_year / DAYS * 7
