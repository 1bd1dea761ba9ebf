"""Progress on a terminal: the phase, a bar, the time; plain lines where no terminal is."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from geo.progress import Progress as Report
from planner.wording.language import Language
from planner.wording.words import say_phase

__all__ = ["phases"]


@contextmanager
def phases(language: Language, *, quiet: bool = False) -> Iterator[Report]:
    """Give a progress function that draws on standard error while the block runs."""
    console = Console(stderr=True, highlight=False, emoji=False)
    if quiet:
        yield lambda _phase, _share: None
    elif console.is_terminal:
        with _bars(console) as bars:
            yield _Bar(bars, language)
    else:
        lines = _Lines(language)
        yield lines
        lines.close()


def _bars(console: Console) -> Progress:
    return Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        TimeElapsedColumn(),
        console=console,
    )


class _Bar:
    """One bar a phase; a phase is done when the next begins."""

    def __init__(self, bars: Progress, language: Language) -> None:
        self._bars, self._language = bars, language
        self._tasks: dict[str, object] = {}

    def __call__(self, phase: str, share: float) -> None:
        if phase not in self._tasks:
            for task in self._tasks.values():
                self._bars.update(task, completed=1.0)  # type: ignore[arg-type]
                self._bars.stop_task(task)  # type: ignore[arg-type]
            self._tasks[phase] = self._bars.add_task(say_phase(phase, self._language), total=1.0)
        self._bars.update(self._tasks[phase], completed=share)  # type: ignore[arg-type]


class _Lines:
    """A line when a phase begins and its seconds when it ends: for logs and pipes."""

    def __init__(self, language: Language) -> None:
        self._language = language
        self._phase, self._since = "", 0.0

    def __call__(self, phase: str, share: float) -> None:  # noqa: ARG002 - lines have no bars
        if phase != self._phase:
            self.close()
            self._phase, self._since = phase, time.perf_counter()

    def close(self) -> None:
        if self._phase:
            seconds = time.perf_counter() - self._since
            text = say_phase(self._phase, self._language)
            sys.stderr.write(f"{text}  {seconds:.1f} s\n")
            sys.stderr.flush()
        self._phase = ""
