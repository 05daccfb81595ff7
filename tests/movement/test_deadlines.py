"""Last valid days across years, bounds, windows, events and leap years."""

import calendar
import datetime as dt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from movement import deadlines, guidelines
from movement.guideline_rules import Deadline

YEARS = st.integers(2020, 2120)


def a_deadline(**changed: Any) -> Deadline:
    given_: dict[str, Any] = {
        "id": "d",
        "does": "register",
        "what": "Đăng ký",
        "who": ("grassroots_union",),
        "when": {"kind": "date", "md": "03-10"},
        "bound": "on_or_before",
        "repeats": "yearly",
        "clause": "I",
    }
    return Deadline.model_validate({**given_, **changed})


@given(year=YEARS)
def test_at_the_latest_includes_its_day_and_before_does_not(year: int) -> None:
    at_the_latest = a_deadline()
    before = a_deadline(bound="before", when={"kind": "date", "md": "10-01"})

    assert deadlines.last_day(at_the_latest, year) == dt.date(year, 3, 10)
    assert deadlines.last_day(before, year) == dt.date(year, 9, 30)


@given(year=YEARS)
def test_february_ends_on_its_last_day_in_every_year(year: int) -> None:
    february = a_deadline(when={"kind": "window", "from": "02-01", "to": "02-last"})

    assert deadlines.last_day(february, year) == dt.date(year, 2, 29 if calendar.isleap(year) else 28)


@given(year=YEARS)
def test_the_29th_of_february_falls_on_the_28th_in_other_years_whatever_the_bound(year: int) -> None:
    on_it = a_deadline(when={"kind": "date", "md": "02-29"})
    before_it = a_deadline(when={"kind": "date", "md": "02-29"}, bound="before")

    assert deadlines.last_day(on_it, year) == dt.date(year, 2, 29 if calendar.isleap(year) else 28)
    assert deadlines.last_day(before_it, year) == dt.date(year, 2, 28)


@given(year=YEARS)
def test_before_the_first_of_march_is_the_last_of_february(year: int) -> None:
    before = a_deadline(when={"kind": "date", "md": "03-01"}, bound="before")

    assert deadlines.last_day(before, year) == dt.date(year, 3, 1) - dt.timedelta(days=1)


def test_a_deadline_of_one_year_holds_in_no_other() -> None:
    once = a_deadline(repeats="once", year=2024)

    assert deadlines.last_day(once, 2024) == dt.date(2024, 3, 10)
    assert deadlines.last_day(once, 2025) is None


def test_an_event_has_no_day_until_one_is_entered() -> None:
    review = a_deadline(
        when={"kind": "event", "event": "year_end_review", "label": "tổng kết"}, bound="before", repeats="as_held"
    )

    assert deadlines.last_day(review, 2027) is None
    assert deadlines.last_day(review, 2027, {"year_end_review": dt.date(2027, 12, 1)}) == dt.date(2027, 11, 30)


@given(year=YEARS)
def test_the_default_s_year_in_order(year: int) -> None:
    due = deadlines.of_year(guidelines.default(), year)

    assert [(each.deadline.does, each.last_day) for each in due] == [
        ("register", dt.date(year, 3, 10)),
        ("submit_list", dt.date(year, 3, 10)),
        ("report", dt.date(year, 9, 30)),
        ("recognise", dt.date(year, 10, 31)),
    ]
    assert due[-1].first_day == dt.date(year, 10, 1)


def test_what_waits_for_an_event_comes_last_and_moves_when_it_has_a_day() -> None:
    review = a_deadline(
        id="r", when={"kind": "event", "event": "mid_year_review", "label": "sơ kết"}, repeats="as_held"
    )
    guideline = guidelines.default().model_copy(update={"deadlines": (review, *guidelines.default().deadlines)})

    waiting = deadlines.of_year(guideline, 2027)
    entered = deadlines.of_year(guideline, 2027, events={"mid_year_review": dt.date(2027, 6, 30)})

    assert [each.deadline.id for each in waiting].index("r") == len(waiting) - 1
    assert [each.deadline.id for each in entered].index("r") == 2


