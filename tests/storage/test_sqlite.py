"""What only SQLite can get wrong: one writer, one file, a disk that is full."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import text

from storage.database import Database, Unavailable
from tests.storage.child import numbers, put

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator

    from storage.session import Session

LOCKER = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("BEGIN IMMEDIATE")
print("locked", flush=True)
sys.stdin.readline()
connection.execute("COMMIT")
"""


def raw(session: Session) -> sqlite3.Connection:
    """The driver's connection."""
    connection: Any = session.connection.connection.dbapi_connection
    return connection  # type: ignore[no-any-return] # SQLAlchemy's protocol is wider than sqlite3


def fill_the_disk(session: Session) -> None:
    """Ask for more pages than the connection may have."""
    session.connection.exec_driver_sql("PRAGMA max_page_count = 1")
    session.connection.exec_driver_sql("CREATE TABLE large AS SELECT zeroblob(1000000) AS bytes")


@contextmanager
def locked(url: str) -> Iterator[subprocess.Popen[str]]:
    """Another process that keeps the file locked until it is sent a line."""
    command = [sys.executable, "-c", LOCKER, url.removeprefix("sqlite:///")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "locked\n"
        yield process


async def test_a_full_disk_fails_the_whole_batch_and_life_goes_on(sqlite_database: Database) -> None:
    gate = threading.Event()
    first = asyncio.create_task(sqlite_database.write(lambda _session: gate.wait(10)))
    await asyncio.sleep(0.01)
    works = [
        asyncio.create_task(sqlite_database.write(put, 1)),
        asyncio.create_task(sqlite_database.write(fill_the_disk)),
        asyncio.create_task(sqlite_database.write(put, 2)),
    ]
    await asyncio.sleep(0)
    gate.set()

    got = await asyncio.gather(first, *works, return_exceptions=True)

    assert [type(result) for result in got] == [bool, Unavailable, Unavailable, Unavailable]
    assert await sqlite_database.read(numbers) == []
    assert await sqlite_database.write(put, 3) == 3
    assert await sqlite_database.read(numbers) == [3]


async def test_work_that_was_rolled_back_unseen_is_no_result(sqlite_database: Database) -> None:
    # SQLite undoes the whole transaction by itself after some errors of the disk
    def lose(session: Session) -> int:
        put(session, 1)
        raw(session).execute("ROLLBACK")
        return 1

    with pytest.raises(Unavailable):
        await sqlite_database.write(lose)

    assert await sqlite_database.write(put, 2) == 2
    assert await sqlite_database.read(numbers) == [2]


async def test_a_commit_that_fails_is_no_result(sqlite_database: Database) -> None:
    # the only way to make the COMMIT itself fail without touching the disk
    def defer(session: Session) -> None:
        session.connection.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
        session.connection.exec_driver_sql(
            "INSERT INTO role (id, person_id, unit_id, role, since) VALUES (1, 99, 99, 'member', '2027-03-10')"
        )

    with pytest.raises(Unavailable):
        await sqlite_database.write(defer)

    assert await sqlite_database.write(put, 1) == 1


async def test_a_write_waits_for_another_process(sqlite_database: Database, sqlite_url: str) -> None:
    with locked(sqlite_url) as locker:
        writing = asyncio.create_task(sqlite_database.write(put, 1))
        await asyncio.sleep(0.1)
        waited = not writing.done()
        await asyncio.to_thread(locker.communicate, "\n")

    assert waited
    assert await writing == 1


async def test_a_lock_that_stays_is_unavailable_and_life_goes_on(
    sqlite_database: Database,
    sqlite_url: str,
) -> None:
    # nobody waits the whole 5 s in a test
    await sqlite_database.write(lambda session: session.connection.exec_driver_sql("PRAGMA busy_timeout = 20"))

    with locked(sqlite_url) as locker:
        with pytest.raises(Unavailable):
            await sqlite_database.write(put, 1)
        await asyncio.to_thread(locker.communicate, "\n")

    assert await sqlite_database.write(put, 2) == 2
    assert await sqlite_database.read(numbers) == [2]


async def test_a_broken_connection_is_made_anew(sqlite_database: Database) -> None:
    with pytest.raises(Unavailable):
        await sqlite_database.write(lambda session: raw(session).close())

    assert await sqlite_database.write(put, 3) == 3


async def test_every_connection_is_durable_and_strict(sqlite_database: Database) -> None:
    def settings(session: Session) -> list[object]:
        names = ("journal_mode", "synchronous", "foreign_keys", "busy_timeout", "query_only")
        return [session.scalar(text(f"PRAGMA {name}")) for name in names]

    assert await sqlite_database.write(settings) == ["wal", 2, 1, 5000, 0]
    assert await sqlite_database.read(settings) == ["wal", 2, 1, 5000, 1]


async def test_what_waits_together_is_committed_together(sqlite_database: Database) -> None:
    statements: list[str] = []
    gate = threading.Event()
    first = asyncio.create_task(sqlite_database.write(lambda _session: gate.wait(10)))
    await asyncio.sleep(0.01)
    works = [asyncio.create_task(sqlite_database.write(put, number)) for number in range(10)]
    watching = asyncio.create_task(
        sqlite_database.write(lambda session: raw(session).set_trace_callback(statements.append)),
    )
    await asyncio.sleep(0)

    gate.set()
    await asyncio.gather(first, watching, *works)

    assert statements.count("COMMIT") == 1
    assert await sqlite_database.read(numbers) == list(range(10))


async def test_a_unit_of_work_that_waits_for_another_is_told_so(sqlite_database: Database) -> None:
    def inner(_session: Session) -> None:
        """Nothing."""

    with pytest.raises(RuntimeError, match="would wait for ever"):
        sqlite_database.write_now(lambda _session: sqlite_database.write_now(inner))
