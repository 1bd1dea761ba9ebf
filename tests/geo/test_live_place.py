from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import pytest
import shapely

from geo.errors import BoundaryError, LiveError, PlaceError
from geo.live import Servers, find_place, find_townships, place_from_file
from geo.live_townships import unit_called
from tests.geo.live_fixtures import NAMES
from tests.map_server import Fault, MapServer, place_record

HERE = shapely.box(117.19, 29.29, 117.21, 29.31)


def there(number: int, name: str, label: str, west: float, **more: object) -> dict[str, object]:
    area = shapely.box(west, 29.0, west + 0.2, 29.2)
    return place_record("relation", number, name, area, display_name=label, **more)


@pytest.fixture
def county(server: MapServer) -> str:
    (place,) = [p for p in server.places if p["name"] == "测试县"]
    return f"R{place['osm_id']}"


@pytest.mark.parametrize("form", ["{}", "{lower}", "relation/{number}", "Relation {number}", "url"])
def test_a_place_is_found_by_its_id(
    form: str, county: str, server: MapServer, servers: Servers
) -> None:
    number = county[1:]
    if form == "url":
        text = f"https://www.openstreetmap.org/relation/{number}"
    else:
        text = form.replace("Rel", "rel").format(county, lower=county.lower(), number=number)
    place = find_place(text, servers)
    assert (place.osm_id, place.name) == (county, "测试县")
    assert [asked.path for asked in server.asked] == ["/lookup"]
    assert server.asked[0].given["osm_ids"] == county
    assert place.outline.equals(server.data.area(int(number)))


@pytest.mark.parametrize("name", ["测试县", " 测试县 ", "Test County", "test county"])
def test_a_place_is_found_by_its_names(
    name: str, county: str, server: MapServer, servers: Servers
) -> None:
    for place in server.places:
        if place["name"] == "测试县":
            place["namedetails"]["name:en"] = "Test County"
    try:
        assert find_place(name, servers).osm_id == county
        assert [asked.path for asked in server.asked] == ["/search"]  # one question, not more
        assert server.asked[0].given["polygon_geojson"] == "1"
    finally:
        for place in server.places:
            place["namedetails"].pop("name:en", None)


def test_several_places_of_a_name_are_offered_and_one_is_chosen(
    server: MapServer, servers: Servers
) -> None:
    server.places += [
        there(501, "朝阳区", "朝阳区, 北京市, 中国", 116.4),
        there(502, "朝阳区", "朝阳区, 长春市, 吉林省, 中国", 125.2),
    ]
    with pytest.raises(PlaceError) as caught:
        find_place("朝阳区", servers)
    text = str(caught.value)
    assert "1 = 朝阳区, 北京市, 中国 (R501" in text
    assert "2 = 朝阳区, 长春市, 吉林省, 中国 (R502" in text
    assert "--choose" in text
    assert caught.value.choices == (
        ("R501", "朝阳区, 北京市, 中国"),
        ("R502", "朝阳区, 长春市, 吉林省, 中国"),
    )
    assert find_place("朝阳区", servers, choose=2).osm_id == "R502"
    assert find_place("朝阳区, 长春市", servers).osm_id == "R502"
    with pytest.raises(PlaceError, match=r"3 is none of the 2 choices.*R501"):
        find_place("朝阳区", servers, choose=3)
    assert server.count("/search") == 2  # the choices are remembered


def test_what_only_shares_the_name_is_not_offered(server: MapServer, servers: Servers) -> None:
    island = {"category": "place", "type": "island"}
    station = {"category": "railway", "type": "station", "geojson": {"type": "Point"}}
    server.places += [
        place_record("node", 7, "雾州", HERE, display_name="雾州站", **station),
        there(601, "雾州", "雾州, 某省", 110.0),
        there(602, "雾州", "雾州, 某省", 110.0001, **island),  # the island that the county is
        there(603, "雾州新区", "雾州新区, 某省", 111.0),
    ]
    assert find_place("雾州", servers).osm_id == "R601"


def test_one_place_twice_is_no_choice(server: MapServer, servers: Servers) -> None:
    server.places += [there(611, "双县", "双县, 甲省", 110.0), there(612, "双县", "双县", 110.001)]
    assert find_place("双县", servers).osm_id == "R611"


def test_a_point_is_no_area(server: MapServer, servers: Servers) -> None:
    point = {"geojson": {"type": "Point", "coordinates": [1, 2]}, "category": "place"}
    village = {**place_record("node", 8, "小村", HERE, type="village"), **point}
    server.places.append(village)
    with pytest.raises(PlaceError, match=r"is no area.*小村 \(N8, place=village\).*the county"):
        find_place("小村", servers)


def test_an_unknown_place_comes_with_near_matches(server: MapServer, servers: Servers) -> None:
    server.places.append(there(701, "景德镇市", "景德镇市, 江西省, 中国", 117.0))
    with pytest.raises(PlaceError, match=r"near matches are 景德镇市.*R701") as caught:
        find_place("景德镇县", servers)
    assert caught.value.choices == (("R701", "景德镇市, 江西省, 中国"),)
    with pytest.raises(PlaceError, match=r"near matches are 景德镇市"):
        find_place("景德镇市, 湖南省", servers)
    with pytest.raises(PlaceError, match=r"no such place is known\. Check the spelling") as caught:
        find_place("qqqq", servers)
    assert not caught.value.choices
    with pytest.raises(PlaceError, match="no OSM object R999 is known"):
        find_place("R999", servers)


@pytest.mark.parametrize("text", ["", "  ", "a\0b", "\x1b[31m", "x" * 201])
def test_no_name_at_all_is_refused_unasked(text: str, server: MapServer, servers: Servers) -> None:
    with pytest.raises(PlaceError, match="PLACE: is empty, too long or unprintable"):
        find_place(text, servers)
    assert not server.asked


