"""How rows of reminders and letters change: taken, ended, put off, opened again; whether, `letters` decides."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import bindparam, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite

from storage.channel_tables import outbox
from storage.people_tables import address
from storage.reminder_tables import reminder, reminder_letter

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from movement.context import Context
    from storage.session import Session

AT_ONCE: Final = 400  # rows looked at together
TRIED_AGAIN: Final = dt.timedelta(hours=1)  # after a letter could not be written

_any_due = (
    select(reminder.c.id).where(reminder.c.state == "waiting", reminder.c.due_at <= bindparam("now")).limit(1)
)
_due = (
    select(reminder)
    .where(reminder.c.state == "waiting", reminder.c.due_at <= bindparam("now"))
    .order_by(reminder.c.person_id, reminder.c.days_before, reminder.c.id)
    .limit(AT_ONCE)
)
_whose = (
    select(reminder.c.person_id)
    .where(reminder.c.state == "waiting", reminder.c.due_at <= bindparam("now"))
    .distinct()
    .order_by(reminder.c.person_id)
    .limit(AT_ONCE)
)
_give_up = (
    update(reminder)
    .where(
        reminder.c.person_id == bindparam("who"),
        reminder.c.state == "waiting",
        reminder.c.last_day < bindparam("today"),
    )
    .values(state="over", ended_at=bindparam("now"))
)
_try_later = (
    update(reminder)
    .where(
        reminder.c.person_id == bindparam("who"),
        reminder.c.state == "waiting",
        reminder.c.due_at <= bindparam("now"),
    )
    .values(due_at=bindparam("later"))
)
_of_letter = select(reminder).where(
    reminder.c.person_id == bindparam("who"),
    reminder.c.letter_on == bindparam("day"),
    reminder.c.state == "queued",
)
_end = (
    update(reminder)
    .where(reminder.c.id.in_(bindparam("ids", expanding=True)), reminder.c.state == bindparam("now_is"))
    .values(state=bindparam("to"), letter_on=bindparam("day"), ended_at=bindparam("at"))
)
_take = (
    update(reminder)
    .where(
        reminder.c.id.in_(bindparam("ids", expanding=True)),
        reminder.c.state == "waiting",
        reminder.c.due_at <= bindparam("now"),
    )
    .values(state="queued", letter_on=bindparam("day"), ended_at=bindparam("now"))
)
_not_begun = delete(reminder_letter).where(
    reminder_letter.c.person_id == bindparam("who"), reminder_letter.c.day == bindparam("day")
)
_sent = (
    select(outbox.c.id)
    .join(address, address.c.id == outbox.c.address_id)
    .where(
        address.c.person_id == reminder_letter.c.person_id,
        outbox.c.created_at == reminder_letter.c.queued_at,
        outbox.c.kind == "reminder",
        outbox.c.state.in_(("sent", "unknown")),
    )
    .correlate(reminder_letter)
)
_not_sent = _not_begun.where(~_sent.exists())
_put_off = (
    update(reminder)
    .where(reminder.c.id == bindparam("row"), reminder.c.state == "waiting")
    .values(due_at=bindparam("later"))
)
_put_back = (
    update(reminder)
    .where(reminder.c.id == bindparam("row"), reminder.c.state == "queued")
    .values(state="waiting", letter_on=None, ended_at=None, due_at=bindparam("later"))
)
_open_again = (
    update(reminder)
    .where(
        reminder.c.person_id == bindparam("who"),
        reminder.c.letter_on == bindparam("day"),
        reminder.c.state == "queued",
    )
    .values(state="waiting", letter_on=None, ended_at=None)
)
_new_letter = {
    name: dialect.insert(reminder_letter).on_conflict_do_nothing().returning(reminder_letter.c.person_id)
    for name, dialect in (("sqlite", sqlite), ("postgresql", postgresql))
}


def due(ctx: Context, person_id: int | None = None) -> Sequence[Any]:
    """Some of what is due now, by person; of one person all of it. One statement where nothing is due."""
    if ctx.session.first(_any_due, {"now": ctx.now}) is None:
        return []
    these = _due if person_id is None else _due.where(reminder.c.person_id == person_id)
    rows = ctx.session.rows(these, {"now": ctx.now})
    if len(rows) == AT_ONCE and rows[0].person_id != rows[-1].person_id:
        return [row for row in rows if row.person_id != rows[-1].person_id]  # wholly, next time
    return rows


def of_letter(ctx: Context, person_id: int, day: dt.date) -> Sequence[Any]:
    """What went into the letter of a person and day, and has not ended otherwise."""
    return ctx.session.rows(_of_letter, {"who": person_id, "day": day})


def whose(session: Session, now: dt.datetime) -> list[int]:
    """Some of the people of whom anything is due."""
    return [row.person_id for row in session.rows(_whose, {"now": now})]


def begin(ctx: Context, people: Sequence[int]) -> set[int]:
    """Those of these people who had no letter today, and have one now."""
    if not people:
        return set()
    values = [{"person_id": each, "day": ctx.today, "queued_at": ctx.now} for each in people]
    statement = _new_letter[ctx.session.connection.dialect.name]
    return {row.person_id for row in ctx.session.rows(statement, values)}


def take(ctx: Context, ids: Iterable[int]) -> bool:
    """Put these into today's letter; False where all were put off, switched off or stopped since read."""
    taken = ctx.session.execute(_take, {"ids": list(ids), "now": ctx.now, "day": ctx.today})
    return bool(taken.rowcount)


def forget_letter(ctx: Context, person_id: int, day: dt.date, *, unless_sent: bool = False) -> None:
    """There is no letter of that day after all: what comes up later can be told on it."""
    ctx.session.execute(_not_sent if unless_sent else _not_begun, {"who": person_id, "day": day})


def went_by(ctx: Context, person_id: int, row: int) -> None:
    """Keep by which row of the outbox today's letter goes."""
    these = (reminder_letter.c.person_id == person_id, reminder_letter.c.day == ctx.today)
    ctx.session.execute(update(reminder_letter).where(*these).values(outbox_id=row))


def end(
    ctx: Context, ids: Iterable[int], state: str, *, before: str = "waiting", day: dt.date | None = None
) -> None:
    """These end so, where they stand as said; `day` is that of their letter."""
    values = {"ids": list(ids), "now_is": before, "to": state, "day": day, "at": ctx.now}
    ctx.session.execute(_end, values)


def put_off(ctx: Context, later: Mapping[int, dt.datetime], *, before: str = "waiting") -> None:
    """These wait until then; those of a letter, "queued", are taken out of it."""
    for row, due_at in later.items():
        ctx.session.execute(_put_off if before == "waiting" else _put_back, {"row": row, "later": due_at})


def open_again(session: Session, unsent: Iterable[tuple[int, dt.date]]) -> None:
    """What these letters hold, by person and day, waits for the next one: they were not sent on their day."""
    for person_id, day in unsent:
        session.execute(_open_again, {"who": person_id, "day": day})


def try_later(session: Session, person_id: int, now: dt.datetime, today: dt.date) -> None:
    """What is due of this person could not be told: try again in an hour, as long as the last day is not over."""
    session.execute(_give_up, {"who": person_id, "today": today, "now": now})
    session.execute(_try_later, {"who": person_id, "now": now, "later": now + TRIED_AGAIN})
