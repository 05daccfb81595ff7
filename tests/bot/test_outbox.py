"""Sending: every ending, the order within a chat, and what a process that died leaves behind."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import insert, select

from bot.sending import Sending
from conversations.engine.screen import Screen
from storage.channel_tables import outbox
from storage.people_tables import address
from tests.fakes import telegram_faults as faults

if TYPE_CHECKING:
    from tests.bot.house import House
    from tests.fakes.telegram_people import Person
    from tests.fakes.telegram_server import TelegramServer

DEAD = 999  # no process of this number lives
LONG_AGO = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)


@pytest.fixture
async def known(house: House, lan: Person) -> House:
    """Lan has come; what was sent to her is behind us."""
    await lan.say("/start")
    await house.settled()
    lan.sent.clear()
    await house.app.database.write(lambda session: session.execute(outbox.delete()))
    return house


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """Try again at once."""
    monkeypatch.setattr(Sending, "pause", lambda _self: 0.01)


async def queue(
    house: House, *texts: str | None, kind: str = "answer", state: str = "waiting", owner: int | None = None
) -> None:
    """Put messages to Lan into the outbox, due since long ago, and let the sender look; None: no screen."""

    def write(session: Any) -> None:
        where = session.scalar(select(address.c.id))
        for text in texts:
            values = {
                "address_id": where,
                "kind": kind,
                "state": state,
                "owner": owner,
                "due_at": LONG_AGO,
                "created_at": LONG_AGO,
            }
            screen = {"hologram": 1} if text is None else Screen(text).to_json()
            session.execute(insert(outbox).values(payload={"screen": screen}, **values))

    await house.app.database.write(write)
    house.app.outbox.look()


async def ended(house: House, many: int = 1) -> list[str]:
    """The states, once none of so many is on its way."""
    for _ in range(1000):
        states = await house.states()
        if len(states) >= many and not {"waiting", "sending"} & set(states):
            return states
        await house.app.outbox.claim_due()
        await house.app.outbox.settle()
    message = f"still {states}"
    raise TimeoutError(message)


async def test_what_waits_for_one_chat_is_sent_in_order_without_pauses(known: House, lan: Person) -> None:
    texts = [f"message {number}" for number in range(1, 8)]

    await queue(known, *texts)
    states = await ended(known, 7)

    assert lan.sent == texts
    assert states == ["sent"] * 7


async def test_an_answer_waits_behind_what_waits_already(
    known: House, lan: Person, telegram: TelegramServer
) -> None:
    telegram.fail(faults.slow(0.1))
    await queue(known, "first", "second")

    await lan.say("/register")
    await lan.until(lambda shown: shown.text == "Area?")

    assert lan.sent == ["first", "second", "Area?"]


@pytest.mark.usefixtures("hasty")
async def test_a_message_that_telegram_cannot_take_now_is_sent_later(
    known: House, lan: Person, telegram: TelegramServer
) -> None:
    telegram.fail(faults.bad_gateway(), faults.bad_gateway(), faults.reset())

    await queue(known, "at last")

    assert await ended(known) == ["sent"]
    assert lan.sent == ["at last"]


async def test_somebody_who_blocked_the_bot_is_marked_until_they_come_back(known: House, lan: Person) -> None:
    await lan.block()
    await known.settled()
    await queue(known, "nobody reads this")

    assert await ended(known) == ["unreachable"]
    assert await known.rows(address.c.reachable) == [(False,)]
    await lan.unblock()
    await known.settled()
    assert await known.rows(address.c.reachable) == [(True,)]


async def test_a_message_that_telegram_refuses_is_kept_with_the_reason_and_holds_up_nothing(
    known: House, lan: Person, telegram: TelegramServer
) -> None:
    telegram.fail(faults.bad_request("message text is odd"))

    await queue(known, "odd", "even")

    assert await ended(known, 2) == ["refused", "sent"]
    assert await known.rows(outbox.c.why) == [("Message text is odd",), ("",)]
    assert lan.sent == ["even"]


@pytest.mark.usefixtures("hasty")
@pytest.mark.parametrize(
    ("kind", "states", "sent"), [("answer", ["sent"], ["text", "text"]), ("reminder", ["unknown"], ["text"])]
)
async def test_what_may_have_arrived_is_sent_again_if_it_is_an_answer_and_not_if_it_is_a_reminder(
    known: House, lan: Person, telegram: TelegramServer, kind: str, states: list[str], sent: list[str]
) -> None:
    telegram.fail(faults.reset(carried_out=True))

    await queue(known, "text", kind=kind)

    assert await ended(known) == states
    assert lan.sent == sent


async def test_what_a_dead_process_was_sending_is_sent_but_its_reminders_are_not(
    known: House, lan: Person
) -> None:
    await queue(known, "an answer", state="sending", owner=DEAD)
    await queue(known, "a reminder", kind="reminder", state="sending", owner=DEAD)
    await queue(known, "what comes after")

    assert await ended(known, 3) == ["sent", "unknown", "sent"]
    assert lan.sent == ["an answer", "what comes after"]


async def test_what_a_living_process_is_sending_is_left_to_it(known: House, lan: Person) -> None:
    await queue(known, "in good hands", state="sending", owner=known.app.database.process)

    assert await known.app.outbox.claim_due() == 0

    assert (lan.sent, await known.states()) == ([], ["sending"])


async def test_a_stored_screen_that_cannot_be_read_holds_up_nothing(known: House, lan: Person) -> None:
    await queue(known, None, "from today")

    assert await ended(known, 2) == ["refused", "sent"]
    assert lan.sent == ["from today"]


async def test_the_question_just_answered_shows_the_answer_and_loses_its_buttons(
    known: House, lan: Person
) -> None:
    await lan.say("/register")
    await known.settled()
    await lan.tap("1. Work")
    await known.settled()

    question, following = lan.messages[-2:]
    assert (question.text, question.buttons) == ("Area?\n✓ Work", ())
    assert following.text == "Name?"
    assert following.buttons


async def test_a_question_that_cannot_be_settled_does_not_keep_the_next_one_back(
    known: House, lan: Person, telegram: TelegramServer
) -> None:
    await lan.say("/register")
    await known.settled()
    telegram.fail(faults.Fault(400, "Bad Request: message is odd", method="editMessageText"))
    await lan.say("1")
    await known.settled()

    assert lan.sent == ["Area?", "Name?"]
    assert await known.states() == ["sent", "sent"]


async def test_a_group_that_moved_is_followed(known: House, lan: Person, telegram: TelegramServer) -> None:
    telegram.person(8)
    telegram.fail(faults.migrated(8))

    await queue(known, "to the new chat")

    assert await ended(known) == ["sent"]
    assert await known.rows(address.c.chat) == [("8",)]
    assert telegram.person(8).sent == ["to the new chat"]


async def test_a_chat_that_moved_to_one_known_already_is_sent_to_all_the_same(
    known: House, lan: Person, telegram: TelegramServer
) -> None:
    await telegram.person(8).say("/start")
    await known.settled()
    telegram.fail(faults.migrated(8))

    await queue(known, "to the other chat", "and on")
    await ended(known, 3)

    assert telegram.person(8).sent[1:] == ["to the other chat"]
    assert lan.sent == ["and on"]
