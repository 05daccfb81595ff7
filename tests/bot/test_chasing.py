"""Chases are sent once, gathered by person, not in quiet hours; what is done meanwhile is not asked for."""

from __future__ import annotations

import asyncio
import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import delete, insert, select, update

from bot.chasing import Chasing
from bot.claims import Looked, claim
from bot.inbox import Desk
from bot.ledger import Ledger
from bot.outbox import finish
from bot.pages import Pages
from bot.reach import Reach
from bot.sending import Ending
from movement import chase_reports, chases, quota
from movement.chases import Asked
from movement.quota import Limit
from storage.channel_tables import message_count, outbox
from storage.chase_tables import chase_message
from storage.database import open_database
from storage.people_tables import address
from storage.tables import entry
from tests.worlds import World, build

if TYPE_CHECKING:
    from collections.abc import Callable

    from storage.database import Database
    from storage.session import Session

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
MONDAY = dt.datetime(2027, 11, 22, 9, 0, tzinfo=ZONE)


class Waker:
    """The part of an outbox that the job needs."""

    def look(self) -> None:
        """Nothing is sent here."""

    def soon(self, rows: object) -> None:
        """Nothing is sent here."""


class House:
    """A world in November: Minh's initiative is confirmed and not reported, the school has registered nothing."""

    def __init__(self, database: Database, *seeds: str, channel: str = "telegram") -> None:
        self.database, self.now, self.channel = database, MONDAY, channel
        self.world: Any = None
        database.write_now(self._build, ("registered", "confirmed", "school", *seeds))
        self.job = self.another(database)

    def another(self, database: Database) -> Chasing:
        """The job of a process."""
        sender: Any = Waker()
        return Chasing(database, sender, Desk(database.process, ZONE), lambda: self.now.astimezone(dt.UTC))

    def _build(self, session: Session, seeds: tuple[str, ...]) -> None:
        self.world = World(session, self.now.astimezone(dt.UTC), ZONE, self.channel, "test", {}, {})
        build(self.world, list(seeds))

    def begin(self, kind: str, words: str = "", who: str = "hoa") -> dict[str, Any]:
        """Hoa sends a chase to her ward."""

        def work(session: Session) -> dict[str, Any]:
            ctx = replace(self.world, session=session, now=self.now.astimezone(dt.UTC)).of(who)
            return chases.begin(ctx, Asked(self.world.units["phường"].id, kind, 2027, words, "everyone"))

        return self.database.write_now(work)

    def figures(self, number: int) -> dict[str, int]:
        """The figures of a report that are not zero."""

        def work(session: Session) -> dict[str, int]:
            ctx = replace(self.world, session=session, now=self.now.astimezone(dt.UTC)).of("hoa")
            return dict(+chase_reports.report(ctx, number).counts())

        return self.database.read_now(work)

    def sent(self) -> list[tuple[str, str, str]]:
        """Who was sent what, and as which kind of message."""
        query = select(address.c.chat, outbox.c.kind, outbox.c.payload).join(address).order_by(outbox.c.id)
        rows = self.database.read_now(lambda session: session.rows(query))
        return [(row.chat, row.kind, row.payload["screen"]["text"]) for row in rows]

    def end(self, state: str, why: str = "") -> None:
        """Let the sender have ended all rows so."""
        now, looked = self.now.astimezone(dt.UTC), Looked(self.database.process)

        def work(session: Session) -> None:
            finish(session, [Ending(row, state, why=why) for row in claim(session, looked, now).rows])

        self.database.write_now(work)

    def write(self, work: Callable[[Session], Any]) -> None:
        self.database.write_now(work)


async def test_one_message_holds_all_that_a_person_owes_and_goes_once(database: Database) -> None:
    house = House(database)
    house.begin("report", "Mong đồng chí gửi sớm.")
    house.begin("register")
    house.begin("words", "Mời họp.")

    for _ in range(2):
        await house.job.send()

    sent = house.sent()
    assert sorted(who for who, _kind, _text in sent) == ["minh", "thao"]
    assert {kind for _who, kind, _text in sent} == {"reminder"}
    text = next(text for who, _kind, text in sent if who == "minh")
    for part in ("cần báo cáo kết quả", "Mong đồng chí gửi sớm.", "Mời họp.", "/baocao MH27-0001", "/danop"):
        assert text.count(part) == 1


async def test_two_processes_send_each_message_once(database_url: str) -> None:
    first, second = open_database(database_url), open_database(database_url)
    try:
        house = House(first)
        house.begin("report")
        house.begin("register")
        await asyncio.gather(*(house.another(each).send() for each in (first, second, first, second)))

        assert sorted(who for who, _kind, _text in house.sent()) == ["minh", "thao"]
    finally:
        await first.close()
        await second.close()


@pytest.mark.parametrize(
    ("asked", "goes"),
    [
        ("2027-11-22T21:00", "2027-11-23T07:00"),
        ("2027-11-22T06:59", "2027-11-22T07:00"),
        ("2027-11-27T20:59", "2027-11-27T20:59"),
        ("2027-11-27T21:00", "2027-11-29T07:00"),  # a Saturday evening: Monday
        ("2027-11-28T10:00", "2027-11-29T07:00"),
        ("2027-02-04T22:00", "2027-02-11T07:00"),  # before Tết
    ],
)
async def test_nobody_is_disturbed_in_quiet_hours(sqlite_database: Database, asked: str, goes: str) -> None:
    house = House(sqlite_database)
    moment, allowed = (dt.datetime.fromisoformat(each).replace(tzinfo=ZONE) for each in (asked, goes))
    house.now = moment

    house.begin("register")
    for minutes in (0, 1):
        house.now = allowed - dt.timedelta(minutes=1 - minutes)
        if house.now >= moment:
            await house.job.send()
        assert bool(house.sent()) is bool(minutes)


