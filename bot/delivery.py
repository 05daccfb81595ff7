"""One row of the outbox until it has an ending: looked at again, let through the gate, tried as often as it takes.

What nobody waits for is not held here: where it cannot go now it is put back, to wait in the table, where it can
be cancelled, and where fifty thousand rows cost nothing.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import structlog
from sqlalchemy import update

from bot.channels.base import Closed, Moved, TryLater, Unreachable
from bot.gate import Held
from bot.reach import WINDOW
from bot.sending import Ending, Sending
from bot.urls import Urls
from movement import quiet_hours
from storage.database import Unavailable
from storage.people_tables import address

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from bot.channels.base import Channel
    from bot.gates import Gates
    from bot.inbox import Desk, Outgoing
    from bot.ledger import Ledger
    from bot.long_texts import LongTexts
    from bot.reach import Reach
    from storage.database import Database
    from storage.session import Session

    Fresh = Callable[[Outgoing], Awaitable[Outgoing | Ending]]

GIVEN_UP: Final = dt.timedelta(days=3)  # after which what is still tried is given up
MANY_ATTEMPTS: Final = 5  # and not before so many: it may have waited for long without being tried
LONGEST_HELD: Final = 2.0  # seconds that bulk waits in the sender's hands for another try
AGAIN: Final = 1.0  # seconds until something is tried again that the database had no time for

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Helpers:
    """What a delivery asks on its way."""

    database: Database
    reach: Reach
    ledger: Ledger
    long_texts: LongTexts
    gates: Gates


def move(session: Session, address_id: int, chat: str) -> None:
    """Give an address the new chat that the platform named."""
    session.execute(update(address).where(address.c.id == address_id).values(chat=chat))


class Delivery:
    """The way of rows to their endings, for one process. `fresh` looks at reminders again before each attempt."""

    def __init__(self, helpers: Helpers, desk: Desk, now: Callable[[], dt.datetime]) -> None:
        self._ask, self._desk, self._now = helpers, desk, now
        self.fresh: Fresh | None = None

    async def send(self, channel: Channel, row: Outgoing, gives_way: Callable[[], bool]) -> Ending:
        """Send one row, as often as it takes; raise Refused. `gives_way`: whether an answer stands behind it."""
        if spared := await self._ask.ledger.spared(row):
            return spared
        sending = await self._prepared(channel, row)
        while True:
            if row.kind != "answer" and gives_way() and not sending.has_begun:
                return Ending(row, "waiting")
            if row.kind == "reminder" and not sending.has_begun:
                looked = await self._looked_at_again(row)
                if isinstance(looked, Ending):
                    return looked
                if looked.payload != row.payload:
                    row, sending = looked, await self._prepared(channel, looked)
            ending = await self._attempt(row, sending)
            if ending:
                return ending

    async def _attempt(self, row: Outgoing, sending: Sending) -> Ending | None:
        """Try once; None: try again now."""
        try:
            ending = await sending.go_on()
        except TryLater as later:
            return await self._later(row, sending, later)
        except Held as held:
            return await self._held(row, sending, held)
        except (Closed, Unreachable) as lost:
            if await self._ask.reach.is_elsewhere(row):
                return Ending(row, "unreachable", why=WINDOW if isinstance(lost, Closed) else "")
            await self._ask.gates.sleep(AGAIN)
        except Moved as moved:
            sending.chat = moved.chat
            await self._move(row, moved.chat)
        else:
            return ending
        return None

    async def _later(self, row: Outgoing, sending: Sending, later: TryLater) -> Ending | None:
        """The platform did not take it: end it, put it back, or wait for the next try."""
        if later.unknown and row.kind == "reminder":
            return Ending(row, "unknown", messages=sending.messages)
        since = self._now() - (row.created_at or sending.began or self._now())
        if since > GIVEN_UP and sending.attempts + row.attempts >= MANY_ATTEMPTS:
            _log.error("message_given_up", channel=row.channel, row=row.id)
            return Ending(row, "refused", why="given up", messages=sending.messages)
        gate = self._ask.gates.of((row.channel, row.account))
        is_paused = bool(gate.left()) or later.of in ("bulk", "bot")
        seconds = later.after or (0.0 if is_paused else sending.pause())
        if row.kind == "answer":
            await self._ask.gates.sleep(0 if is_paused else seconds)  # the gate knows how long a pause is
            return None
        if sending.has_begun:  # what has arrived of it would come again
            await self._ask.gates.sleep(seconds or gate.left())
            return None
        if is_paused:
            return Ending(row, "waiting", messages=sending.messages)
        if seconds > LONGEST_HELD or later.of == "chat":
            return self._put_back(row, sending, seconds)
        await self._ask.gates.sleep(seconds)
        return None

    async def _held(self, row: Outgoing, sending: Sending, held: Held) -> Ending | None:
        if sending.has_begun:
            await self._ask.gates.sleep(held.left or AGAIN)
            return None
        return self._put_back(row, sending, held.left) if held.left else Ending(row, "waiting")

    def _put_back(self, row: Outgoing, sending: Sending, seconds: float) -> Ending:
        """To wait in the table; in whole seconds, so that rows held for the same reason keep their order."""
        due_at = (self._now() + dt.timedelta(seconds=seconds + 1)).replace(microsecond=0)
        return Ending(row, "waiting", due_at=due_at, messages=sending.messages)

    async def _looked_at_again(self, row: Outgoing) -> Outgoing | Ending:
        """The reminder as it is to be sent now, or how it ends without being sent."""
        now = self._now()
        allowed = quiet_hours.next_allowed(now, self._desk.zone)
        if allowed > now:
            return Ending(row, "waiting", due_at=allowed)
        if self.fresh is None:
            return row
        try:
            return await self.fresh(row)
        except Unavailable:
            return Ending(row, "waiting")

    async def _prepared(self, channel: Channel, row: Outgoing) -> Sending:
        """The row laid out, with what the channel must be told, and a link to what is too long for it."""
        urls = Urls(self._desk.public_url, row.address_id, self._now(), self._desk.is_local)
        gate = self._ask.gates.of((row.channel, row.account))
        sending = Sending(channel, row, urls, gate)
        sending.began = self._now()
        if sending.rest:
            file = await self._ask.long_texts.kept(row, sending.rest)
            sending.link_rest(urls.file(file) if file else self._desk.public_url)
        if channel.can.window:
            sending.heard(await self._ask.reach.heard(row))
        return sending

    async def _move(self, row: Outgoing, chat: str) -> None:
        """Keep the new chat; where that is not possible the platform will name it again."""
        try:
            await self._ask.database.write(move, row.address_id, chat)
        except Exception as error:  # the database may be away, or the new chat be known as another person's
            _log.warning("move_not_written", error=type(error).__name__)
