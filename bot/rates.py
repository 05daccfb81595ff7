"""How often something may be done: counted in memory for a minute, each process for itself."""

from __future__ import annotations

import time
from collections import OrderedDict

MOST_KEYS = 10_000


class Rate:
    """At most so many times a minute for each key."""

    def __init__(self, most: int, seconds: float = 60.0) -> None:
        self._most, self._seconds = most, seconds
        self._counts: OrderedDict[str, tuple[float, int]] = OrderedDict()  # key: its window's end, how often

    def takes(self, key: str) -> bool:
        """Count one more, and tell whether it is still within the rate."""
        now = time.monotonic()
        ends, times = self._counts.pop(key, (0.0, 0))
        if ends <= now:
            ends, times = now + self._seconds, 0
        self._counts[key] = (ends, times + 1)
        if len(self._counts) > MOST_KEYS:
            self._counts.popitem(last=False)  # whoever has been quiet longest
        return times < self._most
