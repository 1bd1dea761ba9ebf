"""The cheapest repair: the fewest further sites with which a plan keeps all rules at once."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any, cast

from geo.findings import Finding
from geo.progress import Progress
from geo.travel import TravelMatrix
from planner.edited import unedited
from planner.edits import MAX_EDITS
from planner.errors import PlanError
from planner.plan import Plan, make_plan
from planner.policy.compliance.ways import mode_of
from planner.policy.rules.ruled import ruled
from planner.policy.rules.rules import RulePack
from planner.repairs.townships import repairs_of_refusal
from planner.repairs.trial import fitting
from planner.scenario import MAX_RADIUS_M, Mode, Scenario

__all__ = ["NO_FIX", "Fix", "FixSite", "cheapest_fix"]


@dataclass(frozen=True, kw_only=True, slots=True)
class FixSite:
    """A site to be opened; WGS84 degrees."""

    id: str
    kind: str
    name: str
    township: str
    lon: float
    lat: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Fix:
    """What would repair a plan.

    Parameters
    ----------
    sites
        To be opened besides those that are.
    status
        ``"proven"`` or ``"feasible"``: whether fewer were proven impossible to the plan's gap;
        ``"partly"`` where no choice of candidates reaches the shares, and the sites are those that
        the counts need; ``"refused"`` where there is none either; empty where nothing was looked
        for.
    bound
        Fewest further sites that may do.
    zh, en
        Why it was refused, and what would help.
    findings
        Which rules the repair is not asked for.
    """

    sites: tuple[FixSite, ...] = ()
    status: str = ""
    bound: float | None = None
    zh: str = ""
    en: str = ""
    findings: tuple[Finding, ...] = ()

    def record(self) -> dict[str, Any]:
        """Plain form for JSON."""
        told = dataclasses.asdict(self)
        return {
            **told,
            "sites": list(told["sites"]),
            "findings": [finding.record() for finding in self.findings],
        }


NO_FIX = Fix()


def cheapest_fix(
    plan: Plan, packs: tuple[RulePack, ...], travel: TravelMatrix | None, progress: Progress
) -> tuple[Fix, Plan | None]:
    """Ask the optimiser: what is open stays, and the rules are what is asked for.

    Returns
    -------
    fix, after
        And the plan with it; ``None`` where there is none.
    """
    under = ruled(_bare(plan, packs), packs, plan.bundle)
    told = tuple(one for one in under.findings if one.kind.startswith("rule"))
    opened = plan.sites["id"].tolist()
    edits = plan.scenario.edits
    if len({*edits.forced, *opened}) > MAX_EDITS:
        zh = f"已启用点位超过 {MAX_EDITS} 处，未求解补救方案"
        en = f"More than {MAX_EDITS} sites are open: no repair was looked for"
        return Fix(status="refused", zh=zh, en=en, findings=told), None
    forced = dataclasses.replace(edits, forced=(*edits.forced, *opened))
    scenario = dataclasses.replace(
        under.scenario, edits=forced, max_sites=None, objective="sites", keep_existing=False
    )
    bundle = unedited(plan.bundle)
    # Ways of another mode are of no use, even where they reach as far.
    known = fitting(travel if scenario.mode == plan.scenario.mode else None, bundle, scenario)
    why = {"zh": "", "en": ""}
    try:
        after = make_plan(bundle, scenario, travel=known, progress=progress)
    except PlanError as error:
        ways = repairs_of_refusal(bundle, scenario, known, progress=progress)[:2]
        why = {
            "zh": "。".join([error.zh, *(one.zh for one in ways)]),
            "en": ". ".join([str(error), *(one.en for one in ways)]),
        }
        # One share that cannot be had must not keep townships from their number of sites.
        counts = dataclasses.replace(scenario, urban_target=None, township_target=None)
        try:
            after = make_plan(bundle, counts, travel=known, progress=progress)
        except PlanError:
            refused = Fix(status="refused", zh=why["zh"], en=why["en"], findings=told)
            return refused, None
    held = set(opened)
    rows = after.sites[~after.sites["id"].isin(held)]
    sites = tuple(
        FixSite(
            id=str(row.id),
            kind=str(row.kind),
            name=str(row.name_),
            township=str(row.township_code),
            lon=round(row.geometry.x, 6),
            lat=round(row.geometry.y, 6),
        )
        for row in rows.rename(columns={"name": "name_"}).itertuples()
    )
    fix = Fix(
        sites=sites,
        status="partly" if why["en"] else str(after.record["status"]),
        bound=max(0.0, float(after.record["objective"]["bound"]) - len(opened)),
        zh=why["zh"],
        en=why["en"],
        findings=told,
    )
    return fix, after


def _bare(plan: Plan, packs: tuple[RulePack, ...]) -> Scenario:
    """The plan's question without what it asks itself: repairs are of the rules as written.

    What the planner asks beyond them is kept by the sites that are open already.
    """
    bare = dataclasses.replace(
        plan.scenario,
        min_per_township=0,
        urban_target=None,
        township_target=None,
        households_per_site=None,
        households_per_site_urban=None,
        min_by_township=(),
        max_sites=None,
        weight="people",
    )
    if not any(rule.kind == "share-within-radius" for pack in packs for rule in pack.rules):
        return bare
    return dataclasses.replace(
        bare,
        mode=cast(Mode, mode_of(plan.bundle, plan.scenario)),
        radius_m=MAX_RADIUS_M,
        minutes=None,
        speed_walk_m_s=Scenario().speed_walk_m_s,
    )
