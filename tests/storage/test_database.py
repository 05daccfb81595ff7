"""What both databases promise."""

from __future__ import annotations

import asyncio
import threading
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import delete, insert, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from storage.channel_tables import inbox
from storage.database import Database, Unavailable, open_database
from storage.people_tables import conversation, person
from storage.session import Session, WriteOutsideEffect
from tests.storage.child import NOW, Child, numbers, put

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


class Leaving(BaseException):
    """As a dialogue leaves its script."""


def put_and_fail(session: Session, number: int) -> int:
    put(session, number)
    raise Leaving


def put_twice(session: Session, number: int) -> int:
    put(session, number)
    return put(session, number)


async def all_at_once(database: Database, *works: tuple[Callable[[Session, int], int], int]) -> list[object]:
    """Queue units of work behind one that waits until all are there: SQLite commits them together."""
    gate = threading.Event()

    def wait(_session: Session) -> None:
        gate.wait(10)

    first = asyncio.create_task(database.write(wait))
    await asyncio.sleep(0)
    rest = [asyncio.create_task(database.write(work, number)) for work, number in works]
    await asyncio.sleep(0)
    gate.set()
    await first
    return list(await asyncio.gather(*rest, return_exceptions=True))


async def test_work_that_fails_does_not_touch_its_neighbours(database: Database) -> None:
    got = await all_at_once(database, (put, 1), (put_and_fail, 2), (put, 3), (put_twice, 4), (put, 5))

    assert [got[0], got[2], got[4]] == [1, 3, 5]
    assert isinstance(got[1], Leaving)
    assert isinstance(got[3], IntegrityError)
    assert sorted(await database.read(numbers)) == [1, 3, 5]


async def test_work_that_fails_alone_leaves_nothing(database: Database) -> None:
    with pytest.raises(Leaving):
        await database.write(put_and_fail, 1)

    assert await database.read(numbers) == []
    assert await database.write(put, 2) == 2


async def test_a_forgotten_next_reaches_the_caller(database: Database) -> None:
    with pytest.raises(RuntimeError, match="StopIteration"):
        await database.write(lambda _session: next(iter(())))


async def test_what_was_acknowledged_is_there_after_a_kill(database: Database, database_url: str) -> None:
    child = Child(database_url)

    child.say("flood")
    acknowledged = [child.hear() for _ in range(200)]
    acknowledged += child.kill()

    assert set(map(int, acknowledged)) <= set(await database.read(numbers))


async def test_a_read_sees_one_snapshot(database: Database) -> None:
    await database.write(put, 1)
    read_once, written = threading.Event(), threading.Event()

    def twice(session: Session) -> tuple[list[int], list[int]]:
        before = numbers(session)
        read_once.set()
        assert written.wait(10)
        return before, numbers(session)

    reading = asyncio.create_task(database.read(twice))
    await asyncio.to_thread(read_once.wait, 10)
    await database.write(put, 2)
    written.set()

    assert await reading == ([1], [1])
    assert await database.read(numbers) == [1, 2]


async def test_a_reader_cannot_write(database: Database) -> None:
    with pytest.raises(WriteOutsideEffect):
        await database.read(put, 1)
    with pytest.raises(DBAPIError, match=r"read-?only"):
        await database.read(lambda session: session.execute(text("DELETE FROM inbox")))

    assert await database.read(numbers) == []


def test_the_command_line_needs_no_loop(database: Database) -> None:
    assert database.write_now(put, number=7) == 7

    assert database.read_now(numbers) == [7]
    with pytest.raises(Leaving):
        database.write_now(put_and_fail, 8)


async def test_foreign_keys_hold(database: Database) -> None:
    with pytest.raises(IntegrityError):
        await database.write(
            lambda session: session.execute(
                insert(conversation),
                {"person_id": 99, "memory": {}, "updated_at": NOW},
            ),
        )


async def test_json_is_stored_as_it_is_read(database: Database) -> None:
    def keep(session: Session) -> str:
        lan = session.scalar(insert(person).returning(person.c.id), {"created_at": NOW})
        session.execute(insert(conversation), {"person_id": lan, "memory": {"tên": "Vườn rau"}, "updated_at": NOW})
        return str(session.scalar(text("SELECT CAST(memory AS TEXT) FROM conversation")))

    assert await database.write(keep) == '{"tên":"Vườn rau"}'


async def test_closing_finishes_what_is_queued_and_refuses_more(database_url: str) -> None:
    database = open_database(database_url)
    queued = [asyncio.create_task(database.write(put, number)) for number in range(100)]
    await asyncio.sleep(0)

    await database.close()

    assert await asyncio.gather(*queued) == list(range(100))
    with pytest.raises(Unavailable):
        await database.write(put, 100)
    with pytest.raises(Unavailable):
        await database.read(numbers)


async def test_a_wake_up_reaches_the_listener(database: Database) -> None:
    heard = asyncio.Event()
    database.listen(heard.set)

    database.wake()

    async with asyncio.timeout(10):
        await heard.wait()


async def test_a_process_knows_itself_and_no_stranger(database: Database) -> None:
    assert 0 < database.process < 2**31
    assert await database.is_alive(database.process)
    assert not await database.is_alive(database.process ^ 1)


async def test_one_key_is_taken_in_the_order_of_arrival(database: Database) -> None:
    async def take(number: int) -> None:
        async with database.in_order("lan", across_processes=number % 5 == 0) as order:
            await asyncio.sleep(0)
            await order.write(put, number)

    async with asyncio.timeout(30):
        await asyncio.gather(*(take(number) for number in range(20)))

    assert await database.read(numbers) == list(range(20))


async def test_another_key_does_not_wait(database: Database) -> None:
    async with asyncio.timeout(10), database.in_order("lan"), database.in_order("minh") as order:
        await order.write(put, 1)

    assert await database.read(numbers) == [1]


async def test_work_whose_caller_was_cancelled_is_not_overtaken(database: Database) -> None:
    started, gate = threading.Event(), threading.Event()

    def slowly(session: Session) -> int:
        started.set()
        gate.wait(10)
        return put(session, 1)

    async def take(work: object, *args: int) -> None:
        async with database.in_order("lan", across_processes=False) as order:
            await order.write(work, *args)  # type: ignore[arg-type] # either kind of work

    first = asyncio.create_task(take(slowly))
    await asyncio.to_thread(started.wait, 10)
    second = asyncio.create_task(take(put, 2))
    first.cancel()
    await asyncio.sleep(0.02)
    assert not second.done()
    gate.set()
    await second

    assert first.cancelled()
    assert await database.read(numbers) == [1, 2]


@pytest.mark.parametrize("url", ["mysql://localhost/kheo", "sqlite://", "sqlite:///:memory:"])
def test_other_databases_are_refused(url: str) -> None:
    with pytest.raises(ValueError, match="DATABASE_URL"):
        open_database(url)


async def test_deleting_and_writing_go_on_after_many_batches(database: Database) -> None:
    for round_ in range(3):
        await asyncio.gather(*(database.write(put, number) for number in range(100)))
        assert len(await database.read(numbers)) == 100, round_
        await database.write(lambda session: session.execute(delete(inbox)))


def test_the_folder_of_a_new_file_is_made(tmp_path: Path) -> None:
    database = open_database(f"sqlite:///{tmp_path}/a/b/kheo.db")

    assert database.read_now(lambda session: session.scalar(text("SELECT 1"))) == 1
    asyncio.run(database.close())
