"""What happened to an entry, in order: who did what, and when. The audit keeps it; rulings have reasons."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sqlalchemy import select

from locales import N_
from storage.people_tables import person
from storage.tables import audit

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence

    from movement.context import Context
    from movement.entries import Entry
    from movement.rulings import Ruling

ACTS: Final[Mapping[str, str]] = {
    "submit": N_("registered it"),
    "unplanned": N_("sent as unplanned"),
    "confirm": N_("confirmed"),
    "return": N_("returned to be completed"),
    "ask": N_("asked"),
    "answer": N_("answered"),
    "mend": N_("completed and sent again"),
    "prove": N_("sent evidence"),
    "report": N_("reported the results"),
    "score": N_("scored it"),
    "endorse": N_("confirmed it for the party committee"),
    "refuse": N_("did not confirm it for the party committee"),
    "appraise": N_("appraised it"),
    "conclude": N_("wrote the minutes of the council"),
    "propose": N_("proposed it for recognition"),
    "recognise": N_("wrote down a decision"),
    "undo": N_("took a decision back"),
}


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that was done. `reason` is what was said with it."""

    at: dt.datetime
    who: str
    act: str
    reason: str = ""


def of_entry(ctx: Context, found: Entry, said: Sequence[Ruling]) -> list[Event]:
    """What happened, oldest first, with one statement; `said` are the entry's rulings."""
    query = (
        select(audit.c.at, person.c.name, audit.c.act)
        .join(person, person.c.id == audit.c.person_id)
        .where(audit.c.subject == f"entry:{found.id}", audit.c.act.in_(ACTS))
        .order_by(audit.c.id)
    )
    reasons = {(each.at, each.act): each.reason for each in said}
    return [
        Event(row.at, row.name, row.act, reasons.get((row.at, row.act), "")) for row in ctx.session.rows(query)
    ]
