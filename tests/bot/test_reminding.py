"""Reminders are planned once, gathered in one letter a day, looked at again before they go, and follow changes."""

from __future__ import annotations

import asyncio
import datetime as dt
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, insert, select, update

from bot.claims import Looked, claim
from bot.inbox import Desk
from bot.outbox import finish
from bot.reminding import Reminding
from bot.sending import Ending
from movement import cycles, entries, units
from movement.context import Context, Person
from movement.reminders import choices, planning, stops
from storage.channel_tables import outbox
from storage.database import open_database
from storage.people_tables import address, conversation
from storage.reminder_tables import reminder, reminder_letter
from storage.tables import cycle_event, entry
from tests.chat import ZONE
from tests.worlds import SEEDS, World, build, build_for

if TYPE_CHECKING:
    from collections.abc import Callable

    from storage.database import Database
    from storage.session import Session

TUESDAY = dt.datetime(2027, 3, 9, 8, 0, tzinfo=ZONE)  # the day before the last day of registering
WEDNESDAY = TUESDAY + dt.timedelta(days=1)


class Sender:
    """The part of an outbox that the job needs."""

    def __init__(self, *accounts: tuple[str, str]) -> None:
        self.accounts = accounts or (("telegram", "test"),)

    def look(self) -> None:
        """Nothing is sent here."""

    def soon(self, rows: object) -> None:
        """Nothing is sent here."""


class House:
    """Minh and Thảo have registered nothing; Hoa's ward has to send its list."""

    def __init__(self, database: Database, *seeds: str, channel: str = "telegram", guideline: str = "") -> None:
        self.database, self.channel = database, channel
        self.now = TUESDAY.replace(year=2024) if guideline else TUESDAY
        self.world: Any = None
        database.write_now(self._build, seeds, guideline)
        self.job = self.another(database)

    def another(self, database: Database) -> Reminding:
        """The job of a process, which plans at every run."""
        sender: Any = Sender((self.channel, "test"))
        return Reminding(database, sender, Desk(database.process, ZONE), self.utc, plan_every=0)

    def utc(self) -> dt.datetime:
        return self.now.astimezone(dt.UTC)

    def _build(self, session: Session, seeds: tuple[str, ...], guideline: str) -> None:
        self.world = World(session, self.utc(), ZONE, self.channel, "test", {}, {})
        if guideline:
            build_for(self.world, guideline)
        else:
            build(self.world, ["school"])
        for seed in seeds:
            SEEDS[seed](self.world)

    def act(self, who: str, work: Callable[[Context], Any]) -> Any:
        """What somebody does now."""
        return self.database.write_now(
            lambda session: work(replace(self.world, session=session, now=self.utc()).of(who))
        )

    def rows(self, query: Any) -> list[Any]:
        return list(self.database.read_now(lambda session: session.rows(query)))

    def planned(self) -> list[tuple[str, str, str, int, str]]:
        """Who is reminded of what, how many days before, and how that stands."""
        names = {number: name for name, number in self.world.people.items()}
        query = select(reminder).order_by(reminder.c.person_id, reminder.c.last_day, reminder.c.days_before.desc())
        return [
            (names[row.person_id], row.act, f"{row.last_day:%d/%m}", row.days_before, row.state)
            for row in self.rows(query)
        ]

    def sent(self) -> list[tuple[str, str]]:
        """Who was written what, the first line left out, with what is not sent any more."""
        query = select(address.c.chat, outbox.c.payload, outbox.c.state).join(address).order_by(outbox.c.id)
        found = []
        for row in self.rows(query):
            screen = row.payload.get("screen", row.payload)
            text = screen["text"].splitlines()[1]
            found.append((row.chat, text if row.state != "cancelled" else f"({text})"))
        return found

    def claimed(self) -> list[Any]:
        """What the sender takes now."""
        looked = Looked(self.database.process)
        return list(self.database.write_now(lambda session: claim(session, looked, self.utc()).rows))

    def end(self, *endings: Any) -> None:
        if endings:
            self.database.write_now(lambda session: finish(session, list(endings)))


async def test_planning_again_adds_nothing_and_a_plan_has_a_week(database: Database) -> None:
    house = House(database)
    house.now = dt.datetime(2027, 3, 1, 5, 0, tzinfo=ZONE)

    first, second = await house.job.plan(), await house.job.plan()

    assert len(first.add) == 9  # three people; 7, 3 and 1 days before, of which two fall on one working day
    assert not list(second.parts())
    assert {days for _who, _act, _last, days, _state in house.planned()} == {7, 3, 1}


