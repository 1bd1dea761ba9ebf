"""What each version asks of the parts of the policy; texts that links carry by their id."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from planner.store.types import Utc

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add them; versions kept before asked nothing of any part."""
    op.add_column("versions", sa.Column("policy", sa.Text(), nullable=False, server_default=""))
    op.create_table(
        "texts",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("created", Utc(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_texts"),
    )
