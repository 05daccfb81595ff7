from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import delete, func, insert, select
from structlog.testing import capture_logs

from bot.digests import Digests, _receivers
from bot.inbox import Desk
from movement import digests
from movement.reminders import choices
from storage.channel_tables import outbox
from storage.people_tables import address, digest_choice, role
from storage.reminder_tables import reminder, reminder_letter
from storage.tables import entry
from tests.worlds import World, build

if TYPE_CHECKING:
    from storage.database import Database
    from storage.session import Session

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
MONDAY = dt.datetime(2027, 3, 8, 8, 0, tzinfo=ZONE)


class Waker:
    """The part of an outbox that the job needs."""

    def look(self) -> None:
        """Nothing is sent here."""

    def soon(self, rows: object) -> None:
        """Nothing is sent here."""


class House:
    """A world with one registration of Minh's that waits for Hoa, at a time that tests move."""

    def __init__(self, database: Database, *seeds: str) -> None:
        self.database, self.now = database, MONDAY
        self.world: Any = None
        database.write_now(self._build, seeds)
        desk = Desk(database.process, ZONE)
        sender: Any = Waker()
        self.job = Digests(database, sender, desk, lambda: self.now.astimezone(dt.UTC))

    def _build(self, session: Session, seeds: tuple[str, ...]) -> None:
        earlier = (MONDAY - dt.timedelta(days=3)).astimezone(dt.UTC)
        world = World(session, earlier, ZONE, "telegram", "test", {}, {})
        build(world, list(seeds))
        self.people = dict(world.people)

    def sent(self) -> list[tuple[str, str, str]]:
        """Who was sent what, and as which kind of message."""
        query = select(address.c.chat, outbox.c.kind, outbox.c.payload).join(address).order_by(outbox.c.id)
        rows = self.database.read_now(lambda session: session.rows(query))
        return [(row.chat, row.kind, row.payload["screen"]["text"]) for row in rows]

    def choose(self, who: str, every: str, hour: int = 8, weekday: int = 0) -> None:
        values = {"every": every, "hour": hour, "weekday": weekday, "chosen": True}
        self.database.write_now(lambda session: digests._keep(session, self.people[who], values))


async def test_officers_are_told_on_monday_at_eight_what_waits_and_only_once(database: Database) -> None:
    house = House(database, "registered")

    for _ in range(2):
        await house.job.send()

    ((who, kind, text),) = [each for each in house.sent() if each[0] == "hoa"]
    assert kind == "reminder"
    assert "Chờ đồng chí duyệt: 1" in text
    assert "/duyet" in text
    assert who == "hoa"


@pytest.mark.parametrize(
    "moved", [dt.timedelta(hours=-1, minutes=-1), dt.timedelta(days=4), dt.timedelta(hours=13)]
)
async def test_at_other_hours_and_days_nothing_comes(sqlite_database: Database, moved: dt.timedelta) -> None:
    house = House(sqlite_database, "registered")
    house.now = MONDAY + moved

    assert await house.job.send() == 0
    assert house.sent() == []


async def test_it_does_not_say_what_the_officer_put_off_or_switched_off(database: Database) -> None:
    house = House(database, "school")
    house.now = MONDAY - dt.timedelta(days=4)  # no reminder comes that day, but a digest
    await house.job.send()
    assert {"minh", "thao"} <= {who for who, _kind, _text in house.sent()}

    house.now += dt.timedelta(days=1)
    before = len(house.sent())

    def choose(session: Session) -> None:
        nobody = World(session, house.now.astimezone(dt.UTC), ZONE, "telegram", "test", {}, house.people)
        choices.snooze(nobody.of("minh"))
        choices.switch(nobody.of("thao"), "register", on=False)

    database.write_now(choose)
    await house.job.send()

    assert {who for who, _kind, _text in house.sent()[before:]} == {"hoa"}


