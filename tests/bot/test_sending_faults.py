"""Sending to many through a Telegram that is strict, away, or lies: none lost, none twice, never too fast."""

from __future__ import annotations

import asyncio
import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import insert, select, update

from bot.channels.base import Capabilities, Message
from bot.sending import Ending
from conversations.engine.screen import Screen
from storage.channel_tables import outbox, send_gate
from storage.database import open_database
from storage.people_tables import address
from tests.bot.post_office import ACCOUNT, BEGIN, PACE, Clocks, PostOffice, counted, enter, open_office, put
from tests.fakes import telegram_faults as faults
from tests.fakes.telegram_limits import Limits

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from bot.inbox import Outgoing
    from storage.database import Database
    from tests.fakes.telegram_server import TelegramServer

SIX_HOURS = 6 * 3600


class Letterbox:
    """Another channel, which keeps what it is sent."""

    name, account = "letterbox", "1"
    can = Capabilities(0, 0, 0, 2000, edits=False, files_in=0, files_out=0)

    def __init__(self) -> None:
        self.sent: list[tuple[str, str]] = []

    async def send(self, chat: str, message: Message) -> str:
        self.sent.append((chat, message.text))
        return "1"


@pytest.fixture
def strict(telegram: TelegramServer) -> Limits:
    """Telegram's limits, five times faster; nobody may be told 429 by the end."""
    telegram.limits = Limits(PACE.many, PACE.seconds, PACE.chat)
    return telegram.limits


@pytest.fixture
def people(telegram: TelegramServer) -> list[int]:
    """The chats of a hundred people."""
    return [telegram.person(number).id for number in range(1, 101)]


@pytest.fixture
async def office(database: Database, telegram: TelegramServer) -> AsyncIterator[PostOffice]:
    async with open_office(database, telegram) as office:
        yield office


async def test_reminders_to_many_go_once_each_and_never_too_fast(
    office: PostOffice, strict: Limits, people: list[int]
) -> None:
    await office.put(*people)

    assert await office.until_sent() == ["sent"] * 100
    assert sorted(chat for chat, _ in office.sent()) == people
    assert strict.told == []
    assert strict.most == PACE.many


async def test_several_reminders_to_one_person_are_apart(
    office: PostOffice, strict: Limits, people: list[int]
) -> None:
    for text in ("one", "two", "three"):
        await office.put(7, text=text)

    await office.until_sent()

    assert office.received(7) == ["one", "two", "three"]
    assert strict.told == []


async def test_an_answer_goes_while_reminders_to_many_wait(
    office: PostOffice, strict: Limits, people: list[int]
) -> None:
    await office.put(*people)
    sending = asyncio.create_task(office.until_sent())
    await asyncio.sleep(0.25)
    before = len(office.sent())
    await office.answer(100)  # whose own reminder is among the last
    async with asyncio.timeout(5):
        await office.telegram.person(100).until(lambda shown: shown.text == "answer")
    after = len(office.sent())
    await sending

    assert before < 60
    assert after - before < 25
    assert office.received(100) == ["answer", "text"]
    assert strict.told == []


async def test_a_429_of_a_chat_holds_up_that_chat_and_nobody_else(
    office: PostOffice, telegram: TelegramServer, people: list[int]
) -> None:
    telegram.fail(replace(faults.flood(1), chat=7))

    await office.put(*people[:20])
    await office.outbox.claim_due()
    await office.outbox.settle()
    first = office.sent()
    office.clocks.pass_(3)
    states = await office.until_sent()

    assert len([chat for chat, _ in first if chat != 7]) >= 10
    assert states == ["sent"] * 20
    assert office.received(7) == ["text"]


