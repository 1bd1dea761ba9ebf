from __future__ import annotations

import dataclasses
import json
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
import sqlalchemy as sa

from geo.bundle import Bundle
from planner.plan import Plan, make_plan
from planner.scenario import Scenario
from planner.store import Draft, PlanRows, Store, draft_of, open_store
from planner.store import tables as t
from planner.store.plan_rows import plan_rows
from tests.planner.store.cluster import Cluster
from tests.planner.store.conftest import empty_database


@pytest.fixture(scope="module")
def short_plan(town: Bundle) -> Plan:
    """A plan that leaves people without a site."""
    return make_plan(
        town, Scenario(radius_m=300.0, max_sites=3, urban_target=None, min_per_township=0)
    )


def test_coverage_is_every_square_once(short_plan: Plan) -> None:
    rows = plan_rows(short_plan).coverage
    demand = short_plan.bundle.demand
    assert (short_plan.site_of < 0).any() and (short_plan.site_of >= 0).any()
    assert sum(row.people for row in rows) == int(demand.frame["people"].sum())
    assert sum(row.cells for row in rows) == len(demand.frame)
    cells = short_plan.cells()
    for row in rows:
        mine = (
            cells["site"].eq(row.site)
            if row.site
            else cells["site"].isna() & cells["township"].eq(row.township)
        ).to_numpy()
        assert row.cells == mine.sum() > 0
        assert row.people == cells["people"][mine].sum()
        # Area counted from the names of the cells.
        names = {tuple(one.split("-")[0].split("y")) for one in cells["id"][mine]}
        area = gpd.GeoSeries([row.geom], crs=4326).to_crs(short_plan.bundle.region.crs).area[0]
        assert area == pytest.approx(len(names) * demand.cell_m**2, rel=1e-4)
    assert len({(row.site, row.township) for row in rows}) == len(rows)


def test_rows_are_the_plans(town_plan: Plan, draft: Draft) -> None:
    rows = draft.rows
    assert [row.site for row in rows.sites] == town_plan.sites["id"].tolist()
    assert [row.people for row in rows.sites] == town_plan.sites["people"].tolist()
    told = town_plan.record["townships"]
    assert [(row.code, row.people, row.passes) for row in rows.townships] == [
        (row["code"], row["people"], row["pass"]) for row in told
    ]
    assert draft.figures is not None
    assert draft.figures.sites == len(rows.sites)
    assert draft.figures.covered == town_plan.record["people"]["covered"]


def layers(store: Store) -> dict[str, pd.DataFrame]:
    with store.engine.connect() as connection:
        return {
            view: pd.DataFrame(
                connection.execute(
                    sa.select(sa.text("*")).select_from(sa.text(view)).order_by(sa.text("fid"))
                ).mappings()
            )
            for view in t.VIEWS
        }


def shapes(store: Store, table: sa.Table) -> list[Any]:
    with store.engine.connect() as connection:
        return list(connection.execute(sa.select(table.c.geom).order_by(table.c.fid)).scalars())


def test_geometry_comes_back_as_it_went(store: Store, draft: Draft) -> None:
    store.save(draft, title="t")
    for table, rows in ((t.sites, draft.rows.sites), (t.coverage, draft.rows.coverage)):
        back = shapes(store, table)
        assert len(back) == len(rows)
        for one, row in zip(back, rows, strict=True):
            assert shapely.to_wkb(shapely.set_srid(one, 0)) == shapely.to_wkb(row.geom)
    assert len(shapes(store, t.outlines)) == len(draft.rows.townships)


def test_outlines_are_kept_once(store: Store, draft: Draft) -> None:
    made = store.save(draft, title="t")
    store.update(made.id, draft, key=made.key, expected=1)
    store.duplicate(made.id, key=made.key, title="u")
    with store.engine.connect() as connection:
        counts = [
            connection.execute(sa.select(sa.func.count()).select_from(table)).scalar()
            for table in (t.outlines, t.townships, t.sites, t.coverage)
        ]
    rows = draft.rows
    assert counts == [
        len(rows.townships),
        3 * len(rows.townships),
        3 * len(rows.sites),
        3 * len(rows.coverage),
    ]


