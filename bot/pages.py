"""The open web pages of this process: who waits for which chat, and what is already there."""

from __future__ import annotations

import asyncio
import contextlib
from collections import defaultdict

MOST_REMEMBERED = 10_000


class Pages:
    """Wakes the streams of a chat. What there is to show is read from the database, never kept here."""

    def __init__(self) -> None:
        self._waiting: dict[str, set[asyncio.Event]] = defaultdict(set)
        self._newest: dict[str, int] = {}

    def wake(self, chat: str, newest: int = 0) -> None:
        """There is a message up to this id for the chat; 0: look for yourself."""
        if newest:
            self._newest.pop(chat, None)  # the newest last, so that the oldest are forgotten first
            self._newest[chat] = newest
            if len(self._newest) > MOST_REMEMBERED:
                del self._newest[next(iter(self._newest))]
        for event in self._waiting.get(chat, ()):
            event.set()

    def wake_all(self) -> None:
        """There may be a message for anybody: another process took one."""
        for chat in list(self._waiting):
            self.wake(chat)

    async def wait(self, chat: str, last_id: int, seconds: float) -> None:
        """Return when there may be a message above `last_id`, after `seconds` at the latest."""
        if self._newest.get(chat, 0) > last_id:
            return
        event = asyncio.Event()
        self._waiting[chat].add(event)
        try:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(seconds):
                    await event.wait()
        finally:
            self._waiting[chat].discard(event)
            if not self._waiting[chat]:
                del self._waiting[chat]
