"""What there is to decide, and the rules among it.

Sites that are open together or not at all are one column; what they make certain is settled at
once. All other rules become rows over the columns.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from optimise.incidence import Incidence
from optimise.problem import Problem
from optimise.programme.cliques import cliques_of
from optimise.sides import side_rows

__all__ = ["Columns", "Rules", "columns_of", "rules_of"]


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Columns:
    """Decisions: each column opens its sites or none of them.

    Parameters
    ----------
    number
        int32[m], column of each site, -1 where nothing is left to decide.
    sites
        Sites of each column.
    opened
        bool[m], sites that are open in every plan.
    clash
        Whether what is settled contradicts itself: no plan exists.
    """

    number: NDArray[np.int32]
    sites: Incidence
    opened: NDArray[np.bool_]
    clash: bool

    @property
    def count(self) -> int:
        """Number of columns."""
        return self.sites.n_rows

    def open_sites(self, plan: NDArray[np.integer]) -> NDArray[np.int32]:
        """All open sites of a plan, increasing."""
        chosen = self.sites.take(np.asarray(plan, dtype=np.int64)).indices
        return np.union1d(np.flatnonzero(self.opened), chosen).astype(np.int32)

    def plan_of(self, open_sites: NDArray[np.integer]) -> NDArray[np.int64]:
        """Columns of which every site is among the given ones, increasing."""
        chosen = np.zeros(len(self.number), dtype=np.bool_)
        chosen[open_sites] = True
        have = np.bincount(self.number[chosen & (self.number >= 0)], minlength=self.count)
        return np.flatnonzero(have == self.sites.lengths)


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Rules:
    """``lower <= matrix @ x <= upper`` over the columns, x = 1 where open.

    Parameters
    ----------
    matrix
        csr float64[rows, columns]
    lower, upper
        float64[rows], infinite where there is no limit.
    quota
        bool[rows], quotas, which a question may allow to be missed.
    clash
        Whether a rule cannot hold whatever is opened.
    """

    matrix: sparse.csr_array
    lower: NDArray[np.float64]
    upper: NDArray[np.float64]
    quota: NDArray[np.bool_]
    clash: bool


def columns_of(problem: Problem) -> Columns:
    """Tie sites together and settle what follows from the kept and forbidden ones."""
    m = problem.n_sites
    tied = [(group[0], other) for group in problem.together for other in group[1:]]
    ends = np.array(tied, dtype=np.int64).reshape(-1, 2)
    graph = sparse.coo_array((np.ones(len(ends)), (ends[:, 0], ends[:, 1])), shape=(m, m))
    n_blocks, block = connected_components(graph, directed=False)
    must = np.zeros(n_blocks, dtype=np.bool_)
    must[block[problem.kept]] = True
    barred = np.zeros(n_blocks, dtype=np.bool_)
    barred[block[problem.forbidden]] = True
    one, other = block[problem.apart[:, 0]], block[problem.apart[:, 1]]
    clash = bool((must & barred).any() or (must[one] & must[other]).any())
    barred[one[must[other]]] = True
    barred[other[must[one]]] = True
    barred[one[one == other]] = True
    opened = must[block]
    free = ~opened & ~barred[block]
    # Numbered by their first site.
    sites = np.flatnonzero(free)
    _, first, inverse = np.unique(block[sites], return_index=True, return_inverse=True)
    rank = np.empty(len(first), dtype=np.int32)
    rank[np.argsort(first, kind="stable")] = np.arange(len(first), dtype=np.int32)
    number = np.full(m, -1, dtype=np.int32)
    number[sites] = rank[inverse]
    order = np.argsort(number[sites], kind="stable")
    counts = np.bincount(number[sites], minlength=len(first))
    return Columns(
        number=number,
        sites=Incidence(
            indptr=np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
            indices=sites[order].astype(np.int32),
            n_columns=m,
        ),
        opened=opened,
        clash=clash,
    )


def rules_of(
    problem: Problem,
    columns: Columns,
    *,
    most_sites: int | None,
    most_cost: float | None,
) -> Rules:
    """Write down what holds among the columns.

    Parameters
    ----------
    most_sites, most_cost
        Limits of all open sites together, in place of the problem's own.
    """
    m, k = problem.n_sites, columns.count
    bare = replace(
        problem,
        apart=np.zeros((0, 2), dtype=np.int32),
        together=(),
        max_sites=most_sites,
        budget=most_cost if most_cost is None or np.isfinite(most_cost) else None,
    )
    rows = side_rows(bare)
    members = sparse.csr_array(
        (np.ones(len(columns.sites.indices)), columns.sites.indices, columns.sites.indptr),
        shape=(k, m),
    )
    settled = rows.matrix @ columns.opened.astype(np.float64)
    matrix = sparse.csr_array(rows.matrix @ members.T)
    cliques = cliques_of(_pairs(problem, columns), k)
    one_each = sparse.csr_array(
        (np.ones(len(cliques.indices)), cliques.indices, cliques.indptr),
        shape=(cliques.n_rows, k),
    )
    matrix = sparse.csr_array(sparse.vstack([matrix, one_each])) if cliques.n_rows else matrix
    lower = np.concatenate([rows.lower - settled, np.full(cliques.n_rows, -np.inf)])
    upper = np.concatenate([rows.upper - settled, np.ones(cliques.n_rows)])
    quota = np.array([kind == "quota" for kind, _ in rows.names] + [False] * cliques.n_rows)
    quota = quota.astype(np.bool_)
    highest = np.asarray(matrix.sum(axis=1)).reshape(-1)
    # Sums of costs carry rounding.
    slack = 1e-9 * np.maximum(1.0, np.abs(np.where(np.isfinite(upper), upper, 1.0)))
    clash = bool(((upper < -slack) | (~quota & (highest < lower - slack))).any())
    upper = np.where(np.isfinite(upper), upper + slack * (upper != np.round(upper)), upper)
    binding = np.flatnonzero((lower > 0) | (upper < highest))
    matrix = sparse.csr_array(matrix[binding])
    matrix.sort_indices()
    return Rules(
        matrix=matrix,
        lower=lower[binding],
        upper=upper[binding],
        quota=quota[binding],
        clash=clash,
    )


def _pairs(problem: Problem, columns: Columns) -> NDArray[np.int64]:
    """Columns that exclude one another, each pair once."""
    pairs = columns.number[problem.apart].astype(np.int64)
    pairs = pairs[(pairs >= 0).all(axis=1)]
    return np.unique(np.sort(pairs, axis=1), axis=0).reshape(-1, 2)
