"""Send what turns and clocks have queued: in order per address, each row to one of its endings.

sent, unknown (it may have arrived), unreachable, refused; "try later" leaves the row waiting.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter, deque
from typing import TYPE_CHECKING

import structlog
from sqlalchemy import bindparam, func, update

from bot import ledger, send_gates
from bot.channels.base import Refused
from bot.delivery import Delivery, Helpers
from bot.gates import Gates
from bot.long_texts import LongTexts
from bot.looks import IN_HAND, MOST_IN_HAND, Looks
from bot.metrics import SENT
from bot.reach import Reach
from bot.sending import Ending
from storage.channel_tables import outbox
from storage.people_tables import address

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Sequence

    from bot.channels.base import Channels
    from bot.inbox import Desk, Outgoing
    from bot.pages import Pages
    from bot.send_gates import Bot
    from storage.database import Database
    from storage.files import FileStore
    from storage.session import Session

GATHERED = 0.1  # seconds that endings of bulk wait for more, to be written together
BEHIND = 2.0  # seconds in which bulk that was in hand is gone
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


class Outbox:
    """The sender of one process.

    `delivery.fresh` looks at a reminder again in front of every attempt: what it asks for may be done meanwhile.
    It gives the row as it is to be sent, or its ending: waiting until later, or cancelled.
    """

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
        self.gates = Gates(channels)
        self._looks = Looks(database, self.gates, desk, now)
        reach = Reach(database, pages, desk, now)
        helpers = Helpers(
            database,
            reach,
            ledger.Ledger(database, reach, desk, now),
            LongTexts(database, store, now),
            self.gates,
        )
        self.delivery = Delivery(helpers, desk, now)
        self._queues: dict[int, deque[Outgoing]] = {}
        self._in_hand: Counter[Bot] = Counter()  # bulk that is claimed and not ended
        self._full: frozenset[Bot] = frozenset()  # bots for which more waits than was claimed
        self._senders: set[asyncio.Task[None]] = set()
        self._endings: list[Ending] = []
        self._writer: asyncio.Task[None] | None = None
        self._look = asyncio.Event()
        self._behind_until = 0.0  # ticks: till then an answer may wait behind bulk that is being sent

    @property
    def accounts(self) -> tuple[tuple[str, str], ...]:
        """The bots that it sends by, each by channel and account."""
        return tuple(self._channels)

    def soon(self, rows: Sequence[Outgoing]) -> None:
        """Send rows that are this process's own; returns at once. No rows: others wait before them."""
        if not rows:
            self._behind_until = self.gates.ticks() + BEHIND
            self.look()
        elif rows[0].channel in self._desk.stored:
            self._pages.wake(rows[0].chat, rows[-1].id)
            self._database.wake()  # the page may be open at another process
        else:
            self._looks.answered(rows)
            self._queue(rows)

    def _queue(self, rows: Sequence[Outgoing]) -> None:
        for row in rows:
            if row.kind != "answer":
                self._in_hand[row.channel, row.account] += 1
            if row.address_id in self._queues:
                self._queues[row.address_id].append(row)
                if row.kind == "answer":  # it waits only for what is on its way already
                    self.gates.of((row.channel, row.account)).give_way(row.chat)
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
        if self.gates.to_write:
            pauses, self.gates.to_write = self.gates.to_write, {}
            await self._database.write(send_gates.pause, pauses)
        claimed = await self._looks.look(self._in_hand)
        self._full = (self._full - claimed.emptied) | claimed.full  # where there was no room nothing is known
        self._queue(claimed.rows)
        return len(claimed.rows)

    async def settle(self) -> None:
        """Wait until everything in hand has been sent and written down."""
        while self._senders or self._writer:
            await asyncio.gather(*self._senders, *([self._writer] if self._writer else []))

    async def stop(self, seconds: float = 5.0) -> None:
        """Send answers in hand for so many seconds; what is left is taken over by the next process."""
        self.gates.stop_bulk()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self.settle()
        for task in (*self._senders, *([self._writer] if self._writer else [])):
            task.cancel()
        with contextlib.suppress(Exception):
            await self._looks.leave()

    async def _drain(self, address_id: int) -> None:
        queue = self._queues[address_id]
        while queue:
            row = queue[0]
            ending = await self._send(row, lambda: any(each.kind == "answer" for each in queue))
            if row.kind != "answer":
                self._has_room(row)
            self._write_down(ending)
            queue.popleft()
        del self._queues[address_id]

    def _has_room(self, row: Outgoing) -> None:
        """One of bulk is done: claim more before the hand is empty."""
        bot = (row.channel, row.account)
        self._in_hand[bot] -= 1
        if bot in self._full and self.gates.of(bot).room(IN_HAND / 2, MOST_IN_HAND // 2) > self._in_hand[bot]:
            self.look()

    async def _send(self, row: Outgoing, gives_way: Callable[[], bool]) -> Ending:
        """Send one row until it has an ending; never raise."""
        channel = self._channels.get((row.channel, row.account))
        if channel is None:
            return Ending(row, "refused", why="no such channel")
        try:
            return await self.delivery.send(channel, row, gives_way)
        except Refused as refused:
            _log.error("message_refused", channel=row.channel, row=row.id, why=str(refused))
            return Ending(row, "refused", why=str(refused))
        except Exception as error:  # a bug in a channel, or a stored screen of another version
            _log.exception("message_failed", channel=row.channel, row=row.id)
            return Ending(row, "refused", why=type(error).__name__)

    def _lets_others_go(self, row: Outgoing) -> bool:
        """Whether the next rows of its address wait to be claimed, and it matters when."""
        return row.attempts > 0 and (row.kind == "answer" or self.gates.ticks() < self._behind_until)

    def _write_down(self, ending: Ending) -> None:
        SENT.labels(ending.row.channel, ending.state).inc()
        self._endings.append(ending)
        if self._writer is None:
            self._writer = asyncio.create_task(self._write_endings())

    async def _write_endings(self) -> None:
        """Write the endings that have gathered, in one unit of work; what cannot be written is tried again."""
        try:
            while self._endings:
                if all(ending.row.kind != "answer" for ending in self._endings):
                    await asyncio.sleep(GATHERED)
                batch, self._endings = self._endings, []
                try:
                    for page in await self._database.write(end, batch, self._desk, self._now()):
                        self._pages.wake(*page)
                    if any(self._lets_others_go(ending.row) for ending in batch):
                        self.look()
                except Exception as error:  # sent but not marked: marked later, or sent again after a restart
                    _log.warning("endings_not_written", error=type(error).__name__, rows=len(batch))
                    self._endings = batch + self._endings
                    await asyncio.sleep(LOOK_EVERY)
        finally:
            self._writer = None
