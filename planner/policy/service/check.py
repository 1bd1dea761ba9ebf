"""A second opinion on service and rounds: every claim of their record computed again.

Shares no code with what made them, and none of PyVRP: sums over cells, SciPy's shortest paths on
the stored network, the figures as they stand in the record. The bounds of the rounds, and of
choices under limits, are not proven again; what a stop was tried at, on rounds that were not
kept, is taken as told.
"""

from __future__ import annotations

import datetime
import itertools
import math
from collections import Counter, defaultdict
from typing import Any

import numpy as np
import numpy.typing as npt
from pyproj import Transformer
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra
from scipy.spatial import cKDTree

from planner.checking.check import Report
from planner.checking.ledger import Ledger
from planner.plan import Plan

__all__ = ["check_service"]

Floats = npt.NDArray[np.float64]
#: Costs are told to the hundredth of a yuan.
_CENT = 0.011
_KNOWN_BY = ("driven", "tried", "average")


def check_service(record: dict[str, Any], plan: Plan) -> Report:
    """Compute every claim of ``service.json`` again from the plan and its bundle.

    Checked: that each cell without a point is in one village, of its township; people,
    households and kilograms; ways from the depot; costs of each way of serving; the choice and its
    bound where it is each village's own, limits and the share; break-evens of villages; what
    mobile stops were reckoned to cost, what the rounds cost, and how that is shared out; where
    depots come from; capacity, shift, frequency, evenness and clock of the rounds; kilometres,
    hours and cost.
    """
    ledger = Ledger()
    try:
        service, rounds = record["service"], record["rounds"]
        _cells(service, plan, ledger)
        ways = _Ways(service, plan)
        _costs(service, rounds, ways, ledger)
        _choice(service, ledger)
        _settled(service, rounds, ledger)
        _depots(service, plan, ledger)
        _rounds(service, rounds, ways, ledger)
    except (LookupError, TypeError, ValueError, ArithmeticError) as fault:
        ledger.holds(
            f"the record cannot be followed ({type(fault).__name__}: {fault!s:.200})", truth=False
        )
    return Report(checked=ledger.checked, differences=tuple(ledger.differences))


def _cells(service: dict[str, Any], plan: Plan, ledger: Ledger) -> None:
    demand = plan.bundle.demand.frame
    ledger.same("data", service["bundle_sha256"], plan.bundle.sha256)
    people = dict(zip(demand["id"], demand["people"].tolist(), strict=True))
    households = dict(zip(demand["id"], demand["households"].tolist(), strict=True))
    home = dict(zip(demand["id"], demand["township"].tolist(), strict=True))
    urban = dict(zip(demand["id"], demand["urban"].tolist(), strict=True))
    codes = plan.bundle.region.townships["code"].tolist()
    per_person = sum(stream.g_person_day for stream in plan.bundle.materials.streams)
    grams = {cell: count * per_person for cell, count in people.items()}
    special, ids = plan.bundle.special, demand["id"].tolist()
    if special is not None and len(special):
        columns = [name for name in special.columns if name.startswith("g_")]
        for cell, amount in zip(
            special["cell"].tolist(), special[columns].sum(axis=1).tolist(), strict=True
        ):
            grams[ids[cell]] += int(amount)
    left = {
        cell
        for cell, site in zip(ids, plan.site_of.tolist(), strict=True)
        if site < 0 and people[cell] > 0
    }
    told = Counter(cell for row in service["by_village"] for cell in row["cell_ids"])
    ledger.holds("cells without a point and cells of villages differ", set(told) == left)
    ledger.holds("a cell is in two villages", max(told.values(), default=1) == 1)
    for row in service["by_village"]:
        name, cells = row["id"], row["cell_ids"]
        ledger.same(f"{name} cells", row["cells"], len(cells))
        ledger.same(f"{name} people", row["people"], sum(people[c] for c in cells))
        ledger.same(f"{name} households", row["households"], sum(households[c] for c in cells))
        ledger.same(f"{name} grams a day", row["grams_day"], sum(grams[c] for c in cells))
        ledger.same(f"{name} kg a week", row["kg_week"], row["grams_day"] * 7 / 1000)
        ledger.same(
            f"{name} township", [row["township_code"]], sorted({codes[home[c]] for c in cells})
        )
        town = 2 * sum(people[c] for c in cells if urban[c]) > row["people"]
        ledger.same(f"{name} estate", row["estate"], town)
    rows = service["by_village"]
    ledger.same("villages", service["villages"], len(rows))
    ledger.same("people", service["people"], sum(row["people"] for row in rows))


