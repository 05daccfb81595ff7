from __future__ import annotations

from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import insert, select

from bot.exporter import Exporter, claim
from bot.inbox import Desk
from bot.pages import Pages
from movement import exports
from movement.context import Context, Person
from movement.errors import DomainError
from movement.exports import Made
from storage.channel_tables import export, outbox
from storage.files import FileStore
from storage.people_tables import address, conversation, person
from tests.bot.rooms import NOW

if TYPE_CHECKING:
    from pathlib import Path

    from storage.database import Database
    from storage.session import Session

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")


class Waker:
    """The part of an outbox that the exporter needs."""

    def __init__(self) -> None:
        self.looks = 0

    def look(self) -> None:
        self.looks += 1


@pytest.fixture(autouse=True)
def makers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exports, "_makers", {})

    @exports.maker("list")
    def make_list(ctx: Context, arguments: Any, _read: exports.ReadFile) -> Made:
        if arguments == "broken":
            raise ZeroDivisionError
        if arguments == "secret":
            message = "Not for you."
            raise DomainError(message)
        return Made("list.txt", "text/plain", f"{ctx.person.name}: {arguments}".encode(), {"of": arguments})


def enter(session: Session, channel: str) -> Context:
    values = {"name": "Lan", "created_at": NOW, "locale": "en"}
    person_id = session.scalar(insert(person).values(**values).returning(person.c.id))
    session.execute(insert(conversation).values(person_id=person_id, memory={}, updated_at=NOW))
    at = {"channel": channel, "account": "a", "chat": channel, "created_at": NOW}
    where = session.scalar(insert(address).values(person_id=person_id, **at).returning(address.c.id))
    who = Person(person_id, "Lan", "en", "")
    return Context(session, who, NOW, NOW.date(), channel, ZONE, address_id=where)


def ask(session: Session, channel: str, *arguments: str) -> list[int]:
    ctx = enter(session, channel)
    return [exports.ask(ctx, "list", each) for each in arguments]


def exporter(database: Database, folder: Path) -> tuple[Exporter, FileStore, Waker]:
    store, waker = FileStore(folder / "files"), Waker()
    desk: Any = Desk(database.process, ZONE)
    sender: Any = waker
    return Exporter(database, store, sender, Pages(), desk, lambda: NOW), store, waker


def queued(session: Session) -> list[Any]:
    return list(session.rows(select(outbox.c.state, outbox.c.payload).order_by(outbox.c.id)))


async def test_a_file_asked_for_is_made_kept_and_sent_to_where_it_was_asked_for(
    database: Database, tmp_path: Path
) -> None:
    making, store, waker = exporter(database, tmp_path)
    await database.write(ask, "telegram", "2027")

    assert await making.make_one()
    assert not await making.make_one()

    ((state, payload),) = await database.read(queued)
    (file,) = payload["screen"]["files"]
    assert state == "waiting"
    assert store.read(file["sha256"]) == b"Lan: 2027"
    assert waker.looks == 1


async def test_on_the_page_the_message_is_there_at_once_and_only_its_owner_may_open_the_file(
    database: Database, tmp_path: Path
) -> None:
    making, _store, _waker = exporter(database, tmp_path)
    await database.write(ask, "web", "2027")
    await making.make_one()

    ((state, payload),) = await database.read(queued)
    sha256 = payload["files"][0]["sha256"]
    other = Person(999, "Minh", "en", "")

    def seen(session: Session) -> list[tuple[str, str] | None]:
        people = [Person(1, "Lan", "en", ""), other]
        return [exports.file_name(Context(session, each, NOW, NOW.date(), "web", ZONE), sha256) for each in people]

    assert state == "sent"
    assert await database.read(seen) == [("list.txt", "text/plain"), None]


async def test_what_cannot_be_made_is_said_and_the_next_one_is_made_all_the_same(
    database: Database, tmp_path: Path
) -> None:
    making, _store, _waker = exporter(database, tmp_path)
    await database.write(ask, "telegram", "broken", "secret", "2027")

    while await making.make_one():
        pass

    texts = [payload["screen"]["text"] for _state, payload in await database.read(queued)]
    assert texts == [
        "The file could not be made. The mistake is ours and was noted.",
        "Not for you.",
        "Here is the file you asked for: list.txt.",
    ]


async def test_what_was_found_while_making_it_is_kept_for_whoever_asked(
    database: Database, tmp_path: Path
) -> None:
    making, _store, _waker = exporter(database, tmp_path)
    first, failed = await database.write(ask, "telegram", "2027", "secret")

    def seen(session: Session, who: int, number: int) -> tuple[str, Any]:
        ctx = Context(session, Person(who, "Lan", "en", ""), NOW, NOW.date(), "telegram", ZONE)
        return exports.state(ctx, number), exports.result(ctx, number)

    def forget(session: Session) -> None:
        ctx = Context(session, Person(1, "Lan", "en", ""), NOW, NOW.date(), "telegram", ZONE)
        exports.forget_result(ctx, first)

    assert await database.read(seen, 1, first) == ("waiting", None)
    while await making.make_one():
        pass

    assert await database.read(seen, 1, first) == ("done", {"of": "2027"})
    assert await database.read(seen, 1, failed) == ("failed", None)
    assert await database.read(seen, 999, first) == ("failed", None)
    await database.write(forget)
    assert await database.read(seen, 1, first) == ("done", None)


async def test_what_a_dead_process_had_begun_is_begun_again(database: Database, tmp_path: Path) -> None:
    making, _store, _waker = exporter(database, tmp_path)
    dead = database.process + 1_000_000
    await database.write(ask, "telegram", "2027")
    await database.write(claim, dead, [])

    assert await making.make_one()

    states = await database.read(lambda session: session.rows(select(export.c.state)))
    assert [row.state for row in states] == ["done"]
