"""Messages of platforms that want an answer at once: taken in that time, or kept first and taken afterwards.

A message is answered for only when its turn is committed or the message itself is stored, so that nothing is lost
whenever the process dies. What a dead process had kept another takes; to the inbox what comes twice is one.
"""

from __future__ import annotations

import asyncio
import datetime as dt
from dataclasses import asdict
from itertools import count
from typing import TYPE_CHECKING, Any

import structlog
from sqlalchemy import bindparam, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite

from bot.channels.base import Inbound, RemoteFile, TryLater
from storage.channel_tables import inbound_event
from storage.database import Unavailable

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.intake import Intake
    from storage.database import Database
    from storage.session import Session

QUICK = 0.5  # seconds a platform is let wait for the turn
PAUSE = 2.0  # seconds before a message that could not be taken is taken again
MOST_TRIES = 4  # of taking a kept message with all its files
LOOK_EVERY = 5.0  # seconds between looks for what dead processes left

_log = structlog.get_logger()

_keep = {
    name: dialect.insert(inbound_event).on_conflict_do_nothing().returning(inbound_event.c.id)
    for name, dialect in (("sqlite", sqlite), ("postgresql", postgresql))
}
_forget = delete(inbound_event).where(inbound_event.c.id == bindparam("row"))


def keep(session: Session, process: int, inbound: Inbound, now: dt.datetime) -> int | None:
    """Store a message as this process's own and give its row; None where it is stored already."""
    values = {
        "channel": inbound.channel,
        "account": inbound.account,
        "external_id": inbound.external_id,
        "payload": to_json(inbound),
        "owner": process,
        "created_at": now,
    }
    row: int | None = session.scalar(_keep[session.connection.dialect.name], values)
    return row


def owners(session: Session) -> list[int]:
    """The processes that have kept messages."""
    return list(session.execute(select(inbound_event.c.owner).distinct()).scalars())


def claim(session: Session, process: int, dead: list[int]) -> list[tuple[int, Inbound]]:
    """Take over what dead processes kept, oldest first."""
    taken = (
        update(inbound_event)
        .where(inbound_event.c.owner.in_(dead))
        .values(owner=process)
        .returning(inbound_event.c.id, inbound_event.c.payload)
    )
    return [(row.id, from_json(row.payload)) for row in sorted(session.rows(taken), key=lambda row: row.id)]


def forget(session: Session, row: int) -> None:
    """Delete a message that was taken."""
    session.execute(_forget, {"row": row})


def to_json(inbound: Inbound) -> dict[str, Any]:
    """The message as JSON, without what is empty."""
    data = {key: value for key, value in asdict(inbound).items() if value not in ("", (), None)}
    return data | ({"sent_at": inbound.sent_at.isoformat()} if inbound.sent_at else {})


def from_json(data: dict[str, Any]) -> Inbound:
    """The message that `to_json` wrote."""
    files = tuple(RemoteFile(**file) for file in data.get("files", ()))
    at = dt.datetime.fromisoformat(data["sent_at"]) if "sent_at" in data else None
    known = {key: value for key, value in data.items() if key in Inbound.__slots__}  # of any version
    return Inbound(**{**known, "files": files, "sent_at": at})


class Arrivals:
    """Takes messages of such platforms in one process. `quick`: how long a platform is let wait."""

    def __init__(
        self, database: Database, intake: Intake, now: Callable[[], dt.datetime], quick: float = QUICK
    ) -> None:
        self._database, self._intake, self._now, self._quick = database, intake, now, quick
        self._tasks: set[asyncio.Task[None]] = set()

    async def take(self, inbound: Inbound) -> None:
        """Take a message, or keep it to be taken soon; raise TryLater where neither can be done."""
        taking = self._task(self._intake.take(inbound))  # begun before anything is awaited: in order of arrival
        await asyncio.wait({taking}, timeout=self._quick)
        if taking.done() and taking.exception() is None:
            return
        try:
            row = await self._database.write(keep, self._database.process, inbound, self._now())
        except Unavailable as error:
            raise TryLater(PAUSE, why="database") from error
        if row is not None:
            self._task(self._carry(row, inbound, taking))

    async def run(self) -> None:
        """Take what dead processes left, until cancelled."""
        while True:
            try:
                await self.take_over()
            except Unavailable:
                _log.warning("arrivals_not_looked_for")
            await asyncio.sleep(LOOK_EVERY)

    async def take_over(self) -> int:
        """Take what dead processes left; give how many messages."""
        holding = await self._database.read(owners)
        dead = [owner for owner in holding if not await self._database.is_alive(owner)]
        if not dead:
            return 0
        rows = await self._database.write(claim, self._database.process, dead)
        for row, inbound in rows:
            self._task(self._carry(row, inbound, self._task(self._intake.take(inbound))))
        return len(rows)

    async def settle(self) -> None:
        """Wait until everything in hand was taken."""
        while self._tasks:
            await asyncio.gather(*self._tasks, return_exceptions=True)

    def stop(self) -> None:
        """Leave what is in hand to the next process."""
        for task in self._tasks:
            task.cancel()

    async def _carry(self, row: int, inbound: Inbound, taking: asyncio.Task[None]) -> None:
        """Take a kept message for good, as often as it takes, then forget it."""
        for tries in count(1):
            try:
                await taking
                break
            except TryLater as later:
                await asyncio.sleep(later.after or PAUSE)
                taking = self._task(self._intake.take(inbound, last_try=tries >= MOST_TRIES))
        try:
            await self._database.write(forget, row)
        except Unavailable:  # it is taken once more by the next process, which the inbox knows
            _log.warning("arrival_not_forgotten")

    def _task(self, work: Any) -> asyncio.Task[None]:
        task: asyncio.Task[None] = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._finished)
        return task

    def _finished(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) and not isinstance(error, TryLater):
            _log.error("arrival_failed", error=type(error).__name__)