async def test_a_message_that_fell_due_by_day_is_not_sent_by_night(sqlite_database: Database) -> None:
    house = House(sqlite_database)
    house.begin("register")
    house.now = MONDAY.replace(hour=22)  # the process was down meanwhile

    assert await house.job.send() == 0
    house.now = MONDAY + dt.timedelta(hours=22)
    assert await house.job.send() == 1


async def test_whoever_did_it_meanwhile_is_not_asked_and_counts_as_done(database: Database) -> None:
    house = House(database)
    number = house.begin("report")["chase"]
    reported = {"state": "reported", "reported_at": MONDAY.astimezone(dt.UTC)}
    house.write(lambda session: session.execute(update(entry).values(**reported)))

    await house.job.send()

    assert house.sent() == []
    assert house.figures(number) == {"before": 1, "done": 1}


@pytest.mark.parametrize(
    ("state", "why", "figures"),
    [
        ("sent", "", {"arrived": 1, "owing": 1}),
        ("unknown", "", {"unknown": 1, "owing": 1}),
        ("unreachable", "", {"failed": 1, "owing": 1, "call": 1}),
        ("refused", "403", {"failed": 1, "owing": 1, "call": 1}),
    ],
)
async def test_the_report_says_what_became_of_it(
    database: Database, state: str, why: str, figures: dict[str, int]
) -> None:
    house = House(database)
    number = house.begin("report")["chase"]
    assert house.figures(number) == {"waiting": 1, "owing": 1}
    await house.job.send()
    assert house.figures(number) == {"waiting": 1, "owing": 1}

    house.end(state, why)

    assert house.figures(number) == figures


async def test_whoever_lost_the_channel_before_it_went_is_called(database: Database) -> None:
    house = House(database)
    number = house.begin("report")["chase"]
    gone = delete(address).where(address.c.chat == "minh")
    house.write(lambda session: session.execute(gone))

    await house.job.send()

    assert house.figures(number) == {"nowhere": 1, "owing": 1, "call": 1}


async def test_below_five_per_cent_of_the_month_reminders_wait_or_go_another_way(database: Database) -> None:
    quota.use({("zalo_bot", "test"): Limit(100, 50)})
    try:
        house = House(database, channel="zalo_bot")
        month = {"channel": "zalo_bot", "account": "test", "month": "2027-11", "sent": 60, "received": 35}
        house.write(lambda session: session.execute(insert(message_count).values(**month)))
        number = house.begin("report")["chase"]
        await house.job.send()
        house.now = MONDAY + dt.timedelta(minutes=2)
        now = house.now.astimezone(dt.UTC)
        (row,) = database.write_now(lambda session: claim(session, Looked(database.process), now).rows)
        desk = Desk(database.process, ZONE)
        ledger = Ledger(database, Reach(database, Pages(), desk, lambda: now), desk, lambda: now)

        ending = await ledger.spared(row)

        assert ending is not None
        assert ending.due_at == dt.datetime(2027, 12, 1, 8, tzinfo=ZONE)
        database.write_now(lambda session: finish(session, [ending]))
        assert house.figures(number) == {"waiting": 1, "owing": 1}
    finally:
        quota.use({})


async def test_a_message_that_went_by_another_channel_has_arrived(database: Database) -> None:
    house = House(database, channel="zalo_oa")
    number = house.begin("report")["chase"]
    moved = {"channel": "telegram", "account": "t", "chat": "minh2", "created_at": MONDAY.astimezone(dt.UTC)}
    await house.job.send()
    moved["person_id"] = house.world.people["minh"]
    house.write(lambda session: session.execute(insert(address).values(**moved)))
    now = house.now.astimezone(dt.UTC)
    desk = Desk(database.process, ZONE)
    (row,) = database.write_now(lambda session: claim(session, Looked(database.process), now).rows)

    await Reach(database, Pages(), desk, lambda: now).is_elsewhere(row)
    database.write_now(lambda session: finish(session, [Ending(row, "unreachable", why="window")]))

    assert house.figures(number) == {"waiting": 1, "owing": 1}
    house.end("sent")
    assert house.figures(number) == {"arrived": 1, "owing": 1}


async def test_a_message_that_was_cancelled_was_for_what_is_done(database: Database) -> None:
    house = House(database)
    number = house.begin("report")["chase"]
    await house.job.send()

    house.end("cancelled")

    assert house.figures(number) == {"before": 1, "owing": 1}


async def test_more_than_one_batch_is_sent_wholly(sqlite_database: Database, monkeypatch: Any) -> None:
    monkeypatch.setattr("movement.chase_sending.AT_ONCE", 2)
    house = House(sqlite_database)
    house.begin("report")
    house.begin("words", "Mời họp.")
    while await house.job.send():
        pass

    query = select(chase_message.c.state)
    states = {row.state for row in sqlite_database.read_now(lambda session: session.rows(query))}
    assert states == {"queued"}
    assert len(house.sent()) == 2
