from __future__ import annotations

import dataclasses
import json
import re
from pathlib import Path

import osmium
import pytest
import shapely

from geo.errors import LiveError
from geo.extract import Extract, read_extract
from geo.kinds import default_kinds
from geo.live import Fetched, Servers, fetch_extract, find_place
from geo.live_cache import Answer
from geo.live_elements import gather_answers
from tests.geo.live_fixtures import NAMES
from tests.map_server import BASE, Fault, MapServer, map_server
from tests.overpass_ql import OsmData

WANTED = default_kinds().wanted()


def fetch(server: MapServer, servers: Servers, path: Path, **more: float) -> Fetched:
    return fetch_extract(find_place("测试县", servers), path, servers, wanted=WANTED, **more)


def read(path: Path) -> Extract:
    return read_extract(path, wanted=WANTED)


def test_what_is_fetched_is_what_is_there(
    server: MapServer, servers: Servers, tmp_path: Path
) -> None:
    fetched = fetch(server, servers, tmp_path / "a.osm.pbf")
    assert [asked.path for asked in server.asked] == ["/search", "/api/interpreter"]
    assert [asked.server for asked in fetched.requests] == [server.address, server.overpass]
    assert fetched.requests[1].query == server.asked[1].given["data"]
    data, whole = OsmData(fetched.path), server.data
    # The town has nothing that the importer does not read.
    assert data.ways == whole.ways
    assert data.relations == whole.relations
    assert data.nodes.keys() == whole.nodes.keys()
    for kind, tags in whole.tags.items():
        assert data.tags[kind] == tags
    for number, at in whole.nodes.items():
        assert data.nodes[number] == pytest.approx(at, abs=1e-7)
    extract = read(fetched.path)
    assert extract.timestamp == BASE
    assert {a.name for a in extract.admin} == {*NAMES, "测试县"}
    (told,) = fetched.findings
    assert told.kind == "live-fetched"
    assert (told.values["place"], told.values["requests"]) == ("测试县", 2)


@pytest.mark.parametrize("tile_m2", [4.0e6, 2.0e6])
def test_tiles_give_the_same_file_as_one_question(
    tile_m2: float, server: MapServer, servers: Servers, tmp_path: Path
) -> None:
    one = fetch(server, servers, tmp_path / "one.osm.pbf")
    server.asked.clear()
    many = fetch(server, servers, tmp_path / "many.osm.pbf", tile_m2=tile_m2)
    assert server.count("/search") == 0
    ground_m2 = 4.5e3**2
    assert ground_m2 / tile_m2 <= server.count("/interpreter") <= 2.6 * ground_m2 / tile_m2
    assert len({asked.given["data"] for asked in server.asked}) == len(server.asked)
    assert one.path.read_bytes() == many.path.read_bytes()


def test_a_tile_too_large_is_split_until_it_is_answered(
    server: MapServer, servers: Servers, tmp_path: Path
) -> None:
    whole = fetch(server, servers, tmp_path / "whole.osm.pbf")
    server.asked.clear()
    refused = 'runtime error: Query timed out in "query" at line 3 after 181 seconds.'

    def too_much(query: str) -> str:
        told = re.search(r"\(([-\d.]+),([-\d.]+),([-\d.]+),([-\d.]+)\)", query)
        assert told
        box = [float(text) for text in told.groups()]
        return refused if (box[2] - box[0]) * (box[3] - box[1]) > 6e-4 else ""

    server.too_much = too_much
    anew = dataclasses.replace(servers, max_age_days=0.0)
    parts = fetch(server, anew, tmp_path / "parts.osm.pbf")
    assert parts.path.read_bytes() == whole.path.read_bytes()
    split = [f for f in parts.findings if f.kind == "live-tiles-split"]
    assert split[0].values["tiles"] >= 1
    # Taken up again, what was too large then is not asked for in one again.
    server.asked.clear()
    fetch(server, servers, tmp_path / "again.osm.pbf")
    assert not server.asked


def test_a_server_that_answers_nothing_at_all_is_given_up(
    server: MapServer, servers: Servers, tmp_path: Path
) -> None:
    server.too_much = lambda _query: "runtime error: Query run out of memory using about 2048 MB."
    with pytest.raises(LiveError, match=r"not answer even for a square kilometre.*memory.*--time"):
        fetch(server, servers, tmp_path / "x.osm.pbf")
    assert len(server.asked) < 12
    assert not list(tmp_path.glob("*.osm.pbf"))


