"""When people are not to be disturbed by what they did not ask for: at night, on Sundays, on public holidays."""

from __future__ import annotations

import datetime as dt
from typing import Final

from movement import working_days

FIRST: Final = 7  # o'clock, from which on people are written to
LAST: Final = 21  # o'clock, until which they are
_SUNDAY: Final = 6
_DAY: Final = dt.timedelta(days=1)


def is_quiet(now: dt.datetime, zone: dt.tzinfo) -> bool:
    """Whether nothing is to be sent now."""
    local = now.astimezone(zone)
    return not FIRST <= local.hour < LAST or is_day_off(local.date())


def next_allowed(now: dt.datetime, zone: dt.tzinfo) -> dt.datetime:
    """Now, or the first time after it at which people may be disturbed; in UTC."""
    if not is_quiet(now, zone):
        return now
    local = now.astimezone(zone)
    day = local.date() + (_DAY if local.hour >= FIRST else dt.timedelta())
    while is_day_off(day):
        day += _DAY
    return dt.datetime.combine(day, dt.time(FIRST), zone).astimezone(dt.UTC)


def is_day_off(day: dt.date) -> bool:
    """Whether nobody is to be disturbed on this day at all."""
    return day.weekday() == _SUNDAY or working_days.is_holiday(day)
