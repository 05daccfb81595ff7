"""Sends what officers ask to be sent to many: gathered by person, in small steps, not in quiet hours."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.by_clock import by_clock
from bot.inbox import told
from conversations import chase_words
from movement import chase_sending, notices

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Sequence

    from bot.clock import Clock
    from bot.inbox import Desk, Outgoing
    from bot.outbox import Outbox
    from movement.chase_sending import Letter
    from storage.database import Database
    from storage.session import Session

EVERY: Final = 20.0  # seconds between looks
MOST_BATCHES: Final = 20  # in one go
IN_ONE: Final = 20  # people in one transaction, whose conversations it locks


class Chasing:
    """The job over one database. Several processes may do it at once: each message is sent by one."""

    def __init__(self, database: Database, outbox: Outbox, desk: Desk, now: Callable[[], dt.datetime]) -> None:
        self._database, self._outbox, self._desk, self._now = database, outbox, desk, now

    def add_to(self, clock: Clock) -> None:
        """Have it done every few seconds; where nothing waits it is one statement."""
        clock.every(EVERY, "chases", self.send_all)

    async def send_all(self) -> None:
        """Send what is due now, a batch after the other, until nothing is or it is time to look at the clock."""
        for _batch in range(MOST_BATCHES):
            if not await self.send():
                return

    async def send(self) -> int:
        """Send what is due now, at most one batch; give how many people are written to."""
        now = self._now()
        letters = await self._database.read(_letters, self._desk, now)
        sent = 0
        for first in range(0, len(letters), IN_ONE):
            part = letters[first : first + IN_ONE]
            rows = await self._database.write(_queue, self._desk, part, now)
            for row in rows:
                self._outbox.soon([row] if row.channel in self._desk.stored else ())
            sent += len({row.address_id for row in rows})
        if letters:
            self._outbox.look()
        return sent


def _letters(session: Session, desk: Desk, now: dt.datetime) -> list[Letter]:
    return chase_sending.letters(by_clock(session, desk, now))


def _queue(session: Session, desk: Desk, letters: Sequence[Letter], now: dt.datetime) -> tuple[Outgoing, ...]:
    """Take these letters, queue the messages of those that nobody else took, and keep by which rows they go."""
    ctx = by_clock(session, desk, now)
    taken: dict[int, tuple[int, ...]] = {}
    for each in letters:
        chase_sending.take(session, each.done, "done", now)
        if each.ids and chase_sending.take(session, each.ids, "queued", now):
            taken[each.person_id] = each.ids
            first, *more = chase_words.acts(each)
            text = chase_words.letter(each, ctx.today)
            notices.add(ctx, each.person_id, text, first[0], first[1], more=tuple(more))
    rows = told(ctx, desk, kind="reminder")
    _keep(session, taken, rows)
    return rows


def _keep(session: Session, taken: dict[int, tuple[int, ...]], rows: Sequence[Outgoing]) -> None:
    whose = chase_sending.people_at(session, [row.address_id for row in rows])
    first: dict[int, int] = {}
    for row in rows:
        first.setdefault(whose[row.address_id], row.id)
    for person_id, ids in taken.items():
        chase_sending.sent_by(session, ids, first.get(person_id))
