"""What people do while their letter is written and not sent yet."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import insert, literal, select, update

from bot.sending import Ending
from movement import merging
from movement.reminders import choices, stops
from storage.channel_tables import outbox
from storage.people_tables import address
from storage.tables import entry
from tests.bot.test_reminding import TUESDAY, House, _register

if TYPE_CHECKING:
    from storage.database import Database


async def test_a_letter_put_off_before_it_was_sent_comes_when_asked_for_and_once(database: Database) -> None:
    house = House(database)
    house.now = TUESDAY - dt.timedelta(days=6)
    await house.job.run()
    house.now += dt.timedelta(hours=1)
    assert house.act("minh", choices.snooze) == dt.date(2027, 3, 6)

    endings = {row.chat: await house.job.fresh(row) for row in house.claimed()}
    house.end(*(each if isinstance(each, Ending) else Ending(each, "sent") for each in endings.values()))

    assert {who for who, each in endings.items() if isinstance(each, Ending)} == {"minh"}
    for days in (1, 2, 3):
        house.now = TUESDAY - dt.timedelta(days=6 - days)
        await house.job.run()
        house.end(*(Ending(row, "sent") for row in house.claimed()))
    minhs = [text for who, text in house.sent() if who == "minh"]
    assert len(minhs) == 2
    assert minhs[0].startswith("(")


async def test_many_things_come_in_the_order_of_their_numbers(sqlite_database: Database) -> None:
    house = House(sqlite_database)
    for _number in range(11):
        house.act("minh", lambda ctx: _register(ctx, house.world.units["may"]))
    sqlite_database.write_now(lambda session: session.execute(update(entry).values(state="returned")))

    await house.job.run()

    (text,) = [row.payload["screen"]["text"] for row in house.rows(_of("minh"))]
    numbers = [f"MH27-{number:04}" for number in range(1, 9)]
    assert [line.partition("(")[2][:9] for line in text.splitlines() if line.startswith("•")] == numbers
    assert "3 việc khác" in text


def _of(who: str) -> Any:
    return select(outbox.c.payload).join(address).where(address.c.chat == who)


async def test_two_people_who_become_one_are_sent_one_letter_of_all(database: Database) -> None:
    house = House(database)
    await house.job.run()
    people = house.world.people
    house.act("minh", lambda ctx: merging.merge(ctx, people["thao"], people["minh"]))
    house.now += dt.timedelta(hours=1)

    looked = [await house.job.fresh(row) for row in house.claimed() if row.chat in ("minh", "thao")]

    (letter,) = [row for row in looked if not isinstance(row, Ending)]
    assert "Sông Hồng" in letter.payload["screen"]["text"]
    assert "Nguyễn Du" in letter.payload["screen"]["text"]


@pytest.mark.parametrize(("channel", "letters"), [("telegram", 1), ("web", 0)])
async def test_what_is_stopped_before_it_was_sent_and_let_out_again_is_told_that_day(
    database: Database, channel: str, letters: int
) -> None:
    house = House(database)
    house.now = TUESDAY + dt.timedelta(days=1)  # the last day
    if channel == "web":  # the page has it already
        add = insert(address).from_select(
            ["person_id", "channel", "account", "chat", "created_at"],
            select(address.c.person_id, literal("web"), literal("web"), address.c.chat, address.c.created_at),
        )
        database.write_now(lambda session: session.execute(add))
    await house.job.run()
    house.now += dt.timedelta(hours=1)
    house.act("quan", lambda ctx: stops.stop(ctx, 2027, "dang-ky", None))
    house.end(*[each for row in house.claimed() if isinstance(each := await house.job.fresh(row), Ending)])
    house.now += dt.timedelta(hours=1)
    house.act("quan", lambda ctx: stops.lift(ctx, 2027, "dang-ky", None))
    before = len(house.claimed())

    await house.job.run()

    assert before == 0
    assert sum(row.chat == "thao" for row in house.claimed()) == letters


async def test_digests_that_wait_as_well_do_not_hide_letters_of_earlier_days(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.letters_again.AT_ONCE", 2)
    house = House(database)
    at = {"created_at": house.utc(), "due_at": house.utc(), "state": "waiting", "kind": "reminder"}
    digest = insert(outbox).values(address_id=1, payload={"screen": {"text": "Bản tin"}}, **at)
    for _number in range(3):
        database.write_now(lambda session: session.execute(digest))
    await house.job.run()

    house.now += dt.timedelta(days=1)
    await house.job.run()

    states = [row.state for row in house.rows(select(outbox.c.state).order_by(outbox.c.id))]
    assert states == ["waiting"] * 3 + ["cancelled"] * 3 + ["waiting"] * 3
