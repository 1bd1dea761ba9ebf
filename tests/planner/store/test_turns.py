from __future__ import annotations

import threading
import time

import pytest

from planner.store import StoreError
from planner.store.turns import Turns


def test_first_come_first_served() -> None:
    turns, order, threads = Turns(1, 30.0), [], []

    def work(n: int) -> None:
        with turns.turn():
            order.append(n)

    with turns.turn():
        for n in range(20):
            threads.append(threading.Thread(target=work, args=(n,)))
            threads[-1].start()
            while len(turns._queue) <= n:
                time.sleep(0.001)
    for thread in threads:
        thread.join()
    assert order == list(range(20))


def test_no_more_than_places_and_none_is_lost() -> None:
    turns, lock = Turns(3, 30.0), threading.Lock()
    inside, most = 0, 0

    def work() -> None:
        nonlocal inside, most
        for _ in range(50):
            with turns.turn():
                with lock:
                    inside += 1
                    most = max(most, inside)
                with lock:
                    inside -= 1

    threads = [threading.Thread(target=work) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert 1 <= most <= 3 and turns._free == 3 and not turns._queue


def test_patience_ends_and_the_place_is_kept() -> None:
    turns = Turns(1, 0.01)
    with turns.turn(), pytest.raises(StoreError, match="too many at a time"):
        turns._take()
    with turns.turn():
        pass
    assert turns._free == 1 and not turns._queue


def test_what_fails_gives_its_place_back() -> None:
    turns = Turns(1, 0.01)
    for _ in range(3):
        with pytest.raises(ZeroDivisionError), turns.turn():
            raise ZeroDivisionError
    assert turns._free == 1
