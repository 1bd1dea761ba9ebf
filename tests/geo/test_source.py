from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path
from types import SimpleNamespace

import geopandas as gpd
import pytest
from shapely.geometry import box

from geo.errors import InputError
from geo.source import BOUNDARIES, OSM_LICENCE, InputFile, Source, hashed, source_of

EXTRACT = SimpleNamespace(path=Path("x/town.osm"), sha256="ab", timestamp=None)


def test_every_file_is_named_by_role_and_hash(tmp_path: Path) -> None:
    (tmp_path / "a b.csv").write_bytes(b"name,people\n")
    files = {"population": tmp_path / "a b.csv", "kinds": None, "exclude": tmp_path / "a b.csv"}
    sha256 = hashlib.sha256(b"name,people\n").hexdigest()
    assert hashed(files) == (
        InputFile(role="exclude", file="a b.csv", sha256=sha256),
        InputFile(role="population", file="a b.csv", sha256=sha256),
    )


def test_what_lies_beside_a_shapefile_counts(tmp_path: Path) -> None:
    frame = gpd.GeoDataFrame({"name": ["甲"]}, geometry=[box(0, 0, 1, 1)], crs=4326)
    frame.to_file(tmp_path / "t.shp")
    frame.to_file(tmp_path / "other.shp")
    (tmp_path / "t.txt").write_text("no part of it")
    before = hashed({BOUNDARIES: tmp_path / "t.shp"})
    roles = [given.role for given in before]
    assert roles == ["boundaries", *(f"boundaries.{s}" for s in ("cpg", "dbf", "prj", "shx"))]
    frame.assign(name=["乙"]).to_file(tmp_path / "t.shp")
    after = hashed({BOUNDARIES: tmp_path / "t.shp"})
    changed = {b.role for b, a in zip(before, after, strict=True) if a != b}
    assert changed == {"boundaries.dbf"}  # the name alone: the .shp knows nothing of it


@pytest.mark.parametrize("name", ["absent.csv", ".", "nul\0.csv", "absent.shp"])
def test_a_file_that_cannot_be_read_is_told(name: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        hashed({"urban": tmp_path / name})


def test_a_source_survives_json() -> None:
    inputs = (
        InputFile(role="kinds", file="k.csv", sha256="1"),
        InputFile(role="urban", file="u", sha256="2"),
    )
    source = Source(file="f", sha256="s", osm_timestamp="", licence="l", inputs=inputs)
    record = source.record()
    assert record["inputs"] == {
        "kinds": {"file": "k.csv", "sha256": "1"},
        "urban": {"file": "u", "sha256": "2"},
    }
    assert Source.of(json.loads(json.dumps(record))) == source


def test_the_licence_names_whose_boundaries_they_are() -> None:
    own = (InputFile(role=BOUNDARIES, file="乡镇.shp", sha256="cd"),)
    assert source_of(EXTRACT, ()).licence == OSM_LICENCE
    both = source_of(EXTRACT, own)
    assert both.licence == f"{OSM_LICENCE}; boundaries: user's file 乡镇.shp"
    assert (both.file, both.sha256) == ("town.osm", "ab")
    alone = source_of(None, own)
    assert (alone.file, alone.sha256, alone.licence) == ("乡镇.shp", "cd", "user's own data")


@pytest.mark.skipif(os.name == "nt", reason="Windows allows no such names")
def test_a_hostile_file_name_stays_one_line_of_text(tmp_path: Path) -> None:
    path = tmp_path / os.fsdecode(b"t\n\xff.geojson")
    path.write_bytes(b"")
    (given,) = hashed({BOUNDARIES: path})
    assert given.file == "t ?.geojson"
