"""Alembic runs this for each upgrade and each comparison, on the connection `storage/migrate.py` gives it."""

from __future__ import annotations

from alembic import context

from storage.migrate import OPTIONS
from storage.tables import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata, **OPTIONS)
with context.begin_transaction():
    context.run_migrations()
