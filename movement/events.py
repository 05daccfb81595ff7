"""The days of a cycle that no rule can know, such as that of the yearly review: an officer enters them.

An imposed initiative with a condition waits for such a day too: the day on which the condition was met.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sqlalchemy import insert, or_, select, update

from locales import _
from movement import access, audit, cycles, deadlines, units
from movement.access import Thing
from movement.errors import DomainError
from movement.guideline_rules import AtEvent
from movement.vietnamese_dates import show_day
from storage.tables import cycle, cycle_event
from storage.unit_tables import unit

if TYPE_CHECKING:
    from movement.context import Context
    from movement.cycles import Cycle
    from movement.guideline import Guideline

AFTER: Final = dt.timedelta(days=183)  # a yearly review may be held in the spring of the next year


@dataclass(frozen=True, slots=True)
class Event:
    """A day to be entered: what it is called, what hangs on it, and the day itself once it is known."""

    code: str
    label: str
    decides: tuple[str, ...]  # what falls due by it, in the words of the guideline
    day: dt.date | None


@dataclass(frozen=True, slots=True)
class Dated:
    """A cycle with events, and the unit it was opened for."""

    held: Cycle
    unit: units.Unit


def of_cycle(held: Cycle) -> list[Event]:
    """The events of a cycle in the order of its guideline."""
    labels: dict[str, str] = {}
    decides: dict[str, list[str]] = {}
    for each in held.guideline.deadlines:
        if isinstance(each.when, AtEvent) and each.year in {None, held.year}:
            labels.setdefault(each.when.event, each.when.label)
            decides.setdefault(each.when.event, []).append(each.what)
    for imposed in held.guideline.mandated:
        if imposed.condition:
            labels.setdefault(imposed.id, imposed.condition)
            decides.setdefault(imposed.id, []).append(imposed.name)
    return [Event(code, label, tuple(decides[code]), held.events.get(code)) for code, label in labels.items()]


def to_date(ctx: Context) -> list[Dated]:
    """The cycles with events of last year, this year and the next that the person may enter days for."""
    paths = access.paths(ctx, "schedule")
    if not paths:
        return []
    query = (
        select(*units.COLUMNS, *cycles.COLUMNS)
        .join(cycle, cycle.c.unit_id == unit.c.id)
        .join(cycle_event, cycle_event.c.cycle_id == cycle.c.id, isouter=True)
        .where(or_(*(unit.c.path.startswith(path, autoescape=True) for path in paths)))
        .where(cycle.c.year.between(ctx.today.year - 1, ctx.today.year + 1))
    )
    rows = ctx.session.rows(query)
    homes = {row[0]: units.Unit(*row[: len(units.COLUMNS)]) for row in rows}
    assigned = cycles.gathered(rows)
    found = [
        cycles.nearest([each for each in assigned if (each.unit_id, each.year) == at], ctx.today)
        for at in sorted({(each.unit_id, each.year) for each in assigned}, key=lambda at: (-at[1], at[0]))
    ]
    return [Dated(held, homes[held.unit_id]) for held in found if held and of_cycle(held)]


def enter(ctx: Context, cycle_id: int, code: str, day: dt.date) -> None:
    """Keep or change the day of an event; raise DomainError where the person may not or the day cannot be."""
    assigned = cycles.several(ctx, [cycle_id]).get(cycle_id)
    home = units.get(ctx, assigned.unit_id) if assigned else None
    access.demand(ctx, "schedule", Thing(home.path) if home else None)
    held = cycles.get(ctx, cycle_id)
    if reason := against(held.guideline, held.year, day):
        raise DomainError(reason)
    values = {"day": day, "entered_by": ctx.person.id, "entered_at": ctx.now}
    at = (cycle_event.c.cycle_id == cycle_id, cycle_event.c.event == code)
    if ctx.session.execute(update(cycle_event).where(*at).values(**values)).rowcount == 0:
        ctx.session.execute(insert(cycle_event).values(cycle_id=cycle_id, event=code, **values))
    before = held.events.get(code)
    details = {"event": code, "day": day.isoformat(), "before": before.isoformat() if before else None}
    audit.write(ctx, "schedule", f"cycle:{cycle_id}", details)
    cycles.forget(ctx)


def against(guideline: Guideline, year: int, day: dt.date) -> str:
    """Why this cannot be the day of an event of that year; nothing where it can."""
    first, last = deadlines.span(guideline, year)
    if first <= day <= last + AFTER:
        return ""
    text = _("For {year} please give a day from {first} to {last}.")
    return text.format(year=year, first=show_day(first), last=show_day(last + AFTER))
