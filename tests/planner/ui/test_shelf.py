from __future__ import annotations

import threading

import pytest

from planner.ui.shelf import Shelf


def test_the_last_few_are_kept() -> None:
    shelf: Shelf[int] = Shelf(2)
    for key in (1, 2):
        shelf.get_or_make(key, lambda key=key: key)  # type: ignore[misc]
    shelf.get(1)
    shelf.get_or_make(3, lambda: 3)
    assert (shelf.get(1), shelf.get(2), shelf.get(3)) == (1, None, 3)


def test_many_askers_one_maker() -> None:
    shelf: Shelf[str] = Shelf(2)
    made, gate, answers = [], threading.Event(), []

    def make() -> str:
        made.append(1)
        gate.wait(5)
        return "thing"

    askers = [
        threading.Thread(target=lambda: answers.append(shelf.get_or_make("k", make)))
        for _ in range(8)
    ]
    for asker in askers:
        asker.start()
    gate.set()
    for asker in askers:
        asker.join(5)
    assert answers == ["thing"] * 8 and len(made) == 1


def test_waiting_can_be_given_up() -> None:
    shelf: Shelf[int] = Shelf(2)
    gate, busy = threading.Event(), threading.Event()

    def slow() -> int:
        busy.set()
        gate.wait(5)
        return 1

    maker = threading.Thread(target=lambda: shelf.get_or_make("k", slow))
    maker.start()
    busy.wait(5)

    def give_up() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        shelf.get_or_make("k", lambda: 2, give_up)
    gate.set()
    maker.join(5)
    assert shelf.get("k") == 1


def test_what_failed_is_tried_again() -> None:
    shelf: Shelf[int] = Shelf(2)
    with pytest.raises(ZeroDivisionError):
        shelf.get_or_make("k", lambda: 1 // 0)
    assert shelf.get_or_make("k", lambda: 7) == 7
