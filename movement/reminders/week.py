"""What goes out in the next days to the people of a subtree and why, and what became of the days before.

For administrators, of what they administer only; rows exist as far ahead as is planned (`days.HORIZON`). The
database counts; the number of statements is the same for any tree.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Literal

from sqlalchemy import and_, exists, func, select

from movement import cycles, deadlines, guidelines, reaching, rosters
from movement.reminders import duties, stops
from storage.people_tables import address, conversation, person
from storage.reminder_tables import reminder
from storage.unit_tables import unit

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import ColumnElement

    from movement.context import Context
    from movement.reaching import Reached
    from movement.reminders.duties import Duty

AHEAD: Final = 7  # days after today
PAGE: Final = 10
MOST_LOOKED_AT: Final = 20_000  # people who may not be reachable: of more it is not asked, it would take too long
_STATES: Final = ("waiting", "stopped", "off")
_group = (reminder.c.due_at, reminder.c.year, reminder.c.deadline)

State = Literal["waiting", "stopped", "off"]
Key = tuple[dt.datetime, int, str]


@dataclass(frozen=True, slots=True)
class Batch:
    """What is told of one deadline on one day; `people` by the state of their reminders."""

    day: dt.date
    year: int
    deadline: str
    last_day: dt.date
    what: str
    people: Mapping[str, int]
    nowhere: int | None = None  # of those who wait; None: too many to look at

    @property
    def everybody(self) -> int:
        """How many people there are, were nothing stopped and nothing switched off."""
        return sum(self.people.values())


@dataclass(frozen=True, slots=True)
class Row:
    """One person of a batch; no name where they have no role left. `duty` is None where it is done meanwhile."""

    person_id: int
    name: str
    is_known: bool
    unit_name: str
    path: str
    last_day: dt.date
    days_before: int
    state: State
    duty: Duty | None
    reached: Reached | None  # None where the account is locked


@dataclass(slots=True)
class _Counted:
    last_day: dt.date
    people: dict[str, int] = field(default_factory=dict)


def ahead(ctx: Context) -> list[Batch]:
    """What goes out from today on, by day and deadline; raise NotYours. Six statements at most."""
    within = _within(ctx, _in_time(ctx))
    last_day = func.min(reminder.c.last_day).label("last_day")
    people = func.count(reminder.c.person_id.distinct()).label("people")
    query = _joined(*_group, reminder.c.state, last_day, people).where(within).group_by(*_group, reminder.c.state)
    counted: dict[Key, _Counted] = {}
    for row in ctx.session.rows(query.order_by(*_group)):
        one = counted.setdefault((row.due_at, row.year, row.deadline), _Counted(row.last_day))
        one.last_day = min(one.last_day, row.last_day)
        one.people[row.state] = row.people
    nowhere = _nowhere(ctx, within) if counted else {}
    return [
        Batch(
            due_at.astimezone(ctx.zone).date(),
            year,
            deadline,
            one.last_day,
            what(ctx, year, deadline, one.last_day),
            one.people,
            None if nowhere is None else nowhere.get((due_at, year, deadline), 0),
        )
        for (due_at, year, deadline), one in counted.items()
    ]


def batch(ctx: Context, year: int, deadline: str, day: dt.date | None) -> Batch | None:
    """The same of one deadline, on one day or on all days to come; None where nothing is planned there."""
    within = _within(ctx, _in_time(ctx), _of(ctx, year, deadline, day))
    query = _joined(
        reminder.c.state,
        func.min(reminder.c.last_day).label("last_day"),
        func.count(reminder.c.person_id.distinct()).label("people"),
    )
    rows = ctx.session.rows(query.where(within).group_by(reminder.c.state))
    if not rows:
        return None
    last_day = min(row.last_day for row in rows)
    people = {row.state: row.people for row in rows}
    return Batch(day or ctx.today, year, deadline, last_day, what(ctx, year, deadline, last_day), people)


def page(ctx: Context, one: Batch, number: int) -> tuple[list[Row], int]:
    """Ten people of a batch, from page 0 on, and how many reminders it has; raise NotYours."""
    within = _within(ctx, _in_time(ctx), _of(ctx, one.year, one.deadline, one.day))
    many = int(ctx.session.scalar(_joined(func.count()).where(within)))
    known = rosters.is_known(ctx).label("is_known")
    columns = (reminder, person.c.name, known, unit.c.name.label("unit_name"), unit.c.path)
    query = _joined(*columns).join(person, person.c.id == reminder.c.person_id).where(within)
    query = query.order_by(unit.c.name, person.c.name, reminder.c.id).limit(PAGE).offset(number * PAGE)
    rows = ctx.session.rows(query)
    owed = duties.still(ctx, rows) if rows else {}
    reached = {each.id: each for each in reaching.of_people(ctx, [row.person_id for row in rows]).people}
    return [_row(each, owed, reached) for each in rows], many


def what(ctx: Context, year: int, deadline: str, last_day: dt.date) -> str:
    """What guidelines say is due by then; several may hold in a tree, and say it differently."""
    years = (ctx.today.year - 1, ctx.today.year + 1)
    if "cycles_near" not in ctx.memo:
        ctx.memo["cycles_near"] = cycles.everywhere(ctx, years)
    held = [each for each in ctx.memo["cycles_near"] if each.year == year]
    said = [
        each.deadline.what
        for one in held
        for each in deadlines.of_year(one.guideline, year, events=one.events)
        if each.deadline.id == deadline and each.last_day == last_day
    ]
    kept = (each.what for one in guidelines.every().values() for each in one.deadlines if each.id == deadline)
    return " / ".join(dict.fromkeys(said)) or next(kept, deadline)


def _row(row: Any, owed: Mapping[Any, Duty], reached: Mapping[int, Reached]) -> Row:
    duty = owed.get((row.person_id, row.subject, row.act, row.deadline, row.last_day))
    told = (row.last_day, row.days_before, row.state, duty, reached.get(row.person_id))
    name = row.name if row.is_known else ""
    return Row(row.person_id, name, row.is_known, row.unit_name, row.path, *told)


def _nowhere(ctx: Context, within: ColumnElement[bool]) -> dict[Key, int] | None:
    """How many of those who wait cannot be reached by any channel.

    Whoever has an address on a channel that may be written to at any time is left out at once.
    """
    waiting = and_(within, reminder.c.state == "waiting")
    query = _joined(reminder.c.person_id).where(waiting, ~_is_surely_reached(ctx)).distinct()
    query = query.limit(MOST_LOOKED_AT + 1)
    ids = [row.person_id for row in ctx.session.rows(query)]
    if len(ids) > MOST_LOOKED_AT:
        return None
    lost = [each.id for each in reaching.of_people(ctx, ids).by("nowhere")]
    if not lost:
        return {}
    people = func.count(reminder.c.person_id.distinct()).label("people")
    these = _joined(*_group, people).where(waiting, reminder.c.person_id.in_(lost)).group_by(*_group)
    return {(row.due_at, row.year, row.deadline): row.people for row in ctx.session.rows(these)}


def _is_surely_reached(ctx: Context) -> ColumnElement[bool]:
    closing = [channel for channel, way in ctx.ways_out.items() if way.paid_for is not None]
    talking = address.join(conversation, conversation.c.person_id == address.c.person_id)
    there = (address.c.person_id == reminder.c.person_id, address.c.reachable, address.c.channel.not_in(closing))
    return exists().select_from(talking).where(*there).correlate(reminder)


def _joined(*columns: Any) -> Any:
    return select(*columns).select_from(reminder).join(unit, unit.c.id == reminder.c.unit_id)


def _within(ctx: Context, *conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    return and_(stops.in_reach(ctx), reminder.c.state.in_(_STATES), *conditions)


def _in_time(ctx: Context) -> ColumnElement[bool]:
    begin = dt.datetime.combine(ctx.today, dt.time(), ctx.zone)
    return reminder.c.due_at.between(begin, begin + dt.timedelta(days=AHEAD + 1, microseconds=-1))


def _of(ctx: Context, year: int, deadline: str, day: dt.date | None) -> ColumnElement[bool]:
    these: Sequence[Any] = (reminder.c.year == year, reminder.c.deadline == deadline)
    return and_(*these, *([stops.on_day(ctx, day)] if day else []))
