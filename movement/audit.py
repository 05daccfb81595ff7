"""Who did what to what, where, by which role, when and from which channel. Rows are only ever added.

The database itself refuses to change or delete them (migration 0002).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import insert

from movement import access, units
from storage.tables import audit

if TYPE_CHECKING:
    from movement.access import Act
    from movement.context import Context


def write(
    ctx: Context, act: str, subject: str, details: dict[str, Any] | None = None, *, right: Act | None = None
) -> None:
    """Add a row; `subject` is such as "entry:12", `details` holds no words of people.

    The place is that of what was last demanded of `access`, the role the one that allowed it there; `right` is
    the right the act rests on where that was not demanded.
    """
    ctx.session.execute(insert(audit), row(ctx, act, subject, details, right=right))


def row(
    ctx: Context, act: str, subject: str, details: dict[str, Any] | None = None, *, right: Act | None = None
) -> dict[str, Any]:
    """The values of a row."""
    demanded = access.demanded(ctx)
    path, role = "", ""
    if demanded is not None:
        path, role = demanded[1].path, access.allowing(ctx, right or demanded[0], demanded[1])
    return {
        "at": ctx.now,
        "person_id": (ctx.by or ctx.person).id or None,  # nobody: the clock, or the command line
        "channel": ctx.channel,
        "act": act,
        "subject": subject,
        "details": (details or {}) | ({"for": ctx.person.id} if ctx.by else {}),
        "path": _unit_path(ctx, subject) or path or access.home_path(ctx),
        "role": role,
    }


def _unit_path(ctx: Context, subject: str) -> str:
    """The place of the unit that the act is about; read already, as a rule."""
    kind, _, number = subject.partition(":")
    found = units.get(ctx, int(number)) if kind == "unit" and number.isdecimal() else None
    return found.path if found else ""
