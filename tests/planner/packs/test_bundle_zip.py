from __future__ import annotations

import hashlib
import io
import json
import re
import stat
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from geo.bundle import load_bundle
from planner.errors import PackError
from planner.packs.bundle_zip import unzip_bundle

Members = dict[str, bytes]


@pytest.fixture(scope="module")
def members(town_path: Path) -> Members:
    return {path.name: path.read_bytes() for path in sorted(town_path.iterdir())}


def zipped(members: Members, path: Path, *, packed: bool = True) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in members.items():
            entry = zipfile.ZipInfo(name)
            entry.compress_type = zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED
            archive.writestr(entry, content)
    return path


@pytest.mark.parametrize("home", ["", "景德镇 2025/"])
@pytest.mark.parametrize("packed", [True, False])
def test_a_zipped_region_is_the_region(
    members: Members, town_path: Path, tmp_path: Path, home: str, packed: bool
) -> None:
    told = {f"{home}{name}": content for name, content in members.items()}
    noise = {"__MACOSX/._manifest.json": b"x", f"{home}.DS_Store": b"x"}
    noise |= {home: b""} if home else {}
    path = zipped({**noise, **told}, tmp_path / "region.zip", packed=packed)
    bundle = unzip_bundle(path, tmp_path / "out")
    assert bundle.sha256 == load_bundle(town_path).sha256
    assert {one.name: one.read_bytes() for one in (tmp_path / "out").iterdir()} == members


def _add(name: str) -> Callable[[Members], Members]:
    return lambda members: {**members, name: b"x"}


def _manifest(change: Callable[[dict[str, object]], object]) -> Callable[[Members], Members]:
    def make(members: Members) -> Members:
        told = json.loads(members["manifest.json"])
        change(told)
        return {**members, "manifest.json": json.dumps(told).encode()}

    return make


def _petabyte(members: Members) -> Members:
    """A table whose head claims a thousand million million rows, hash and all made anew."""
    out, head = io.BytesIO(), io.BytesIO()
    shape = {"descr": "<f8", "fortran_order": False, "shape": (10**15,)}
    np.lib.format.write_array_header_1_0(head, shape)  # type: ignore[no-untyped-call]
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("x.npy", head.getvalue())
    told = json.loads(members["manifest.json"])
    told["files"]["network-walk.npz"] = hashlib.sha256(out.getvalue()).hexdigest()
    told.pop("sha256")
    text = json.dumps(told, ensure_ascii=False, sort_keys=True)
    told["sha256"] = hashlib.sha256(text.encode()).hexdigest()
    manifest = json.dumps(told, ensure_ascii=False).encode()
    return {**members, "network-walk.npz": out.getvalue(), "manifest.json": manifest}


BAD: dict[str, tuple[Callable[[Members], Members], str]] = {
    "no region": (
        lambda _: {"a.shp": b"", "a.dbf": b""},
        r"no zip file of a region's folder \(zip",
    ),
    "two regions": (
        lambda members: {f"{home}/{n}": c for home in "ab" for n, c in members.items()},
        "no zip file of a region's folder",
    ),
    "deep inside": (
        lambda members: {f"a/b/{name}": content for name, content in members.items()},
        "no zip file of a region's folder",
    ),
    "a pack's manifest": (
        _manifest(lambda told: told.update(format="recyclenet-pack")),
        "format 'recyclenet-pack'",
    ),
    "no JSON": (lambda members: {**members, "manifest.json": b"[" * 10**5}, "manifest cannot"),
    "no files": (_manifest(lambda told: told.update(files=[])), "manifest cannot be read"),
    "path up": (_add("../evil"), "leads out"),
    "absolute": (_add("/etc/cron.d/evil"), "leads out"),
    "foreign file": (_add("evil.sh"), "does not belong"),
    "foreign file that is told of": (
        _manifest(lambda told: told["files"].update({"evil.sh": "0" * 64})),  # type: ignore[attr-defined]
        "does not belong",
    ),
    "hash of no form": (
        _manifest(lambda told: told["files"].update({"demand.parquet": 3})),  # type: ignore[attr-defined]
        "manifest cannot be read",
    ),
    "missing": (
        lambda members: {n: c for n, c in members.items() if n != "demand.parquet"},
        "lacks 'demand.parquet'",
    ),
    "changed table": (
        lambda members: {**members, "demand.parquet": members["demand.parquet"] + b"\0"},
        "changed or damaged",
    ),
    "changed manifest": (
        _manifest(lambda told: told.update(detour_factor=9.0)),
        r"region cannot be used \(was changed by hand",
    ),
    "newer": (_manifest(lambda told: told.update(version=99)), "format version 99"),
    "array of a petabyte": (_petabyte, "swells"),
    "bomb": (lambda members: {**members, "x": bytes(5_000_000)}, "swells"),
}


@pytest.mark.parametrize("kind", sorted(BAD))
def test_bad_zip_files_are_refused_and_nothing_is_left(
    kind: str, members: Members, tmp_path: Path
) -> None:
    make, said = BAD[kind]
    path = zipped(make(members), tmp_path / "bad.zip")
    with pytest.raises(PackError, match=said) as refusal:
        unzip_bundle(path, tmp_path / "out")
    assert re.search("[\u4e00-\u9fff]", refusal.value.zh) and "\n" not in refusal.value.zh
    assert [one.name for one in tmp_path.iterdir()] == ["bad.zip"]


def test_a_link_in_it_is_refused(members: Members, tmp_path: Path) -> None:
    path = zipped(members, tmp_path / "bad.zip")
    with zipfile.ZipFile(path, "a") as archive:
        entry = zipfile.ZipInfo("special.parquet")
        entry.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(entry, "/etc/passwd")
    with pytest.raises(PackError, match="symbolic link"):
        unzip_bundle(path, tmp_path / "out")


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7", "不是".encode()])
def test_another_file_is_refused(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "bad.zip"
    path.write_bytes(content)
    with pytest.raises(PackError, match="no zip file of a region's folder"):
        unzip_bundle(path, tmp_path / "out")
