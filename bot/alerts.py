"""What administrators are told of the deployment itself, where they can be reached."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import insert, select

from conversations.engine.screen import Screen
from locales import speaking
from storage.channel_tables import outbox
from storage.people_tables import address, person, role

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable

    from bot.inbox import Desk
    from storage.session import Session


def tell_administrators(
    session: Session, desk: Desk, now: dt.datetime, text: Callable[[], str], *, not_by: str
) -> list[tuple[str, int]]:
    """Queue a text for every administrator, but on the channel it is about.

    Gives chat and row of what was delivered by being stored, so that open pages can be woken.
    """
    query = (
        select(address.c.id, address.c.channel, address.c.chat, person.c.locale)
        .join(person, person.c.id == address.c.person_id)
        .where(
            address.c.person_id.in_(select(role.c.person_id).where(role.c.role == "admin")),
            address.c.channel != not_by,
            address.c.reachable,
            person.c.deactivated_at.is_(None),
        )
        .order_by(address.c.id)
    )
    at = now.astimezone(desk.zone).isoformat(timespec="seconds")
    stored = []
    for row in session.rows(query):
        with speaking(row.locale):
            screen = Screen(text()).to_json()
        kept = row.channel in desk.stored
        payload = {**screen, "at": at} if kept else {"screen": screen, "locale": row.locale}
        new = insert(outbox).values(
            address_id=row.id,
            kind="notice",
            payload=payload,
            state="sent" if kept else "waiting",
            due_at=now,
            created_at=now,
        )
        number = session.scalar(new.returning(outbox.c.id))
        stored += [(row.chat, number)] if kept else []
    return stored
