"""Which rows of the outbox a process takes, and what becomes of the rows of processes that died."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import bindparam, select, update

from bot.inbox import Outgoing
from bot.live_rows import is_live, is_sending, is_waiting
from conversations.engine.screen import Screen
from movement import quota
from storage.channel_tables import outbox
from storage.people_tables import address

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable

    from storage.session import Session

CLAIMED_AT_ONCE = 100
MOST_GATHERED: Final = 10  # messages that are sent as one

_earlier = outbox.alias("earlier")
_due = (
    select(outbox.c.id)
    .where(
        is_waiting(outbox),
        outbox.c.due_at <= bindparam("now"),
        ~select(_earlier.c.id)
        .where(
            _earlier.c.address_id == outbox.c.address_id,
            _earlier.c.id < outbox.c.id,
            is_live(_earlier),
            _earlier.c.due_at <= outbox.c.due_at,  # what is for later lets others pass
        )
        .exists(),
    )
    .order_by(outbox.c.address_id, outbox.c.id)  # the order of the index: ordered by id, SQLite reads all rows
    .limit(CLAIMED_AT_ONCE)
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
        outbox.c.address_id == bindparam("where"),
        outbox.c.id > bindparam("after"),
        outbox.c.due_at <= bindparam("soon"),
    )
    .order_by(outbox.c.id)
    .limit(MOST_GATHERED - 1)
    .with_for_update(skip_locked=True)
)


def claim(session: Session, process: int, now: dt.datetime) -> list[Outgoing]:
    """Take rows that are due for this process; never one whose address has an older row under way.

    Where messages are counted, what waits for the same person together is taken as one.
    """
    ids = [row.id for row in session.rows(_due, {"now": now})]
    if not ids:
        return []
    session.execute(_claim, {"ids": ids, "process": process})
    columns = (
        outbox.c.id,
        outbox.c.address_id,
        address.c.channel,
        address.c.account,
        address.c.chat,
        outbox.c.kind,
        outbox.c.payload,
        outbox.c.attempts,
    )
    rows = select(*columns).join(address).where(outbox.c.id.in_(ids)).order_by(outbox.c.id)
    claimed = [Outgoing(*row) for row in session.rows(rows)]
    return [_gathered(session, row, process, now) for row in claimed]


def owners(session: Session) -> list[int]:
    """The processes that hold rows."""
    return list(session.execute(select(outbox.c.owner).where(is_sending(outbox)).distinct()).scalars())


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
