"""One row of the outbox on its way to a person: its messages, how far it has come, how it ended."""

from __future__ import annotations

import asyncio
import random
from collections import deque
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import structlog

from bot.channels.base import Closed, Message, Moved, Refused, Summarised, TryLater, Unreachable
from bot.render import render
from conversations.engine.screen import Screen
from locales import speaking

if TYPE_CHECKING:
    import datetime as dt

    from bot.channels.base import Channel
    from bot.gate import Gate
    from bot.inbox import Outgoing
    from bot.urls import Urls

LONGEST_WAIT = 300.0  # seconds between attempts

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Ending:
    """How sending one row ended."""

    row: Outgoing
    state: str
    ref: str = ""
    why: str = ""
    shown: dict[str, str] | None = None
    due_at: dt.datetime | None = None  # of a row that waits again
    messages: int = 0  # of the platform, that it took


class Sending:
    """One row on its way: the messages of its screen, and how far it has come."""

    def __init__(self, channel: Channel, row: Outgoing, urls: Urls, gate: Gate) -> None:
        self.chat = row.chat
        self.began: dt.datetime | None = None
        self._channel, self._row, self._gate = channel, row, gate
        self._screen = Screen.from_json(row.payload["screen"])
        self.attempts = row.attempts
        self.has_begun = False  # a part of it has arrived, or may have
        self._settled = not (channel.can.edits and row.payload.get("settle"))
        self._ref = ""
        self.messages = 0  # of the platform, surely or perhaps sent
        with speaking(row.payload.get("locale", "vi")):
            self._messages = deque(render(self._screen, channel.can, urls))

    def heard(self, at: dt.datetime | None) -> None:
        """Tell the channel, whose window hangs on it, when the person last wrote and what this is for."""
        self._messages = deque(replace(each, purpose=self._row.kind, heard_at=at) for each in self._messages)

    @property
    def rest(self) -> str:
        """What was too long for the last message; empty where all of it fits."""
        return self._messages[-1].rest

    def link_rest(self, url: str) -> None:
        """Say where the whole can be read."""
        last = self._messages.pop()
        self._messages.append(replace(last, text=f"{last.text}\n{url}", rest=""))

    async def go_on(self) -> Ending:
        """Send what is left, and settle the question just left meanwhile; raise as the channel does."""
        if self._settled:
            return await self._go_on()
        self._settled = True
        ending, _ = await asyncio.gather(self._go_on(), self._settle_question())
        return ending

    async def _go_on(self) -> Ending:
        edit = self._row.payload.get("edit") if self._channel.can.edits and len(self._messages) == 1 else None
        last = self._messages[-1]
        while self._messages:
            try:
                self._ref = await self._through_the_gate(self._messages[0], edit)
            except Summarised as short:
                return Ending(self._row, "sent", short.ref, why="template", messages=self.messages + 1)
            except TryLater as later:
                self.messages += self._channel.can.cost(self._messages[0]) if later.unknown else 0
                self.has_begun = self.has_begun or later.unknown
                raise
            self.has_begun = True
            self.messages += self._channel.can.cost(self._messages.popleft())
        return Ending(self._row, "sent", self._ref, shown=self._shown(last), messages=self.messages)

    async def _through_the_gate(self, message: Message, edit: str | None) -> str:
        """Send one message, or change one, when its turn has come; several files are several messages."""
        weight = len(message.files) + bool(message.text or message.title or message.rows) or 1
        first = self._row.kind == "answer" or self.has_begun
        async with self._gate.way(self.chat, first=first, weight=weight):
            if edit:
                return await self._channel.edit(self.chat, edit, message)
            return await self._channel.send(self.chat, message)

    def pause(self) -> float:
        """Give the seconds to wait before the next attempt, twice as long each time."""
        self.attempts += 1
        return min(2.0 ** min(self.attempts, 10), LONGEST_WAIT) * random.uniform(0.4, 0.6)  # noqa: S311 - spreading

    async def _settle_question(self) -> None:
        """Show the answer under the question just left and take its buttons away; nothing hangs on it."""
        payload = self._row.payload
        text = "\n".join(line for line in (payload.get("settle_text"), f"✓ {self._screen.settled}") if line)
        try:
            await self._through_the_gate(Message(text), payload["settle"])
        except (TryLater, Unreachable, Refused, Moved, Closed):  # what matters of it the answer will meet as well
            _log.info("question_not_settled", channel=self._row.channel, row=self._row.id)

    def _shown(self, message: Message) -> dict[str, str] | None:
        """What to keep of the last message, so that it can be changed when its question is answered."""
        if not self._channel.can.edits or not self._screen.place:
            return None
        return {"ref": self._ref, "place": self._screen.place, "text": message.text[:1000]}
