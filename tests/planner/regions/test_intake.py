"""What the import refuses to be told, and what it writes down of what it was told."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest
from shapely.geometry import box

from geo.bundle import load_bundle
from geo.errors import InputError
from planner.cli import main
from planner.plan import make_plan
from planner.regions.intake import Intake, import_region
from planner.scenario import Scenario
from tests.town import write_town

EXTRACT, FILE = Path("town.osm"), Path("f")
OWN = {"boundaries": FILE, "name_field": "name"}


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"name_field": "n"}, "^--name-field: .* without --boundaries"),
        ({"code_field": "n"}, "^--code-field: .* without --boundaries"),
        ({"county_field": "n"}, "^--county-field: .* without --boundaries"),
        ({"population_field": "n"}, "^--population-field: .* without --population"),
        ({"population_code_field": "n"}, "^--population-code-field: .* without --population"),
        ({"population_name_field": "n"}, "^--population-name-field: .* without --population"),
        ({"skip_unknown": True}, "^--skip-unknown: .* without --population"),
        ({"urban": FILE, "urban_names": ("a",)}, "^--urban-names: .* with --urban"),
        ({**OWN, "admin_level": 8}, "^--admin-level: .* with --boundaries"),
        ({**OWN, "extract": None, "admin_level": 0}, "^--admin-level: .* with --boundaries"),
    ],
)
def test_an_option_that_would_be_ignored_is_refused(options: dict[str, Any], told: str) -> None:
    with pytest.raises(InputError, match=told):
        Intake(**{"extract": EXTRACT, **options})


TEXTS = ("name", "name_field", "code_field", "county_field")
PEOPLE = ("population_field", "population_code_field", "population_name_field")
FILES = ("extract", "boundaries", "population", "urban", "kinds", "candidates", "exclude")


@pytest.mark.parametrize(
    ("field", "empty"),
    [
        *((field, text) for field in (*TEXTS, *PEOPLE) for text in ("", " \t")),
        *((field, Path()) for field in FILES),
        ("urban_names", ("a", "")),
    ],
)
def test_an_empty_value_is_refused(field: str, empty: Any) -> None:
    option = "EXTRACT" if field == "extract" else "--" + field.replace("_", "-")
    with pytest.raises(InputError, match=f"^{option}: is empty"):
        Intake(**{"extract": EXTRACT, **OWN, "population": FILE, field: empty})


def test_what_belongs_together_is_taken() -> None:
    fields = dict.fromkeys((*TEXTS, *PEOPLE), "column")
    Intake(extract=EXTRACT, boundaries=FILE, population=FILE, skip_unknown=True, **fields)
    Intake(extract=EXTRACT, admin_level=8, urban_names=("a",), straight_line=1.3)
    Intake(**OWN, urban=FILE)


@pytest.mark.parametrize("names", ["", ",", " , "])
def test_no_names_at_all_are_told_on_the_command_line(
    names: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["import", "x.osm", "--out", str(tmp_path / "b"), "--urban-names", names]
    assert main([*arguments, "--quiet"]) == 2
    assert "--urban-names: is empty" in capsys.readouterr().err


def test_every_file_of_the_user_s_is_written_down(tmp_path: Path) -> None:
    extract = write_town(tmp_path / "town.osm", boundaries=False)
    texts = {
        "population.csv": "name,people\n西,5000\n东,3000\n",
        "candidates.csv": "name,lon,lat\n站,117.201,29.301\n",
        "kinds.csv": (Path(__file__).parents[3] / "data" / "candidate_kinds.csv").read_text(
            "utf-8"
        ),
    }
    for name, text in texts.items():
        (tmp_path / name).write_text(text, "utf-8")
    halves = [box(117.18, 29.28, 117.2, 29.32), box(117.2, 29.28, 117.22, 29.32)]
    frame = gpd.GeoDataFrame({"name": ["西", "东"]}, geometry=halves, crs=4326)
    frame.to_file(tmp_path / "boundaries.geojson")
    frame.iloc[:1].to_file(tmp_path / "urban.geojson")
    gpd.GeoDataFrame(geometry=[box(117.19, 29.29, 117.191, 29.291)], crs=4326).to_file(
        tmp_path / "exclude.geojson"
    )
    roles = {path.stem: path for path in tmp_path.iterdir() if path != extract}
    import_region(Intake(extract=extract, name_field="name", **roles), tmp_path / "bundle")
    bundle = load_bundle(tmp_path / "bundle")
    plan = make_plan(bundle, Scenario(urban_target=None))
    manifest = json.loads((tmp_path / "bundle" / "manifest.json").read_text("utf-8"))
    expected = {
        role: {"file": path.name, "sha256": hashlib.sha256(path.read_bytes()).hexdigest()}
        for role, path in roles.items()
    }
    assert len(expected) == 6
    assert manifest["source"]["inputs"] == expected
    assert plan.record["data"]["inputs"] == expected
    assert plan.record["data"]["source"] == "town.osm"
    told = "© OpenStreetMap contributors, ODbL 1.0; boundaries: user's file boundaries.geojson"
    assert plan.record["data"]["licence"] == told
