"""The program with Telegram's pace sped up, so that thousands of messages take seconds: the fake counts as fast.

    uv run benchmarks/quick_bot.py SPEED

With a speed of 10, 300 messages a second instead of 30, and a tenth of a second between two to one chat. Jobs of
minutes are done every half second, so that a process which lives for one finds something to do.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))  # as a script it is started from anywhere

import run_bot
from bot.channels.base import Pace
from bot.channels.telegram import Telegram
from bot.clock import HOUR, Clock


def main() -> int:
    """Run as `run_bot.py` does."""
    speed = float(sys.argv[1])
    pace = Telegram.can.pace
    assert pace is not None
    every = Clock.every
    quicker: Any = lambda clock, seconds, name, job: every(clock, 0.5 if seconds < HOUR else seconds, name, job)  # noqa: E731
    setattr(Clock, "every", quicker)  # noqa: B010 - a method is no place to assign to
    Telegram.can = replace(Telegram.can, pace=Pace(pace.many, pace.seconds / speed, pace.chat / speed))
    sys.argv[1:] = []
    return run_bot.main()


if __name__ == "__main__":
    sys.exit(main())
