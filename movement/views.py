"""Who has seen whose data: one row of the record for each person, thing and day, written with the turn.

Screens are made while nothing may be written, so what they show is noted, and kept when the turn ends.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final

from sqlalchemy import insert, select

from movement import access, audit
from movement.access import Thing
from storage.tables import audit as rows

if TYPE_CHECKING:
    from movement.context import Context

ACT: Final = "view"


def note(ctx: Context, subject: str, path: str, owner_id: int) -> None:
    """Note that the person is shown this, such as "entry:12", at this place; one's own does not count."""
    if owner_id != ctx.person.id:
        ctx.memo.setdefault("views", {})[subject] = path


def keep(ctx: Context) -> None:
    """Write down what was noted and not seen before on this day: no statement where nothing was noted."""
    noted: dict[str, str] = ctx.memo.get("views", {})
    if not noted:
        return
    midnight = dt.datetime.combine(ctx.today, dt.time(), ctx.zone)
    mine = (rows.c.person_id == ctx.person.id, rows.c.act == ACT, rows.c.at >= midnight)
    seen = {
        row.subject for row in ctx.session.rows(select(rows.c.subject).where(rows.c.subject.in_(noted), *mine))
    }
    new = [
        audit.row(ctx, ACT, subject) | {"path": path, "role": access.allowing(ctx, "see", Thing(path))}
        for subject, path in noted.items()
        if subject not in seen
    ]
    if new:
        ctx.session.execute(insert(rows), new)