async def test_two_machines_plan_and_send_each_letter_once(database_url: str) -> None:
    first, second = open_database(database_url), open_database(database_url)
    try:
        house = House(first)
        jobs = [house.another(each) for each in (first, second, first, second)]
        await asyncio.gather(*(job.run() for job in jobs))

        assert sorted(who for who, _text in house.sent()) == ["hoa", "minh", "thao"]
        assert [row[-1] for row in house.planned()].count("queued") == 3
        assert len(house.planned()) == len(set(house.planned())) == 6
    finally:
        await first.close()
        await second.close()


async def test_a_clock_that_jumps_an_hour_back_or_forth_tells_nothing_twice(database: Database) -> None:
    house = House(database)
    for hours in (0, -1, 1, 2, -2):
        house.now = TUESDAY + dt.timedelta(hours=hours, minutes=5)
        await house.job.run()

    assert sorted(who for who, _text in house.sent()) == ["hoa", "minh", "thao"]


async def test_what_is_done_meanwhile_is_not_asked_for(database: Database) -> None:
    house = House(database)
    await house.job.plan()
    house.act("thao", lambda ctx: _register(ctx, house.world.units["trường"]))

    await house.job.run()

    assert sorted(who for who, _text in house.sent()) == ["hoa", "minh"]
    assert ("thao", "register", "10/03", 1, "done") not in house.planned()  # planning took it away first
    assert "thao" not in {who for who, *_rest in house.planned()}


async def test_what_is_done_after_planning_ends_as_done(database: Database) -> None:
    house = House(database)
    await house.job.plan()
    house.act("thao", lambda ctx: _register(ctx, house.world.units["trường"]))

    await house.job.send()

    assert ("thao", "register", "10/03", 1, "done") in house.planned()


async def test_a_deadline_that_moves_is_planned_anew(database: Database) -> None:
    house = House(database, guideline="dong-nai-cd-y-te-2021-2025")
    house.now = dt.datetime(2024, 12, 2, 5, 0, tzinfo=ZONE)
    house.act("minh", _reviewed_on(dt.date(2024, 12, 16)))
    house.act("minh", lambda ctx: _register(ctx, house.world.units["bv"]))
    await house.job.plan()
    assert ("minh", "report", "16/12", 14, "waiting") in house.planned()

    move = update(cycle_event).values(day=dt.date(2024, 12, 10))
    house.database.write_now(lambda session: session.execute(move))
    await house.job.plan()

    planned = [each for each in house.planned() if each[1] == "report"]
    assert {last for _who, _act, last, *_rest in planned} == {"10/12"}
    assert {days for *_rest, days, _state in planned} == {7, 3, 1, 0}


async def test_a_guideline_that_is_replaced_is_planned_anew(database: Database) -> None:
    house = House(database)
    await house.job.plan()
    root = house.world.units["trường"].id

    def replaced(session: Session) -> None:
        cycles.begin(session, root, 2027, "ninh-thuan-ldld-2023")

    database.write_now(replaced)
    await house.job.plan()

    thaos = [each for each in house.planned() if each[0] == "thao"]
    assert {last for _who, _act, last, *_rest in thaos} == {"12/03"}
    assert {last for who, _act, last, *_rest in house.planned() if who == "minh"} == {"10/03"}


async def test_a_letter_that_waits_is_looked_at_again_before_it_goes(database: Database) -> None:
    house = House(database, "registered", "returned")
    house.act("minh", _draft)
    await house.job.run()
    house.now += dt.timedelta(hours=2)
    (row,) = [each for each in house.claimed() if each.chat == "minh"]
    mended = update(entry).values(state="submitted")
    database.write_now(lambda session: session.execute(mended))

    shorter = await house.job.fresh(row)

    assert not isinstance(shorter, Ending)
    text = shorter.payload["screen"]["text"]
    assert "viết dở" in text
    assert "bổ sung" not in text
    assert ("minh", "mend", "10/03", 1, "done") in house.planned()

    house.now += dt.timedelta(hours=2)
    house.act("minh", lambda ctx: _draft(ctx, begun=False))
    ending = await house.job.fresh(shorter)
    assert isinstance(ending, Ending)
    assert ending.state == "cancelled"


