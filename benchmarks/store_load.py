"""Fifty planners at once: saving, listing and opening for a minute, without a pause.

    python benchmarks/store_load.py [--planners 50] [--seconds 60]

Planners are threads of one program, as in the app, or of five, as with several servers. Each has
scenarios of its own; one scenario belongs to all of them, and whoever is told of a conflict tries
to save over it knowingly, once ("shared": both tries). Afterwards every version that was told as
saved must be there. A server is started in a folder and thrown away.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.store_plans import made_up, whole
from planner.store import ConflictError, Receipt, Store, open_store
from tests.planner.store.cluster import cluster, lack

__all__ = ["Told", "load"]

DEEDS = ("save", "update", "shared", "list", "open", "tag")
CHANCES = (1, 2, 1, 3, 3, 1)


@dataclass(frozen=True, slots=True)
class Told:
    """What became of it: seconds that each deed took, by its name."""

    seconds: dict[str, list[float]]
    conflicts: int
    faults: tuple[str, ...]


def load(url: str, *, planners: int, seconds: float, processes: int, sites: int = 100) -> Told:
    """Let planners work on a store, then look through it."""
    with open_store(url) as store:
        common = store.save(made_up(random.Random(0), sites=sites), title="of all")
        store.share(common.id, key=common.key)
    pipes, children = [], []
    for n in range(processes):
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(reading)
            try:
                mine = range(n, planners, processes)
                told = _program(url, common, mine, seconds, sites)
                with os.fdopen(writing, "w") as out:
                    json.dump(told, out)
            finally:
                os._exit(0)
        os.close(writing)
        pipes.append(reading)
        children.append(child)
    results: list[dict[str, Any]] = []
    for pipe, child in zip(pipes, children, strict=True):
        with os.fdopen(pipe) as reading_end:
            results.append(json.loads(reading_end.read() or '{"errors": ["a program ended"]}'))
        os.waitpid(child, 0)
    return _told(url, common, results)


def _program(
    url: str, common: Receipt, planners: range, seconds: float, sites: int
) -> dict[str, Any]:
    told: dict[str, Any] = {"seconds": {}, "known": {}, "shared": 0, "conflicts": 0, "errors": []}
    lock = threading.Lock()
    with open_store(url) as store:
        ends = time.monotonic() + seconds
        threads = [
            threading.Thread(
                target=_planner, args=(store, common, random.Random(n), ends, told, lock, sites)
            )
            for n in planners
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    return told


def _planner(
    store: Store,
    common: Receipt,
    chance: random.Random,
    ends: float,
    told: dict[str, Any],
    lock: threading.Lock,
    sites: int,
) -> None:
    mine: dict[str, tuple[str, int]] = {}
    draft = made_up(chance, sites=sites)

    def save() -> None:
        made = store.save(draft, title=f"plan {chance.random()}", author="a", note="n")
        mine[made.id] = (made.key, 1)

    def update() -> None:
        name = chance.choice(sorted(mine))
        key, number = mine[name]
        mine[name] = (key, store.update(name, draft, key=key, expected=number))

    def shared() -> None:
        expected = store.open(common.id).entry.revision
        try:
            store.update(common.id, draft, key=common.key, expected=expected)
        except ConflictError as conflict:
            theirs = conflict.theirs.number
            with lock:
                told["conflicts"] += 1
            try:
                store.update(common.id, draft, key=common.key, expected=theirs)
            except ConflictError:
                return  # and a third was quicker: left alone
        with lock:
            told["shared"] += 1

    def listed() -> None:
        found = {one.id: one.revision for one in store.list(key for key, _ in mine.values())}
        missing = {name for name, (_, number) in mine.items() if found.get(name) != number}
        if missing or common.id not in found:
            raise AssertionError(f"list without {missing}")

    def opened() -> None:
        name = chance.choice(sorted(mine))
        if store.open(name).scenario != draft.scenario:
            raise AssertionError(f"{name} is another")

    def tag() -> None:
        name = chance.choice(sorted(mine))
        store.tag(name, f"tag {chance.randint(0, 5)}", key=mine[name][0])

    deeds: dict[str, Callable[[], None]] = dict(
        zip(DEEDS, (save, update, shared, listed, opened, tag), strict=True)
    )
    try:
        while time.monotonic() < ends:
            name = chance.choices(DEEDS, CHANCES)[0] if mine else "save"
            started = time.perf_counter()
            deeds[name]()
            with lock:
                told["seconds"].setdefault(name, []).append(time.perf_counter() - started)
    except Exception as error:
        with lock:
            told["errors"].append(f"{type(error).__name__}: {error}")
    with lock:
        told["known"].update({name: number for name, (_, number) in mine.items()})


def _told(url: str, common: Receipt, results: list[dict[str, Any]]) -> Told:
    faults = [error for one in results for error in one["errors"]]
    seconds: dict[str, list[float]] = {}
    for one in results:
        for name, took in one.get("seconds", {}).items():
            seconds.setdefault(name, []).extend(took)
    with open_store(url) as store:
        faults += whole(store)
        for one in results:
            for name, number in one.get("known", {}).items():
                if (found := store.open(name).entry.revision) != number:
                    faults.append(f"{name}: version {found}, not {number}")
        versions = store.open(common.id).entry.revision
        saved = sum(one.get("shared", 0) for one in results)
        if versions != 1 + saved:
            faults.append(f"of all: {versions} versions, {saved} saved")
    return Told(seconds, sum(one.get("conflicts", 0) for one in results), tuple(faults))


def main() -> None:
    """Load both stores and print latencies."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--planners", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=60)
    asked = vars(parser.parse_args())
    told = {}
    with tempfile.TemporaryDirectory() as folder:
        for n in (1, 5):
            url = f"sqlite:///{folder}/store-{n}.sqlite3"
            told[f"SQLite, programs: {n}"] = load(url, processes=n, **asked)
    if why := lack():
        print(why)
    else:
        with cluster(durable=True) as server:
            for n in (1, 5):
                url = server.create(f"loaded{n}")
                told[f"PostgreSQL, programs: {n}"] = load(url, processes=n, **asked)
    for name, one in told.items():
        print(f"{name}: {one.conflicts} conflicts told, {len(one.faults)} faults")
        for deed in DEEDS:
            took = sorted(1000 * second for second in one.seconds.get(deed, [0.0]))
            print(
                f"  {deed:7} {len(took):6} times   median {statistics.median(took):7.0f} ms"
                f"   95 % {took[int(len(took) * 0.95)]:7.0f}   longest {took[-1]:7.0f}"
            )
        for fault in one.faults[:10]:
            print("  ", fault)
    sys.exit(any(one.faults for one in told.values()))


if __name__ == "__main__":
    main()
