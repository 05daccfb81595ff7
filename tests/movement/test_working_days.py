from __future__ import annotations

import datetime as dt

import pytest

from movement import working_days


@pytest.mark.parametrize(
    ("asked", "many", "last"),
    [
        ("2027-02-22", 2, "2027-02-24"),  # Monday to Wednesday
        ("2027-02-25", 2, "2027-03-01"),  # over a weekend
        ("2027-02-27", 2, "2027-03-02"),  # asked on a Saturday
        ("2027-02-03", 2, "2027-02-12"),  # over the Tết of Đinh Mùi: 5 to 10 February, and the eve before
        ("2027-04-29", 2, "2027-05-05"),  # 30/4 and 1/5, which falls on a Saturday and is made up for
        ("2027-09-01", 2, "2027-09-07"),  # National Day, two days
        ("2027-04-15", 1, "2027-04-19"),  # Hùng Kings, on a Friday
        ("2026-12-31", 1, "2027-01-04"),  # from one year into the next
    ],
)
def test_holidays_and_weekends_do_not_count(asked: str, many: int, last: str) -> None:
    assert working_days.after(dt.date.fromisoformat(asked), many) == dt.date.fromisoformat(last)
