"""Nothing that needs consent goes on without it, on the way that every message takes."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import insert, select, update

import conversations.member
import conversations.officer  # noqa: F401 - both declare what can be started
from bot import inbox
from bot.channels.base import Inbound
from bot.inbox import Desk
from conversations.engine.screen import Reply
from movement import people, units
from movement.controller import Controller
from storage.channel_tables import outbox
from storage.people_tables import address, consent, conversation, person, role

if TYPE_CHECKING:
    from storage.database import Database
    from storage.session import Session

NOW = dt.datetime(2027, 2, 20, 2, tzinfo=dt.UTC)
BODY = Controller("LĐLĐ tỉnh Sông Lam", "0251 3822 888", ("Telegram",))
DESK = Desk(process=1, zone=ZoneInfo("Asia/Ho_Chi_Minh"), controller=BODY)
HALF_WAY = {"stack": [{"name": "suadulieu", "no": 1, "pending": "field"}], "is_open": True, "last_no": 1}


def lan_is_here(session: Session, version: str, memory: Any = None) -> None:
    """Lan is a member who agreed to this version of the text, with this half-way."""
    home = units.add(session, "grassroots_union", "Công đoàn cơ sở May", "", None)
    values = {"name": "Lan", "created_at": NOW, "consent_version": version}
    who = session.scalar(insert(person).values(**values).returning(person.c.id))
    session.execute(insert(role).values(person_id=who, unit_id=home.id, role="member", since=NOW))
    session.execute(insert(conversation).values(person_id=who, memory=memory or {}, updated_at=NOW))
    at = {"channel": "web", "account": "web", "chat": "lan", "created_at": NOW}
    session.execute(insert(address).values(person_id=who, **at))


def says(session: Session, text: str, number: int = 1, chat: str = "lan", channel: str = "web") -> str:
    inbound = Inbound(channel, "web", chat, str(number), text=text)
    taken = inbox.take_turn(session, DESK, inbound, Reply(text=text), NOW)
    payload = taken.outgoing[-1].payload
    shown: str = payload.get("screen", payload)["text"]
    return shown


@pytest.mark.parametrize("text", ["2", "/tieptuc", "gì đó"])
async def test_a_dialogue_half_way_waits_for_the_newer_text_and_then_goes_on(
    database: Database, text: str
) -> None:
    await database.write(lan_is_here, "2025-01", HALF_WAY)

    asked = await database.write(says, text, 1)
    gone_on = await database.write(says, "đồng ý", 2)

    assert "bản mới" in asked
    assert "Đồng chí muốn sửa gì?" in gone_on
    assert await database.read(lambda session: session.scalar(select(person.c.consent_version))) == (
        people.CONSENT_VERSION
    )


async def test_refusing_the_newer_text_leaves_the_dialogue_where_it_is(database: Database) -> None:
    await database.write(lan_is_here, "2025-01", HALF_WAY)

    await database.write(says, "2", 1)
    refused = await database.write(says, "không", 2)
    again = await database.write(says, "2", 3)

    assert "không xử lý thêm" in refused
    assert "Đồng chí muốn sửa gì?" not in again
    assert await database.read(lambda session: session.scalar(select(person.c.phone))) is None


async def test_with_the_text_in_force_nothing_is_asked_again(database: Database) -> None:
    await database.write(lan_is_here, people.CONSENT_VERSION, HALF_WAY)

    assert "Số điện thoại của đồng chí?" in await database.write(says, "2", 1)


async def test_the_text_names_who_answers_for_the_data_and_is_kept_as_it_was_shown(database: Database) -> None:
    shown = [await database.write(says, "xin chào", 1, "new"), await database.write(says, "3", 2, "new")]
    await database.write(says, "1", 3, "new")

    assert "LĐLĐ tỉnh Sông Lam" in shown[0]
    assert "0251 3822 888" in shown[1]
    assert "Telegram đặt máy chủ ngoài Việt Nam" in shown[1]
    kept = await database.read(lambda session: session.rows(select(consent))[0])
    assert (kept.act, kept.version, kept.channel) == ("given", people.CONSENT_VERSION, "web")
    assert kept.text == "\n\n".join(shown)


async def test_a_phone_number_is_kept_nowhere_in_clear(database: Database) -> None:
    await database.write(lan_is_here, people.CONSENT_VERSION, HALF_WAY)

    await database.write(says, "2", 1)
    await database.write(says, "0912 345 678", 2)

    said = await database.read(lambda session: [row.payload for row in session.rows(select(outbox.c.payload))])
    memory = await database.read(lambda session: session.scalar(select(conversation.c.memory)))
    assert [each["text"] for each in said if "tap" in each] == ["2", "•••• ••• 678"]
    for secret in ("0912 345 678", "0912345678", "345 678"):
        assert secret not in str(said)
        assert secret not in str(memory)
    assert await database.read(lambda session: session.scalar(select(person.c.phone))) == "0912345678"


async def test_where_messages_leave_the_country_a_number_is_only_told_by_its_end(database: Database) -> None:
    await database.write(lan_is_here, people.CONSENT_VERSION)
    await database.write(lambda session: session.execute(update(person).values(phone="0912345678")))
    at_home = await database.write(says, "/dulieu", 1)
    await database.write(lambda session: session.execute(update(address).values(channel="telegram")))

    abroad = await database.write(says, "/dulieu", 2, channel="telegram")

    assert "0912 345 678" in at_home
    assert "•••• ••• 678" in abroad
    assert "0912" not in abroad