class _Ways:
    """Seconds and least metres between depots and villages, by SciPy."""

    def __init__(self, service: dict[str, Any], plan: Plan) -> None:
        bundle = plan.bundle
        rows = service["by_village"]
        places = [*service["depots"], *rows]
        to_metric = Transformer.from_crs("EPSG:4326", bundle.region.crs, always_xy=True)
        x, y = to_metric.transform([p["lon"] for p in places], [p["lat"] for p in places])
        xy = np.column_stack([x, y]).reshape(-1, 2)
        self.depots = len(service["depots"])
        self.row = {row["id"]: self.depots + at for at, row in enumerate(rows)}
        self.straight_m = np.hypot(*(xy[:, None] - xy[None]).transpose(2, 0, 1))
        self.straight_m *= bundle.detour_factor
        self.time_s = self.straight_m / (bundle.speeds.elsewhere("drive") / 3.6)
        self.least_m = self.straight_m.copy()
        network = bundle.networks.get("drive")
        if network is None:
            return
        codes = bundle.region.townships["code"].tolist()
        off = [codes.index(row["township_code"]) in bundle.roadless for row in rows]
        of_depots = bundle.region.assign(xy[: self.depots, 0], xy[: self.depots, 1]).tolist()
        bare = np.array([*(one in bundle.roadless for one in of_depots), *off], np.bool_)
        usable = np.flatnonzero(network.snappable)
        there = np.column_stack([network.x, network.y])[usable]
        node = usable[np.asarray(cKDTree(there).query(xy)[1])]
        on = np.flatnonzero(~bare)
        kmh = np.maximum(network.kmh.astype(np.float64), 1.0)
        seconds = network.length_cm * 0.036 / kmh
        shape = (len(network.x), len(network.x))
        at = np.ix_(on, on)
        for amount, into in ((seconds, self.time_s), (network.length_cm / 100, self.least_m)):
            graph = csr_array((amount, network.indices, network.indptr), shape=shape)
            along = dijkstra(graph, indices=node[on])[:, node[on]]
            into[at] = np.where(np.isfinite(along), along, into[at])


def _trip(lorry: dict[str, Any], row: dict[str, Any]) -> float:
    """Yuan for the vehicle to go there alone and back, its day included."""
    km, hours = row["depot_km"], row["depot_min"] / 60
    return float(km * lorry["yuan_km"] + hours * lorry["yuan_h"] + lorry["yuan_round"])


def _tariff(
    service: dict[str, Any], key: int, row: dict[str, Any], kg_year: float, least: int, share: float
) -> float:
    """Yuan a year, written out."""
    way, lorry = service["figures"]["ways"][key], service["figures"]["vehicle"]
    minutes = lorry["setup_min"] + (lorry["stay_min"] if way["key"] == "mobile" else 0)
    visit = _trip(lorry, row) * share + minutes / 60 * lorry["yuan_h"]
    visits = max(least, math.ceil(kg_year / way["kg_visit"] - 1e-9))
    handling = lorry["yuan_h"] / lorry["kg_h"]
    cost = way["fixed_yuan_year"] + kg_year * (way["yuan_kg"] + handling) + visits * visit
    return float(cost)


