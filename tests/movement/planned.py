"""Reminders as they stand, written without planning: for tests of what is done with them."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert

from movement.reminders import days
from storage.reminder_tables import reminder, reminder_letter

if TYPE_CHECKING:
    from movement.context import Context
    from storage.session import Session


def plan(session: Session, who: Context, unit_id: int, subject: str, **more: Any) -> int:
    """A reminder of today, of something with a last day tomorrow; with a letter where it was queued."""
    values = {
        "person_id": who.person.id,
        "unit_id": unit_id,
        "subject": subject,
        "act": "report",
        "deadline": "bao-cao",
        "year": who.today.year,
        "last_day": who.today + dt.timedelta(days=1),
        "days_before": 1,
        "due_at": days.at(who.today, who.zone),
        "state": "queued",
    } | more
    if values["state"] == "queued":
        values |= {"letter_on": who.today, "ended_at": who.now}
        session.execute(insert(reminder_letter).values(person_id=who.person.id, day=who.today, queued_at=who.now))
    made: int = session.scalar(insert(reminder).values(**values).returning(reminder.c.id))
    return made