def test_views_show_the_latest_of_what_is_shared(
    store: Store, draft: Draft, short_plan: Plan
) -> None:
    made = store.save(draft, title="甲", author="李工")
    store.save(draft, title="private")
    assert all(frame.empty for frame in layers(store).values())
    store.share(made.id, key=made.key)
    told = layers(store)
    assert told["latest_sites"]["site"].tolist() == [row.site for row in draft.rows.sites]
    assert set(told["latest_townships"]["title"]) == {"甲"}
    later = draft_of(short_plan, "")
    store.update(made.id, later, key=made.key, expected=1)
    told = layers(store)
    assert set(told["latest_sites"]["version"]) == {2}
    assert told["latest_sites"]["site"].tolist() == [row.site for row in later.rows.sites]
    assert len(told["latest_coverage"]) == len(later.rows.coverage)
    for frame in told.values():
        assert frame.columns[0] == "fid" and frame["fid"].is_unique
        assert (
            made.id not in frame.drop(columns="geom").astype(str).to_numpy()
        )  # links are not for everybody
    store.archive(made.id, key=made.key)
    assert all(frame.empty for frame in layers(store).values())


def test_postgis_knows_what_the_layers_are(postgresql: Cluster, draft: Draft, town: Bundle) -> None:
    store = open_store(empty_database(postgresql))
    made = store.save(draft, title="t")
    store.share(made.id, key=made.key)
    with store.engine.connect() as connection:
        told = connection.execute(
            sa.text(
                "SELECT f_table_name, type, srid FROM geometry_columns "
                "WHERE f_table_schema = 'recyclenet'"
            )
        ).all()
        kinds = {name: (kind, srid) for name, kind, srid in told}
        keys = connection.execute(
            sa.text(
                "SELECT table_name, column_name FROM information_schema.key_column_usage "
                "WHERE constraint_name LIKE 'pk_%' AND table_schema = 'recyclenet'"
            )
        ).all()
        metres = connection.execute(
            sa.text(
                "SELECT sum(ST_Area(geom::geography)), bool_and(ST_IsValid(geom)) FROM outlines"
            )
        ).one()
    store.close()
    assert kinds["sites"] == kinds["latest_sites"] == ("POINT", 4326)
    for name in ("outlines", "coverage", "latest_townships", "latest_coverage"):
        assert kinds[name] == ("MULTIPOLYGON", 4326)
    assert {("sites", "fid"), ("coverage", "fid"), ("townships", "fid")} <= {*map(tuple, keys)}
    known = sum(
        gpd.GeoSeries([row.geom for row in draft.rows.townships], crs=4326)
        .to_crs(town.region.crs)
        .area
    )
    assert metres[1] and metres[0] == pytest.approx(known, rel=0.01)


def test_hostile_names_of_the_data_are_kept_as_text(store: Store, town_plan: Plan) -> None:
    sites = town_plan.sites.copy()
    name = "\0'; DROP TABLE sites;--<b>\u202e"
    sites["name"] = name
    rows = plan_rows(dataclasses.replace(town_plan, sites=sites))
    bare = PlanRows(sites=rows.sites)
    made = draft_of(town_plan, "")
    store.save(dataclasses.replace(made, rows=bare), title="t")
    with store.engine.connect() as connection:
        names = set(connection.execute(sa.select(t.sites.c.name)).scalars())
    assert names == {" '; DROP TABLE sites;--<b> "}


def test_a_plan_without_people_or_shapes(store: Store, draft: Draft) -> None:
    bare = dataclasses.replace(draft, rows=PlanRows(), figures=None, answer="")
    made = store.save(bare, title="t")
    assert store.open(made.id).version.figures is None
    assert json.dumps(draft.answer)


def test_figures_are_finite(draft: Draft) -> None:
    assert draft.figures is not None
    told = dataclasses.asdict(draft.figures)
    numbers = [value for value in told.values() if isinstance(value, float)]
    assert np.isfinite(numbers).all() and len(numbers) > 1
