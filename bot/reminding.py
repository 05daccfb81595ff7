"""Reminds before last days: plans, queues letters in small steps, looks again at what could not be sent at once.

Who owes what is `movement/reminders`' business; sending is the outbox'.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Final

import structlog
from sqlalchemy import func, select

from bot import letters_again
from bot.by_clock import by_clock
from bot.inbox import told
from bot.live_rows import is_waiting
from bot.sending import Ending
from conversations import reminder_words
from movement import notices, quiet_hours
from movement.chase_sending import people_at
from movement.reminders import letter_rows, letters, planning
from storage.channel_tables import outbox
from storage.database import Unavailable

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bot.clock import Clock
    from bot.inbox import Desk, Outgoing
    from bot.outbox import Outbox
    from movement.reminders.letters import Letter
    from movement.reminders.planning import Plan
    from storage.database import Database
    from storage.session import Session

EVERY: Final = 20.0  # seconds between looks for what is due
PLAN_EVERY: Final = 900.0  # seconds between plans: what is planned is days away
IN_ONE: Final = 10  # people in one transaction, whose conversations it locks
MOST_WAITING: Final = 120  # letters of one bot in the outbox: a plan can be changed, and waits for nothing
PAUSE: Final = 0.5  # seconds, where so many wait
STALE: Final = dt.timedelta(seconds=60)  # older letters are looked at again before they are sent

_log = structlog.get_logger()


class Reminding:
    """The job over one database. Several processes may do it at once: each letter is queued by one."""

    def __init__(
        self,
        database: Database,
        outbox_: Outbox,
        desk: Desk,
        now: Callable[[], dt.datetime],
        *,
        plan_every: float = PLAN_EVERY,
    ) -> None:
        self._database, self._outbox, self._desk, self._now = database, outbox_, desk, now
        self._plan_every = plan_every
        self._planned: tuple[dt.date, float] | None = None
        self._opened_on: dt.date | None = None

    def add_to(self, clock: Clock, every: float = EVERY) -> None:
        """Have it done every few seconds; where nothing is due it is one statement."""
        clock.every(every, "reminders", self.run)

    async def run(self) -> None:
        """Plan where it is time to, then queue what is due until nothing is."""
        await self._plan_in_time(self._plan_every)
        while await self.send():
            await self._plan_in_time(PLAN_EVERY)  # it may go on for hours, while a platform is away

    async def _plan_in_time(self, every: float) -> None:
        """Plan where that was so long ago; what is planned already goes out even where planning fails."""
        today = self._now().astimezone(self._desk.zone).date()
        if self._planned and self._planned[0] == today and time.monotonic() - self._planned[1] < every:
            return
        self._planned = (today, time.monotonic())
        try:
            await self.plan()
        except Unavailable:
            self._planned = None
            raise
        except Exception:
            _log.exception("reminders_not_planned")

    async def plan(self) -> Plan:
        """Bring the plan up to date, and give what was changed."""
        now = self._now()
        found = await self._database.read(_plan, self._desk, now)
        for part in found.parts():
            await self._database.write(planning.carry_out, part)
        return found

    async def send(self) -> int:
        """Queue what is due now, at most one batch; give to how many people, or how many have to wait."""
        now = self._now()
        await self._open_again(now)
        if await self._has_enough():
            await asyncio.sleep(PAUSE)
            return MOST_WAITING
        try:
            found = await self._database.read(_due, self._desk, now)
        except Unavailable:
            raise
        except Exception:  # something of one of them: see whose it is
            return await self._one_by_one(now)
        for first in range(0, len(found), IN_ONE):
            part = found[first : first + IN_ONE]
            try:
                await self._queue(part, now)
            except Unavailable:
                raise
            except Exception:
                for each in part:
                    await self._alone(each.person_id, now)
        if found:
            self._outbox.look()
        return len(found)

    async def _queue(self, part: Sequence[Letter], now: dt.datetime) -> None:
        for row in await self._database.write(_queue, self._desk, part, now):
            self._outbox.soon([row] if row.channel in self._desk.stored else ())

    async def _one_by_one(self, now: dt.datetime) -> int:
        """Queue what is due of each person by itself; give of how many."""
        people = await self._database.read(letter_rows.whose, now)
        for each in people:
            await self._alone(each, now)
        self._outbox.look()
        return len(people)

    async def _alone(self, person_id: int, now: dt.datetime) -> None:
        """Queue what one person is told; where that fails it is tried again later."""
        try:
            await self._queue(await self._database.read(_due, self._desk, now, person_id), now)
        except Unavailable:
            raise
        except Exception:
            _log.exception("reminder_failed", person=person_id)
            today = now.astimezone(self._desk.zone).date()
            await self._database.write(letter_rows.try_later, person_id, now, today)

    async def fresh(self, row: Outgoing) -> Outgoing | Ending:
        """The letter as it is now, where it has waited; an ending where nothing of it is owed any more.

        Its day may be over too: then what it held waits for the next one.
        """
        letter = row.payload.get("letter")
        at = dt.datetime.fromisoformat(letter["at"]) if letter else row.created_at if row.gathered else None
        if at is None or self._now() - at < STALE:
            return row
        payload = await self._database.write(letters_again.looked_at_again, self._desk, row, self._now())
        return replace(row, payload=payload) if payload else Ending(row, "cancelled", why="not owed any more")

    async def _open_again(self, now: dt.datetime) -> None:
        """Once a day: letters of earlier days that were not sent make room for today's."""
        today = now.astimezone(self._desk.zone).date()
        if self._opened_on != today and not quiet_hours.is_quiet(now, self._desk.zone):
            while await self._database.write(letters_again.open_again, self._desk, now):
                pass
            self._opened_on = today

    async def _has_enough(self) -> bool:
        """Whether every bot has as many letters waiting as it can send soon."""
        accounts = [each for each in self._outbox.accounts if each[0] not in self._desk.stored]
        if not accounts:
            return False
        return await self._database.read(_have_enough, accounts, self._now())


