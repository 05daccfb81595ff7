"""Attempts at what is not there for a person: written down, so that guessing can be seen.

An honest slip is one row; somebody who tries number after number shows by how many there were in the hour.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final

from sqlalchemy import func, select

from movement import audit
from movement.errors import NotYours
from storage.tables import audit as rows

if TYPE_CHECKING:
    from movement.context import Context
    from movement.errors import DomainError

HOUR: Final = dt.timedelta(hours=1)
MOST_KEPT: Final = 30  # of one person in an hour: more would only fill the disk
LONGEST_SUBJECT: Final = 60


def keep(ctx: Context, refusal: DomainError) -> None:
    """Write down what was asked for, and the how manieth it is within the hour; other refusals are no attempts."""
    if isinstance(refusal, NotYours):
        attempted(ctx, refusal.act, refusal.subject)


def attempted(ctx: Context, act: str, subject: str) -> None:
    """Write down an attempt to do `act` to `subject`, such as "entry:12"."""
    recent = (rows.c.person_id == ctx.person.id, rows.c.act == "refused", rows.c.at > ctx.now - HOUR)
    before: int = ctx.session.scalar(select(func.count()).select_from(rows).where(*recent))
    if before < MOST_KEPT:
        audit.write(ctx, "refused", subject[:LONGEST_SUBJECT], {"act": act, "in_the_hour": before + 1})
