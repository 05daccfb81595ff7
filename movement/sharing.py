"""Initiatives to follow (nhân rộng): recognised ones that others of the same federation may read and begin from.

What is shared is what was registered and reported, as the officer looked at it before; evidence, scores and people
are not. Who may see the entry itself is `access`' business and is not widened.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import func, or_, select, update

from locales import _
from movement import access, audit, codes, entries, recognition
from movement.errors import DomainError
from movement.matching import fold
from storage.tables import cycle, entry, initiative
from storage.unit_tables import unit

if TYPE_CHECKING:
    from movement.context import Context
    from movement.entries import Entry

MOST_FOUND: Final = 60


@dataclass(frozen=True, slots=True)
class Shared:
    """One initiative as others may read it: its newest entry that a level recognised."""

    entry_id: int
    initiative_id: int
    name: str
    place: str
    scale: str
    result: str
    year: int
    unit_name: str

    @property
    def number(self) -> str:
        """The number of its entry, by which it is asked for."""
        return codes.code(codes.ENTRY, self.year, self.entry_id)


def share(ctx: Context, entry_id: int) -> None:
    """Let others of the federation read it; raise DomainError where that cannot be."""
    found = entries.demand(ctx, "review", entries.find(ctx, entry_id))
    if reason := against(ctx, found):
        raise DomainError(reason)
    _set(ctx, found, {"shared_at": ctx.now, "shared_by_id": ctx.person.id})
    audit.write(ctx, "share", f"entry:{found.id}")


def unshare(ctx: Context, entry_id: int) -> None:
    """Take it back; those who have begun from it keep what they have."""
    found = entries.demand(ctx, "review", entries.find(ctx, entry_id))
    _set(ctx, found, {"shared_at": None, "shared_by_id": None})
    audit.write(ctx, "unshare", f"entry:{found.id}")


def is_shared(ctx: Context, found: Entry) -> bool:
    """Whether others may read it now."""
    return bool(ctx.session.scalar(select(initiative.c.shared_at).where(initiative.c.id == found.initiative_id)))


def against(ctx: Context, found: Entry) -> str:
    """Why it cannot be shared; nothing where it can."""
    if not recognition.is_recognised(ctx, found):
        return _("Only what a level has recognised is shared with others.")
    return ""


def search(ctx: Context, words: str = "") -> list[Shared]:
    """Those of the person's federation whose name or unit holds all the words, the newest first."""
    query = _of_federation(ctx)
    for word in fold(words).split():
        held = [column.contains(word, autoescape=True) for column in (entry.c.folded, unit.c.folded)]
        query = query.where(or_(*held))
    newest_first = query.order_by(initiative.c.shared_at.desc(), entry.c.id.desc())
    return [Shared(*row) for row in ctx.session.rows(newest_first.limit(MOST_FOUND))]


def find(ctx: Context, number: str) -> Shared | None:
    """The shared one whose entry has this number, in the person's federation."""
    entry_id = codes.row_id(number)
    if entry_id is None:
        return None
    row = ctx.session.first(_of_federation(ctx).where(entry.c.id == entry_id))
    return Shared(*row) if row else None


def _set(ctx: Context, found: Entry, values: dict[str, Any]) -> None:
    ctx.session.execute(update(initiative).where(initiative.c.id == found.initiative_id).values(**values))


def _of_federation(ctx: Context) -> Any:
    """The newest recognised entry of each shared initiative in the trees in which the person has a role."""
    roots = sorted({f"/{held.path.strip('/').split('/')[0]}/" for held in access.roles(ctx)})
    newest = select(func.max(entry.c.id)).where(entry.c.state.in_(("recognised", "proposed")))
    columns = [entry.c[name] for name in ("id", "initiative_id", "name", "place", "scale", "result")]
    return (
        select(*columns, cycle.c.year, unit.c.name)
        .join(initiative, initiative.c.id == entry.c.initiative_id)
        .join(cycle, cycle.c.id == entry.c.cycle_id)
        .join(unit, unit.c.id == entry.c.unit_id)
        .where(
            initiative.c.shared_at.is_not(None),
            entry.c.id.in_(newest.group_by(entry.c.initiative_id).scalar_subquery()),
            or_(*[unit.c.path.startswith(root, autoescape=True) for root in roots] or [entry.c.id < 0]),
        )
    )
