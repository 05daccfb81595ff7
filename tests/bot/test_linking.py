"""One person on several channels: two who become one, what goes on where, who is told, what a cut channel sees."""

from __future__ import annotations

import asyncio
import datetime as dt
import threading
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import PrimaryKeyConstraint, UniqueConstraint, func, insert, select, update

from bot import inbox
from bot.channels.base import Inbound
from bot.inbox import Desk
from conversations.engine.screen import Reply, Screen
from movement import code_tries, link_codes, merging
from movement.addresses import chosen
from movement.context import Context, Person
from storage.channel_tables import outbox
from storage.people_tables import address, consent, conversation, digest_choice, join_code, link_code, person, role
from storage.schema import metadata
from storage.session import Session
from storage.tables import audit, entry
from tests.chat import ZONE
from tests.worlds import World, build

if TYPE_CHECKING:
    from storage.database import Database

NOW = dt.datetime(2027, 2, 20, 2, tzinfo=dt.UTC)
DESK = Desk(process=1, zone=ZONE)


def say(session: Session, where: str, text: str, number: str, now: dt.datetime = NOW) -> str:
    """Take this message, from such as "telegram:minh", and give the text of the answer."""
    channel, _colon, chat = where.partition(":")
    inbound = Inbound(channel, "test", chat, f"{chat}-{number}", text=text)
    inbox.take_turn(session, DESK, inbound, Reply(text=text), now)
    here = (address.c.channel == channel, address.c.chat == chat, outbox.c.kind == "answer")
    payload = session.scalar(
        select(outbox.c.payload).join(address).where(*here).order_by(outbox.c.id.desc()).limit(1)
    )
    return Screen.from_json(payload.get("screen") or {k: v for k, v in payload.items() if k != "at"}).text


def world(session: Session) -> dict[str, int]:
    """The world of the chats on Telegram, where Minh has registered an initiative; the ids of its people."""
    made = World(session, NOW, ZONE, "telegram", "test", {}, {})
    build(made, ["registered", "lan_joined"])
    return made.people


def digits(session: Session, where: str) -> str:
    """A link code given there."""
    told = say(session, where, "/lienket", "give-1")
    assert "/lienket" not in told
    return say(session, where, "1", "give-2").split("/lienket ")[1][:6]


def person_at(session: Session, chat: str) -> int:
    found: int = session.scalar(select(address.c.person_id).where(address.c.chat == chat))
    return found


def test_what_both_could_have_is_seen_to_before_all_that_names_a_person_passes_on() -> None:
    passing = set(merging.passing_on())
    unique = {
        each.table
        for table in metadata.tables.values()
        for each in table.constraints
        if isinstance(each, UniqueConstraint | PrimaryKeyConstraint) and passing & set(each.columns)
    }

    assert {each.table for each in merging.twice()} == unique
    assert {role, digest_choice} <= unique
    assert {entry.c.author_id, address.c.person_id, person.c.merged_into_id} <= passing
    assert not {audit.c.person_id, conversation.c.person_id} & passing


async def test_a_new_channel_becomes_the_persons_own_with_what_was_begun(database: Database) -> None:
    ids = await database.write(world)
    await database.write(say, "telegram:minh", "/dangky", "1")
    await database.write(say, "web:b1", "xin chào", "1")
    code = await database.write(digits, "telegram:minh")

    linked = await database.write(say, "web:b1", f"/lienket {code}", "2")
    going_on = await database.write(say, "web:b1", "/tieptuc", "3")

    assert "Đã liên kết" in linked
    assert "Mô hình của tập thể hay cá nhân?" in going_on
    assert await database.read(person_at, "b1") == ids["minh"]
    gone = select(person.c.id, person.c.merged_into_id).where(person.c.merged_into_id.is_not(None))
    [(newcomer, into)] = await database.read(lambda s: [tuple(row) for row in s.rows(gone)])
    assert into == ids["minh"]
    left = select(func.count()).select_from(conversation).where(conversation.c.person_id == newcomer)
    assert await database.read(lambda s: s.scalar(left)) == 0
    told = select(outbox.c.payload).join(address).where(address.c.chat == "minh", outbox.c.kind == "notice")
    [warned] = await database.read(lambda s: [row.payload for row in s.rows(told)])
    assert "trang web" in warned["screen"]["text"]


