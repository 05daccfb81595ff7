"""Who talks from a chat of the web page, and their rights, for what does not pass through a turn."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, select

from movement.context import Context, Person
from storage.people_tables import address, person

if TYPE_CHECKING:
    import datetime as dt

    from bot.inbox import Desk
    from storage.session import Session

here = (address.c.channel == "web") & (address.c.account == "web") & (address.c.chat == bindparam("chat"))
_who = (
    select(address.c.id.label("address_id"), person.c.id, person.c.name, person.c.locale, person.c.consent_version)
    .join(person, person.c.id == address.c.person_id)
    .where(here, person.c.deactivated_at.is_(None))
)


def known(session: Session, chat: str) -> Any | None:
    """The row of the person and of their address; None where nobody has talked there, or the account is locked."""
    return session.first(_who, {"chat": chat})


def context(session: Session, desk: Desk, row: Any, now: dt.datetime) -> Context:
    """What that person may do and see is asked with this."""
    who = Person(row.id, row.name, row.locale, row.consent_version)
    today = now.astimezone(desk.zone).date()
    return Context(session, who, now, today, "web", desk.zone, public_url=desk.public_url)
