"""Files of a handover by format, each read back as soon as it is written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO

import openpyxl

from planner.geojson import feature_collection
from planner.handover.check import FileCheck, check_layer, totals_of
from planner.handover.crs import Systems
from planner.handover.gpkg import geopackage
from planner.handover.kml import LAYERS as KML_LAYERS
from planner.handover.kml import kml
from planner.handover.layers import Layer
from planner.handover.metadata import credit, made_of
from planner.handover.read import read_kml, read_layers
from planner.handover.shape import ENCODINGS, shapefile
from planner.handover.style import qml
from planner.handover.tables import field_rows, fields_csv, fields_xlsx
from planner.handover.text import Change
from planner.plan import Plan
from planner.report.blocks import text_line
from planner.report.workbook import plan_xlsx
from planner.wording.language import Language

__all__ = [
    "Request",
    "Written",
    "geojson",
    "kml_document",
    "packages",
    "shapefiles",
    "tables",
]

ROUNDED_M, EXACT_M = 0.02, 0.001
"""How far a corner may be off: degrees with seven decimals, and whole double precision."""


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Request:
    """What is to be written, and how.

    Parameters
    ----------
    language
        Of values in words and of titles.
    review_number
        Map-review number (审图号); without one every file calls itself a draft.
    """

    plan: Plan
    layers: Sequence[Layer]
    systems: Systems
    language: Language
    review_number: str = ""

    @property
    def credit(self) -> str:
        """Review line, licence and age of the data."""
        return credit(self.plan, self.language, self.review_number)


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Written:
    """Files of one format, what was found on reading them, what they could not hold."""

    files: dict[str, bytes]
    checks: tuple[FileCheck, ...]
    changes: tuple[Change, ...] = ()


def geojson(request: Request) -> Written:
    """RFC 7946, a file per layer."""
    layers, totals = request.layers, totals_of(request.plan)
    files = {
        f"{layer.name}.geojson": feature_collection(
            layer.frame, [field.key for field in layer.fields], bbox=True
        ).encode()
        for layer in layers
    }
    read = read_layers(files, [(name, None) for name in files])
    return Written(
        files={f"geojson/{name}": content for name, content in files.items()},
        checks=tuple(
            check_layer(
                layer,
                found,
                file=f"geojson/{name}",
                names=_keys(layer),
                epsg=4326,
                allowed_m=ROUNDED_M,
                totals=totals.get(layer.name, {}),
            )
            for layer, name, found in zip(layers, files, read, strict=True)
        ),
    )


def packages(request: Request) -> Written:
    """GeoPackages, in degrees and in metres, all layers in each."""
    plan, layers, systems = request.plan, request.layers, request.systems
    language, totals = request.language, totals_of(request.plan)
    files: dict[str, bytes] = {}
    checks: list[FileCheck] = []
    for crs in (systems.geographic, systems.metric):
        epsg = crs.to_epsg()
        assert epsg is not None
        name = f"plan-epsg{epsg}.gpkg"
        content = geopackage(layers, crs, language, description=request.credit, made=made_of(plan))
        read = read_layers({name: content}, [(name, layer.name) for layer in layers])
        files[f"gpkg/{name}"] = content
        checks += [
            check_layer(
                layer,
                found,
                file=f"gpkg/{name}",
                names=_keys(layer),
                epsg=epsg,
                allowed_m=EXACT_M,
                totals=totals.get(layer.name, {}),
            )
            for layer, found in zip(layers, read, strict=True)
        ]
    return Written(files=files, checks=tuple(checks))


def shapefiles(request: Request) -> Written:
    """Shapefiles in metres, in each encoding, with a QGIS style beside each."""
    plan, layers, systems = request.plan, request.layers, request.systems
    language, totals = request.language, totals_of(request.plan)
    files: dict[str, bytes] = {}
    checks: list[FileCheck] = []
    changes: list[Change] = []
    for encoding in ENCODINGS:
        folder = f"shapefile-{encoding.replace('-', '')}"
        for layer in layers:
            file = f"{folder}/{layer.name}.shp"
            shape = shapefile(
                layer, systems.metric, encoding=encoding, file=file, made=made_of(plan)
            )
            mine = {layer.name + end: content for end, content in shape.files.items()}
            [read] = read_layers(mine, [(f"{layer.name}.shp", None)])
            mine[f"{layer.name}.qml"] = qml(layer, language, naming="code").encode()
            files |= {f"{folder}/{name}": content for name, content in mine.items()}
            changes += shape.changes
            checks.append(
                check_layer(
                    layer,
                    read,
                    file=file,
                    names={field.key: field.code for field in layer.fields},
                    rows=shape.rows,
                    epsg=systems.epsg,
                    allowed_m=EXACT_M,
                    totals=totals.get(layer.name, {}),
                )
            )
    return Written(files=files, checks=tuple(checks), changes=tuple(changes))


def kml_document(request: Request) -> Written:
    """One KML document."""
    plan, layers = request.plan, request.layers
    language, totals = request.language, totals_of(request.plan)
    name = "kml/plan.kml"
    title = " · ".join(filter(None, (plan.bundle.region.name, plan.scenario.name)))
    document = kml(layers, language, title=title, credit=request.credit, file=name)
    content = document.text.encode()
    read = read_kml(content)
    told = {(one.layer, one.row, one.field): one.told for one in document.changes}
    checks = []
    for layer in layers:
        if layer.name not in KML_LAYERS or not len(layer.frame):
            continue
        rows = [
            [
                told.get((layer.name, row, field.key), value)
                for field, value in zip(layer.fields, values, strict=True)
            ]
            for row, *values in zip(
                layer.ids(),
                *(layer.frame[field.key].tolist() for field in layer.fields),
                strict=True,
            )
        ]
        checks.append(
            check_layer(
                layer,
                read[layer.name],
                file=name,
                names=_keys(layer),
                rows=rows,
                epsg=4326,
                allowed_m=ROUNDED_M,
                totals={k: v for k, v in totals.get(layer.name, {}).items() if k != "pass"},
            )
        )
    return Written(files={name: content}, checks=tuple(checks), changes=document.changes)


def tables(request: Request) -> Written:
    """Excel tables, and the table of fields: its two files hold the same cells."""
    plan, layers, language = request.plan, request.layers, request.language
    files = {
        "tables/plan.xlsx": plan_xlsx(plan, language),
        "字段对照表.csv": fields_csv(layers, language),
        "字段对照表.xlsx": fields_xlsx(layers, language),
    }
    return Written(
        files=files,
        checks=(
            _check_workbook(plan, files["tables/plan.xlsx"]),
            _check_fields("字段对照表.xlsx", files["字段对照表.xlsx"], layers, language),
        ),
    )


def _check_workbook(plan: Plan, content: bytes) -> FileCheck:
    """Every site with its people, and every township with its figures, stands in one row."""
    file = "tables/plan.xlsx"
    book = openpyxl.load_workbook(BytesIO(content), read_only=True)
    rows: dict[str, list[frozenset[str]]] = {}
    for sheet in book.worksheets:
        for cells in sheet.iter_rows(values_only=True):
            row = frozenset(str(cell) for cell in cells if cell is not None)
            for text in row:
                rows.setdefault(text, []).append(row)
    sites = plan.sites[["id", "people"]].itertuples(index=False)
    keys = ("code", "name", "people", "covered")
    wanted = [("site", (site.id, site.people)) for site in sites]
    wanted += [("township", tuple(row[key] for key in keys)) for row in plan.record["townships"]]
    found, values = [], 0
    for what, told in wanted:
        values += len(told)
        texts = {text_line(str(one)) for one in told}  # what a report makes of any name
        if not any(texts <= row for row in rows.get(text_line(str(told[0])), ())):
            found.append(f"{file}: no row for {what} {told!r}")
    return _table_check(file, values, found)


def _check_fields(
    file: str, content: bytes, layers: Sequence[Layer], language: Language
) -> FileCheck:
    book = openpyxl.load_workbook(BytesIO(content), read_only=True)
    read = [[cell or "" for cell in row] for row in book.worksheets[0].iter_rows(values_only=True)]
    rows = field_rows(layers, language)
    found = [] if read == rows else [f"{file}: not the table of fields"]
    return _table_check(file, sum(map(len, rows)), found)


def _table_check(file: str, values: int, found: list[str]) -> FileCheck:
    return FileCheck(
        file=file,
        layer="",
        rows=0,
        values=values,
        away_m=0.0,
        allowed_m=0.0,
        differences=tuple(found),
    )


def _keys(layer: Layer) -> dict[str, str]:
    return {field.key: field.key for field in layer.fields}