def test_a_country_is_too_large(server: MapServer, servers: Servers) -> None:
    area = shapely.box(75.0, 20.0, 130.0, 50.0)
    server.places.append(place_record("relation", 801, "中国", area))
    with pytest.raises(PlaceError, match=r"km², more than is fetched.*recyclenet import"):
        find_place("中国", servers)


HOSTILE = [
    {"osm_type": "relation", "osm_id": "1; drop"},
    {"osm_type": "changeset", "osm_id": 1},
    {"osm_type": "relation", "osm_id": 5, "display_name": "x", "geojson": {"type": "Polygon"}},
    {
        "osm_type": "relation",
        "osm_id": 5,
        "display_name": "x",
        "geojson": {"type": "Polygon", "coordinates": [[[1, "a"], [2, 3], [4, 5], [1, 2]]]},
    },
    {
        "osm_type": "relation",
        "osm_id": 5,
        "display_name": "x",
        "geojson": {"type": "Polygon", "coordinates": [[[500, 1], [501, 1], [501, 2], [500, 1]]]},
    },
    {
        "osm_type": "relation",
        "osm_id": 5,
        "display_name": "x",
        "namedetails": 7,
        "geojson": {"type": "Polygon", "coordinates": [[[1, 1], [1, 1], [1, 1], [1, 1]]]},
    },
]


@pytest.mark.parametrize("record", HOSTILE)
def test_nonsense_from_the_place_search_is_one_sentence(
    record: dict[str, object], server: MapServer, servers: Servers
) -> None:
    server.faults.extend([Fault(body=json.dumps([record]).encode())] * 5)
    with pytest.raises(PlaceError, match=r"x: (is no area|no such place)"):
        find_place("x", servers)


def test_something_else_than_places_is_one_sentence(server: MapServer, servers: Servers) -> None:
    server.faults.extend([Fault(body=b'{"error": "no"}')] * 5)
    with pytest.raises(LiveError, match=r"something else than a list of places.*error"):
        find_place("x", servers)
    server.faults.clear()
    server.faults.append(Fault(body=b'["x", 3]'))
    with pytest.raises(LiveError, match="something else than a list of places"):
        find_place("x", servers)


def test_a_drawn_polygon_is_a_place(tmp_path: Path) -> None:
    path = tmp_path / "my area.geojson"
    path.write_text(shapely.to_geojson(HERE), "utf-8")
    place = place_from_file(path)
    assert (place.name, place.osm_id, place.answers) == ("my area", "", ())
    assert place.outline.equals(HERE)
    path.write_text(shapely.to_geojson(HERE.exterior), "utf-8")
    with pytest.raises(BoundaryError):
        place_from_file(path)


def test_a_zone_is_put_together_from_its_townships(server: MapServer, servers: Servers) -> None:
    county = find_place("测试县", servers)
    zone = find_townships(
        [("北镇",), ("城南街道", "南乡")], county, servers, name="新区", level=8
    )  # by its former name
    units = {
        tags["name"]: server.data.area(number)
        for number, tags in server.data.tags["relation"].items()
    }
    assert set(units) == {*NAMES, "测试县"}
    assert zone.outline.equals(units["北镇"].union(units["南乡"]))
    assert [asked.path for asked in server.asked] == ["/search", "/api/interpreter"]
    assert len(zone.answers) == 2
    with pytest.raises(
        PlaceError, match=r"no outline at admin_level 8 of 湖镇 \(1 of 2 found\).*--bo"
    ):
        find_townships([("北镇",), ("湖镇",)], county, servers, name="新区", level=8)
    less = find_townships(
        [("北镇",), ("湖镇",)], county, servers, name="新区", level=8, skip_missing=True
    )
    assert less.outline.equals(units["北镇"])
    with pytest.raises(PlaceError, match="0 of 1 found"):
        find_townships([("湖镇",)], county, servers, name="新区", level=8, skip_missing=True)
    with pytest.raises(PlaceError, match="0 of 1 found"):  # counties are no townships
        find_townships([("测试县",)], county, servers, name="新区", level=8)


@pytest.mark.parametrize(
    ("spellings", "units", "row"),
    [
        (("昌东镇",), ("昌东镇", "昌东街道"), 0),
        (("昌东镇",), ("昌东街道", "麻丘镇"), 0),
        (("昌东镇",), ("昌东街道", "昌东乡"), None),  # which of the two?
        (("鲤鱼洲管理处", "南昌市五星垦殖场"), ("五星垦殖场", "麻丘镇"), 0),
        (("鲤鱼洲管理处", "五星垦殖场"), ("五星垦殖场", "鲤鱼洲管理处"), 1),
        (("镇",), ("麻丘镇",), None),
        ((".*",), ("麻丘镇",), None),
    ],
)
def test_units_by_their_names(
    spellings: tuple[str, ...], units: tuple[str, ...], row: int | None
) -> None:
    assert unit_called(spellings, units) == row


@pytest.mark.parametrize(("language", "told"), [("zh", "zh-CN,zh,en"), ("en", "en")])
def test_names_come_back_in_the_language_asked_for(
    language: str, told: str, server: MapServer, servers: Servers
) -> None:
    find_place("测试县", servers, language=language)
    assert server.asked[0].given["accept-language"] == told


def test_a_place_kept_is_found_offline(server: MapServer, servers: Servers) -> None:
    found = find_place("测试县", servers)
    offline = find_place("测试县", dataclasses.replace(servers, offline=True))
    assert offline.outline.equals(found.outline)
    assert len(server.asked) == 1
