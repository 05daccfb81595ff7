"""Days as people write them, read on Wednesday, 24 February 2027."""

from __future__ import annotations

import datetime as dt
import unicodedata
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from movement.vietnamese_dates import (
    AskSolar,
    Day,
    Impossible,
    Several,
    parse_date,
)

if TYPE_CHECKING:
    from movement.vietnamese_date_phrases import Prefer

TODAY = dt.date(2027, 2, 24)

PHRASES = [
    ("10/3", "2027-03-10"),
    ("10-3-2027", "2027-03-10"),
    ("10.03.27", "2027-03-10"),
    ("10/3/27", "2027-03-10"),
    ("10/03/2027", "2027-03-10"),
    ("10 3 2027", "2027-03-10"),
    (" 10 / 3 ", "2027-03-10"),
    ("2027-03-10", "2027-03-10"),
    ("10032027", "2027-03-10"),
    ("3/10", "2026-10-03"),
    ("3/10/2027", "2027-10-03"),
    ("10/3/99", "1999-03-10"),
    ("29/2/2028", "2028-02-29"),
    ("ngày 10 tháng 3 năm 2027", "2027-03-10"),
    ("Ngày 10, tháng 3, năm 2027", "2027-03-10"),
    ("10 tháng 3", "2027-03-10"),
    ("10 thang 3", "2027-03-10"),
    ("ngay 10/3", "2027-03-10"),
    ("10/3 năm nay", "2027-03-10"),
    ("10/3 năm sau", "2028-03-10"),
    ("10 tháng 3 năm ngoái", "2026-03-10"),
    ("ngày 10 tháng này", "2027-02-10"),
    ("ngày 10 tháng trước", "2027-01-10"),
    ("ngày 10", "2027-03-10"),
    ("ngày 5", "2027-03-05"),
    ("ngày 31", "2027-01-31"),
    ("mười tháng ba", "2027-03-10"),
    ("muoi thang ba", "2027-03-10"),
    ("ngày mười lăm tháng tư", "2027-04-15"),
    ("hai mươi tư tháng mười hai năm 2027", "2027-12-24"),
    ("hai mốt tháng năm", "2027-05-21"),
    ("ba mươi mốt tháng tám", "2026-08-31"),
    ("5 tháng năm năm 2027", "2027-05-05"),
    ("ngay 5 thang nam nam 2027", "2027-05-05"),
    ("mùng 10 tháng 3 dương lịch", "2027-03-10"),
    ("mồng 8/3 dương", "2027-03-08"),
    ("10 tháng sáu", "2027-06-10"),
    ("thứ tư, 10/03/2027", "2027-03-10"),
    ("thứ 4 ngày 10/3", "2027-03-10"),
    ("hôm nay", "2027-02-24"),
    ("hom nay", "2027-02-24"),
    ("ngày hôm nay", "2027-02-24"),
    ("mai", "2027-02-25"),
    ("Ngày mai ạ", "2027-02-25"),
    ("ngay mai", "2027-02-25"),
    ("mốt", "2027-02-26"),
    ("mot", "2027-02-26"),
    ("ngày kia", "2027-02-26"),
    ("ngay kia", "2027-02-26"),
    ("hôm qua", "2027-02-23"),
    ("hom qua", "2027-02-23"),
    ("hôm kia", "2027-02-22"),
    ("hôm kìa", "2027-02-21"),
    ("thứ sáu tuần này", "2027-02-26"),
    ("thu sau tuan nay", "2027-02-26"),
    ("thứ sáu này", "2027-02-26"),
    ("thứ 6 tuần sau", "2027-03-05"),
    ("thu sau tuan sau", "2027-03-05"),
    ("thứ 6 tuần tới", "2027-03-05"),
    ("t6 tuần sau", "2027-03-05"),
    ("thứ hai tuần trước", "2027-02-15"),
    ("Thứ Năm tuần này", "2027-02-25"),
    ("CN tuần này", "2027-02-28"),
    ("chủ nhật tuần này", "2027-02-28"),
    ("chu nhat tuan sau", "2027-03-07"),
    ("thứ tư", "2027-02-24"),
    ("đầu tuần sau", "2027-03-01"),
    ("giữa tuần này", "2027-02-24"),
    ("đầu tháng", "2027-02-01"),
    ("giữa tháng này", "2027-02-15"),
    ("cuối tháng", "2027-02-28"),
    ("cuoi thang", "2027-02-28"),
    ("cuối tháng sau", "2027-03-31"),
    ("cuối tháng sáu", "2027-06-30"),
    ("cuối tháng trước", "2027-01-31"),
    ("đầu tháng 3", "2027-03-01"),
    ("cuối tháng 2 năm 2028", "2028-02-29"),
    ("hết tháng ba", "2027-03-31"),
    ("cuối năm", "2027-12-31"),
    ("cuoi nam nay", "2027-12-31"),
    ("giữa năm", "2027-06-30"),
    ("đầu năm sau", "2028-01-01"),
    ("cuối năm 2028", "2028-12-31"),
    ("cuối quý 3", "2027-09-30"),
    ("đầu quý II", "2027-04-01"),
    ("giữa quý 1", "2027-02-15"),
    ("3 ngày nữa", "2027-02-27"),
    ("ba ngay nua", "2027-02-27"),
    ("2 tuần nữa", "2027-03-10"),
    ("hai tuần trước", "2027-02-10"),
    ("1 tháng nữa", "2027-03-24"),
    ("từ 10/3", "2027-03-10"),
    ("vào ngày 10/3 nhé", "2027-03-10"),
    ("khoảng cuối tháng 3", "2027-03-31"),
    (unicodedata.normalize("NFD", "thứ sáu tuần này"), "2027-02-26"),
]


