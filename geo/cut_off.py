"""People on parts of a road network from which no candidate can be reached at all."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from geo.candidates import Candidates
from geo.demand import Demand
from geo.findings import Finding
from geo.network import RoadNetwork

__all__ = ["cut_off"]


def cut_off(
    network: RoadNetwork, demand: Demand, candidates: Candidates, roadless: tuple[int, ...]
) -> tuple[NDArray[np.bool_], list[Finding]]:
    """Find the cells that are tied to a part of the network without any candidate.

    Cells and candidates of townships without mapped roads (``roadless``) are joined by straight
    lines, so that they cut nobody off.

    Returns
    -------
    cells, findings
        bool[n]; kind ``people-cut-off`` with ``mode``, ``cells``, ``people``, ``parts``.
    """
    people, sites = demand.frame, candidates.frame
    by_road = ~np.isin(sites["township"].to_numpy(), roadless)
    nodes, _ = network.snap(people.geometry.x.to_numpy(), people.geometry.y.to_numpy())
    doors, _ = network.snap(sites.geometry.x.to_numpy(), sites.geometry.y.to_numpy())
    served = np.unique(network.component[doors[by_road & (doors >= 0)]])
    on_road = (nodes >= 0) & ~np.isin(people["township"].to_numpy(), roadless)
    lost = on_road & ~np.isin(network.component[nodes], served)
    if not by_road.all():  # a straight line from any township leads to those without roads
        lost[:] = False
    if not lost.any():
        return lost, []
    values: dict[str, str | int | float] = {
        "mode": network.mode,
        "cells": int(lost.sum()),
        "people": int(people["people"].to_numpy()[lost].sum()),
        "parts": len(np.unique(network.component[nodes[lost]])),
    }
    return lost, [Finding(kind="people-cut-off", values=values)]
