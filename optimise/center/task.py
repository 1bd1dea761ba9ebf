"""What a p-center question asks of a problem: the rows that count and the cover at a radius."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optimise.covering.core import Core
from optimise.errors import BudgetShort, Infeasible, TargetShort
from optimise.incidence import Incidence
from optimise.problem import EVERYBODY, Problem

__all__ = ["CenterTask", "prepare"]


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class CenterTask:
    """The rows that count, in arrays.

    Parameters
    ----------
    indptr, sites, impedance
        Entries of the units with weight, from every site that is not forbidden.
    near_old
        float64[rows], impedance to the nearest existing site, infinite for none.
    is_new
        bool[m], sites that may be opened.
    zone, quota
        int32[m], row of ``quota`` each site counts for, -1 for none; new sites still needed.
    existing
        int32, sites that are open.
    limit
        New sites that may be opened.
    """

    indptr: NDArray[np.int64]
    sites: NDArray[np.int32]
    impedance: NDArray[np.float64]
    near_old: NDArray[np.float64]
    is_new: NDArray[np.bool_]
    zone: NDArray[np.int32]
    quota: NDArray[np.int32]
    existing: NDArray[np.int32]
    limit: int

    @property
    def floor(self) -> float:
        """No plan has a smaller radius: the worst unit with every site open."""
        return float(self.nearest(np.ones(len(self.is_new), dtype=np.bool_)).max(initial=0.0))

    def nearest(self, is_open: NDArray[np.bool_]) -> NDArray[np.float64]:
        """Impedance of each row to the nearest open site, infinite for none."""
        if not len(self.sites):
            return np.zeros(0)
        far = np.where(is_open[self.sites], self.impedance, np.inf)
        return np.asarray(np.minimum.reduceat(far, self.indptr[:-1]))

    def radius(self, plan: NDArray[np.int32]) -> float:
        """Radius of the existing sites and a plan of new ones; infinite if somebody is missed."""
        is_open = np.zeros(len(self.is_new), dtype=np.bool_)
        is_open[self.existing] = True
        is_open[plan] = True
        return float(self.nearest(is_open).max(initial=0.0))

    def core(self, radius: float) -> Core:
        """The set covering question at a radius."""
        keep = self.is_new[self.sites] & (self.impedance <= radius)
        before = np.concatenate([[0], np.cumsum(keep)]).astype(np.int64)
        allowed = np.flatnonzero(self.is_new).astype(np.int32)
        number = np.full(len(self.is_new), -1, dtype=np.int32)
        number[allowed] = np.arange(len(allowed), dtype=np.int32)
        reach = Incidence(
            indptr=before[self.indptr],
            indices=number[self.sites[keep]],
            n_columns=len(allowed),
        ).take(np.flatnonzero(self.near_old > radius))
        ones = np.ones((1 if reach.n_rows else 0, reach.n_rows))
        return Core(
            sites=allowed,
            costs=np.ones(len(allowed)),
            zone=self.zone[allowed],
            quota=self.quota,
            reach=reach,
            gain=ones,
            need=ones.sum(axis=1),
            budget=None,
            offset=0.0,
            integral=True,
        )


def prepare(problem: Problem, p: int) -> CenterTask:
    """Leave out who has no weight and what is forbidden; refuse what cannot be."""
    travel = problem.travel
    zones = problem.zones[problem.kept]
    have = np.bincount(zones[zones >= 0], minlength=len(problem.quotas))
    rest = np.maximum(problem.quotas - have, 0).astype(np.int32)
    existing = np.flatnonzero(problem.kept).astype(np.int32)
    if p < len(existing) + rest.sum():
        raise Infeasible(
            (
                BudgetShort(
                    max_sites=p,
                    least=len(existing) + int(rest.sum()),
                    existing=len(existing),
                    new_for_quotas=int(rest.sum()),
                ),
            )
        )
    everything = Incidence(indptr=travel.indptr, indices=travel.indices, n_columns=problem.n_sites)
    counts = problem.weights > 0
    usable = ~problem.forbidden[travel.indices] & counts[everything.row_of]
    before = np.concatenate([[0], np.cumsum(usable)]).astype(np.int64)
    indptr = before[travel.indptr]
    stranded = np.flatnonzero(counts & (np.diff(indptr) == 0)).astype(np.int32)
    if len(stranded):
        total, lost = float(problem.weights.sum()), float(problem.weights[stranded].sum())
        raise Infeasible(
            (
                TargetShort(
                    group=EVERYBODY,
                    share=1.0,
                    attainable=(total - lost) / total,
                    total=total,
                    coverable=total - lost,
                    stranded=stranded,
                ),
            )
        )
    asked = np.flatnonzero(rest)
    number = np.full(len(rest) + 1, -1, dtype=np.int32)
    number[asked] = np.arange(len(asked), dtype=np.int32)
    # Rows without weight have no entries, so that their starts repeat the next row's.
    starts = np.concatenate([indptr[:-1][counts], indptr[-1:]])
    task = CenterTask(
        indptr=starts,
        sites=travel.indices[usable],
        impedance=travel.impedance[usable].astype(np.float64),
        near_old=np.zeros(len(starts) - 1),
        is_new=~problem.forbidden & ~problem.kept,
        zone=number[problem.zones],
        quota=rest[asked],
        existing=existing,
        limit=p - len(existing),
    )
    task.near_old[:] = task.nearest(problem.kept)
    return task
