"""Days on which offices work: Monday to Friday but for the public holidays of Viet Nam, Tết among them."""

from __future__ import annotations

import datetime as dt
from functools import cache

SATURDAY = 5


def after(day: dt.date, many: int) -> dt.date:
    """The day by which `many` working days after this one have gone by; the day itself does not count."""
    while many:
        day += dt.timedelta(days=1)
        many -= is_working(day)
    return day


def is_working(day: dt.date) -> bool:
    """Whether offices work on this day."""
    return day.weekday() < SATURDAY and not is_holiday(day)


def is_holiday(day: dt.date) -> bool:
    """Whether it is a public holiday, such as one of the days of Tết."""
    return day in _holidays(day.year)


@cache
def _holidays(year: int) -> frozenset[dt.date]:
    """The days off of one year, with those given in their place where they fall on a weekend."""
    from holidays import country_holidays  # slow to import, and only counting needs it

    return frozenset(country_holidays("VN", years=[year]))