async def test_a_code_is_good_once_and_for_a_quarter_of_an_hour(database: Database) -> None:
    await database.write(world)
    code = await database.write(digits, "telegram:minh")
    late = NOW + link_codes.GOOD_FOR

    assert "hết hạn" in await database.write(say, "web:b1", f"/lienket {code}", "1", late)
    assert "Đã liên kết" in await database.write(say, "web:b2", f"/lienket {code}", "1")
    assert "hết hạn" in await database.write(say, "web:b3", f"/lienket {code}", "1")
    stored = await database.read(lambda s: str(s.rows(select(link_code))))
    assert code not in stored


async def test_everything_of_both_is_one_persons_afterwards(database: Database) -> None:
    ids = await database.write(world)
    agreed = {"act": "given", "version": "1", "text": "…", "channel": "web", "at": NOW}
    values = {"unit_id": 3, "role": "member", "digest": "d", "created_by_id": ids["minh"]}
    given = insert(consent).values(person_id=ids["minh"], **agreed)
    await database.write(lambda session: session.execute(given))
    await database.write(lambda session: session.execute(insert(join_code).values(**values)))
    code = await database.write(digits, "telegram:lan")
    asked = await database.write(say, "telegram:minh", f"/lienket {code}", "1")
    assert "Trương Văn Minh" in asked
    assert "Nguyễn Thị Lan" in asked

    await database.write(say, "telegram:minh", "1", "2")

    keeps, goes = min(ids["minh"], ids["lan"]), max(ids["minh"], ids["lan"])
    for column in (entry.c.author_id, role.c.person_id, consent.c.person_id, join_code.c.created_by_id):
        query = select(func.count()).select_from(column.table).where(column == goes)
        assert await database.read(Session.scalar, query) == 0, str(column)
    names = select(person.c.name).where(person.c.id == keeps)
    assert await database.read(lambda s: s.scalar(names)) == "Trương Văn Minh"
    held = select(role.c.role).where(role.c.person_id == keeps)
    assert {row.role for row in await database.read(lambda s: s.rows(held))} == {"unit_officer", "member"}
    acts = select(audit.c.person_id).where(audit.c.act == "submit")
    assert await database.read(lambda s: s.scalar(acts)) == ids["minh"]  # who did it stays who did it


async def test_a_locked_account_cannot_be_had_by_its_code(database: Database) -> None:
    ids = await database.write(world)
    code = await database.write(digits, "telegram:minh")
    lock = update(person).where(person.c.id == ids["minh"]).values(deactivated_at=NOW)
    await database.write(lambda session: session.execute(lock))

    assert "hết hạn" in await database.write(say, "web:b1", f"/lienket {code}", "1")

    assert await database.read(person_at, "b1") != ids["minh"]


async def test_a_message_that_waited_for_the_merge_is_taken_for_the_one_who_stays(
    postgres_database: Database,
) -> None:
    """The new channel writes while it is being linked: its message waits for the lock, and then is Minh's."""
    ids = await postgres_database.write(world)
    await postgres_database.write(say, "web:b1", "xin chào", "1")
    code = await postgres_database.write(digits, "web:b1")
    merged, release = threading.Event(), threading.Event()

    def link(session: Session) -> str:
        text = say(session, "telegram:minh", f"/lienket {code}", "1")
        merged.set()
        assert release.wait(20)
        return text

    linking = asyncio.create_task(postgres_database.write(link))
    await asyncio.to_thread(merged.wait, 20)
    writing = asyncio.create_task(postgres_database.write(say, "web:b1", "/start", "2"))
    await asyncio.sleep(0.3)
    assert not writing.done()
    release.set()

    assert "Đã liên kết" in await linking
    assert "Trương Văn Minh" in await writing
    assert await postgres_database.read(person_at, "b1") == ids["minh"]
    many = select(func.count()).select_from(address).where(address.c.chat == "b1")
    assert await postgres_database.read(lambda s: s.scalar(many)) == 1


async def test_a_merge_waits_for_the_message_that_is_being_taken(postgres_database: Database) -> None:
    """What the new channel answers meanwhile is kept, and goes on with the one who stays."""
    await postgres_database.write(world)
    await postgres_database.write(say, "telegram:lan", "/dangky", "1")
    code = await postgres_database.write(digits, "telegram:lan")
    await postgres_database.write(say, "telegram:lan", "tiếp tục", "2")
    answered, release = threading.Event(), threading.Event()

    def answer(session: Session) -> str:
        text = say(session, "telegram:lan", "1", "3")
        answered.set()
        assert release.wait(20)
        return text

    answering = asyncio.create_task(postgres_database.write(answer))
    await asyncio.to_thread(answered.wait, 20)
    linking = asyncio.create_task(postgres_database.write(say, "web:b1", f"/lienket {code}", "1"))
    await asyncio.sleep(0.3)
    assert not linking.done()
    release.set()

    assert "lĩnh vực" in await answering
    assert "Đã liên kết" in await linking
    memory = select(conversation.c.memory).join(address, address.c.person_id == conversation.c.person_id)
    stack = await postgres_database.read(lambda s: s.scalar(memory.where(address.c.chat == "b1"))["stack"])
    assert stack[-1]["answers"] == {"subject": "collective"}


