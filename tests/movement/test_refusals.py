"""Guessed numbers, foreign buttons and a locked account: nothing changes, and the attempt is written down."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select, update

import conversations.member
import conversations.officer  # noqa: F401 - both declare what can be started
from bot import inbox
from bot.channels.base import Inbound
from bot.inbox import Desk
from bot.web_runtime import _refused, _screens_after
from conversations.engine.screen import Reply
from movement import refusals
from movement.errors import NotYours
from storage.people_tables import person
from storage.tables import audit, entry
from tests.worlds import World, build, lan_joined, neighbour, registered

if TYPE_CHECKING:
    from storage.database import Database
    from storage.session import Session

NOW = dt.datetime(2027, 2, 20, 2, tzinfo=dt.UTC)
ZONE = ZoneInfo("Asia/Ho_Chi_Minh")


@pytest.fixture
async def world(database: Database) -> World:
    def make(session: Session) -> World:
        made = World(session, NOW, ZONE, "web", "web", {}, {})
        build(made, [])
        lan_joined(made)
        registered(made)
        neighbour(made)
        return made

    return await database.write(make)


class Talk:
    """What intake does with one message, without files."""

    def __init__(self, database: Database, who: str) -> None:
        self._database, self._who, self._no = database, who, 0
        self.place = ""
        self._desk = Desk(database.process, ZONE)

    async def say(self, text: str = "", tap: str = "") -> str:
        self._no += 1
        now = NOW + dt.timedelta(seconds=self._no)
        said = Inbound("web", "web", self._who, f"{self._who}-{self._no}", text=text, tap=tap)
        try:
            taken = await self._database.write(inbox.take_turn, self._desk, said, Reply(text=text, tap=tap), now)
        except NotYours as refusal:
            taken = await self._database.write(inbox.explain, self._desk, said, refusal, now)
        self.place = taken.outgoing[-1].payload.get("place", "")
        return str(taken.outgoing[-1].payload.get("text", ""))


async def rows(database: Database, act: str = "refused") -> list[tuple[int, str, dict[str, Any]]]:
    query = select(audit.c.person_id, audit.c.subject, audit.c.details).where(audit.c.act == act)
    return [tuple(row) for row in await database.read(lambda session: session.rows(query.order_by(audit.c.id)))]


async def test_a_guessed_number_is_written_down_without_words(database: Database, world: World) -> None:
    foreign = await database.read(lambda s: s.scalar(select(func.max(entry.c.id))))
    lan = Talk(database, "lan")

    there, nowhere = await lan.say(f"/mohinh {foreign}"), await lan.say("/mohinh 99999")

    assert there == nowhere
    assert await rows(database) == [
        (world.people["lan"], f"entry:{foreign}", {"act": "see", "in_the_hour": 1}),
        (world.people["lan"], "entry:99999", {"act": "see", "in_the_hour": 2}),
    ]


async def test_another_persons_button_changes_nothing_and_is_written_down(
    database: Database, world: World
) -> None:
    minh, lan = Talk(database, "minh"), Talk(database, "lan")
    await minh.say("/start")
    await minh.say("/captinh")
    await minh.say("/minhchung 1")
    for tap in ("3.1/text.x", "9.entry.1"):
        await lan.say(tap=tap)

    assert [(who, subject) for who, subject, _details in await rows(database)] == [
        (world.people["lan"], "dialogue:"),
        (world.people["lan"], "dialogue:"),
    ]


async def test_an_option_that_was_never_offered_is_written_down_and_the_question_stays(
    database: Database, world: World
) -> None:
    lan = Talk(database, "lan")
    question = await lan.say("/dangky")

    answered = await lan.say(tap=f"{lan.place}.nowhere")

    assert question.rpartition("\n")[2] in answered
    assert [subject for _who, subject, _details in await rows(database)] == ["dialogue:dangky"]


async def test_an_old_button_of_ones_own_is_no_attempt(database: Database, world: World) -> None:
    lan = Talk(database, "lan")
    await lan.say("/dangky")
    await lan.say("huỷ")

    await lan.say(tap="1.area.kt")

    assert await rows(database) == []


async def test_who_guesses_on_and_on_does_not_fill_the_disk(database: Database, world: World) -> None:
    lan = Talk(database, "lan")
    for number in range(refusals.MOST_KEPT + 5):
        await lan.say(f"/mohinh {90000 + number}")

    assert [details["in_the_hour"] for _who, _subject, details in await rows(database)] == [
        *range(1, refusals.MOST_KEPT + 1)
    ]


async def test_a_locked_account_is_told_so_kindly_and_can_do_nothing(database: Database, world: World) -> None:
    minh, desk = Talk(database, "minh"), Desk(database.process, ZONE)
    shown = await minh.say("/mohinh 1")
    at = update(person).where(person.c.id == world.people["minh"])
    await database.write(
        lambda session: session.execute(at.values(deactivated_at=NOW + dt.timedelta(seconds=1.5)))
    )

    said = [await minh.say(text) for text in ("/mohinh 1", "/dangky", "/start MAY27", "1", "duyệt")]

    assert "120 công nhân" in shown
    assert len(set(said)) == 1
    assert said[0].startswith("Tài khoản của đồng chí đã được tạm khóa nên hiện không xem hay gửi gì được")
    on_the_page = [payload["text"] for _no, _kind, payload in await database.read(_screens_after, "minh", 0, 50)]
    assert said[0] in on_the_page
    assert shown not in on_the_page
    assert not await database.write(_refused, desk, "minh", "0" * 64, NOW)


async def test_locking_costs_no_statement_more(sqlite_database: Database) -> None:
    def make(session: Session) -> None:
        build(World(session, NOW, ZONE, "web", "web", {}, {}), [])

    await sqlite_database.write(make)

    def turn(session: Session, number: str) -> int:
        before = session.statements
        said = Inbound("web", "web", "minh", number, text="/trogiup")
        inbox.take_turn(session, Desk(1, ZONE), said, Reply(text="/trogiup"), NOW)
        return session.statements - before

    active = await sqlite_database.write(turn, "a")
    await sqlite_database.write(lambda session: session.execute(update(person).values(deactivated_at=NOW)))
    assert await sqlite_database.write(turn, "b") <= active
