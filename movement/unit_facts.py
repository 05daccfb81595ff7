"""What a unit's card shows: what it is and was, where it stands, what became of it, what is below it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from movement import unit_history, units
from movement.units import Unit
from storage.unit_tables import unit

if TYPE_CHECKING:
    import datetime as dt

    from movement.context import Context
    from movement.unit_history import Event, Was


@dataclass(frozen=True, slots=True)
class Facts:
    """One unit in full; `was` says for each day of a change what it was before."""

    unit: Unit
    above: tuple[Unit, ...]  # from the top
    code: str
    aliases: str
    valid_from: dt.date | None
    valid_to: dt.date | None
    successor: Unit | None
    events: tuple[Event, ...]
    was: dict[dt.date, Was]
    past_parents: dict[int, str]  # names of the units it stood under
    below: tuple[Unit, ...]


def read(ctx: Context, unit_id: int) -> Facts | None:
    """The unit, or None; a fixed number of statements."""
    more = (unit.c.code, unit.c.aliases, unit.c.valid_from, unit.c.valid_to, unit.c.successor_id)
    row = ctx.session.first(select(*units.COLUMNS, *more).where(unit.c.id == unit_id))
    if row is None:
        return None
    found = Unit(*row[: len(units.COLUMNS)])
    was = {each.until: each for each in unit_history.pasts(ctx, unit_id)}
    line = units.ancestors(found.path)[:-1]
    wanted = {*line, *(each.parent_id for each in was.values() if each.parent_id), row.successor_id or 0} - {0}
    known = {each.id: each for each in units.several(ctx, sorted(wanted))}
    return Facts(
        unit=found,
        above=tuple(known[each] for each in line),
        code=row.code or "",
        aliases=row.aliases,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        successor=known.get(row.successor_id or 0),
        events=tuple(unit_history.of_unit(ctx, unit_id)),
        was=was,
        past_parents={each.parent_id: known[each.parent_id].name for each in was.values() if each.parent_id},
        below=tuple(units.open_children(ctx, unit_id)),
    )


def many_below(ctx: Context, path: str) -> int:
    """How many open units the subtree has, without the unit itself."""
    query = select(func.count()).select_from(unit).where(unit.c.path.startswith(path), unit.c.valid_to.is_(None))
    return max(0, int(ctx.session.scalar(query)) - 1)
