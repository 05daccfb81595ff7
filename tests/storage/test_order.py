"""One person's messages, one after the other, among several processes on PostgreSQL."""

from __future__ import annotations

import asyncio
import time
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from storage.database import Database, open_database
from tests.storage.child import Child, numbers, put

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from storage.session import Session

WAITING = text("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")


@pytest.fixture
async def other_database(postgres_url: str) -> AsyncIterator[Database]:
    """The same database from what might as well be another process."""
    opened = open_database(postgres_url)
    yield opened
    await opened.close()


async def until_waiting(database: Database, many: int) -> None:
    """Wait until so many wait for a lock."""
    async with asyncio.timeout(20):
        while await database.read(lambda session: session.scalar(WAITING)) != many:  # noqa: ASYNC110 - it tells nobody
            await asyncio.sleep(0.005)


async def test_two_processes_take_turns_in_the_order_of_arrival(
    postgres_database: Database,
    postgres_url: str,
) -> None:
    one, two = Child(postgres_url), Child(postgres_url)

    one.say("take 1")
    assert one.hear() == "got 1"
    two.say("take 2")
    await until_waiting(postgres_database, 1)
    one.say("take 3")
    one.say("text 4")
    one.say("go 1")
    assert [one.hear(), two.hear()] == ["done 1", "got 2"]
    await until_waiting(postgres_database, 1)  # 3, behind which 4 waits
    two.say("text 5")
    two.say("go 2")
    assert [two.hear(), one.hear()] == ["done 2", "got 3"]
    await until_waiting(postgres_database, 1)  # 5
    one.say("go 3")
    assert two.hear() == "done 5"
    assert [one.hear(), one.hear()] == ["done 3", "done 4"]

    one.kill()
    two.kill()
    assert await postgres_database.read(numbers) == [1, 2, 3, 5, 4]


async def test_a_killed_process_holds_up_nobody(postgres_database: Database, postgres_url: str) -> None:
    child = Child(postgres_url)
    child.say("take 1")
    assert child.hear() == "got 1"
    waiting = asyncio.create_task(take(postgres_database, 2))
    await until_waiting(postgres_database, 1)

    child.kill()

    async with asyncio.timeout(20):
        await waiting
    assert await postgres_database.read(numbers) == [2]


async def test_a_text_waits_for_another_process_that_fetches(
    postgres_database: Database,
    other_database: Database,
) -> None:
    async with postgres_database.in_order("lan") as order:
        text_message = asyncio.create_task(take(other_database, 2, across_processes=False))
        await until_waiting(postgres_database, 1)
        await order.write(put, 1)

    async with asyncio.timeout(20):
        await text_message
    assert await postgres_database.read(numbers) == [1, 2]


async def test_a_fetch_waits_for_a_text_that_is_being_written(
    postgres_database: Database,
    other_database: Database,
) -> None:
    def slowly(session: Session) -> None:
        session.execute(text("SELECT pg_sleep(0.2)"))
        put(session, 1)

    async def write_slowly() -> None:
        async with postgres_database.in_order("lan", across_processes=False) as order:
            await order.write(slowly)

    writing = asyncio.create_task(write_slowly())
    await asyncio.sleep(0.1)
    began = time.monotonic()
    await take(other_database, 2)

    await writing
    assert time.monotonic() - began > 0.02
    assert await postgres_database.read(numbers) == [1, 2]


async def test_fifty_who_hold_and_wait_never_keep_writes_from_running(
    postgres_database: Database,
    other_database: Database,
) -> None:
    databases = (postgres_database, other_database)

    async with asyncio.timeout(60):
        await asyncio.gather(
            *(
                take(
                    databases[(number + person) % 2], number, f"person {person}", across_processes=number % 2 == 0
                )
                for person in range(50)
                for number in range(4)
            ),
        )

    assert len(await postgres_database.read(numbers)) == 200


async def test_those_who_wait_for_another_process_occupy_no_thread(
    postgres_database: Database,
    other_database: Database,
) -> None:
    people = [f"person {number}" for number in range(18)]  # more than the threads, fewer than the connections
    async with AsyncExitStack() as holding, asyncio.timeout(30):
        for name in people:
            await holding.enter_async_context(postgres_database.in_order(name))
        waiting = [asyncio.create_task(take(other_database, 1, name, across_processes=False)) for name in people]
        await until_waiting(postgres_database, len(people))

        assert await other_database.write(put, 99) == 99
        await holding.aclose()
        await asyncio.gather(*waiting)


async def take(
    database: Database,
    number: int,
    key: str = "lan",
    *,
    across_processes: bool = True,
) -> None:
    """One message of a person."""
    async with database.in_order(key, across_processes=across_processes) as order:
        await order.write(put, number, key)
