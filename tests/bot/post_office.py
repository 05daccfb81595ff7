"""A sender with a strict Telegram at the other end, and clocks that a test moves: several may share a database."""

from __future__ import annotations

import asyncio
import datetime as dt
import time
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from sqlalchemy import func, insert, select

from bot.channels.base import Pace
from bot.channels.telegram import Telegram, Webhook
from bot.inbox import Desk, Outgoing
from bot.outbox import Outbox
from bot.pages import Pages
from conversations.engine.screen import Screen
from movement import people
from storage.channel_tables import outbox
from storage.people_tables import address, person
from tests.fakes.telegram_server import TOKEN

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from storage.database import Database
    from storage.session import Session
    from tests.fakes.telegram_server import TelegramServer

BEGIN = dt.datetime(2027, 3, 9, 2, tzinfo=dt.UTC)  # nine in the morning, a Tuesday
ACCOUNT = TOKEN.partition(":")[0]
PACE = Pace(30, 0.2, 0.2)


@dataclass
class Clocks:
    """The time of day and the ticks that no jump of it moves. They stand still, or go and may be moved besides."""

    goes: bool = False
    moved: dt.timedelta = dt.timedelta()
    passed: float = 0.0

    def __post_init__(self) -> None:
        self._began = time.monotonic()
        self._sleepers: list[tuple[float, asyncio.Future[None]]] = []

    @property
    def ticks(self) -> float:
        """Seconds since the beginning."""
        return self.passed + (time.monotonic() - self._began if self.goes else 0)

    @property
    def now(self) -> dt.datetime:
        """The time of day."""
        return BEGIN + self.moved + dt.timedelta(seconds=self.ticks)

    def pass_(self, seconds: float) -> None:
        """Let time pass."""
        self.passed += seconds
        for until, waits in list(self._sleepers):
            if until <= self.ticks and not waits.done():
                waits.set_result(None)
        self._sleepers = [each for each in self._sleepers if not each[1].done()]

    async def sleep(self, seconds: float) -> None:
        """Wait until so much has passed."""
        if self.goes or not seconds:
            await asyncio.sleep(seconds)
            return
        waits = asyncio.get_running_loop().create_future()
        self._sleepers.append((self.ticks + seconds, waits))
        await waits


@dataclass
class PostOffice:
    """One process that sends."""

    database: Database
    outbox: Outbox
    telegram: TelegramServer
    clocks: Clocks

    async def until_sent(self, seconds: float = 20) -> list[str]:
        """Look and send until nothing waits; give the states of all rows."""
        async with asyncio.timeout(seconds):
            while True:
                await self.outbox.claim_due()
                states = await self.states()
                if not {"waiting", "sending"} & set(states):
                    return states
                await asyncio.sleep(0.005)

    async def states(self) -> list[str]:
        """How the rows stand, in their order."""
        query = select(outbox.c.state).order_by(outbox.c.id)
        return list(await self.database.read(lambda session: session.execute(query).scalars().all()))

    async def column(self, name: str) -> list[Any]:
        """A column of all rows."""
        query = select(outbox.c[name]).order_by(outbox.c.id)
        return list(await self.database.read(lambda session: session.execute(query).scalars().all()))

    async def put(self, *chats: int, kind: str = "reminder", text: str = "text", **more: Any) -> list[int]:
        """Queue one message for each chat."""
        return await self.database.write(put, chats, kind, text, self.clocks.now, more)

    async def answer(self, chat: int, text: str = "answer") -> None:
        """Send what a turn of this process has just written."""
        more = {"state": "sending", "owner": self.database.process}
        (number,) = await self.database.write(put, (chat,), "answer", text, self.clocks.now, more)
        where = await self.database.read(
            lambda s: s.scalar(select(address.c.id).where(address.c.chat == str(chat)))
        )
        payload = {"screen": Screen(text).to_json()}
        self.outbox.soon([Outgoing(number, where, "telegram", ACCOUNT, str(chat), "answer", payload)])

    def sent(self) -> list[tuple[int, str]]:
        """What arrived, in its order: chat and words."""
        return [(int(call["chat_id"]), call["text"]) for call in self.telegram.called("sendMessage")]

    def received(self, chat: int) -> list[str]:
        """What one person has got."""
        return self.telegram.person(chat).sent


def put(session: Session, chats: Any, kind: str, text: str, now: dt.datetime, more: dict[str, Any]) -> list[int]:
    """Queue; people that are not there yet are made."""
    rows = []
    for chat in chats:
        where = session.scalar(select(address.c.id).where(address.c.chat == str(chat)))
        if where is None:
            where = enter(session, "telegram", ACCOUNT, str(chat))
        values = {"state": "waiting", "due_at": now, "created_at": now, **more}
        new = insert(outbox).values(
            address_id=where, kind=kind, payload={"screen": Screen(text).to_json()}, **values
        )
        rows.append(session.scalar(new.returning(outbox.c.id)))
    return rows


def enter(session: Session, channel: str, account: str, chat: str, who: int | None = None) -> int:
    """A new address, of a new person if none is given."""
    agreed = {"consent_version": people.CONSENT_VERSION, "created_at": BEGIN}
    who = who or session.scalar(insert(person).values(**agreed).returning(person.c.id))
    at = {"person_id": who, "channel": channel, "account": account, "chat": chat, "created_at": BEGIN}
    return int(session.scalar(insert(address).values(**at).returning(address.c.id)))


def counted(session: Session) -> dict[str, int]:
    """How many rows are in each state."""
    query = select(outbox.c.state, func.count().label("many")).group_by(outbox.c.state)
    return {row.state: row.many for row in session.rows(query)}


@asynccontextmanager
async def open_office(
    database: Database, telegram: TelegramServer, clocks: Clocks | None = None, *others: Any, pace: Pace = PACE
) -> AsyncIterator[PostOffice]:
    """A sender by Telegram, and by other channels; with clocks its gate goes by their ticks."""

    async def read(_file: object) -> bytes:
        return b""

    channel = Telegram(TOKEN, read, api_url=telegram.url, timeout=2)
    channel.can = replace(Telegram.can, pace=pace)
    await channel.start({}, Webhook("https://kheo.example/telegram", "secret"))
    channels: dict[Any, Any] = {(each.name, each.account): each for each in (channel, *others)}
    moved = clocks or Clocks(goes=True)
    desk = Desk(database.process, ZoneInfo("Asia/Ho_Chi_Minh"), "vi", public_url="https://kheo.example")
    sender = Outbox(database, channels, Pages(), desk, lambda: moved.now)
    sender.gates.ticks, sender.gates.sleep = lambda: moved.ticks, moved.sleep
    try:
        yield PostOffice(database, sender, telegram, moved)
    finally:
        await sender.stop(0.2)
        await channel.stop()
