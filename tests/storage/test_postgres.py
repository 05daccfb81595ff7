"""What only PostgreSQL can get wrong: deadlocks, lost connections, several processes."""

from __future__ import annotations

import asyncio
import sys
import threading
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import IntegrityError

from locales import speaking
from storage.channel_tables import inbox
from storage.database import Database, Unavailable, open_database
from tests.postgres_server import running
from tests.storage.child import Child, numbers, put

if TYPE_CHECKING:
    from pathlib import Path

    from storage.session import Session
    from tests.postgres_server import Server

CUT = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"


def cut_connections(server: Server, url: str) -> None:
    """End every connection to the database, as a restart of the server does."""
    name = url.removeprefix("postgresql://postgres@/").partition("?")[0]
    server.run(CUT.format(name=name))


async def until_alive(database: Database, process: int, *, alive: bool) -> None:
    """Wait until another process is seen to be alive, or not."""
    async with asyncio.timeout(20):
        while await database.is_alive(process) != alive:  # noqa: ASYNC110 - it tells nobody
            await asyncio.sleep(0.005)


async def test_a_deadlock_is_tried_again(postgres_database: Database) -> None:
    await postgres_database.write(put, 1)
    await postgres_database.write(put, 2)
    both_have_one = threading.Barrier(2)
    attempts: list[str] = []

    def lock_both(session: Session, *rows: str) -> None:
        attempts.append(rows[0])
        for row in rows:
            session.execute(update(inbox).where(inbox.c.external_id == row).values(account=inbox.c.account + "x"))
            if row == rows[0] and attempts.count(row) == 1:
                both_have_one.wait(10)

    await asyncio.gather(
        postgres_database.write(lock_both, "1", "2"),
        postgres_database.write(lock_both, "2", "1"),
    )

    accounts = await postgres_database.read(lambda session: session.rows(select(inbox.c.account)))
    assert [tuple(row) for row in accounts] == [("xx",), ("xx",)]
    assert len(attempts) == 3


async def test_a_failed_statement_that_work_hides_is_no_result(postgres_database: Database) -> None:
    def hide(session: Session) -> str:
        put(session, 1)
        with pytest.raises(IntegrityError):
            put(session, 1)
        return "done"

    with pytest.raises(RuntimeError, match="hid"):
        await postgres_database.write(hide)

    assert await postgres_database.read(numbers) == []


async def test_a_statement_that_takes_too_long_is_unavailable(postgres_database: Database) -> None:
    def dawdle(session: Session) -> None:
        session.execute(text("SET LOCAL statement_timeout = '20ms'"))
        session.execute(text("SELECT pg_sleep(10)"))

    with pytest.raises(Unavailable):
        await postgres_database.write(dawdle)


async def test_every_connection_has_its_limits(postgres_database: Database) -> None:
    def limits(session: Session) -> list[object]:
        return [session.scalar(text(f"SHOW {name}")) for name in ("statement_timeout", "lock_timeout")]

    assert await postgres_database.write(limits) == ["30s", "20s"]
    assert await postgres_database.read(limits) == ["30s", "20s"]


async def test_lost_connections_are_not_noticed_between_units(
    postgres_database: Database,
    postgres_server: Server,
    postgres_url: str,
) -> None:
    await asyncio.gather(*(postgres_database.write(put, number) for number in range(20)))

    cut_connections(postgres_server, postgres_url)

    assert await postgres_database.write(put, 20) == 20
    assert len(await postgres_database.read(numbers)) == 21


async def test_a_connection_lost_in_the_middle_is_tried_again_from_the_start(postgres_database: Database) -> None:
    attempts: list[int] = []

    def lose(session: Session) -> None:
        attempts.append(put(session, 1))
        if len(attempts) == 1:
            session.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))

    await postgres_database.write(lose)

    assert attempts == [1, 1]
    assert await postgres_database.read(numbers) == [1]


async def test_a_process_is_alive_until_it_is_killed(postgres_database: Database, postgres_url: str) -> None:
    child = Child(postgres_url)
    assert child.number != postgres_database.process
    assert await postgres_database.is_alive(child.number)

    child.kill()

    await until_alive(postgres_database, child.number, alive=False)


async def test_a_process_that_was_cut_off_comes_back_and_hears_again(
    postgres_database: Database,
    postgres_server: Server,
    postgres_url: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("storage.presence.PAUSE", 0.01)
    monkeypatch.setattr("storage.presence.GRACE", 0.0)
    other = open_database(postgres_url)
    back = asyncio.Event()
    postgres_database.listen(back.set)

    cut_connections(postgres_server, postgres_url)
    async with asyncio.timeout(20):
        await back.wait()  # called once by itself: something may have been missed
        await until_alive(other, postgres_database.process, alive=True)
        back.clear()
        other.wake()
        await back.wait()

    await other.close()


async def test_nobody_is_taken_for_dead_while_all_come_back(
    postgres_database: Database,
    postgres_server: Server,
    postgres_url: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("storage.presence.GRACE", 0.5)
    nobody = postgres_database.process ^ 1
    assert not await postgres_database.is_alive(nobody)
    back = asyncio.Event()
    postgres_database.listen(back.set)

    cut_connections(postgres_server, postgres_url)
    await back.wait()

    assert await postgres_database.is_alive(nobody)
    await until_alive(postgres_database, nobody, alive=False)


async def test_waking_reaches_other_processes(postgres_database: Database, postgres_url: str) -> None:
    other = open_database(postgres_url)
    heard = asyncio.Event()
    other.listen(heard.set)

    postgres_database.wake()

    async with asyncio.timeout(20):
        await heard.wait()
    await other.close()


async def test_a_number_is_free_after_closing(postgres_database: Database, postgres_url: str) -> None:
    other = open_database(postgres_url)
    assert await postgres_database.is_alive(other.process)

    await other.close()

    await until_alive(postgres_database, other.process, alive=False)


async def test_a_server_that_is_gone_is_unavailable(tmp_path: Path) -> None:
    with pytest.raises(Unavailable):
        open_database(f"postgresql://postgres@/kheo?host={tmp_path}")

    with running() as server:
        database = open_database(server.url("postgres"))
        assert await database.read(lambda session: session.scalar(text("SELECT 1"))) == 1
    with pytest.raises(Unavailable):
        await database.read(lambda session: session.scalar(text("SELECT 1")))
    with pytest.raises(Unavailable):
        await database.write(put, 1)
    with pytest.raises(Unavailable):
        async with database.in_order("lan"):
            pass
    await database.close()


def test_without_psycopg_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "storage.postgres", raising=False)
    monkeypatch.setitem(sys.modules, "psycopg", None)

    with speaking("en"), pytest.raises(ModuleNotFoundError, match=r"one more package.*: uv sync --extra postgres"):
        open_database("postgresql://localhost/kheo")
