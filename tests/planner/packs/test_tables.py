from __future__ import annotations

import hashlib
import io
import json
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from planner.answers import answer_of
from planner.errors import PackError
from planner.packs import members as members_module
from planner.packs import tables
from planner.packs.bundle_zip import unzip_bundle
from planner.packs.manifest import Part
from planner.packs.members import MAX_PART_BYTES, refuse_swollen
from planner.packs.pack import Item, unpack, write_pack
from planner.plan import Plan
from planner.scenario import Scenario


def _bomb(text: str | bytes, rows: int) -> pa.Table:
    """One text that a dictionary repeats: kilobytes in the file, gigabytes in memory."""
    told = pa.DictionaryArray.from_arrays(pa.array(np.zeros(rows, np.int32)), pa.array([text]))
    return pa.table({"name": told})


def _file(table: pa.Table, **options: object) -> bytes:
    out = io.BytesIO()
    pq.write_table(table, out, compression="zstd", **options)
    return out.getvalue()


TABLES: dict[str, tuple[pa.Table, str]] = {
    "dictionary of a long text": (_bomb("x" * 900_000, 200_000), "swells"),
    "dictionary of bytes": (_bomb(b"x" * 900_000, 200_000), "swells"),
    "a text of two megabytes": (pa.table({"name": ["x" * 2_000_000]}), "swells"),
    "rows of nothing": (pa.table({"people": np.zeros(3_000_001, np.int8)}), "3000001 rows"),
    "lists": (pa.table({"name": [["a"] * 9]}), "no region has"),
    "columns in columns": (pa.table({"name": [{"a": 1}]}), "no region has"),
    "bytes of a fixed length": (
        pa.table({"name": pa.array([b"x" * 9], pa.binary(9))}),
        "no region has",
    ),
    "columns without end": (pa.table({f"c{n}": [1] for n in range(201)}), "no region has"),
}


@pytest.mark.parametrize("kind", sorted(TABLES))
def test_tables_that_would_not_fit_are_refused(kind: str, tmp_path: Path) -> None:
    table, said = TABLES[kind]
    path = tmp_path / "x.parquet"
    path.write_bytes(_file(table))
    assert path.stat().st_size < 100_000
    part = Part(name="bundles/1/x.parquet", sha256="0" * 64, size=path.stat().st_size)
    with pytest.raises(PackError, match=said) as refusal:
        refuse_swollen(path, part, "a.rnpack")
    zh = refusal.value.zh
    assert re.search("[\u4e00-\u9fff]", zh) and "\n" not in zh and "x.parquet" in zh


@pytest.mark.parametrize("dictionary", [True, False])
def test_what_is_counted_is_what_unfolds(dictionary: bool, tmp_path: Path) -> None:
    rng = np.random.default_rng(7)
    words = ["", "回收点", "a" * 50, None]
    told = [words[n] for n in rng.integers(0, 4, 40_000)]
    frame = pd.DataFrame({"name": told})
    path = tmp_path / "x.parquet"
    frame.to_parquet(path, use_dictionary=dictionary, row_group_size=7_000)
    due = sum(len(one.encode()) for one in told if one is not None) + 8 * len(told)
    assert tables._unfolded(path, "name", 10**9) == due
    assert 1_000 < tables._unfolded(path, "name", 1_000) < due


