"""What each unit of a subtree has of its own in one year: entries counted by one statement.

Summaries and targets are counted from the same conditions, so they cannot disagree.
"""

from __future__ import annotations

from dataclasses import dataclass
from operator import add, attrgetter
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple

from sqlalchemy import and_, func, or_, select, true

from storage.tables import cycle, entry, score_sheet
from storage.unit_tables import unit

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import ColumnElement, Select, Subquery

    from movement.context import Context
    from movement.units import Unit

Count = Literal[
    "registered", "unplanned", "confirmed", "reported", "unreported", "scored", "passed",
    "announced", "carried_out", "appraised", "decided",
    "new", "continued", "new_for_province", "continued_for_province",
]  # fmt: skip

_newer = score_sheet.alias()
_newest = (
    select(func.max(_newer.c.id))
    .where(_newer.c.entry_id == entry.c.id, _newer.c.kind == "self")
    .correlate(entry)
    .scalar_subquery()
)
_is_new, _goes_on = entry.c.continues_id.is_(None), entry.c.continues_id.is_not(None)
_carried_out = entry.c.state != "lapsed"
_announced = entry.c.origin == "registered"
_counts = and_(_carried_out, _announced)
CONDITIONS: Final[Mapping[Count, ColumnElement[bool]]] = {
    "registered": true(),
    "unplanned": entry.c.origin == "unplanned",
    "confirmed": entry.c.state.not_in(("submitted", "returned")),
    "reported": entry.c.reported_at.is_not(None),
    "unreported": and_(_carried_out, entry.c.reported_at.is_(None)),
    "scored": score_sheet.c.id.is_not(None),
    "passed": score_sheet.c.passes.is_(True),
    "announced": _announced,
    "carried_out": _carried_out,
    "appraised": entry.c.state.in_(("appraised", "proposed", "recognised", "not_recognised")),
    "decided": entry.c.state.in_(("recognised", "not_recognised")),
    "new": and_(_counts, _is_new),
    "continued": and_(_counts, _goes_on),
    "new_for_province": and_(_counts, _is_new, entry.c.for_province),
    "continued_for_province": and_(_counts, _goes_on, entry.c.for_province),
}
_columns = tuple(func.count().filter(holds).label(name) for name, holds in CONDITIONS.items())


@dataclass(frozen=True, slots=True)
class Tally:
    """Counted entries, without withdrawn ones; `unreported` are those carried out whose results are not there yet.

    `announced` came by registration, not as unplanned achievements; `carried_out` have not lapsed; the last four
    are both, and what targets count. `appraised` are those at least so far, `decided` those at the end.
    """

    registered: int = 0
    unplanned: int = 0
    confirmed: int = 0
    reported: int = 0
    unreported: int = 0
    scored: int = 0
    passed: int = 0
    announced: int = 0
    carried_out: int = 0
    appraised: int = 0
    decided: int = 0
    new: int = 0
    continued: int = 0
    new_for_province: int = 0
    continued_for_province: int = 0

    def __add__(self, other: Tally) -> Tally:
        return Tally(*map(add, _counts_of(self), _counts_of(other)))


_counts_of = attrgetter(*Tally.__slots__)
NOTHING: Final = Tally()


class Asked(NamedTuple):
    """What of a tally targets in figures ask for, and whether anything was registered."""

    new: int
    continued: int
    new_for_province: int
    continued_for_province: int
    announced: int


class Of(NamedTuple):
    """A tally of the unit at this place in the tree, of this person's entries or of all others'."""

    path: str
    year: int
    is_mine: bool
    tally: Tally


def by_unit(home: Unit, year: int) -> Subquery:
    """What each unit of the subtree has of its own, to be read beside the units: its id, then a tally."""
    return entries_of(home, year, entry.c.unit_id.label("of"), *_columns).group_by(entry.c.unit_id).subquery()


def by(ctx: Context, home: Unit, year: int, column: ColumnElement[str]) -> dict[str, Tally]:
    """What the subtree has, by what stands in a column of the entries."""
    rows = ctx.session.rows(entries_of(home, year, column, *_columns).group_by(column))
    return {row[0]: Tally(*row[1:]) for row in rows}


def of_homes(ctx: Context, homes: Sequence[Unit], years: tuple[int, int]) -> list[Of]:
    """What the units of these subtrees have of their own in these years, apart by whether it is this person's."""
    is_mine = (entry.c.author_id == ctx.person.id).label("is_mine")
    query = (
        joined(unit.c.path, cycle.c.year, is_mine, *_columns)
        .where(cycle.c.year.between(*years))
        .where(or_(*(unit.c.path.startswith(home.path, autoescape=True) for home in homes)))
        .group_by(unit.c.path, cycle.c.year, is_mine)
    )
    return [Of(row[0], row[1], bool(row[2]), Tally(*row[3:])) for row in ctx.session.rows(query)]


def mandates(ctx: Context, home: Unit, year: int) -> set[tuple[str, str]]:
    """Which units of the subtree, by their paths, carry out which imposed initiatives."""
    carried_out = entries_of(home, year, unit.c.path, entry.c.mandate).where(entry.c.mandate != "", _counts)
    return {(row.path, row.mandate) for row in ctx.session.rows(carried_out.distinct())}


def entries_of(home: Unit, year: int, *columns: Any) -> Select[Any]:
    """What is counted: entries of the subtree in this year, each with its newest self-score."""
    in_subtree = unit.c.path.startswith(home.path, autoescape=True)
    return joined(*columns).where(cycle.c.year == year, in_subtree)


def joined(*columns: Any) -> Select[Any]:
    """All entries but withdrawn ones, each with its cycle, its unit and its newest self-score."""
    return of_all_units(*columns).join(unit, unit.c.id == entry.c.unit_id)


def of_all_units(*columns: Any) -> Select[Any]:
    """The same without the unit, for whoever needs nothing of it."""
    return (
        select(*columns)
        .select_from(entry)
        .join(cycle, cycle.c.id == entry.c.cycle_id)
        .join(score_sheet, score_sheet.c.id == _newest, isouter=True)
        .where(entry.c.state != "withdrawn")
    )
