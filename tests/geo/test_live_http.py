from __future__ import annotations

import dataclasses
import gzip
import json
import socket
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest

from geo import live_cache
from geo.errors import LiveError
from geo.live_cache import AnswerCache
from geo.live_http import Servers, TooMuch, ask_map, ask_place
from tests.map_server import BASE, BUSY_PAGE, Fault, MapServer

QUERY = '[out:json][timeout:5];node["amenity"](29.2,117.1,29.4,117.3);out body;'
ASKED = {"q": "测试县", "format": "jsonv2", "polygon_geojson": "1", "namedetails": "1"}
PAGE = b"<html><head><style>p{}</style></head><body><p>Please log in</p></body></html>"
WHOLE = json.dumps({"elements": [], "osm3s": {"timestamp_osm_base": BASE}}).encode()

PASSING = {
    "429 with seconds": (Fault(429, headers=(("Retry-After", "7"),)), 7.0),
    "429 without": (Fault(429), 15.0),
    "504": (Fault(504, BUSY_PAGE.encode()), 5.0),
    "503": (Fault(503), 5.0),
    "truncated JSON": (Fault(body=WHOLE[:40]), 5.0),
    "empty body": (Fault(body=b" "), 5.0),
    "cut half way": (Fault(body=WHOLE, keep=0.5), 5.0),
    "cut at once": (Fault(body=WHOLE, keep=0.0), 5.0),
    "too slow": (Fault(delay_s=1.3), 5.0),
    "web page once": (Fault(body=PAGE), 5.0),
}


@pytest.mark.parametrize("name", PASSING)
def test_a_passing_trouble_is_waited_out(
    name: str, server: MapServer, servers: Servers, pauses: list[float]
) -> None:
    fault, pause_s = PASSING[name]
    server.faults.append(fault)
    answer = ask_map(servers, QUERY)
    assert len(answer.content["elements"]) == 2  # a market and a recycling point
    assert pauses == [pause_s]
    assert len(server.asked) == 2
    ask_map(servers, QUERY)  # from the cache now
    assert len(server.asked) == 2


def test_a_date_to_come_back_at_is_honoured(
    server: MapServer, servers: Servers, pauses: list[float]
) -> None:
    at = format_datetime(datetime.now(UTC) + timedelta(seconds=90), usegmt=True)
    server.faults.append(Fault(429, headers=(("Retry-After", at),)))
    ask_map(servers, QUERY)
    assert pauses == [pytest.approx(90.0, abs=5.0)]


def test_pauses_grow(server: MapServer, servers: Servers, pauses: list[float]) -> None:
    server.faults.extend([Fault(504)] * 4)
    ask_map(servers, QUERY)
    assert pauses == [5.0, 10.0, 20.0, 40.0]


LASTING = {
    "429": (Fault(429), 5, r"too many requests.*HTTP 429.*Run the same command again"),
    "429 for an hour": (Fault(429, headers=(("Retry-After", "3600"),)), 1, r"in 60 minutes"),
    "504": (Fault(504, BUSY_PAGE.encode()), 5, r"too busy.*HTTP 504.*another server"),
    "truncated": (Fault(body=WHOLE[:-9]), 5, r"truncated JSON"),
    "empty": (Fault(body=b"\n"), 5, r"empty answer"),
    "cut": (Fault(body=WHOLE, keep=0.5), 5, r"cut the connection half way.*goes on from"),
    "page": (Fault(body=PAGE), 2, r"web page instead of data \(Please log in\).*log-in"),
    "400": (Fault(400, b"<p>line 1: parse error: ')' expected</p>"), 1, r"HTTP 400: line 1: parse"),
    "403": (Fault(403), 1, r"refuses \(HTTP 403: no words\)"),
    "404": (Fault(404), 1, r"no such page.*ends in /api"),
    "redirect": (
        Fault(301, headers=(("Location", "https://x/api"),)),
        1,
        r"https://x/api.*--overp",
    ),
    "no dict": (Fault(body=b'"text"'), 1, r"something else than map elements"),
    "no elements": (Fault(body=b'{"elements": 3}'), 1, r"something else than map elements"),
    "remark": (
        Fault(body=b'{"elements": [], "remark": "runtime error: open64: 2 No such file"}'),
        2,
        r"could not answer \(runtime error: open64",
    ),
}


