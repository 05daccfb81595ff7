"""One message, one transaction: what is left behind when a script refuses, fails or is told twice."""

from __future__ import annotations

import datetime as dt
from itertools import count
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import func, insert, select

from bot.channels.base import Inbound
from bot.inbox import Desk
from bot.intake import Intake
from conversations import registry
from conversations.engine.screen import Screen
from movement.errors import DomainError
from storage.channel_tables import inbox, outbox
from storage.people_tables import conversation
from storage.session import WriteOutsideEffect
from storage.unit_tables import unit
from tests.bot.rooms import NOW, declare
from tests.engine.talk import Word

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from bot.inbox import Outgoing
    from conversations.engine.dialogue import Dialogue
    from movement.context import Context
    from storage.database import Database

PARKED = "Sorry, this step fails again and again on our side. It is kept; please try again later today."
SORRY = "Sorry, something went wrong on our side; the last message was not recorded."


class Line:
    """A person's line to the bot: what is said goes through intake, what is queued comes back."""

    def __init__(self, database: Database) -> None:
        none: Any = {}
        outbox: Any = self
        desk = Desk(database.process, dt.UTC, locale="en")
        self._intake = Intake(database, none, outbox, none, desk, lambda: NOW)
        self._rows: list[Outgoing] = []
        self._numbers = count(1)
        self.database = database

    def soon(self, rows: Iterable[Outgoing]) -> None:
        self._rows += rows

    async def say(self, text: str, external_id: str = "") -> str:
        """Say this and give the answer's text; nothing where there is none."""
        self._rows.clear()
        number = external_id or str(next(self._numbers))
        await self._intake.take(Inbound("console", "console", "lan", number, text=text))
        return "\n---\n".join(Screen.from_json(row.payload["screen"]).text for row in self._rows)

    def rows(self, table: Any) -> int:
        return int(self.database.read_now(lambda session: session.scalar(select(func.count()).select_from(table))))

    def memory(self) -> dict[str, Any]:
        memory: dict[str, Any] = self.database.read_now(
            lambda session: session.scalar(select(conversation.c.memory))
        )
        return memory


