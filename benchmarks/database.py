"""Units of work a second: read, update and insert in one durable transaction, beside raw sqlite3.

    uv run benchmarks/database.py

Prints a table: units a second, median and p99 in ms, CPU of this process per unit in µs.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import json
import sqlite3
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).parents[1]))

from sqlalchemy import bindparam, insert, select, update

from storage.channel_tables import outbox
from storage.database import Database, open_database
from storage.migrate import upgrade
from storage.people_tables import address, conversation, person
from tests.postgres_server import running

if TYPE_CHECKING:
    from storage.session import Session

NOW = dt.datetime(2027, 3, 10, tzinfo=dt.UTC)
MEMORY = {"answers": {"area": "2", "name": "Vườn rau sạch"}, "pending": "place"}
SCREEN = {"text": "Mô hình thực hiện ở đâu?", "options": ["Trường Mầm non Hoa Sen", "Trạm Y tế"]}
SECONDS = 2.0
WAYS = ("write", "in order", "in order, fetching")

_read = select(conversation.c.memory).where(conversation.c.person_id == bindparam("who")).with_for_update()
_keep = update(conversation).where(conversation.c.person_id == bindparam("who"))
_send = insert(outbox)


def unit(session: Session, who: int) -> None:
    """What a turn does to the database, without a turn."""
    memory = session.scalar(_read, {"who": who})
    session.execute(_keep, {"who": who, "memory": memory, "updated_at": NOW})
    row = {
        "address_id": who,
        "kind": "answer",
        "payload": SCREEN,
        "state": "sent",
        "due_at": NOW,
        "created_at": NOW,
    }
    session.execute(_send, row)


def people(session: Session) -> None:
    """Five hundred people with a conversation each."""
    numbers = range(1, 501)
    session.execute(insert(person), [{"id": n, "created_at": NOW} for n in numbers])
    session.execute(
        insert(conversation),
        [{"person_id": n, "memory": MEMORY, "updated_at": NOW} for n in numbers],
    )
    session.execute(
        insert(address),
        [
            {"id": n, "person_id": n, "channel": "web", "account": "", "chat": str(n), "created_at": NOW}
            for n in numbers
        ],
    )


async def measure(database: Database, way: str, at_once: int) -> None:
    """Have so many people do one unit after the other, and print a line."""
    took: list[float] = []
    until = time.perf_counter() + SECONDS

    async def one(who: int) -> None:
        while (began := time.perf_counter()) < until:
            if way == "write":
                await database.write(unit, who)
            else:
                async with database.in_order(str(who), across_processes=way != "in order") as order:
                    await order.write(unit, who)
            took.append(time.perf_counter() - began)

    began, cpu = time.perf_counter(), time.process_time()
    await asyncio.gather(*(one(who) for who in range(1, at_once + 1)))
    print_line(f"{database.dialect}, {way}", at_once, took, time.perf_counter() - began, time.process_time() - cpu)


def print_line(name: str, at_once: int, took: list[float], seconds: float, cpu: float) -> None:
    """One line of the table."""
    took.sort()
    middle, late = took[len(took) // 2] * 1e3, took[len(took) * 99 // 100] * 1e3
    each = cpu / len(took) * 1e6
    print(f"{name:32}{at_once:6}{len(took) / seconds:10.0f}{middle:10.2f}{late:10.2f}{each:8.0f}", flush=True)


async def measure_url(url: str) -> None:
    """All lines of one database."""
    upgrade(url)
    database = open_database(url)
    await database.write(people)
    for way in WAYS:
        for at_once in (1, 50):
            await measure(database, way, at_once)
    await database.close()


def measure_raw(path: Path) -> None:
    """The reference: sqlite3 without anything between, a commit for each unit."""
    connection = sqlite3.connect(path, isolation_level=None)
    connection.executescript("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;")
    connection.execute("CREATE TABLE c (id INTEGER PRIMARY KEY, memory)")
    connection.execute("CREATE TABLE o (id INTEGER PRIMARY KEY, who, payload)")
    connection.execute("INSERT INTO c VALUES (1, ?)", [json.dumps(MEMORY)])
    took: list[float] = []
    start, cpu = time.perf_counter(), time.process_time()
    while (began := time.perf_counter()) < start + SECONDS:
        connection.execute("BEGIN IMMEDIATE")
        (memory,) = connection.execute("SELECT memory FROM c WHERE id = ?", [1]).fetchone()
        connection.execute("UPDATE c SET memory = ? WHERE id = ?", [json.dumps(json.loads(memory)), 1])
        connection.execute("INSERT INTO o (who, payload) VALUES (?, ?)", [1, json.dumps(SCREEN)])
        connection.execute("COMMIT")
        took.append(time.perf_counter() - began)
    print_line("raw sqlite3, one commit each", 1, took, time.perf_counter() - start, time.process_time() - cpu)
    connection.close()


def main() -> None:
    """Print the table."""
    print(f"{'':32}{'people':>6}{'units/s':>10}{'median':>10}{'p99':>10}{'CPU':>8}")
    with tempfile.TemporaryDirectory(dir=Path.cwd()) as folder:  # a disk: /tmp may be memory
        measure_raw(Path(folder) / "raw.db")
        asyncio.run(measure_url(f"sqlite:///{folder}/kheo.db"))
    with running(durable=True) as server:
        asyncio.run(measure_url(server.url("postgres")))


if __name__ == "__main__":
    main()
