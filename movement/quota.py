"""How many messages a platform lets a bot of ours exchange in a month, how many it has, and for how many people.

Whether a platform counts what comes in is not known, so both ways count (Zalo Bot Platform, free plan: 3,000
messages a month, 50 people a bot). The limits are settings of the deployment, the same in all of its processes.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import bindparam, func, select
from sqlalchemy.dialects import postgresql, sqlite

from storage.channel_tables import message_count
from storage.people_tables import address

if TYPE_CHECKING:
    from collections.abc import Mapping

    from storage.session import Session

Account = tuple[str, str]  # a channel and which bot of ours

WARNED: Final = 80  # per cent from which admins are told
ONLY_ANSWERS: Final = 95  # per cent from which nothing is sent but answers
SPENT: Final = 100
MARKS: Final = (WARNED, ONLY_ANSWERS, SPENT)
GATHERED_FOR: Final = dt.timedelta(seconds=60)  # how long what nobody waits for may wait for more of its kind

_limits: dict[Account, Limit] = {}


@dataclass(frozen=True, slots=True)
class Limit:
    """What one bot is allowed."""

    messages: int  # a month
    people: int


@dataclass(frozen=True, slots=True)
class Used:
    """What one bot has used of a month."""

    channel: str
    account: str
    sent: int
    received: int
    limit: Limit
    people: int = 0

    @property
    def total(self) -> int:
        """Both ways together."""
        return self.sent + self.received

    @property
    def left(self) -> int:
        """How many messages remain."""
        return max(0, self.limit.messages - self.total)

    @property
    def percent(self) -> int:
        """How much of the month's messages is used, rounded down."""
        return 100 * self.total // self.limit.messages


def use(limits: Mapping[Account, Limit]) -> None:
    """Take these as the limits of this process's bots; all others have none."""
    _limits.clear()
    _limits.update(limits)


def limits() -> Mapping[Account, Limit]:
    """The limits of this process's bots."""
    return _limits


def limit_of(account: Account) -> Limit | None:
    """What this bot is allowed, or None where it has no limit."""
    return _limits.get(account)


def month_of(now: dt.datetime, zone: dt.tzinfo) -> str:
    """The month a message counts in: 2027-03."""
    return f"{now.astimezone(zone):%Y-%m}"


def next_month(now: dt.datetime, zone: dt.tzinfo) -> dt.datetime:
    """Eight in the morning of the first day of the next month."""
    local = now.astimezone(zone)
    year, month = (local.year, local.month + 1) if local.month < 12 else (local.year + 1, 1)  # noqa: PLR2004
    return local.replace(year=year, month=month, day=1, hour=8, minute=0, second=0, microsecond=0)


_new: dict[str, Any] = {"channel": bindparam("c"), "account": bindparam("a"), "month": bindparam("m")}
_more: dict[str, Any] = {"sent": bindparam("s"), "received": bindparam("r")}
_counts = {
    name: dialect.insert(message_count)
    .values(**_new, **_more)
    .on_conflict_do_update(
        index_elements=["channel", "account", "month"],
        set_={
            "sent": message_count.c.sent + bindparam("s"),
            "received": message_count.c.received + bindparam("r"),
        },
    )
    .returning(message_count.c.sent, message_count.c.received)
    for name, dialect in (("sqlite", sqlite), ("postgresql", postgresql))
}


def count(session: Session, account: Account, month: str, sent: int, received: int) -> tuple[Used, int] | None:
    """Count messages; give what is used now and how many per cent were before. None where nothing is limited."""
    limit = limit_of(account)
    if limit is None:
        return None
    given = {"c": account[0], "a": account[1], "m": month, "s": sent, "r": received}
    row = session.first(_counts[session.connection.dialect.name], given)
    used = Used(*account, row.sent, row.received, limit)
    return used, 100 * (used.total - sent - received) // limit.messages


def used(session: Session, month: str) -> list[Used]:
    """What each limited bot has used of this month, and how many people write to it."""
    if not _limits:
        return []
    counted = session.rows(select(message_count).where(message_count.c.month == month))
    counts = {(row.channel, row.account): row for row in counted}
    people = _people(session)
    return [
        Used(
            *account,
            counts[account].sent if account in counts else 0,
            counts[account].received if account in counts else 0,
            limit,
            people.get(account, 0),
        )
        for account, limit in _limits.items()
    ]


def months(session: Session, many: int) -> list[tuple[str, str, str, int, int]]:
    """The latest months of every limited bot, the newest first: month, channel, account, sent, received."""
    columns = (message_count.c[name] for name in ("month", "channel", "account", "sent", "received"))
    rows = session.rows(select(*columns).order_by(message_count.c.month.desc(), message_count.c.account))
    kept = sorted({row.month for row in rows}, reverse=True)[:many]
    return [
        (row.month, row.channel, row.account, row.sent, row.received)
        for row in rows
        if row.month in kept and (row.channel, row.account) in _limits
    ]


def spent(session: Session, month: str) -> list[Account]:
    """The bots that send nothing but answers for the rest of the month."""
    if not _limits:
        return []
    counted = session.rows(select(message_count).where(message_count.c.month == month))
    found = []
    for row in counted:
        limit = limit_of((row.channel, row.account))
        if limit and 100 * (row.sent + row.received) >= ONLY_ANSWERS * limit.messages:
            found.append((row.channel, row.account))
    return found


def _people(session: Session) -> dict[Account, int]:
    """How many people have written to each limited bot; groups are none."""
    channels = {name for name, _account in _limits}
    query = (
        select(address.c.channel, address.c.account, func.count())
        .where(address.c.channel.in_(channels), ~address.c.is_group)
        .group_by(address.c.channel, address.c.account)
    )
    return {(channel, account): many for channel, account, many in session.rows(query)}
