"""Many sittings at once on one process of the app: how long a slider's answer takes, and memory.

Twenty planners have twenty browsers on machines of their own, so these sittings speak what the
browser speaks, and draw nothing: seconds are from a move sent to the map's plan for it received. As
the peer, the same moves by one sitting alone. `make setup` brings what it needs.

    python benchmarks/app_sittings.py [sittings [moves]]
"""

from __future__ import annotations

import asyncio
import base64
import json
import re
import statistics
import sys
import time
import zlib
from pathlib import Path
from typing import Any

import websockets
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.typing import Origin, Subprotocol

from planner.ui.serving import Served, serve

ROOT = Path(__file__).resolve().parents[1]
SAMPLE = ROOT / "data" / "samples" / "isle-of-wight"
SITTINGS, MOVES, PAUSE_S = 20, 10, 6.0
WAIT_S = 120.0
RADIUS = "服务半径（米）"


def memory_mb(pid: int) -> float:
    """Resident memory of the server."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    raise RuntimeError(f"no memory told for process {pid}")


class Sitting:
    """One browser's end of the line."""

    def __init__(self, line: Any, query: str, errors: list[str]) -> None:
        self._line, self._query, self._errors = line, query, errors
        self._slider = ""

    async def ask(self, radius: int | None = None) -> None:
        """Run the page, with the slider moved if a radius is told."""
        message = BackMsg()
        message.rerun_script.query_string = self._query
        if radius is not None:
            state = message.rerun_script.widget_states.widgets.add()
            state.id = self._slider
            state.double_array_value.data.append(float(radius))
        await self._line.send(message.SerializeToString())

    async def answered(self, radius: int) -> None:
        """Wait for a plan of this radius on the map."""
        while True:
            message = ForwardMsg()
            message.ParseFromString(await asyncio.wait_for(self._line.recv(), WAIT_S))
            element = message.delta.new_element
            kind = element.WhichOneof("type")
            if kind == "slider" and element.slider.label == RADIUS:
                self._slider = element.slider.id
            elif kind == "exception":
                self._errors.append(element.exception.message)
            elif kind == "component_instance":
                script = json.loads(element.component_instance.json_args).get("feature_group") or ""
                if radius_of(script) == radius:
                    return


def radius_of(script: str) -> float | None:
    """Radius of the plan that a script shows; None where it shows none."""
    packet = re.search(r'RecycleNet\.show\(\w+, "([A-Za-z0-9+/=]+)"', script)
    if packet is None:
        return None
    raw = zlib.decompress(base64.b64decode(packet[1]))
    head = json.loads(raw[4 : 4 + int.from_bytes(raw[:4], "little")])
    return float(head["limit"])


async def sit(url: str, number: int, moves: int, errors: list[str]) -> list[float]:
    """Open the app and move the slider; seconds from each move to the map's new plan."""
    first = 600 + 50 * (number % 8)
    query = f"radius={first}&quota={number % 3}&urban={80 + number}"
    address = url.replace("http", "ws") + "/_stcore/stream"
    seconds: list[float] = []
    async with websockets.connect(
        address, subprotocols=[Subprotocol("streamlit")], max_size=None, origin=Origin(url)
    ) as line:
        sitting = Sitting(line, query, errors)
        await sitting.ask()
        await sitting.answered(first)
        await asyncio.sleep(5 + number * PAUSE_S / SITTINGS)
        for move in range(1, moves + 1):
            sent = time.perf_counter()
            await sitting.ask(first + 50 * move)
            await sitting.answered(first + 50 * move)
            seconds.append(time.perf_counter() - sent)
            await asyncio.sleep(PAUSE_S)
    return seconds


async def measure(app: Served, sittings: int, moves: int) -> None:
    """Print medians over all sittings, errors and memory."""
    errors: list[str] = []
    alone = await sit(app.url, 0, moves, errors)
    one = memory_mb(app.pid)
    print(f"one sitting: median {statistics.median(alone):.2f} s, {one:.0f} MB")
    began = time.perf_counter()
    told = await asyncio.gather(
        *(sit(app.url, number + 1, moves, errors) for number in range(sittings))
    )
    every = [second for seconds in told for second in seconds]
    print(f"{sittings} sittings of {moves} moves in {time.perf_counter() - began:.0f} s")
    print(
        f"answer: median {statistics.median(every):.2f} s, "
        f"95 % within {sorted(every)[int(len(every) * 0.95)]:.2f} s, worst {max(every):.2f} s"
    )
    print(f"memory: {memory_mb(app.pid):.0f} MB, {memory_mb(app.pid) - one:.0f} MB more")
    print(f"errors: {len(errors)} {errors[:3]}")


def main() -> None:
    """Measure an app of our own."""
    sittings = int(sys.argv[1]) if len(sys.argv) > 1 else SITTINGS
    moves = int(sys.argv[2]) if len(sys.argv) > 2 else MOVES
    with serve(SAMPLE) as app:
        asyncio.run(measure(app, sittings, moves))


if __name__ == "__main__":
    main()
