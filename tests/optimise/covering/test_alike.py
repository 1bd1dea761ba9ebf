from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from optimise import Travel
from optimise.covering.alike import OUT, SERVED, classes, merge, tally, totals


@st.composite
def tables(draw):
    """Distances with absent pairs and explicit zeros; what each site is."""
    n, m = draw(st.integers(1, 12)), draw(st.integers(1, 5))
    far = st.sampled_from([0.0, 1.0, 2.0, np.inf])
    table = np.array([[draw(far) for _ in range(m)] for _ in range(n)])
    fate = np.array([draw(st.sampled_from(["free", "kept", "forbidden"])) for _ in range(m)])
    return table, fate


@settings(max_examples=200, deadline=None)
@given(tables(), st.sampled_from([0.5, 1.0, 3.0]))
def test_equal_rows_are_one_class_and_only_they(drawn, radius):
    table, fate = drawn
    found = classes(Travel.from_dense(table), radius, fate == "kept", fate == "forbidden")
    free = np.flatnonzero(fate == "free")
    seen: dict[tuple[int, ...], int] = {}
    for unit, row in enumerate(table):
        near = tuple(np.flatnonzero(row[free] <= radius).tolist())
        if (row[fate == "kept"] <= radius).any():
            assert found.of[unit] == SERVED
        elif not near:
            assert found.of[unit] == OUT
        else:
            assert found.of[unit] == seen.setdefault(near, len(seen))
    rows = np.split(found.reach.indices, found.reach.indptr[1:-1]) if seen else []
    assert [tuple(row.tolist()) for row in rows] == list(seen)


def test_many_classes_outgrow_the_first_table():
    rng = np.random.default_rng(5)
    table = np.where(rng.random((9_000, 40)) < 0.3, 1.0, np.inf)
    table = np.vstack([table, table[::-1]])
    found = classes(Travel.from_dense(table), 1.0, np.zeros(40, bool), np.zeros(40, bool))
    _, expected = np.unique(np.isfinite(table), axis=0, return_inverse=True)
    assert found.reach.n_rows == len(np.unique(found.of[found.of >= 0]))
    assert len({*zip(found.of.tolist(), expected.tolist(), strict=True)}) == len(
        np.unique(expected)
    )
    again = merge(found.reach)
    assert again.of.tolist() == list(range(found.reach.n_rows))


@settings(max_examples=60, deadline=None)
@given(tables(), st.data())
def test_weights_add_up(drawn, data):
    table, fate = drawn
    n = len(table)
    weights = np.array([data.draw(st.integers(0, 9)) for _ in range(n)])
    members = np.flatnonzero([data.draw(st.booleans()) for _ in range(n)]).astype(np.int32)
    found = classes(Travel.from_dense(table), 1.0, fate == "kept", fate == "forbidden")
    total, coverable, served = totals(found.of, weights, members)
    own = found.of[members]
    assert total == weights[members].sum()
    assert coverable == weights[members][own != OUT].sum()
    assert served == weights[members][own == SERVED].sum()
    assert tally(found, weights, members).sum() == coverable - served
