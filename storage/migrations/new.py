"""Write the next migration from what `storage/tables.py` has and the migrations so far do not.

    uv run python -m storage.migrations.new "what it does"
    uv run ruff check --fix storage && uv run ruff format storage

Read what it wrote: it sees neither renamed columns nor changed CHECK constraints.
"""

from __future__ import annotations

import sys
import tempfile

from alembic import command
from sqlalchemy.engine import make_url

from storage.migrate import alembic_config, newest, upgrade
from storage.sqlite import MIGRATING, sqlite_engine


def write(message: str) -> None:
    """Write the migration beside the others, by comparing with a database that has all of those."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/new.db"
        upgrade(url)
        engine = sqlite_engine(make_url(url), MIGRATING, connections=1)
        with engine.connect() as connection:
            number = f"{int(newest() or 0) + 1:04}"
            command.revision(alembic_config(connection), message=message, autogenerate=True, rev_id=number)
        engine.dispose()


if __name__ == "__main__":
    write(sys.argv[1])
