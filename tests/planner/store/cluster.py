"""A PostgreSQL of the tests' own: made in a folder, reached through a socket, thrown away."""

from __future__ import annotations

import getpass
import os
import pwd
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import create_engine, text

PLACES = ("/usr/lib/postgresql", "/usr/pgsql", "/opt/homebrew/opt", "/usr/local/pgsql")
TIME_S = 60


@dataclass(frozen=True)
class Cluster:
    folder: Path
    user: str

    def url(self, database: str = "postgres") -> str:
        return f"postgresql://{self.user}@/{database}?host={self.folder}"

    def create(self, database: str) -> str:
        """Make an empty database and return its URL."""
        engine = create_engine(self.url(), isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(f'CREATE DATABASE "{database}"'))
        engine.dispose()
        return self.url(database)


def binaries() -> Path | None:
    """Folder of the newest server's programs, None where there is no server."""
    found = shutil.which("initdb")
    folders = [Path(found).resolve().parent] if found else []
    for place in map(Path, PLACES):
        folders += sorted(place.glob("*/bin"), key=_version, reverse=True)
        folders += [place / "bin"]
    return next((one for one in folders if (one / "initdb").exists()), None)


def lack() -> str:
    """Why no cluster can be had here; empty if one can."""
    found = binaries()
    if found is None:
        return "no PostgreSQL server: install postgresql and postgresql-*-postgis-3"
    shared = Path("/usr/share/postgresql") / found.parent.name / "extension"
    if shared.is_dir() and not list(shared.glob("postgis.control")):
        return "PostgreSQL without PostGIS: install postgresql-*-postgis-3"
    return ""


@contextmanager
def cluster(*, durable: bool = False) -> Iterator[Cluster]:
    """Run a server; ``durable``: with every write on the disk, as in earnest."""
    bin_folder = binaries()
    assert bin_folder is not None
    # Short: the path of a socket has room for a hundred characters.
    folder = Path(tempfile.mkdtemp(prefix="rn-pg-"))
    user, run_as = _user(folder)
    data = folder / "data"
    try:
        made = [bin_folder / "initdb", "-D", data, "-U", user, "-A", "trust", "-E", "UTF8"]
        _run([*made, "--locale=C.UTF-8", "--no-sync"], run_as)
        options = f"-k {folder} -c listen_addresses= -c max_connections=150"
        if not durable:
            options += " -c fsync=off -c full_page_writes=off"
        start = [bin_folder / "pg_ctl", "-D", data, "-w", "-t", str(TIME_S)]
        _run([*start, "-l", folder / "log", "-o", options, "start"], run_as)
        try:
            yield Cluster(folder, user)
        finally:
            _run([*start, "-m", "immediate", "stop"], run_as)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _user(folder: Path) -> tuple[str, dict[str, object]]:
    """Who runs the server: PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return getpass.getuser(), {}
    names = {one.pw_name: one for one in pwd.getpwall()}
    other = names.get("postgres") or names["nobody"]
    os.chown(folder, other.pw_uid, other.pw_gid)
    # The socket is there for root, who may enter any folder.
    return other.pw_name, {"user": other.pw_uid, "group": other.pw_gid, "extra_groups": []}


def _run(command: list[object], run_as: dict[str, object]) -> None:
    done = subprocess.run(
        [str(part) for part in command],
        cwd="/",
        env={**os.environ, "LC_ALL": "C.UTF-8"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,  # a pipe would be held open by the server
        stderr=subprocess.PIPE if "start" not in command else subprocess.DEVNULL,
        timeout=2 * TIME_S,
        **run_as,  # type: ignore[call-overload]
    )
    if done.returncode:
        raise RuntimeError((done.stderr or b"").decode(errors="replace")[-2000:] or str(command))


def _version(path: Path) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", path.parent.name))