async def test_a_429_of_a_second_chat_pauses_the_bot_and_all_processes_know(
    office: PostOffice, telegram: TelegramServer, people: list[int]
) -> None:
    telegram.fail(replace(faults.flood(2), chat=7), replace(faults.flood(2), chat=8))
    await office.put(7, 8)
    await office.outbox.claim_due()
    await office.outbox.settle()

    await office.put(*people[20:30])
    assert await office.outbox.claim_due() == 0
    written = await office.database.read(lambda session: session.rows(select(send_gate)))
    office.clocks.pass_(4)

    assert [(row.channel, row.account) for row in written] == [("telegram", ACCOUNT)]
    assert written[0].paused_until is not None
    assert await office.until_sent() == ["sent"] * 12


async def test_a_pause_survives_a_restart(database: Database, telegram: TelegramServer, people: list[int]) -> None:
    telegram.fail(replace(faults.flood(600), chat=7), replace(faults.flood(600), chat=8))
    async with open_office(database, telegram) as office:
        await office.put(7, 8)
        await office.outbox.claim_due()
        await office.outbox.settle()
        await office.outbox.claim_due()

    async with open_office(database, telegram) as again:
        await again.put(9)
        await again.outbox.claim_due()

        assert again.outbox.gates.of(("telegram", ACCOUNT)).left() > 500
        assert again.received(9) == []


async def test_whoever_blocked_the_bot_is_told_by_another_channel_once(
    database: Database, telegram: TelegramServer, people: list[int]
) -> None:
    letterbox = Letterbox()
    async with open_office(database, telegram, None, letterbox) as office:
        telegram.person(7)._chat.blocked = True
        await office.put(7, 8, kind="notice")
        who = await database.read(
            lambda session: session.scalar(select(address.c.person_id).where(address.c.chat == "7"))
        )
        await database.write(enter, "letterbox", "1", "lan", who)

        states = await office.until_sent()

        assert states == ["unreachable", "sent", "sent"]
        assert letterbox.sent == [("lan", "text")]
        marked = await database.read(
            lambda s: s.rows(select(address.c.chat, address.c.reachable).order_by(address.c.id))
        )
        assert [tuple(row) for row in marked] == [("7", False), ("8", True), ("lan", True)]


@pytest.mark.parametrize(("kind", "state", "times"), [("reminder", "unknown", 1), ("notice", "sent", 2)])
async def test_a_lost_answer_repeats_a_notice_and_no_reminder(
    office: PostOffice, telegram: TelegramServer, people: list[int], kind: str, state: str, times: int
) -> None:
    telegram.fail(faults.reset(carried_out=True))

    await office.put(7, kind=kind)

    assert await office.until_sent() == [state]
    assert office.received(7) == ["text"] * times


