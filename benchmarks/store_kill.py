"""kill -9 in the middle of saving: nothing that was told as saved is lost, nothing is half there.

    python benchmarks/store_kill.py [--rounds 200] [--server-rounds 20]

A program saves scenarios and versions as fast as it can, telling each before and after; it is
killed at a random moment. After each round the store is opened anew and looked through. On
PostgreSQL also the server's own process of a connection is killed, which makes it recover from
its log. A server is started in a folder and thrown away.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.store_plans import made_up, whole
from planner.store import Store, StoreError, open_store
from planner.store.tables import scenarios
from tests.planner.store.cluster import cluster, lack

__all__ = ["Told", "kill_rounds"]

LONGEST_S = 0.25
PAUSE_S = 0.2


@dataclass(frozen=True, slots=True)
class Told:
    """What became of it.

    Parameters
    ----------
    midway
        Rounds in which a saving had begun and was not told as done.
    """

    rounds: int
    midway: int
    saved: int
    faults: tuple[str, ...]


def kill_rounds(url: str, rounds: int, *, sites: int = 100, server: bool = False) -> Told:
    """Kill a saving program again and again, looking through the store after each time."""
    open_store(url).close()
    midway, faults = 0, []
    known: dict[str, int] = {}
    for n in range(rounds):
        chance = random.Random(n)
        lines = _round(url, n, sites, chance, _backend if server else None)
        begun = sum(line.startswith("begin") for line in lines)
        done = [line.split() for line in lines if line.startswith("done")]
        midway += begun > len(done)
        for _, name, number in done:
            known[name] = max(known.get(name, 0), int(number))
        with _opened(url) as store:
            faults += [f"round {n}: {fault}" for fault in whole(store)]
            there = _revisions(store)
            lost = (name for name, number in known.items() if there.get(name, 0) < number)
            faults += [f"round {n}: lost {name}" for name in lost]
    return Told(rounds, midway, sum(known.values()), tuple(faults))


def _round(
    url: str, n: int, sites: int, chance: random.Random, kill: Callable[[str], None] | None
) -> list[str]:
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stderr.fileno())
        try:
            _save_for_ever(url, n, sites, writing)
        finally:
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as told:
        line = told.readline()  # it has opened the store
        assert line == "ready\n", line
        time.sleep(chance.random() * LONGEST_S)
        if kill is not None:
            kill(url)
        else:
            os.kill(child, signal.SIGKILL)
        lines = told.read().splitlines()
    os.waitpid(child, 0)
    return lines


def _save_for_ever(url: str, n: int, sites: int, out: int) -> None:
    chance = random.Random(n)
    store = open_store(url)
    drafts = [made_up(chance, sites=sites) for _ in range(3)]
    os.write(out, b"ready\n")
    try:
        while True:
            os.write(out, b"begin\n")
            made = store.save(drafts[0], title=f"round {n}", author="a")
            os.write(out, f"done {made.id} 1\n".encode())
            for number, draft in enumerate(drafts[1:], 2):
                os.write(out, b"begin\n")
                store.update(made.id, draft, key=made.key, expected=number - 1)
                os.write(out, f"done {made.id} {number}\n".encode())
    except StoreError:
        return  # the server was killed


def _backend(url: str) -> None:
    """Kill the server's process that serves the saving program."""
    engine = sa.create_engine(url)
    asked = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> {}"
    with engine.connect() as connection:
        own = connection.execute(sa.text("SELECT pg_backend_pid()")).scalar()
        pid = connection.execute(sa.text(asked.format(own))).scalars().first()
    engine.dispose()
    assert pid is not None
    os.kill(pid, signal.SIGKILL)


def _opened(url: str) -> Store:
    for _ in range(100):
        try:
            return open_store(url)
        except StoreError:
            time.sleep(PAUSE_S)  # the server recovers
    raise AssertionError("the store does not open any more")


def _revisions(store: Store) -> dict[str, int]:
    with store.engine.connect() as connection:
        rows = connection.execute(sa.select(scenarios.c.id, scenarios.c.revision))
        return {row.id: row.revision for row in rows}


def main() -> None:
    """Kill on both stores and print what was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=200)
    parser.add_argument("--server-rounds", type=int, default=20)
    asked = parser.parse_args()
    told = {}
    with tempfile.TemporaryDirectory() as folder:
        told["SQLite"] = kill_rounds(f"sqlite:///{folder}/store.sqlite3", asked.rounds)
    if why := lack():
        print(why)
    else:
        with cluster(durable=True) as server:
            told["PostgreSQL"] = kill_rounds(server.create("killed"), asked.rounds)
            url = server.create("crashed")
            told["its server"] = kill_rounds(url, asked.server_rounds, server=True)
    for name, one in told.items():
        print(
            f"{name}: killed {one.rounds} times, {one.midway} of them in the middle of a saving; "
            f"{one.saved} versions told as saved, {len(one.faults)} faults"
        )
        for fault in one.faults[:10]:
            print("  ", fault)
    sys.exit(any(one.faults for one in told.values()))


if __name__ == "__main__":
    main()
