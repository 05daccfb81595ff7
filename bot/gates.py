"""The gates of all bots of this process, and what their pauses mean for the other processes."""

from __future__ import annotations

import asyncio
import time
from functools import partial
from typing import TYPE_CHECKING

import structlog

from bot.gate import Gate

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from datetime import datetime

    from bot.channels.base import Channels
    from bot.send_gates import Bot, Told

_log = structlog.get_logger()


class Gates:
    """One gate for each bot, made when it is first asked for."""

    def __init__(self, channels: Channels, ticks: Callable[[], float] = time.monotonic) -> None:
        self.ticks = ticks  # the clock by which sending waits, and waiting by it
        self.sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
        self.to_write: dict[Bot, float] = {}  # pauses that the other processes are to be told of, in seconds
        self._channels = channels
        self._gates: dict[Bot, Gate] = {}
        self._seen: dict[Bot, datetime] = {}  # ends of pauses that were taken over: a clock may be moved

    def of(self, bot: Bot) -> Gate:
        """The gate of a bot; one that is not ours has no pace."""
        if bot not in self._gates:
            channel = self._channels.get(bot)
            gate = self._gates[bot] = Gate(channel.can.pace if channel else None, self.ticks)
            gate.on_pause = partial(self._paused, bot)
        return self._gates[bot]

    def every(self) -> dict[Bot, Gate]:
        """The gates of all bots of ours."""
        return {bot: self.of(bot) for bot in self._channels}

    def learn(self, told: Told) -> None:
        """Take over a pause that another process, or this one before it was started again, has written."""
        if told.paused_until is None or self._seen.get(told.bot) == told.paused_until:
            return
        self._seen[told.bot] = told.paused_until
        gate = self.of(told.bot)
        if told.pause > gate.left():
            gate.pause(told.pause)

    def stop_bulk(self) -> None:
        """Send no more bulk in this process; what has not begun is put back."""
        for gate in self._gates.values():
            gate.stop_bulk()

    def _paused(self, bot: Bot, seconds: float, why: str) -> None:
        _log.warning("sending_paused", channel=bot[0], account=bot[1], seconds=round(seconds), why=why)
        self.to_write[bot] = seconds
