"""What buttons of the week ahead hold is short, and another for each deadline."""

from __future__ import annotations

import datetime as dt
from itertools import product

from conversations.officer.coming_reminders import _key
from movement.reminders.week import Batch

DAY = dt.date(2027, 3, 9)


def test_long_deadlines_that_begin_alike_are_told_apart() -> None:
    names = [f"bao-cao-tong-ket-cuoi-nam-{number}" for number in range(9)] + ["dang-ky", "cong-nhan-dien-hinh"]
    batches = [
        Batch(day, 2027, name, day, name, {}) for day, name in product((DAY, DAY + dt.timedelta(days=1)), names)
    ]

    keys = [_key(each) for each in batches]

    assert len(set(keys)) == len(batches)
    assert max(map(len, keys)) <= 32
    assert "20270309-2027-dang-ky" in keys
