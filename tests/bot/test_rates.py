"""Counting how often something is done."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from bot import rates
from bot.rates import Rate

if TYPE_CHECKING:
    import pytest


def test_so_many_are_taken_and_no_more_until_the_time_is_over(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 1000.0
    monkeypatch.setattr(time, "monotonic", lambda: now)
    rate = Rate(2)

    assert [rate.takes("a") for _ in range(3)] == [True, True, False]
    assert rate.takes("b")
    now += 61
    assert rate.takes("a")


def test_it_remembers_a_bounded_number_of_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rates, "MOST_KEYS", 3)
    rate = Rate(1)
    for key in "abcd":
        rate.takes(key)

    assert not rate.takes("d")
    assert rate.takes("a")  # forgotten: whoever has been quiet longest