async def test_a_digest_that_cannot_be_made_holds_up_nobody(
    sqlite_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    house = House(sqlite_database, "registered")
    whole, bad = digests.of_officer, min(house.people.values())
    assert bad == house.people["minh"]

    def broken(ctx: Any, *arguments: Any, **more: Any) -> Any:
        if ctx.person.id == bad:
            raise KeyError
        return whole(ctx, *arguments, **more)

    monkeypatch.setattr(digests, "of_officer", broken)
    with capture_logs() as logs:
        await house.job.send()

    assert "hoa" in {who for who, _kind, _text in house.sent()}
    assert "digest_failed" in {each["event"] for each in logs}


async def test_it_comes_as_often_as_the_officer_chose(sqlite_database: Database) -> None:
    house = House(sqlite_database, "registered")
    house.choose("hoa", "daily", 10)
    house.choose("minh", "never")

    counts = []
    for day in range(3):
        for hour in (8, 10, 11):
            house.now = MONDAY.replace(hour=hour) + dt.timedelta(days=day)
            await house.job.send()
        counts.append(sum(who == "hoa" for who, _kind, _text in house.sent()))

    assert counts == [1, 2, 3]
    assert {who for who, _kind, _text in house.sent()} == {"hoa"}


async def test_where_there_is_nothing_to_say_nothing_is_sent(sqlite_database: Database) -> None:
    house = House(sqlite_database)
    house.now = dt.datetime(2027, 6, 7, 8, 0, tzinfo=ZONE)  # a Monday far from any last day

    assert await house.job.send() == 0
    assert house.sent() == []
    looked = house.database.read_now(
        lambda session: session.scalar(select(func.count()).select_from(digest_choice))
    )
    assert looked >= 1


async def test_two_processes_send_one(database: Database) -> None:
    House(database, "registered")
    receivers = await database.read(_receivers, Desk(database.process, ZONE), MONDAY)

    marked = [await database.write(digests.mark, receivers[0], MONDAY.date()) for _ in range(2)]

    assert marked == [True, False]


async def test_what_came_since_the_last_one_is_new(sqlite_database: Database) -> None:
    house = House(sqlite_database, "registered")
    await house.job.send()
    first = [text for who, _kind, text in house.sent() if who == "hoa"]
    await sqlite_database.write(lambda session: session.execute(delete(entry)))
    house.now += dt.timedelta(days=7)

    await house.job.send()

    assert "Đăng ký mới từ 01/03/2027: 1" in first[0]
    assert not any("Đăng ký mới" in text for who, _kind, text in house.sent()[len(first) + 1 :] if who == "hoa")


async def test_in_the_last_week_it_comes_daily_to_those_who_chose_nothing(database: Database) -> None:
    house = House(database, "registered", "individual")
    house.choose("minh", "weekly")

    told: list[set[str]] = []
    seen = 0
    for day in range(-4, 5):  # Thursday, six days before the last day, to Friday after it
        house.now = MONDAY + dt.timedelta(days=day)
        await house.job.send()
        sent = house.sent()
        told.append({who for who, _kind, _text in sent[seen:]})
        seen = len(sent)

    thursday, friday, saturday, sunday, monday, tuesday, wednesday, *after = told
    assert sunday == set()
    assert "minh" not in thursday | friday | saturday | tuesday | wednesday
    assert all("hoa" in each for each in (thursday, friday, saturday, monday, tuesday, wednesday))
    assert after == [set(), set()]


async def test_what_a_reminder_of_that_day_says_is_not_said_again(database: Database) -> None:
    house = House(database, "registered")
    line = "Tổng hợp danh sách đăng ký"
    await house.job.send()
    assert line in house.sent()[-1][2]

    reminded = {"person_id": house.people["hoa"], "day": dt.date(2027, 3, 9), "queued_at": house.now}
    database.write_now(lambda session: session.execute(insert(reminder_letter).values(**reminded)))
    house.now = MONDAY + dt.timedelta(days=1)
    await house.job.send()

    last = [text for who, _kind, text in house.sent() if who == "hoa"][-1]
    assert line not in last
    assert "Chờ đồng chí duyệt: 1" in last


async def test_whom_reminders_did_not_reach_is_named_to_those_who_look_after_them(database: Database) -> None:
    house = House(database, "school", "blocked")
    database.write_now(_nowhere, house.people["thao"])
    house.choose("minh", "weekly")

    await house.job.send()

    hoa = [text for who, _kind, text in house.sent() if who == "hoa"][-1]
    assert "cần gọi điện: Phạm Thu Thảo (trường)." in hoa
    assert "/khongtoi" in hoa
    assert not any("Phạm Thu Thảo" in text for who, _kind, text in house.sent() if who == "minh")


def _nowhere(session: Session, person_id: int) -> None:
    """A reminder of today that found no way."""
    unit_id = session.scalar(select(role.c.unit_id).where(role.c.person_id == person_id))
    today = MONDAY.date()
    values = {"person_id": person_id, "unit_id": unit_id, "subject": f"unit:{unit_id}", "act": "register"}
    values |= {"deadline": "dang-ky", "year": 2027, "last_day": today, "days_before": 2, "due_at": MONDAY}
    told = {"state": "nowhere", "letter_on": today, "ended_at": MONDAY}
    session.execute(insert(reminder).values(**values, **told))
