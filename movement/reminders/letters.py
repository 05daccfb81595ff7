"""What one person is told on one day: all that is due, looked at again, so that nothing done is asked for.

Reading takes place in a reader's snapshot. `queue` then writes what was found, once, whichever process comes
first: a person has one letter a day. A letter that was not sent on its day goes, and what it held comes in the
next.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import bindparam, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite

from movement import quiet_hours
from movement.reminders import choices, days, duties
from movement.reminders.stops import Stops
from storage.channel_tables import outbox
from storage.people_tables import address
from storage.reminder_tables import reminder, reminder_letter

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from movement.context import Context
    from movement.reminders.choices import Choice
    from movement.reminders.duties import Duty
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


@dataclass(frozen=True, slots=True)
class Letter:
    """All that one person is to be told now. `ids` are of `reminder`; `last_days` those of the rows."""

    person_id: int
    duties: tuple[Duty, ...]
    ids: tuple[int, ...]
    last_days: Mapping[int, dt.date]
    ended: Mapping[str, tuple[int, ...]]  # rows that need no sending, by the state they end in
    put_off: Mapping[int, dt.datetime]  # rows that the person wants later


def due(ctx: Context, person_id: int | None = None) -> list[Letter]:
    """What is to be sent now, of some people or of one; nothing in quiet hours and before the hour."""
    if not is_time(ctx) or ctx.session.first(_any_due, {"now": ctx.now}) is None:
        return []
    these = _due if person_id is None else _due.where(reminder.c.person_id == person_id)
    rows = ctx.session.rows(these, {"now": ctx.now})
    if len(rows) == AT_ONCE and rows[0].person_id != rows[-1].person_id:
        rows = [row for row in rows if row.person_id != rows[-1].person_id]  # wholly, next time
    return _gathered(ctx, rows)


def whose(session: Session, now: dt.datetime) -> list[int]:
    """Some of the people of whom anything is due."""
    return [row.person_id for row in session.rows(_whose, {"now": now})]


def try_later(session: Session, person_id: int, now: dt.datetime, today: dt.date) -> None:
    """What is due of this person could not be told: try again in an hour, as long as the last day is not over."""
    session.execute(_give_up, {"who": person_id, "today": today, "now": now})
    session.execute(_try_later, {"who": person_id, "now": now, "later": now + TRIED_AGAIN})


def is_time(ctx: Context) -> bool:
    """Whether reminders go out now."""
    return ctx.now.astimezone(ctx.zone).time() >= days.AT and not quiet_hours.is_quiet(ctx.now, ctx.zone)


def queue(ctx: Context, letters: Sequence[Letter]) -> list[Letter]:
    """Take these letters; give those that are to be sent now, by this unit of work.

    Whoever was told something today already is told tomorrow, or on the last day not at all.
    """
    for each in letters:
        for state, ids in each.ended.items():
            _finish(ctx, ids, state)
        for row, later in each.put_off.items():
            ctx.session.execute(_put_off, {"row": row, "later": later})
    whole = [each for each in letters if each.ids]
    first = _begun(ctx, [each.person_id for each in whole])
    taken = []
    for each in whole:
        if each.person_id not in first:
            _tomorrow(ctx, each)
        elif ctx.session.execute(_take, {"ids": list(each.ids), "now": ctx.now, "day": ctx.today}).rowcount:
            taken.append(each)
        else:  # put off, switched off or stopped since it was read
            ctx.session.execute(_not_begun, {"who": each.person_id, "day": ctx.today})
    return taken


def went_by(ctx: Context, letters: Iterable[Letter], rows: Mapping[int, int]) -> None:
    """Keep by which row of the outbox each person's letter goes; whoever has none cannot be reached."""
    for each in letters:
        if (row := rows.get(each.person_id)) is not None:
            these = (reminder_letter.c.person_id == each.person_id, reminder_letter.c.day == ctx.today)
            ctx.session.execute(update(reminder_letter).where(*these).values(outbox_id=row))
        else:
            _finish(ctx, each.ids, "nowhere", before="queued", day=ctx.today)


