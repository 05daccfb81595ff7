"""The ledger of channels whose messages are counted: what was used, whom to warn, what has to wait.

It costs no transaction of its own: each answer that was sent also counts the message that it answers.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import structlog

from bot.alerts import tell_administrators
from bot.reach import can_be_elsewhere
from bot.sending import Ending
from conversations import platforms
from locales import _
from movement import quota
from storage.database import Unavailable

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable

    from bot.inbox import Desk, Outgoing
    from bot.reach import Reach
    from movement.quota import Used
    from storage.database import Database
    from storage.session import Session

SPARED = "quota"  # why a row is not sent here, but by the person's other channel

_log = structlog.get_logger()


class Ledger:
    """What the outbox asks before sending where messages are counted."""

    def __init__(self, database: Database, reach: Reach, desk: Desk, now: Callable[[], dt.datetime]) -> None:
        self._database, self._reach, self._desk, self._now = database, reach, desk, now

    async def spared(self, row: Outgoing) -> Ending | None:
        """How a row ends without being sent, since too little is left for anything but answers; None: send it.

        It goes by another channel of the person, or waits for the next month.
        """
        account = (row.channel, row.account)
        if quota.limit_of(account) is None or _answers(row):
            return None
        now = self._now()
        try:
            if account not in await self._database.read(quota.spent, quota.month_of(now, self._desk.zone)):
                return None
            if await self._database.read(can_be_elsewhere, row) and await self._reach.is_elsewhere(row):
                return Ending(row, "unreachable", why=SPARED)
        except Unavailable:
            return None
        return Ending(row, "waiting", due_at=quota.next_month(now, self._desk.zone))


def write_down(session: Session, endings: list[Ending], desk: Desk, now: dt.datetime) -> list[tuple[str, int]]:
    """Count what these endings used; warn administrators where a mark is passed.

    Gives chat and row of warnings that were delivered by being stored, so that open pages can be woken.
    """
    sent: Counter[quota.Account] = Counter()
    received: Counter[quota.Account] = Counter()
    for ending in endings:
        account = (ending.row.channel, ending.row.account)
        sent[account] += ending.messages
        received[account] += ending.row.kind == "answer" and ending.state != "waiting"
    told: list[tuple[str, int]] = []
    for account in sorted(sent):
        counted = quota.count(session, account, quota.month_of(now, desk.zone), sent[account], received[account])
        if counted is not None:
            told += _warn(session, desk, now, *counted)
    return told


def _warn(session: Session, desk: Desk, now: dt.datetime, used: Used, before: int) -> list[tuple[str, int]]:
    passed = [mark for mark in quota.MARKS if before < mark <= used.percent]
    if not passed:
        return []
    _log.warning("quota_mark_passed", channel=used.channel, account=used.account, percent=used.percent)
    still_sends = passed[-1] < quota.ONLY_ANSWERS

    def text() -> str:
        lead = _("{bot}: {percent}% of this month's messages are used, {left} are left.").format(
            bot=platforms.label(used.channel, used.account), percent=used.percent, left=used.left
        )
        more = "" if still_sends else "\n" + _("Until the month ends only answers are sent there.")
        return f"{lead}{more}\n" + _("See: {command}").format(command="/hanmuc")

    return tell_administrators(session, desk, now, text, not_by="" if still_sends else used.channel)


def _answers(row: Outgoing) -> bool:
    """Whether somebody waits for it: an answer, or a file that was asked for."""
    return row.kind == "answer" or bool(row.payload.get("screen", {}).get("files"))