def _emptied(service: dict[str, Any], key: int) -> float:
    """Share of a trip that emptying a full point or terminal bears."""
    way, lorry = service["figures"]["ways"][key], service["figures"]["vehicle"]
    return float(max(1 / lorry["stops_per_round"], way["kg_visit"] / lorry["capacity_kg"]))


def _costs(service: dict[str, Any], rounds: dict[str, Any], ways: _Ways, ledger: Ledger) -> None:
    rule, days = service["figures"]["frequency"], rounds["spec"]["days_a_week"]
    even = [1, 2, *(4 * k for k in range(1, days + 1))]
    for row in service["by_village"]:
        name, here, depot = row["id"], ways.row[row["id"]], row["depot"]
        back = ways.time_s[: ways.depots, here] + ways.time_s[here, : ways.depots]
        ledger.close(
            f"{name} minutes", row["depot_min"], float(back.min()) / 60, share=0.002, least=0.1
        )
        least_m = ways.least_m[depot, here] + ways.least_m[here, depot]
        ledger.holds(
            f"{name}: {row['depot_km']} km is shorter than any road",
            row["depot_km"] * 1000 >= least_m - 4,
        )
        kg_year = row["grams_day"] / 1000 * 365
        for key, way in enumerate(("point", "terminal")):
            cost = _tariff(service, key, row, kg_year, 0, _emptied(service, key))
            ledger.close(f"{name} {way}", row[f"cost_{way}"], cost, share=1e-6, least=_CENT)
        mobile = service["figures"]["ways"][2]
        least = rule["estate_visits"] if row["estate"] else rule["country_visits"]
        needed = max(least, math.ceil(kg_year / 13 / mobile["kg_visit"] - 1e-9), 1)
        enough = [visits for visits in even if visits >= needed]
        ledger.same(f"{name} visits", row["visits"], enough[0] if enough else 0)
        if row["cost_mobile"] is not None:
            cost = _tariff(service, 2, row, kg_year, row["visits"] * 13, row["trip_share"])
            ledger.close(f"{name} mobile", row["cost_mobile"], cost, share=1e-6, least=_CENT)
        for key, way in enumerate(("point", "terminal")):
            begin = row[f"{way}_from_kg_week"]
            if begin is None or begin * 365 / 7 < 1:
                continue
            above = begin * 365 / 7 * 1.0001 + 0.01
            ledger.holds(
                f"{name}: a {way} is dearer above {begin} kg a week",
                _tariff(service, key, row, above, 0, _emptied(service, key))
                <= _tariff(service, 2, row, above, least * 13, row["trip_share"]) + _CENT,
            )


def _choice(service: dict[str, Any], ledger: Ledger) -> None:
    rows, spec = service["by_village"], service["spec"]
    for row in rows:
        if row["way"]:
            ledger.same(f"{row['id']} cost", row["cost"], row[f"cost_{row['way']}"])
    served = sum(row["people"] for row in rows if row["way"])
    ledger.same("people served", service["people_served"], served)
    ledger.holds("too few people are served", served >= spec["share"] * service["people"] - 1e-6)
    total = math.fsum(row["cost"] for row in rows if row["way"])
    ledger.close("cost a year", service["cost_yuan_year"], total, share=1e-9, least=_CENT)
    limits = {
        way: spec[f"max_{way}s" if way != "mobile" else "max_mobile"] for way in service["ways"]
    }
    for way, told in service["ways"].items():
        chosen = [row for row in rows if row["way"] == way]
        ledger.same(f"{way} villages", told["villages"], len(chosen))
        ledger.same(f"{way} people", told["people"], sum(row["people"] for row in chosen))
        ledger.holds(f"too many of {way}", limits[way] is None or len(chosen) <= limits[way])
    if spec["share"] == 1.0 and all(limit is None for limit in limits.values()):
        bound = 0.0
        for row in rows:
            known = [row[f"cost_{way}"] for way in service["ways"]]
            bound += min((cost for cost in known if cost is not None), default=0.0)
            # Its own cheapest way by the shares that were reckoned when it was chosen.
            if row["cost_mobile"] is not None:
                known[2] = _as_chosen(service, row)
            least = min((cost for cost in known if cost is not None), default=0.0)
            taken = known[list(service["ways"]).index(row["way"])] if row["way"] else 0.0
            ledger.close(f"{row['id']} least cost", taken, least, share=1e-9, least=_CENT)
        ledger.close("bound", service["bound_yuan_year"], bound, share=1e-9, least=_CENT)
    ledger.holds("the bound is above the cost", service["bound_yuan_year"] <= total + _CENT)
    gap = (total - service["bound_yuan_year"]) / total if total else 0.0
    ledger.close("gap", service["gap"], gap, share=1e-6, least=1e-6)


