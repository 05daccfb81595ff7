"""When something is due under a guideline, and how long is left. Pure: days in, days out.

“Chậm nhất” includes its day, “trước ngày” does not; people are shown the last valid day. A legal date is never
moved: the last working day before it is only what reminders aim at. Who owes it is `due`'s business.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from movement.guideline_parts import LEAP_YEAR, Cycle, day_in
from movement.guideline_rules import AtEvent, InWindow, OnDate

if TYPE_CHECKING:
    from collections.abc import Mapping

    from movement.guideline import Guideline
    from movement.guideline_rules import Deadline, Does

DAY = dt.timedelta(days=1)
SATURDAY = 5
NO_EVENTS: Mapping[str, dt.date] = MappingProxyType({})
CALENDAR = Cycle()


@dataclass(frozen=True, slots=True)
class Due:
    """A deadline in one year. `first_day` only for a window; `last_day` is None until the event has a date."""

    deadline: Deadline
    first_day: dt.date | None
    last_day: dt.date | None


def last_day(
    deadline: Deadline, year: int, events: Mapping[str, dt.date] = NO_EVENTS, cycle: Cycle = CALENDAR
) -> dt.date | None:
    """The last day that is still in time; None in a year it does not hold for, or while its event has no date.

    `events` are the days that officers entered for this year, by the event's code. A 29 February falls on the 28th
    in other years, also where it says “before the 29th”. A cycle that passes the new year has its autumn in the
    year before the one it is named by.
    """
    if deadline.year not in (None, year):
        return None
    match deadline.when:
        case AtEvent(event=event):
            day = events.get(event)
            return day - DAY if day is not None and deadline.bound == "before" else day
        case OnDate(md=md) | InWindow(to=md):
            day = _day(md, year, cycle)
            exists = md.endswith("last") or int(md[-2:]) == day.day
            return day - DAY if deadline.bound == "before" and exists else day


def of_year(guideline: Guideline, year: int, *, events: Mapping[str, dt.date] = NO_EVENTS) -> list[Due]:
    """What is due in this year, the earliest first, what waits for an event's date last."""
    due = [
        Due(each, _first_day(each, year, guideline.cycle), last_day(each, year, events, guideline.cycle))
        for each in guideline.deadlines
        if each.year in (None, year)
    ]
    return sorted(due, key=lambda each: each.last_day or dt.date.max)


def find(guideline: Guideline, does: Does, who: str | None = None) -> Deadline | None:
    """The first deadline for doing this; with `who`, the first that binds it: a kind of unit, or "subject"."""
    able = (each for each in guideline.deadlines if each.does == does and (who is None or who in each.who))
    return next(able, None)


def last_day_of(
    guideline: Guideline, does: Does, year: int, who: str | None = None, events: Mapping[str, dt.date] = NO_EVENTS
) -> dt.date | None:
    """The last day for doing this in that year; None where the guideline sets no day."""
    found = find(guideline, does, who)
    return last_day(found, year, events, guideline.cycle) if found is not None else None


def has_events(guideline: Guideline) -> bool:
    """Whether any of its deadlines hangs on a day that an officer enters."""
    return any(isinstance(each.when, AtEvent) for each in guideline.deadlines)


def days_left(last: dt.date, today: dt.date) -> int:
    """How many days remain: 0 on the last day itself, negative when it has passed."""
    return (last - today).days


def is_late(last: dt.date | None, on: dt.date) -> bool:
    """Whether something done on this day is late; nothing is late without a last day."""
    return last is not None and on > last


def last_working_day(last: dt.date) -> dt.date:
    """The last Monday to Friday not after this day. Public holidays, Tết among them, are not looked at."""
    return last - DAY * max(0, last.weekday() - SATURDAY + 1)


def span(guideline: Guideline, year: int) -> tuple[dt.date, dt.date]:
    """The first and the last day of a cycle; one that passes the new year is named by the year it ends in."""
    last = day_in(guideline.cycle.to, year)
    first = day_in(guideline.cycle.from_, year)
    return (first if first <= last else day_in(guideline.cycle.from_, year - 1)), last


def year_of(guideline: Guideline, day: dt.date) -> int:
    """The year of the cycle this day belongs to."""
    return day.year if day <= span(guideline, day.year)[1] else day.year + 1


def _first_day(deadline: Deadline, year: int, cycle: Cycle) -> dt.date | None:
    match deadline.when:
        case InWindow(from_=md):
            return _day(md, year, cycle)
        case _:
            return None


def _day(md: str, year: int, cycle: Cycle) -> dt.date:
    """That day of the cycle: in the year before, when it comes after the cycle's end."""
    return day_in(md, year - 1 if day_in(md, LEAP_YEAR) > day_in(cycle.to, LEAP_YEAR) else year)
