"""Sends officers their digests at the hour they chose, each made in a reader's snapshot."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Final

import structlog
from sqlalchemy import select

from bot.inbox import told
from conversations.officer import digest
from movement import digests, notices
from movement.context import Context, Person
from storage.database import Unavailable
from storage.people_tables import person

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable

    from bot.clock import Clock
    from bot.inbox import Desk, Outgoing
    from bot.outbox import Outbox
    from movement.digests import Digest
    from storage.database import Database
    from storage.session import Session

EVERY: Final = 300.0  # seconds between looks
_log = structlog.get_logger()
_NOBODY: Final = Person(0, "", "vi", "")


class Digests:
    """The job over one database. Several processes may do it at once: each officer is sent one."""

    def __init__(self, database: Database, outbox: Outbox, desk: Desk, now: Callable[[], dt.datetime]) -> None:
        self._database, self._outbox, self._desk, self._now = database, outbox, desk, now

    def add_to(self, clock: Clock) -> None:
        """Have it done every few minutes."""
        clock.every(EVERY, "digests", self.send)

    async def send(self) -> int:
        """Send what is due now; give how many officers were told something."""
        now = self._now()
        sent = 0
        for person_id in await self._database.read(_receivers, self._desk, now):
            try:
                sent += await self._send_to(person_id, now)
            except Unavailable:
                raise
            except Exception:  # others have theirs all the same
                _log.exception("digest_failed", person=person_id)
        self._outbox.look()
        return sent

    async def _send_to(self, person_id: int, now: dt.datetime) -> bool:
        found = await self._database.read(_composed, self._desk, person_id, now)
        rows = await self._database.write(_queue, self._desk, person_id, found, now)
        for row in rows:
            self._outbox.soon([row] if row.channel in self._desk.stored else ())
        return bool(rows)


def _receivers(session: Session, desk: Desk, now: dt.datetime) -> list[int]:
    return digests.receivers(_context(session, desk, _NOBODY, now))


def _composed(session: Session, desk: Desk, person_id: int, now: dt.datetime) -> Digest:
    columns = (person.c.id, person.c.name, person.c.locale, person.c.consent_version)
    row = session.first(select(*columns).where(person.c.id == person_id))
    ctx = _context(session, desk, Person(*row), now)
    return digests.of_officer(ctx, digests.since(ctx, digests.choice(ctx)), by_itself=True)


def _queue(session: Session, desk: Desk, person_id: int, found: Digest, now: dt.datetime) -> tuple[Outgoing, ...]:
    """Queue the digest unless it was queued today already; one that is empty only counts as looked at."""
    if not digests.mark(session, person_id, now.astimezone(desk.zone).date()) or found.is_empty:
        return ()
    ctx = _context(session, desk, Person(0, "", desk.locale, ""), now)
    first, *more = digest.acts(found) or [("/bantin", "See")]
    text: Any = partial(_text, found)
    notices.add(ctx, person_id, text, first[0], first[1], more=tuple(more))
    return told(ctx, desk, kind="reminder")


def _text(found: Digest) -> str:
    return "\n".join(digest.lines(found))


def _context(session: Session, desk: Desk, who: Person, now: dt.datetime) -> Context:
    return Context(session, who, now, now.astimezone(desk.zone).date(), "clock", desk.zone)