def test_who_owes_what_is_found_by_kind() -> None:
    default = guidelines.default()

    upper = deadlines.find(default, "submit_list", "commune_union")

    assert upper is not None
    assert upper.to == "federation_province"
    assert deadlines.find(default, "submit_list", "grassroots_union") is None
    assert deadlines.last_day_of(default, "register", 2027, "subject") == dt.date(2027, 3, 10)
    assert deadlines.last_day_of(default, "propose", 2027) is None


@pytest.mark.parametrize(
    ("today", "left"),
    [(dt.date(2027, 3, 9), 1), (dt.date(2027, 3, 10), 0), (dt.date(2027, 3, 11), -1)],
)
def test_the_last_day_itself_still_counts(today: dt.date, left: int) -> None:
    last = dt.date(2027, 3, 10)

    assert deadlines.days_left(last, today) == left
    assert deadlines.is_late(last, today) is (left < 0)


def test_nothing_is_late_without_a_last_day() -> None:
    assert deadlines.is_late(None, dt.date(2027, 3, 11)) is False


@given(day=st.dates(dt.date(2020, 1, 1), dt.date(2120, 12, 31)))
def test_the_last_working_day_is_the_nearest_weekday_not_after(day: dt.date) -> None:
    working = deadlines.last_working_day(day)

    assert working <= day
    assert working.weekday() < 5
    assert all((working + dt.timedelta(days=n)).weekday() >= 5 for n in range(1, (day - working).days + 1))


@pytest.mark.parametrize(
    ("day", "year"),
    [(dt.date(2026, 9, 30), 2026), (dt.date(2026, 10, 1), 2027), (dt.date(2027, 9, 30), 2027)],
)
def test_a_cycle_that_passes_the_new_year_is_named_by_the_year_it_ends_in(day: dt.date, year: int) -> None:
    default = guidelines.default()
    cycle = type(default.cycle).model_validate({"from": "10-01", "to": "09-30"})

    autumn = default.model_copy(update={"cycle": cycle})

    assert deadlines.year_of(autumn, day) == year
    assert deadlines.year_of(default, day) == day.year


@given(year=YEARS)
def test_the_autumn_of_a_cycle_that_passes_the_new_year_lies_in_the_year_before(year: int) -> None:
    default = guidelines.default()
    cycle = type(default.cycle).model_validate({"from": "10-01", "to": "09-30"})
    rules = (
        a_deadline(id="early", when={"kind": "date", "md": "10-15"}, bound="before"),
        a_deadline(id="leap", when={"kind": "date", "md": "02-29"}),
        a_deadline(id="late", when={"kind": "window", "from": "09-01", "to": "09-last"}),
    )
    autumn = default.model_copy(update={"cycle": cycle, "deadlines": rules})

    due = {each.deadline.id: (each.first_day, each.last_day) for each in deadlines.of_year(autumn, year)}

    first, last = deadlines.span(autumn, year)
    assert (first, last) == (dt.date(year - 1, 10, 1), dt.date(year, 9, 30))
    assert due == {
        "early": (None, dt.date(year - 1, 10, 14)),
        "leap": (None, dt.date(year, 2, 29 if calendar.isleap(year) else 28)),
        "late": (dt.date(year, 9, 1), dt.date(year, 9, 30)),
    }
    assert all(first <= day <= last for _first, day in due.values() if day)


@given(year=YEARS, guideline=st.sampled_from(sorted(guidelines.every())))
def test_every_last_day_of_every_guideline_lies_in_its_year(year: int, guideline: str) -> None:
    of = guidelines.get(guideline)
    first, last = deadlines.span(of, year)

    for each in deadlines.of_year(of, year):
        if each.last_day is not None:
            assert first <= each.last_day <= last
            assert each.first_day is None or first <= each.first_day <= each.last_day
            assert deadlines.year_of(of, each.last_day) == year
