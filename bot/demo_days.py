"""The day of the demo, which an administrator moves from the page. In a real deployment there is none of this."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from bot.metrics import REFUSED
from bot.web_person import context, known
from movement import demo_days, refusals
from movement.errors import DomainError
from movement.vietnamese_dates import show_date

if TYPE_CHECKING:
    import datetime as dt

    from bot.clock import Clock
    from bot.demo_clock import MovedClock
    from bot.inbox import Desk
    from bot.pages import Pages
    from conversations.engine.screen import Json
    from storage.database import Database
    from storage.session import Session


LONGEST_DAY: Final = 5.0  # seconds; work that takes longer goes on while the next day begins


class DemoDays:
    """Says which day it is and moves it, day by day: on each everything is done that falls due."""

    def __init__(self, database: Database, desk: Desk, now: MovedClock, pages: Pages, clock: Clock) -> None:
        self._database, self._desk, self._now = database, desk, now
        self._pages, self._clock = pages, clock
        self._stepping = asyncio.Lock()

    async def today(self, chat: str) -> Json:
        """What the page shows on its bar: `{day, shown, may_step}`."""
        may = await self._database.read(_may_step, self._desk, chat, self._now())
        day = self._now.day
        return {"day": day.isoformat(), "shown": show_date(day), "may_step": may}

    async def step(self, chat: str, seen: dt.date, days: int) -> bool:
        """Move so many days on from the day the page showed; where others have done so, it is done already.

        Give False where the person may not.
        """
        async with self._stepping:
            left = days if seen == self._now.day else 0
            if not await self._database.write(_begin, self._desk, chat, self._now(), left):
                REFUSED.labels("web", "step_day").inc()
                return False
            for _day in range(left):
                await self._next_day()
        return True

    async def _next_day(self) -> None:
        self._now.step()
        await self._database.write(demo_days.begin_years, self._now.day.year)
        self._pages.wake_all()
        work = asyncio.create_task(self._clock.run_all())
        await asyncio.wait({work}, timeout=LONGEST_DAY)


def _may_step(session: Session, desk: Desk, chat: str, now: dt.datetime) -> bool:
    row = known(session, chat)
    return row is not None and demo_days.may_step(context(session, desk, row, now))


def _begin(session: Session, desk: Desk, chat: str, now: dt.datetime, days: int) -> bool:
    """Whether the person may; written down is who moves the day, and whoever of those we know may not."""
    row = known(session, chat)
    if row is None:
        return False
    ctx = context(session, desk, row, now)
    try:
        demo_days.step(ctx, days)
    except DomainError as refusal:
        refusals.keep(ctx, refusal)
        return False
    return True