@pytest.mark.parametrize("name", LASTING)
def test_a_lasting_trouble_is_one_clear_sentence(
    name: str, server: MapServer, servers: Servers
) -> None:
    fault, times, sentence = LASTING[name]
    server.faults.extend([fault] * 9)
    with pytest.raises(LiveError, match=sentence) as caught:
        ask_map(servers, QUERY)
    assert str(caught.value).startswith(server.overpass)
    assert "\n" not in str(caught.value)
    assert len(server.asked) == times
    assert not list(servers.cache.glob("**/*"))  # nothing half is kept


def test_a_server_that_never_answers_is_told(
    server: MapServer, servers: Servers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("geo.live_trouble._TRIES", 2)
    server.faults.extend([Fault(delay_s=1.2)] * 2)
    with pytest.raises(LiveError, match="does not answer in time"):
        ask_map(servers, QUERY)
    assert len(server.asked) == 2


@pytest.mark.parametrize(
    "remark",
    [
        'runtime error: Query timed out in "query" at line 3 after 181 seconds.',
        "runtime error: Query run out of memory using about 2048 MB of RAM.",
    ],
)
def test_a_question_too_large_is_told_at_once_and_remembered(
    remark: str, server: MapServer, servers: Servers
) -> None:
    server.too_much = lambda _query: remark
    for _ in range(2):
        with pytest.raises(TooMuch, match="Query"):
            ask_map(servers, QUERY)
    assert len(server.asked) == 1  # the split is known when a fetch is taken up again


def test_requests_say_who_asks_and_what(server: MapServer, servers: Servers) -> None:
    ask_map(servers, QUERY)
    ask_place(servers, "search", ASKED)
    for asked in server.asked:
        assert asked.headers["User-Agent"].startswith("RecycleNet/")
        assert "RecycleNet" in asked.headers["referer"]
        assert asked.headers["Accept-Language"].startswith("zh")
    assert [asked.path for asked in server.asked] == ["/api/interpreter", "/search"]
    assert server.asked[0].given == {"data": QUERY}
    assert server.asked[1].given == ASKED


def test_osmnx_is_left_as_it_was(server: MapServer, servers: Servers) -> None:
    from osmnx import settings

    before = {name: value for name, value in vars(settings).items() if name.islower()}
    resolve = socket.getaddrinfo
    server.faults.append(Fault(404))
    with pytest.raises(LiveError):
        ask_map(servers, QUERY)
    ask_place(servers, "search", ASKED)
    assert {name: value for name, value in vars(settings).items() if name.islower()} == before
    assert socket.getaddrinfo is resolve


def test_answers_are_kept_with_server_and_date_and_used_offline(
    server: MapServer, servers: Servers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("geo.live_http.now", lambda: "2024-06-02T03:04:05Z")
    first = ask_map(servers, QUERY)
    offline = dataclasses.replace(servers, offline=True)
    again = ask_map(offline, QUERY)
    assert (again.time, again.server) == ("2024-06-02T03:04:05Z", server.overpass)
    assert again.content == first.content
    elsewhere = dataclasses.replace(offline, overpass="http://127.0.0.1:9/api")
    assert ask_map(elsewhere, QUERY).server == server.overpass  # whoever answered
    assert len(server.asked) == 1
    with pytest.raises(LiveError, match=r"--offline asks nobody.*recyclenet import FILE"):
        ask_map(offline, QUERY.replace("amenity", "shop"))


def test_an_old_answer_is_asked_for_again_but_used_when_nobody_is_there(
    server: MapServer, servers: Servers, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as past:
        past.setattr("geo.live_http.now", lambda: "2024-06-02T03:04:05Z")
        ask_map(servers, QUERY)
    gone = dataclasses.replace(servers, overpass=f"http://127.0.0.1:{_free_port()}/api")
    late = ask_map(gone, QUERY)
    assert late.late
    assert late.time == "2024-06-02T03:04:05Z"
    new = ask_map(servers, QUERY)
    assert not new.late
    assert new.time > "2026"
    assert len(server.asked) == 2


def test_a_server_that_fails_is_no_reason_for_an_old_answer(
    server: MapServer, servers: Servers, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as past:
        past.setattr("geo.live_http.now", lambda: "2024-06-02T03:04:05Z")
        ask_map(servers, QUERY)
    server.faults.append(Fault(403))
    with pytest.raises(LiveError, match="HTTP 403"):
        ask_map(servers, QUERY)


def test_a_password_in_an_address_is_in_no_file(server: MapServer, servers: Servers) -> None:
    secret = server.overpass.replace("//", "//me:pass@")
    answer = ask_map(dataclasses.replace(servers, overpass=secret), QUERY)
    assert answer.server == server.overpass
    assert server.asked[0].headers["Authorization"].startswith("Basic ")
    (kept,) = servers.cache.iterdir()
    assert b"pass@" not in gzip.decompress(kept.read_bytes())


def test_a_longer_time_limit_is_no_other_question(server: MapServer, servers: Servers) -> None:
    for seconds in (60, 90):
        ask_map(servers, f"[out:json][timeout:{seconds}][maxsize:9];node(1,1,2,2);out body;")
    assert len(server.asked) == 1


def test_age_nought_asks_for_everything_anew(server: MapServer, servers: Servers) -> None:
    anew = dataclasses.replace(servers, max_age_days=0.0)
    ask_map(anew, QUERY)
    ask_map(anew, QUERY)
    assert len(server.asked) == 2


def test_without_internet_the_way_by_a_file_is_told(tmp_path: Path, pauses: list[float]) -> None:
    nobody = Servers(overpass=f"http://127.0.0.1:{_free_port()}", cache=tmp_path)
    with pytest.raises(LiveError, match=r"cannot be reached.*recyclenet import FILE\.osm\.pbf"):
        ask_map(nobody, QUERY)
    assert pauses == [2.0, 2.0]
    unknown = Servers(nominatim="http://no-such-host.invalid", cache=tmp_path)
    with pytest.raises(LiveError, match="cannot be reached"):
        ask_place(unknown, "search", ASKED)


def test_a_damaged_answer_is_asked_for_again(server: MapServer, servers: Servers) -> None:
    ask_map(servers, QUERY)
    (kept,) = servers.cache.iterdir()
    whole = kept.read_bytes()
    for broken in (whole[:-20], b"", b"no gzip", whole[:30] + b"\0" * 30 + whole[60:]):
        kept.write_bytes(broken)
        before = len(server.asked)
        assert len(ask_map(servers, QUERY).content["elements"]) == 2
        assert len(server.asked) == before + 1
    assert [path.name for path in servers.cache.iterdir()] == [kept.name]


def test_a_cache_that_cannot_be_written_is_told(server: MapServer, servers: Servers) -> None:
    servers.cache.write_text("in the way")
    with pytest.raises(LiveError, match=r"answers cannot be kept here.*--cache"):
        ask_map(servers, QUERY)


def test_the_cache_does_not_take_one_question_for_another(tmp_path: Path) -> None:
    cache = AnswerCache(tmp_path)
    answer = live_cache.Answer(
        kind="map", server="http://a/api", query="one", time=live_cache.now(), content={"a": "村"}
    )
    cache.keep(answer)
    found = cache.find("map", "http://a/api", "one")
    assert found is not None
    assert found.content == {"a": "村"}
    for kind, address, query in (
        ("place", "http://a/api", "one"),
        ("map", "http://b/api", "one"),
        ("map", "http://a/api", "two"),
    ):
        assert cache.find(kind, address, query) is None


@pytest.mark.parametrize(
    ("told", "meant"),
    [
        ("http://127.0.0.1:12345/api/interpreter", "http://127.0.0.1:12345/api"),
        ("https://maps.example.cn/overpass/api/", "https://maps.example.cn/overpass/api"),
    ],
)
def test_addresses_may_name_the_endpoint(told: str, meant: str) -> None:
    assert Servers(overpass=told).overpass == meant


@pytest.mark.parametrize(
    "told",
    [
        "",
        "overpass-api.de",
        "ftp://x/api",
        "http://",
        "http://x/?a=1",
        "http://a b/",
        "http://x:y/",
    ],
)
def test_what_is_no_address_is_refused(told: str) -> None:
    with pytest.raises(LiveError, match=r"--overpass: .* is no address.*https://"):
        Servers(overpass=told)


def test_addresses_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RECYCLENET_OVERPASS", "http://own.example/api")
    monkeypatch.setenv("RECYCLENET_NOMINATIM", "http://own.example/nominatim")
    monkeypatch.setenv("RECYCLENET_CACHE", "/somewhere")
    own = Servers()
    assert (own.overpass, own.nominatim) == (
        "http://own.example/api",
        "http://own.example/nominatim",
    )
    assert own.cache == Path("/somewhere")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
