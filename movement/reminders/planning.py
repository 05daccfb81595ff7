"""Which reminders ought to be there, against those that are: planned by reading alone, written in small parts.

A reminder is there once: its key is the person, what is owed, the last day, and how many days before it. So
planning twice, or on two machines, or after a change of the clock, adds nothing; a deadline that moved is another
key, and what was planned for the old one and not told goes.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import bindparam, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite

from movement.reminders import choices, days, duties
from movement.reminders.stops import Stops
from storage.reminder_tables import reminder

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from movement.context import Context
    from movement.reminders.choices import Choice
    from movement.reminders.duties import Duty, Key
    from storage.session import Session

AT_ONCE: Final = 500  # rows in one transaction
_PLANNED: Final = ("waiting", "off", "stopped")  # states that planning may change

_add = {
    name: dialect.insert(reminder).on_conflict_do_nothing()
    for name, dialect in (("sqlite", sqlite), ("postgresql", postgresql))
}
_is_planned = reminder.c.state.in_(_PLANNED)
_known = select(
    *(reminder.c[name] for name in ("id", "person_id", "subject", "act", "deadline", "last_day", "days_before")),
    *(reminder.c[name] for name in ("due_at", "state", "snoozed")),
).where(reminder.c.last_day >= bindparam("today"), reminder.c.due_at >= bindparam("begin"))
_drop = delete(reminder).where(reminder.c.id.in_(bindparam("ids", expanding=True)), _is_planned)
_turn = (
    update(reminder)
    .where(reminder.c.id.in_(bindparam("ids", expanding=True)), _is_planned)
    .values(state=bindparam("to"))
)


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be changed: rows to add, ids to take away, ids to turn into another state."""

    add: list[dict[str, Any]] = field(default_factory=list)
    drop: list[int] = field(default_factory=list)
    turn: dict[str, list[int]] = field(default_factory=dict)

    def parts(self) -> Iterator[Plan]:
        """The same in parts that hold a writer for a moment only; none where nothing is to be changed."""
        for first in range(0, len(self.add), AT_ONCE):
            yield Plan(add=self.add[first : first + AT_ONCE])
        for first in range(0, len(self.drop), AT_ONCE):
            yield Plan(drop=self.drop[first : first + AT_ONCE])
        for state, ids in self.turn.items():
            for first in range(0, len(ids), AT_ONCE):
                yield Plan(turn={state: ids[first : first + AT_ONCE]})


def plan(ctx: Context) -> Plan:
    """What is missing or too much for the next days; some twelve statements, however many people there are."""
    until = ctx.today + dt.timedelta(days=days.HORIZON)
    owed = duties.everybody(ctx, until)
    begin = dt.datetime.combine(ctx.today, dt.time(), ctx.zone)  # what fell due earlier is the sender's business
    known = {
        (row.person_id, row.subject, row.act, row.deadline, row.last_day, row.days_before): row
        for row in ctx.session.rows(_known, {"today": ctx.today, "begin": begin})
    }
    if not owed and not known:
        return Plan()
    found = Plan()
    wanted = set()
    chosen, stops = choices.of(ctx), Stops.read(ctx)
    for each in owed:
        for day, offset in duties.reminded_on(each.last_day, each.deadline.remind_days).items():
            if not ctx.today <= day <= until:
                continue
            wanted.add((*each.key, offset))
            choice = chosen.get(each.person_id, choices.NOTHING)
            _settle(ctx, found, known.get((*each.key, offset)), _row(ctx, each, day, offset, choice, stops))
    found.drop.extend(_too_much(ctx, known, wanted, {each.key for each in owed}))
    return found


def carry_out(session: Session, part: Plan) -> None:
    """Write a part of the plan; what somebody else wrote or ended meanwhile stays as it is."""
    if part.add:
        session.execute(_add[session.connection.dialect.name], part.add)
    if part.drop:
        session.execute(_drop, {"ids": part.drop})
    for state, ids in part.turn.items():
        session.execute(_turn, {"ids": ids, "to": state})


def _row(ctx: Context, each: Duty, day: dt.date, offset: int, choice: Choice, stops: Stops) -> dict[str, Any]:
    told_on = choice.day(day, each.last_day)
    is_stopped = stops.hold(each.year, each.deadline.id, each.unit_id, told_on)
    return {
        "person_id": each.person_id,
        "unit_id": each.unit_id,
        "subject": each.subject,
        "act": each.act,
        "deadline": each.deadline.id,
        "year": each.year,
        "last_day": each.last_day,
        "days_before": offset,
        "due_at": days.at(told_on, ctx.zone),
        "state": "off" if not choice.wants(each.act) else "stopped" if is_stopped else "waiting",
    }


def _settle(ctx: Context, found: Plan, row: Any, wanted: dict[str, Any]) -> None:
    """Note what is to be done so that the row is as it is wanted."""
    if row is None:
        found.add.append(wanted)
    elif row.state in _PLANNED and row.state != wanted["state"] and row.due_at >= ctx.now:
        found.turn.setdefault(wanted["state"], []).append(row.id)


def _too_much(ctx: Context, known: Mapping[Any, Any], wanted: set[Any], owed: set[Key]) -> Iterator[int]:
    """What is planned for today or later and is not owed any more, or for a last day that has moved."""
    for key, row in known.items():
        if key in wanted or row.state not in _PLANNED:
            continue
        if key[:-1] not in owed or not (row.snoozed or _was_put_off(ctx, row)):
            yield row.id


def _was_put_off(ctx: Context, row: Any) -> bool:
    """Whether its own day is over: the person wants it later, or had been told something that day already."""
    return days.moved(row.last_day - dt.timedelta(days=row.days_before), row.last_day) < ctx.today
