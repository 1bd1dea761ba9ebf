from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from optimise import Travel
from optimise.incidence import Incidence, within

tables = (
    st.integers(1, 6)
    .flatmap(
        lambda m: st.lists(
            st.lists(st.sampled_from([0.0, 0.5, 1.0, 2.0, np.inf]), min_size=m, max_size=m),
            min_size=1,
            max_size=7,
        )
    )
    .map(np.array)
)


def dense(incidence: Incidence) -> np.ndarray:
    table = np.zeros((incidence.n_rows, incidence.n_columns), dtype=bool)
    for row in range(incidence.n_rows):
        table[row, incidence.indices[incidence.indptr[row] : incidence.indptr[row + 1]]] = True
    return table


@given(tables, st.sampled_from([0.4, 0.5, 1.0, 1.5, 9.0]))
def test_within_is_the_plain_comparison(table, radius):
    reach = within(Travel.from_dense(table), radius, table.shape[1])
    assert (dense(reach) == (table <= radius)).all()


@given(tables, st.data())
def test_incidence_behaves_like_the_table(table, data):
    truth = table <= 1.0
    reach = within(Travel.from_dense(table), 1.0, table.shape[1])
    rows = data.draw(st.lists(st.integers(0, len(truth) - 1)))
    columns = np.array(
        sorted(data.draw(st.sets(st.integers(0, truth.shape[1] - 1)))), dtype=np.int64
    )
    assert (dense(reach.transpose()) == truth.T).all()
    assert (dense(reach.take(np.array(rows, dtype=np.int64))) == truth[rows]).all()
    assert (dense(reach.keep_columns(columns)) == truth[:, columns]).all()
    marked = np.zeros(truth.shape[1], dtype=bool)
    marked[columns] = True
    assert (reach.touches(marked) == truth[:, columns].any(axis=1)).all()


def test_a_site_at_the_same_place_is_within_reach_and_an_absent_one_is_not():
    reach = within(Travel.from_dense([[0.0, np.inf]]), 1.0, 2)
    assert dense(reach).tolist() == [[True, False]]


def test_the_radius_itself_is_within_it():
    table = Travel(
        indptr=np.array([0, 2]),
        indices=np.array([0, 1]),
        impedance=np.array([1000.0, np.nextafter(np.float32(1000), np.float32(2000))], np.float32),
    )
    assert within(table, 1000.0, 2).indices.tolist() == [0]
