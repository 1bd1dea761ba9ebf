"""How to answer: options and the watch, as every solver takes them."""

from __future__ import annotations

from dataclasses import dataclass

from optimise.watch import Watch

__all__ = ["Run"]


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Run:
    """Options of one call of :func:`optimise.solve`.

    Parameters
    ----------
    gap
        Relative gap that counts as proven.
    seed
        Of every random choice.
    exact
        Whether to prove with branch and bound; if not, local search and a bound must do.
    watch
        Clock, cancel button, listener.
    """

    gap: float
    seed: int
    exact: bool
    watch: Watch
