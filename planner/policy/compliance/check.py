"""A compliance sheet's claims computed again, from the bundle and the list of sites alone.

Nothing here comes from the sheet's makers but the vocabulary of rules: counting is plain Python,
ways are searched with SciPy.
"""

from __future__ import annotations

import json
import math
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np

from geo.bundle import Bundle
from geo.crs import WGS84
from planner.checking.distances import TOLERANCE, measure, nearest_to_sites
from planner.errors import OutputError
from planner.scenario import Scenario

__all__ = ["check_compliance"]

STATUS_OF = ("pass", "near", "fail", "unknown", "none", "info")
WEEKS = 4


def check_compliance(folder: Path, bundle: Bundle) -> tuple[str, ...]:
    """Compute every line of a sheet again.

    Parameters
    ----------
    folder
        That :func:`planner.policy.compliance.files.write_compliance` wrote.
    bundle
        The region as it was imported.

    Returns
    -------
    tuple of str
        What differs; empty where every number holds.

    Raises
    ------
    OutputError
        If the folder is no sheet.
    """
    try:
        sheet = json.loads((folder / "compliance.json").read_text("utf-8"))
        sites = json.loads((folder / "sites.geojson").read_text("utf-8"))["features"]
        return tuple(_Sheet(sheet, sites, bundle).differences())
    except (OSError, LookupError, TypeError, ValueError, AttributeError) as error:
        raise OutputError(
            f"is no compliance sheet ({type(error).__name__}: {error!s:.120})",
            where=str(folder),
            remedy="Give the folder that recyclenet comply wrote",
        ) from error


