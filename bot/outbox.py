"""Send what turns and clocks have queued: in order per address, each row to one of its endings.

sent, unknown (it may have arrived), unreachable, refused; "try later" leaves the row waiting.
"""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
from collections import deque
from typing import TYPE_CHECKING

import structlog
from sqlalchemy import bindparam, func, update

from bot import ledger
from bot.channels.base import Closed, Moved, Refused, TryLater, Unreachable
from bot.claims import claim, owners, take_over
from bot.long_texts import LongTexts
from bot.metrics import SENT
from bot.reach import WINDOW, Reach
from bot.sending import Ending, Sending
from bot.urls import Urls
from storage.channel_tables import outbox
from storage.people_tables import address

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bot.channels.base import Channel, Channels
    from bot.inbox import Desk, Outgoing
    from bot.pages import Pages
    from storage.database import Database
    from storage.files import FileStore
    from storage.session import Session

LONGEST_HELD = 600.0  # seconds: a row that waits longer lets later ones pass
LOOK_EVERY = 1.0  # seconds between looks for rows that came due

_log = structlog.get_logger()

_mark = update(outbox).where(outbox.c.id == bindparam("row"))
_finish = _mark.values(
    state=bindparam("ending"),
    owner=None,
    due_at=func.coalesce(bindparam("later"), outbox.c.due_at),
    ref=bindparam("message"),
    why=bindparam("reason"),
)
_last = update(address).where(address.c.id == bindparam("where")).values(last=bindparam("shown"))
_lost = update(address).where(address.c.id == bindparam("where")).values(reachable=False)


def finish(session: Session, endings: list[Ending]) -> None:
    """Write down how rows ended."""
    session.execute(
        _finish,
        [
            {
                "row": number,
                "ending": ending.state,
                "message": ending.ref,
                "reason": ending.why[:200],
                "later": ending.due_at,
            }
            for ending in endings
            for number in (ending.row.id, *ending.row.gathered)
        ],
    )
    if shown := [{"where": e.row.address_id, "shown": e.shown} for e in endings if e.shown]:
        session.execute(_last, shown)
    if lost := [{"where": e.row.address_id} for e in endings if e.state == "unreachable" and not e.why]:
        session.execute(_lost, lost)


def end(session: Session, endings: list[Ending], desk: Desk, now: dt.datetime) -> list[tuple[str, int]]:
    """Write down how rows ended and what they used; give what pages must be woken for."""
    finish(session, endings)
    return ledger.write_down(session, endings, desk, now)


def move(session: Session, address_id: int, chat: str) -> None:
    """Give an address the new chat that the platform named."""
    session.execute(update(address).where(address.c.id == address_id).values(chat=chat))


