from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import geopandas as gpd
import pytest
import shapely

from geo.bundle import Bundle, load_bundle
from planner.cli import main
from planner.regions.intake import Intake, import_region
from planner.regions.recipes import load_recipe
from tests.geo.live_fixtures import (  # noqa: F401 - fixtures
    pauses,
    server,
    servers,
    town_server,
)
from tests.map_server import Fault, MapServer, map_server, place_record
from tests.town import write_town

EXTRACT = Path(__file__).resolve().parents[2] / "data" / "liechtenstein-2013-08-03.osm.pbf"
GAOXIN = ("昌东镇", "麻丘镇", "艾溪湖街道", "五星垦殖场")


@pytest.fixture
def own_server(request: pytest.FixtureRequest) -> MapServer:
    return request.getfixturevalue("server")  # type: ignore[no-any-return]


@pytest.fixture
def fetch(own_server: MapServer, pauses: list[float], tmp_path: Path) -> Iterator[Fetch]:  # noqa: F811
    yield Fetch(own_server, tmp_path)


class Fetch:
    """Runs the command against the server of the test."""

    def __init__(self, asked: MapServer, folder: Path) -> None:
        self.server, self.folder = asked, folder

    def __call__(self, *options: str, of: MapServer | None = None) -> int:
        asked = of or self.server
        own = ["--overpass", asked.overpass, "--nominatim", asked.address]
        own += ["--cache", str(self.folder / "cache"), "--out", str(self.folder / "bundle")]
        return main(["fetch", *options, *own, "--quiet", "--lang", "en"])

    def manifest(self) -> dict[str, object]:
        return json.loads((self.folder / "bundle" / "manifest.json").read_text("utf-8"))  # type: ignore[no-any-return]


def test_a_town_by_its_name(fetch: Fetch, capsys: pytest.CaptureFixture[str]) -> None:
    assert fetch("测试县") == 0
    assert [asked.path for asked in fetch.server.asked] == ["/search", "/api/interpreter"]
    bundle = load_bundle(fetch.folder / "bundle")
    assert bundle.region.name == "测试县"
    assert sorted(bundle.region.townships["name"]) == sorted(["北镇", "东街道", "南乡", "西镇"])
    requests = bundle.source.requests
    assert [asked.server for asked in requests] == [fetch.server.address, fetch.server.overpass]
    assert requests[0].query.startswith("search?q=%E6%B5%8B%E8%AF%95%E5%8E%BF")
    assert 'way["highway"]' in requests[1].query
    assert all(asked.time.endswith("Z") for asked in requests)
    assert bundle.source.osm_timestamp == fetch.server.base
    assert "map data of 测试县" in capsys.readouterr().out
    assert not (fetch.folder / "cache" / ".answer").exists()


def test_the_same_bundle_as_from_the_same_extract(fetch: Fetch) -> None:
    """Townships, roads, candidates, demand: byte for byte, but for where they come from."""
    with map_server(EXTRACT) as alps:
        assert fetch("Liechtenstein", of=alps) == 0
        assert [asked.path for asked in alps.asked] == ["/search", "/api/interpreter"]
    one = import_region(Intake(extract=EXTRACT), fetch.folder / "file")
    two = load_bundle(fetch.folder / "bundle")
    assert one.region.townships["name"].tolist() == two.region.townships["name"].tolist()
    for mode, network in one.networks.items():
        length_m = network.component_length_m.sum()
        assert length_m > 400_000
        assert two.networks[mode].component_length_m.sum() == pytest.approx(length_m, rel=0.01)
    kinds = one.candidates.frame["kind"].value_counts().to_dict()
    assert kinds["parking"] > 100
    assert two.candidates.frame["kind"].value_counts().to_dict() == kinds
    same = {path.name for path in (fetch.folder / "file").iterdir()} - {"manifest.json"}
    assert same == {path.name for path in (fetch.folder / "bundle").iterdir()} - {"manifest.json"}
    assert {"candidates.parquet", "demand.parquet", "townships.parquet"} <= same
    for name in same:
        ours, theirs = (fetch.folder / folder / name for folder in ("bundle", "file"))
        assert ours.read_bytes() == theirs.read_bytes(), name


