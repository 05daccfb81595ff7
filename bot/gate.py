"""The gate before a platform, one for each bot: in what order and how fast its messages go, and when none does.

Answers, for which a person waits, go first; everything else is *bulk*. Within the pace that a platform allows, a
message goes only when it cannot be one too many, however the network delays: message n begins `seconds` after the
*answer* to message n - `many` came back, since that one arrived before its answer and this one arrives after it
began. Bulk is spread evenly and a hair slower than allowed, so that an answer finds room at once or very soon.
"""

from __future__ import annotations

import asyncio
import math
import random
import time
from collections import deque
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from bot.channels.base import Closed, Moved, Summarised, TryLater, Unreachable

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from bot.channels.base import Pace

FAILURES: Final = 3  # in a row, after which a platform is taken to be away
FIRST_PAUSE: Final = 1.0  # seconds, twice as long after each further try
LONGEST_PAUSE: Final = 60.0  # seconds between two tries of a platform that is away
SLOWER: Final = 1.014  # how much longer than the platform's pace bulk takes
CATCH_UP: Final = 2  # messages that bulk may make up for at once, after it was held up
PATIENCE: Final = 5.0  # seconds that bulk waits here; then it is put back, to be looked at again before it goes


class Held(Exception):  # noqa: N818 - a state, not an error
    """What nobody waits for does not go now: it is put back. `left`: seconds, where its chat is held."""

    def __init__(self, left: float = 0) -> None:
        super().__init__()
        self.left = left


@dataclass(eq=False, slots=True)
class _Waiter:
    chat: str
    weight: int
    until: float  # ticks; later it is put back
    go: asyncio.Future[None] = field(default_factory=lambda: asyncio.get_running_loop().create_future())


