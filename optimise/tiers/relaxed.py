"""What stations and centres choose at given prices, each for itself."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from optimise.compiled import inner, kernel
from optimise.tiers.ground import Ground

__all__ = ["Shares", "choose_centres", "choose_stations", "go_straight", "station_values"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

#: Parts that the room asked of the centres is counted in, rounded in favour of the choice.
_PARTS = 200


class Shares(NamedTuple):
    """float64[amounts, centres], of each amount: sent to a centre, and taken by it."""

    sent: Floats
    taken: Floats


@inner
def go_straight(ground: Ground, worth: Floats, toll: Floats, shares: Shares) -> float:
    """What pays straight to a centre goes to the one it pays most to."""
    value = 0.0
    for i in range(len(worth)):
        best, at = 0.0, -1
        for k in range(toll.shape[1]):
            if ground.takes[i, k]:
                price = ground.direct[i, k] + toll[i, k] - worth[i]
                if price < best:
                    best, at = price, k
        if at >= 0:
            value += ground.amount[i] * best
            shares.sent[i, at] += 1.0
    return value


@inner
def choose_stations(
    ground: Ground, worth: Floats, toll: Floats, shares: Shares, sizes: Ints
) -> float:
    """Open the stations that pay, in the size that pays most; the kept ones in any case."""
    n, n_s = len(worth), ground.onward.shape[0]
    price, centre = np.empty(n), np.empty(n, np.int64)
    values, opened = np.zeros(n_s), 0
    for j in range(n_s):
        row = _offers(ground, worth, toll, j, price, centre)
        sizes[j], values[j] = _best_size(ground, j, row, price)
        if values[j] >= 0 and not ground.kept[j]:
            sizes[j] = -1
        opened += int(sizes[j] >= 0)
    for j in np.argsort(-values):
        if opened > ground.most[0] and sizes[j] >= 0 and not ground.kept[j]:
            sizes[j] = -1
            opened -= 1
    value = 0.0
    for j in range(n_s):
        if sizes[j] < 0:
            continue
        value += values[j]
        room = left = ground.room[j, sizes[j]]
        for i in _offers(ground, worth, toll, j, price, centre):
            if ground.split or ground.amount[i] <= room * (1 + 1e-9):
                share = min(1.0, left / ground.amount[i])
                shares.sent[i, centre[i]] += share
                left -= share * ground.amount[i]
    return value


@kernel
def station_values(ground: Ground, worth: Floats, toll: Floats) -> Floats:
    """What each station comes to in each size, float64[stations, sizes]; infinite if not had."""
    n, n_s = len(worth), ground.onward.shape[0]
    price, centre = np.empty(n), np.empty(n, np.int64)
    values = np.full((n_s, ground.room.shape[1]), np.inf)
    for j in range(n_s):
        row = _offers(ground, worth, toll, j, price, centre)
        for s in range(ground.had[j]):
            values[j, s] = ground.cost[j, s] + _filled(ground, row, price, ground.room[j, s])
    return values


@inner
def choose_centres(
    ground: Ground,
    group: Ints,
    needed: Floats,
    most: Ints,
    toll: Floats,
    shares: Shares,
    sizes: Ints,
) -> float:
    """Open centres that are large enough together, group by group; infinite if none are."""
    n, n_s = len(toll), ground.onward.shape[0]
    n_c = toll.shape[1]
    price = np.empty(n)
    values = np.full((n_c, ground.room.shape[1]), np.inf)
    for k in range(n_c):
        row = _tolls(ground, toll, k, price)
        for s in range(ground.had[n_s + k]):
            room = ground.room[n_s + k, s]
            values[k, s] = ground.cost[n_s + k, s] + _filled(ground, row, price, room)
    value = 0.0
    for one in range(len(needed)):
        value += _choose_group(
            ground, np.nonzero(group == one)[0], needed[one], most[one], values, sizes
        )
    for k in range(n_c):
        if sizes[n_s + k] < 0:
            continue
        room = left = ground.room[n_s + k, sizes[n_s + k]]
        for i in _tolls(ground, toll, k, price):
            if ground.split or ground.amount[i] <= room * (1 + 1e-9):
                shares.taken[i, k] = min(1.0, left / ground.amount[i])
                left -= shares.taken[i, k] * ground.amount[i]
        # What pays no toll takes what room is left.
        for i in range(n):
            if toll[i, k] <= 0 and shares.sent[i, k] > 0 and left > 0:
                shares.taken[i, k] = min(1.0, left / ground.amount[i], shares.sent[i, k])
                left -= shares.taken[i, k] * ground.amount[i]
    return value


@inner
def _choose_group(
    ground: Ground, members: Ints, needed: float, most: int, values: Floats, sizes: Ints
) -> float:
    """The set of centres of least value with room for what is needed: a knapsack."""
    n_s, count = ground.onward.shape[0], len(members)
    limited = most < count
    counts = most + 1 if limited else 1
    least = np.full((count + 1, counts, _PARTS + 1), np.inf)
    size = np.full((count, counts, _PARTS + 1), -1)
    come = np.zeros((count, counts, _PARTS + 1), np.int64)
    least[0, 0, _PARTS if needed <= 0 else 0] = 0.0
    for at in range(count):
        p = n_s + members[at]
        if not ground.kept[p]:
            least[at + 1] = least[at]
            for c in range(counts):
                for g in range(_PARTS + 1):
                    come[at, c, g] = g
        for s in range(ground.had[p]):
            parts = _PARTS
            if ground.room[p, s] < needed:
                parts = int(np.ceil(ground.room[p, s] / needed * _PARTS - 1e-9))
            for c in range(counts - 1 if limited else 1):
                for g in range(_PARTS + 1):
                    now = least[at, c, g] + values[members[at], s]
                    to = c + 1 if limited else c
                    end = min(_PARTS, g + parts)
                    if now < least[at + 1, to, end]:
                        least[at + 1, to, end] = now
                        size[at, to, end] = s
                        come[at, to, end] = g
    c = int(np.argmin(least[count, :, _PARTS]))
    value, g = float(least[count, c, _PARTS]), _PARTS
    if value == np.inf:
        return value
    for at in range(count - 1, -1, -1):
        s = size[at, c, g]
        sizes[n_s + members[at]] = s
        g = come[at, c, g]
        if s >= 0 and limited:
            c -= 1
    return value


@inner
def _offers(
    ground: Ground, worth: Floats, toll: Floats, j: int, price: Floats, centre: Ints
) -> Ints:
    """Amounts that pay at a station, the best first; their price and centre are filled in."""
    row, found = np.empty(len(worth), np.int64), 0
    for i in range(len(worth)):
        begin = ground.to_station[i, j] - worth[i]
        if begin >= 0:
            continue
        best, at = np.inf, -1
        for k in range(toll.shape[1]):
            if ground.takes[i, k] and ground.onward[j, k] + toll[i, k] < best:
                best, at = ground.onward[j, k] + toll[i, k], k
        if begin + best < 0:
            price[i], centre[i] = begin + best, at
            row[found] = i
            found += 1
    row = row[:found]
    return row[np.argsort(price[row])]


@inner
def _tolls(ground: Ground, toll: Floats, k: int, price: Floats) -> Ints:
    """Amounts that pay a toll to a centre, the best first; their price is filled in."""
    row, found = np.empty(len(toll), np.int64), 0
    for i in range(len(toll)):
        if ground.takes[i, k] and toll[i, k] > 0:
            price[i] = -toll[i, k]
            row[found] = i
            found += 1
    row = row[:found]
    return row[np.argsort(price[row])]


@inner
def _best_size(ground: Ground, j: int, row: Ints, price: Floats) -> tuple[int, float]:
    best, at = np.inf, -1
    for s in range(ground.had[j]):
        value = ground.cost[j, s] + _filled(ground, row, price, ground.room[j, s])
        if value < best:
            best, at = value, s
    return at, best


@inner
def _filled(ground: Ground, row: Ints, price: Floats, room: float) -> float:
    """What a place gains from filling its room in this order."""
    gain, left = 0.0, room
    for i in row:
        amount = ground.amount[i]
        if not ground.split and amount > room * (1 + 1e-9):
            continue
        taken = min(amount, left)
        gain += price[i] * taken
        left -= taken
        if left <= 0:
            break
    return gain