async def test_two_channels_that_link_each_other_at_once_end_as_one(postgres_database: Database) -> None:
    await postgres_database.write(world)
    await postgres_database.write(say, "web:b1", "xin chào", "1")
    first = await postgres_database.write(digits, "telegram:minh")
    second = await postgres_database.write(digits, "web:b1")

    both = await asyncio.gather(
        postgres_database.write(say, "web:b1", f"/lienket {first}", "9"),
        postgres_database.write(say, "telegram:minh", f"/lienket {second}", "9"),
        return_exceptions=True,
    )

    assert any("Đã liên kết" in str(each) for each in both)
    assert await postgres_database.read(person_at, "b1") == await postgres_database.read(person_at, "minh")


async def test_a_channel_that_was_cut_off_is_somebody_new_and_sees_nothing(database: Database) -> None:
    ids = await database.write(world)
    code = await database.write(digits, "telegram:minh")
    await database.write(say, "web:phone", f"/lienket {code}", "1")
    await database.write(say, "telegram:minh", "/kenh", "1")
    await database.write(say, "telegram:minh", "cắt", "2")
    await database.write(say, "telegram:minh", "có", "3")

    greeting = await database.write(say, "web:phone", "/start", "2")

    assert "Trương Văn Minh" not in greeting
    assert await database.read(person_at, "phone") != ids["minh"]
    shown = select(func.count()).select_from(outbox.join(address)).where(address.c.chat == "phone")
    assert await database.read(lambda s: s.scalar(shown)) == 2  # the greeting, and what it answers


class Row:
    """A row of an address, as notices read it."""

    def __init__(self, number: int, channel: str, used: int | None = None, preferred: str = "") -> None:
        self.id, self.channel, self.used, self.preferred_channel = number, channel, used, preferred


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ([], []),
        ([Row(1, "web"), Row(2, "web")], [1, 2]),
        ([Row(1, "telegram", 5), Row(2, "zalo_bot", 9)], [2]),
        ([Row(1, "telegram", None), Row(2, "zalo_bot", None)], [2]),
        ([Row(1, "telegram", 5, "telegram"), Row(2, "zalo_bot", 9, "telegram")], [1]),
        ([Row(1, "telegram", 5, "zalo_oa"), Row(2, "zalo_bot", 9, "zalo_oa")], [2]),
        ([Row(1, "web"), Row(2, "telegram", 5)], [1, 2]),
        ([Row(1, "web", None, "web"), Row(2, "telegram", 5, "web")], [1]),
        ([Row(2, "telegram", 5, "web")], [2]),
    ],
)
def test_a_notice_goes_to_the_page_and_to_one_channel_more(rows: list[Any], told: list[int]) -> None:
    assert [row.id for row in chosen(rows, {"web"})] == told


async def test_a_flood_of_guesses_stops_newcomers_of_that_channel_only(database: Database) -> None:
    await database.write(world)
    code = await database.write(digits, "telegram:minh")

    def flood(session: Session) -> None:
        for number in range(code_tries.MOST_OF_NEWCOMERS["link"]):
            say(session, f"web:guess{number}", f"/lienket {(int(code) + 1 + number) % 10**6:06}", "1")

    await database.write(flood)

    assert "trên kênh này" in await database.write(say, "web:new", f"/lienket {code}", "1")
    assert "Đã liên kết" in await database.write(say, "zalo_bot:new", f"/lienket {code}", "1")


async def test_a_digest_that_both_chose_is_kept_once(database: Database) -> None:
    def both(session: Session) -> list[int]:
        made = [
            session.scalar(insert(person).values(name=name, created_at=NOW).returning(person.c.id))
            for name in ("An", "Bình")
        ]
        for hour, each in enumerate(made, 8):
            session.execute(insert(conversation).values(person_id=each, memory={}, updated_at=NOW))
            session.execute(insert(digest_choice).values(person_id=each, every="daily", hour=hour, weekday=0))
        ctx = Context(session, Person(made[1], "Bình", "vi", ""), NOW, NOW.date(), "web", ZONE)
        merging.merge(ctx, made[0], made[0])
        return [row.hour for row in session.rows(select(digest_choice))]

    assert await database.write(both) == [8]
