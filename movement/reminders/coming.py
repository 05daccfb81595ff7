"""What is about to go out: to the person who speaks, for themself to see."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sqlalchemy import select

from movement.reminders import duties
from storage.reminder_tables import reminder

if TYPE_CHECKING:
    import datetime as dt

    from movement.context import Context
    from movement.reminders.duties import Duty

MOST_LOOKED_AT: Final = 60  # rows of one person


@dataclass(frozen=True, slots=True)
class Coming:
    """One thing that the person who speaks is told of, and on which days."""

    duty: Duty
    days: tuple[dt.date, ...]


def mine(ctx: Context) -> list[Coming]:
    """What the person is told next, the soonest first; what is done meanwhile is left out.

    Eight statements at most, one where nothing is planned.
    """
    query = (
        select(reminder)
        .where(reminder.c.person_id == ctx.person.id, reminder.c.state == "waiting")
        .where(reminder.c.last_day >= ctx.today)
        .order_by(reminder.c.due_at, reminder.c.last_day, reminder.c.id)
    )
    rows = ctx.session.rows(query.limit(MOST_LOOKED_AT))
    owed = duties.still(ctx, rows) if rows else {}
    days: dict[duties.Key, list[dt.date]] = {}
    for row in rows:
        key = (row.person_id, row.subject, row.act, row.deadline, row.last_day)
        if key in owed:
            days.setdefault(key, []).append(max(row.due_at.astimezone(ctx.zone).date(), ctx.today))
    return [Coming(owed[key], tuple(dict.fromkeys(found))) for key, found in days.items()]
