"""Whose form a person may ask for: the units they may summarise, and the years that have anything."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import or_, select

from movement import access, units
from movement.access import Thing
from movement.matching import fold
from movement.units import Unit
from movement.vietnamese_text import sort_key
from storage.tables import cycle, entry
from storage.unit_tables import unit

if TYPE_CHECKING:
    from movement.context import Context

MOST_FOUND = 60


def find_units(ctx: Context, words: str) -> list[Unit]:
    """The units the person may summarise whose names hold all the words; nothing typed: the highest first."""
    paths = access.paths(ctx, "summarise")
    if not paths:
        return []
    query = select(*units.COLUMNS).where(or_(*(unit.c.path.startswith(path, autoescape=True) for path in paths)))
    held = [unit.c.folded.contains(word, autoescape=True) for word in fold(words).split()[: units.MOST_WORDS]]
    rows = ctx.session.rows(query.where(*held).order_by(unit.c.path).limit(MOST_FOUND))
    found = [Unit(*row) for row in rows]
    return sorted(found, key=lambda each: (each.path.count("/"), sort_key(each.name)))


def get_unit(ctx: Context, unit_id: int) -> Unit | None:
    """The unit, where the person may summarise it."""
    found = units.get(ctx, unit_id)
    return found if found and access.may(ctx, "summarise", Thing(found.path)) else None


def years(ctx: Context, home: Unit) -> list[int]:
    """The years in which the subtree has entries, the newest first."""
    query = (
        select(cycle.c.year)
        .join(entry, entry.c.cycle_id == cycle.c.id)
        .join(unit, unit.c.id == entry.c.unit_id)
        .where(unit.c.path.startswith(home.path, autoescape=True), access.visible_entries(ctx))
        .distinct()
    )
    return sorted((row.year for row in ctx.session.rows(query)), reverse=True)
