"""How far the units of a subtree are in one year, and the entries and units behind each figure.

Every figure is counted in the transaction of the question, with the same conditions as the list behind it.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, Final, Literal

from sqlalchemy import and_, func, or_, select, true

from movement import access, entries, guidelines, units
from movement.access import Thing
from movement.vietnamese_text import sort_key
from storage.tables import cycle, entry, score_sheet, unit

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sqlalchemy import ColumnElement, Select

    from movement.context import Context
    from movement.entries import Entry
    from movement.guideline_rules import Target
    from movement.units import Unit

Figure = Literal["registered", "confirmed", "reported", "scored", "passed", "missing"]


@dataclass(frozen=True, slots=True)
class Figures:
    """Counted entries, without withdrawn ones; `missing` counts units that have fewer than a target asks for."""

    registered: int = 0
    confirmed: int = 0
    reported: int = 0
    scored: int = 0
    passed: int = 0
    missing: int = 0

    def __add__(self, other: Figures) -> Figures:
        return Figures(*(getattr(self, each.name) + getattr(other, each.name) for each in fields(self)))


@dataclass(frozen=True, slots=True)
class UnitRow:
    """A unit directly below with all under it, or the unit asked for with what is its own."""

    unit: Unit
    figures: Figures


@dataclass(frozen=True, slots=True)
class Summary:
    """One row each for the unit itself, where it has anything of its own, and for the units directly below."""

    unit: Unit
    year: int
    rows: tuple[UnitRow, ...]
    total: Figures


@dataclass(frozen=True, slots=True)
class _Counted:
    """What one unit has of its own; `new` and `continued` are what targets count."""

    figures: Figures = Figures()
    new: int = 0
    continued: int = 0

    def __add__(self, other: _Counted) -> _Counted:
        return _Counted(self.figures + other.figures, self.new + other.new, self.continued + other.continued)


@dataclass(frozen=True, slots=True)
class _Node:
    """A unit of the subtree in the year."""

    unit: Unit
    is_open: bool  # not closed before the year
    guideline_id: str  # empty where none was assigned


_NOTHING: Final = _Counted()
_newer = score_sheet.alias()
_newest = (
    select(func.max(_newer.c.id))
    .where(_newer.c.entry_id == entry.c.id, _newer.c.kind == "self")
    .correlate(entry)
    .scalar_subquery()
)
_CONDITIONS: Final[Mapping[Figure, ColumnElement[bool]]] = {
    "registered": true(),
    "confirmed": entry.c.state.not_in(("submitted", "returned")),
    "reported": entry.c.reported_at.is_not(None),
    "scored": score_sheet.c.id.is_not(None),
    "passed": score_sheet.c.passes.is_(True),
}
_counts_for_target = entry.c.state != "lapsed"
_columns = (
    entry.c.unit_id,
    *(func.count().filter(condition).label(name) for name, condition in _CONDITIONS.items()),
    func.count().filter(and_(_counts_for_target, entry.c.continues_id.is_(None))).label("new"),
    func.count().filter(and_(_counts_for_target, entry.c.continues_id.is_not(None))).label("continued"),
)


def of_unit(ctx: Context, unit_id: int, year: int) -> Summary:
    """The figures of a subtree by its branches, with four statements at most.

    A unit that was closed before the year has a row only where something was counted. Raise DomainError where the
    person may not.
    """
    home = _demand(ctx, unit_id)
    tree = _tree(ctx, home, year)
    own = _own(ctx, home, year)
    short = {each.id for each in _missing(tree, own, year)}
    by_branch: dict[int, Figures] = {home.id: Figures()}
    for node in tree:
        branch = _branch(home, node.unit.path)
        figures = own.get(node.unit.id, _NOTHING).figures + Figures(missing=int(node.unit.id in short))
        by_branch[branch] = by_branch.get(branch, Figures()) + figures
    below = _sorted(
        node.unit
        for node in tree
        if node.unit.parent_id == home.id and (node.is_open or by_branch[node.unit.id] != Figures())
    )
    mine = [home] if by_branch[home.id] != Figures() or not below else []
    rows = tuple(UnitRow(each, by_branch[each.id]) for each in [*mine, *below])
    return Summary(home, year, rows, sum((row.figures for row in rows), Figures()))


def drill(ctx: Context, unit_id: int, year: int, what: Figure) -> list[Entry] | list[Unit]:
    """What a figure of the total counted: units for `missing`, else entries; raise as `of_unit` does."""
    home = _demand(ctx, unit_id)
    if what == "missing":
        return _sorted(_missing(_tree(ctx, home, year), _own(ctx, home, year), year))
    return entries.among(ctx, _entries(home, year, entry.c.id).where(_CONDITIONS[what]))


def _demand(ctx: Context, unit_id: int) -> Unit:
    home = units.get(ctx, unit_id)
    access.demand(ctx, "summarise", Thing(home.path) if home else None)
    assert home is not None  # noqa: S101 - for the type checker: `demand` has refused
    return home


def _entries(home: Unit, year: int, *columns: Any) -> Select[Any]:
    """What is counted: entries of the subtree in this year, each with its newest self-score."""
    return (
        select(*columns)
        .join(cycle, cycle.c.id == entry.c.cycle_id)
        .join(unit, unit.c.id == entry.c.unit_id)
        .join(score_sheet, score_sheet.c.id == _newest, isouter=True)
        .where(cycle.c.year == year, entry.c.state != "withdrawn")
        .where(unit.c.path.startswith(home.path, autoescape=True))
    )


def _own(ctx: Context, home: Unit, year: int) -> dict[int, _Counted]:
    """What each unit of the subtree has of its own; units without entries are left out."""
    rows = ctx.session.rows(_entries(home, year, *_columns).group_by(entry.c.unit_id))
    return {row.unit_id: _Counted(Figures(*row[1 : 1 + len(_CONDITIONS)]), row.new, row.continued) for row in rows}


def _tree(ctx: Context, home: Unit, year: int) -> list[_Node]:
    """The subtree; the guideline is that of the nearest assignment, which may be above the subtree."""
    query = (
        select(*units.COLUMNS, unit.c.valid_to, cycle.c.guideline_id)
        .join(cycle, and_(cycle.c.unit_id == unit.c.id, cycle.c.year == year), isouter=True)
        .where(or_(unit.c.path.startswith(home.path, autoescape=True), unit.c.id.in_(units.ancestors(home.path))))
    )
    in_force: dict[int | None, str] = {None: ""}
    tree = []
    for *columns, closed_on, assigned in sorted(ctx.session.rows(query), key=lambda row: row.path.count("/")):
        found = units.Unit(*columns)
        in_force[found.id] = assigned or in_force[found.parent_id]
        is_open = closed_on is None or closed_on >= dt.date(year, 1, 1)
        tree.append(_Node(found, is_open, in_force[found.id]))
    return [node for node in tree if node.unit.path.startswith(home.path)]


def _missing(tree: Iterable[_Node], own: Mapping[int, _Counted], year: int) -> list[Unit]:
    """The units that a target binds and that have too few entries for it."""
    with_below: dict[int, _Counted] = {}
    for node in tree:
        for ancestor in units.ancestors(node.unit.path) if node.unit.id in own else ():
            with_below[ancestor] = with_below.get(ancestor, _NOTHING) + own[node.unit.id]
    return [
        node.unit
        for node in tree
        if node.is_open
        and any(
            _reached(target, own, with_below, node.unit.id) < (target.min or 0)
            for target in _targets(node.guideline_id, node.unit.kind, year)
        )
    ]


def _targets(guideline_id: str, kind: str, year: int) -> list[Target]:
    """The hard targets in figures that bind each unit of this kind in this year."""
    if not guideline_id:
        return []
    return [
        target
        for target in guidelines.get(guideline_id).targets
        if kind in target.who
        and target.hard
        and target.min is not None
        and "initiative" in target.objects
        and target.scope != "province"
        and target.year in {None, year}
        and (target.until is None or year <= target.until)
    ]


def _reached(target: Target, own: Mapping[int, _Counted], with_below: Mapping[int, _Counted], unit_id: int) -> int:
    counted = (own if target.scope == "own" else with_below).get(unit_id, _NOTHING)
    return sum(getattr(counted, origin) for origin in target.counts)


def _branch(home: Unit, path: str) -> int:
    """The unit directly below that this path leads through, or the unit itself."""
    below = units.ancestors(path)[len(units.ancestors(home.path)) :]
    return below[0] if below else home.id


def _sorted(found: Iterable[Unit]) -> list[Unit]:
    return sorted(found, key=lambda each: sort_key(each.name))
