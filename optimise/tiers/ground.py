"""The question laid flat: amounts in a row, places of both tiers in a row, sizes ascending."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from optimise.tiers.question import Tiers

__all__ = ["Ground", "ground_of"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]

#: More places than there ever are: no limit.
_ANY_NUMBER = 1 << 40


class Ground(NamedTuple):
    """What search and bound work on, in a form that compiled functions take whole.

    Places are stations, then centres.

    Parameters
    ----------
    amount, point, stream
        [amounts], only those above 0.
    to_station, direct
        float64[amounts, stations], [amounts, centres]: price of a unit; infinite where there is
        no way or no taker.
    onward
        float64[stations, centres].
    takes
        bool[amounts, centres].
    room, cost, had, size
        [places, sizes] in the order of room; ``had`` int64[places] sizes are to be had, ``size``
        is their column in the question.
    kept, most
        bool[places]; int64[2], how many of each tier may be open.
    split, budget
        As in the question, no budget is infinite.
    """

    amount: Floats
    point: Ints
    stream: Ints
    to_station: Floats
    onward: Floats
    direct: Floats
    takes: Mask
    room: Floats
    cost: Floats
    had: Ints
    size: Ints
    kept: Mask
    most: Ints
    split: bool
    budget: float


def ground_of(tiers: Tiers) -> Ground:
    """Lay a question flat."""
    to_station, onward, direct = tiers.prices()
    stations, centres = tiers.stations, tiers.centres
    assert stations.takes is not None and centres.takes is not None
    assert stations.kept is not None and centres.kept is not None
    point, stream = np.nonzero(tiers.supply > 0)
    takes = np.ascontiguousarray(centres.takes[:, stream].T)
    taken = stations.takes[:, stream].T
    sizes = max(stations.capacity.shape[1], centres.capacity.shape[1])
    places = stations.n_sites + centres.n_sites
    room, cost = np.zeros((places, sizes)), np.zeros((places, sizes))
    had, size = np.zeros(places, np.int64), np.zeros((places, sizes), np.int64)
    row = 0
    for tier in (stations, centres):
        for capacity, price in zip(tier.capacity, tier.cost, strict=True):
            order = np.argsort(capacity, kind="stable")
            order = order[capacity[order] > 0]
            had[row] = len(order)
            room[row, : len(order)], cost[row, : len(order)] = capacity[order], price[order]
            size[row, : len(order)] = order
            row += 1
    most = [_ANY_NUMBER if t.at_most is None else t.at_most for t in (stations, centres)]
    return Ground(
        amount=tiers.supply[point, stream],
        point=point.astype(np.int64),
        stream=stream.astype(np.int64),
        # Laid out alike, or compiled functions would be compiled again.
        to_station=np.ascontiguousarray(np.where(taken, to_station[point], np.inf)),
        onward=np.ascontiguousarray(onward),
        direct=np.ascontiguousarray(np.where(takes, direct[point], np.inf)),
        takes=takes,
        room=room,
        cost=cost,
        had=had,
        size=size,
        kept=np.concatenate([stations.kept, centres.kept]),
        most=np.array(most, np.int64),
        split=tiers.split,
        budget=math.inf if tiers.budget is None else float(tiers.budget),
    )
