"""Our travel matrix beside networkx and scipy: same network, same places, equal answers.

    python benchmarks/travel_matrix.py                        a made-up county, 500,000 junctions
    python benchmarks/travel_matrix.py --nodes 50000          a made-up town
    python benchmarks/travel_matrix.py BUNDLE --mode drive    roads, people and sites of a bundle

Prints a Markdown table. Our time is for the whole of ``network_matrix``: snapping, contraction,
search, joining, and naming the unreachable; and for the searches alone. The peers' is for the
searches and for picking the demand cells out of them: their graphs are made, and places tied to
nodes, outside the time taken. scipy gets the numbers it would otherwise convert in each call, and
as many candidates at a time as suit it best of those tried; and is shown with 20 at a time too.
Peers search from some of the candidates only and are scaled to all of them; for these candidates
every distance is compared to the centimetre.
Networks and places made up here are seeded; nothing is downloaded.
"""

from __future__ import annotations

import argparse
import os
import platform
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import networkx as nx
import numpy as np
import numpy.typing as npt
import scipy
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import connected_components, dijkstra

from geo.bundle import load_bundle
from geo.network import RoadNetwork
from geo.search import prepare, search, tie
from geo.speeds import METRES
from geo.streets import hilbert
from geo.travel import TravelMatrix, network_matrix

Points = npt.NDArray[np.float64]
Result = TypeVar("Result")
#: Distances in centimetres by candidate (row of the sample) and demand cell.
Answer = dict[tuple[int, int], int]
#: Candidates at a time that are tried for scipy: fewer convert more often, more fill more memory.
AT_ONCE = (1, 2, 4, 5, 8, 10, 20, 40)


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Task:
    """What everybody has to measure."""

    name: str
    network: RoadNetwork
    demand: Points
    candidates: Points
    cutoff_m: float


