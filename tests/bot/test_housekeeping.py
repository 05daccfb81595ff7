"""The jobs for people's data, run as the clock runs them."""

from __future__ import annotations

import asyncio
import datetime as dt
import os
import time
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from sqlalchemy import insert, select, update

from bot.clock import Clock
from bot.housekeeping import Housekeeping
from bot.inbox import Desk
from movement import people_data
from movement.context import Context, Person
from movement.retention import Terms
from storage.channel_tables import outbox
from storage.files import FileStore
from storage.partial_files import PartialFiles
from storage.people_tables import address, conversation, person, role
from storage.unit_tables import unit

if TYPE_CHECKING:
    from pathlib import Path

    from storage.database import Database
    from storage.session import Session

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
MONDAY = dt.datetime(2027, 3, 1, 2, tzinfo=dt.UTC)


class Sender:
    """The part of an outbox that is needed."""

    def __init__(self) -> None:
        self.rows: list[Any] = []

    def soon(self, rows: Any) -> None:
        self.rows += rows

    def look(self) -> None:
        """What is to be sent is read from the database."""


def asked_for(session: Session) -> None:
    """Lan, a member, asked for deletion on Monday; Quân, on the web page, is the administrator."""
    path = "/1/"
    named = {"kind": "ward_union", "name": "Công đoàn phường", "folded": "", "path": path}
    unit_id = session.scalar(insert(unit).values(**named).returning(unit.c.id))
    session.execute(update(unit).values(path=f"/{unit_id}/"))
    for name, held, channel in (("Lan", "member", "telegram"), ("Quân", "admin", "web")):
        values = {"name": name, "created_at": MONDAY, "consent_version": "1"}
        who = session.scalar(insert(person).values(**values).returning(person.c.id))
        session.execute(insert(role).values(person_id=who, unit_id=unit_id, role=held, since=MONDAY))
        session.execute(insert(conversation).values(person_id=who, memory={}, updated_at=MONDAY))
        at = {"channel": channel, "account": "a", "chat": name, "created_at": MONDAY}
        session.execute(insert(address).values(person_id=who, **at))
        if held == "member":
            ctx = Context(session, Person(who, name, "vi", "1"), MONDAY, MONDAY.date(), channel, ZONE)
            people_data.request(ctx, "delete", "")


def queued(session: Session) -> list[tuple[str, str]]:
    rows = session.rows(select(address.c.chat, outbox.c.payload).join(address).order_by(outbox.c.id))
    return [(row.chat, row.payload["text"]) for row in rows]


def keeping(database: Database, folder: Path, now: dt.datetime) -> tuple[Housekeeping, FileStore, Sender]:
    store, sender = FileStore(folder), Sender()
    outgoing: Any = sender
    parts = PartialFiles(folder / "tmp", 10**9, 8)
    return Housekeeping(database, store, parts, outgoing, Desk(database.process, ZONE), lambda: now), store, sender


async def test_who_looks_after_a_request_is_reminded_once_a_day(database: Database, tmp_path: Path) -> None:
    await database.write(asked_for)
    wednesday = MONDAY + dt.timedelta(days=2)

    for _time in range(2):
        house, _store, sender = keeping(database, tmp_path, wednesday)
        await house.remind()

    [(chat, text)] = await database.read(queued)
    assert chat == "Quân"
    assert "03/03/2027" in text
    assert sender.rows == []  # of the second time


async def test_two_processes_remind_once(database: Database, tmp_path: Path) -> None:
    await database.write(asked_for)
    houses = [keeping(database, tmp_path, MONDAY + dt.timedelta(days=2))[0] for _ in range(4)]

    await asyncio.gather(*[house.remind() for house in houses])

    assert len(await database.read(queued)) == 1


async def test_files_that_nothing_refers_to_are_swept(database: Database, tmp_path: Path) -> None:
    house, store, _sender = keeping(database, tmp_path, MONDAY)
    old, fresh = store.put(b"old"), store.put(b"fresh")
    os.utime(store.path(old), (time.time() - 3 * 24 * 3600,) * 2)

    await house.sweep()

    assert not store.path(old).exists()
    assert store.read(fresh) == b"fresh"


async def test_a_job_that_fails_is_run_again_the_next_time(caplog: Any, capsys: Any) -> None:
    ran = []

    async def broken() -> None:
        ran.append(1)
        raise ZeroDivisionError

    clock = Clock(ZONE)
    clock.every(1, "broken", broken)
    [job] = clock._scheduler.get_jobs()
    await job.func()
    await job.func()

    assert len(ran) == 2
    assert "job_failed" in capsys.readouterr().out + caplog.text


async def test_every_job_is_known_to_the_clock(database: Database, tmp_path: Path) -> None:
    house, _store, _sender = keeping(database, tmp_path, MONDAY)
    clock = Clock(ZONE)

    house.add_to(clock, Terms())

    jobs = {job.id: job for job in clock._scheduler.get_jobs()}
    assert set(jobs) == {"forget", "sweep", "remind"}
    for job in jobs.values():
        await job.func()
