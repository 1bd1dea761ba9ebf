"""Openings on the map: each year's sites in a colour of its own."""

from __future__ import annotations

from planner.maps.overlay import Kind, Mark, Overlay
from planner.policy.naming import place_name
from planner.policy.phases.phases import PhasesResult
from planner.policy.phases.words import PHASES_WORDS
from planner.wording.language import Language

__all__ = ["phases_overlay"]

#: From dark to light, told apart in grey and by the colour-blind: viridis, its ends softened so
#: that neither is lost on a light map or on a dark one.
_YEARS = (
    *("#7b5d97", "#7369a1", "#6676a4", "#5882a3", "#4a8fa0"),
    *("#3d9c9b", "#34aa92", "#3eb983", "#5bc86b", "#86d549"),
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
    rows = result.sites.drop(columns="geometry").to_dict("records")
    kinds = [
        Kind(label=str(year), colour=_YEARS[step], shape="circle")
        for year, step in zip(years, steps, strict=True)
    ]
    if any(row["state"] == "standing" for row in rows):
        kinds.append(Kind(label=say("standing"), colour="#6b7a86", shape="square"))
    marks = []
    for row in rows:
        standing = row["state"] == "standing"
        if not standing and row["year"] not in years:
            continue
        when = say("standing") if standing else str(row["year"])
        marks.append(
            Mark(
                kind=len(years) if standing else years.index(row["year"]),
                lon=row["lon"],
                lat=row["lat"],
                size_px=_SITE_PX,
                says=(place_name(row, lang), str(row["township"]), when),
            )
        )
    title = say("map-by", year=years[-1])
    return Overlay(title=title, kinds=tuple(kinds), marks=tuple(marks))
