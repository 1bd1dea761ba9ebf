"""What Alembic runs: the steps, inside the transaction that the store has begun."""

from __future__ import annotations

from alembic import context

from planner.store.tables import METADATA

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=METADATA,
    version_table=context.config.attributes["version_table"],
    # All steps or none, on SQLite too: its tables change within transactions as well.
    transactional_ddl=True,
    transaction_per_migration=False,
)
context.run_migrations()
