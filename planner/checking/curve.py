"""A second opinion on a trade-off curve: every point's plan measured and counted again.

As for plans, nothing is shared with what made the curve but the bundle; the bounds are held
against each other and against the values, they are not proven again.
"""

from __future__ import annotations

import numpy as np

from geo.bundle import Bundle
from planner.checking.check import Report
from planner.checking.distances import measure
from planner.checking.ledger import Ledger
from planner.checking.material import due_sites, weighed
from planner.curves.points import CurvePoint, PlanCurve
from planner.edited import edited
from planner.scenario import Scenario

__all__ = ["check_curve"]


def check_curve(curve: PlanCurve, bundle: Bundle, scenario: Scenario) -> Report:
    """Compute every claim of a curve again.

    Parameters
    ----------
    curve
        As :func:`planner.curves.curves.people_curve_of` or ``radius_curve_of`` made
        it.
    bundle, scenario
        What it was made of.
    """
    ledger, whole = Ledger(), edited(bundle, scenario.edits)
    lines = [one for one in (curve.township_minimum, curve.urban_target) if one is not None]
    others = [] if curve.current is None else [curve.current]
    for point in (*curve.points, *others, *(line.plan for line in lines)):
        _point(point, whole, scenario, ledger)
    for key in ("value", "bound"):
        told = [getattr(point, key) for point in curve.points]
        ledger.same(f"{key} along the curve", told, sorted(told))
    for line in lines:
        at = f"line {line.policy}"
        ledger.holds(f"{at}: bound {line.bound} is above {line.sites}", line.bound <= line.sites)
        ledger.same(f"{at}: sites of its plan", line.plan.opened, line.sites)
        gap = (line.sites - line.bound) / max(1, line.sites)
        ledger.close(f"{at}: gap", line.gap, gap, share=1e-6, least=1e-9)
        ledger.same(f"{at}: status", line.status == "proven", gap <= scenario.gap + 1e-9)
    return Report(checked=ledger.checked, differences=tuple(ledger.differences))


def _point(point: CurvePoint, bundle: Bundle, scenario: Scenario, ledger: Ledger) -> None:
    at = f"{point.sites} sites within {point.limit:g}"
    asked = point.plan_at(scenario)
    sites = bundle.candidates.frame.iloc[list(point.rows)]
    people = bundle.demand.frame["people"].to_numpy(np.int64)
    measured = measure(bundle, asked, sites, np.full(len(people), -1, np.int64))
    covered, weight = measured.covered, weighed(bundle, asked)
    urban = bundle.demand.frame["urban"].to_numpy(bool)
    home = bundle.demand.frame["township"].to_numpy()
    ledger.same(f"{at}: opened", point.opened, len(sites))
    ledger.holds(f"{at}: {len(sites)} are open", len(sites) <= point.sites)
    ledger.same(f"{at}: people", point.people, int(people[covered].sum()))
    ledger.close(f"{at}: value", point.value, float(weight[covered].sum()), share=1e-9, least=1e-6)
    for key, told, mine, of in (
        ("share", point.share, covered, people),
        ("urban_share", point.urban_share, covered & urban, np.where(urban, weight, 0)),
    ):
        total = float(of.sum())
        share = round(float(of[mine].sum()) / total, 6) if total else None
        ledger.same(f"{at}: {key}", told, share)
    due, failing = due_sites(bundle, asked), 0
    for township in range(len(bundle.region.townships)):
        own = home == township
        short = int((sites["township"] == township).sum()) < due[township]
        if asked.township_target is not None and own.any():
            part, all_ = (round(1000 * float(weight[mask].sum())) for mask in (own & covered, own))
            short |= part < asked.township_target * all_
        failing += short
    ledger.same(f"{at}: townships_failing", point.townships_failing, failing)
    if point.bound is not None:
        slack = 1e-9 * max(1.0, point.bound)
        ledger.holds(f"{at}: bound below the value", point.bound >= point.value - slack)
        gap = (point.bound - point.value) / max(1e-10, point.value)
        ledger.close(f"{at}: gap", point.gap, gap, share=1e-6, least=1e-9)
        if gap <= scenario.gap:
            ledger.same(f"{at}: status", point.status, "proven")