@pytest.mark.parametrize(("typed", "day"), PHRASES)
def test_a_phrase_is_read_as_the_day_it_means(typed: str, day: str) -> None:
    assert parse_date(typed, TODAY) == Day(dt.date.fromisoformat(day))


@pytest.mark.parametrize(
    ("typed", "day", "month"),
    [
        ("mùng 10 tháng 3", 10, 3),
        ("mồng 8/3", 8, 3),
        ("mung 10 thang 3", 10, 3),
        ("mùng 3", 3, None),
        ("mồng một tháng giêng", 1, 1),
        ("mùng 3 tết", 3, 1),
        ("tết", None, 1),
        ("rằm", 15, None),
        ("rằm tháng bảy", 15, 7),
        ("ram thang gieng", 15, 1),
        ("rằm tháng sau", 15, None),
        ("tháng chạp", None, 12),
        ("23 tháng chạp", 23, 12),
        ("hai ba tháng chạp", 23, 12),
        ("10/3 âm lịch", 10, 3),
        ("10 tháng 3 năm 2027 âm lịch", 10, 3),
        ("10/3 al", 10, 3),
    ],
)
def test_a_lunar_day_is_asked_for_by_the_sun(typed: str, day: int | None, month: int | None) -> None:
    assert parse_date(typed, TODAY) == AskSolar(day, month)


@pytest.mark.parametrize(
    ("typed", "days"),
    [
        ("chủ nhật", ["2027-02-21", "2027-02-28"]),
        ("thứ 6", ["2027-02-19", "2027-02-26"]),
        ("thu sau", ["2027-02-19", "2027-02-26"]),
        ("cuối tuần", ["2027-02-27", "2027-02-28"]),
        ("tháng 3", ["2027-03-01", "2027-03-15", "2027-03-31"]),
        ("3/2027", ["2027-03-01", "2027-03-15", "2027-03-31"]),
        ("quý II", ["2027-04-01", "2027-06-30"]),
        ("cuoi thang sau", ["2027-03-31", "2027-06-30"]),
        ("10 thang sau", ["2027-03-10", "2027-06-10", "2027-12-24"]),
        ("10 tháng sau", ["2027-03-10", "2027-12-24"]),
    ],
)
def test_a_phrase_that_may_mean_several_days_gives_them_all(typed: str, days: list[str]) -> None:
    assert parse_date(typed, TODAY) == Several(tuple(map(dt.date.fromisoformat, days)))


