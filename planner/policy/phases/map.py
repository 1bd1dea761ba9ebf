"""Openings on the map: each year's sites in a colour of its own."""

from __future__ import annotations

from planner.maps.overlay import Kind, Mark, Overlay
from planner.policy.naming import place_name
from planner.policy.phases.phases import PhasesResult
from planner.policy.phases.words import PHASES_WORDS
from planner.wording.language import Language

__all__ = ["phases_overlay"]

#: From dark to light, told apart in grey and by the colour-blind (viridis, ten steps).
_YEARS = (
    *("#440154", "#482878", "#3e4989", "#31688e", "#26828e"),
    *("#1f9e89", "#35b779", "#6ece58", "#b5de2b", "#fde725"),
)
_SITE_PX = 17


def phases_overlay(result: PhasesResult, number: int, lang: Language) -> Overlay:
    """Sites open by the end of a year, by the year they open in.

    Parameters
    ----------
    number
        Of the year within the question's years.
    """

    def say(key: str, **values: object) -> str:
        return PHASES_WORDS.say(key, lang, **values)

    years = result.spec.years[: number + 1]
    steps = [round(n * (len(_YEARS) - 1) / max(1, len(years) - 1)) for n in range(len(years))]
    kinds = [
        Kind(label=say("standing"), colour="#1d2a33", shape="square"),
        *(
            Kind(label=str(year), colour=_YEARS[step], shape="circle")
            for year, step in zip(years, steps, strict=True)
        ),
    ]
    marks = []
    for row in result.sites.drop(columns="geometry").to_dict("records"):
        standing = row["state"] == "standing"
        if not standing and row["year"] not in years:
            continue
        when = say("standing") if standing else str(row["year"])
        marks.append(
            Mark(
                kind=0 if standing else 1 + years.index(row["year"]),
                lon=row["lon"],
                lat=row["lat"],
                size_px=_SITE_PX,
                says=(place_name(row, lang), str(row["township"]), when),
            )
        )
    region = result.plan.bundle.region.name
    title = say("map-title", region=region, year=years[-1])
    return Overlay(title=title, kinds=tuple(kinds), marks=tuple(marks))
