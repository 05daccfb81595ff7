"""On which days somebody is reminded of a last day. Pure: days in, days out.

Source: the guideline's `remind_days`; nobody is disturbed on Sundays and public holidays, Tết among them, and a
reminder is moved off those days, but never past the last day, which itself stands (reference: “remind for the last
working day before; do not move the legal date”).
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final

from movement import quiet_hours, working_days

if TYPE_CHECKING:
    from collections.abc import Iterable

AT: Final = dt.time(8)  # in the deployment's time zone
HORIZON: Final = 8  # days ahead that are planned: a week can be looked at, and stopped
_DAY: Final = dt.timedelta(days=1)


def of(last_day: dt.date, offsets: Iterable[int]) -> dict[dt.date, int]:
    """The days on which one is reminded, each with how many days before the last day it stands for.

    Where two fall on the same day the one nearer to the last day counts.
    """
    found: dict[dt.date, int] = {}
    for offset in sorted(offsets, reverse=True):
        found[moved(last_day - offset * _DAY, last_day)] = offset
    return found


def moved(day: dt.date, last_day: dt.date) -> dt.date:
    """The day itself, the next on which people may be disturbed, or the last working day before the last day."""
    later = day
    while quiet_hours.is_day_off(later):
        later += _DAY
    if later <= last_day:
        return later
    earlier = min(day, last_day)
    while not working_days.is_working(earlier):
        earlier -= _DAY
    return earlier


def at(day: dt.date, zone: dt.tzinfo) -> dt.datetime:
    """When reminders of this day go out, in UTC."""
    return dt.datetime.combine(day, AT, zone).astimezone(dt.UTC)
