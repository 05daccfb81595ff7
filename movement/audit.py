"""Who did what to what, when and from which channel. Rows are only ever added."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import insert

from storage.tables import audit

if TYPE_CHECKING:
    from movement.context import Context


def write(ctx: Context, act: str, subject: str, details: dict[str, Any] | None = None) -> None:
    """Add a row; `subject` is such as "entry:12", `details` holds no words of people."""
    ctx.session.execute(
        insert(audit),
        {
            "at": ctx.now,
            "person_id": ctx.person.id,
            "channel": ctx.channel,
            "act": act,
            "subject": subject,
            "details": details or {},
        },
    )