def test_again_offline_the_same_bundle_and_its_date_told(
    fetch: Fetch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert fetch("测试县") == 0
    before = (fetch.folder / "bundle" / "demand.parquet").read_bytes()
    fetch.server.asked.clear()
    capsys.readouterr()
    assert fetch("测试县", "--offline") == 0
    assert not fetch.server.asked
    assert "2 of 2 answers are kept ones of 20" in capsys.readouterr().out
    assert (fetch.folder / "bundle" / "demand.parquet").read_bytes() == before


def test_a_drawn_polygon_and_the_extract_kept(fetch: Fetch) -> None:
    area = fetch.folder / "area.geojson"
    area.write_text(shapely.to_geojson(shapely.box(117.185, 29.285, 117.2, 29.315)), "utf-8")
    kept = fetch.folder / "kept.osm.pbf"
    assert fetch(str(area), "--save-extract", str(kept), "--name", "西半") == 0
    assert [asked.path for asked in fetch.server.asked] == ["/api/interpreter"]
    bundle = load_bundle(fetch.folder / "bundle")
    assert bundle.region.name == "西半"
    assert sorted(bundle.region.townships["name"]) == ["北镇", "西镇"]
    again = import_region(Intake(extract=kept), fetch.folder / "again")
    assert "北镇" in again.region.townships["name"].tolist()


def test_own_boundaries_are_the_place(fetch: Fetch) -> None:
    path = fetch.folder / "own.geojson"
    shapes = [shapely.box(117.19, 29.29, 117.2, 29.31), shapely.box(117.2, 29.29, 117.21, 29.31)]
    frame = gpd.GeoDataFrame({"name": ["甲镇", "乙镇"]}, geometry=shapes, crs="EPSG:4326")
    frame.to_file(path, driver="GeoJSON")
    assert fetch("--boundaries", str(path), "--name-field", "name") == 0
    assert [asked.path for asked in fetch.server.asked] == ["/api/interpreter"]
    bundle = load_bundle(fetch.folder / "bundle")
    assert sorted(bundle.region.townships["name"]) == ["乙镇", "甲镇"]
    assert bundle.networks["walk"].component_length_m.sum() > 20_000


REFUSED = {
    "nothing": ([], r"PLACE: nothing to fetch is given"),
    "unknown": (["nowhere"], r"nowhere: no such place is known"),
    "nearly a recipe": (["jingdezen"], r"Did you mean the recipe jingdezhen\?"),
    "address": (["测试县", "--timeout", "0"], r"--timeout: 0 is not allowed"),
    "age": (["测试县", "--max-age", "-1"], r"--max-age: -1 is not allowed"),
    "tile": (["测试县", "--tile-km2", "0"], r"--tile-km2: 0 is not allowed"),
    "extract": (["测试县", "--save-extract", "x.txt"], r"--save-extract: .*End it in \.osm\.pbf"),
    "import option": (["测试县", "--cell", "1"], r"--cell: 1 is not allowed"),
    "recipe": (["--recipe", "nowhere"], r"no recipe 'nowhere'"),
    "file": (["no-such.geojson"], r"no-such\.geojson.*"),
    "offline": (["测试县", "--offline"], r"no answer to this question is kept"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_is_one_line_and_nothing_is_written(
    name: str, fetch: Fetch, capsys: pytest.CaptureFixture[str]
) -> None:
    options, sentence = REFUSED[name]
    assert fetch(*options) == 2
    told = capsys.readouterr().err
    assert len(told.splitlines()) == 1

    assert re.search(sentence, told), told
    assert not (fetch.folder / "bundle").exists()
    wrong = name in {"unknown", "nearly a recipe"}
    assert bool(fetch.server.asked) == wrong


def test_a_failing_server_leaves_nothing_half_written(
    fetch: Fetch, capsys: pytest.CaptureFixture[str]
) -> None:
    fetch.server.faults.extend([None, *[Fault(504)] * 5])
    assert fetch("测试县") == 2
    assert "HTTP 504" in capsys.readouterr().err
    left = sorted(path.name for path in fetch.folder.iterdir())
    assert left == ["cache"]
    assert len(list((fetch.folder / "cache").iterdir())) == 1  # the place, whole
    assert fetch("测试县") == 0
    assert fetch.server.count("/search") == 1


def test_a_foreign_folder_is_refused_before_anything_is_asked(
    fetch: Fetch, capsys: pytest.CaptureFixture[str]
) -> None:
    (fetch.folder / "bundle").mkdir()
    (fetch.folder / "bundle" / "letter.txt").write_text("mine")
    assert fetch("测试县") == 2
    assert "another folder" in capsys.readouterr().err
    assert not fetch.server.asked


@pytest.fixture(scope="module")
def nanchang(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MapServer]:
    """A zone of four townships, two under other names, in a city that is found by its name."""
    folder = tmp_path_factory.mktemp("nanchang")
    path = write_town(folder / "n.osm", names=GAOXIN, lon=116.05, lat=28.7)
    city = place_record(
        "relation",
        9001,
        "南昌市",
        shapely.box(115.5, 28.2, 116.6, 29.2),
        display_name="南昌市, 江西省, 中国",
    )
    with map_server(path, [city]) as asked:
        yield asked


def test_the_high_tech_zone_is_put_together(
    fetch: Fetch, nanchang: MapServer, capsys: pytest.CaptureFixture[str]
) -> None:
    nanchang.asked.clear()
    assert fetch("nanchang-gaoxin", of=nanchang) == 0
    assert [asked.path for asked in nanchang.asked] == [
        "/search",
        "/api/interpreter",
        "/api/interpreter",
    ]
    bundle = load_bundle(fetch.folder / "bundle")
    recipe = load_recipe("nanchang-gaoxin")
    assert bundle.region.name == recipe.name_zh
    assert sorted(bundle.region.townships["name"]) == sorted(GAOXIN)
    assert bundle.demand.frame["people"].sum() == recipe.census.people
    aliases = {
        finding.values["name"]: finding.values["osm_name"]
        for finding in bundle.findings
        if finding.kind == "recipe-township-alias"
    }
    assert aliases == {"艾溪湖管理处": "艾溪湖街道", "鲤鱼洲管理处": "五星垦殖场"}
    assert "鲤鱼洲管理处 goes by 五星垦殖场" in capsys.readouterr().out


def test_a_zone_with_a_township_that_osm_lacks(
    fetch: Fetch, nanchang: MapServer, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    path = write_town(tmp_path / "n.osm", names=(*GAOXIN[:3], "别镇"), lon=116.05, lat=28.7)
    with map_server(path, nanchang.places) as less:
        assert fetch("nanchang-gaoxin", of=less) == 2
        told = capsys.readouterr().err
        assert "no outline at admin_level 8 of 鲤鱼洲管理处 (3 of 4 found)" in told
        assert "--boundaries FILE --name-field FIELD" in told
        assert fetch("nanchang-gaoxin", "--skip-missing", of=less) == 0
    bundle = load_bundle(fetch.folder / "bundle")
    assert sorted(bundle.region.townships["name"]) == sorted(GAOXIN[:3])
    kinds = [finding.kind for finding in bundle.findings]
    assert "recipe-townships-missing" in kinds
    assert "recipe-townships-count" in kinds


def test_a_file_is_imported_with_a_recipe(tmp_path: Path) -> None:
    names = (*GAOXIN[:3], "别镇")  # a neighbour in the file
    extract = write_town(tmp_path / "n.osm", names=names, lon=116.05, lat=28.7)
    out = tmp_path / "bundle"
    options = ["--recipe", "nanchang-gaoxin", "--out", str(out), "--quiet"]
    assert main(["import", str(extract), *options]) == 0
    bundle = load_bundle(out)
    assert sorted(bundle.region.townships["name"]) == sorted(GAOXIN[:3])
    assert bundle.demand.frame["people"].sum() == 480_500
    assert urban_names(bundle) == {"艾溪湖街道"}  # today's name of 艾溪湖管理处 there
    told = {f.kind: f.values for f in bundle.findings if f.kind.startswith("recipe-")}
    assert told["recipe-townships-missing"] == {"names": "鲤鱼洲管理处", "found": 3}
    assert told["recipe-townships-count"] == {"found": 3, "expected": 4}
    assert told["recipe-township-alias"] == {"name": "艾溪湖管理处", "osm_name": "艾溪湖街道"}


def urban_names(bundle: Bundle) -> set[str]:
    rows = bundle.demand.frame.loc[bundle.demand.frame["urban"], "township"].unique()
    return set(bundle.region.townships["name"].iloc[rows])


def test_jingdezhen_by_its_recipe(fetch: Fetch, tmp_path: Path) -> None:
    path = write_town(tmp_path / "j.osm", names=("珠山街道", "吕蒙乡", "瑶里镇", "西郊街道"))
    text = path.read_text("utf-8").replace('v="测试县"', 'v="景德镇市"')
    path.write_text(text.replace('k="admin_level" v="6"', 'k="admin_level" v="5"'), "utf-8")
    people = tmp_path / "people.csv"
    people.write_text("name,people\n景德镇市,1000\n", "utf-8")
    with map_server(path) as city:
        for place in city.places:
            place["display_name"] = f"{place['name']}, 江西省, 中国"
        assert fetch("jingdezhen", "--population", str(people), of=city) == 0
        assert [asked.path for asked in city.asked] == ["/search", "/api/interpreter"]
        assert city.asked[0].given["q"] == "景德镇市, 江西省, 中国"
    bundle = load_bundle(fetch.folder / "bundle")
    assert bundle.region.name == "景德镇市"
    assert len(bundle.region.townships) == 4
    assert urban_names(bundle) == {"珠山街道", "吕蒙乡", "西郊街道"}  # 吕蒙乡 is today's 吕蒙街道
    (count,) = [f for f in bundle.findings if f.kind == "recipe-townships-count"]
    assert count.values == {"found": 4, "expected": 61}


def test_help_does_not_wait_for_osmnx() -> None:
    import subprocess
    import sys

    code = (
        "import sys, planner.cli, planner.commands.fetch, geo.live, planner.regions.intake;"
        "sys.exit('osmnx' in sys.modules or 'requests' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
