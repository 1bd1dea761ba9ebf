"""The app served on a free port of this machine: for pictures, measurements and browser tests."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from planner.errors import OutputError

__all__ = ["FRAME", "Served", "chromium_options", "serve"]

ROOT = Path(__file__).resolve().parents[2]
START_S = 60.0
FRAME = "iframe[title='streamlit_folium.st_folium']"
"""The map within a page, for Playwright."""


class Served(NamedTuple):
    """Where the app answers, and which process serves it."""

    url: str
    pid: int


@contextmanager
def serve(
    bundle: Path, *, environment: Mapping[str, str] | None = None, log: Path | None = None
) -> Iterator[Served]:
    """Serve the app with a region until the block ends.

    Parameters
    ----------
    bundle
        Region that the app opens with.
    environment
        Beside what this process has.
    log
        Where the server's words go; nowhere unless told.

    Raises
    ------
    OutputError
        If it does not answer within a minute.
    """
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.headless", "true"]
    command += ["--server.port", str(port), "--server.address", "127.0.0.1"]
    command += ["--server.fileWatcherType", "none"]
    told = {**os.environ, "RECYCLENET_BUNDLE": str(bundle), **(environment or {})}
    with (log or Path(os.devnull)).open("w") as out:
        server = subprocess.Popen(command, cwd=ROOT, env=told, stdout=out, stderr=out)
        try:
            _wait(port, server, log)
            yield Served(url=f"http://127.0.0.1:{port}", pid=server.pid)
        finally:
            server.terminate()
            try:
                server.wait(10)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()


def chromium_options() -> dict[str, object]:
    """How Playwright launches the Chromium that ``scripts/browser.sh`` found."""
    return {
        "executable_path": os.environ.get("CHROMIUM", "/usr/bin/chromium"),
        "args": ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"],
    }


def _wait(port: int, server: subprocess.Popen[bytes], log: Path | None) -> None:
    until = time.monotonic() + START_S
    while time.monotonic() < until and server.poll() is None:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/_stcore/health", timeout=1)
            return
        except OSError:
            time.sleep(0.1)
    said = log.read_text("utf-8", errors="replace")[-2000:] if log else ""
    raise OutputError(f"the app did not start within {START_S:g} s {said}", where=str(port))