def looked_at_again(ctx: Context, person_id: int, day: dt.date) -> Letter | None:
    """What is left of a letter that was not sent at once; None where nothing is, or its day is over.

    What is done meanwhile ends so, and what the person put off waits until then; after its day all of it is open
    again, for the next letter.
    """
    if day < ctx.today:
        open_again(ctx.session, [(person_id, day)])
        return None
    rows = ctx.session.rows(_of_letter, {"who": person_id, "day": day})
    found = _gathered(ctx, rows)
    for each in found:
        for state, ids in each.ended.items():
            _finish(ctx, ids, state, before="queued", day=day)
        for row, later in each.put_off.items():
            ctx.session.execute(_put_back, {"row": row, "later": later})
    left = next((each for each in found if each.ids), None)
    if left is None:  # so that what comes up later, such as what is let out again, can be told on this day
        ctx.session.execute(_not_sent, {"who": person_id, "day": day})
    return left


def open_again(session: Session, unsent: Iterable[tuple[int, dt.date]]) -> None:
    """What these letters hold, by person and day, waits for the next one: they were not sent on their day."""
    for person_id, day in unsent:
        session.execute(_open_again, {"who": person_id, "day": day})


def _gathered(ctx: Context, rows: Sequence[Any]) -> list[Letter]:
    if not rows:
        return []
    owed = duties.still(ctx, rows)
    by_person: dict[int, list[Any]] = {}
    for row in rows:
        by_person.setdefault(row.person_id, []).append(row)
    chosen, stopped = choices.of(ctx, by_person), Stops.read(ctx)
    return [
        _letter(ctx, theirs, owed, chosen.get(person_id, choices.NOTHING), stopped)
        for person_id, theirs in by_person.items()
    ]


def _letter(ctx: Context, theirs: list[Any], owed: Mapping[Any, Duty], chosen: Choice, stopped: Stops) -> Letter:
    ended: dict[str, list[int]] = {}
    put_off: dict[int, dt.datetime] = {}
    told: dict[Any, Duty] = {}
    ids = []
    for row in theirs:
        key = (row.person_id, row.subject, row.act, row.deadline, row.last_day)
        if row.last_day < ctx.today:
            ended.setdefault("over", []).append(row.id)
        elif key not in owed:
            ended.setdefault("done", []).append(row.id)
        elif not chosen.wants(row.act):
            ended.setdefault("off", []).append(row.id)
        elif stopped.hold(row.year, row.deadline, row.unit_id, row.letter_on or ctx.today):
            ended.setdefault("stopped", []).append(row.id)
        elif (day := chosen.day(ctx.today, row.last_day)) > ctx.today:
            put_off[row.id] = days.at(day, ctx.zone)
        else:
            told[key] = owed[key]
            ids.append(row.id)
    last_days = {row.id: row.last_day for row in theirs}
    in_order = sorted(told.values(), key=lambda each: (each.last_day, *each.about, each.act))
    return Letter(
        theirs[0].person_id,
        tuple(in_order),
        tuple(ids),
        last_days,
        {k: tuple(v) for k, v in ended.items()},
        put_off,
    )


def _begun(ctx: Context, people: Sequence[int]) -> set[int]:
    """Those of these people who had no letter today, and have one now."""
    if not people:
        return set()
    values = [{"person_id": each, "day": ctx.today, "queued_at": ctx.now} for each in people]
    statement = _new_letter[ctx.session.connection.dialect.name]
    return {row.person_id for row in ctx.session.rows(statement, values)}


def _finish(
    ctx: Context, ids: Sequence[int], state: str, *, before: str = "waiting", day: dt.date | None = None
) -> None:
    values = {"ids": list(ids), "now_is": before, "to": state, "day": day, "at": ctx.now}
    ctx.session.execute(_end, values)


def _tomorrow(ctx: Context, each: Letter) -> None:
    for row in each.ids:
        last_day = each.last_days[row]
        day = days.moved(ctx.today + dt.timedelta(days=1), last_day)
        if ctx.today < day <= last_day:
            ctx.session.execute(_put_off, {"row": row, "later": days.at(day, ctx.zone)})
        else:
            _finish(ctx, [row], "over")
