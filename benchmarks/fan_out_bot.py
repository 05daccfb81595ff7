"""Khéo with Telegram's pace so many times faster, at any hour, for the benchmarks that send to thousands.

    fan_out_bot.py SCALE [LEASE [EVERY]]

LEASE is that of sending bulk, in seconds; EVERY how often jobs of minutes are done, where processes live shortly.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from functools import partialmethod
from typing import TYPE_CHECKING
from unittest.mock import patch

from bot import send_gates
from bot.channels.base import Pace
from bot.channels.telegram import Telegram
from bot.clock import HOUR, Clock
from movement import quiet_hours
from run_bot import main

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

_every = Clock.every


def often(clock: Clock, most: float, seconds: float, name: str, job: Callable[[], Awaitable[object]]) -> None:
    """Have jobs of minutes done more often."""
    _every(clock, min(seconds, most) if seconds < HOUR else seconds, name, job)


if __name__ == "__main__":
    given = [float(each) for each in sys.argv[1:]]
    del sys.argv[1:]
    scale, lease, every = [*given, *(send_gates.LEASE, HOUR)[len(given) - 1 :]]
    with (
        patch.object(Telegram, "can", replace(Telegram.can, pace=Pace(30, 1 / scale, 1 / scale))),
        patch.object(send_gates, "LEASE", lease),
        patch.object(Clock, "every", partialmethod(often, every)),
        patch.object(quiet_hours, "is_quiet", return_value=False),
        patch.object(quiet_hours, "next_allowed", lambda now, _zone: now),
    ):
        main()
