"""On which days one is reminded: as many days before as the guideline says, off Sundays and holidays, never late."""

from __future__ import annotations

import datetime as dt

import pytest

from movement.reminders import days

DEFAULT = (30, 14, 7, 3, 1, 0)


@pytest.mark.parametrize(
    ("last", "told"),
    [
        # 8 February is in Tết; 7 March is a Sunday
        ("2027-03-10", {"2027-02-11": 30, "2027-02-24": 14, "2027-03-03": 7, "2027-03-08": 3, "2027-03-09": 1, "2027-03-10": 0}),
        # the last day is a Sunday: on Friday, when offices work for the last time
        ("2027-10-31", {"2027-10-01": 30, "2027-10-18": 14, "2027-10-25": 7, "2027-10-28": 3, "2027-10-30": 1, "2027-10-29": 0}),
        # a window in February is told of in January, before Tết
        ("2027-02-28", {"2027-01-29": 30, "2027-02-15": 14, "2027-02-22": 7, "2027-02-25": 3, "2027-02-27": 1, "2027-02-26": 0}),
        # 30 April and 1 May are holidays, with days off in their place
        ("2027-05-01", {"2027-04-01": 30, "2027-04-17": 14, "2027-04-24": 7, "2027-04-28": 3, "2027-04-29": 0}),
    ],
)  # fmt: skip
def test_the_days_of_a_last_day(last: str, told: dict[str, int]) -> None:
    found = days.of(dt.date.fromisoformat(last), DEFAULT)

    assert {day.isoformat(): offset for day, offset in found.items()} == told


def test_a_guideline_may_name_its_own_days() -> None:
    assert days.of(dt.date(2027, 9, 30), (5,)) == {dt.date(2027, 9, 25): 5}


def test_the_hour_is_eight_in_the_morning_there() -> None:
    assert days.at(dt.date(2027, 3, 10), dt.timezone(dt.timedelta(hours=7))) == dt.datetime(
        2027, 3, 10, 1, tzinfo=dt.UTC
    )
