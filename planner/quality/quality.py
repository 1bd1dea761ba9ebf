"""How good a region's data are, on one sheet: what, where, how much, how bad, what to do about it.

Everything that an import noticed stands on it once, beside a row for each township's map.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Literal

import numpy as np
import shapely

from geo.bundle import Bundle
from geo.completeness import FLOOR_PER_PERSON_M2, GRADES
from geo.crs import WGS84
from geo.degrees import township_bounds
from geo.findings import Finding
from planner.quality.words import QUALITY
from planner.wording.language import Language
from planner.wording.sources import boundaries_said
from planner.wording.words import say_finding

__all__ = ["Grade", "QualityRow", "QualitySheet", "edit_link", "quality_sheet"]

Grade = Literal["good", "doubtful", "poor"]

#: A year is what a town may change little in; five are those of ``geo.completeness``.
YOUNG_YEARS, OLD_YEARS = 1.0, 5.0

#: Topic by the start of a finding's kind, the first that fits.
TOPICS = (
    *(("extract-", "map"), ("map-age", "age"), ("live-", "age"), ("map-", "map")),
    *(("admin-", "boundaries"), ("boundary-", "boundaries"), ("recipe-", "boundaries")),
    *(("county-", "boundaries"), ("crs-", "boundaries"), ("coordinates-", "boundaries")),
    *(("names-", "people"), ("population-", "people"), ("demand-far", "roads")),
    *(("demand-shut", "sites"), ("demand-", "people"), ("spread-", "people")),
    *(("household", "people"), ("growth-", "people"), ("raster-", "people")),
    *(("urban-", "urban"), ("no-urban-area", "urban"), ("network-", "roads")),
    *(("township-without-roads", "roads"), ("people-cut-off", "roads"), ("bundle-older", "age")),
    *(("candidates-", "sites"), ("existing-", "sites"), ("exclusions", "sites")),
    *(("protected-", "sites"), ("townships-without", "sites"), ("suitability-", "sites")),
)
POOR = frozenset(
    {
        *("extract-no-roads", "boundary-approximate", "admin-covers-little"),
        *("township-without-roads", "townships-without-candidate", "demand-method-area"),
        *("demand-townships-empty", "no-urban-area", "recipe-townships-missing"),
    }
)
DOUBTFUL = frozenset(
    {
        *("extract-no-relations", "extract-cut-roads", "extract-areas-dropped"),
        *("admin-incomplete", "admin-beyond-roads", "boundary-overlap", "boundary-gap"),
        *("boundary-mended", "boundary-no-territory", "boundary-code-missing", "boundary-datum"),
        *("boundary-unnamed", "coordinates-doubtful", "coordinates-kept", "names-guessed"),
        *("county-guessed", "population-rows-skipped", "population-code-and-name-differ"),
        *("population-total-wider", "population-sum-differs", "demand-estimated"),
        *("population-township-without-figure", "demand-method-roads", "demand-method-landuse"),
        *("urban-density", "urban-densest", "demand-far-from-road", "demand-shut-in"),
        *("people-cut-off", "spread-single", "households-assumed", "live-kept-answers"),
        *("existing-in-exclusion", "candidates-none-in-osm", "bundle-older"),
        *("recipe-townships-count", "recipe-urban-missing", "recipe-outline-missing"),
    }
)
#: What mapping can mend.
_IN_OSM = ("map", "roads")


@dataclass(frozen=True, kw_only=True, slots=True)
class QualityRow:
    """One line of the sheet, in one language.

    Parameters
    ----------
    key
        Kind of the finding, or ``"township"``, ``"outlines"``, ``"dated"`` …
    topic, where, figure, remedy
        Sentences.
    code
        Of the township, empty for the region.
    grade
        ``"good"``, ``"doubtful"`` or ``"poor"``.
    link
        Where to edit OSM, empty where that would mend nothing.
    """

    key: str
    topic: str
    where: str
    code: str
    figure: str
    grade: Grade
    remedy: str
    link: str


@dataclass(frozen=True, kw_only=True, slots=True)
class QualitySheet:
    """The sheet: its heading, limits, and rows, the worst first."""

    region: str
    title: str
    sums: str
    limits: str
    licence: str
    rows: tuple[QualityRow, ...]


def edit_link(longitude: float, latitude: float, zoom: int = 16) -> str:
    """Address of OpenStreetMap's editor at a place."""
    return f"https://www.openstreetmap.org/edit#map={zoom}/{latitude:.5f}/{longitude:.5f}"


def quality_sheet(
    bundle: Bundle, language: Language, *, today: date | None = None, in_app: bool = False
) -> QualitySheet:
    """Gather what is known of the quality of a region's data.

    Parameters
    ----------
    today
        Held against the date of the data; without it their age is not graded.
    in_app
        Remedies name what the app has instead of a command's options.
    """
    return _Sheet(bundle, language, in_app).sheet(today)


