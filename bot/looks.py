"""A look at the outbox: what dead processes left, what the others agreed on, and what this one may claim now."""

from __future__ import annotations

import math
from collections import Counter
from typing import TYPE_CHECKING, Final

from bot import send_gates
from bot.claims import CLAIMED_AT_ONCE, Claimed, Looked, Room, claim, is_anything_waiting, owners, take_over
from bot.send_gates import answers_since, leave, told
from movement import quiet_hours

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Mapping, Sequence

    from bot.gates import Gates
    from bot.inbox import Desk, Outgoing
    from bot.send_gates import Bot, Told
    from storage.database import Database
    from storage.session import Session

IN_HAND: Final = 0.25  # seconds' worth of bulk that is claimed: what dies with a process is not sent again
MOST_IN_HAND: Final = 60  # and no more of it: claiming holds up the turns of SQLite's one writer
REMEMBERED: Final = 60.0  # seconds for which room is left to another process that answered
MORE_THAN_SEEN: Final = 1.5  # times what other processes answered so far
KEPT_FREE: Final = 2  # places beside that, where other processes answer at all


class Looks:
    """What the sender of one process sees when it looks at the outbox."""

    def __init__(self, database: Database, gates: Gates, desk: Desk, now: Callable[[], dt.datetime]) -> None:
        self._database, self._gates, self._desk, self._now = database, gates, desk, now
        self._is_shared = database.dialect == "postgresql"
        self._has_looked = False
        self._newest = 0  # the newest row of which it is known whether it is an answer
        self._answers: tuple[int, list[tuple[int, Bot]]] = (0, [])  # by any process, of the last look
        self._counted_at = 0.0  # ticks
        self._own: set[int] = set()  # answers of this process, which are newer
        self._elsewhere: dict[Bot, list[tuple[float, float]]] = {}  # when so many a second were answered by others

    async def look(self, in_hand: Mapping[Bot, int]) -> Claimed:
        """Claim what is due and can be sent soon. `in_hand`: bulk that is claimed already."""
        agree = self._is_shared or not self._has_looked
        holding, told, waits = await self._database.read(_seen, agree=agree)
        self._has_looked = True
        for each in told:
            self._gates.learn(each)
        dead = await self._dead({*holding, *(each.bulk_owner for each in told if each.bulk_owner)})
        if left := [owner for owner in holding if owner in dead]:
            await self._database.write(take_over, left)
        if not waits and not left:
            return Claimed()
        rooms = {bot: self._room(bot, in_hand.get(bot, 0), told, dead) for bot in self._gates.every()}
        is_quiet = quiet_hours.is_quiet(self._now(), self._desk.zone)
        looked = Looked(self._database.process, rooms, is_quiet, tuple(dead))
        began = self._gates.ticks()
        claimed = await self._database.write(claim, looked, self._now())
        for bot in claimed.leases:
            self._gates.of(bot).lend(began, began + send_gates.LEASE - 1)  # a little before others think so
        if claimed.leases:
            await self._leave_room()
        return claimed

    def answered(self, rows: Sequence[Outgoing]) -> None:
        """Remember that these answers are this process's own."""
        if self._newest:
            self._own.update(row.id for row in rows)

    async def leave(self) -> None:
        """Let other processes send bulk."""
        if self._is_shared:
            await self._database.write(leave, self._database.process)

    async def _dead(self, processes: set[int]) -> set[int]:
        return {each for each in processes if not await self._database.is_alive(each)}

    def _room(self, bot: Bot, in_hand: int, told: list[Told], dead: set[int]) -> Room:
        gate = self._gates.of(bot)
        if gate.left():
            return Room(0, 0)
        bulk = max(0, gate.room(IN_HAND, MOST_IN_HAND) - in_hand)
        needs_lease = self._is_shared and gate.pace is not None
        ours = {None, self._database.process, *dead}
        if needs_lease and any(each.bot == bot and each.bulk_owner not in ours for each in told):
            bulk = 0
        return Room(1 if gate.is_trying else CLAIMED_AT_ONCE, bulk, needs_lease)

    async def _leave_room(self) -> None:
        """Have bulk leave room for what other processes answer, as far as the last minute tells."""
        before, self._answers = self._answers, await self._database.read(answers_since, self._newest)
        now = self._gates.ticks()
        seconds = max(now - self._counted_at, 0.1)
        # Those seen a look ago: by now it is known which of them are this process's own.
        counted = Counter(bot for number, bot in before[1] if number not in self._own)
        self._own = {number for number in self._own if number > before[0]}
        self._newest, self._counted_at = self._answers[0], now
        for bot, gate in self._gates.every().items():
            rates = [(at, rate) for at, rate in self._elsewhere.get(bot, []) if at > now - REMEMBERED]
            rates += [(now, counted[bot] / seconds)] if counted[bot] else []
            self._elsewhere[bot] = rates
            if gate.pace is not None:
                expected = MORE_THAN_SEEN * max((rate for _, rate in rates), default=0) * gate.pace.seconds
                gate.others = min(gate.pace.many // 2, math.ceil(expected) + KEPT_FREE) if rates else 0


def _seen(session: Session, *, agree: bool) -> tuple[list[int], list[Told], bool]:
    """Who holds rows, what processes agreed on, and whether anything waits."""
    return owners(session), told(session) if agree else [], is_anything_waiting(session)
