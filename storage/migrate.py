"""Bring a database to the newest tables, in this process and without configuration files.

Migrations are numbered files in `storage/migrations/versions`; `storage/migrations/new.py` writes the next one.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import inspect, select, table, text
from sqlalchemy.engine import make_url
from sqlalchemy.sql import column

from locales import _

if TYPE_CHECKING:
    from alembic.config import Config
    from sqlalchemy import Connection, Engine

MIGRATIONS = Path(__file__).parent / "migrations"
VERSION = table("alembic_version", column("version_num"))


class TooNewError(RuntimeError):
    """The database was made by a newer version of the program than this one."""


def upgrade(url: str) -> None:
    """Bring the database to the newest version; cheap when it is there already.

    Several processes may start at once: one works, the others wait. Raise `TooNewError`.
    """
    engine = _engine(url)
    try:
        with engine.begin() as connection:
            if connection.dialect.name == "postgresql":
                from storage.locks import MIGRATION

                connection.execute(text(f"SELECT pg_advisory_xact_lock({MIGRATION}, 0)"))
            _upgrade(connection)
    finally:
        engine.dispose()


def newest() -> str:
    """The number of the newest migration."""
    return max((path.name[:4] for path in (MIGRATIONS / "versions").glob("[0-9]*.py")), default="")


def alembic_config(connection: Connection) -> Config:
    """What alembic's commands need to work on this connection."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    config.attributes["connection"] = connection
    return config


def _engine(url: str) -> Engine:
    address = make_url(url)
    if address.get_backend_name() == "sqlite":
        from storage.sqlite import MIGRATING, sqlite_engine

        return sqlite_engine(address, MIGRATING, connections=1)
    from storage.postgres import connect_arguments, postgres_engine

    return postgres_engine(address, connect_arguments(address) | {"autocommit": False}, connections=1)


def _upgrade(connection: Connection) -> None:
    """Run what is missing, in the connection's transaction."""
    before = _version(connection)
    if before == newest():
        return
    if before > newest():
        message = _(
            "The database is of version {found}, newer than this program’s {known}. Please update the program."
        )
        raise TooNewError(message.format(found=before, known=newest()))
    from alembic import command

    command.upgrade(alembic_config(connection), "head")
    broken = connection.dialect.name == "sqlite" and connection.execute(text("PRAGMA foreign_key_check")).all()
    if broken:
        message = f"the migration would leave {len(broken)} rows that point to nothing"
        raise RuntimeError(message)


def _version(connection: Connection) -> str:
    """The number of the database's newest migration; empty for a new database."""
    if not inspect(connection).has_table(VERSION.name):
        return ""
    return str(connection.execute(select(VERSION.c.version_num)).scalar() or "")


def _render(kind: str, item: Any, _context: Any) -> str | bool:
    """Write columns of our own types as what they are in the database: a migration must outlive the type."""
    from storage.schema import UtcTime
    from storage.sealed import Sealed

    if kind != "type":
        return False
    return "sa.DateTime(timezone=True)" if isinstance(item, UtcTime) else isinstance(item, Sealed) and "sa.Text()"


def _has_other_default(context: Any, *given: Any) -> bool | None:
    """Whether a column's default differs. SQLite quotes differently what it gives back; None: compare as usual."""
    _found_column, _wanted_column, found, _wanted, wanted = given
    if context.dialect.name != "sqlite" or found is None or wanted is None:
        return None
    return bool(found.strip("()'") != wanted.strip("()'"))


OPTIONS: dict[str, Any] = {
    "render_as_batch": True,
    "render_item": _render,
    "compare_type": True,
    "compare_server_default": _has_other_default,
}
