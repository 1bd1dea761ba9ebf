"""A map server on loopback for tests: Overpass and Nominatim, in their own JSON, with their faults.

Its content is an OSM file. Requests are recorded; faults put into ``faults`` are served first, one
a request.
"""

from __future__ import annotations

import json
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import shapely

from tests.overpass_ql import Interpreter, OsmData, RefusedError

BASE = "2024-06-01T00:00:00Z"
BUSY_PAGE = (
    '<?xml version="1.0"?><html><head><title>OSM3S Response</title></head><body>'
    "<p><strong>Error</strong>: runtime error: open64: 0 Success /osm3s_osm_base "
    "Dispatcher_Client::request_read_and_idx::timeout. The server is probably too busy.</p>"
    "</body></html>"
)


@dataclass(frozen=True)
class Fault:
    """What a server does instead of answering."""

    status: int = 200
    body: bytes | None = None
    headers: tuple[tuple[str, str], ...] = ()
    keep: float = 1.0  # share of the body that is sent before the connection is cut
    delay_s: float = 0.0


@dataclass(frozen=True)
class Asked:
    """One request."""

    path: str
    given: dict[str, str]
    headers: dict[str, str]


@dataclass(eq=False)
class MapServer:
    """What the server knows, and what it was asked."""

    data: OsmData
    places: list[dict[str, Any]]
    address: str = ""
    asked: list[Asked] = field(default_factory=list)
    faults: deque[Fault | None] = field(default_factory=deque)
    base: str = BASE
    too_much: Callable[[str], str] = field(default=lambda _query: "")

    @property
    def overpass(self) -> str:
        return f"{self.address}/api"

    def count(self, part: str) -> int:
        return sum(part in one.path for one in self.asked)

    def overpass_json(self, query: str) -> dict[str, Any]:
        remark = self.too_much(query)
        elements = [] if remark else Interpreter(self.data, query).run()
        out: dict[str, Any] = {
            "version": 0.6,
            "generator": "Overpass API 0.7.62.1 084b4234",
            "osm3s": {
                "timestamp_osm_base": self.base,
                "copyright": "The data included in this document is from www.openstreetmap.org. "
                "The data is made available under ODbL.",
            },
            "elements": elements,
        }
        return {**out, "remark": remark} if remark else out

    def nominatim_json(self, path: str, given: dict[str, str]) -> list[dict[str, Any]]:
        assert given["format"] in {"json", "jsonv2"}
        if path.endswith("/lookup"):
            ids = given["osm_ids"].split(",")
            hits = [p for p in self.places if f"{p['osm_type'][0].upper()}{p['osm_id']}" in ids]
        else:
            parts = [part.strip().casefold() for part in given["q"].split(",")]
            hits = [p for p in self.places if all(part in _text(p) for part in parts)]
            hits = hits[: int(given.get("limit", "10"))]
        if given.get("polygon_geojson") != "1":
            hits = [{k: v for k, v in hit.items() if k != "geojson"} for hit in hits]
        if given.get("namedetails") != "1":
            hits = [{k: v for k, v in hit.items() if k != "namedetails"} for hit in hits]
        return hits


def _text(place: dict[str, Any]) -> str:
    return " ".join([place["display_name"], *place["namedetails"].values()]).casefold()


def place_record(
    osm_type: str,
    number: int,
    name: str,
    area: Any,
    *,
    tags: dict[str, str] | None = None,
    **more: Any,
) -> dict[str, Any]:
    """A place as Nominatim describes it (jsonv2)."""
    centre = shapely.point_on_surface(area)
    west, south, east, north = area.bounds
    names = {k: v for k, v in (tags or {"name": name}).items() if k.split(":")[0].endswith("name")}
    return {
        "place_id": 1000 + number,
        "licence": "Data © OpenStreetMap contributors, ODbL 1.0. http://osm.org/copyright",
        "osm_type": osm_type,
        "osm_id": number,
        "lat": str(centre.y),
        "lon": str(centre.x),
        "category": "boundary",
        "type": "administrative",
        "place_rank": 12,
        "importance": 0.5,
        "addresstype": "county",
        "name": name,
        "display_name": name,
        "boundingbox": [str(south), str(north), str(west), str(east)],
        "namedetails": names,
        "geojson": json.loads(shapely.to_geojson(area)),
        **more,
    }


@contextmanager
def map_server(path: Path, places: list[dict[str, Any]] | None = None) -> Iterator[MapServer]:
    """Serve a file on loopback; its administrative relations are the places, unless told."""
    data = OsmData(path)
    if places is None:
        places = [
            place_record("relation", number, tags["name"], data.area(number), tags=tags)
            for number, tags in sorted(data.tags["relation"].items())
            if tags.get("boundary") == "administrative"
            and tags.get("name")
            and all(t != "way" or ref in data.lines for t, ref, _ in data.relations[number])
            and not data.area(number).is_empty
        ]
    state = MapServer(data=data, places=places)

    class Handler(_Handler):
        server_state = state

    httpd = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    httpd.daemon_threads = True
    state.address = f"http://127.0.0.1:{httpd.server_port}"
    thread = threading.Thread(target=httpd.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield state
    finally:
        httpd.shutdown()
        thread.join()
        httpd.server_close()


class _Handler(BaseHTTPRequestHandler):
    server_state: MapServer

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        self._serve(parts.path, parts.query)

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length", "0"))
        self._serve(self.path, self.rfile.read(length).decode())

    def log_message(self, *_args: Any) -> None:
        pass

    def _serve(self, path: str, form: str) -> None:
        state = self.server_state
        given = {key: values[0] for key, values in parse_qs(form).items()}
        state.asked.append(Asked(path=path, given=given, headers=dict(self.headers.items())))
        fault = (state.faults.popleft() if state.faults else None) or Fault()
        if fault.delay_s:
            time.sleep(fault.delay_s)
        status, body, kind = fault.status, fault.body, "application/json"
        if body is None and status == 200:
            status, body, kind = self._answer(path, given)
        body = body or b""
        self.send_response(status)
        self.send_header("Content-Type", "text/html" if body.startswith(b"<") else kind)
        self.send_header("Content-Length", str(len(body)))
        for name, value in fault.headers:
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body[: int(len(body) * fault.keep)])
        self.close_connection = True

    def _answer(self, path: str, given: dict[str, str]) -> tuple[int, bytes, str]:
        state = self.server_state
        try:
            if path == "/api/interpreter":
                found: Any = state.overpass_json(given["data"])
            elif path in {"/search", "/lookup"}:
                found = state.nominatim_json(path, given)
            else:
                return 404, b"<html><body>404 Not Found</body></html>", "text/html"
        except RefusedError as error:
            return 400, f"<html><body>Error: line 1: {error}</body></html>".encode(), "text/html"
        return 200, json.dumps(found).encode(), "application/json"