class _Sheet:
    def __init__(self, bundle: Bundle, language: Language, in_app: bool) -> None:
        self.bundle, self.language, self.in_app = bundle, language, in_app
        townships = bundle.region.townships
        self.codes = [str(code) for code in townships["code"]]
        self.names = dict(zip(self.codes, map(str, townships["name"]), strict=True))
        self.links = _links(bundle)

    def say(self, key: str, **values: object) -> str:
        return QUALITY.say(key, self.language, **values)

    def sheet(self, today: date | None) -> QualitySheet:
        rows = [self._dated(today), self._outlines(), *self._map()]
        rows += [
            self._finding(finding)
            for finding in self.bundle.findings
            if finding.kind not in ("map-poor", "map-doubtful")  # each township has its row
        ]
        rows.sort(key=lambda row: -GRADES.index(row.grade))
        count = {grade: sum(row.grade == grade for row in rows) for grade in GRADES}
        return QualitySheet(
            region=self.bundle.region.name,
            title=self.say("title", region=self.bundle.region.name),
            sums=self.say("sums", **count),
            limits=self.say("limits"),
            licence=self.bundle.source.licence,
            rows=tuple(rows),
        )

    def _row(self, key: str, topic: str, grade: str, figure: str, code: str = "") -> QualityRow:
        link = self.links.get(code, "") if topic in _IN_OSM and grade != "good" else ""
        return QualityRow(
            key=key,
            topic=self.say(f"topic-{topic}"),
            where=self.names.get(code, self.say("region")),
            code=code,
            figure=figure,
            grade=GRADES[GRADES.index(grade)],  # type: ignore[arg-type]
            remedy=self._remedy("nothing" if grade == "good" else topic),
            link=link,
        )

    def _remedy(self, topic: str) -> str:
        app = f"do-{topic}-app"
        return self.say(app if self.in_app and app in QUALITY.table else f"do-{topic}")

    def _dated(self, today: date | None) -> QualityRow:
        stamp = self.bundle.source.osm_timestamp[:10]
        try:
            made = date.fromisoformat(stamp)
        except ValueError:
            return self._row("dated", "age", "doubtful", self.say("undated"))
        if today is None:
            return self._row("dated", "age", "good", self.say("dated", date=stamp))
        years = max(0.0, (today - made).days / 365.25)
        grade = GRADES[(years >= YOUNG_YEARS) + (years >= OLD_YEARS)]
        text = self.say("dated-ago", date=stamp, years=f"{math.floor(years * 10) / 10:g}")
        return self._row("dated", "age", grade, text)

    def _outlines(self) -> QualityRow:
        region = self.bundle.region
        frame = region.townships
        overlap, gap = frame["overlap_m2"].to_numpy(float), frame["gap_m2"].to_numpy(float)
        mended = int(frame["mended"].sum())
        told = (overlap >= 1000.0, gap >= 1000.0)
        grade = "poor" if region.approximate else "good"
        if grade == "good" and (mended or told[0].any() or told[1].any()):
            grade = "doubtful"
        text = self.say(
            "outlines",
            source=boundaries_said(region.source, self.language),
            overlaps=int(told[0].sum()),
            overlap_km2=f"{overlap.sum() / 1e6:.3f}",
            gaps=int(told[1].sum()),
            gap_km2=f"{gap.sum() / 1e6:.3f}",
            mended=mended,
        )
        return self._row("outlines", "boundaries", grade, text)

    def _map(self) -> list[QualityRow]:
        table = self.bundle.completeness
        if table is None:
            return [
                replace(
                    self._row("no-map", "map", "doubtful", self.say("no-map")),
                    link="",
                    remedy=self._remedy("extract"),
                )
            ]
        return [self._township(row) for row in table.to_dict("records")]

    def _township(self, row: dict[Any, Any]) -> QualityRow:
        people = row["people"]
        text = self.say(
            "township",
            road_km=f"{row['road_km']:,.1f}",
            road_m=f"{1e3 * row['road_km'] / people:.1f}" if people else "–",
            road_ratio=_times(row["road_ratio"]),
            road_fit=_times(row["road_fit"]),
            roads=self.say(row["roads"]),
            floor=_number(row["floor_ratio"] * FLOOR_PER_PERSON_M2),
            floor_ratio=_times(row["floor_ratio"]),
            buildings=f"{row['buildings']:,}",
            homes=self.say(row["homes"]),
        )
        if row["cut_off"]:
            text += self.say("township-cut-off", people=f"{row['cut_off']:,}")
        if row["road_old_share"] >= 0.005:
            text += self.say("township-old", share=f"{row['road_old_share']:.0%}")
        return self._row("township", "map", row["grade"], text, str(row["code"]))

    def _finding(self, finding: Finding) -> QualityRow:
        kind = finding.kind
        topic = next((topic for start, topic in TOPICS if kind.startswith(start)), "other")
        grade = "poor" if kind in POOR else "doubtful" if kind in DOUBTFUL else "good"
        if kind == "map-age":
            share = float(finding.values["old_share"])
            grade = GRADES[(share >= 0.25) + (share >= 0.5)]
        code = finding.where if finding.where in self.names else ""
        return self._row(kind, topic, grade, say_finding(finding, self.language), code)


def _times(ratio: float) -> str:
    return "–" if math.isnan(ratio) else f"{ratio:.0%}"


def _number(value: float) -> str:
    return "–" if math.isnan(value) else f"{value:.1f}"


def _links(bundle: Bundle) -> dict[str, str]:
    """Editor at the cell of each township with the most people; of the region for ""."""
    frame, region = bundle.demand.frame, bundle.region
    points = shapely.point_on_surface(region.townships.geometry.to_numpy())
    order = np.argsort(frame["people"].to_numpy(), kind="stable")
    home = frame["township"].to_numpy()[order]
    points[home] = frame.geometry.to_numpy()[order]  # of several the last stands
    at = region.townships.geometry.set_axis(range(len(points))).copy()
    at[:] = points
    places = at.set_crs(region.crs, allow_override=True).to_crs(WGS84)
    codes = region.townships["code"].astype(str)
    links = {c: edit_link(p.x, p.y) for c, p in zip(codes, places, strict=True)}
    west, south, east, north = township_bounds(region)
    return {**links, "": edit_link((west + east) / 2, (south + north) / 2, 11)}
