"""How many messages the fake of Telegram takes when it is strict: the published rates, to the letter."""

from __future__ import annotations

import math
import time
from collections import defaultdict, deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass
class Limits:
    """`many` messages of the bot in any `seconds`, `burst` to a chat in any `chat` seconds; else 429.

    The published words allow "short bursts" in a chat; `burst` 1 allows none.
    """

    many: int = 30
    seconds: float = 1.0
    chat: float = 1.0
    burst: int = 1
    told: list[str] = field(default_factory=list)  # "bot" or "chat", for each 429
    most: int = 0  # in any `seconds`, that was seen
    clock: Callable[[], float] = time.monotonic
    _all: deque[float] = field(default_factory=deque)
    _chats: dict[str, deque[float]] = field(default_factory=lambda: defaultdict(deque))

    def retry_after(self, method: str, values: dict[str, Any]) -> int:
        """Seconds after which this call would be taken; 0: it is. What is refused counts as well."""
        if not method.startswith(("send", "edit")) or method == "sendChatAction":
            return 0
        now = self.clock()
        arrived = len(values["media"]) if method == "sendMediaGroup" else 1
        _forget(self._all, now - self.seconds)
        self._all.extend([now] * arrived)
        self.most = max(self.most, len(self._all))
        if len(self._all) > self.many:
            self.told.append("bot")
            return math.ceil(self.seconds)
        chat = self._chats[str(values.get("chat_id"))]
        _forget(chat, now - self.chat)
        if method.startswith("send"):
            chat.append(now)
        if len(chat) > self.burst:
            self.told.append("chat")
            return math.ceil(self.chat)
        return 0


def _forget(times: deque[float], before: float) -> None:
    while times and times[0] <= before:
        times.popleft()