def test_regions_are_within_the_limits(
    town_path: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for path in sorted(town_path.glob("*.parquet")):
        tables.refuse_table(path, path.name, "here")
    monkeypatch.setattr(tables, "MAX_ROWS", 3)
    with pytest.raises(PackError, match="rows, at most 3"):
        tables.refuse_table(town_path / "demand.parquet", "demand.parquet", "here")


def _resigned(told: dict[str, object]) -> bytes:
    told.pop("sha256", None)
    text = json.dumps(told, ensure_ascii=False, sort_keys=True)
    told["sha256"] = hashlib.sha256(text.encode()).hexdigest()
    return json.dumps(told, ensure_ascii=False).encode()


@pytest.fixture
def bombed(town_path: Path, tmp_path: Path) -> dict[str, bytes]:
    """A region that is whole and rightly signed, but for what its table of sites unfolds to."""
    found = {path.name: path.read_bytes() for path in sorted(town_path.iterdir())}
    found["candidates.parquet"] = _file(_bomb("x" * 900_000, 100_000))
    told = json.loads(found["manifest.json"])
    told["files"]["candidates.parquet"] = hashlib.sha256(found["candidates.parquet"]).hexdigest()
    found["manifest.json"] = _resigned(told)
    return found


def test_a_zipped_region_with_a_bomb_is_refused(bombed: dict[str, bytes], tmp_path: Path) -> None:
    path = tmp_path / "region.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in bombed.items():
            archive.writestr(name, content)
    with pytest.raises(PackError, match=r"candidates\.parquet swells"):
        unzip_bundle(path, tmp_path / "out")
    assert [one.name for one in tmp_path.iterdir()] == ["region.zip"]


def _pack(plan: Plan, town_path: Path, path: Path) -> dict[str, bytes]:
    asked = Scenario(radius_m=600.0)
    item = Item(scenario=asked, toml=asked.toml(), answer=answer_of(plan), bundle=town_path)
    write_pack([item], path)
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _repacked(found: dict[str, bytes], path: Path) -> None:
    told = json.loads(found["manifest.json"])
    told["files"] = {
        name: {"sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)}
        for name, content in sorted(found.items())
        if name != "manifest.json"
    }
    told.pop("sha256")
    text = json.dumps(told, ensure_ascii=True, sort_keys=True)
    told["sha256"] = hashlib.sha256(text.encode()).hexdigest()
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("manifest.json", json.dumps(told, ensure_ascii=False))
        for name, content in sorted(found.items()):
            if name != "manifest.json":
                archive.writestr(name, content)


def _longer(name: str) -> Callable[[bytes], bytes]:
    return lambda content: content + b" " * (MAX_PART_BYTES[name] + 1 - len(content))


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("scenarios/1/scenario.toml", "scenario.toml is too large: 1.0 MB, at most 1.0 MB"),
        ("scenarios/1/answer.json", "answer.json is too large: 20.0 MB, at most 20.0 MB"),
        ("bundles/1/manifest.json", "manifest.json is too large: 2.0 MB, at most 2.0 MB"),
    ],
)
def test_texts_that_are_read_whole_are_short(
    name: str, said: str, town_plan: Plan, town_path: Path, tmp_path: Path
) -> None:
    path = tmp_path / "a.rnpack"
    found = _pack(town_plan, town_path, path)
    found[name] = _longer(name.rpartition("/")[2])(found[name])
    _repacked(found, path)
    with pytest.raises(PackError, match=re.escape(said)) as refusal:
        unpack(path, tmp_path / "out")
    assert "过大" in refusal.value.zh and "\n" not in refusal.value.zh
    assert [one.name for one in tmp_path.iterdir()] == ["a.rnpack"]


def test_a_pack_with_a_bomb_is_refused(
    bombed: dict[str, bytes], town_plan: Plan, town_path: Path, tmp_path: Path
) -> None:
    path = tmp_path / "a.rnpack"
    found = _pack(town_plan, town_path, path)
    for name in ("candidates.parquet", "manifest.json"):
        found[f"bundles/1/{name}"] = bombed[name]
    _repacked(found, path)
    assert path.stat().st_size < 2_000_000
    with pytest.raises(PackError, match=r"candidates\.parquet swells"):
        unpack(path, tmp_path / "out")


def test_the_manifest_is_short_too(tmp_path: Path) -> None:
    path = tmp_path / "a.rnpack"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("manifest.json", " " * (members_module.MAX_MANIFEST_BYTES + 1))
    with pytest.raises(PackError, match="too large"):
        unpack(path, tmp_path / "out")
