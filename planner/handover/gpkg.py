"""All layers of a plan in one GeoPackage, with QGIS styles and titles of fields inside.

OGC 12-128r17 (GeoPackage 1.3): its table of contents says what each layer is and whom to credit,
its schema extension what each column is. Styles are where QGIS looks for them (``layer_styles``).
"""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Sequence
from contextlib import closing
from datetime import date
from pathlib import Path

import pyogrio
import pyproj

from planner.handover.layers import Layer
from planner.handover.style import qml
from planner.wording.language import Language

__all__ = ["GEOMETRY_COLUMN", "geopackage"]

GEOMETRY_COLUMN = "geom"
_STYLES = """
CREATE TABLE layer_styles (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    f_table_catalog TEXT(256), f_table_schema TEXT(256), f_table_name TEXT(256),
    f_geometry_column TEXT(256), styleName TEXT(30), styleQML TEXT, styleSLD TEXT,
    useAsDefault BOOLEAN, description TEXT, owner TEXT(30), ui TEXT(30),
    update_time DATETIME DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now'))
);
CREATE TABLE gpkg_data_columns (
    table_name TEXT NOT NULL, column_name TEXT NOT NULL, name TEXT, title TEXT, description TEXT,
    mime_type TEXT, constraint_name TEXT,
    CONSTRAINT pk_gdc PRIMARY KEY (table_name, column_name),
    CONSTRAINT gdc_tn UNIQUE (table_name, name)
);
CREATE TABLE gpkg_data_column_constraints (
    constraint_name TEXT NOT NULL, constraint_type TEXT NOT NULL, value TEXT, min NUMERIC,
    min_is_inclusive BOOLEAN, max NUMERIC, max_is_inclusive BOOLEAN, description TEXT,
    CONSTRAINT gdcc_ntv UNIQUE (constraint_name, constraint_type, value)
);
INSERT INTO gpkg_extensions VALUES
    ('gpkg_data_columns', NULL, 'gpkg_schema',
     'http://www.geopackage.org/spec/#extension_schema', 'read-write'),
    ('gpkg_data_column_constraints', NULL, 'gpkg_schema',
     'http://www.geopackage.org/spec/#extension_schema', 'read-write');
"""


def geopackage(
    layers: Sequence[Layer],
    crs: pyproj.CRS,
    language: Language,
    *,
    description: str,
    made: date,
) -> bytes:
    """Write the layers in one coordinate system.

    Parameters
    ----------
    description
        Source, licence and caveats: stands with every layer.
    made
        Date that the file says it was changed at: not today's, so that the same plan gives the
        same bytes.
    """
    with tempfile.TemporaryDirectory(prefix="recyclenet-") as folder:
        path = Path(folder) / "plan.gpkg"
        for layer in layers:
            pyogrio.write_dataframe(
                layer.typed().to_crs(crs),
                path,
                layer=layer.name,
                driver="GPKG",
                geometry_type=layer.geometry,
                promote_to_multi=layer.geometry == "MultiPolygon",
                append=path.exists(),
                dataset_options={"VERSION": "1.3"},  # newer is strange to much that is in use
                layer_options={"GEOMETRY_NAME": GEOMETRY_COLUMN},
            )
        with closing(sqlite3.connect(path)) as database, database:
            _tell(database, layers, language, description, f"{made.isoformat()}T00:00:00.000Z")
        return _counted_once(path.read_bytes())


def _counted_once(file: bytes) -> bytes:
    """Set SQLite's two counters of changes: how often GDAL wrote in between is chance.

    They stand at bytes 24 and 92 of the file (SQLite database file format, 1.3.7) and must agree.
    """
    told = bytearray(file)
    told[24:28] = told[92:96] = (1).to_bytes(4, "big")
    return bytes(told)


def _tell(
    database: sqlite3.Connection,
    layers: Sequence[Layer],
    language: Language,
    description: str,
    made: str,
) -> None:
    database.executescript(_STYLES)
    for layer in layers:
        database.execute(
            "UPDATE gpkg_contents SET identifier = ?, description = ? WHERE table_name = ?",
            (layer.title(language), description, layer.name),
        )
        database.execute(
            "INSERT INTO layer_styles (f_table_catalog, f_table_schema, f_table_name, "
            "f_geometry_column, styleName, styleQML, styleSLD, useAsDefault, description, owner, "
            "update_time) VALUES ('', '', ?, ?, ?, ?, '', 1, ?, '', ?)",
            (
                *(layer.name, GEOMETRY_COLUMN, layer.name, qml(layer, language, naming="key")),
                *(layer.title(language), made),
            ),
        )
        database.executemany(
            "INSERT INTO gpkg_data_columns (table_name, column_name, name, title, description) "
            "VALUES (?, ?, ?, ?, ?)",
            [
                (layer.name, field.key, field.title(language), field.zh, field.en)
                for field in layer.fields
            ],
        )
    database.execute(
        "INSERT INTO gpkg_contents (table_name, data_type, identifier, last_change) "
        "VALUES ('layer_styles', 'attributes', 'layer_styles', ?)",
        (made,),
    )
    database.execute("UPDATE gpkg_contents SET last_change = ?", (made,))
