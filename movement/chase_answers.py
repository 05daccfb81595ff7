"""What people answer to the last reminder: it was sent on paper, or it is not their business any more.

The officer is told. Nothing else changes: roles are given and taken by officers, papers are marked by them.
"""

from __future__ import annotations

import datetime as dt
from functools import partial
from typing import TYPE_CHECKING, Any, Final, Literal

from sqlalchemy import select, update

from locales import N_, _
from movement import audit, chases, notices, people
from movement.errors import DomainError
from storage.chase_tables import chase, chase_message

if TYPE_CHECKING:
    from collections.abc import Mapping

    from movement.context import Context

Answer = Literal["paper", "left"]

LABELS: Final[Mapping[str, str]] = {
    "paper": N_("handed it in on paper"),
    "left": N_("is not in charge any more"),
}
_STILL: Final = dt.timedelta(days=60)  # as long a reminder can be answered


def last(ctx: Context) -> list[Any]:
    """The reminders that came together last: their ids, chases and kinds; nothing after two months."""
    columns = (chase_message.c.id, chase_message.c.chase_id, chase_message.c.queued_at, chase.c.kind)
    query = (
        select(*columns, chase.c.person_id.label("officer_id"))
        .select_from(chase_message)
        .join(chase, chase.c.id == chase_message.c.chase_id)
        .where(chase_message.c.person_id == ctx.person.id, chase_message.c.state == "queued")
        .where(chase.c.kind != "words", chase_message.c.queued_at >= ctx.now - _STILL)
        .order_by(chase_message.c.queued_at.desc(), chase_message.c.id)
    )
    rows = ctx.session.rows(query.limit(50))
    return [row for row in rows if row.queued_at == rows[0].queued_at]


def keep(ctx: Context, answer: Answer) -> list[str]:
    """Keep the answer to the last reminder and tell the officers; give the kinds of things it was about."""
    rows = last(ctx)
    if not rows:
        raise DomainError(_("No reminder waits for your answer. What you still have to do: /hanchot"))
    values = {"answer": answer, "answered_at": ctx.now}
    these = chase_message.c.id.in_([row.id for row in rows])
    ctx.session.execute(update(chase_message).where(these).values(**values))
    for officer_id in dict.fromkeys(row.officer_id for row in rows):
        theirs = [row for row in rows if row.officer_id == officer_id]
        text = partial(_told, people.name(ctx), [row.kind for row in theirs], answer)
        notices.add(ctx, officer_id, text, f"/ketquadondoc {theirs[0].chase_id}")
    audit.write(ctx, "answer_chase", f"chase:{rows[0].chase_id}", {"answer": answer})
    return list(dict.fromkeys(row.kind for row in rows))


def _told(name: str, kinds: list[str], answer: str) -> str:
    text = _("{name} {answer} (reminder: {kind}).")
    told = "; ".join(_(chases.LABELS[kind]) for kind in kinds)
    return text.format(name=name, answer=_(LABELS[answer]), kind=told)
