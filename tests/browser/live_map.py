"""A map as the app shows it, in a frame of a page that keeps what the map tells."""

from __future__ import annotations

import functools
import http.server
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from planner.maps import assets as map_assets
from planner.maps.codec import text_of
from planner.maps.online import OFFLINE, Online
from planner.maps.page import plan_group, region_map
from planner.maps.shown import NOTHING, Shown, shown_state
from planner.maps.state import plan_state
from planner.plan import Plan

if TYPE_CHECKING:
    from playwright.sync_api import Frame, Page

    from tests.browser.conftest import Sitting

__all__ = ["MAP", "PLAN", "Live", "Open", "live"]

MAP = "window.map_recyclenet"
PLAN = f"{MAP}.recyclenet"
PARENT = """<!doctype html><meta charset="utf-8"><style>body{margin:0}iframe{border:0}</style>
<script>window.heard = []; addEventListener("message", (event) => heard.push(event.data));</script>
<iframe src="component/frame/map.html" style="width:100vw;height:100vh"></iframe>"""


@dataclass
class Live:
    """A map as the app shows it: in a frame, served from a loopback address."""

    page: Page
    frame: Frame
    plan: Plan

    def heard(self, count: int) -> list[dict[str, Any]]:
        """What the map has told so far, once it is so much; without the running numbers."""
        self.page.wait_for_function(f"heard.length >= {count}")
        self.page.wait_for_timeout(30)
        self.frame.wait_for_function(f"{PLAN}.channel.queue.length === 0")  # no more follow
        self.page.wait_for_timeout(30)
        told = self.page.evaluate("heard")
        assert len(told) == count, told
        for one in told:
            assert one["isStreamlitMessage"] is True and one["dataType"] == "json"
            assert one["type"] == "streamlit:setComponentValue"
        numbers = [one["value"]["n"] for one in told]
        assert numbers == sorted(set(numbers)) and numbers[0] > 1.6e12
        values = [dict(one["value"]) for one in told]
        for value in values:
            del value["n"]
        return values

    def show(self, shown: Shown, plan: Plan | None = None) -> None:
        packed = [text_of(plan_state(plan or self.plan, "en")), text_of(shown_state(shown))]
        self.frame.evaluate(
            f"([plan, beside]) => {{ RecycleNet.show({MAP}, plan);"
            f" RecycleNet.showBeside({MAP}, beside); }}",
            packed,
        )

    def place(self, lon: float, lat: float) -> tuple[float, float]:
        """Pixels of a place."""
        told = self.frame.evaluate(
            f"""([lat, lon]) => {{
                const at = {MAP}.latLngToContainerPoint([lat, lon]);
                return [at.x, at.y];
            }}""",
            [lat, lon],
        )
        return told[0], told[1]

    def degrees(self, x: float, y: float) -> tuple[float, float]:
        told = self.frame.evaluate(
            f"([x, y]) => {{ const at = {MAP}.containerPointToLatLng([x, y]);"
            " return [at.lng, at.lat]; }",
            [x, y],
        )
        return told[0], told[1]

    def button(self, name: str) -> Any:
        return self.frame.get_by_role("button", name=name, exact=True)


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        pass


Open = Callable[..., Live]


@pytest.fixture
def live(sitting: Sitting, town_plan: Plan, tmp_path: Path) -> Iterator[Open]:
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "static").symlink_to(map_assets.STATIC)
    (tmp_path / "component" / "frame").mkdir(parents=True)
    (tmp_path / "index.html").write_text(PARENT, "utf-8")
    handler = functools.partial(_Quiet, directory=str(tmp_path))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()

    def show(
        shown: Shown = NOTHING,
        *,
        editing: bool = True,
        online: Online = OFFLINE,
        plan: Plan | None = None,
    ) -> Live:
        told = plan or town_plan
        page = region_map(told.bundle, "en", editing=editing, online=online)
        plan_group(told, "en", shown=shown).add_to(page)
        html = page.get_root().render()
        (tmp_path / "component" / "frame" / "map.html").write_text(html, "utf-8")
        sitting.page.goto(f"http://127.0.0.1:{server.server_address[1]}/index.html")
        handle = sitting.page.locator("iframe").element_handle()
        frame = handle.content_frame() if handle else None
        assert frame is not None
        frame.locator(".rn-legend").wait_for()
        return Live(sitting.page, frame, told)

    yield show
    server.shutdown()
    server.server_close()
    assert sitting.errors == []
    thread.join(5)