def _as_chosen(service: dict[str, Any], row: dict[str, Any]) -> float:
    """Yuan a year of a mobile stop by the share of a trip that was reckoned when ways were chosen.

    Shares are told to seven digits: costs from them, to about a cent.
    """
    kg_year = row["grams_day"] / 1000 * 365
    return _tariff(service, 2, row, kg_year, row["visits"] * 13, row["trip_share_chosen"])


def _settled(service: dict[str, Any], rounds: dict[str, Any], ledger: Ledger) -> None:
    """Shares of trips from the rounds themselves; what was reckoned beside what is driven."""
    rows, lorry = {row["id"]: row for row in service["by_village"]}, service["figures"]["vehicle"]
    steps, mobile_way = service["settled"], service["figures"]["ways"][2]
    assumed = 1 / lorry["stops_per_round"]
    if not steps:
        for name, row in rows.items():
            ledger.same(f"{name} share known by", row["trip_share_by"], "assumed")
            for key in ("trip_share", "trip_share_chosen"):
                ledger.close(f"{name} {key}", row[key], assumed, share=1e-6, least=1e-6)
        return
    minutes = (lorry["setup_min"] + lorry["stay_min"]) / 60
    borne: dict[str, list[float]] = defaultdict(list)
    for one in rounds["rounds"]:
        at = [rows[name] for name in one["villages"].split()]
        kg = sum(row["grams_day"] * 0.365 / 13 / row["visits"] for row in at)
        own = (len(at) * minutes + kg / lorry["kg_h"]) * lorry["yuan_h"]
        factor = (one["cost_yuan"] - own) / sum(_trip(lorry, row) for row in at)
        for row in at:
            borne[row["id"]].append(factor)
    usual: dict[int, list[tuple[float, float]]] = defaultdict(list)
    for name, factors in borne.items():
        mean = math.fsum(factors) / len(factors)
        ledger.close(f"{name} share of trips", rows[name]["trip_share"], mean, share=1e-5, least=0)
        usual[rows[name]["depot"]].append((mean, _trip(lorry, rows[name]) * rows[name]["visits"]))
    everywhere = [pair for pairs in usual.values() for pair in pairs]
    for name, row in rows.items():
        by = row["trip_share_by"]
        ledger.same(f"{name} is driven to", by == "driven", name in borne)
        ledger.holds(f"{name}: a share known by {by!r:.20}", by in _KNOWN_BY)
        if by != "average":  # what was tried has left no rounds to count again
            continue
        pairs = usual.get(row["depot"]) or everywhere
        mean = sum(a * b for a, b in pairs) / sum(b for _, b in pairs) if pairs else 1.0
        kg = min(row["grams_day"] * 0.365 / 13 / max(row["visits"], 1), mobile_way["kg_visit"])
        floor = kg / lorry["capacity_kg"] if pairs else 0.0
        ledger.close(
            f"{name} share of trips", row["trip_share"], max(mean, floor), share=1e-5, least=0
        )
    kept = [step for step in steps if step["kept"]]
    ledger.same("one choice is kept", len(kept), 1)
    step, on = kept[0], [row for row in rows.values() if row["way"] == "mobile"]
    least = min(one["cost_yuan_year"] for one in steps)
    ledger.same("the cheapest choice is kept", step["cost_yuan_year"], least)
    total = service["cost_yuan_year"]
    ledger.close("cost as driven", step["cost_yuan_year"], total, share=1e-6, least=_CENT)
    ledger.same("mobile stops kept", step["mobile"], len(on))
    driven = math.fsum(one["cost_yuan"] for one in rounds["rounds"])
    told = step["driven_yuan_4_weeks"]
    ledger.close("driven", told, driven, share=1e-6, least=_CENT)
    for what, amount, shares in (
        ("reckoned", step["reckoned_yuan_4_weeks"], "trip_share_chosen"),
        ("shared out", driven, "trip_share"),
    ):
        again = math.fsum(
            _tariff(service, 2, row, row["grams_day"] * 0.365, row["visits"] * 13, row[shares])
            - mobile_way["fixed_yuan_year"]
            - row["grams_day"] * 0.365 * mobile_way["yuan_kg"]
            for row in on
        )
        ledger.close(what, amount, again / 13, share=1e-5, least=_CENT)


