"""Whether and where a person can be reached: what platforms say of it, when they last wrote, another address.

Channels with a window (`Capabilities.window`) are the reason: not everybody may be written to at any time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import insert, or_, select, update

from storage.channel_tables import outbox
from storage.database import Unavailable
from storage.people_tables import address, person

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable

    from bot.channels.base import Inbound
    from bot.inbox import Desk, Outgoing
    from bot.pages import Pages
    from storage.database import Database
    from storage.session import Session

_GOES = {"waiting", "sending", "sent", "unknown"}
WINDOW = "window"  # why a row is unreachable although the person did not block us


class Reach:
    """What the outbox asks before and after sending on channels with a window."""

    def __init__(self, database: Database, pages: Pages, desk: Desk, now: Callable[[], dt.datetime]) -> None:
        self._database, self._pages, self._desk, self._now = database, pages, desk, now

    async def heard(self, row: Outgoing) -> dt.datetime | None:
        """When the person last wrote: just now, if this is the answer to it; None where that is not known."""
        if row.kind == "answer" and not row.attempts:
            return self._now()
        try:
            return await self._database.read(last_heard, row.address_id)
        except Unavailable:
            return None

    async def is_elsewhere(self, row: Outgoing) -> bool:
        """Queue for another address what may not be written to this one; False where that cannot be done now.

        An answer is not: whoever asked is here.
        """
        if row.kind == "answer":
            return True
        try:
            stored = await self._database.write(queue_elsewhere, row, self._desk, self._now())
        except Unavailable:
            return False
        if stored:
            self._pages.wake(*stored)
        self._database.wake()
        return True


def goes_on(session: Session, known: Any, inbound: Inbound, now: dt.datetime) -> bool:
    """Keep whether the person can be reached: whoever writes can be. False where there is nothing else to do."""
    if inbound.reachable is not None or not known.reachable:
        at, reachable = inbound.sent_at or now, inbound.reachable is not False
        set_reachable(session, known.address_id, at, reachable=reachable)
    return inbound.reachable is None or bool(inbound.tap)


def set_reachable(session: Session, address_id: int, at: dt.datetime, *, reachable: bool) -> None:
    """Keep what the platform said at this time, unless it said something later: webhooks overtake each other."""
    later = or_(address.c.reachable_at.is_(None), address.c.reachable_at <= at)
    session.execute(
        update(address).where(address.c.id == address_id, later).values(reachable=reachable, reachable_at=at)
    )


def last_heard(session: Session, address_id: int) -> dt.datetime | None:
    """When the person last wrote from this address: as long ago as the last answer to it."""
    answers = select(outbox.c.created_at).where(outbox.c.address_id == address_id, outbox.c.kind == "answer")
    found: dt.datetime | None = session.scalar(answers.order_by(outbox.c.id.desc()).limit(1))
    return found


def can_be_elsewhere(session: Session, row: Outgoing) -> bool:
    """Whether the person can be reached at another address."""
    return session.first(_others(row)) is not None


def queue_elsewhere(session: Session, row: Outgoing, desk: Desk, now: dt.datetime) -> tuple[str, int] | None:
    """Queue a message for another address of the same person, unless it goes to one anyway.

    That it stands on the web page, which disturbs nobody, is no reason not to send it by a further channel.
    Gives the chat and the row's number where the other address is one whose messages are delivered by being
    stored, so that an open page can be woken.
    """
    created = session.scalar(select(outbox.c.created_at).where(outbox.c.id == row.id))
    others = session.rows(_others(row))
    went = _went(session, row, created, [other.id for other in others]) if others else {}
    noticed = [other for other in others if other.channel not in desk.stored or _is_preferred(other)]
    if any(went.get(other.id) in _GOES for other in noticed):
        return None
    left = [other for other in others if other.id not in went]
    if not left:
        return None
    other = min(left, key=lambda each: (not _is_preferred(each), each.channel in desk.stored))
    stored = other.channel in desk.stored
    at = now.astimezone(desk.zone).isoformat(timespec="seconds")
    payload = {**row.payload["screen"], "at": at} if stored else row.payload
    state = "sent" if stored else "waiting"
    new = insert(outbox).values(
        address_id=other.id, kind=row.kind, payload=payload, state=state, due_at=now, created_at=created
    )
    number: int = session.scalar(new.returning(outbox.c.id))
    return (other.chat, number) if stored else None


def _is_preferred(where: Any) -> bool:
    return bool(where.channel == where.preferred_channel)


def _others(row: Outgoing) -> Any:
    """The person's other addresses, the newest first."""
    mine = address.alias("mine")
    return (
        select(address.c.id, address.c.channel, address.c.chat, person.c.preferred_channel)
        .join(mine, mine.c.person_id == address.c.person_id)
        .join(person, person.c.id == address.c.person_id)
        .where(mine.c.id == row.address_id, address.c.reachable, address.c.channel != row.channel)
        .order_by(address.c.id.desc())
    )


def _went(session: Session, row: Outgoing, created: dt.datetime, others: list[int]) -> dict[int, str]:
    """Where else the same was queued, in the same unit of work or by us, and its state there."""
    query = select(outbox.c.address_id, outbox.c.state, outbox.c.payload).where(
        outbox.c.address_id.in_(others), outbox.c.kind == row.kind, outbox.c.created_at == created
    )
    screen = row.payload["screen"]
    return {
        where: state
        for where, state, payload in session.rows(query)
        if screen == payload.get("screen", {key: value for key, value in payload.items() if key != "at"})
    }
