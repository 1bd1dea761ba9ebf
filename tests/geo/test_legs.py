"""Ways of a vehicle against scipy's search on the same roads."""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
from scipy.sparse.csgraph import dijkstra

from geo.bundle import load_bundle
from geo.legs import NO_WAY, legs_between, lines_between
from geo.speeds import METRES, Measure

SAMPLE = Path(__file__).parents[2] / "data" / "samples" / "isle-of-wight"
SECONDS = Measure(unit="s")


def test_ways_are_the_fastest_and_their_lengths_those_of_a_fastest_way() -> None:
    network = load_bundle(SAMPLE).networks["drive"]
    rng = np.random.default_rng(3)
    nodes = rng.choice(np.flatnonzero(network.snappable), 12)
    nodes[-1] = nodes[0]
    cost, length_cm = legs_between(network, nodes, SECONDS)
    there = dijkstra(network.matrix(SECONDS), indices=nodes)[:, nodes]
    assert np.array_equal(cost, np.where(np.isinf(there), NO_WAY, there))
    shortest = dijkstra(network.matrix(), indices=nodes)[:, nodes]
    reached = cost != NO_WAY
    assert reached.any()
    assert (length_cm[reached] >= shortest[reached]).all()
    metres, along = legs_between(network, nodes, METRES)
    assert np.array_equal(metres, along)

    pairs = [(int(nodes[a]), int(nodes[b])) for a in range(4) for b in range(6)]
    lines = lines_between(network, pairs, SECONDS)
    at = {(x, y): node for node, (x, y) in enumerate(zip(network.x, network.y, strict=True))}
    arcs, times = network.matrix(), network.matrix(SECONDS)
    for row, line in enumerate(lines):
        a, b = divmod(row, 6)
        if line is None:
            assert cost[a, b] == NO_WAY
            continue
        steps = [at[xy] for xy in line.coords]
        assert (steps[0], steps[-1]) == pairs[row]
        some = list(itertools.pairwise(steps)) if len(set(steps)) > 1 else []
        assert sum(arcs[u, v] for u, v in some) == length_cm[a, b]
        assert sum(times[u, v] for u, v in some) == cost[a, b]
