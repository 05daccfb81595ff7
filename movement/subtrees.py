"""The units of a subtree in one year, each with the cycle in force for it: one statement for any tree."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import and_, or_, select

from movement import cycles, units
from movement.units import Unit
from storage.tables import cycle, cycle_event
from storage.unit_tables import unit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Subquery

    from movement.context import Context
    from movement.cycles import Cycle

# Where things stand in a row: a province has thousands.
_PATH: Final = [column.name for column in units.COLUMNS].index("path")
_VALID_TO: Final = len(units.COLUMNS)
_CYCLE: Final = _VALID_TO + 1
_OWN_COLUMNS: Final = _CYCLE + len(cycles.COLUMNS)


@dataclass(frozen=True, slots=True)
class Node:
    """A unit of the subtree in the year."""

    unit: Unit
    is_open: bool  # not closed before the year
    cycle: Cycle | None  # in force for it, whichever unit it was assigned to


def read(ctx: Context, home: Unit, year: int) -> list[Node]:
    """The subtree, units before those below them; the cycle may be assigned above the subtree."""
    return [node for node, _row in _read(ctx, home, year, _units(home, year))]


def beside(ctx: Context, home: Unit, year: int, counted: Subquery) -> list[tuple[Node, Sequence[Any] | None]]:
    """The subtree as `read` gives it, each unit with its row of what was counted, or None.

    The subquery's first column is the unit's id, and the row begins after it. All is of one statement, so of one
    moment: on PostgreSQL each statement sees what was committed before it.
    """
    query = _units(home, year).add_columns(*counted.c).join(counted, counted.c[0] == unit.c.id, isouter=True)
    found = _read(ctx, home, year, query)
    return [(node, row[_OWN_COLUMNS + 1 :] if row[_OWN_COLUMNS] is not None else None) for node, row in found]


def _read(ctx: Context, home: Unit, year: int, query: Any) -> list[tuple[Node, Any]]:
    """Each unit of the subtree with its first row."""
    by_unit: dict[int, list[Any]] = {}
    for row in ctx.session.rows(query):
        by_unit.setdefault(row[0], []).append(row)
    held: dict[int | None, Cycle | None] = {None: None}
    begin = dt.date(year, 1, 1)
    nodes = []
    for rows in sorted(by_unit.values(), key=_depth):
        first = rows[0]
        found = Unit(*first[: len(units.COLUMNS)])
        own = cycles.nearest(cycles.gathered(rows), ctx.today) if first[_CYCLE] is not None else None
        held[found.id] = own or held.get(found.parent_id)
        is_open = first[_VALID_TO] is None or first[_VALID_TO] >= begin
        if found.path.startswith(home.path):
            nodes.append((Node(found, is_open, held[found.id]), first))
    return nodes


def _depth(rows: list[Any]) -> int:
    path: str = rows[0][_PATH]
    return path.count("/")


def _units(home: Unit, year: int) -> Any:
    """The subtree and what is above it, with a row for each event of each cycle, or one without."""
    return (
        select(*units.COLUMNS, unit.c.valid_to, *cycles.COLUMNS)
        .join(cycle, and_(cycle.c.unit_id == unit.c.id, cycle.c.year == year), isouter=True)
        .join(cycle_event, cycle_event.c.cycle_id == cycle.c.id, isouter=True)
        .where(or_(unit.c.path.startswith(home.path, autoescape=True), unit.c.id.in_(units.ancestors(home.path))))
    )
