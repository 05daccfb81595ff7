"""Alembic runs this for each upgrade and each comparison, on the connection `storage/migrate.py` gives it."""

from __future__ import annotations

from alembic import context

import storage.tables  # noqa: F401 - fills the metadata
from storage.migrate import OPTIONS
from storage.schema import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata, **OPTIONS)
with context.begin_transaction():
    context.run_migrations()
