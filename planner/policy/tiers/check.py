"""A second opinion on three tiers: every claim of their record computed again.

Shares no code with what made them: plain SciPy shortest paths on the stored network, sums over
cells and links, the figures as they stand in the record itself. What it cannot do is prove the
bound again.
"""

from __future__ import annotations

import math
from collections import defaultdict
from typing import Any

import numpy as np
import numpy.typing as npt
from pyproj import Transformer
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra
from scipy.spatial import cKDTree

from geo.bundle import Bundle
from planner.checking.check import Report
from planner.checking.ledger import Ledger
from planner.plan import Plan

__all__ = ["check_tiers"]

Floats = npt.NDArray[np.float64]


def check_tiers(record: dict[str, Any], plan: Plan) -> Report:
    """Compute every claim of ``tiers.json`` again from the plan and its bundle.

    Checked: tonnes of the cells that each point serves, by material; that every tonne of every
    material that enters a node leaves it; capacities, floor and land by the sizes; costs of places
    and ways; distances by road; numbers at most; single assignment; the sums.
    """
    ledger = Ledger()
    try:
        _check(record, plan, ledger)
    except (LookupError, TypeError, ValueError, AttributeError, ArithmeticError) as error:
        ledger.holds(f"the record is not that of three tiers ({error!r:.200})", False)
    return Report(checked=ledger.checked, differences=tuple(ledger.differences))


def _check(record: dict[str, Any], plan: Plan, ledger: Ledger) -> None:
    sites = {row["id"]: row for row in record["sites"]}
    links = record["links"]
    ledger.same("sites twice", len(sites), len(record["sites"]))
    _check_sites(record, sites, ledger)
    _check_flows(record, sites, plan, ledger)
    _check_distances(links, sites, plan, ledger)
    _check_sums(record, sites, ledger)


def _check_sites(record: dict[str, Any], sites: dict[str, Any], ledger: Ledger) -> None:
    sizes = {row["key"]: row for row in record["figures"]["sizes"]}
    places = {row["key"]: row for row in record["figures"]["places"]}
    floors = {tier: record["spec"][f"{tier}_floor_m2"] for tier in ("station", "centre")}
    loads: dict[str, float] = defaultdict(float)
    for link in record["links"]:
        loads[link["to"]] += link["tonnes_year"]
    for name, site in sites.items():
        size, place = sizes[site["size"]], places[site["kind"]]
        ledger.same(f"{name} tier", site["tier"], size["tier"])
        ledger.same(f"{name} specialised", site["special"], size["special"])
        ledger.holds(f"{name} may not stand there", site["tier"] in place["tiers"])
        ledger.same(f"{name} floor", site["floor_m2"], size["floor_m2"])
        ledger.close(
            f"{name} land",
            site["land_m2"],
            size["floor_m2"] * size["land_share"],
            share=1e-9,
            least=1e-6,
        )
        room = size["floor_m2"] * size["t_m2_year"]
        ledger.close(f"{name} capacity", site["capacity_t_year"], room, share=1e-9, least=1e-6)
        ledger.close(f"{name} load", site["load_t_year"], loads[name], share=1e-6, least=1e-3)
        ledger.holds(f"{name} takes more than its capacity", loads[name] <= room * (1 + 1e-6))
        build = size["floor_m2"] * size["build_yuan_m2"] * place["build_share"] / size["years"]
        cost = build + size["run_yuan_year"]
        ledger.close(f"{name} cost", site["cost_yuan_year"], cost, share=1e-9, least=0.011)
        least = floors[site["tier"]]
        small = least is not None and not site["special"] and site["floor_m2"] < least
        ledger.holds(f"{name} has less floor than {least} m2", not small)
    spec = record["spec"]
    for tier, most in (("station", spec["max_stations"]), ("centre", spec["max_centres"])):
        count = sum(site["tier"] == tier for site in sites.values())
        ledger.holds(f"more than {most} of {tier}", most is None or count <= most)


