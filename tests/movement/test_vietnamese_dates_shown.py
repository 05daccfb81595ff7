"""Days as they are shown, in chat and on paper, and read back."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from locales import speaking
from movement.vietnamese_dates import Day, document_date, parse_date, show_date, show_day, show_time

TODAY = dt.date(2027, 2, 24)


@given(st.dates(dt.date(1950, 1, 1), dt.date(2150, 12, 31)))
def test_a_day_shown_is_the_day_read(day: dt.date) -> None:
    with speaking("vi"):
        assert parse_date(show_date(day), TODAY) == Day(day)
    assert parse_date(show_day(day), TODAY) == Day(day)
    assert parse_date(document_date(day), TODAY) == Day(day)
    assert parse_date(day.isoformat(), TODAY) == Day(day)


def test_weekdays_are_named_before_the_date() -> None:
    with speaking("vi"):
        assert show_date(dt.date(2027, 3, 10)) == "thứ Tư, 10/03/2027"
        assert show_date(dt.date(2027, 3, 14)) == "Chủ nhật, 14/03/2027"


def test_a_moment_is_shown_by_the_clock_of_the_zone() -> None:
    moment = dt.datetime(2027, 3, 9, 18, 5, tzinfo=dt.UTC)

    with speaking("vi"):
        assert show_time(moment, ZoneInfo("Asia/Ho_Chi_Minh")) == "01:05 ngày 10/03/2027"


@pytest.mark.parametrize(
    ("day", "written"),
    [
        (dt.date(2027, 2, 5), "ngày 05 tháng 02 năm 2027"),
        (dt.date(2027, 1, 10), "ngày 10 tháng 01 năm 2027"),
        (dt.date(2027, 3, 5), "ngày 05 tháng 3 năm 2027"),
        (dt.date(2027, 12, 31), "ngày 31 tháng 12 năm 2027"),
    ],
)
def test_a_paper_has_zeros_before_small_days_and_the_first_two_months(day: dt.date, written: str) -> None:
    assert document_date(day) == written