def _depots(service: dict[str, Any], plan: Plan, ledger: Ledger) -> None:
    """Where depots are said to come from."""
    origin, depots = service["depots_from"], service["depots"]
    named = service["spec"]["depots"]
    ledger.holds(f"depots from {origin!r:.40}", origin in ("named", "stations", "open-points"))
    ledger.same("depots are named by the user", origin == "named", bool(named))
    if named:
        ledger.same("named depots", depots, [dict(one) for one in named])
    if origin == "open-points":
        points = np.column_stack([plan.sites.geometry.x, plan.sites.geometry.y])
        for depot in depots:
            away = np.abs(points - [depot["lon"], depot["lat"]]).max(axis=1).min()
            ledger.holds(f"depot {depot['name']:.40} is no open point", away < 1e-6)


def _rounds(service: dict[str, Any], rounds: dict[str, Any], ways: _Ways, ledger: Ledger) -> None:
    rows = {row["id"]: row for row in service["by_village"]}
    lorry, spec = service["figures"]["vehicle"], rounds["spec"]
    days = spec["days_a_week"]
    depots = [depot["name"] for depot in service["depots"]]
    by_round: dict[str, list[dict[str, Any]]] = defaultdict(list)
    by_village: dict[str, list[int]] = defaultdict(list)
    for visit in rounds["visits"]:
        by_round[visit["round"]].append(visit)
        by_village[visit["village"]].append((visit["week"] - 1) * days + visit["weekday"] - 1)
    mobile = {name for name, row in rows.items() if row["way"] == "mobile"}
    ledger.holds("visited villages are not the mobile ones", set(by_village) == mobile)
    ledger.same("rounds", sorted(by_round), sorted(one["id"] for one in rounds["rounds"]))
    for name, on in sorted(by_village.items()):
        ledger.same(f"{name} visits made", len(set(on)), rows[name]["visits"])
        ledger.holds(f"{name}: days {sorted(on)} are not even", _even(sorted(on), days))
    begin = spec["start"].split(":")
    left_s = int(begin[0]) * 3600 + int(begin[1]) * 60
    out: Counter[tuple[int, str]] = Counter()
    km = hours = cost = 0.0
    for one in rounds["rounds"]:
        name = one["id"]
        visits = sorted(by_round[name], key=lambda visit: int(visit["place"]))
        ledger.same(f"{name} villages", one["villages"], " ".join(v["village"] for v in visits))
        depot = depots.index(one["depot"])
        least_m, time_s, here, clock = 0.0, 0.0, depot, float(left_s)
        for at, visit in enumerate(visits):
            there, row = ways.row[visit["village"]], rows[visit["village"]]
            kg = math.ceil(row["grams_day"] / 1000 * 365 / 13 / row["visits"] - 1e-9)
            ledger.same(f"{name} kg at {visit['village']}", visit["kg"], kg)
            stay_s = (lorry["setup_min"] + lorry["stay_min"]) * 60 + kg / lorry["kg_h"] * 3600
            clock += float(ways.time_s[here, there])
            ledger.close(
                f"{name} opens at {visit['village']}",
                visit["from_s"],
                clock + lorry["setup_min"] * 60,
                share=0.0005,
                least=3.0 * (at + 1),
            )
            clock += stay_s
            ledger.close(
                f"{name} leaves {visit['village']}",
                visit["until_s"],
                clock,
                share=0.0005,
                least=3.0 * (at + 1),
            )
            day = (visit["week"], visit["weekday"])
            ledger.same(f"{name} day", day, (one["week"], one["weekday"]))
            if spec["first_monday"]:
                date = datetime.date.fromisoformat(spec["first_monday"]) + datetime.timedelta(
                    days=7 * visit["week"] + visit["weekday"] - 8
                )
                ledger.same(f"{name} date", visit["date"], date.isoformat())
            least_m += float(ways.least_m[here, there])
            time_s += float(ways.time_s[here, there]) + stay_s
            here = there
        least_m += float(ways.least_m[here, depot])
        time_s += float(ways.time_s[here, depot])
        kg = sum(visit["kg"] for visit in visits)
        ledger.same(f"{name} kg", one["kg"], kg)
        ledger.holds(f"{name}: {kg} kg are too many", kg <= lorry["capacity_kg"])
        ledger.holds(f"{name} is longer than a shift", one["hours"] <= lorry["shift_h"] + 1e-4)
        ledger.close(
            f"{name} hours",
            one["hours"],
            time_s / 3600,
            share=0.001,
            least=(3 * len(visits) + 3) / 3600,
        )
        ledger.holds(
            f"{name}: {one['km']} km is shorter than any road",
            one["km"] * 1000 >= least_m - 2 * len(visits) - 2,
        )
        paid = lorry["yuan_round"] + one["km"] * lorry["yuan_km"] + one["hours"] * lorry["yuan_h"]
        ledger.close(f"{name} cost", one["cost_yuan"], paid, share=0.001, least=_CENT)
        km, hours, cost = km + one["km"], hours + one["hours"], cost + one["cost_yuan"]
        out[(one["week"] - 1) * days + one["weekday"], one["depot"]] += 1
    for (number, name), count in sorted(out.items()):
        limit = spec["vehicles"]
        ledger.holds(f"{count} vehicles at {name} on day {number}", limit is None or count <= limit)
    busiest = [max((n for (_, d), n in out.items() if d == name), default=0) for name in depots]
    ledger.same("vehicles", rounds["vehicles"], sum(busiest))
    ledger.close("km a month", rounds["km_month"], km * 13 / 12, share=1e-6, least=0.06)
    ledger.close("hours a month", rounds["hours_month"], hours * 13 / 12, share=1e-6, least=0.06)
    ledger.close("cost a month", rounds["cost_yuan_month"], cost * 13 / 12, share=1e-6, least=_CENT)
    bounds = [rounds[f"bound_{of}yuan_4_weeks"] for of in ("", "of_days_")]
    ledger.holds("the bounds are not in order", bounds[0] <= bounds[1] <= cost + _CENT)


def _even(on: list[int], days: int) -> bool:
    """Whether days are even: the same each week, or the same weekday at even distances."""
    if len(on) < 4:
        gaps = {b - a for a, b in itertools.pairwise([*on, on[0] + 4 * days])}
        return len(gaps) == 1
    weeks = [[day % days for day in on if day // days == week] for week in range(4)]
    return all(week == weeks[0] for week in weeks)