def main() -> None:
    """Read the options, measure, print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("bundle", type=Path, nargs="?", help="a bundle made by `recyclenet import`")
    parser.add_argument("--mode", choices=["walk", "drive"], default="walk", help="of the bundle")
    parser.add_argument("--nodes", type=int, default=500_000, help="junctions of a made-up network")
    parser.add_argument("--demand", type=int, default=10_000, help="cells of a made-up region")
    parser.add_argument("--candidates", type=int, default=5_000, help="of a made-up region")
    parser.add_argument("--cutoff", type=float, default=5_000, help="metres")
    parser.add_argument("--runs", type=int, default=5, help="medians are taken over so many")
    parser.add_argument("--peer-sources", type=int, default=40, help="candidates peers search from")
    options = parser.parse_args()
    task = of_bundle(options) if options.bundle else made_up(options)
    report(task, options.runs, options.peer_sources)


def of_bundle(options: argparse.Namespace) -> Task:
    """Take roads, people and sites of a bundle."""
    bundle = load_bundle(options.bundle)
    demand, candidates = (
        frame.geometry.get_coordinates().to_numpy()
        for frame in (bundle.demand.frame, bundle.candidates.frame)
    )
    return Task(
        name=f"{bundle.region.name}, {options.mode}",
        network=bundle.networks[options.mode],
        demand=demand,
        candidates=candidates,
        cutoff_m=options.cutoff,
    )


def made_up(options: argparse.Namespace, spacing_m: float = 150.0) -> Task:
    """Perturb a grid, take a fifth of its streets out, make a tenth one-way, add diagonals."""
    random = np.random.default_rng(20)
    side = int(np.sqrt(options.nodes))
    column, row = (axis.ravel() for axis in np.indices((side, side)))
    x, y = (axis * spacing_m + random.normal(0, 25, side * side) for axis in (column, row))
    x, y = np.rint(x * 100) / 100, np.rint(y * 100) / 100
    number = np.empty(side * side, np.int64)
    order = np.argsort(hilbert(x, y), kind="stable")
    number[order] = np.arange(side * side)
    tails, heads = [], []
    for across, up, share in ((1, 0, 0.8), (0, 1, 0.8), (1, 1, 0.05)):
        node = np.flatnonzero((column + across < side) & (row + up < side))
        node = node[random.random(len(node)) < share]
        tails.append(node)
        heads.append(node + across * side + up)
    tail, head = np.concatenate(tails), np.concatenate(heads)
    length = np.maximum(np.rint(np.hypot(x[tail] - x[head], y[tail] - y[head]) * 100), 1)
    back = random.random(len(tail)) < 0.9
    arcs = coo_array(
        (
            np.concatenate([length, length[back]]).astype(np.int32),
            (
                number[np.concatenate([tail, head[back]])],
                number[np.concatenate([head, tail[back]])],
            ),
        ),
        shape=(side * side, side * side),
    ).tocsr()
    label = connected_components(arcs, connection="strong")[1]
    network = RoadNetwork(
        mode="drive",
        x=x[order],
        y=y[order],
        indptr=arcs.indptr.astype(np.int64),
        indices=arcs.indices.astype(np.int32),
        length_cm=arcs.data,
        component=np.zeros(side * side, np.int32),
        component_length_m=np.array([length.sum() / 100]),
        snappable=label == np.bincount(label).argmax(),
    )
    towns = random.uniform(0, side * spacing_m, (40, 2))
    demand, candidates = (
        np.concatenate(
            [
                towns[random.integers(0, len(towns), count // 2)]
                + random.normal(0, 1_500, (count // 2, 2)),
                random.uniform(0, side * spacing_m, (count - count // 2, 2)),
            ]
        )
        for count in (options.demand, options.candidates)
    )
    return Task(
        name=f"made-up grid, {spacing_m:g} m",
        network=network,
        demand=demand,
        candidates=candidates,
        cutoff_m=options.cutoff,
    )


def report(task: Task, runs: int, peer_sources: int) -> None:
    """Measure everybody in one run, compare their answers, print the table."""
    network = task.network
    node, access_cm = network.snap(*task.candidates.T)
    # Peers need a node each; taken evenly, so that they see town and country alike.
    usable = np.flatnonzero(node >= 0)
    sample = usable[np.linspace(0, len(usable) - 1, min(peer_sources, len(usable))).astype(int)]
    turned = network.matrix().T.tocsr()
    graph = as_networkx(turned)
    ready = csr_array(
        (turned.data.astype(np.float64), *(part.astype(np.int32) for part in places_of(turned))),
        shape=turned.shape,
    )
    homes = network.snap(*task.demand.T)
    prepared = prepare(network, METRES, *tie(network, METRES, task.candidates, task.demand))

    def scipy_by(at_once: int) -> Answer:
        return with_scipy(task, ready, homes, node, access_cm, sample, at_once)

    def searches(threads: int) -> int:
        pieces = search(*prepared, round(task.cutoff_m * 100), threads)
        return sum(len(found) for found, _, _ in pieces)

    measure(task, 1)  # the compiler's time is not ours
    best = min(AT_ONCE, key=lambda at_once: min(timed(scipy_by, at_once)[0] for _ in range(3)))
    contenders: dict[str, Callable[[], object]] = {
        "RecycleNet `network_matrix`, 1 thread": lambda: measure(task, 1),
        "RecycleNet `network_matrix`, 2 threads": lambda: measure(task, 2),
        "the searches of it alone, 1 thread": lambda: searches(1),
        "the searches of it alone, 2 threads": lambda: searches(2),
        f"scipy `dijkstra(limit=)`, {best} at a time (its best)": lambda: scipy_by(best),
        "scipy `dijkstra(limit=)`, 20 at a time": lambda: scipy_by(20),
        "networkx `single_source_dijkstra_path_length`, `DiGraph`": lambda: with_networkx(
            task, graph, homes, node, access_cm, sample
        ),
    }
    # In turns, so that whatever else the machine does is shared by all.
    taken: dict[str, list[tuple[float, float]]] = {who: [] for who in contenders}
    answers = {}
    for _ in range(runs):
        for who, work in contenders.items():
            busy = time.process_time()
            seconds, answers[who] = timed(work)
            taken[who].append((seconds, time.process_time() - busy))
    ours, _, _, _, *theirs = contenders
    travel = answers[ours]
    assert isinstance(travel, TravelMatrix)
    expected = of_sample(travel, sample)
    for who in theirs:
        assert expected == answers[who], f"{who} has other distances"
    scale = len(usable) / len(sample)
    median_s, busy_s = (
        {
            who: statistics.median(times) * (scale if who in theirs else 1)
            for who, times in ((who, [run[clock] for run in both]) for who, both in taken.items())
        }
        for clock in (0, 1)
    )
    print(
        f"{task.name}: {len(network.x):,} nodes, {len(network.indices):,} arcs, "
        f"{len(task.demand):,} demand cells, {len(task.candidates):,} candidates, "
        f"cutoff {task.cutoff_m:g} m, {len(travel.indices):,} pairs. Medians of {runs} runs in "
        f"turns; the peers searched from {len(sample)} of {len(usable)} tied candidates and are "
        f"scaled; all {len(expected):,} distances of these are equal. Python "
        f"{platform.python_version()}, scipy {scipy.__version__}, networkx {nx.__version__}, "
        f"{os.cpu_count()} processors.\n"
    )
    print("| who | s | times ours, 1 thread | 2 threads | processor s | times ours |")
    print("|---|---|---|---|---|---|")
    (one_s, two_s, *_), (one_busy_s, *_) = median_s.values(), busy_s.values()
    for who, seconds in median_s.items():
        print(
            f"| {who} | {seconds:.3g} | {seconds / one_s:.3g} | {seconds / two_s:.3g} "
            f"| {busy_s[who]:.3g} | {busy_s[who] / one_busy_s:.3g} |"
        )


def measure(task: Task, threads: int) -> TravelMatrix:
    """Measure our way."""
    return network_matrix(
        task.network, task.demand, task.candidates, cutoff=task.cutoff_m, threads=threads
    )


def with_scipy(
    task: Task,
    turned: csr_array,
    homes: tuple[npt.NDArray[np.int32], npt.NDArray[np.int32]],
    node: npt.NDArray[np.int32],
    access_cm: npt.NDArray[np.int32],
    sample: npt.NDArray[np.int64],
    at_once: int,
) -> Answer:
    """Search from some candidates at a time: each costs a row as long as the network."""
    limit, answer = task.cutoff_m * 100, Answer()
    live = np.flatnonzero(homes[0] >= 0)
    for first in range(0, len(sample), at_once):
        chunk = sample[first : first + at_once]
        paths = dijkstra(turned, indices=node[chunk], limit=limit)[:, homes[0][live]]
        total = paths + homes[1][live] + access_cm[chunk][:, None]
        row, cell = np.nonzero(total <= limit)
        pairs = zip((first + row).tolist(), live[cell].tolist(), strict=True)
        answer.update(zip(pairs, total[row, cell].astype(int).tolist(), strict=True))
    return answer


def with_networkx(
    task: Task,
    graph: nx.DiGraph[int],
    homes: tuple[npt.NDArray[np.int32], npt.NDArray[np.int32]],
    node: npt.NDArray[np.int32],
    access_cm: npt.NDArray[np.int32],
    sample: npt.NDArray[np.int64],
) -> Answer:
    """Search from one candidate after the other."""
    limit, answer = task.cutoff_m * 100, {}
    living: dict[int, list[tuple[int, int]]] = {}
    for cell, (here, access) in enumerate(zip(*(part.tolist() for part in homes), strict=True)):
        living.setdefault(here, []).append((cell, access))
    for row, candidate in enumerate(sample.tolist()):
        door_cm = int(access_cm[candidate])
        paths = nx.single_source_dijkstra_path_length(
            graph, int(node[candidate]), cutoff=limit, weight="cm"
        )
        for here, path in paths.items():
            for cell, access in living.get(here, ()):
                if door_cm + path + access <= limit:
                    answer[row, cell] = door_cm + path + access
    return answer


def as_networkx(turned: csr_array) -> nx.DiGraph[int]:
    """Build the graph of networkx, outside the time taken."""
    arcs = turned.tocoo()
    graph: nx.DiGraph[int] = nx.DiGraph()
    graph.add_nodes_from(range(turned.shape[0]))
    graph.add_weighted_edges_from(
        zip(arcs.coords[0].tolist(), arcs.coords[1].tolist(), arcs.data.tolist(), strict=True),
        weight="cm",
    )
    return graph


def of_sample(travel: TravelMatrix, sample: npt.NDArray[np.int64]) -> Answer:
    """Pick the sampled candidates out of our matrix."""
    place = np.full(travel.n_candidates, -1)
    place[sample] = np.arange(len(sample))
    cell = np.repeat(np.arange(len(travel.indptr) - 1), np.diff(travel.indptr))
    held = np.flatnonzero(place[travel.indices] >= 0)
    total_cm = np.rint(travel.values[held].astype(np.float64) * 100).astype(int)
    rows = place[travel.indices[held]]
    return dict(
        zip(zip(rows.tolist(), cell[held].tolist(), strict=True), total_cm.tolist(), strict=True)
    )


def places_of(arcs: csr_array) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int32]]:
    """Name the arrays of a sparse matrix that say where its numbers stand."""
    return arcs.indices, arcs.indptr


def timed(work: Callable[..., Result], *given: object) -> tuple[float, Result]:
    """Run once."""
    start = time.perf_counter()
    result = work(*given)
    return time.perf_counter() - start, result


if __name__ == "__main__":
    main()