def _check_flows(record: dict[str, Any], sites: dict[str, Any], plan: Plan, ledger: Ledger) -> None:
    materials = list(record["by_material"])
    ledger.same("materials", materials, list(plan.bundle.materials.keys))
    leaves: dict[tuple[str, str], float] = defaultdict(float)
    enters: dict[tuple[str, str], float] = defaultdict(float)
    ways: dict[tuple[str, bool], set[str]] = defaultdict(set)
    special = set(record["spec"]["special"])
    points = {str(one) for one in plan.sites["id"]}
    ends = {"collect": ("point", "station"), "onward": ("station", "centre")}
    ends["direct"] = ("point", "centre")
    for link in record["links"]:
        begin, end = ends[link["leg"]]
        source = link["from"]
        known = source in points if begin == "point" else sites[source]["tier"] == begin
        ledger.holds(f"{source} is no {begin}", known)
        ledger.same(f"end of {source} {link['to']}", sites[link["to"]]["tier"], end)
        total = math.fsum(link[f"t_{key}"] for key in materials)
        ledger.close(f"{source} tonnes", link["tonnes_year"], total, share=1e-6, least=1e-4)
        for key in materials:
            tonnes = link[f"t_{key}"]
            leaves[source, key] += tonnes
            enters[link["to"], key] += tonnes
            if tonnes > 0:
                ways[source, key in special].add(f"{link['to']} {key if key in special else ''}")
                centre = sites[link["to"]]
                fits = centre["tier"] == "station" or centre["special"] == (key in special)
                ledger.holds(f"{link['to']} does not take {key}", fits)
    if not record["spec"]["split"]:
        split = [name for (name, apart), to in ways.items() if not apart and len(to) > 1]
        ledger.holds(f"shared out though it must not: {split[:5]!r:.200}", not split)
    for name, site in sites.items():
        if site["tier"] == "station":
            for key in materials:
                told, found = leaves[name, key], enters[name, key]
                ledger.close(f"{name} {key} leaves", told, found, share=1e-6, least=1e-3)
    growth = record["spec"]["growth"]
    factor = np.array([growth.get(key, 1.0) for key in materials])
    own, missed = _own_tonnes(plan)
    own, missed = own * factor, missed * factor
    came = _brought_tonnes(record, plan) * factor
    extra = _extra_tonnes(record, materials, plan)
    for row, point in enumerate(plan.sites["id"]):
        for m, key in enumerate(materials):
            # Returns come on top: never less than what is known to come together there.
            told, known = leaves[str(point), key], own[row, m] + came[row, m] + extra[row, m]
            # Half a gram a day is rounded at a point.
            short = told < known * (1 - 1e-6) - 2.5e-4
            ledger.holds(f"{point} {key}: {told} of {known} t leave", not short)
    # In this order; an extra place may bear any name.
    sources = [row["tonnes_year"] for row in record["sources_tonnes_year"]]
    ledger.close("tonnes of cells", sources[0], float(own.sum()), share=1e-6, least=0.05)
    if record["brought"]:
        ledger.close("tonnes brought", sources[1], float(came.sum()), share=1e-6, least=0.05)
    besides = math.fsum(sources[2 if record["brought"] else 1 :])
    total = math.fsum(tonnes for (name, _), tonnes in leaves.items() if name in points)
    found = float(own.sum() + came.sum()) + besides
    ledger.close("tonnes of all points", total, found, share=1e-6, least=0.05)
    left = float(np.maximum(missed - came.sum(axis=0), 0.0).sum())
    told = record["not_collected_tonnes_year"]
    ledger.close("tonnes not collected", told, left, share=1e-6, least=0.05)
    for key in materials:
        ends_in = math.fsum(
            enters[name, key] for name, site in sites.items() if site["tier"] == "centre"
        )
        told = record["by_material"][key]
        ledger.close(f"{key} in centres", told, ends_in, share=1e-6, least=0.01)


