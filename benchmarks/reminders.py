"""Planning reminders for a whole province, and queueing what is due.

    uv run benchmarks/reminders.py

2,000 units, 10,000 people, 6,000 open entries, six days before the last day of reporting: nearly everybody owes
something, three times within the week that is planned. Asked: at most 2 s and a fixed number of statements.

Measured on 2 cores, the median of three runs (23,451 reminders of 6,000 people; 10 statements):

                                                SQLite    PostgreSQL
    the plan                                    0.26 s        0.28 s
    writing what is new, 500 at a time          0.33 s        1.02 s
    the same plan when nothing is new           0.40 s        0.44 s
    a letter looked at again and queued         1.1 ms        1.4 ms

PostgreSQL has its statistics here, as autovacuum makes them within a minute. Without, right after a province was
brought in, the plan took 2.5 to 3 s.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from sqlalchemy import delete, func, insert, select, update

from benchmarks import access
from benchmarks.world import ZONE
from bot.inbox import Desk
from bot.reminding import Reminding
from movement.context import Context, Person
from movement.reminders import planning
from storage import secret_key
from storage.channel_tables import outbox
from storage.database import open_database
from storage.migrate import upgrade
from storage.people_tables import address, conversation, person
from storage.reminder_tables import reminder, reminder_letter
from storage.tables import entry
from tests.postgres_server import running

if TYPE_CHECKING:
    from storage.database import Database
    from storage.session import Session

NOW = dt.datetime(2027, 9, 24, 1, 0, tzinfo=dt.UTC)  # eight in the morning there
LATER = dt.datetime(2027, 9, 27, 1, 0, 30, tzinfo=dt.UTC)  # three days before the last day, which is the 30th
TIMES = 3
SOME = 2_000  # people whose letters are queued


class Sender:
    """The part of an outbox that the job needs."""

    accounts = (("telegram", "bench"),)

    def look(self) -> None:
        """Nothing is sent here."""

    def soon(self, rows: object) -> None:
        """Nothing is sent here."""


def fill(session: Session) -> None:
    """The province of `access`, its entries confirmed, each of another person; everybody has an address."""
    access.fill(session)
    session.execute(update(person).values(consent_version="1"))
    session.execute(update(entry).values(state="confirmed", author_id=entry.c.id + 201))
    people = range(1, access.PEOPLE + 1)
    at = {"channel": "telegram", "account": "bench", "created_at": NOW}
    session.execute(insert(address), [{**at, "person_id": n, "chat": str(n)} for n in people])
    session.execute(insert(conversation), [{"person_id": n, "memory": {}, "updated_at": NOW} for n in people])
    if session.connection.dialect.name == "postgresql":  # as autovacuum does within a minute
        session.connection.exec_driver_sql("ANALYZE")


def planned(session: Session, now: dt.datetime) -> tuple[planning.Plan, int, float]:
    """A plan, the statements it took, and the seconds."""
    began = time.perf_counter()
    nobody = Person(0, "", "vi", "")
    found = planning.plan(Context(session, nobody, now, now.astimezone(ZONE).date(), "bench", ZONE))
    return found, session.statements, time.perf_counter() - began


async def once(database: Database) -> dict[str, float]:
    """One run: the seconds of each line."""
    found, statements, first = await database.read(planned, NOW)
    began = time.perf_counter()
    for part in found.parts():
        await database.write(planning.carry_out, part)
    written = time.perf_counter() - began
    again, same, second = await database.read(planned, NOW)
    assert same == statements
    assert not list(again.parts())
    sender: Any = Sender()
    job = Reminding(database, sender, Desk(database.process, ZONE), lambda: LATER)
    began, queued = time.perf_counter(), 0
    while queued < SOME:
        queued += await job.send()
        await database.write(_sent)
    each = (time.perf_counter() - began) / queued
    rows = len(found.add)
    people = len({row["person_id"] for row in found.add})
    await database.write(_forget)
    return {
        f"plan of {rows:,} reminders of {people:,} people ({statements} statements), s": first,
        "writing them, s": written,
        "the same plan when nothing is new, s": second,
        "a letter looked at again and queued, ms": each * 1e3,
    }


def _sent(session: Session) -> None:
    session.execute(update(outbox).where(outbox.c.state == "waiting").values(state="sent"))


def _forget(session: Session) -> None:
    for table in (reminder, reminder_letter, outbox):
        session.execute(delete(table))


async def measure(url: str) -> None:
    """All lines of one database."""
    upgrade(url)
    database = open_database(url)
    await database.write(fill)
    runs = [await once(database) for _ in range(TIMES)]
    for name in runs[0]:
        values = [run[name] for run in runs]
        print(
            f"{database.dialect:12}{name:75}{statistics.median(values):8.3f} ({min(values):.3f}–{max(values):.3f})"
        )
    assert await database.read(lambda session: session.scalar(select(func.count()).select_from(reminder))) == 0
    await database.close()


def main() -> None:
    """Both databases, one after the other."""
    secret_key.use("a key of a benchmark, which is long enough")
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(measure(f"sqlite:///{folder}/kheo.db"))
    with running(durable=True) as server:
        server.run("CREATE DATABASE reminders")
        asyncio.run(measure(server.url("reminders")))


if __name__ == "__main__":
    main()
