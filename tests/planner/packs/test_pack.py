from __future__ import annotations

import dataclasses
import hashlib
import io
import json
import re
import shutil
import stat
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from geo.bundle import load_bundle
from planner.answers import answer_of, plan_from
from planner.cli import main
from planner.errors import OutputError, PackError
from planner.opened_plan import open_plan
from planner.outputs import write_plan
from planner.packs.manifest import MANIFEST, MAX_PARTS
from planner.packs.pack import Item, unpack, unpacked, write_pack
from planner.packs.words import REFUSALS, REMEDIES
from planner.plan import Plan, make_plan
from planner.policy.asked import Asked
from planner.policy.hosts.spec import HostsSpec
from planner.policy.phases.spec import PhasesSpec
from planner.scenario import Scenario

TIMINGS = re.compile(rb'"timings": \{[^}]*\}')
FIXTURE = Path(__file__).parents[2] / "data" / "town-v1.rnpack"


@pytest.fixture(scope="session")
def pack(town_plan: Plan, town_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A pack of the town with its answer."""
    path = tmp_path_factory.mktemp("packs") / "town.rnpack"
    write_pack([_item(town_plan, town_path)], path)
    return path


def _item(plan: Plan, bundle: Path, *, answered: bool = True) -> Item:
    return Item(
        scenario=plan.scenario,
        toml=plan.scenario.toml(),
        answer=answer_of(plan) if answered else None,
        bundle=bundle,
    )


def _members(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _zip(members: dict[str, bytes], path: Path, **options: int) -> Path:
    with zipfile.ZipFile(path, "w", **options) as archive:  # type: ignore[arg-type]
        for name, content in members.items():
            archive.writestr(zipfile.ZipInfo(name), content, options.get("compression"))
    return path


def _signed(members: dict[str, bytes], **changes: object) -> dict[str, bytes]:
    """A pack whose manifest was made anew for what is in it, as a forger would."""
    told = json.loads(members[MANIFEST])
    told |= changes
    told["files"] = {
        name: {"sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)}
        for name, content in sorted(members.items())
        if name != MANIFEST
    }
    del told["sha256"]
    text = json.dumps(told, ensure_ascii=True, sort_keys=True)
    told["sha256"] = hashlib.sha256(text.encode()).hexdigest()
    return {**members, MANIFEST: json.dumps(told, ensure_ascii=False).encode()}


def _files(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_a_plan_made_of_an_unpacked_pack_is_the_same_to_the_byte(
    pack: Path, plan_folder: Path, tmp_path: Path
) -> None:
    [packed] = unpack(pack, tmp_path / "elsewhere")
    bundle = load_bundle(packed.bundle)
    again = make_plan(bundle, packed.scenario)
    write_plan(again, tmp_path / "again", bundle_path=packed.bundle)
    assert packed.answer is not None
    opened = plan_from(bundle, packed.scenario, packed.answer)
    write_plan(opened, tmp_path / "opened", bundle_path=packed.bundle)
    first = _files(plan_folder)
    for name in ("again", "opened"):
        other = _files(tmp_path / name)
        assert set(other) == set(first)
        for file in sorted(set(first) - {"run.json"}):
            if name == "opened":  # an answer remembers how long it took
                assert other[file] == first[file], file
            assert TIMINGS.sub(b"", other[file]) == TIMINGS.sub(b"", first[file]), file


def test_the_same_content_gives_the_same_bytes(
    pack: Path, town_plan: Plan, town_path: Path, tmp_path: Path
) -> None:
    moved = shutil.copytree(town_path, tmp_path / "moved")
    write_pack([_item(town_plan, moved)], tmp_path / "b.rnpack")
    assert (tmp_path / "b.rnpack").read_bytes() == pack.read_bytes()


def test_scenarios_of_one_region_share_its_data(
    town_plan: Plan, town: object, town_path: Path, tmp_path: Path
) -> None:
    other = Scenario(name="“车行” = 2", radius_m=800.0, mode="drive", max_sites=3)
    items = [_item(town_plan, town_path)]
    items += [Item(scenario=other, toml=other.toml(), answer=None, bundle=town_path)]
    manifest = write_pack(items, tmp_path / "two.rnpack")
    assert len(manifest.regions) == 1
    first, second = unpack(tmp_path / "two.rnpack", tmp_path / "out")
    assert (first.scenario, second.scenario) == (town_plan.scenario, other)
    assert first.answer == answer_of(town_plan)
    assert second.answer is None
    assert first.bundle == second.bundle
    assert [one.scenario for one in unpacked(tmp_path / "out")] == [town_plan.scenario, other]


def test_a_pack_takes_along_what_is_asked_of_the_policy(
    town_plan: Plan, town_path: Path, tmp_path: Path
) -> None:
    asked = Asked(hosts=HostsSpec(dial=0.25), phases=PhasesSpec(new_sites=(1, 2, 3)))
    toml = f"{town_plan.scenario.toml()}\n{asked.toml()}"
    item = Item(scenario=town_plan.scenario, toml=toml, answer=None, bundle=town_path)
    write_pack([item], tmp_path / "a.rnpack")
    assert unpack(tmp_path / "a.rnpack", tmp_path / "out")[0].asked == asked
    # A file of the machine it was packed on is none of the pack's.
    wrong = dataclasses.replace(item, toml=toml + '[policy.rules]\npacks = ["/etc/x.toml"]\n')
    write_pack([wrong], tmp_path / "b.rnpack")
    with pytest.raises(PackError, match="file of one machine"):
        unpack(tmp_path / "b.rnpack", tmp_path / "no")


def test_a_pack_of_the_first_format_still_opens(tmp_path: Path) -> None:
    [packed] = unpack(FIXTURE, tmp_path / "out")
    assert json.loads(_members(FIXTURE)[MANIFEST])["version"] == 1
    assert packed.answer is not None
    plan = plan_from(load_bundle(packed.bundle), packed.scenario, packed.answer)
    assert plan.sites["id"].tolist() == list(packed.answer.open_sites)
    assert plan.record["people"]["covered"] == 7269


def test_every_refusal_has_a_remedy_in_both_languages() -> None:
    assert set(REFUSALS.table) == set(REMEDIES.table)


# Each takes the good pack's members and writes a bad one; then what is said of it.
Bad = Callable[[dict[str, bytes], Path], object]


def _raw(content: bytes) -> Bad:
    return lambda _, path: path.write_bytes(content)


def _with(name: str, content: bytes = b"x") -> Bad:
    return lambda members, path: _zip({**members, name: content}, path)


def _without(name: str) -> Bad:
    return lambda members, path: _zip({k: v for k, v in members.items() if k != name}, path)


def _cut(members: dict[str, bytes], path: Path) -> object:
    whole = _zip(members, path).read_bytes()
    return path.write_bytes(whole[: len(whole) * 2 // 3])


def _tail(members: dict[str, bytes], path: Path) -> object:
    return path.write_bytes(_zip(members, path).read_bytes() + b"tail")


def _link(members: dict[str, bytes], path: Path) -> object:
    _zip(members, path)
    with zipfile.ZipFile(path, "a") as archive:
        entry = zipfile.ZipInfo("bundles/1/special.parquet")
        entry.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(entry, "/etc/passwd")
    return path


def _twice(members: dict[str, bytes], path: Path) -> object:
    _zip(members, path)
    with zipfile.ZipFile(path, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr("scenarios/1/scenario.toml", "other")
    return path


def _encrypted(members: dict[str, bytes], path: Path) -> object:
    # The bit that says so, in each local head and in the directory.
    raw = bytearray(_zip(members, path).read_bytes())
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        start = raw.find(mark)
        while start >= 0:
            raw[start + at] |= 1
            start = raw.find(mark, start + 4)
    return path.write_bytes(bytes(raw))


def _many(members: dict[str, bytes], path: Path) -> object:
    return _zip({**members, **{f"n{n}": b"" for n in range(MAX_PARTS)}}, path)


def _lying_count(members: dict[str, bytes], path: Path) -> object:
    raw = bytearray(_zip({f"n{n:05}" * 9: b"" for n in range(9000)}, path).read_bytes())
    raw[-14:-10] = struct.pack("<2H", 1, 1)
    return path.write_bytes(bytes(raw))


def _bomb(members: dict[str, bytes], path: Path) -> object:
    bad = {**members, "bundles/1/special.parquet": b"\0" * 30_000_000}
    return _zip(bad, path, compression=zipfile.ZIP_DEFLATED)


def _lying_size(members: dict[str, bytes], path: Path) -> object:
    """A directory that tells a hundredth of what a member unpacks to."""
    name = "bundles/1/demand.parquet"
    bad = _signed({**members, name: members[name] + b"\0" * 5_000_000})
    raw = _zip(bad, path, compression=zipfile.ZIP_DEFLATED).read_bytes()
    size = struct.pack("<L", len(bad[name]))
    assert raw.count(size) >= 2
    return path.write_bytes(raw.replace(size, struct.pack("<L", 50_000)))


def _edited(name: str, old: bytes, new: bytes) -> Bad:
    def make(members: dict[str, bytes], path: Path) -> object:
        assert old in members[name]
        return _zip({**members, name: members[name].replace(old, new, 1)}, path)

    return make


def _forged(name: str, content: Callable[[bytes], bytes]) -> Bad:
    return lambda members, path: _zip(_signed({**members, name: content(members[name])}), path)


def _newer(members: dict[str, bytes], path: Path) -> object:
    return _zip(_signed(members, version=2, news={"a": 1}), path)


def _says(**changes: object) -> Bad:
    return lambda members, path: _zip(_signed(members, **changes), path)


def _huge_array(_: bytes) -> bytes:
    """A NumPy file whose head claims more memory than there is."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        head = io.BytesIO()
        shape = {"descr": "<f8", "fortran_order": False, "shape": (10**15,)}
        np.lib.format.write_array_header_1_0(head, shape)  # type: ignore[no-untyped-call]
        archive.writestr("x.npy", head.getvalue())
    return out.getvalue()


BAD: dict[str, tuple[Bad, str]] = {
    "empty": (_raw(b""), "no pack of RecycleNet"),
    "text": (_raw("不是压缩包".encode()), "no pack of RecycleNet"),
    "pdf": (_raw(b"%PDF-1.7 ..."), r"no pack of RecycleNet \(PDF\)"),
    "sqlite": (_raw(b"SQLite format 3\0" + bytes(100)), "SQLite"),
    "empty zip": (lambda _, path: _zip({}, path), "empty zip"),
    "workbook": (
        lambda _, path: _zip({"[Content_Types].xml": b"", "xl/workbook.xml": b""}, path),
        r"no pack of RecycleNet \(zip",
    ),
    "truncated": (_cut, "incomplete"),
    "something behind it": (_tail, "incomplete, or something was put behind"),
    "path up": (_with("../evil.toml"), "leads out"),
    "path up inside": (_with("scenarios/1/../../../evil"), "leads out"),
    "absolute path": (_with("/etc/cron.d/evil"), "leads out"),
    "drive": (_with("C:\\evil"), "leads out"),
    "backslashes": (_with("..\\..\\evil"), "leads out"),
    "link": (_link, "symbolic link"),
    "twice": (_twice, "twice"),
    "encrypted": (_encrypted, "encrypted"),
    "odd compression": (
        lambda members, path: _zip(members, path, compression=zipfile.ZIP_LZMA),
        "not supported",
    ),
    "too many": (_many, r"holds \d+ parts"),
    "a count that lies": (_lying_count, r"holds \d+ parts"),
    "bomb": (_bomb, "swells"),
    "a size that lies": (_lying_size, "changed or damaged"),
    "foreign file": (_with("bundles/1/evil.sh"), "does not belong"),
    "folder of nobody": (_with("bundles/2/demand.parquet"), "does not belong"),
    "missing part": (_without("bundles/1/demand.parquet"), "lacks bundles/1/demand.parquet"),
    "missing manifest": (_without(MANIFEST), r"no pack of RecycleNet \(zip"),
    "edited scenario": (
        _edited("scenarios/1/scenario.toml", b"600.0", b"900.0"),
        "changed or damaged",
    ),
    "edited manifest": (_edited(MANIFEST, b'"answer": true', b'"answer": 1'), "changed"),
    "damaged part": (_forged("bundles/1/demand.parquet", lambda b: b[:-9]), "cannot be used"),
    "forged bundle": (
        _forged("bundles/1/candidates.parquet", lambda b: b + b"\0"),
        r"region cannot be used|cannot be used",
    ),
    "forged scenario": (
        _forged("scenarios/1/scenario.toml", lambda _: b"[scenario]\nradius_m = 1e9\n"),
        "scenario cannot be used",
    ),
    "scenario of a newer program": (
        _forged("scenarios/1/scenario.toml", lambda _: b"[scenario]\nnight_shift = true\n"),
        "Update RecycleNet if a newer one made it",
    ),
    "forged answer": (_forged("scenarios/1/answer.json", lambda _: b"[" * 10**5), "scenario"),
    "array of a petabyte": (_forged("bundles/1/network-walk.npz", _huge_array), "swells"),
    "no array at all": (_forged("bundles/1/network-walk.npz", lambda _: b"PK"), "cannot be used"),
    "newer": (_newer, "newer RecycleNet"),
    "version as text": (_says(version="1"), "manifest cannot be read"),
    "no scenario": (_says(scenarios=[]), "manifest cannot be read"),
    "scenarios of another kind": (_says(scenarios={"a": 1}), "manifest cannot be read"),
    "folder that leads out": (
        _says(bundles=[{"folder": "../x", "sha256": "0" * 64, "region": "x"}]),
        "manifest cannot be read",
    ),
    "deep manifest": (
        lambda members, path: _zip({**members, MANIFEST: b"[" * 10**6}, path),
        "manifest cannot be read",
    ),
}


@pytest.mark.parametrize("kind", sorted(BAD))
def test_bad_packs_are_refused_with_a_reason_and_nothing_changes(
    kind: str, pack: Path, tmp_path: Path
) -> None:
    make, said = BAD[kind]
    bad = tmp_path / "bad.rnpack"
    make(_members(pack), bad)
    raw = bad.read_bytes()
    with pytest.raises(PackError, match=said) as refusal:
        unpack(bad, tmp_path / "out")
    assert re.search("[\u4e00-\u9fff]", refusal.value.zh)
    assert not re.search("（[a-z ]+）", refusal.value.zh)
    assert "\n" not in refusal.value.zh
    assert [path.name for path in tmp_path.iterdir()] == ["bad.rnpack"]
    assert bad.read_bytes() == raw


def test_a_place_that_is_taken_is_left_alone(pack: Path, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "notes.txt").write_text("mine")
    with pytest.raises(OutputError, match="no place"):
        unpack(pack, tmp_path / "mine")
    assert _files(tmp_path / "mine") == {"notes.txt": b"mine"}


def test_a_file_of_something_else_is_not_replaced_and_a_pack_is(
    town_plan: Plan, town_path: Path, pack: Path, tmp_path: Path
) -> None:
    path = tmp_path / "a.rnpack"
    path.write_text("mine")
    with pytest.raises(PackError, match="not replaced"):
        write_pack([_item(town_plan, town_path)], path)
    assert path.read_text() == "mine"
    write_pack([_item(town_plan, town_path, answered=False)], tmp_path / "b.rnpack")
    write_pack([_item(town_plan, town_path)], tmp_path / "b.rnpack")
    assert (tmp_path / "b.rnpack").read_bytes() == pack.read_bytes()
    assert sorted(one.name for one in tmp_path.iterdir()) == ["a.rnpack", "b.rnpack"]


def test_commands_pack_and_unpack(
    plan_folder: Path, town_path: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file, out = tmp_path / "a.rnpack", tmp_path / "out"
    assert main(["pack", str(plan_folder), "--out", str(file), "--lang", "zh"]) == 0
    assert main(["unpack", str(file), "--out", str(out), "--lang", "zh"]) == 0
    assert "已解包" in capsys.readouterr().out
    again = open_plan(out / "scenarios" / "1")
    write_plan(again, tmp_path / "again", bundle_path=town_path)
    assert _files(tmp_path / "again") == _files(plan_folder)
    scenario = tmp_path / "alone.toml"  # no region lies beside it
    shutil.copy(plan_folder / "scenario.toml", scenario)
    assert main(["pack", str(scenario), "--out", str(file), "--lang", "zh"]) == 2
    assert "--bundle" in capsys.readouterr().err
    bundle = ["--bundle", str(town_path)]
    assert main(["pack", str(scenario), "--out", str(file), *bundle]) == 0
    assert unpack(file, tmp_path / "bare")[0].answer is None
    file.write_bytes(file.read_bytes()[:-30])
    assert main(["unpack", str(file), "--out", str(tmp_path / "no"), "--lang", "zh"]) == 2
    assert "不完整" in capsys.readouterr().err
    assert not (tmp_path / "no").exists()


def test_a_plan_of_other_data_is_not_packed(
    plan_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = plan_folder / "plan.json"
    told = json.loads(file.read_text("utf-8"))
    told["data"]["bundle_sha256"] = "0" * 64
    file.write_text(json.dumps(told), "utf-8")
    out = tmp_path / "a.rnpack"
    assert main(["pack", str(plan_folder), "--out", str(out), "--lang", "en"]) == 2
    assert "made from other data" in capsys.readouterr().err
    assert not out.exists()
