"""Taking a decision back: for five minutes, by whoever took it, as long as nobody has built on it."""

from __future__ import annotations

import datetime as dt
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import or_, select, update

from locales import _
from movement import audit, entries, notices, rulings
from movement.errors import DomainError
from storage.decision_tables import ruling

if TYPE_CHECKING:
    from movement.context import Context
    from movement.entries import Entry

WITHIN: Final = dt.timedelta(minutes=5)
_ACTS: Final = ("confirm", "return", "endorse", "refuse", "propose")


def undo(ctx: Context, ruling_id: int) -> dict[str, list[str]]:
    """Take back a ruling, or all that were made with it at once: {undone, left}, names of entries.

    `left` are those that somebody has changed since. Raise DomainError where there is nothing to take back.
    """
    rows = ctx.session.rows(_mine(ctx, ruling_id))
    if not rows:
        raise DomainError(_("There is no decision of yours that could be taken back."))
    if any(row.at < ctx.now - WITHIN for row in rows):
        minutes = WITHIN.seconds // 60
        text = _("A decision can be taken back for {minutes} minutes only. Please talk to the author.")
        raise DomainError(text.format(minutes=minutes))
    found = {each.id: each for each in entries.several(ctx, [row.entry_id for row in rows])}
    undone, left = [], []
    for row in rows:
        each = found.get(row.entry_id)
        if each is None or each.version != row.version:
            left += [each.name] if each else []
            continue
        _take_back(ctx, each, row)
        undone.append(each.name)
    return {"undone": undone, "left": left}


def _mine(ctx: Context, ruling_id: int) -> Any:
    columns = [ruling.c[name] for name in ("id", "entry_id", "act", "state_before", "version", "at")]
    return (
        select(*columns)
        .where(
            or_(ruling.c.id == ruling_id, ruling.c.batch_id == ruling_id),
            ruling.c.person_id == ctx.person.id,
            ruling.c.act.in_(_ACTS),
            ruling.c.undone_at.is_(None),
        )
        .order_by(ruling.c.id)
    )


def _take_back(ctx: Context, found: Entry, row: Any) -> None:
    entries.move(ctx, found, row.state_before)
    ctx.session.execute(update(ruling).where(ruling.c.id == row.id).values(undone_at=ctx.now))
    ctx.memo.pop(f"rulings:{found.id}", None)
    audit.write(ctx, "undo", f"entry:{found.id}", {"act": row.act}, right=rulings.RIGHTS[row.act])
    notices.add(ctx, found.author_id, partial(_told, found), f"/trangthai {found.number}")


def _told(found: Entry) -> str:
    text = _("The decision on “{name}” ({number}) that you were told of has just been taken back.")
    return text.format(name=found.name, number=found.number)
