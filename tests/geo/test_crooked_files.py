"""Every crooked file: one sentence that names it, in one line, and nothing is changed."""

from __future__ import annotations

from pathlib import Path

import pytest

from geo.errors import InputError
from planner.regions.intake import Intake, import_region
from tests.geo.crooked import CASES, Crooked, geojson


def test_the_table_is_long_enough() -> None:
    assert len(CASES) >= 40
    assert len({case.name for case in CASES}) == len({case.id for case in CASES}) == len(CASES)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_one_sentence_and_no_change(case: Crooked, tmp_path: Path) -> None:
    inputs = tmp_path / "in"
    inputs.mkdir()
    path = inputs / case.name
    case.make(path)
    good = inputs / "good.geojson"
    good.write_bytes(geojson())
    files = {"boundaries": good, case.role: path}
    before = {p: p.read_bytes() for p in sorted(tmp_path.rglob("*")) if p.is_file()}
    with pytest.raises(InputError, match=case.told) as caught:
        import_region(Intake(name_field="name", **files), tmp_path / "bundle")
    line = str(caught.value)
    assert case.name in line and "\n" not in line and len(line) < 1000
    assert caught.value.remedy, line
    assert str(tmp_path) not in line or case.name in ("none.geojson", "folder.gpkg")
    assert {p: p.read_bytes() for p in sorted(tmp_path.rglob("*")) if p.is_file()} == before
