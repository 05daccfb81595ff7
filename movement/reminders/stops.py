"""What administrators stopped: a deadline's reminders in a subtree, of one day or all that are still to come."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import insert, select, update

from movement import access, audit
from storage.reminder_tables import reminder, reminder_stop
from storage.unit_tables import unit

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import ColumnElement

    from movement.context import Context


AT_ONCE: Final = 500  # rows named by their ids in one statement


@dataclass(frozen=True, slots=True)
class Stops:
    """What is stopped: the days by year, deadline and unit; None among them is every day."""

    days: Mapping[tuple[int, str, int], frozenset[dt.date | None]]

    @staticmethod
    def read(ctx: Context) -> Stops:
        """All stops that hold, spread over the units of their subtrees, with one statement."""
        above, below = unit.alias("above"), unit.alias("below")
        query = (
            select(reminder_stop.c.year, reminder_stop.c.deadline, reminder_stop.c.day, below.c.id)
            .join(above, above.c.id == reminder_stop.c.unit_id)
            .join(below, below.c.path.like(above.c.path + "%"))
            .where(reminder_stop.c.lifted_at.is_(None), reminder_stop.c.year >= ctx.today.year - 1)
        )
        found: dict[tuple[int, str, int], set[dt.date | None]] = {}
        for row in ctx.session.rows(query):
            found.setdefault((row.year, row.deadline, row.id), set()).add(row.day)
        return Stops({key: frozenset(each) for key, each in found.items()})

    def hold(self, year: int, deadline: str, unit_id: int, day: dt.date) -> bool:
        """Whether a reminder of that day is stopped."""
        stopped = self.days.get((year, deadline, unit_id), frozenset())
        return None in stopped or day in stopped


def stop(ctx: Context, year: int, deadline: str, day: dt.date | None) -> int:
    """Stop these reminders in all that the person administers; give how many were about to go out."""
    tops = _tops(ctx)
    for unit_id in tops:
        values = {"unit_id": unit_id, "year": year, "deadline": deadline, "day": day}
        ctx.session.execute(insert(reminder_stop).values(**values, person_id=ctx.person.id, at=ctx.now))
    these = [*_reminders(ctx, year, deadline, day), reminder.c.state == "waiting"]
    changed = int(ctx.session.execute(update(reminder).where(*these).values(state="stopped")).rowcount)
    audit.write(ctx, "stop_reminders", f"unit:{_tops(ctx)[0]}", _details(year, deadline, day))
    return changed


def held(ctx: Context, year: int, deadline: str) -> frozenset[dt.date | None]:
    """What is stopped of this deadline where the person administers, by somebody there; None is every day."""
    mine = reminder_stop.c.unit_id.in_(_tops(ctx))
    query = select(reminder_stop.c.day).where(*_of(year, deadline), mine)
    return frozenset(row.day for row in ctx.session.rows(query))


def lift(ctx: Context, year: int, deadline: str, day: dt.date | None) -> int:
    """Let them go out again; give how many do.

    What falls due today or later, and is not stopped by another stop that still holds, such as of a level above.
    """
    of_day = reminder_stop.c.day == day if day else reminder_stop.c.day.is_(None)
    mine = reminder_stop.c.unit_id.in_(_tops(ctx))
    ctx.session.execute(update(reminder_stop).where(*_of(year, deadline), of_day, mine).values(lifted_at=ctx.now))
    midnight = dt.datetime.combine(ctx.today, dt.time(), ctx.zone)
    these = [*_reminders(ctx, year, deadline, day), reminder.c.state == "stopped", reminder.c.due_at >= midnight]
    changed = _let_out(ctx, these, year, deadline)
    audit.write(ctx, "lift_reminders", f"unit:{_tops(ctx)[0]}", _details(year, deadline, day))
    return changed


def _let_out(ctx: Context, these: list[ColumnElement[bool]], year: int, deadline: str) -> int:
    """Let these go out but for those that another stop holds; where there is none, with one statement."""
    still = Stops.read(ctx)
    if not any(key[:2] == (year, deadline) for key in still.days):
        return int(ctx.session.execute(update(reminder).where(*these).values(state="waiting")).rowcount)
    columns = (reminder.c.id, reminder.c.unit_id, reminder.c.due_at)
    free = [
        row.id
        for row in ctx.session.rows(select(*columns).where(*these))
        if not still.hold(year, deadline, row.unit_id, row.due_at.astimezone(ctx.zone).date())
    ]
    for first in range(0, len(free), AT_ONCE):
        some = reminder.c.id.in_(free[first : first + AT_ONCE])
        ctx.session.execute(update(reminder).where(some).values(state="waiting"))
    return len(free)


def in_reach(ctx: Context) -> ColumnElement[bool]:
    """The condition on `unit` that keeps what the person administers; raise NotYours where that is nothing."""
    if not access.paths(ctx, "operate"):
        raise access.not_yours(ctx, "operate")
    return access.visible_units(ctx, "operate")


def on_day(ctx: Context, day: dt.date) -> ColumnElement[bool]:
    """The condition on `reminder` that keeps what goes out on this day."""
    begin = dt.datetime.combine(day, dt.time(), ctx.zone)
    return reminder.c.due_at.between(begin, begin + dt.timedelta(days=1, microseconds=-1))


def _of(year: int, deadline: str) -> list[ColumnElement[bool]]:
    """The stops of a deadline that were not lifted."""
    named = (reminder_stop.c.year == year, reminder_stop.c.deadline == deadline)
    return [*named, reminder_stop.c.lifted_at.is_(None)]


def _reminders(ctx: Context, year: int, deadline: str, day: dt.date | None) -> list[ColumnElement[bool]]:
    """The reminders of a deadline where the person administers, on one day or on all."""
    inside = reminder.c.unit_id.in_(select(unit.c.id).where(in_reach(ctx)))
    these = [reminder.c.year == year, reminder.c.deadline == deadline, inside]
    return [*these, on_day(ctx, day)] if day else these


def _tops(ctx: Context) -> list[int]:
    """The highest units that the person administers."""
    held = [each for each in access.roles(ctx) if "operate" in each.rights]
    if not held:
        raise access.not_yours(ctx, "operate")
    return sorted({each.unit_id for each in held})


def _details(year: int, deadline: str, day: dt.date | None) -> dict[str, Any]:
    return {"year": year, "deadline": deadline, "day": day.isoformat() if day else ""}
