"""What must be in the database when everybody is through, whatever happened on the way."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from storage.channel_tables import inbox, outbox
from storage.people_tables import address, person, role
from storage.tables import audit, entry

if TYPE_CHECKING:
    from collections.abc import Iterable

    from benchmarks.chaos_people import Talker
    from storage.session import Session


def problems(session: Session, talkers: Iterable[Talker], acknowledged: set[str]) -> list[str]:
    """What was lost and what was done twice."""
    taken = set(session.execute(select(inbox.c.external_id)).scalars())
    found = [f"update {each} was acknowledged and is not in the inbox" for each in sorted(acknowledged - taken)]
    for talking in talkers:
        found += _of_person(session, talking)
    return found


def _of_person(session: Session, talking: Talker) -> list[str]:
    who = session.first(
        select(person.c.id, person.c.name)
        .join(address, address.c.person_id == person.c.id)
        .where(address.c.chat == str(talking.person.id)),
    )
    if who is None:
        return [f"person {talking.number} is not known"]
    rows = session.rows(select(entry).where(entry.c.author_id == who.id))
    counts = {
        "entries": len(rows),
        "roles": session.scalar(select(func.count()).select_from(role).where(role.c.person_id == who.id)),
        **{act: _audited(session, who.id, act) for act in ("consent_given", "join", "submit")},
    }
    found = [f"person {talking.number} has {many} {what}" for what, many in counts.items() if many != 1]
    if who.name != talking.said.name:
        found.append(f"person {talking.number} is called {who.name!r}")
    return found + [
        f"person {talking.number}: {name} is {given!r}, not {wanted!r}"
        for row in rows
        for name, wanted in _wanted(talking).items()
        if (given := getattr(row, name)) != wanted
    ]


def _wanted(talking: Talker) -> dict[str, Any]:
    """The columns of the entry by what was said."""
    said = talking.said
    return {
        "subject_kind": "collective",
        "name": said.initiative,
        "place": said.place,
        "lead": said.lead,
        "scale": said.scale,
        "starts_on": dt.date(2027, 10, 1),
        "state": "submitted",
    }


def _audited(session: Session, person_id: int, act: str) -> int:
    wanted = (audit.c.person_id == person_id) & (audit.c.act == act)
    number: int = session.scalar(select(func.count()).select_from(audit).where(wanted))
    return number


def states(session: Session) -> Counter[str]:
    """How many messages ended how."""
    rows = session.rows(select(outbox.c.state, func.count().label("many")).group_by(outbox.c.state))
    return Counter({row.state: row.many for row in rows})
