"""A bound by Lagrangian relaxation, which also proposes sizes.

Relaxed are that everything goes somewhere (what each amount is worth) and that what goes to a
centre is taken there (a toll for each amount and centre). Stations then choose for themselves a
size and, greedily, what to fill it with; centres likewise, large enough together. Sizes are chosen
whole, which a linear relaxation does not do: the bound is better than the programme's, and cheap.
Prices climb by the volume algorithm (Barahona and Anbil 2000). A budget is left out.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from optimise.compiled import inner, kernel
from optimise.tiers.ground import Ground
from optimise.tiers.question import Tiers
from optimise.tiers.relaxed import (
    Shares,
    choose_centres,
    choose_stations,
    go_straight,
    station_values,
)

__all__ = ["Climb"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]

#: Steps in all and at a time; and steps x amounts x stations x centres, which is time.
_STEPS, _AT_ONCE, _WORK = 800, 50, 15_000_000_000
#: Steps so short lead nowhere.
_SHORTEST = 1e-4
#: Share that the sums of a step may be off by.
_ROUNDING = 1e-9


class _Path(NamedTuple):
    """Where the climb is: prices at hand, the best, and the direction from those.

    ``state``: bound, length of a step, weight of the newest direction, steps in vain in a row
    for the one and for the other.
    """

    worth: Floats
    toll: Floats
    best_worth: Floats
    best_toll: Floats
    way_worth: Floats
    way_toll: Floats
    state: Floats


class Climb:
    """Raises a bound towards the cost of the best plan known.

    Attributes
    ----------
    bound
        No plan costs less; infinite where no set of centres is large enough.
    share
        Of the steps, those taken.
    """

    def __init__(self, tiers: Tiers, ground: Ground) -> None:
        self._ground, self._sizes = ground, tiers.stations.capacity.shape
        n, (n_s, n_c) = len(ground.amount), ground.onward.shape
        self._group, self._needed, self._most = _groups(tiers)
        self._steps = int(min(_STEPS, max(_AT_ONCE, _WORK // max(1, n * n_s * n_c))))
        capacity = np.where(ground.room > 0, ground.room, np.inf)
        unit = (ground.cost / capacity)[n_s:]
        unit = np.where(ground.room[n_s:] > 0, unit, np.inf).min(axis=1, initial=np.inf)
        toll = np.where(ground.takes & np.isfinite(unit), np.where(np.isfinite(unit), unit, 0), 0.0)
        zero, flat = np.zeros(n), np.zeros((n, n_c))
        self._path = _Path(
            worth=zero.copy(),
            toll=toll,
            best_worth=zero.copy(),
            best_toll=toll.copy(),
            way_worth=zero.copy(),
            way_toll=flat,
            state=np.array([-np.inf, 0.2, 0.2, 0.0, 0.0]),
        )
        self.bound, self.share = 0.0, 0.0

    def steps(self, target: float) -> Iterator[Ints]:
        """Climb, a few steps at a time; each time the sizes that the last step chose.

        ``target``: cost of a plan, or a guess; :meth:`aim` lowers it on the way.
        """
        ground, path = self._ground, self._path
        self._target = target
        path.worth[:] = target / ground.amount.sum()
        sizes = np.full(len(ground.room), -1, np.int64)
        for begun in range(0, self._steps, _AT_ONCE):
            more = _climb(
                ground, self._group, self._needed, self._most, path, self._target, _AT_ONCE, sizes
            )
            bound = float(path.state[0])
            self.bound = max(0.0, bound - _ROUNDING * abs(bound) if np.isfinite(bound) else bound)
            self.share = begun / self._steps
            yield sizes.copy()
            if not more:
                break

    def aim(self, target: float) -> None:
        """Name the cost of a better plan."""
        self._target = min(self._target, target)

    def hopeless(self, value: float) -> Mask:
        """Sizes of stations that no plan below a cost has: bool[stations, columns of capacity].

        What the bound would be with a station open in that size, the best prices as they are.
        """
        ground, path = self._ground, self._path
        hopeless, bound = np.zeros(self._sizes, np.bool_), float(path.state[0])
        if ground.most[0] < len(ground.onward) or not np.isfinite(bound):
            return hopeless  # A station less may be another one more: that is not looked into.
        values = station_values(ground, path.best_worth, path.best_toll)
        best = values.min(axis=1, initial=np.inf)
        chosen = np.where(ground.kept[: len(best)], best, np.minimum(best, 0.0))
        chosen = np.where(np.isfinite(chosen), chosen, 0.0)
        above = bound + values - chosen[:, None] > value * (1 + _ROUNDING)
        for row, had in enumerate(ground.had[: len(best)].tolist()):
            hopeless[row, ground.size[row, :had]] = above[row, :had]
        return hopeless


def _groups(tiers: Tiers) -> tuple[Ints, Floats, Ints]:
    """Centres that take the same streams; what only they take; how many of them may be open."""
    centres = tiers.centres
    assert centres.takes is not None
    masks, group = np.unique(centres.takes, axis=0, return_inverse=True)
    alone = masks & (masks.sum(axis=0) == 1)
    needed = alone @ tiers.supply.sum(axis=0)
    most = np.full(len(masks), len(group), np.int64)
    if centres.at_most is not None:
        # Each other group that is needed takes one at least.
        others = (needed > 0).sum() - (needed > 0)
        most = np.minimum(most, np.maximum(0, centres.at_most - others))
    return np.asarray(group, np.int64).ravel(), np.asarray(needed, np.float64), most


@kernel
def _climb(
    ground: Ground,
    group: Ints,
    needed: Floats,
    most: Ints,
    path: _Path,
    target: float,
    steps: int,
    sizes: Ints,
) -> bool:
    """Take some steps; False if there are no more to be taken."""
    n, n_c = ground.takes.shape
    amount, state = ground.amount, path.state
    shares = Shares(np.zeros((n, n_c)), np.zeros((n, n_c)))
    worth, toll = np.zeros(n), np.zeros((n, n_c))
    for _ in range(steps):
        shares.sent[:] = 0.0
        shares.taken[:] = 0.0
        sizes[:] = -1
        value = (amount * path.worth).sum()
        value += go_straight(ground, path.worth, path.toll, shares)
        value += choose_stations(ground, path.worth, path.toll, shares, sizes)
        value += choose_centres(ground, group, needed, most, path.toll, shares, sizes)
        if value == np.inf:
            state[0] = np.inf
            return False
        for i in range(n):
            worth[i] = 1.0
            for k in range(n_c):
                worth[i] -= shares.sent[i, k]
                toll[i, k] = shares.sent[i, k] - shares.taken[i, k]
        _turn(amount, path, worth, toll)
        _judge(amount, path, worth, value)
        length = 0.0
        for i in range(n):
            length += amount[i] * path.way_worth[i] ** 2
            for k in range(n_c):
                if path.best_toll[i, k] > 0 or path.way_toll[i, k] > 0:
                    length += amount[i] * path.way_toll[i, k] ** 2
        if length <= 1e-12 * amount.sum() or state[1] < _SHORTEST or state[0] >= target:
            return False
        step = state[1] * (1.02 * target - state[0]) / length
        path.worth[:] = path.best_worth + step * path.way_worth
        path.toll[:] = np.maximum(0.0, path.best_toll + step * path.way_toll)
    return True


@inner
def _turn(amount: Floats, path: _Path, worth: Floats, toll: Floats) -> None:
    """Turn the direction towards the newest violations, so that it becomes shortest."""
    if path.state[0] == -np.inf:
        path.way_worth[:] = worth
        path.way_toll[:] = toll
        return
    along, square = 0.0, 0.0
    for i in range(len(worth)):
        apart = worth[i] - path.way_worth[i]
        along -= amount[i] * apart * path.way_worth[i]
        square += amount[i] * apart * apart
        for k in range(toll.shape[1]):
            apart = toll[i, k] - path.way_toll[i, k]
            along -= amount[i] * apart * path.way_toll[i, k]
            square += amount[i] * apart * apart
    most = path.state[2]
    weight = min(max(along / square, most / 10), most) if square > 0 else most
    path.way_worth[:] += weight * (worth - path.way_worth)
    path.way_toll[:] += weight * (toll - path.way_toll)


@inner
def _judge(amount: Floats, path: _Path, worth: Floats, value: float) -> None:
    """Keep prices that are better; make steps longer or shorter."""
    state = path.state
    if value > state[0]:
        if value > state[0] + 1e-6 * abs(state[0]):
            state[3] = 0.0
        state[0], state[4] = value, 0.0
        path.best_worth[:] = path.worth
        path.best_toll[:] = path.toll
        if (amount * worth * path.way_worth).sum() > 0:
            state[1] = min(2.0, state[1] * 1.1)
        return
    state[3] += 1
    state[4] += 1
    if state[3] >= 10:
        state[1] *= 0.66
        state[3] = 0.0
    if state[4] >= 50:
        state[2] = max(state[2] / 2, 0.005)
        state[4] = 0.0
