"""Which rows of the outbox a process takes, and what becomes of the rows of processes that died.

Answers come first, then notices, then reminders; of one address, rows of one kind in their order. What a person
waits for passes what they do not wait for, unless that is on its way already.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import bindparam, case, func, literal_column, select, update

from bot import send_gates
from bot.inbox import Outgoing
from bot.live_rows import is_live, is_sending, is_waiting
from bot.send_gates import Bot
from conversations.engine.screen import Screen
from movement import quota
from storage.channel_tables import outbox
from storage.people_tables import address

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sqlalchemy import ColumnElement, FromClause

    from storage.session import Session

CLAIMED_AT_ONCE: Final = 100
_A_DAY: Final = dt.timedelta(days=1)
MOST_GATHERED: Final = 10  # messages that are sent as one


@dataclass(frozen=True, slots=True)
class Room:
    """How much of what waits for one bot its gate can take."""

    answers: int = CLAIMED_AT_ONCE
    bulk: int = CLAIMED_AT_ONCE
    needs_lease: bool = False  # bulk is sent by one process at a time


@dataclass(frozen=True, slots=True)
class Looked:
    """What a process may claim now. A bot that is not in `rooms` is not ours: its rows are ended."""

    process: int
    rooms: Mapping[Bot, Room] = field(default_factory=dict)
    is_quiet: bool = False  # no reminder is to be sent now
    dead: tuple[int, ...] = ()  # processes that held a lease


@dataclass(frozen=True, slots=True)
class Claimed:
    """What was claimed. `leases`: whose bulk this process sends; `full`, `emptied`: more waits, all was taken."""

    rows: tuple[Outgoing, ...] = ()
    leases: frozenset[Bot] = frozenset()
    full: frozenset[Bot] = frozenset()
    emptied: frozenset[Bot] = frozenset()


def _rank(rows: FromClause) -> ColumnElement[int]:
    """In which order kinds are sent."""
    return case((rows.c.kind == "answer", 0), (rows.c.kind == "notice", 1), else_=2)


_BOT = address.c.channel + literal_column("':'") + address.c.account
_sort = (  # whoever queues a row need not say by which bot it goes
    update(outbox)
    .where(is_waiting(outbox), outbox.c.bot.is_(None))
    .values(bot=select(_BOT).where(address.c.id == outbox.c.address_id).scalar_subquery())
)


def _bots() -> Any:
    """The bots for which anything waits: one step in the index for each, however many rows there are."""
    more = outbox.alias("more")
    first = select(func.min(outbox.c.bot).label("bot")).where(is_waiting(outbox)).cte("bots", recursive=True)
    following = select(func.min(more.c.bot)).where(is_waiting(more), more.c.bot > first.c.bot)
    bots = first.union_all(select(following.scalar_subquery()).where(first.c.bot.is_not(None)))
    return select(bots.c.bot).where(bots.c.bot.is_not(None))


_which = _bots()
_other = outbox.alias("other")
# A subquery that gives a value, not EXISTS: PostgreSQL would join all that waits with all that waits.
_hindrance = (
    select(_other.c.id)
    .where(
        _other.c.address_id == outbox.c.address_id,
        _other.c.id != outbox.c.id,
        is_live(_other),
        is_sending(_other)
        | (
            (_other.c.id < outbox.c.id)
            & (_rank(_other) <= _rank(outbox))
            & (_other.c.due_at <= outbox.c.due_at)  # what is for later lets others pass
        ),
    )
    .limit(1)
    .scalar_subquery()
)
_due = (
    select(outbox.c.id)
    .where(
        is_waiting(outbox),
        outbox.c.bot == bindparam("bot"),
        outbox.c.kind == bindparam("kind"),
        outbox.c.due_at <= bindparam("now"),
        _hindrance.is_(None),
    )
    .order_by(outbox.c.due_at, outbox.c.id)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
)
# A row that was claimed counts an attempt, by which turns know that it may not be in the sender's hands yet.
_claim = (
    update(outbox)
    .where(outbox.c.id.in_(bindparam("ids", expanding=True)))
    .values(state="sending", owner=bindparam("process"), attempts=outbox.c.attempts + 1)
)
_next = (
    select(outbox.c.id, outbox.c.kind, outbox.c.payload)
    .where(
        is_waiting(outbox),
        is_live(outbox),
        outbox.c.address_id == bindparam("where"),
        outbox.c.id > bindparam("after"),
        outbox.c.due_at <= bindparam("soon"),
    )
    .order_by(outbox.c.id)
    .limit(MOST_GATHERED - 1)
    .with_for_update(skip_locked=True)
)
_claimed = (
    select(
        outbox.c.id,
        outbox.c.address_id,
        address.c.channel,
        address.c.account,
        address.c.chat,
        outbox.c.kind,
        outbox.c.payload,
        outbox.c.attempts,
        outbox.c.created_at,
    )
    .join(address)
    .where(outbox.c.id.in_(bindparam("ids", expanding=True)))
    .order_by(_rank(outbox), outbox.c.due_at, outbox.c.id)
)
_owners = select(outbox.c.owner).where(is_sending(outbox)).distinct()
_any_waiting = select(outbox.c.id).where(is_waiting(outbox)).limit(1)


def claim(session: Session, looked: Looked, now: dt.datetime) -> Claimed:
    """Take rows that are due for this process; never one whose address has one under way that it may not pass.

    Where messages are counted, what waits for the same person together is taken as one.
    """
    session.execute(_sort)
    ids: list[int] = []
    leases, full = set[Bot](), set[Bot]()
    for (name,) in session.rows(_which):
        channel, _, account = name.partition(":")
        bot = (channel, account)
        room = looked.rooms.get(bot, Room())
        ids += _due_of(
            session, name, "answer", room.answers, now + _A_DAY
        )  # always due, if the clock went back too
        bulk = _bulk_of(session, name, room.bulk, looked, now)
        if bulk and room.needs_lease:
            if not send_gates.may_send_bulk(session, bot, looked.process, list(looked.dead)):
                continue
            leases.add(bot)
        if bulk and len(bulk) == room.bulk:
            full.add(bot)
        ids += bulk
    emptied = frozenset(bot for bot, room in looked.rooms.items() if room.bulk > 0 and bot not in full)
    if not ids:
        return Claimed(emptied=emptied)
    session.execute(_claim, {"ids": ids, "process": looked.process})
    claimed = [Outgoing(*row) for row in session.rows(_claimed, {"ids": ids})]
    rows = tuple(_gathered(session, row, looked.process, now) for row in claimed)
    return Claimed(rows, frozenset(leases), frozenset(full), emptied)


def _due_of(session: Session, bot: str, kind: str, most: int, now: dt.datetime) -> list[int]:
    if most <= 0:
        return []
    return [row.id for row in session.rows(_due, {"bot": bot, "kind": kind, "now": now, "most": most})]


def _bulk_of(session: Session, bot: str, most: int, looked: Looked, now: dt.datetime) -> list[int]:
    """What nobody waits for, notices first."""
    notices = _due_of(session, bot, "notice", most, now)
    return notices + _due_of(session, bot, "reminder", 0 if looked.is_quiet else most - len(notices), now)


def owners(session: Session) -> list[int]:
    """The processes that hold rows."""
    return list(session.execute(_owners).scalars())


def is_anything_waiting(session: Session) -> bool:
    """Whether there is any row that no process has taken, due or not."""
    return session.first(_any_waiting) is not None


def take_over(session: Session, dead: Iterable[int]) -> None:
    """Give back the rows of processes that died: it is not known what they still sent.

    A screen is sent again, since a question lost is worse than one seen twice; a reminder is not.
    """
    held = is_sending(outbox) & outbox.c.owner.in_(list(dead))
    is_reminder = outbox.c.kind == "reminder"
    session.execute(update(outbox).where(held, is_reminder).values(state="unknown", owner=None))
    session.execute(update(outbox).where(held, ~is_reminder).values(state="waiting", owner=None))


def _gathered(session: Session, row: Outgoing, process: int, now: dt.datetime) -> Outgoing:
    """The row with those of its kind that follow it, where messages are counted; else the row itself."""
    if row.kind == "answer" or not quota.limit_of((row.channel, row.account)):
        return row
    soon = {"where": row.address_id, "after": row.id, "soon": now + quota.GATHERED_FOR}
    more = []
    for each in session.rows(_next, soon):
        if each.kind != row.kind:
            break
        more.append(each)
    if not more:
        return row
    ids = tuple(each.id for each in more)
    session.execute(_claim, {"ids": ids, "process": process})
    payload = together([row.payload, *(each.payload for each in more)])
    return replace(row, payload=payload, gathered=ids)


def together(payloads: list[dict[str, Any]]) -> dict[str, Any]:
    """One message of several: their words one below the other, their files together."""
    screens = [Screen.from_json(payload["screen"]) for payload in payloads]
    texts = ["\n".join(part for part in (screen.title, screen.text) if part) for screen in screens]
    files = tuple(dict.fromkeys(file for screen in screens for file in screen.files))
    whole = Screen("\n\n".join(f"• {text}" for text in texts if text), files=files)
    return {**payloads[0], "screen": whole.to_json()}
