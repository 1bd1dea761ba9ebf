"""What a handover pack says of itself: sources, dates, coordinates, licence, proof, files."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from planner.handover.crs import Systems
from planner.handover.layers import Layer
from planner.handover.words import HANDOVER
from planner.headline import headline
from planner.maps.page import credit_lines
from planner.outputs import scenario_file
from planner.plan import Plan
from planner.wording.language import LANGUAGES, Language
from planner.wording.words import WORDS, by_weight, say_finding

__all__ = ["FORMAT", "VERSION", "credit", "made_of", "metadata_json", "readme", "scenario_sha256"]

FORMAT, VERSION = "recyclenet-handover", 1
_NO_DATE = date(1980, 1, 1)


def made_of(plan: Plan) -> date:
    """Date that files carry: of the data, as today's would make the same plan other bytes."""
    try:
        return date.fromisoformat(plan.bundle.source.osm_timestamp[:10])
    except ValueError:
        return _NO_DATE


def scenario_sha256(plan: Plan) -> str:
    """Hash of the whole question: of ``plan/scenario.toml``, so that anybody can compare it."""
    return hashlib.sha256(scenario_file(plan).encode()).hexdigest()


def credit(plan: Plan, language: Language, review_number: str) -> str:
    """One line for files that have room for one: review line, licence and age of the data."""
    return " · ".join(credit_lines(plan.bundle, language, review_number))


def metadata_json(
    plan: Plan,
    layers: Sequence[Layer],
    systems: Systems,
    files: Mapping[str, bytes],
    review_number: str,
) -> str:
    """Metadata for machines; ``files`` are all the others in the pack."""
    record = plan.record
    demand = plan.bundle.demand
    told: dict[str, Any] = {
        "format": FORMAT,
        "version": VERSION,
        "region": plan.bundle.region.name,
        "scenario_name": plan.scenario.name,
        "scenario_sha256": scenario_sha256(plan),
        "scenario": plan.scenario.record(),
        "plan": {key: record[key] for key in ("status", "stopped", "objective", "tie_break")}
        | {key: record[key] for key in ("sites", "sites_new", "people", "urban")},
        "licence": {
            "name": "Open Data Commons Open Database License 1.0 (ODbL-1.0)",
            "url": "https://opendatacommons.org/licenses/odbl/1-0/",
            "credit": plan.bundle.source.licence,
        },
        "review": {one: credit_lines(plan.bundle, one, review_number)[0] for one in LANGUAGES},
        "dates": {
            "openstreetmap": plan.bundle.source.osm_timestamp or None,
            "population": demand.year,
        },
        "sources": {**plan.bundle.source.record(), "population": demand.source},
        "data": record["data"],
        "crs": {
            "geojson_kml": "EPSG:4326",
            "geographic": f"EPSG:{systems.geographic.to_epsg()}",
            "metric": f"EPSG:{systems.epsg}",
            "metric_name": systems.metric.name,
            "central_meridian": systems.meridian,
            "zones": list(systems.zones),
            "straddles_zones": systems.straddles,
            "people_outside_the_zone": systems.people_outside,
            "notes": {one: systems.notes(one) for one in LANGUAGES},
        },
        "layers": [
            {
                "name": layer.name,
                "zh": layer.title("zh"),
                "en": layer.title("en"),
                "geometry": layer.geometry,
                "features": len(layer.frame),
            }
            for layer in layers
        ],
        "warnings": record["warnings"],
        "files": [
            {
                "file": name,
                "bytes": len(content),
                "sha256": hashlib.sha256(content).hexdigest(),
            }
            for name, content in sorted(files.items())
        ],
    }
    return json.dumps(told, ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def readme(plan: Plan, systems: Systems, review_number: str) -> str:
    """Metadata for people, Chinese first."""
    return (
        "\r\n\r\n".join(
            "\r\n".join(_readme(plan, systems, one, review_number)) for one in LANGUAGES
        )
        + "\r\n"
    )


def _readme(plan: Plan, systems: Systems, language: Language, review_number: str) -> list[str]:
    def say(key: str, **values: object) -> str:
        return HANDOVER.say(key, language, **values)

    objective = plan.record["objective"]
    title = say("readme-title", region=plan.bundle.region.name)
    lines = [title, "=" * (2 * len(title) if language == "zh" else len(title)), ""]
    if plan.scenario.name:
        lines.append(say("readme-scenario", name=plan.scenario.name))
    lines += [f"{one.label}: {one.value} ({one.note})" for one in headline(plan, language)]
    lines.append(
        say(
            "readme-proof",
            name=WORDS.say(f"objective-{objective['name']}", language),
            value=objective["value"],
            bound=objective["bound"],
            gap=f"{objective['gap']:.2%}",
        )
    )
    lines += ["", say("readme-files"), *(f"  {one}" for one in say("readme-list").split("\n"))]
    lines += ["", say("readme-crs"), *(f"  {one}" for one in systems.notes(language))]
    source = plan.bundle.source
    lines += [
        "",
        say("readme-sources"),
        f"  {say('readme-extract', file=source.file, sha256=source.sha256)}",
        f"  {say('readme-date', date=source.osm_timestamp or '–')}",
        f"  {say('readme-people', source=_people(plan, language))}",
        *(f"  {given.role}: {given.file} (sha256 {given.sha256})" for given in source.inputs),
        f"  {say('readme-bundle', sha256=plan.bundle.sha256)}",
        f"  {say('readme-scenario-hash', sha256=scenario_sha256(plan))}",
        "",
        say("readme-licence"),
        *(f"  {line}" for line in credit_lines(plan.bundle, language, review_number)),
        f"  {say('readme-odbl')}",
    ]
    if plan.record["warnings"]:
        told = (f"  - {warning[language]}" for warning in plan.record["warnings"])
        lines += ["", say("readme-unknown"), *told]
    return [" ".join(line.splitlines()) for line in lines]


def _people(plan: Plan, language: Language) -> str:
    """Where the people come from, as the import said it; the data's own line is in English."""
    spread = ("demand-estimated", "demand-method-")
    told = [f for f in by_weight(plan.bundle.findings) if f.kind.startswith(spread)]
    said = ("；" if language == "zh" else "; ").join(say_finding(f, language) for f in told)
    return said or plan.bundle.demand.source
