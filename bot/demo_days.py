"""The day of the demo, which an administrator moves from the page. In a real deployment there is none of this."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.metrics import REFUSED
from bot.web_person import context, known
from movement import demo_days, refusals
from movement.errors import DomainError
from movement.vietnamese_dates import show_date

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Sequence

    from bot.demo_clock import MovedClock
    from bot.inbox import Desk
    from conversations.engine.screen import Json
    from storage.database import Database
    from storage.session import Session


class DemoDays:
    """Says which day it is and moves it. `after` is called once it has moved, to do at once what falls due."""

    def __init__(
        self, database: Database, desk: Desk, now: MovedClock, after: Sequence[Callable[[], None]] = ()
    ) -> None:
        self._database, self._desk, self._now, self._after = database, desk, now, after

    async def today(self, chat: str) -> Json:
        """What the page shows on its bar: `{day, shown, may_step}`."""
        may = await self._database.read(_may_step, self._desk, chat, self._now())
        day = self._now.day
        return {"day": day.isoformat(), "shown": show_date(day), "may_step": may}

    async def step(self, chat: str, seen: dt.date, days: int) -> bool:
        """Move so many days on from the day the page showed; where others have done so, it is done already.

        Give False where the person may not.
        """
        if not await self._database.write(_demand, self._desk, chat, self._now()):
            REFUSED.labels("web", "step_day").inc()
            return False
        if self._now.step(seen, days):
            try:
                await self._database.write(_stepped, self._desk, chat, self._now(), days)
            finally:  # the day has moved, whatever happens to the note of it
                for each in self._after:
                    each()
        return True


def _may_step(session: Session, desk: Desk, chat: str, now: dt.datetime) -> bool:
    row = known(session, chat)
    return row is not None and demo_days.may_step(context(session, desk, row, now))


def _demand(session: Session, desk: Desk, chat: str, now: dt.datetime) -> bool:
    """Whether the person may; an attempt of somebody we know is written down."""
    row = known(session, chat)
    if row is None:
        return False
    ctx = context(session, desk, row, now)
    try:
        demo_days.demand_step(ctx)
    except DomainError as refusal:
        refusals.keep(ctx, refusal)
        return False
    return True


def _stepped(session: Session, desk: Desk, chat: str, now: dt.datetime, days: int) -> None:
    demo_days.stepped(context(session, desk, known(session, chat), now), days)
