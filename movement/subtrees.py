"""The units of a subtree in one year, each with the cycle in force for it: one statement for any tree."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, or_, select

from movement import cycles, units
from movement.units import Unit
from storage.tables import cycle, cycle_event
from storage.unit_tables import unit

if TYPE_CHECKING:
    from movement.context import Context
    from movement.cycles import Cycle


@dataclass(frozen=True, slots=True)
class Node:
    """A unit of the subtree in the year."""

    unit: Unit
    is_open: bool  # not closed before the year
    cycle: Cycle | None  # in force for it, whichever unit it was assigned to


def read(ctx: Context, home: Unit, year: int) -> list[Node]:
    """The subtree, units before those below them; the cycle may be assigned above the subtree."""
    by_unit: dict[int, list[Any]] = {}
    for row in ctx.session.rows(_units(home, year)):
        by_unit.setdefault(row[0], []).append(row)
    held: dict[int | None, Cycle | None] = {None: None}
    nodes = []
    for rows in sorted(by_unit.values(), key=lambda rows: rows[0].path.count("/")):
        found = Unit(*rows[0][: len(units.COLUMNS)])
        held[found.id] = cycles.nearest(cycles.gathered(rows), ctx.today) or held.get(found.parent_id)
        is_open = rows[0].valid_to is None or rows[0].valid_to >= dt.date(year, 1, 1)
        nodes.append(Node(found, is_open, held[found.id]))
    return [node for node in nodes if node.unit.path.startswith(home.path)]


def _units(home: Unit, year: int) -> Any:
    """The subtree and what is above it, with a row for each event of each cycle, or one without."""
    return (
        select(*units.COLUMNS, unit.c.valid_to, *cycles.COLUMNS)
        .join(cycle, and_(cycle.c.unit_id == unit.c.id, cycle.c.year == year), isouter=True)
        .join(cycle_event, cycle_event.c.cycle_id == cycle.c.id, isouter=True)
        .where(or_(unit.c.path.startswith(home.path, autoescape=True), unit.c.id.in_(units.ancestors(home.path))))
    )
