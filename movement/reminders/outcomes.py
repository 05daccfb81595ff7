"""What became of the reminders of the last days in what an administrator looks after, by day."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import and_, case, exists, func, select

from locales import N_
from movement.reminders import stops
from storage.channel_tables import outbox
from storage.people_tables import address
from storage.reminder_tables import reminder, reminder_letter
from storage.unit_tables import unit

if TYPE_CHECKING:
    from collections.abc import Mapping

    from movement.context import Context

BACK: Final = 7  # days before today
OUTCOMES: Final[Mapping[str, str]] = {
    "sent": N_("arrived"),
    "waiting": N_("waiting to be sent"),
    "unknown": N_("may have arrived"),
    "failed": N_("did not arrive"),
    "nowhere": N_("no channel yet"),
    "done": N_("done before it was sent"),
}


@dataclass(frozen=True, slots=True)
class Past:
    """What was told on one day: people by what became of it."""

    day: dt.date
    people: Mapping[str, int]


def of_week(ctx: Context) -> list[Past]:
    """The last days on which something was told, the newest first, with one statement; raise NotYours."""
    began = dt.datetime.combine(ctx.today - dt.timedelta(days=BACK), dt.time(), ctx.zone)
    due_at = case((reminder.c.letter_on.is_(None), reminder.c.due_at)).label("due_at")
    one = and_(reminder_letter.c.person_id == reminder.c.person_id, reminder_letter.c.day == reminder.c.letter_on)
    each = (
        select(reminder.c.letter_on, due_at, reminder.c.person_id, outcome().label("outcome"))
        .select_from(reminder)
        .join(unit, unit.c.id == reminder.c.unit_id)
        .join(reminder_letter, one, isouter=True)
        .where(stops.in_reach(ctx), reminder.c.ended_at >= began)
        .where(reminder.c.state.in_(("queued", "nowhere", "done")))
        .subquery()
    )
    people = func.count(each.c.person_id.distinct()).label("people")
    by = (each.c.letter_on, each.c.due_at, each.c.outcome)
    found: dict[dt.date, Counter[str]] = {}
    for row in ctx.session.rows(select(*by, people).group_by(*by)):
        day = row.letter_on or row.due_at.astimezone(ctx.zone).date()
        found.setdefault(day, Counter())[row.outcome] += row.people
    return [Past(day, found[day]) for day in sorted(found, reverse=True)]


def outcome() -> Any:
    """The state, or of what was queued the best that became of it, at whichever address of the person."""
    return case(
        (reminder.c.state != "queued", reminder.c.state),
        (_is_any("sent"), "sent"),
        (_is_any("waiting", "sending"), "waiting"),
        (reminder_letter.c.outbox_id.is_(None), "unknown"),
        (_is_any("unknown"), "unknown"),
        else_="failed",
    )


def _is_any(*states: str) -> Any:
    rows = outbox.join(address, address.c.id == outbox.c.address_id)
    found = (
        exists()
        .select_from(rows)
        .where(
            address.c.person_id == reminder_letter.c.person_id,
            outbox.c.id >= reminder_letter.c.outbox_id,
            outbox.c.created_at == reminder_letter.c.queued_at,
            outbox.c.kind == "reminder",
            outbox.c.state.in_(states),
        )
    )
    return found.correlate(reminder_letter)