async def test_a_letter_just_queued_costs_no_further_look(sqlite_database: Database) -> None:
    house = House(sqlite_database)
    await house.job.run()
    (row, *_more) = house.claimed()

    assert await house.job.fresh(row) is row


async def test_a_platform_away_over_night_brings_one_letter_not_two(database: Database) -> None:
    house = House(database)
    await house.job.run()
    house.now = WEDNESDAY

    await house.job.run()

    by_person = {who: [text for each, text in house.sent() if each == who] for who in ("minh", "thao", "hoa")}
    for texts in by_person.values():
        old, new = texts
        assert old == f"({new})"
    assert [row.chat for row in house.claimed()] == ["minh", "hoa", "thao"]


async def test_a_letter_claimed_on_its_morrow_is_left_for_the_next(database: Database) -> None:
    house = House(database)
    await house.job.run()
    house.now = WEDNESDAY - dt.timedelta(minutes=30)
    row = next(each for each in house.claimed() if each.chat == "minh")

    ending = await house.job.fresh(row)

    assert isinstance(ending, Ending)
    house.end(ending)
    house.now = WEDNESDAY
    await house.job.run()
    assert [who for who, text in house.sent() if not text.startswith("(")].count("minh") == 1


async def test_after_the_last_day_nothing_goes(database: Database) -> None:
    house = House(database)
    await house.job.plan()
    house.now = WEDNESDAY + dt.timedelta(days=1)

    await house.job.run()

    assert house.sent() == []
    assert {state for *_rest, state in house.planned()} == {"over"}


async def test_what_comes_up_after_the_letter_is_told_the_next_day(database: Database) -> None:
    house = House(database)
    await house.job.run()
    house.now += dt.timedelta(hours=1)
    house.act("minh", _draft)

    await house.job.run()
    assert [who for who, _text in house.sent()].count("minh") == 1

    house.now = WEDNESDAY
    await house.job.run()
    query = select(outbox.c.payload).join(address).where(address.c.chat == "minh").order_by(outbox.c.id.desc())
    assert "viết dở" in house.rows(query)[0].payload["screen"]["text"]


async def test_whoever_has_no_address_is_marked_and_others_are_told(database: Database) -> None:
    house = House(database)
    gone = delete(address).where(address.c.chat == "thao")
    database.write_now(lambda session: session.execute(gone))

    await house.job.run()

    assert sorted(who for who, _text in house.sent()) == ["hoa", "minh"]
    assert ("thao", "register", "10/03", 1, "nowhere") in house.planned()


async def test_on_the_page_a_letter_is_there_at_once(database: Database) -> None:
    house = House(database, channel="web")

    await house.job.run()

    assert {row.state for row in house.rows(select(outbox.c.state))} == {"sent"}
    assert {row.outbox_id is not None for row in house.rows(select(reminder_letter))} == {True}


async def test_kinds_are_switched_off_and_on_again(database: Database) -> None:
    house = House(database)
    await house.job.plan()
    house.act("minh", lambda ctx: choices.switch(ctx, "register", on=False))
    await house.job.run()
    assert sorted(who for who, _text in house.sent()) == ["hoa", "thao"]

    house.act("minh", lambda ctx: choices.switch(ctx, "register", on=True))
    await house.job.run()

    assert sorted(who for who, _text in house.sent()) == ["hoa", "minh", "thao"]


async def test_later_means_three_days_and_never_past_the_last_day(database: Database) -> None:
    house = House(database)
    house.now = dt.datetime(2027, 3, 3, 8, 0, tzinfo=ZONE)
    await house.job.run()
    house.end(*(Ending(row, "sent") for row in house.claimed()))
    until = house.act("thao", choices.snooze)
    assert until == dt.date(2027, 3, 6)
    for days in range(1, 8):
        house.now = dt.datetime(2027, 3, 3 + days, 8, 0, tzinfo=ZONE)
        if days == 5:
            house.act("minh", choices.snooze)
        await house.job.run()
        house.end(*(Ending(row, "sent") for row in house.claimed()))

    def days_of(who: str) -> list[int]:
        query = select(outbox.c.created_at).join(address).where(address.c.chat == who).order_by(outbox.c.id)
        return [row.created_at.astimezone(ZONE).day for row in house.rows(query)]

    assert days_of("thao") == [3, 6, 8, 9, 10]  # the 6th was asked for
    assert days_of("minh") == [3, 10]  # on the 8th, before the letter, put off: until the last day


