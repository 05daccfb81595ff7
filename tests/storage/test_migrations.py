from __future__ import annotations

import asyncio
import datetime as dt
import re
import subprocess
import sys
import uuid
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import CheckConstraint, Table, create_engine, insert, text
from sqlalchemy.exc import IntegrityError

import storage.tables  # noqa: F401 - fills the metadata
from movement.entry_words import indexed
from storage.database import Database, open_database
from storage.migrate import OPTIONS, TooNewError, alembic_config, newest, upgrade
from storage.schema import UtcTime, metadata

if TYPE_CHECKING:
    from storage.session import Session
    from tests.postgres_server import Server

ROOT = Path(__file__).parents[2]
SECOND = import_module("storage.migrations.versions.0002_second")


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


def test_entries_from_before_can_be_searched(empty_url: str) -> None:
    now = "2026-03-10 02:00:00"
    upgrade_to(empty_url, "0001")
    rows = (
        f"INSERT INTO person (id, name, locale, created_at) VALUES (1, 'Lan', 'vi', '{now}')",
        "INSERT INTO unit (id, kind, name, folded, path) VALUES (1, 'grassroots_union', 'May', 'may', '/1/')",
        "INSERT INTO cycle (id, unit_id, year, guideline_id) VALUES (1, 1, 2026, 'x')",
        f"INSERT INTO initiative (id, unit_id, name, folded, created_at) VALUES (1, 1, 'x', 'x', '{now}')",
        (
            "INSERT INTO entry (id, initiative_id, cycle_id, unit_id, author_id, guideline_id, state,"
            " subject_kind, area, name, folded, place, lead, scale, submitted_at, updated_at)"
            " VALUES (1, 1, 1, 1, 1, 'x', 'submitted', 'collective', 'kt', 'Thư viện “xanh”', 'x',"
            " 'Xưởng số 2', 'Bà Đào',"
            f" '', '{now}', '{now}')"
        ),
    )
    database = open_database(empty_url)
    database.write_now(lambda session: [session.execute(text(row)) for row in rows])

    upgrade(empty_url)

    search = database.read_now(lambda session: session.scalar(text("SELECT search FROM entry")))
    asyncio.run(database.close())
    assert search == " thu vien xanh xuong so 2 ba dao "


@given(st.text())
def test_the_migration_folds_as_the_program_does(words: str) -> None:
    assert SECOND._folded(words) == indexed(words, "", "")


def upgrade_to(url: str, version: str) -> None:
    """Stop at an older version."""
    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://"))
    if url.startswith("sqlite"):
        Path(url.removeprefix("sqlite:///")).parent.mkdir(exist_ok=True)
    with engine.begin() as connection:
        command.upgrade(alembic_config(connection), version)
    engine.dispose()


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