class Gate:
    """The gate of one bot in this process. Times are `ticks`, which no change of the clock moves."""

    def __init__(self, pace: Pace | None, ticks: Callable[[], float] = time.monotonic) -> None:
        self.pace, self._ticks = pace, ticks
        self.others = 0  # messages in `seconds` that other processes are expected to send
        self.on_pause: Callable[[float, str], None] = lambda _seconds, _why: None
        self.may_send_bulk_until = math.inf  # ticks: another process may send it after that
        self._answers: deque[_Waiter] = deque()
        self._bulk: deque[_Waiter] = deque()
        self._under_way = self._counted = 0  # of those counted, the answer to some has come: `_recent`
        self._recent: deque[tuple[float, int]] = (
            deque()
        )  # when the answers to what counts still came, and how many
        self._next_bulk = 0.0
        self._chats: dict[str, tuple[int, float]] = {}  # messages under way, when the last answer came
        self._held: dict[str, float] = {}  # chats to which nothing goes until then
        self._paused_until = self._bulk_paused_until = 0.0
        self._failures = 0
        self.is_trying = False  # one message goes, and if that works the others
        self._timer: asyncio.TimerHandle | None = None

    @asynccontextmanager
    async def way(self, chat: str, *, first: bool, weight: int = 1) -> AsyncIterator[None]:
        """Wait until a message may go; it counts as on its way while the block runs. Raise Held, for bulk only."""
        weight = min(weight, self.pace.many) if self.pace else weight
        waiter = _Waiter(chat, weight, math.inf if first else self._ticks() + PATIENCE)
        (self._answers if first else self._bulk).append(waiter)
        self._open()
        try:
            await waiter.go
        except BaseException:
            self._leave(waiter)
            raise
        try:
            yield
        except TryLater as later:
            self._heard(chat, later)
            raise
        except (Closed, Moved, Summarised, Unreachable):
            self.worked()
            raise
        else:
            self.worked()
        finally:
            self._came_back(waiter)

    def lend(self, now: float, until: float) -> None:
        """Let this process send bulk until then; what another has just sent counts still."""
        if self.pace and not now <= self.may_send_bulk_until < math.inf:
            self._next_bulk = max(self._next_bulk, now + self.pace.seconds)
        self.may_send_bulk_until = until

    def give_way(self, chat: str) -> None:
        """Put back bulk to this chat: an answer has come to stand behind it."""
        for waiter in [each for each in self._bulk if each.chat == chat]:
            self._bulk.remove(waiter)
            _refuse(waiter, Held())

    def left(self) -> float:
        """Seconds for which nothing goes; 0: it may."""
        return max(0.0, self._paused_until - self._ticks())

    def room(self, seconds: float, most: int) -> int:
        """How much bulk can go in so many seconds, where nothing has a claim on them yet."""
        if self._ticks() < max(self._paused_until, self._bulk_paused_until):
            return 0
        if self.is_trying:
            return 0 if self._under_way or self._answers or self._bulk else 1
        if self.pace is None:
            return most
        return min(most, max(1, math.ceil(seconds * self.pace.many / self.pace.seconds)))

    def _heard(self, chat: str, later: TryLater) -> None:
        """A message was not taken: let wait what has to."""
        if not later.after:
            paused = self.failed()
        elif later.of == "bot":
            paused = self.pause(later.after) if later.after > self.left() else 0
        else:
            self.worked()
            paused = self.hold(chat, later.after) if later.of == "chat" else 0
        if later.of == "bulk":
            self.pause_bulk(later.after)
        if paused:
            self.on_pause(paused, str(later))

    def worked(self) -> None:
        """The platform took a message, or said why not: it is there."""
        self._failures, self.is_trying = 0, False
        self._open()

    def failed(self) -> float:
        """The platform did not answer; give the seconds of the pause that this begins, if it does."""
        if self.left():
            return 0
        self._failures += 1
        if self._failures < FAILURES:
            return 0
        seconds = min(FIRST_PAUSE * 2 ** (self._failures - FAILURES), LONGEST_PAUSE)
        return self.pause(seconds * random.uniform(0.75, 1))  # noqa: S311 - apart from others, not secret

    def hold(self, chat: str, seconds: float) -> float:
        """Send nothing to a chat for a while; a second one means the bot: give the seconds of its pause."""
        now = self._ticks()
        self._held = {each: until for each, until in self._held.items() if until > now}
        others = self._held.keys() - {chat}
        self._held[chat] = max(now + seconds, self._held.get(chat, 0))
        self._open()
        return self.pause(seconds) if others else 0

    def pause(self, seconds: float) -> float:
        """Send nothing for a while, then one message until it is seen to work; give the seconds."""
        self._paused_until = max(self._paused_until, self._ticks() + seconds)
        self.is_trying = True
        self._open()
        return seconds

    def pause_bulk(self, seconds: float) -> None:
        """Send only answers for a while."""
        self._bulk_paused_until = max(self._bulk_paused_until, self._ticks() + seconds)
        self._open()

    def stop_bulk(self) -> None:
        """Send no more bulk; what has not begun is put back."""
        self.may_send_bulk_until = -math.inf
        self._open()

    def _open(self) -> None:
        """Let go what may go now, and look again when more may."""
        now = self._ticks()
        self._forget(now)
        for answer in list(self._answers):
            if self._may_go(answer, now, self.pace.many if self.pace else 0):
                self._start(self._answers, answer, now)
        self._refuse_bulk(now)
        while (bulk := self._next_of_bulk(now)) is not None:
            since = self._next_bulk  # before this one
            self._start(self._bulk, bulk, now)
            self._next_bulk += max(0.0, now - CATCH_UP * self._apart() - since)
        self._look_again(now)

    def _may_go(self, waiter: _Waiter, now: float, most: int) -> bool:
        """Whether it may go without being one too many of `most`."""
        if now < self._paused_until or (self.is_trying and self._under_way):
            return False
        if self._held and self._held.get(waiter.chat, 0) > now:
            return False
        return self.pace is None or self._counted + waiter.weight <= max(waiter.weight, most)

    def _next_of_bulk(self, now: float) -> _Waiter | None:
        """The first of bulk that may go."""
        if not self._bulk or (self.pace and now < self._next_bulk):
            return None
        if any(self._held.get(each.chat, 0) <= now for each in self._answers):
            return None
        most = self.pace.many - self.others if self.pace else 0
        return next(
            (each for each in self._bulk if self._is_free(each.chat, now) and self._may_go(each, now, most)), None
        )

    def _is_free(self, chat: str, now: float) -> bool:
        """Whether so much time has passed since the last message to a chat that bulk may follow."""
        if self.pace is None:
            return True
        under_way, last = self._chats.get(chat, (0, -math.inf))
        return not under_way and last + self.pace.chat <= now

    def _refuse_bulk(self, now: float) -> None:
        """Put back what is not to wait here."""
        stopped = max(self._paused_until, self._bulk_paused_until) > now or now > self.may_send_bulk_until
        while self._bulk and (stopped or self._bulk[0].until < now):
            _refuse(self._bulk.popleft(), Held())
        for waiter in [each for each in self._bulk if self._held.get(each.chat, 0) > now] if self._held else ():
            self._bulk.remove(waiter)
            _refuse(waiter, Held(self._held[waiter.chat] - now))

    def _apart(self) -> float:
        """Seconds between two messages of bulk."""
        return self.pace.seconds / max(1, self.pace.many - self.others) * SLOWER if self.pace else 0

    def _start(self, lane: deque[_Waiter], waiter: _Waiter, now: float) -> None:
        lane.remove(waiter)
        self._under_way += waiter.weight
        self._counted += waiter.weight
        self._next_bulk += self._apart() * waiter.weight  # an answer takes a place in the row of bulk as well
        if self.pace:
            under_way, _ = self._chats.get(waiter.chat, (0, now))
            self._chats[waiter.chat] = (under_way + 1, now)
        waiter.go.set_result(None)

    def _came_back(self, waiter: _Waiter) -> None:
        self._under_way -= waiter.weight
        if self.pace is None:
            self._counted -= waiter.weight
        else:
            now = self._ticks()
            self._recent.append((now, waiter.weight))
            under_way, _ = self._chats[waiter.chat]
            self._chats[waiter.chat] = (under_way - 1, now)
        self._open()

    def _leave(self, waiter: _Waiter) -> None:
        """Whoever waited goes away: cancelled, or put back."""
        for lane in (self._answers, self._bulk):
            if waiter in lane:
                lane.remove(waiter)
        if waiter.go.done() and not waiter.go.cancelled() and waiter.go.exception() is None:
            self._came_back(waiter)
        else:
            self._open()

    def _forget(self, now: float) -> None:
        """Forget what counts no more."""
        if self.pace is None:
            return
        while self._recent and self._recent[0][0] + self.pace.seconds <= now:
            self._counted -= self._recent.popleft()[1]
        if len(self._chats) > 10 * self.pace.many:
            chat = self.pace.chat
            self._chats = {key: at for key, at in self._chats.items() if at[0] or at[1] + chat > now}

    def _look_again(self, now: float) -> None:
        """Set the timer for the first instant at which something may go that may not now."""
        if self._timer:
            self._timer.cancel()
            self._timer = None
        if not self._answers and not self._bulk:
            return
        times = [self._paused_until, *(self._held.get(each.chat, 0) for each in self._answers)]
        if self.pace and self._recent:
            times.append(self._recent[0][0] + self.pace.seconds)
        if self.pace and self._bulk:
            chats = (self._chats.get(each.chat, (0, 0.0))[1] + self.pace.chat for each in self._bulk)
            times += [self._next_bulk, *chats, self._bulk[0].until, self.may_send_bulk_until]
        soon = min((at for at in times if at > now), default=math.inf)
        if soon < math.inf:
            self._timer = asyncio.get_running_loop().call_later(soon - now, self._open)


def _refuse(waiter: _Waiter, why: Held) -> None:
    if not waiter.go.done():
        waiter.go.set_exception(why)