async def test_an_administrator_stops_a_day_and_lets_it_go_again(database: Database) -> None:
    house = House(database)
    await house.job.plan()

    assert house.act("quan", lambda ctx: stops.stop(ctx, 2027, "dang-ky", TUESDAY.date())) == 2
    await house.job.run()
    assert [who for who, _text in house.sent()] == ["hoa"]
    await house.job.plan()
    assert ("thao", "register", "10/03", 1, "stopped") in house.planned()

    assert house.act("quan", lambda ctx: stops.lift(ctx, 2027, "dang-ky", TUESDAY.date())) == 2
    await house.job.run()
    assert sorted(who for who, _text in house.sent()) == ["hoa", "minh", "thao"]


async def test_a_letter_that_waits_is_stopped_as_well(database: Database) -> None:
    house = House(database)
    await house.job.run()
    house.now += dt.timedelta(hours=1)
    house.act("quan", lambda ctx: stops.stop(ctx, 2027, "dang-ky", None))

    endings = {row.chat: await house.job.fresh(row) for row in house.claimed()}

    assert {who for who, ending in endings.items() if isinstance(ending, Ending)} == {"minh", "thao"}
    assert ("thao", "register", "10/03", 1, "stopped") in house.planned()


async def test_whoever_comes_after_a_stop_is_not_reminded_either(database: Database) -> None:
    house = House(database)
    house.act("quan", lambda ctx: stops.stop(ctx, 2027, "dang-ky", None))

    await house.job.run()

    assert [who for who, _text in house.sent()] == ["hoa"]


async def test_planning_costs_as_many_statements_for_many_units_as_for_few(database: Database) -> None:
    house = House(database)

    def statements(session: Session) -> int:
        nobody = Person(0, "", "vi", "")
        planning.plan(Context(session, nobody, house.utc(), house.now.date(), "clock", ZONE))
        return session.statements

    few = database.read_now(statements)
    await house.job.plan()
    for number in range(40):
        house.act("quan", partial(_more, house, number))

    assert database.read_now(statements) == few <= 12


async def test_letters_wait_in_the_plan_while_the_sender_has_enough(
    sqlite_database: Database, monkeypatch: Any
) -> None:
    monkeypatch.setattr("bot.reminding.MOST_WAITING", 2)
    monkeypatch.setattr("bot.reminding.IN_ONE", 2)
    monkeypatch.setattr("bot.reminding.PAUSE", 0)
    monkeypatch.setattr("movement.reminders.letter_rows.AT_ONCE", 3)
    house = House(sqlite_database)
    await house.job.plan()

    while await house.job.send() != 2:
        pass
    assert await house.job.send() == 2
    assert len(house.sent()) == 2

    house.end(*(Ending(row, "sent") for row in house.claimed()))
    while await house.job.send():
        pass
    assert len(house.sent()) == 3


def _register(ctx: Context, home: Any) -> int:
    held = cycles.of_years(ctx, home, (ctx.today.year, ctx.today.year))[ctx.today.year]
    area = held.guideline.areas.items[0].code
    draft = entries.EntryDraft(held.id, home.id, "collective", area, "Thư viện", "Xưởng", "Tổ", "120 người")
    return int(entries.keep(ctx, draft, held, state="submitted"))


def _draft(ctx: Context, *, begun: bool = True) -> None:
    memory = {"stack": [{"name": "dangky", "no": 1, "answers": {"subject": "collective"}}]} if begun else {}
    mine = conversation.c.person_id == ctx.person.id
    ctx.session.execute(update(conversation).where(mine).values(memory=memory))


def _reviewed_on(day: dt.date) -> Callable[[Context], None]:
    def enter(ctx: Context) -> None:
        (held,) = cycles.everywhere(ctx, (2024, 2024))
        values = {"cycle_id": held.id, "event": "year_end_review", "day": day, "entered_by": ctx.person.id}
        ctx.session.execute(insert(cycle_event).values(**values, entered_at=ctx.now))

    return enter


def _more(house: House, number: int, ctx: Context) -> None:
    units.add(ctx.session, "grassroots_union", f"Công đoàn cơ sở {number}", "", house.world.units["phường"])