@pytest.fixture
def line(database: Database, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Line:
    declare(monkeypatch)
    return Line(database)


def entrance(script: Any) -> None:
    """Declare a script as /try."""
    registry.dialogue(command="try", title="Try", needs="nothing")(script)


async def test_a_message_told_twice_is_taken_once(line: Line) -> None:
    first = await line.say("/register", "7")
    again = await line.say("/register", "7")

    assert (first, again) == ("Area?", "")
    assert (line.rows(inbox), line.rows(outbox)) == (1, 1)


async def test_the_memory_and_the_answer_are_kept_together(line: Line) -> None:
    await line.say("/register")
    await line.say("work")

    assert line.memory()["stack"][0]["answers"] == {"area": "work"}
    assert line.rows(outbox) == 2


async def test_a_script_that_fails_leaves_an_apology_and_the_same_question(line: Line) -> None:
    def script(d: Dialogue, _ctx: Context) -> None:
        if d.ask("name", Word("Name?")) == "bad":
            raise ZeroDivisionError

    entrance(script)
    await line.say("/try")

    assert await line.say("bad") == f"{SORRY}\n\nName?"
    assert line.memory()["stack"][0].get("answers", {}) == {}


async def test_nothing_that_a_failing_script_wrote_is_left(line: Line) -> None:
    def script(d: Dialogue, ctx: Context) -> None:
        d.ask("name", Word("Name?"))
        d.once("write", lambda: ctx.session.execute(ONE_MORE).rowcount)
        raise ZeroDivisionError

    entrance(script)
    await line.say("/try")

    await line.say("Lan")

    assert line.rows(unit) == 0
    assert "effects" not in line.memory()["stack"][0]


async def test_three_failures_in_a_row_park_the_dialogue(line: Line) -> None:
    def script(d: Dialogue, _ctx: Context) -> None:
        d.ask("name", Word("Name?"))
        raise ZeroDivisionError

    entrance(script)
    await line.say("/try")

    told = [await line.say("Lan") for _ in range(3)]

    assert told == [f"{SORRY}\n\nName?", f"{SORRY}\n\nName?", PARKED]
    assert "is_open" not in line.memory()
    assert await line.say("1") == "Name?"


async def test_failures_are_counted_only_in_a_row(line: Line) -> None:
    def script(d: Dialogue, _ctx: Context) -> None:
        if d.ask("name", Word("Name?")) == "bad":
            raise ZeroDivisionError

    entrance(script)
    await line.say("/try")

    told = [await line.say(word) for word in ("bad", "bad", "wrong", "bad", "bad")]

    assert PARKED not in told


async def test_a_command_that_fails_is_apologised_for_once(line: Line) -> None:
    @registry.command(command="broken", title="Broken", needs="nothing")
    def broken(_ctx: Context, _words: str) -> Screen:
        raise ZeroDivisionError

    assert await line.say("/broken") == SORRY
    assert await line.say("/status") == "All is well."


async def test_a_question_that_cannot_even_be_shown_is_parked(line: Line) -> None:
    broken: list[bool] = []

    def script(d: Dialogue, _ctx: Context) -> None:
        if broken:
            raise ZeroDivisionError
        d.ask("name", Word("Name?"))

    entrance(script)
    await line.say("/try")
    broken.append(True)

    assert await line.say("Lan") == PARKED
    assert await line.say("/status") == "All is well."


async def test_what_was_left_and_is_refused_now_is_forgotten_unless_something_was_answered(line: Line) -> None:
    ended: list[bool] = []

    def script(d: Dialogue, _ctx: Context) -> None:
        if ended:
            message = "Your role has ended."
            raise DomainError(message)
        d.ask("name", Word("Name?"))
        d.ask("place", Word("Place?"))

    def left() -> list[str]:
        return [each["name"] for each in line.memory().get("stack", [])]

    entrance(script)
    await line.say("/try")
    await line.say("/status")
    ended.append(True)
    assert await line.say("/tieptuc") == "Your role has ended."
    assert left() == []

    ended.clear()
    await line.say("/try")
    await line.say("Lan")
    await line.say("/status")
    ended.append(True)
    assert await line.say("/tieptuc") == "Your role has ended."
    assert left() == ["try"]
    assert (await line.say("3")).startswith("Stopped: Try.")  # the way out that was offered
    assert left() == []


async def test_a_rule_that_refuses_says_why_and_asks_again(line: Line) -> None:
    def script(d: Dialogue, _ctx: Context) -> None:
        if d.ask("name", Word("Name?")) == "late":
            message = "It is too late for that."
            raise DomainError(message)

    entrance(script)
    await line.say("/try")

    assert await line.say("late") == "It is too late for that.\n\nName?"
    assert line.memory()["is_open"]


async def test_a_rule_that_refuses_even_the_question_leads_away_from_it(line: Line) -> None:
    closed: list[bool] = []

    def script(d: Dialogue, _ctx: Context) -> None:
        if closed:
            message = "The year is over."
            raise DomainError(message)
        d.ask("name", Word("Name?"))

    entrance(script)
    await line.say("/try")
    closed.append(True)

    told = [await line.say("Lan"), await line.say("1"), await line.say("Lan")]

    assert told[:2] == ["The year is over.", "Home."]
    assert told[2].startswith("I did not understand “Lan”.")  # nothing had been answered: nothing is left


async def test_a_script_that_writes_outside_an_effect_fails(
    line: Line, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[Exception] = []

    def script(d: Dialogue, ctx: Context) -> None:
        d.ask("name", Word("Name?"))
        try:
            ctx.session.execute(ONE_MORE)
        except WriteOutsideEffect as error:
            seen.append(error)
            raise

    entrance(script)
    await line.say("/try")

    assert await line.say("Lan") == f"{SORRY}\n\nName?"
    assert len(seen) == 1
    assert line.rows(unit) == 0


async def test_somebody_who_blocks_the_bot_is_not_answered(line: Line) -> None:
    await line.say("/register")
    line._rows.clear()

    await line._intake.take(Inbound("console", "console", "lan", "99", reachable=False))

    assert line._rows == []
    assert line.rows(outbox) == 1


ONE_MORE = insert(unit).values(kind="union_group", name="Tổ 1", folded="to 1", path="/1/")
