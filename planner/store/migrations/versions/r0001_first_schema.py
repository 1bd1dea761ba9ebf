"""Scenarios with their versions, snapshots of edits, and plans as tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from planner.store.types import WHOLE, Geometry, Utc

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def _key() -> sa.Column[int]:
    return sa.Column("fid", WHOLE, nullable=False)


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=False)


def _whole(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), nullable=False)


def _people(name: str) -> sa.Column[int]:
    return sa.Column(name, WHOLE, nullable=False)


def _yes(name: str) -> sa.Column[bool]:
    return sa.Column(name, sa.Boolean(), nullable=False)


def _moment(name: str) -> sa.Column[object]:
    return sa.Column(name, Utc(), nullable=False)


def _of(table: str, name: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([name], [f"{target}.fid"], name=f"fk_{table}_{name}")


def upgrade() -> None:
    """Make the first tables."""
    op.create_table(
        "scenarios",
        _key(),
        *map(_text, ("id", "id_sha256", "owner_sha256", "title")),
        *map(_text, ("region_id", "region", "bundle_sha256")),
        _yes("archived"),
        _moment("created"),
        _moment("updated"),
        _whole("revision"),
        sa.PrimaryKeyConstraint("fid", name="pk_scenarios"),
        sa.UniqueConstraint("id_sha256", name="uq_scenarios_id_sha256"),
    )
    op.create_index("ix_scenarios_owner_sha256", "scenarios", ["owner_sha256"])
    op.create_table(
        "versions",
        _key(),
        _people("scenario"),
        _whole("number"),
        *map(_text, ("author", "note", "bundle_sha256", "question", "answer", "figures")),
        _moment("created"),
        sa.PrimaryKeyConstraint("fid", name="pk_versions"),
        sa.UniqueConstraint("scenario", "number", name="uq_versions_scenario"),
        _of("versions", "scenario", "scenarios"),
    )
    op.create_table(
        "edits",
        _text("id"),
        _text("content"),
        _moment("created"),
        sa.PrimaryKeyConstraint("id", name="pk_edits"),
    )
    op.create_table(
        "outlines",
        _key(),
        _text("sha256"),
        sa.Column("geom", Geometry("MULTIPOLYGON"), nullable=False),
        sa.PrimaryKeyConstraint("fid", name="pk_outlines"),
        sa.UniqueConstraint("sha256", name="uq_outlines_sha256"),
    )
    _plan_table(
        "sites",
        *map(_text, ("site", "kind", "name")),
        _yes("existing"),
        *map(_text, ("township", "township_code")),
        _people("people"),
        sa.Column("geom", Geometry("POINT"), nullable=False),
    )
    _plan_table(
        "townships",
        *map(_text, ("code", "name")),
        *map(_people, ("people", "covered")),
        sa.Column("share", sa.Float(), nullable=True),
        *map(_whole, ("sites", "required")),
        _yes("passes"),
        _text("reason"),
        _people("outline"),
        _of("townships", "outline", "outlines"),
    )
    op.create_index("ix_townships_outline", "townships", ["outline"])
    _plan_table(
        "coverage",
        *map(_text, ("site", "township")),
        _whole("cells"),
        _people("people"),
        sa.Column("geom", Geometry("MULTIPOLYGON"), nullable=False),
    )
    if op.get_bind().dialect.name == "postgresql":
        for table in ("sites", "outlines", "coverage"):
            op.create_index(f"ix_{table}_geom", table, ["geom"], postgresql_using="gist")


def _plan_table(name: str, *columns: sa.schema.SchemaItem) -> None:
    op.create_table(
        name,
        _key(),
        _people("version"),
        *columns,
        sa.PrimaryKeyConstraint("fid", name=f"pk_{name}"),
        _of(name, "version", "versions"),
    )
    op.create_index(f"ix_{name}_version", name, ["version"])
