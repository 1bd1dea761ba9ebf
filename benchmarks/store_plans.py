"""Made-up plans of a county's size for the store's scripts, and what must be true of a store."""

from __future__ import annotations

import hashlib
import json
import random

import numpy as np
import shapely
import sqlalchemy as sa

from planner.scenario import Scenario
from planner.store import Draft, PlanRows, Store
from planner.store import tables as t
from planner.store.values import CoverageRow, SiteRow, TownshipRow

__all__ = ["made_up", "whole"]

TOWNSHIPS, SITES, CORNERS = 25, 100, 400


def made_up(chance: random.Random, *, sites: int = SITES) -> Draft:
    """A version to save; its answer tells what rows it has."""
    count = chance.randint(sites // 2, sites)
    rows = PlanRows(
        sites=tuple(
            SiteRow(
                site=f"n{n}",
                kind="supermarket",
                name="回收点",
                existing=n % 7 == 0,
                township="镇",
                township_code="t1",
                people=chance.randint(0, 5000),
                geom=shapely.Point(117 + chance.random(), 29 + chance.random()),
            )
            for n in range(count)
        ),
        townships=tuple(_township(n) for n in range(TOWNSHIPS)),
        coverage=tuple(
            CoverageRow(
                site=f"n{n}",
                township="镇",
                cells=40,
                people=900,
                geom=shapely.MultiPolygon([shapely.Point(117, 29 + n / 100).buffer(0.01)]),
            )
            for n in range(count)
        ),
    )
    told = {"sites": count, "townships": TOWNSHIPS, "coverage": count}
    padding = hashlib.sha256(str(chance.random()).encode()).hexdigest() * 100
    return Draft(
        scenario=Scenario(radius_m=float(chance.randint(300, 3000))),
        region_id="",
        region="景德镇市",
        bundle_sha256="0" * 64,
        answer=json.dumps({**told, "open": padding}),
        rows=rows,
    )


def whole(store: Store) -> list[str]:
    """Faults of a store: versions that are missing, rows that are half there.

    All of one moment: what a killed program had asked for last may be committed meanwhile.
    """
    faults: list[str] = []
    with store.database.reads() as connection:
        numbers: dict[int, list[int]] = {}
        answers = {}
        for row in connection.execute(sa.select(t.versions).order_by(t.versions.c.number)):
            numbers.setdefault(row.scenario, []).append(row.number)
            answers[row.fid] = json.loads(row.answer)
        faults += [
            f"scenario {row.fid}: {row.revision} != {numbers.get(row.fid)}"
            for row in connection.execute(sa.select(t.scenarios))
            if numbers.get(row.fid, []) != list(range(1, row.revision + 1))
        ]
        for table in t.PLAN_TABLES:
            counted = sa.select(table.c.version, sa.func.count()).group_by(table.c.version)
            counts = {row[0]: row[1] for row in connection.execute(counted)}
            faults += [
                f"version {fid}: {counts.get(fid)} rows of {table.name}"
                for fid, told in answers.items()
                if counts.get(fid, 0) != told[table.name]
            ]
        if connection.dialect.name == "sqlite":
            told = connection.execute(sa.text("PRAGMA integrity_check")).scalar()
            faults += [] if told == "ok" else [str(told)]
    return faults


def _township(n: int) -> TownshipRow:
    angle = np.linspace(0, 2 * np.pi, CORNERS, endpoint=False)
    ring = np.column_stack((117 + n + np.cos(angle) / 10, 29 + np.sin(angle) / 10))
    return TownshipRow(
        code=f"t{n}",
        name=f"第{n}镇",
        people=20_000,
        covered=15_000,
        share=0.75,
        sites=4,
        required=1,
        passes=True,
        reason="",
        geom=shapely.MultiPolygon([shapely.Polygon(ring)]),
    )
