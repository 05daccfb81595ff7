"""What the processes that send by one bot agree on: until when nothing goes, and which of them sends bulk.

Both are told by the clock of the database, so that the clocks of machines need not agree. Bulk is sent by the
process that holds the lease: two that knew nothing of each other would send twice as much as a platform takes.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import bindparam, case, func, literal_column, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from storage.channel_tables import outbox, send_gate
from storage.people_tables import address

if TYPE_CHECKING:
    from storage.session import Session

Bot = tuple[str, str]  # a channel and which bot of ours

LEASE: Final = 15.0  # seconds for which a process may send bulk without saying so again
ANSWERS_LOOKED_AT: Final = 1000  # messages: more than one process answers between two looks

_DIALECTS: Final = {"sqlite": sqlite, "postgresql": postgresql}


@dataclass(frozen=True, slots=True)
class Told:
    """What the table says of one bot."""

    bot: Bot
    pause: float  # seconds for which nothing goes
    paused_until: dt.datetime | None  # to know whether this was told before
    bulk_owner: int | None  # the process that may send bulk, if its lease is not over


def told(session: Session) -> list[Told]:
    """What processes have written of each bot."""
    now = _now(session)
    return [
        Told(
            (row.channel, row.account),
            max(0.0, (row.paused_until - now).total_seconds()) if row.paused_until else 0.0,
            row.paused_until,
            row.bulk_owner if row.bulk_until and row.bulk_until > now else None,
        )
        for row in session.rows(select(send_gate))
    ]


def pause(session: Session, pauses: dict[Bot, float]) -> None:
    """Keep that nothing goes by these bots for so many seconds, unless a longer pause is kept already."""
    now = _now(session)
    for (channel, account), seconds in pauses.items():
        until = now + dt.timedelta(seconds=seconds)
        values = {"channel": channel, "account": account, "paused_until": until}
        new = _insert(session).values(**values)
        old, given = send_gate.c.paused_until, new.excluded.paused_until
        later = case((old > given, old), else_=given)
        key = ["channel", "account"]
        session.execute(new.on_conflict_do_update(index_elements=key, set_={"paused_until": later}))


def may_send_bulk(session: Session, bot: Bot, process: int, dead: list[int]) -> bool:
    """Take or renew the lease; False where another process holds it that is not known to be dead."""
    now = _now(session)
    values = {
        "channel": bot[0],
        "account": bot[1],
        "bulk_owner": process,
        "bulk_until": now + dt.timedelta(seconds=LEASE),
    }
    new = _insert(session).values(**values)
    owner, until = send_gate.c.bulk_owner, send_gate.c.bulk_until
    free = or_(owner.is_(None), owner == process, owner.in_(dead), until.is_(None), until <= now)
    taken = {"bulk_owner": process, "bulk_until": new.excluded.bulk_until}
    taking = new.on_conflict_do_update(index_elements=["channel", "account"], set_=taken, where=free)
    return session.first(taking.returning(send_gate.c.bulk_owner)) is not None


def leave(session: Session, process: int) -> None:
    """Let other processes send bulk."""
    session.execute(
        update(send_gate).where(send_gate.c.bulk_owner == process).values(bulk_owner=None, bulk_until=None)
    )


_newer = (
    select(outbox.c.id, (outbox.c.kind == "answer").label("answers"), address.c.channel, address.c.account)
    .join(address, address.c.id == outbox.c.address_id)
    .where(outbox.c.id > bindparam("seen"))
    .order_by(outbox.c.id.desc())
    .limit(ANSWERS_LOOKED_AT)
)


def answers_since(session: Session, seen: int) -> tuple[int, list[tuple[int, Bot]]]:
    """The newest row's id, and the answers by any process newer than `seen`."""
    if not seen:
        return session.scalar(select(func.max(outbox.c.id))) or 0, []
    rows = session.rows(_newer, {"seen": seen})
    newest = rows[0].id if rows else seen
    return newest, [(row.id, (row.channel, row.account)) for row in rows if row.answers]


def _now(session: Session) -> dt.datetime:
    """The database's clock; SQLite's is this machine's."""
    if session.connection.dialect.name == "sqlite":
        return dt.datetime.now(dt.UTC)
    now: dt.datetime = session.scalar(select(literal_column("clock_timestamp()", send_gate.c.paused_until.type)))
    return now


def _insert(session: Session) -> Any:
    return _DIALECTS[session.connection.dialect.name].insert(send_gate)
