"""On which days one is reminded: so many before as the guideline says, off Sundays and holidays, never late."""

from __future__ import annotations

import datetime as dt

import pytest

from movement.reminders import days

DEFAULT = (30, 14, 7, 3, 1, 0)


@pytest.mark.parametrize(
    ("last", "told"),
    [
        # 8 February is in Tết; 7 March is a Sunday
        ("2027-03-10", ["11/02", "24/02", "03/03", "08/03", "09/03", "10/03"]),
        # the last day is a Sunday: on Friday, when offices work for the last time
        ("2027-10-31", ["01/10", "18/10", "25/10", "28/10", "30/10", "29/10"]),
        # a window in February is told of in January, before Tết
        ("2027-02-28", ["29/01", "15/02", "22/02", "25/02", "27/02", "26/02"]),
        # 30 April and 1 May are holidays: both fall on the day before
        ("2027-05-01", ["01/04", "17/04", "24/04", "28/04", "29/04", "29/04"]),
    ],
)
def test_the_days_of_a_last_day(last: str, told: list[str]) -> None:
    found = days.of(dt.date.fromisoformat(last), DEFAULT)

    assert {f"{day:%d/%m}": offset for day, offset in found.items()} == dict(zip(told, DEFAULT, strict=True))


def test_a_guideline_may_name_its_own_days() -> None:
    assert days.of(dt.date(2027, 9, 30), (5,)) == {dt.date(2027, 9, 25): 5}


def test_the_hour_is_eight_in_the_morning_there() -> None:
    assert days.at(dt.date(2027, 3, 10), dt.timezone(dt.timedelta(hours=7))) == dt.datetime(
        2027, 3, 10, 1, tzinfo=dt.UTC
    )
