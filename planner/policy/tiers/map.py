"""Three tiers on the map: stations, centres, the plan's points, and the tonnes between them."""

from __future__ import annotations

import math

from planner.maps.overlay import Kind, Line, Mark, Overlay, Shape, places_of
from planner.plan import Plan
from planner.policy.tiers.naming import capital
from planner.policy.tiers.tiers import TiersResult
from planner.policy.tiers.words import TIERS_WORDS
from planner.wording.language import Language

__all__ = ["tiers_overlay"]

_LEGS = {"collect": "#0b7285", "onward": "#c2410c", "direct": "#6d3aa8"}
_TIERS: dict[str, tuple[str, Shape, int]] = {
    "station": ("#1d5fc4", "square", 18),
    "centre": ("#a3195b", "diamond", 24),
}
_POINT_PX, _WIDEST_PX, _THINNEST_PX = 9, 11.0, 1.2


def tiers_overlay(plan: Plan, result: TiersResult, lang: Language) -> Overlay:
    """Lines as broad as the root of their tonnes, so that the small ones can be seen too."""

    def say(key: str, **values: object) -> str:
        return TIERS_WORDS.say(key, lang, **values)

    links, sites, points = result.links, result.sites, plan.sites
    legs = [leg for leg in _LEGS if (links["leg"] == leg).any()]
    kinds = [
        *(Kind(label=capital(say(leg)), colour=_LEGS[leg], shape="line") for leg in legs),
        *(
            Kind(label=capital(say(tier)), colour=c, shape=shape)
            for tier, (c, shape, _) in _TIERS.items()
        ),
        Kind(label=capital(say("drop-off")), colour="#52616b", shape="circle"),
    ]
    names = {
        str(one): str(name or one)
        for frame in (points, sites)
        for one, name in zip(frame["id"], frame["name"], strict=True)
    }
    ordered = links.sort_values("tonnes_year", ascending=False, kind="stable")
    most = max([*ordered["tonnes_year"].tolist(), 1e-9])
    lines = [
        Line(
            kind=legs.index(leg),
            places=places_of(shape),
            width_px=max(_THINNEST_PX, _WIDEST_PX * math.sqrt(tonnes / most)),
            says=(
                f"{names[begin]} → {names[end]}",
                say("flow-says", tonnes=f"{tonnes:,.1f}", km=f"{km:,.1f}"),
            ),
        )
        for begin, end, leg, tonnes, km, shape in zip(
            *(ordered[key] for key in ("from", "to", "leg", "tonnes_year", "km")),
            ordered.geometry,
            strict=True,
        )
    ]
    marks = [
        Mark(kind=len(kinds) - 1, lon=at.x, lat=at.y, size_px=_POINT_PX, says=(names[str(one)],))
        for one, at in zip(points["id"], points.geometry, strict=True)
    ]
    marks += [
        Mark(
            kind=len(legs) + [*_TIERS].index(site["tier"]),
            lon=site["lon"],
            lat=site["lat"],
            size_px=_TIERS[site["tier"]][2],
            says=(
                names[site["id"]],
                site["township"],
                say(
                    "load-says",
                    load=f"{site['load_t_year']:,.0f}",
                    capacity=f"{site['capacity_t_year']:,.0f}",
                ),
            ),
        )
        for site in sites.drop(columns="geometry").to_dict("records")
    ]
    return Overlay(
        title=say("sheet-links"), kinds=tuple(kinds), marks=tuple(marks), lines=tuple(lines)
    )