class _Sheet:
    def __init__(self, sheet: Any, sites: list[Any], bundle: Bundle) -> None:
        self.sheet, self.bundle = sheet, bundle
        cells = bundle.demand.frame
        self.codes = [str(code) for code in bundle.region.townships["code"]]
        self.names = [str(name) for name in bundle.region.townships["name"]]
        self.home = [int(t) for t in cells["township"]]
        self.people = [int(n) for n in cells["people"]]
        self.homes = [int(n) for n in cells["households"]]
        self.urban = [bool(u) for u in cells["urban"]]
        self.ids = [str(one) for one in cells["id"]]
        self.row_of = {one: n for n, one in enumerate(self.ids)}
        mine = [one for one in sites if not one["properties"]["repair"]]
        self.sites = [one for one in mine if one["properties"]["tier"] == "point"]
        self.others = [one for one in mine if one["properties"]["tier"] != "point"]
        told = sorted(one["id"] for one in sheet["stations"] or [])
        self.strange = told != sorted(one["properties"]["id"] for one in self.others)
        places = [one["geometry"]["coordinates"] for one in self.sites]
        points = gpd.points_from_xy([p[0] for p in places], [p[1] for p in places], crs=WGS84)
        frame = gpd.GeoDataFrame(geometry=points, crs=WGS84).to_crs(bundle.region.crs)
        self.frame = frame.assign(
            township=[self.codes.index(one["properties"]["township_code"]) for one in self.sites]
        )
        # Coordinates in files are rounded: where candidates stand is taken from the bundle.
        known = bundle.candidates.frame.set_index("id").geometry
        exact = [
            known.get(one["properties"]["id"], place)
            for one, place in zip(self.sites, self.frame.geometry, strict=True)
        ]
        self.frame = self.frame.set_geometry(gpd.GeoSeries(exact, crs=bundle.region.crs))
        lead: dict[int, int] = defaultdict(int)
        for t, people, urban in zip(self.home, self.people, self.urban, strict=True):
            lead[t] += people if urban else -people
        self.cells_of: dict[int, list[int]] = {t: [] for t in range(-1, len(self.codes))}
        for c, t in enumerate(self.home):
            self.cells_of[t].append(c)
            self.cells_of[-1].append(c)
        self.city = {t for t in range(len(self.codes)) if lead[t] > 0}
        self.metres = self._measured({"mode": sheet["mode"], "radius_m": 1000.0})

    def _measured(self, fields: dict[str, Any]) -> list[float]:
        xy = np.column_stack(
            [self.bundle.demand.frame.geometry.x, self.bundle.demand.frame.geometry.y]
        )
        asked = Scenario(**fields)
        return [
            float(one) for one in nearest_to_sites(self.bundle, asked, xy, self.home, self.frame)
        ]

    def differences(self) -> list[str]:
        told = {(c["pack"], c["rule"], c["township"]): c for c in self.sheet["checks"]}
        found = []
        if len(told) != len(self.sheet["checks"]):
            found.append("a line stands twice")
        if self.sheet["data"]["bundle_sha256"] != self.bundle.sha256:
            found.append("the sheet is of other data")
        if sorted(self.sheet["city_townships"]) != sorted(self.codes[t] for t in self.city):
            found.append("city townships differ")
        due = self._due()
        for key in sorted({*told, *due}):
            if key not in due or key not in told:
                lines = ["not on the sheet" if key in due else "not due"]
            else:
                lines = self._line(told[key], due[key])
            found += [f"{'.'.join(key)}: {line}" for line in lines]
        if self.strange:
            found.append("stations of the sheet and of its sites differ")
        counts = dict.fromkeys(STATUS_OF, 0)
        for line in self.sheet["checks"]:
            counts[line["status"]] += bool(line["binding"])
        if counts != self.sheet["counts"]:
            found.append("counts differ")
        return found

    def _due(self) -> dict[tuple[str, str, str], dict[str, Any]]:
        due = {}
        for pack in self.sheet["packs"]:
            for rule in pack["rules"]:
                for t in (-1, *range(len(self.codes))):
                    line = self._of(rule, t)
                    if line is not None:
                        code = "" if t < 0 else self.codes[t]
                        line["status"] = _status(line, pack["near"])
                        due[pack["id"], rule["id"], code] = line
        return due

    def _line(self, told: dict[str, Any], due: dict[str, Any]) -> list[str]:
        found = []
        for field in ("required", "achieved"):
            a, b = told[field], due[field]
            if (a is None) != (b is None) or (
                a is not None and abs(a - b) > 2e-6 + TOLERANCE * (told["unit"] in ("m", "m2"))
            ):
                found.append(f"{field} {a} on the sheet, {b}")
        found += [
            f"{field} {told[field]} on the sheet, {due[field]}"
            for field in ("status", "binding")
            if told[field] != due[field]
        ]
        known = due["achieved"] is not None and due["binding"]
        short = max(0.0, due["required"] - due["achieved"]) if known else None
        if (short is None) != (told["shortfall"] is None) or (
            short is not None
            and abs(short - told["shortfall"]) > 2e-6 + TOLERANCE * (told["unit"] in ("m", "m2"))
        ):
            found.append(f"shortfall {told['shortfall']} on the sheet, {short}")
        for name, value in due["basis"].items():
            if abs(told["basis"][name] - value) > 0.051 * (name == "households_per_site"):
                found.append(f"{name} {told['basis'][name]} on the sheet, {value}")
        if told["cell"]:
            cell = self.row_of[told["cell"]]
            far = max((self.metres[c] for c in due["cells"]), default=math.inf)
            mine = math.inf if told["cell_m"] is None else told["cell_m"]
            if cell not in due["cells"]:
                found.append(f"cell {told['cell']} is none that the rule is for")
            if mine != far and abs(mine - far) > TOLERANCE:
                found.append(f"farthest {mine} m on the sheet, {far}")
            if mine != self.metres[cell] and abs(mine - self.metres[cell]) > TOLERANCE:
                found.append(
                    f"cell {told['cell']} is {self.metres[cell]} m from a site, not {mine}"
                )
            if told["cell_site"]:
                found += self._way(cell, told["cell_site"], mine)
        return found

    def _ways(self) -> dict[tuple[int, str], float]:
        """Metres from each cell that is named to the site that is said to be nearest to it."""
        named = {
            (self.row_of[one["cell"]], one["cell_site"])
            for one in self.sheet["checks"]
            if one["cell"] and one["cell_site"]
        }
        if not named:
            return {}
        row = {one["properties"]["id"]: n for n, one in enumerate(self.sites)}
        used = sorted({row[site] for _, site in named})
        claimed = np.full(len(self.ids), -1, np.int64)
        for cell, site in sorted(named):
            claimed[cell] = used.index(row[site])
        told = [one["cell_m"] for one in self.sheet["checks"] if one["cell_site"]]
        far = min(30_000.0, max(float(one or 0.0) for one in told) + 1.0)
        asked = Scenario(mode=self.sheet["mode"], radius_m=far)
        found = measure(self.bundle, asked, self.frame.iloc[used], claimed).claimed
        return {
            (cell, site): float(found[cell])
            for cell, site in named
            if used[int(claimed[cell])] == row[site]
        }

    def _way(self, cell: int, site: str, metres: float) -> list[str]:
        if not hasattr(self, "_told_ways"):
            self._told_ways = self._ways()
        far = self._told_ways.get((cell, site))
        if far is None:  # of two sites that are said to be nearest to a cell one is not
            return [f"cell {self.ids[cell]} is said to be nearest to several sites"]
        if abs(far - metres) > TOLERANCE:
            return [f"site {site} is {far} m from cell {self.ids[cell]}, not {metres}"]
        return []

    def _of(self, rule: dict[str, Any], t: int) -> dict[str, Any] | None:
        """What one rule comes to in one township (-1: the region); None where it is not for it."""
        numbers, kind, scope = rule["parameters"], rule["kind"], rule["scope"]
        share_of_all = kind == "share-within-radius" and scope == "urban"
        if rule["tier"] != "point" and self.sheet["stations"] is None:
            return None if t >= 0 else self._unplanned(rule)
        of_region = kind in ("count-in-region", "count-per-county", "count-per-estate")
        if (t < 0) != of_region and not share_of_all:
            return None
        listed = rule["townships"]
        if listed and not {self.codes[t], self.names[t]} & {*listed}:
            return None
        one_class = not share_of_all and scope in ("urban", "township")
        if one_class and (t in self.city) != (scope == "urban"):
            return None
        cells = self.cells_of[t]
        if kind == "share-within-radius":
            cells = [c for c in cells if self.urban[c] or scope != "urban"]
            people = sum(self.people[c] for c in cells)
            near = sum(
                self.people[c] for c in cells if self.metres[c] <= numbers["radius_m"] + 1e-9
            )
            if not people:
                return None
            basis = {"people": people, "people_within": near}
            return _made(numbers["share"], near / people, basis, cells, not share_of_all or t < 0)
        wanted, tier = rule["kinds"], rule["tier"]
        of_tier = self.sites if tier == "point" else self.others
        mine = [
            one["properties"]
            for one in of_tier
            if (t < 0 or one["properties"]["township_code"] == self.codes[t])
            and one["properties"]["tier"] == tier
            and (not wanted or one["properties"]["kind"] in wanted)
        ]
        if tier != "point":
            cells = []
        areas = [one["floor_m2"] for one in mine]
        homes = sum(self.homes[c] for c in self.cells_of[t])
        done: int | None = len(mine)
        match kind:
            case "count-per-township" | "count-in-region":
                done = None if scope == "village" else done
                return _made(numbers["sites"], done, {"sites": len(mine)}, cells)
            case "count-per-households":
                asked = -(-homes // int(numbers["households"]))
                return _made(asked, done, {"sites": len(mine), "households": homes}, cells)
            case "count-per-people":
                people = sum(self.people[c] for c in self.cells_of[t])
                asked = -(-people // int(numbers["people"]))
                return _made(asked, done, {"sites": len(mine), "people": people}, cells)
            case "count-per-either":
                people = sum(self.people[c] for c in self.cells_of[t])
                asked = -(-homes // int(numbers["households"]))
                asked = min(asked, -(-people // int(numbers["people"])))
                basis = {"sites": len(mine), "people": people, "households": homes}
                return _made(asked, done, basis, cells)
            case "count-per-county":
                return self._counties(int(numbers["sites"]), mine)
            case "count-per-estate":
                return _made(numbers["sites"], None, {}, [])
            case "floor-area-min" if mine:
                known = [one for one in areas if one is not None]
                low = min(known, default=math.inf)
                told = low if len(known) == len(areas) or low < numbers["area_m2"] else None
                return _made(numbers["area_m2"], told, {"sites": len(mine)}, [])
            case "visits-per-week":
                left = [c for c in cells if self._unserved()[c]]
                people = sum(self.people[c] for c in left)
                rate = round(numbers["visits"] * 7 / numbers["days"], 6) if people else 0.0
                basis = {"people_unserved": people}
                return _made(rate, self._called(t, people, rate, scope), basis, left)
            case "site-distance" if (
                mine and sum(one["properties"]["tier"] == tier for one in of_tier) > 1
            ):
                return _made(numbers["least_m"], self._spacing(t, wanted, tier), {}, [])
            case "area-per-households" if mine and tier == "point":
                return self._area(t, numbers, wanted)
            case "area-per-households" if mine:
                least = numbers["least_m2"]
                short = [least if one is None else min(one, least) for one in areas]
                unknown = any(one is None for one in areas)
                return _made(least * len(mine), None if unknown else sum(short), {}, [])
        field = {"floor-area-min": "area_m2", "site-distance": "least_m"}.get(kind)
        nothing = _made(numbers[field] if field else 0.0, None, {}, [])
        return {**nothing, "none": True}

    def _unplanned(self, rule: dict[str, Any]) -> dict[str, Any]:
        """What is asked of a tier of which nothing is known."""
        numbers = rule["parameters"]
        for name in ("area_m2", "least_m"):
            if name in numbers and "households" not in numbers:
                return _made(numbers[name], None, {}, [])
        if "least_m2" in numbers:
            return _made(numbers["least_m2"], None, {}, [])
        # Its numbers are added up from what the townships are asked for.
        known = self.sheet["stations"]
        self.sheet["stations"] = []
        lines = [self._of(rule, t) for t in range(-1, len(self.codes))]
        self.sheet["stations"] = known
        return _made(sum(one["required"] for one in lines if one is not None), None, {}, [])

    def _counties(self, each: int, sites: list[dict[str, Any]]) -> dict[str, Any]:
        frame = self.bundle.region.townships
        names = [*zip(frame["county"], frame["county_code"], strict=True)]
        have = dict.fromkeys(names, 0)
        for one in sites:
            have[names[self.codes.index(one["township_code"])]] += 1
        enough = sum(min(number, each) for number in have.values())
        basis = {
            "sites": len(sites),
            "counties": len(have),
            "counties_short": sum(number < each for number in have.values()),
        }
        return _made(each * len(have), enough, basis, [])

    def _called(self, t: int, people: int, rate: float, scope: str) -> float | None:
        """How often in a week a vehicle comes to those whom no point serves, at least."""
        if not people:
            return 0.0
        if self.sheet["visits"] is None:
            return None
        rows = [one for one in self.sheet["visits"] if one["township"] == self.codes[t]]
        if sum(one["people"] for one in rows if one["way"]) < people:
            return 0.0
        mobile = [
            one["visits_in_4_weeks"] / WEEKS
            for one in rows
            if one["way"] == "mobile" and (scope != "urban" or one["estate"])
        ]
        return min(mobile, default=rate)

    def _unserved(self) -> list[bool]:
        if not hasattr(self, "_left"):
            asked = self.sheet["scenario"]
            fields = {key: asked[key] for key in ("mode", "radius_m", "minutes", "speed_walk_m_s")}
            far = self._measured(fields)
            limit = asked["radius_m"] if asked["minutes"] is None else asked["minutes"] * 60
            self._left = [one > limit + 1e-9 for one in far]
        return self._left

    def _spacing(self, t: int, wanted: list[str], tier: str) -> float:
        of_tier = [one for one in self.others if one["properties"]["tier"] == tier]
        if tier == "point":
            of_tier, places = self.sites, self.frame.geometry
        else:
            at = [one["geometry"]["coordinates"] for one in of_tier]
            places = gpd.GeoSeries.from_xy(*zip(*at, strict=True), crs=WGS84).to_crs(
                self.bundle.region.crs
            )
        xy = [(p.x, p.y) for p in places]
        best = math.inf
        for a, one in enumerate(of_tier):
            told = one["properties"]
            if told["township_code"] == self.codes[t] and (not wanted or told["kind"] in wanted):
                best = min(best, *(math.dist(xy[a], xy[b]) for b in range(len(xy)) if b != a))
        return best

    def _area(self, t: int, numbers: dict[str, float], wanted: list[str]) -> dict[str, Any]:
        served = self._served()
        total, done, unknown = 0.0, 0.0, False
        for row, one in enumerate(self.sites):
            told = one["properties"]
            if told["township_code"] == self.codes[t] and (not wanted or told["kind"] in wanted):
                due = max(
                    numbers["least_m2"], numbers["area_m2"] * served[row] / numbers["households"]
                )
                total += due
                unknown |= told["floor_m2"] is None
                done += min(due, told["floor_m2"] or 0.0)
        return _made(total, None if unknown else done, {}, [])

    def _served(self) -> list[int]:
        """Households that each site serves: a search from every site by itself."""
        if not hasattr(self, "_homes_of"):
            left = np.array(self._unserved())
            near = self.bundle.demand.frame[~left]
            xy = np.column_stack([near.geometry.x, near.geometry.y])
            home = near["township"].tolist()
            asked = self.sheet["scenario"]
            fields = {k: asked[k] for k in ("mode", "radius_m", "minutes", "speed_walk_m_s")}
            best, owner = np.full(len(near), np.inf), np.zeros(len(near), int)
            for row in range(len(self.sites)):
                site = self.frame.iloc[[row]]
                # Equal ways are equal to the hundredth: the first of the sites takes the cell.
                far = np.round(nearest_to_sites(self.bundle, Scenario(**fields), xy, home, site), 2)
                owner[far < best] = row
                best = np.minimum(best, far)
            self._homes_of = [0] * len(self.sites)
            for row, homes in zip(owner.tolist(), near["households"].tolist(), strict=True):
                self._homes_of[row] += int(homes)
        return self._homes_of


def _made(
    required: float,
    achieved: float | None,
    basis: Mapping[str, float],
    cells: list[int],
    binding: bool = True,
) -> dict[str, Any]:
    return {
        "required": required,
        "achieved": achieved,
        "basis": basis,
        "cells": set(cells),
        "binding": binding,
    }


def _status(line: dict[str, Any], near: float) -> str:
    if not line["binding"]:
        return "info"
    if line["achieved"] is None:
        return "none" if line.get("none") else "unknown"
    if line["achieved"] >= line["required"]:
        return "pass"
    return "near" if line["achieved"] >= near * line["required"] else "fail"
