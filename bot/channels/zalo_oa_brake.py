"""Keeps the account below Zalo's limit of calls, so that whoever waits for an answer gets it.

The smaller package allows 100 calls a minute: reminders to a thousand people would use up every minute of ten.
So what nobody waits for is held back when the limit is near, and goes bit by bit.
"""

from __future__ import annotations

import datetime as dt
import random
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from bot.channels.base import Message

MINUTE: Final = dt.timedelta(minutes=1)  # calls are counted by the minute
KEPT_FREE: Final = 0.3  # of the limit, for answers
SPREAD: Final = 30.0  # seconds over which what was held back is spread


class Brake:
    """Knows how much of the minute is left, from what Zalo says beside its answers."""

    def __init__(self, now: Callable[[], dt.datetime]) -> None:
        self._now = now
        self._until: dt.datetime | None = None

    def heard(self, headers: Mapping[str, str]) -> None:
        """Take what Zalo says of the limit: `X-RateLimit-Limit` and `X-RateLimit-Remain`."""
        limit, left = (_number(headers.get(f"X-RateLimit-{name}")) for name in ("Limit", "Remain"))
        if limit and left is not None:
            self._until = self._now() + MINUTE if left <= limit * KEPT_FREE else None

    def was_hit(self) -> None:
        """The limit was reached."""
        self._until = self._now() + MINUTE

    def wait(self, message: Message) -> float:
        """Seconds that a message is to be held back; 0: it may go."""
        left = (self._until - self._now()).total_seconds() if self._until else 0
        if message.purpose == "answer" or left <= 0:
            return 0
        return left + random.uniform(0, SPREAD)  # noqa: S311 - spreading


def _number(value: str | None) -> int | None:
    return int(value) if value and value.isdecimal() else None