def _own_tonnes(plan: Plan) -> tuple[Floats, Floats]:
    """Tonnes a year that the cells of each point hand in, and those of cells without a point.

    float64[points, materials], [materials].
    """
    bundle = plan.bundle
    people = bundle.demand.frame["people"].to_numpy(np.int64)
    # The last row is that of cells without a point, whose site is -1.
    own = np.zeros((len(plan.sites) + 1, len(bundle.materials.streams)))
    for cell, site in enumerate(plan.site_of.tolist()):
        for m, stream in enumerate(bundle.materials.streams):
            own[site, m] += int(people[cell]) * stream.g_person_day
    if bundle.special is not None:
        for row in bundle.special.itertuples(index=False):
            site = int(plan.site_of[row.cell])
            for m, stream in enumerate(bundle.materials.streams):
                own[site, m] += getattr(row, f"g_{stream.key}")
    tonnes = own * 365 / 1e6
    return tonnes[:-1], tonnes[-1]


def _brought_tonnes(record: dict[str, Any], plan: Plan) -> Floats:
    """Tonnes a year that services bring to each point, before growth."""
    came = np.zeros((len(plan.sites), len(plan.bundle.materials.streams)))
    rows = record["brought"]
    nearest = _nearest_rows(plan, [(row["lon"], row["lat"]) for row in rows])
    for at, row in zip(nearest, rows, strict=True):
        came[at] += np.array(row["grams"]) * 365 / 1e6
    return came


def _extra_tonnes(record: dict[str, Any], materials: list[str], plan: Plan) -> Floats:
    """Tonnes a year of the spec's own places, at each point."""
    extra = np.zeros((len(plan.sites), len(materials)))
    rows = record["spec"]["extra"]
    nearest = _nearest_rows(plan, [(row["lon"], row["lat"]) for row in rows])
    for at, row in zip(nearest, rows, strict=True):
        extra[at, materials.index(row["material"])] += row["kg_day"] * 365 / 1000
    return extra


def _nearest_rows(plan: Plan, places: list[tuple[float, float]]) -> list[int]:
    """Row of the open point nearest to each place, of equals the first."""
    metric = Transformer.from_crs("EPSG:4326", plan.bundle.region.crs, always_xy=True)
    points = np.array([metric.transform(p.x, p.y) for p in plan.sites.geometry])
    found = []
    for place in places:
        x, y = metric.transform(*place)
        found.append(int(np.argmin(np.hypot(points[:, 0] - x, points[:, 1] - y))))
    return found


def _check_distances(
    links: list[dict[str, Any]], sites: dict[str, Any], plan: Plan, ledger: Ledger
) -> None:
    bundle = plan.bundle
    metric = Transformer.from_crs("EPSG:4326", bundle.region.crs, always_xy=True)
    at = {
        str(one): (p.x, p.y) for one, p in zip(plan.sites["id"], plan.sites.geometry, strict=True)
    }
    at |= {name: (row["lon"], row["lat"]) for name, row in sites.items()}
    xy = {name: metric.transform(*lonlat) for name, lonlat in at.items()}
    towards: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for link in links:
        towards[link["to"]].append(link)
    roads = _Roads(bundle)
    for name in sorted(towards):
        here = np.array([xy[link["from"]] for link in towards[name]])
        found = roads.km(here, np.array(xy[name]))
        for link, km in zip(towards[name], found.tolist(), strict=True):
            # Coordinates are told to seven decimals, a centimetre.
            what = f"km from {link['from']} to {name}"
            ledger.close(what, link["km"], km, share=1e-4, least=0.002)