def test_a_fetch_cut_short_goes_on_where_it_was(
    server: MapServer, servers: Servers, tmp_path: Path
) -> None:
    path = tmp_path / "x.osm.pbf"
    server.faults.extend([None, None, None, *[Fault(504)] * 5])  # place, two tiles, then nothing
    with pytest.raises(LiveError, match=r"goes on from the answers already kept"):
        fetch(server, servers, path, tile_m2=4.0e6)
    assert not path.exists()
    assert not list(tmp_path.glob(".*"))
    first = [asked.given.get("data") for asked in server.asked]
    server.asked.clear()
    fetched = fetch(server, servers, path, tile_m2=4.0e6)
    second = [asked.given.get("data") for asked in server.asked]
    assert not set(second) & set(first[:3])
    assert len(fetched.requests) == 1 + 2 + len(second)
    server.asked.clear()
    whole = fetch(server, dataclasses.replace(servers, max_age_days=0.0), tmp_path / "y.osm.pbf")
    assert path.read_bytes() == whole.path.read_bytes()


def test_offline_everything_comes_from_what_is_kept(
    server: MapServer, servers: Servers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as past:
        past.setattr("geo.live_http.now", lambda: "2024-06-02T03:04:05Z")
        first = fetch(server, servers, tmp_path / "a.osm.pbf")
    server.asked.clear()
    offline = dataclasses.replace(servers, offline=True)
    second = fetch(server, offline, tmp_path / "b.osm.pbf")
    assert not server.asked
    assert first.path.read_bytes() == second.path.read_bytes()
    (kept,) = [f for f in second.findings if f.kind == "live-kept-answers"]
    assert kept.values == {"answers": 2, "of": 2, "oldest": "2024-06-02", "newest": "2024-06-02"}


def test_a_server_without_the_region_is_told(
    server: MapServer, servers: Servers, tmp_path: Path
) -> None:
    place = find_place("测试县", servers)
    empty = {"elements": [], "osm3s": {"timestamp_osm_base": BASE}}
    server.faults.append(Fault(body=json.dumps(empty).encode()))
    with pytest.raises(LiveError, match=r"has no map data at all for '测试县'.*another part"):
        fetch_extract(place, tmp_path / "x.osm.pbf", servers, wanted=WANTED)


NODE = {"type": "node", "id": 1, "lat": 1.0, "lon": 2.0}
BROKEN = [
    {**NODE, "id": "1"},
    {**NODE, "id": 2**70},
    {**NODE, "id": True},
    {**NODE, "lat": None},
    {**NODE, "lat": "nan"},
    {**NODE, "lon": 181.0},
    {"type": "node", "id": 1},
    {"type": "way", "id": 1, "nodes": [1, "2"]},
    {"type": "way", "id": 1, "nodes": 7},
    {"type": "relation", "id": 1, "members": [{"type": "tree", "ref": 1, "role": ""}]},
    {"type": "relation", "id": 1, "members": ["x"]},
    {**NODE, "tags": ["a"]},
    {"id": 1},
    "node",
    None,
]


@pytest.mark.parametrize("element", BROKEN)
def test_an_element_that_is_none_is_named(
    element: object, server: MapServer, servers: Servers, tmp_path: Path
) -> None:
    place = find_place("测试县", servers)
    server.faults.append(Fault(body=json.dumps({"elements": [NODE, element]}).encode()))
    with pytest.raises(LiveError, match=r"element 2 of the answer is no OSM object.*--overpass"):
        fetch_extract(place, tmp_path / "x.osm.pbf", servers, wanted=WANTED)
    assert not list(tmp_path.glob("*.pbf"))


@pytest.mark.parametrize("tags", [{"k" * 2000: "v"}, {"name": "v" * 70_000}])
def test_tags_that_cannot_be_stored_are_one_sentence(
    tags: dict[str, str], server: MapServer, servers: Servers, tmp_path: Path
) -> None:
    place = find_place("测试县", servers)
    server.faults.append(Fault(body=json.dumps({"elements": [{**NODE, "tags": tags}]}).encode()))
    with pytest.raises(LiveError, match="cannot be stored"):
        fetch_extract(place, tmp_path / "x.osm.pbf", servers, wanted=WANTED)
    assert not list(tmp_path.glob("*.pbf"))
    assert not list(tmp_path.glob(".x*"))


def answer(base: str, *elements: dict[str, object]) -> Answer:
    content = {"osm3s": {"timestamp_osm_base": base}, "elements": list(elements)}
    return Answer(kind="map", server="http://a", query="", time=base, content=content)


def test_the_newest_answer_that_tells_an_object_counts() -> None:
    old = answer("2024-01-01T00:00:00Z", {**NODE, "tags": {"shop": "old"}})
    new = answer("2024-01-02T00:00:00Z", {**NODE, "lat": 1.5, "tags": {"shop": "new"}})
    bare = answer("2024-01-03T00:00:00Z", {**NODE, "lat": 1.6})
    for order in ([old, new, bare], [bare, new, old], [new, bare, old]):
        found = gather_answers(order)
        assert found.nodes == {1: (2.0, 1.6)}
        assert found.tags["node"] == {1: {"shop": "new"}}  # a skeleton says nothing of tags
        assert found.timestamp == "2024-01-01T00:00:00Z"


def test_neighbours_are_left_out_wherever_they_lie(tmp_path: Path) -> None:
    """A neighbour in a bay of the place's outline is whole in the answer, and no part of it."""
    path = Path(__file__).resolve().parents[1] / "data" / "liechtenstein-2013-08-03.osm.pbf"
    fetch_and_compare(path, "Triesenberg", tmp_path)


def test_a_parish_of_the_isle_of_wight(real_data: Path, tmp_path: Path) -> None:
    source = real_data / "osm" / "isle-of-wight-latest.osm.pbf"
    clip = tmp_path / "clip.osm.pbf"
    west, south, east, north = -1.34, 50.72, -1.25, 50.775
    with osmium.BackReferenceWriter(str(clip), ref_src=str(source), relation_depth=1) as writer:
        tagged = osmium.FileProcessor(str(source)).with_locations()
        for thing in tagged.with_filter(osmium.filter.EmptyTagFilter()):
            if thing.is_node():
                spots = [thing.location]
            elif thing.is_way():
                ends = (thing.nodes[0].location, thing.nodes[-1].location)
                spots = [end for end in ends if end.valid()]
            else:
                spots = []
                if thing.tags.get("name") == "Cowes" and thing.tags.get("admin_level") == "10":
                    writer.add(thing)
            if any(west < at.lon < east and south < at.lat < north for at in spots):
                writer.add(thing)
    fetch_and_compare(clip, "Cowes", tmp_path)


def fetch_and_compare(path: Path, name: str, folder: Path) -> None:
    """Fetch a place out of a served file; in its outline there is what the file has there."""
    with map_server(path) as served:
        servers = Servers(
            overpass=served.overpass, nominatim=served.address, cache=folder / "c", timeout_s=60
        )
        fetched = fetch_extract(
            find_place(name, servers), folder / "t.osm.pbf", servers, wanted=WANTED
        )
    assert [asked.path for asked in served.asked] == ["/search", "/api/interpreter"]
    extract, whole = read(fetched.path), read(path)
    assert [a.name for a in extract.admin] == [name]
    (unit,) = [a for a in whole.admin if a.name == name]
    assert extract.admin[0].geometry is not None
    assert unit.geometry is not None
    assert extract.admin[0].geometry.normalize().equals(unit.geometry.normalize())
    inside = whole.pois[whole.pois.within(unit.geometry)]
    mine = extract.pois[extract.pois.within(unit.geometry)]
    assert len(inside) > 5
    assert mine["osm_id"].tolist() == inside["osm_id"].tolist()
    houses, known = (_houses_inside(e, unit.geometry) for e in (extract, whole))
    assert houses == known
    roads = _inside_m(whole, unit.geometry)
    assert roads > 0.3
    assert _inside_m(extract, unit.geometry) == pytest.approx(roads, rel=1e-9)


def _houses_inside(extract: Extract, area: shapely.Geometry) -> list[tuple[float, float]]:
    lon, lat = extract.buildings["lon"].to_numpy(), extract.buildings["lat"].to_numpy()
    hit = shapely.contains_xy(area, lon, lat)
    return sorted(zip(lon[hit].tolist(), lat[hit].tolist(), strict=True))


def _inside_m(extract: Extract, area: shapely.Geometry) -> float:
    """Length of the roads inside an area, in degrees."""
    rows = zip(extract.roads.offsets[:-1], extract.roads.offsets[1:], strict=True)
    lines = [
        shapely.LineString(list(zip(extract.roads.lon[a:b], extract.roads.lat[a:b], strict=True)))
        for a, b in rows
    ]
    return float(shapely.length(shapely.intersection(lines, area)).sum())
