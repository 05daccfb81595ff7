"""The present that people who try Khéo move, by itself."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
import time_machine

from bot.demo_clock import MovedClock

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
MARCH = dt.date(2027, 3, 9)
SECOND = dt.timedelta(seconds=1)


@pytest.fixture
def passed(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The seconds that went by since the machine was started: one number, which tests change."""
    seconds = [1000.0]
    monkeypatch.setattr("bot.demo_clock.time.monotonic", lambda: seconds[0])
    return seconds


def at(day: dt.date, hour: int = 8, minute: int = 0) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(hour, minute), tzinfo=ZONE)


def test_it_begins_at_eight_of_the_day_and_goes_on(passed: list[float]) -> None:
    now = MovedClock(ZONE, MARCH)
    begun = now()
    passed[0] += 3700

    assert begun == at(MARCH)
    assert begun.tzinfo is dt.UTC
    assert now() == at(MARCH) + 3700 * SECOND


def test_without_a_day_it_is_the_present() -> None:
    with time_machine.travel(dt.datetime(2026, 11, 21, 2, 17, tzinfo=dt.UTC), tick=False):
        now = MovedClock(ZONE)

    assert now() - dt.datetime(2026, 11, 21, 2, 17, tzinfo=dt.UTC) < 60 * SECOND
    assert now.day == dt.date(2026, 11, 21)


def test_the_day_is_that_of_the_zone(passed: list[float]) -> None:
    now = MovedClock(ZONE, MARCH)

    passed[0] += 16 * 3600 - 1
    before = now.day
    passed[0] += 1

    assert (before, now.day) == (MARCH, MARCH + dt.timedelta(days=1))


@pytest.mark.parametrize("jump", [-3600, 3600])
def test_a_jump_of_the_machines_clock_does_not_move_it(jump: int) -> None:
    with time_machine.travel(dt.datetime(2026, 11, 21, 2, tzinfo=dt.UTC)) as machine:
        now = MovedClock(ZONE, MARCH)
        machine.shift(jump)

        assert at(MARCH) <= now() < at(MARCH) + 60 * SECOND


@pytest.mark.parametrize(("days", "day"), [(1, dt.date(2027, 3, 10)), (7, dt.date(2027, 3, 16))])
def test_a_step_leads_to_eight_of_that_day(passed: list[float], days: int, day: dt.date) -> None:
    now = MovedClock(ZONE, MARCH)
    passed[0] += 5 * 3600

    now.step(days)

    assert now() == at(day)
    passed[0] += 60
    assert now() == at(day, 8, 1)


def test_a_step_leads_into_the_next_year(passed: list[float]) -> None:
    now = MovedClock(ZONE, dt.date(2027, 12, 31))

    now.step()

    assert now() == at(dt.date(2028, 1, 1))
