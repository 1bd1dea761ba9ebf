"""Tags, scenarios shared with the team, and their latest plans as views for QGIS."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from planner.store.types import WHOLE

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

#: What every row says of the plan it belongs to. The key comes first: QGIS takes it as such.
_PLAN = "c.title, c.region, v.number AS version, v.author, v.created AS saved"
_LATEST = (
    "JOIN versions v ON v.fid = p.version "
    "JOIN scenarios c ON c.fid = v.scenario AND c.revision = v.number "
    "WHERE c.shared AND NOT c.archived"
)
_VIEWS = {
    "latest_sites": (
        f"SELECT p.fid, {_PLAN}, p.site, p.kind, p.name, p.existing, p.township, "
        f"p.township_code, p.people, p.geom FROM sites p {_LATEST}"
    ),
    "latest_townships": (
        f"SELECT p.fid, {_PLAN}, p.code, p.name, p.people, p.covered, p.share, p.sites, "
        "p.required, p.passes, p.reason, o.geom "
        f"FROM townships p JOIN outlines o ON o.fid = p.outline {_LATEST}"
    ),
    "latest_coverage": (
        f"SELECT p.fid, {_PLAN}, p.site, p.township, p.cells, p.people, p.geom "
        f"FROM coverage p {_LATEST}"
    ),
}


def upgrade() -> None:
    """Add them; what was kept before belongs to its owners alone."""
    op.create_table(
        "tags",
        sa.Column("scenario", WHOLE, nullable=False),
        sa.Column("tag", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("scenario", "tag", name="pk_tags"),
        sa.ForeignKeyConstraint(["scenario"], ["scenarios.fid"], name="fk_tags_scenario"),
    )
    op.add_column(
        "scenarios",
        sa.Column("shared", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    for name, query in _VIEWS.items():
        op.execute(f"CREATE VIEW {name} AS {query}")