@pytest.mark.parametrize(
    ("typed", "named"),
    [
        ("31/2", "31/02/2027"),
        ("29/2", "29/02/2027"),
        ("31/4/2027", "31/04/2027"),
        ("0/3", "00/03/2027"),
        ("ngày 32", "32/02/2027"),
        ("10/13", "13"),
        ("3/13/2027", "13"),
        ("10 tháng 0", "0"),
        ("tháng 13", "13"),
        ("thứ năm, 10/03/2027", "10/03/2027"),
    ],
)
def test_a_day_that_is_in_no_calendar_is_refused_by_name(typed: str, named: str) -> None:
    parsed = parse_date(typed, TODAY)

    assert isinstance(parsed, Impossible)
    assert named in parsed.reason


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "10",
        "mười",
        "một",
        "8:30",
        "10,5",
        "-10/3",
        "10/3/20277",
        "10/3/202",
        "10-12/3",
        "10/3 - 12/3",
        "thôi",
        "thời",
        "đăng ký",
        "năm sau",
        "tuần sau",
        "âm nhạc",
        "tháng",
        "thứ tám",
        "bốn",
        "sau sau sau sau sau",
        "👍",
        "10/3 " * 1_000,
    ],
)
def test_what_is_no_day_is_not_guessed(typed: str) -> None:
    assert parse_date(typed, TODAY) is None


@pytest.mark.parametrize(
    ("typed", "future", "past", "nearest"),
    [
        ("10/3", "2027-03-10", "2026-03-10", "2027-03-10"),
        ("20/2", "2028-02-20", "2027-02-20", "2027-02-20"),
        ("24/2", "2027-02-24", "2027-02-24", "2027-02-24"),
        ("1/10", "2027-10-01", "2026-10-01", "2026-10-01"),
        ("cuối tháng 9", "2027-09-30", "2026-09-30", "2026-09-30"),
        ("ngày 20", "2027-03-20", "2027-02-20", "2027-02-20"),
    ],
)
def test_a_year_left_out_is_chosen_as_preferred(typed: str, future: str, past: str, nearest: str) -> None:
    assert parse_date(typed, TODAY, "future") == Day(dt.date.fromisoformat(future))
    assert parse_date(typed, TODAY, "past") == Day(dt.date.fromisoformat(past))
    assert parse_date(typed, TODAY, "nearest") == Day(dt.date.fromisoformat(nearest))


def test_a_weekday_alone_is_one_day_where_a_side_is_preferred() -> None:
    assert parse_date("thứ sáu", TODAY, "future") == Day(dt.date(2027, 2, 26))
    assert parse_date("thứ sáu", TODAY, "past") == Day(dt.date(2027, 2, 19))
    assert parse_date("thứ tư", TODAY, "future") == Day(TODAY)


@pytest.mark.parametrize(
    ("typed", "meant"), [("3/10", Day(dt.date(2027, 10, 3))), ("5/1", Day(dt.date(2027, 1, 5)))]
)
def test_a_year_that_is_known_holds_for_days_without_one(typed: str, meant: Day) -> None:
    assert parse_date(typed, TODAY, 2027) == meant
    assert parse_date("thứ sáu", TODAY, 2027) == parse_date("thứ sáu", TODAY)


def test_the_leap_day_needs_a_leap_year() -> None:
    assert parse_date("29/2", dt.date(2028, 2, 1)) == Day(dt.date(2028, 2, 29))
    assert isinstance(parse_date("29/2/2100", dt.date(2028, 2, 1)), Impossible)


def test_a_month_later_than_the_last_day_of_a_long_month_is_the_last_day() -> None:
    assert parse_date("1 tháng nữa", dt.date(2027, 1, 31)) == Day(dt.date(2027, 2, 28))
    assert parse_date("cuối tháng sau", dt.date(2027, 12, 31)) == Day(dt.date(2028, 1, 31))


DAYS = st.dates(dt.date(1950, 1, 1), dt.date(2150, 12, 31))


@given(DAYS, DAYS, st.sampled_from(["future", "past", "nearest"]))
def test_day_and_month_are_kept_whatever_the_year(day: dt.date, today: dt.date, prefer: Prefer) -> None:
    parsed = parse_date(f"{day.day}/{day.month}", today, prefer)

    if isinstance(parsed, Day):
        assert (parsed.date.day, parsed.date.month) == (day.day, day.month)
        assert abs(parsed.date - today) <= dt.timedelta(days=366)
    else:
        assert (day.day, day.month) == (29, 2)


MIXTURE = "ngày tháng năm thu thứ sau sáu mot 10 3 2027 cuoi tuần quý nữa mung cn / - ạ"


@given(st.text(max_size=60) | st.lists(st.sampled_from(MIXTURE.split(" "))).map(" ".join))
def test_no_text_is_too_odd_to_be_read(text: str) -> None:
    parsed = parse_date(text, TODAY)

    assert parsed is None or isinstance(parsed, Day | Several | AskSolar | Impossible)
