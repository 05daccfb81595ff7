"""What one person's act makes others know: rows in the same transaction, for each of their addresses."""

from __future__ import annotations

import datetime as dt
from functools import partial
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import insert, select, update

from bot import inbox
from bot.channels.base import Inbound
from bot.inbox import Desk, Taken
from conversations.engine.screen import Reply, Screen
from conversations.registry import Entrance, entrances
from locales import _
from movement import notices
from storage.channel_tables import outbox
from storage.people_tables import address, conversation, person

if TYPE_CHECKING:
    from movement.context import Context
    from storage.database import Database
    from storage.session import Session

NOW = dt.datetime(2027, 2, 20, 2, tzinfo=dt.UTC)
DESK = Desk(process=1, zone=ZoneInfo("Asia/Ho_Chi_Minh"))


def someone(session: Session, locale: str, *addresses: str) -> int:
    """A person with these addresses, such as "web:lan"."""
    values = {"name": "Lan", "locale": locale, "created_at": NOW, "consent_version": "1"}
    person_id: int = session.scalar(insert(person).values(**values).returning(person.c.id))
    session.execute(insert(conversation).values(person_id=person_id, memory={}, updated_at=NOW))
    for each in addresses:
        channel, _colon, chat = each.partition(":")
        session.execute(
            insert(address).values(person_id=person_id, channel=channel, account="t", chat=chat, created_at=NOW)
        )
    return person_id


def telling(monkeypatch: pytest.MonkeyPatch, *told: int) -> None:
    """Let the command /tell tell these people something."""

    def tell(ctx: Context, _arguments: str) -> Screen:
        for each in told:
            notices.add(ctx, each, lambda: _("Recognised"), "/trangthai MH27-0001")
        return Screen("Done")

    monkeypatch.setitem(entrances(), "tell", Entrance("tell", "Tell", "", "nothing", listed=False, show=tell))


def say(session: Session, text: str, external_id: str = "1") -> Taken:
    inbound = Inbound("telegram", "t", "officer", external_id, text=text)
    return inbox.take_turn(session, DESK, inbound, Reply(text=text), NOW)


def rows(session: Session) -> list[tuple[str, str, dict[str, object]]]:
    query = select(address.c.channel, outbox.c.state, outbox.c.payload).join(address).order_by(outbox.c.id)
    return [tuple(row) for row in session.rows(query.where(outbox.c.kind == "notice"))]


async def test_every_reachable_address_is_told_as_its_channel_takes_it(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    lan = await database.write(someone, "vi", "web:lan", "telegram:lan", "zalo:lan")
    away = update(address).where(address.c.channel == "zalo").values(reachable=False)
    await database.write(lambda session: session.execute(away))
    telling(monkeypatch, lan)

    taken = await database.write(say, "/tell")
    [page, telegram] = await database.read(rows)

    assert (page[0], page[1]) == ("web", "sent")
    assert str(page[2]["text"]).splitlines() == ["Công nhận", "Xem: /trangthai MH27-0001"]
    assert page[2]["at"]
    assert (telegram[0], telegram[1]) == ("telegram", "waiting")
    assert telegram[2].keys() == {"screen"}
    assert [(row.channel, row.chat, row.kind) for row in taken.notices] == [
        ("web", "lan", "notice"),
        ("telegram", "lan", "notice"),
    ]


async def test_people_are_told_in_their_own_language(
    sqlite_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader = await sqlite_database.write(someone, "en", "telegram:reader")
    telling(monkeypatch, reader)

    await sqlite_database.write(say, "/tell")
    [(_channel, _state, payload)] = await sqlite_database.read(rows)

    assert payload["locale"] == "en"
    assert str(payload["screen"]["text"]).startswith("Recognised")  # type: ignore[index]  # JSON


async def test_nobody_is_told_of_their_own_act(sqlite_database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    officer = await sqlite_database.write(someone, "vi", "telegram:officer")
    telling(monkeypatch, officer)

    taken = await sqlite_database.write(say, "/tell")

    assert taken.notices == ()
    assert await sqlite_database.read(rows) == []


async def test_a_turn_that_tells_nobody_asks_the_database_nothing_more(
    sqlite_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    await sqlite_database.write(someone, "vi", "telegram:officer")
    lan = await sqlite_database.write(someone, "vi")

    def statements(text: str, number: str, session: Session) -> int:
        say(session, text, number)
        return session.statements

    telling(monkeypatch)
    silent = await sqlite_database.write(partial(statements, "/tell", "1"))
    telling(monkeypatch, lan)
    one_more = await sqlite_database.write(partial(statements, "/tell", "2"))

    assert one_more == silent + 1


async def test_a_turn_that_is_undone_tells_nobody(
    sqlite_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    lan = await sqlite_database.write(someone, "vi", "web:lan")
    telling(monkeypatch, lan)

    def undone(session: Session) -> None:
        say(session, "/tell")
        raise LookupError

    with pytest.raises(LookupError):
        await sqlite_database.write(undone)

    assert await sqlite_database.read(rows) == []


@pytest.mark.parametrize(
    "against",
    [{"consent_version": ""}, {"restricted_at": NOW}, {"deactivated_at": NOW}],
    ids=["consent withdrawn", "use restricted", "deactivated"],
)
async def test_who_wants_nothing_sent_is_told_only_what_answers_a_request_of_theirs(
    database: Database, monkeypatch: pytest.MonkeyPatch, against: dict[str, object]
) -> None:
    lan = await database.write(someone, "vi", "web:lan")
    await database.write(lambda session: session.execute(update(person).values(**against)))
    telling(monkeypatch, lan)

    await database.write(say, "/tell", "1")
    unasked = await database.read(rows)

    def answer(ctx: Context, _arguments: str) -> Screen:
        notices.add(ctx, lan, lambda: _("Recognised"), "/dulieu", is_answer=True)
        return Screen("Done")

    monkeypatch.setitem(entrances(), "tell", Entrance("tell", "Tell", "", "nothing", listed=False, show=answer))
    await database.write(say, "/tell", "2")

    assert unasked == []
    assert len(await database.read(rows)) == 1