async def test_six_hours_away_delay_and_lose_nothing_and_nothing_floods_after(
    database: Database, telegram: TelegramServer, people: list[int]
) -> None:
    clocks = Clocks()
    limits = telegram.limits = Limits(30, 1.0, 1.0, clock=lambda: clocks.ticks)
    away = replace(faults.bad_gateway(), times=10**6)
    async with open_office(database, telegram, clocks, pace=replace(PACE, seconds=1.0, chat=1.0)) as office:
        telegram.fail(away)
        await office.put(*people)
        for number, text in enumerate(("first", "second", "third")):
            await office.put(people[number % 2], kind="answer", text=text)
        for _ in range(SIX_HOURS // 60):
            await tick(office, 60)
        tried = len(office.sent())
        waiting = (await database.read(counted))["waiting"]
        in_hand = sum(office.outbox._in_hand.values())

        away.times = 0
        for _ in range(400):
            await tick(office, 0.25)
        states = await office.states()

    assert tried < SIX_HOURS / 40 + 60
    assert waiting >= 99
    assert in_hand <= 15
    assert states == ["sent"] * 103
    assert [text for text in office.received(people[0]) if text != "text"] == ["first", "third"]
    assert office.received(people[1])[0] == "second"
    assert all(office.received(chat).count("text") == 1 for chat in people)
    assert limits.most <= 30


async def tick(office: PostOffice, seconds: float) -> None:
    """Let time pass, and everything be done that can be done then."""
    office.clocks.pass_(seconds)
    for gate in office.outbox.gates.every().values():
        gate._open()
    await office.outbox.claim_due()
    for _ in range(200):
        before = len(office.telegram.calls), len(office.outbox._endings), sum(office.outbox._in_hand.values())
        await asyncio.sleep(0.002)
        after = len(office.telegram.calls), len(office.outbox._endings), sum(office.outbox._in_hand.values())
        if before == after and office.outbox._writer is None:
            return


@pytest.mark.parametrize("hours", [1, -1], ids=["forward", "back"])
async def test_a_jump_of_the_clock_loses_and_repeats_nothing_and_holds_up_no_answer(
    office: PostOffice, strict: Limits, people: list[int], hours: int
) -> None:
    await office.put(*people[:60])
    await office.outbox.claim_due()
    office.clocks.moved += dt.timedelta(hours=hours)
    await office.put(99, kind="answer", due_at=BEGIN)

    for _ in range(100):
        await office.outbox.claim_due()
        await asyncio.sleep(0.01)
    answered = office.received(99)
    office.clocks.moved = dt.timedelta(hours=1)
    states = await office.until_sent()

    assert answered == ["text"]
    assert states == ["sent"] * 61
    assert all(len(office.received(chat)) == 1 for chat in [*people[:60], 99])
    assert strict.told == []


class TestTwoProcesses:
    """They share PostgreSQL, and the bot."""

    @pytest.fixture
    async def offices(
        self, postgres_url: str, telegram: TelegramServer
    ) -> AsyncIterator[tuple[PostOffice, PostOffice]]:
        first, second = open_database(postgres_url), open_database(postgres_url)
        async with open_office(first, telegram) as one, open_office(second, telegram) as two:
            yield one, two
        await first.close()
        await second.close()

    async def test_together_they_are_no_faster_than_the_bot_may_be(
        self, offices: tuple[PostOffice, PostOffice], strict: Limits, people: list[int]
    ) -> None:
        one, two = offices
        await one.put(*people)

        both = await asyncio.gather(one.until_sent(), two.until_sent())

        assert both[0] == ["sent"] * 100
        assert sorted(chat for chat, _ in one.sent()) == people
        assert strict.told == []

    async def test_the_one_that_sends_leaves_room_for_what_the_other_answers(
        self, offices: tuple[PostOffice, PostOffice], strict: Limits, people: list[int]
    ) -> None:
        one, two = offices
        await one.put(*people[:90])
        await one.outbox.claim_due()
        sending = asyncio.create_task(one.until_sent())
        strict.told.clear()
        for chat in people[90:]:
            await two.answer(chat)
            await asyncio.sleep(0.05)
        await sending
        await two.until_sent()

        assert all(two.received(chat) == ["answer"] for chat in people[90:])
        assert one.outbox.gates.of(("telegram", ACCOUNT)).others > 0
        assert len(strict.told) <= 1  # the first answers come before anything is known of the other process

    async def test_a_process_that_was_stopped_for_ten_minutes_sends_nothing_that_another_has_taken_over(
        self, offices: tuple[PostOffice, PostOffice], strict: Limits, people: list[int]
    ) -> None:
        one, two = offices
        await one.put(*people)
        assert await one.outbox.claim_due() > 0
        held = await one.database.read(counted)
        one.clocks.pass_(600)
        over = update(send_gate).values(bulk_until=dt.datetime.now(dt.UTC) - dt.timedelta(seconds=1))
        await two.database.write(lambda session: session.execute(over))

        await two.outbox.claim_due()
        for gate in one.outbox.gates.every().values():
            gate._open()
        await asyncio.sleep(0.1)
        await asyncio.gather(one.until_sent(), two.until_sent())

        assert held["sending"] > 0
        assert sorted(chat for chat, _ in one.sent()) == people
        assert strict.told == []


class TestGivingUp:
    async def test_what_was_tried_for_three_days_is_given_up(
        self, office: PostOffice, telegram: TelegramServer, people: list[int]
    ) -> None:
        telegram.fail(replace(faults.bad_gateway(), chat=7))
        long_ago = BEGIN - dt.timedelta(days=4)
        await office.put(7, kind="notice", created_at=long_ago, attempts=9)
        await office.put(8, kind="notice", created_at=long_ago)

        states = await office.until_sent()

        assert states == ["refused", "sent"]
        assert await office.column("why") == ["given up", ""]


class TestLookingAgain:
    """Before a reminder goes."""

    async def test_what_is_done_meanwhile_is_cancelled_and_what_changed_is_sent_as_it_is_now(
        self, office: PostOffice, people: list[int]
    ) -> None:
        await office.put(7, 8, 9)
        await office.put(10, kind="notice")
        later = BEGIN + dt.timedelta(days=3)

        async def fresh(row: Outgoing) -> Outgoing | Ending:
            if row.chat == "7":
                return Ending(row, "cancelled", why="done")
            if row.chat == "8":
                return replace(row, payload={"screen": Screen("as it is now").to_json()})
            return Ending(row, "waiting", due_at=later)

        office.outbox.delivery.fresh = fresh
        await office.outbox.claim_due()
        await office.outbox.settle()

        assert await office.states() == ["cancelled", "sent", "waiting", "sent"]
        assert office.received(8) == ["as it is now"]
        assert office.received(10) == ["text"]
        assert (await office.column("due_at"))[2] == later

    async def test_it_is_looked_at_before_every_attempt(
        self, office: PostOffice, telegram: TelegramServer, people: list[int]
    ) -> None:
        looks: list[int] = []

        async def fresh(row: Outgoing) -> Outgoing | Ending:
            looks.append(row.id)
            return Ending(row, "cancelled") if len(looks) == 2 else row

        telegram.fail(faults.bad_gateway())
        office.outbox.delivery.fresh = fresh
        await office.put(7)

        assert await office.until_sent() == ["cancelled"]
        assert office.received(7) == []

    async def test_none_goes_in_quiet_hours(
        self, office: PostOffice, people: list[int], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from movement import quiet_hours

        monkeypatch.setattr("bot.delivery.quiet_hours", quiet_hours)  # it was no quiet hour when it was claimed
        office.clocks.moved = dt.timedelta(hours=13)  # ten in the evening
        await office.put(7)
        await office.put(8, kind="notice")
        await office.outbox.claim_due()
        await office.outbox.settle()

        assert await office.states() == ["waiting", "sent"]
        assert (await office.column("due_at"))[0] == dt.datetime(2027, 3, 10, 0, tzinfo=dt.UTC)


async def test_a_sender_that_stops_puts_back_what_has_not_begun(
    database: Database, telegram: TelegramServer, people: list[int]
) -> None:
    async with open_office(database, telegram) as office:
        await office.put(*people)
        await office.outbox.claim_due()
        await asyncio.sleep(1.5 * PACE.seconds)
        await office.outbox.stop()

        states = await database.read(counted)

    assert states.keys() == {"waiting", "sent"}


async def test_whoever_comes_back_is_not_sent_what_failed_meanwhile(
    office: PostOffice, telegram: TelegramServer, people: list[int]
) -> None:
    telegram.person(7)._chat.blocked = True
    for number in range(3):
        await office.put(7, text=f"missed {number}")
    await office.until_sent()
    telegram.person(7)._chat.blocked = False
    back = update(address).where(address.c.chat == "7").values(reachable=True)
    await office.database.write(lambda session: session.execute(back))
    await office.put(7, text="new")
    await office.until_sent()

    assert office.received(7) == ["new"]


async def test_rows_of_a_bot_that_is_no_more_are_ended(office: PostOffice) -> None:
    def write(session: Any) -> None:
        where = enter(session, "telegram", "999", "7")
        values = {"kind": "reminder", "state": "waiting", "due_at": BEGIN, "created_at": BEGIN}
        session.execute(insert(outbox).values(address_id=where, payload={"screen": {}}, **values))
        put(session, (8,), "notice", "text", BEGIN, {"state": "sent"})

    await office.database.write(write)

    assert await office.until_sent() == ["refused", "sent"]