def _plan(session: Session, desk: Desk, now: dt.datetime) -> Plan:
    return planning.plan(by_clock(session, desk, now))


def _due(session: Session, desk: Desk, now: dt.datetime, person_id: int | None = None) -> list[Letter]:
    return letters.due(by_clock(session, desk, now), person_id)


def _have_enough(session: Session, accounts: Sequence[tuple[str, str]], now: dt.datetime) -> bool:
    """Whether as many letters wait for each bot as there may; counted no further, by the index that sends them."""
    waits = (is_waiting(outbox), outbox.c.kind == "reminder", outbox.c.due_at <= now)
    for channel, account in accounts:
        mine = select(outbox.c.id).where(*waits, outbox.c.bot == f"{channel}:{account}").limit(MOST_WAITING)
        new = select(outbox.c.id).where(*waits, outbox.c.bot.is_(None)).limit(MOST_WAITING)  # not looked at yet
        if (
            sum(session.scalar(select(func.count()).select_from(each.subquery())) for each in (mine, new))
            < MOST_WAITING
        ):
            return False
    return True


def _queue(session: Session, desk: Desk, part: Sequence[Letter], now: dt.datetime) -> tuple[Outgoing, ...]:
    """Take these letters, and queue those that nobody else took."""
    ctx = by_clock(session, desk, now)
    taken = letters.queue(ctx, part)
    for each in taken:
        first, *more = reminder_words.acts(each.duties, ctx.today)
        text = reminder_words.letter(each.duties, ctx.today)
        notices.add(ctx, each.person_id, text, *first, more=tuple(more), letter_on=ctx.today)
    rows = told(ctx, desk, kind="reminder")
    whose = people_at(session, [row.address_id for row in rows])
    by_person: dict[int, int] = {}
    for row in sorted(rows, key=lambda each: each.channel in desk.stored):  # what is pushed may fail: kept rather
        by_person.setdefault(whose[row.address_id], row.id)
    letters.went_by(ctx, taken, by_person)
    return rows
