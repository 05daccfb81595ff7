"""Who acts where nobody speaks: the clock, in nobody's name and without any rights."""

from __future__ import annotations

from typing import TYPE_CHECKING

from movement.context import Context, Person

if TYPE_CHECKING:
    import datetime as dt

    from bot.inbox import Desk
    from storage.session import Session


def by_clock(session: Session, desk: Desk, now: dt.datetime) -> Context:
    """The context of what the clock has done."""
    nobody = Person(0, "", desk.locale, "")
    return Context(session, nobody, now, now.astimezone(desk.zone).date(), "clock", desk.zone)
