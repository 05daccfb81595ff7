from __future__ import annotations

import asyncio
import datetime as dt
import re
import subprocess
import sys
import uuid
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import CheckConstraint, Table, insert, text
from sqlalchemy.exc import IntegrityError

import storage.tables  # noqa: F401 - fills the metadata
from storage.database import Database, open_database
from storage.migrate import OPTIONS, TooNewError, alembic_config, newest, upgrade
from storage.schema import UtcTime, metadata

if TYPE_CHECKING:
    from storage.session import Session
    from tests.postgres_server import Server

ROOT = Path(__file__).parents[2]


def test_the_migrations_make_exactly_the_tables(database: Database) -> None:
    def differences(session: Session) -> list[object]:
        return list(compare_metadata(MigrationContext.configure(session.connection, opts=OPTIONS), metadata))

    assert database.read_now(differences) == []


def words(constraint: CheckConstraint) -> tuple[str, list[str]]:
    """The column of a CHECK constraint, and what it may hold."""
    column, listed = str(constraint.sqltext).split(" IN ")
    return column, re.findall(r"'(\w+)'", listed)


CHECKED = {
    str(constraint.name): (table, *words(constraint))
    for table in metadata.sorted_tables
    for constraint in table.constraints
    if isinstance(constraint, CheckConstraint)
}


def filled(table: Table) -> dict[str, Any]:
    """A row with something allowed in every column; its foreign keys point nowhere."""
    now = dt.datetime(2027, 3, 10, tzinfo=dt.UTC)
    examples = {str: "x", int: 1, bool: True, dt.date: now.date(), object: {}}
    row = {c.name: now if isinstance(c.type, UtcTime) else examples[c.type.python_type] for c in table.columns}
    return row | {column: allowed[0] for checked, column, allowed in CHECKED.values() if checked is table}


@pytest.mark.parametrize("name", CHECKED)
def test_a_migrated_column_takes_its_words_and_no_other(database: Database, name: str) -> None:
    # alembic does not compare CHECK constraints; they are looked at before foreign keys
    table, column, allowed = CHECKED[name]

    def complaint(word: str) -> str:
        with pytest.raises(IntegrityError) as caught:
            database.write_now(lambda session: session.execute(insert(table), filled(table) | {column: word}))
        return str(caught.value.orig)

    assert {word for word in allowed if "foreign key" not in complaint(word).lower()} == set()
    assert name in complaint("anything")


def test_an_upgrade_with_nothing_to_do_does_without_alembic(database_url: str) -> None:
    code = f"import storage.migrate as m, sys; m.upgrade({database_url!r}); print('alembic' in sys.modules)"

    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True, cwd=ROOT)

    assert done.stdout == "False\n"


def test_the_newest_number_is_alembics_head(sqlite_database: Database) -> None:
    def head(session: Session) -> str | None:
        return ScriptDirectory.from_config(alembic_config(session.connection)).get_current_head()

    assert sqlite_database.read_now(head) == newest()


def test_processes_that_start_together_upgrade_once(empty_url: str) -> None:
    code = f"from storage.migrate import upgrade; upgrade({empty_url!r})"

    started = [subprocess.Popen([sys.executable, "-c", code], cwd=ROOT) for _ in range(3)]

    assert [process.wait(60) for process in started] == [0, 0, 0]
    upgrade(empty_url)


def test_a_database_of_a_newer_version_is_left_alone(database_url: str) -> None:
    database = open_database(database_url)
    database.write_now(lambda session: session.execute(text("UPDATE alembic_version SET version_num = '9999'")))

    with pytest.raises(TooNewError, match="9999"):
        upgrade(database_url)

    asyncio.run(database.close())


def test_a_migration_that_fails_leaves_nothing(empty_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_args: object) -> None:
        message = "at the very end"
        raise RuntimeError(message)

    monkeypatch.setattr("alembic.runtime.migration.HeadMaintainer.update_to_step", fail)
    with pytest.raises(RuntimeError, match="at the very end"):
        upgrade(empty_url)
    monkeypatch.undo()

    upgrade(empty_url)


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database without tables."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/new/kheo.db"
    server: Server = request.getfixturevalue("postgres_server")
    name = f"empty_{uuid.uuid4().hex}"
    server.run(f"CREATE DATABASE {name}")
    return server.url(name)
