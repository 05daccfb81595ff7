"""A letter that cannot be written holds up nobody else's, and what is planned goes out where planning fails."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import select, update
from structlog.testing import capture_logs

from bot.reminding import PLAN_EVERY
from bot.sending import Ending
from movement.reminders import choices, letter_rows, letters
from storage.reminder_tables import reminder, reminder_letter
from tests.bot.test_reminding import TUESDAY, House

if TYPE_CHECKING:
    import pytest

    from storage.database import Database


def _broken_for(house: House, monkeypatch: pytest.MonkeyPatch, module: str, name: str) -> None:
    """Let this function fail wherever Minh is among those whom it is about."""
    target: Any = __import__(module, fromlist=[name])
    whole, bad = getattr(target, name), house.world.people["minh"]

    def broken(*arguments: Any) -> Any:
        if any(row.person_id == bad for row in arguments[-1 if name == "still" else 0]):
            raise KeyError
        return whole(*arguments)

    monkeypatch.setattr(target, name, broken)


async def _minhs_due(house: House) -> Any:
    minhs = select(reminder.c.due_at).where(reminder.c.person_id == house.world.people["minh"])
    return house.rows(minhs.where(reminder.c.state == "waiting").order_by(reminder.c.due_at))[0].due_at


async def test_what_cannot_be_read_of_one_person_holds_up_nobody(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    house = House(database)
    with monkeypatch.context() as broken, capture_logs() as logs:
        _broken_for(house, broken, "movement.reminders.duties", "still")
        await house.job.run()

        assert sorted(who for who, _text in house.sent()) == ["hoa", "thao"]
        assert [each["event"] for each in logs] == ["reminder_failed"]
        assert "nobody is to read" not in str(
            [{k: v for k, v in each.items() if k != "exc_info"} for each in logs]
        )
        assert await _minhs_due(house) == TUESDAY + letter_rows.TRIED_AGAIN

    house.now += letter_rows.TRIED_AGAIN
    await house.job.run()
    assert sorted(who for who, _text in house.sent()) == ["hoa", "minh", "thao"]


async def test_what_can_never_be_told_is_given_up_when_its_last_day_is_over(
    sqlite_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    house = House(sqlite_database)
    _broken_for(house, monkeypatch, "movement.reminders.duties", "still")
    for days in range(3):
        house.now = TUESDAY + dt.timedelta(days=days)
        await house.job.run()

    states = [state for who, *_rest, state in house.planned() if who == "minh"]
    assert states == ["over", "over"]


async def test_a_letter_that_cannot_be_worded_holds_up_nobody(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    house = House(database)
    with monkeypatch.context() as broken, capture_logs() as logs:
        _broken_for(house, broken, "conversations.reminder_words", "acts")
        await house.job.run()

    assert sorted(who for who, _text in house.sent()) == ["hoa", "thao"]
    assert [each["event"] for each in logs] == ["reminder_failed"]
    assert {row.person_id for row in house.rows(select(reminder_letter))}.isdisjoint({house.world.people["minh"]})


async def test_what_is_planned_goes_out_where_planning_fails(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    house = House(database)
    await house.job.plan()

    def broken(_ctx: object) -> None:
        raise KeyError

    monkeypatch.setattr("movement.reminders.planning.plan", broken)
    with capture_logs() as logs:
        await house.job.run()

    assert sorted(who for who, _text in house.sent()) == ["hoa", "minh", "thao"]
    assert {each["event"] for each in logs} == {"reminders_not_planned"}


async def test_whoever_switches_off_between_reading_and_queueing_is_not_told(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    house = House(database)
    await house.job.plan()
    whole = letters.queue

    def later(ctx: Any, part: Any) -> Any:
        minhs = reminder.c.person_id == house.world.people["minh"]
        ctx.session.execute(update(reminder).where(minhs).values(state="off"))
        return whole(ctx, part)

    monkeypatch.setattr(letters, "queue", later)
    await house.job.send()

    assert sorted(who for who, _text in house.sent()) == ["hoa", "thao"]
    assert len(house.rows(select(reminder_letter))) == 2


async def test_whoever_puts_off_between_reading_and_queueing_is_not_told(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    house = House(database)
    await house.job.plan()
    whole = letters.queue

    def later(ctx: Any, part: Any) -> Any:
        if not house.sent():
            choices.snooze(replace(house.world.of("minh"), session=ctx.session, now=ctx.now))
        return whole(ctx, part)

    monkeypatch.setattr(letters, "queue", later)
    await house.job.send()

    assert sorted(who for who, _text in house.sent()) == ["hoa", "thao"]


async def test_while_much_waits_the_plan_is_brought_up_to_date(
    sqlite_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.reminding.MOST_WAITING", 1)
    monkeypatch.setattr("bot.reminding.PAUSE", 0)
    monkeypatch.setattr("movement.reminders.letter_rows.AT_ONCE", 1)
    house = House(sqlite_database)
    planned, ticks = [], iter(range(0, 100 * int(PLAN_EVERY), int(PLAN_EVERY)))
    monkeypatch.setattr("bot.reminding.time.monotonic", lambda: next(ticks))
    whole = house.job.plan

    async def plan() -> Any:
        planned.append(house.now)
        if len(planned) == 3:
            house.end(*(_sent(row) for row in house.claimed()))
            monkeypatch.setattr("bot.reminding.MOST_WAITING", 100)
        return await whole()

    monkeypatch.setattr(house.job, "plan", plan)
    await house.job.run()

    assert len(planned) >= 3


def _sent(row: Any) -> Any:
    return Ending(row, "sent")