class Outbox:
    """The sender of one process."""

    def __init__(
        self,
        database: Database,
        channels: Channels,
        pages: Pages,
        desk: Desk,
        now: Callable[[], dt.datetime],
        store: FileStore | None = None,
    ) -> None:
        self._database, self._channels, self._pages, self._desk = database, channels, pages, desk
        self._now = now
        self._reach = Reach(database, pages, desk, now)
        self._long_texts = LongTexts(database, store, now)
        self._ledger = ledger.Ledger(database, self._reach, desk, now)
        self._queues: dict[int, deque[Outgoing]] = {}
        self._senders: set[asyncio.Task[None]] = set()
        self._endings: list[Ending] = []
        self._writer: asyncio.Task[None] | None = None
        self._look = asyncio.Event()

    @property
    def accounts(self) -> tuple[tuple[str, str], ...]:
        """The bots that it sends by, each by channel and account."""
        return tuple(self._channels)

    def soon(self, rows: Sequence[Outgoing]) -> None:
        """Send rows that are this process's own; returns at once. No rows: others wait before them."""
        if not rows:
            self.look()
        elif rows[0].channel in self._desk.stored:
            self._pages.wake(rows[0].chat, rows[-1].id)
            self._database.wake()  # the page may be open at another process
        else:
            self._queue(rows)

    def _queue(self, rows: Sequence[Outgoing]) -> None:
        for row in rows:
            if row.address_id in self._queues:
                self._queues[row.address_id].append(row)
                continue
            self._queues[row.address_id] = deque([row])
            task = asyncio.create_task(self._drain(row.address_id))
            self._senders.add(task)
            task.add_done_callback(self._senders.discard)

    def look(self) -> None:
        """Look for due rows now rather than at the next tick."""
        self._look.set()

    async def run(self) -> None:
        """Take over what dead processes left, and claim what comes due, until cancelled."""
        while True:
            self._look.clear()  # before looking: what is queued meanwhile is seen at the next look
            try:
                await self.claim_due()
            except Exception as error:  # the database may be away for a while
                _log.warning("outbox_claim_failed", error=type(error).__name__)
            try:
                async with asyncio.timeout(LOOK_EVERY):
                    await self._look.wait()
            except TimeoutError:
                continue

    async def claim_due(self) -> int:
        """Claim and begin to send what is due; give the number of rows."""
        holding = await self._database.read(owners)
        dead = [owner for owner in holding if not await self._database.is_alive(owner)]
        if dead:
            await self._database.write(take_over, dead)
        rows = await self._database.write(claim, self._database.process, self._now())
        self._queue(rows)
        return len(rows)

    async def settle(self) -> None:
        """Wait until everything in hand has been sent and written down."""
        while self._senders or self._writer:
            await asyncio.gather(*self._senders, *([self._writer] if self._writer else []))

    async def stop(self, seconds: float = 5.0) -> None:
        """Send what is in hand for so many seconds; what is left is taken over by the next process."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self.settle()
        for task in (*self._senders, *([self._writer] if self._writer else [])):
            task.cancel()

    async def _drain(self, address_id: int) -> None:
        queue = self._queues[address_id]
        while queue:
            self._write_down(await self._send(queue[0]))
            queue.popleft()
        del self._queues[address_id]

    async def _send(self, row: Outgoing) -> Ending:
        """Send one row until it has an ending; never raise."""
        channel = self._channels.get((row.channel, row.account))
        if channel is None:
            return Ending(row, "refused", why="no such channel")
        try:
            return await self._send_by(channel, row)
        except Unreachable:
            return Ending(row, "unreachable")
        except Refused as refused:
            _log.error("message_refused", channel=row.channel, row=row.id, why=str(refused))
            return Ending(row, "refused", why=str(refused))
        except Exception as error:  # a bug in a channel, or a stored screen of another version
            _log.exception("message_failed", channel=row.channel, row=row.id)
            return Ending(row, "refused", why=type(error).__name__)

    async def _send_by(self, channel: Channel, row: Outgoing) -> Ending:
        """Send one row, as often as it takes; raise Unreachable or Refused."""
        if spared := await self._ledger.spared(row):
            return spared
        sending = await self._prepared(channel, row)
        while True:
            try:
                return await sending.go_on()
            except TryLater as later:
                if later.unknown and row.kind == "reminder":
                    return Ending(row, "unknown", messages=sending.messages)
                if later.after > LONGEST_HELD and row.kind != "answer":
                    due_at = self._now() + dt.timedelta(seconds=later.after)
                    return Ending(row, "waiting", due_at=due_at, messages=sending.messages)
                await asyncio.sleep(later.after or sending.pause())
            except Closed:
                if await self._reach.is_elsewhere(row):
                    return Ending(row, "unreachable", why=WINDOW)
                await asyncio.sleep(LOOK_EVERY)
            except Moved as moved:
                sending.chat = moved.chat
                await self._move(row, moved.chat)

    async def _prepared(self, channel: Channel, row: Outgoing) -> Sending:
        """The row laid out, with what the channel must be told, and a link to what is too long for it."""
        urls = Urls(self._desk.public_url, row.address_id, self._now(), self._desk.is_local)
        sending = Sending(channel, row, urls)
        if sending.rest:
            file = await self._long_texts.kept(row, sending.rest)
            sending.link_rest(urls.file(file) if file else self._desk.public_url)
        if channel.can.window:
            sending.heard(await self._reach.heard(row))
        return sending

    async def _move(self, row: Outgoing, chat: str) -> None:
        """Keep the new chat; where that is not possible the platform will name it again."""
        try:
            await self._database.write(move, row.address_id, chat)
        except Exception as error:  # the database may be away, or the new chat be known as another person's
            _log.warning("move_not_written", error=type(error).__name__)

    def _write_down(self, ending: Ending) -> None:
        SENT.labels(ending.row.channel, ending.state).inc()
        self._endings.append(ending)
        if self._writer is None:
            self._writer = asyncio.create_task(self._write_endings())

    async def _write_endings(self) -> None:
        """Write the endings that have gathered, in one unit of work; what cannot be written is tried again."""
        try:
            while self._endings:
                batch, self._endings = self._endings, []
                try:
                    for page in await self._database.write(end, batch, self._desk, self._now()):
                        self._pages.wake(*page)
                    if any(ending.row.attempts for ending in batch):
                        self.look()  # the next rows of these addresses wait to be claimed
                except Exception as error:  # sent but not marked: marked later, or sent again after a restart
                    _log.warning("endings_not_written", error=type(error).__name__, rows=len(batch))
                    self._endings = batch + self._endings
                    await asyncio.sleep(LOOK_EVERY)
        finally:
            self._writer = None
