from __future__ import annotations

import threading
import time

import pytest

from planner.ui.precedence import Precedence


def nothing() -> None:
    pass


def test_nobody_waits_while_nobody_goes_first() -> None:
    assert Precedence(5.0).give_way(0.0, 0.01, nothing) == 0.0


def test_a_proof_goes_on_when_the_last_answer_is_there() -> None:
    precedence, ends = Precedence(5.0), []
    inside = threading.Event()

    def answer(for_s: float) -> None:
        with precedence.first():
            inside.set()
            time.sleep(for_s)
        ends.append(time.monotonic())

    threads = [threading.Thread(target=answer, args=(for_s,)) for for_s in (0.05, 0.2)]
    for thread in threads:
        thread.start()
    inside.wait()
    told: list[float] = []
    given_s = precedence.give_way(0.0, 0.02, lambda: told.append(time.monotonic()))
    assert time.monotonic() >= max(ends) - 0.05 and given_s > 0.1 and told
    for thread in threads:
        thread.join()


def test_patience_has_an_end_over_all_waits() -> None:
    precedence = Precedence(0.1)
    with precedence.first():
        given_s = precedence.give_way(0.0, 0.02, nothing)
        assert 0.1 <= given_s < 1.0
        assert precedence.give_way(given_s, 0.02, nothing) == given_s


def test_an_overtaken_proof_stops_waiting() -> None:
    precedence = Precedence(5.0)

    def overtaken() -> None:
        raise KeyboardInterrupt

    with precedence.first(), pytest.raises(KeyboardInterrupt):
        precedence.give_way(0.0, 0.01, overtaken)


def test_a_failed_answer_lets_proofs_go() -> None:
    precedence = Precedence(5.0)
    with pytest.raises(ValueError, match="x"), precedence.first():
        raise ValueError("x")
    assert precedence.give_way(0.0, 0.01, nothing) == 0.0
