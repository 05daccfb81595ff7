"""What the clock has done for people's data: forget what its term is over for, sweep files, remind of requests."""

from __future__ import annotations

import asyncio
import datetime as dt
from typing import TYPE_CHECKING, Final

from bot import fading
from bot.by_clock import by_clock
from bot.inbox import told
from movement import data_requests, retention
from storage import file_references

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.clock import Clock
    from bot.inbox import Desk, Outgoing
    from bot.outbox import Outbox
    from movement.retention import Terms
    from storage.database import Database
    from storage.files import FileStore
    from storage.partial_files import PartialFiles
    from storage.session import Session

HOUR: Final = 3600  # seconds
# A file is in the store before any row names it: for the length of a turn, or of a slow or repeated delivery.
FRESH: Final = dt.timedelta(days=2)


class Housekeeping:
    """The jobs over one database and its files. Several processes may do them at once."""

    def __init__(
        self,
        database: Database,
        store: FileStore,
        parts: PartialFiles,
        outbox: Outbox,
        desk: Desk,
        now: Callable[[], dt.datetime],
    ) -> None:
        self._database, self._store, self._parts, self._outbox = database, store, parts, outbox
        self._desk, self._now = desk, now

    def add_to(self, clock: Clock, terms: Terms) -> None:
        """Have the jobs done every hour, the sweep of files four times a day."""

        async def forget() -> None:
            await self._database.write(retention.forget, self._now(), terms)
            await self._database.write(fading.fade, self._now())

        clock.every(HOUR, "forget", forget)
        clock.every(6 * HOUR, "sweep", self.sweep)
        clock.every(HOUR, "remind", self.remind)

    async def sweep(self) -> None:
        """Remove files that nothing refers to any more."""
        known = await self._database.read(file_references.known)
        await asyncio.to_thread(self._store.sweep, known, FRESH.total_seconds())
        await asyncio.to_thread(self._parts.sweep, FRESH.total_seconds())  # files that were never finished

    async def remind(self) -> None:
        """Tell those who look after requests about data what is due."""
        for row in await self._database.write(_remind, self._desk, self._now()):
            self._outbox.soon([row] if row.channel in self._desk.stored else ())
        self._outbox.look()


def _remind(session: Session, desk: Desk, now: dt.datetime) -> tuple[Outgoing, ...]:
    ctx = by_clock(session, desk, now)
    return told(ctx, desk) if data_requests.remind(ctx) else ()