class _Roads:
    """Distances by lorry with SciPy on the stored network."""

    def __init__(self, bundle: Bundle) -> None:
        self._bundle = bundle
        self._network = bundle.networks.get("drive")
        if self._network is not None:
            net = self._network
            size = len(net.x)
            tail = np.repeat(np.arange(size), np.diff(net.indptr))
            # Backwards: from the destination to everywhere. Of several arcs the shortest counts.
            order = np.lexsort((net.length_cm, tail, net.indices))
            pairs = np.column_stack([net.indices, tail])[order]
            first = np.ones(len(pairs), bool)
            first[1:] = (pairs[1:] != pairs[:-1]).any(axis=1)
            length = np.maximum(net.length_cm[order][first], 1e-9)
            self._back = csr_array(
                (length.astype(float), (pairs[first, 0], pairs[first, 1])), shape=(size, size)
            )
            self._nodes = np.flatnonzero(net.snappable)
            self._tree = cKDTree(np.column_stack([net.x, net.y])[self._nodes])

    def km(self, here: Floats, there: Floats) -> Floats:
        bundle = self._bundle
        off = np.isin(bundle.region.assign(here[:, 0], here[:, 1]), bundle.roadless)
        off_there = np.isin(bundle.region.assign(there[:1], there[1:]), bundle.roadless)[0]
        straight = np.hypot(*(here - there).T) * bundle.detour_factor / 1000
        if self._network is None or off_there:
            return np.asarray(straight)
        away, node = self._tree.query(here)
        last_m, end = self._tree.query(there)
        cm = dijkstra(self._back, indices=self._nodes[[int(end)]])[0]
        by_road = (away + cm[self._nodes[node]] / 100 + last_m) / 1000
        # Where no road leads at all, the record says so and takes the straight line.
        return np.asarray(np.where(off | ~np.isfinite(by_road), straight, by_road))


def _check_sums(record: dict[str, Any], sites: dict[str, Any], ledger: Ledger) -> None:
    rates = {row["key"]: row["yuan_t_km"] for row in record["figures"]["legs"]}
    ways = 0.0
    for link in record["links"]:
        cost = link["tonnes_year"] * link["km"] * rates[link["leg"]]
        what = f"cost {link['from']} {link['to']}"
        ledger.close(what, link["cost_yuan_year"], cost, share=1e-5, least=0.011)
        ways += cost
    places = math.fsum(site["cost_yuan_year"] for site in sites.values())
    ledger.close("cost of ways", record["ways_yuan_year"], ways, share=1e-5, least=1.0)
    ledger.close("cost of places", record["sites_yuan_year"], places, share=1e-9, least=0.1)
    ledger.close("cost", record["cost_yuan_year"], ways + places, share=1e-5, least=1.0)
    budget = record["spec"]["budget_yuan_year"]
    ledger.holds("the budget is passed", budget is None or places <= budget * (1 + 1e-9))
    value, bound = record["cost_yuan_year"], record["bound_yuan_year"]
    ledger.holds("the bound is above the cost", bound <= value * (1 + 1e-6))
    gap = abs(value - bound) / max(1e-10, value)
    ledger.close("gap", record["gap"], gap, share=1e-3, least=2e-6)
    proven = record["gap"] <= max(record["spec"]["gap"], 1e-6)
    ledger.same("status", record["status"], "proven" if proven else "feasible")
    for tier, told in record["tiers"].items():
        mine = [site for site in sites.values() if site["tier"] == tier]
        ledger.same(f"number of {tier}", told["sites"], len(mine))
        for field in ("floor_m2", "land_m2"):
            total = math.fsum(site[field] for site in mine)
            ledger.close(f"{field} of {tier}", told[field], total, share=1e-9, least=1e-6)
    land = math.fsum(site["land_m2"] for site in sites.values())
    ledger.close("land", record["land_m2"], land, share=1e-9, least=1e-6)
    for leg, told in record["legs"].items():
        mine = [link for link in record["links"] if link["leg"] == leg]
        ledger.same(f"links {leg}", told["links"], len(mine))
        tonnes = math.fsum(link["tonnes_year"] for link in mine)
        ledger.close(f"tonnes {leg}", told["tonnes_year"], tonnes, share=1e-6, least=1e-3)
