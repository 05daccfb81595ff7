"""What screens of reminders take in a whole province: 2,000 units, 10,000 people, 40,000 reminders to come.

    uv run benchmarks/reminder_screens.py

Prints a table for SQLite and PostgreSQL: the median of some runs in ms, and the statements.
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

from sqlalchemy import insert, select, update

from benchmarks.access import NOW, PEOPLE, ZONE, context, fill
from movement import people
from movement.reminders import coming, outcomes, stops, unreached, week
from storage import secret_key
from storage.channel_tables import outbox
from storage.database import open_database
from storage.migrate import upgrade
from storage.people_tables import address, conversation, person, role
from storage.reminder_tables import reminder, reminder_letter
from tests.postgres_server import running

if TYPE_CHECKING:
    from collections.abc import Callable

    from movement.context import Context
    from storage.session import Session

TIMES = 7
TODAY = NOW.astimezone(ZONE).date()
LAST = TODAY + dt.timedelta(days=7)
DEADLINE = "dang-ky"
UNREACHED = 20  # one in so many


class _UndoneError(Exception):
    """What was measured is not kept."""


def remind(session: Session) -> None:
    """Everybody has an address, a letter of yesterday, and is to be told on four days of the next week."""
    fill(session)
    session.execute(update(person).values(consent_version=people.CONSENT_VERSION))
    homes = {row.person_id: row.unit_id for row in session.rows(select(role.c.person_id, role.c.unit_id))}
    everybody = range(1, PEOPLE + 1)
    session.execute(insert(conversation), [{"person_id": n, "memory": {}, "updated_at": NOW} for n in everybody])
    at = {"channel": "telegram", "account": "t", "created_at": NOW}
    session.execute(
        insert(address),
        [{"id": n, "person_id": n, "chat": str(n), "reachable": n % UNREACHED != 0, **at} for n in everybody],
    )
    told = NOW - dt.timedelta(days=1)
    for first in range(1, PEOPLE + 1, 1000):
        some = range(first, first + 1000)
        session.execute(insert(outbox), [_message(n, told) for n in some])
        session.execute(insert(reminder), [row for n in some for row in _reminders(n, homes.get(n, 1), told)])
        letters = [{"person_id": n, "day": told.astimezone(ZONE).date(), "queued_at": told} for n in some]
        session.execute(insert(reminder_letter), [{**each, "outbox_id": each["person_id"]} for each in letters])


def _message(number: int, told: dt.datetime) -> dict[str, Any]:
    state = "sent" if number % UNREACHED else "unreachable"
    said = {"kind": "reminder", "payload": {}, "due_at": told, "created_at": told}
    return {"id": number, "address_id": number, "state": state, **said}


def _reminders(number: int, home: int, told: dt.datetime) -> list[dict[str, Any]]:
    same = {"person_id": number, "unit_id": home, "subject": f"unit:{home}", "act": "register"}
    same |= {"deadline": DEADLINE, "year": TODAY.year, "last_day": LAST}
    before = {"days_before": 8, "due_at": told, "state": "queued", "letter_on": told.date(), "ended_at": told}
    waiting = {"state": "waiting", "letter_on": None, "ended_at": None}
    to_come = [
        {**same, **waiting, "days_before": left, "due_at": NOW + dt.timedelta(days=7 - left)}
        for left in (6, 3, 1, 0)
    ]
    return [{**same, **before}, *to_come]


def measure(session: Session) -> list[tuple[str, float, int]]:
    """Every line of the table."""
    day = TODAY + dt.timedelta(days=1)

    def listed(number: int) -> Callable[[Context], object]:
        def work(ctx: Context) -> object:
            one = week.batch(ctx, TODAY.year, DEADLINE, day)
            assert one is not None
            return week.page(ctx, one, number)

        return work

    return [
        _line(session, "the week ahead, of the province", 1, week.ahead),
        _line(session, "the days before, of the province", 1, outcomes.of_week),
        _line(session, "a list, first page", 1, listed(0)),
        _line(session, "a list, page 900", 1, listed(900)),
        _line(
            session,
            "whom nothing reached, of the province",
            1,
            lambda ctx: unreached.since(ctx, TODAY - dt.timedelta(days=7), 5),
        ),
        _line(session, "the same of the last week", 1, lambda ctx: unreached.page(ctx, 0)),
        _line(session, "the same, of a ward's officer", 2, lambda ctx: unreached.page(ctx, 0)),
        _line(session, "what comes to one person", 300, coming.mine),
        _line(
            session,
            "stop all of it, of the province",
            1,
            lambda ctx: stops.stop(ctx, TODAY.year, DEADLINE, None),
            1,
        ),
        _line(session, "let it out again", 1, lambda ctx: stops.lift(ctx, TODAY.year, DEADLINE, None), 1),
    ]


def _line(
    session: Session, name: str, who: int, work: Callable[[Context], object], times: int = TIMES
) -> tuple[str, float, int]:
    took, statements = [], 0
    for _ in range(times):
        ctx, before, began = context(session, who), session.statements, time.perf_counter()
        work(ctx)
        took.append((time.perf_counter() - began) * 1e3)
        statements = session.statements - before
    return name, statistics.median(took), statements


def table_of(url: str) -> list[tuple[str, float, int]]:
    """The measurements on this database; nothing of it is kept."""
    upgrade(url)
    database = open_database(url)
    found: list[tuple[str, float, int]] = []

    def work(session: Session) -> None:
        remind(session)
        if session.connection.dialect.name == "postgresql":
            session.connection.exec_driver_sql("ANALYZE")
        found.extend(measure(session))
        raise _UndoneError

    try:
        database.write_now(work)
    except _UndoneError:
        pass
    finally:
        asyncio.run(database.close())
    return found


def main() -> None:
    """Both databases, one after the other."""
    with tempfile.TemporaryDirectory() as folder:
        secret_key.use("a key of a benchmark, which is long enough")
        _print("SQLite", table_of(f"sqlite:///{folder}/kheo.db"))
    with running() as server:
        server.run("CREATE DATABASE screens")
        _print("PostgreSQL", table_of(server.url("screens")))


def _print(name: str, lines: list[tuple[str, float, int]]) -> None:
    print(name)
    for what, median, statements in lines:
        print(f"  {what:42} {median:9.1f} ms  {statements:3} statements")


if __name__ == "__main__":
    main()
