"""The present as people who try Khéo move it: to a day they name, and on from there."""

from __future__ import annotations

import datetime as dt
import time
from typing import Final

OPENS: Final = dt.time(8)  # of the day: from then on reminders and digests go out


class MovedClock:
    """Called, it gives the present: aware, UTC. It begins at 08:00 of `day` in the zone, or now, and goes on.

    Underneath are the seconds that went by, so that the machine's clock, when it jumps, does not move it.
    """

    def __init__(self, zone: dt.tzinfo, day: dt.date | None = None) -> None:
        self._zone = zone
        self._start(dt.datetime.now(dt.UTC) if day is None else self._opening(day))

    def __call__(self) -> dt.datetime:
        """The present."""
        return self._began + dt.timedelta(seconds=time.monotonic() - self._since)

    @property
    def day(self) -> dt.date:
        """The day it is in the zone."""
        return self().astimezone(self._zone).date()

    def step(self, days: int = 1) -> None:
        """Go to 08:00 of the next day, or of one so many days on."""
        self._start(self._opening(self.day + dt.timedelta(days=days)))

    def _opening(self, day: dt.date) -> dt.datetime:
        return dt.datetime.combine(day, OPENS, tzinfo=self._zone).astimezone(dt.UTC)

    def _start(self, moment: dt.datetime) -> None:
        self._began, self._since = moment, time.monotonic()


def present() -> dt.datetime:
    """The present as the machine has it: aware, UTC."""
    return dt.datetime.now(dt.UTC)
