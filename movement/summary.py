"""How far the units of a subtree are in one year, and the entries and units behind each figure.

Every figure is counted in the transaction of the question, with the same conditions as the list behind it.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Literal

from movement import access, entries, targets, units
from movement.access import Thing
from movement.tallies import CONDITIONS, NOTHING, entries_of
from movement.vietnamese_text import sort_key
from storage.tables import entry

if TYPE_CHECKING:
    from collections.abc import Iterable

    from movement.context import Context
    from movement.entries import Entry
    from movement.tallies import Tally
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


def of_unit(ctx: Context, unit_id: int, year: int) -> Summary:
    """The figures of a subtree by its branches, with four statements at most.

    A unit that was closed before the year has a row only where something was counted. Raise DomainError where the
    person may not.
    """
    home = _demand(ctx, unit_id)
    facts = targets.counted(ctx, home, year)
    missing = targets.short(targets.measure(facts))
    by_branch: dict[int, Figures] = {home.id: Figures()}
    for node in facts.nodes:
        branch = _branch(home, node.unit.path)
        figures = _figures(facts.own.get(node.unit.id, NOTHING), missing=int(node.unit.id in missing))
        by_branch[branch] = by_branch.get(branch, Figures()) + figures
    below = _sorted(
        node.unit
        for node in facts.nodes
        if node.unit.parent_id == home.id and (node.is_open or by_branch[node.unit.id] != Figures())
    )
    mine = [home] if by_branch[home.id] != Figures() or not below else []
    rows = tuple(UnitRow(each, by_branch[each.id]) for each in [*mine, *below])
    return Summary(home, year, rows, sum((row.figures for row in rows), Figures()))


def drill(ctx: Context, unit_id: int, year: int, what: Figure) -> list[Entry] | list[Unit]:
    """What a figure of the total counted: units for `missing`, else entries; raise as `of_unit` does."""
    home = _demand(ctx, unit_id)
    if what == "missing":
        facts = targets.counted(ctx, home, year)
        missing = targets.short(targets.measure(facts))
        return _sorted(node.unit for node in facts.nodes if node.unit.id in missing)
    return entries.among(ctx, entries_of(home, year, entry.c.id).where(CONDITIONS[what]))


def _demand(ctx: Context, unit_id: int) -> Unit:
    home = units.get(ctx, unit_id)
    access.demand(ctx, "summarise", Thing(home.path) if home else None)
    assert home is not None  # noqa: S101 - for the type checker: `demand` has refused
    return home


def _figures(tally: Tally, missing: int) -> Figures:
    return Figures(tally.registered, tally.confirmed, tally.reported, tally.scored, tally.passed, missing)


def _branch(home: Unit, path: str) -> int:
    """The unit directly below that this path leads through, or the unit itself."""
    below = units.ancestors(path)[len(units.ancestors(home.path)) :]
    return below[0] if below else home.id


def _sorted(found: Iterable[Unit]) -> list[Unit]:
    return sorted(found, key=lambda each: sort_key(each.name))
