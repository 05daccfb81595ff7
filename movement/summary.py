"""How far the units of a subtree are in one year, and the entries and units behind each figure.

The figures of a summary are counted by one statement, so they are of one moment and add up; the list behind each
is read with the same conditions.
"""

from __future__ import annotations

from dataclasses import dataclass
from operator import add, attrgetter
from typing import TYPE_CHECKING, Final, Literal, get_args

from movement import access, cycles, entries, guidelines, summary_counts, tallies, targets, transitions, units
from movement.access import Thing
from movement.tallies import CONDITIONS, entries_of
from movement.vietnamese_text import sort_key
from storage.tables import entry

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sqlalchemy import ColumnElement

    from movement.context import Context
    from movement.entries import Entry
    from movement.summary_counts import Branches
    from movement.targets import Facts
    from movement.units import Unit

Counted = Literal["registered", "unplanned", "confirmed", "reported", "unreported", "scored", "passed"]
OfUnits = Literal["reached", "missing", "unregistered"]
Figure = Literal[
    "registered", "unplanned", "confirmed", "reported", "unreported", "scored", "passed",
    "reached", "missing", "unregistered",
]  # fmt: skip
View = Literal["area", "subject", "state"]
Within = tuple[View | Literal["own"], str]  # one slice of a view, or what is the unit's own
_NO_ENTRIES: Final = (0,) * len(get_args(Counted))
_COLUMNS: Final[Mapping[View, ColumnElement[str]]] = {
    "area": entry.c.area,
    "subject": entry.c.subject_kind,
    "state": entry.c.state,
}


@dataclass(frozen=True, slots=True)
class Figures:
    """Counted entries, without withdrawn ones, and counted units.

    `reached` and `missing` are the units that have, and have not, as many as targets ask for; `unregistered` those
    that are to register and have nothing.
    """

    registered: int = 0
    unplanned: int = 0
    confirmed: int = 0
    reported: int = 0
    unreported: int = 0
    scored: int = 0
    passed: int = 0
    reached: int = 0
    missing: int = 0
    unregistered: int = 0

    def __add__(self, other: Figures) -> Figures:
        return Figures(*map(add, _all(self), _all(other)))


_all = attrgetter(*Figures.__slots__)
_counted = attrgetter(*get_args(Counted))


@dataclass(frozen=True, slots=True)
class UnitRow:
    """A unit directly below with all under it, or the unit asked for with what is its own."""

    unit: Unit
    figures: Figures


@dataclass(frozen=True, slots=True)
class Summary:
    """One row each for the unit itself, where it has anything of its own, and for the units directly below.

    `before` has what is compared, of the whole year before; `has_below` whether there are units below at all.
    """

    unit: Unit
    year: int
    rows: tuple[UnitRow, ...]
    total: Figures
    before: Figures
    has_below: bool


@dataclass(frozen=True, slots=True)
class Slice:
    """The entries of one area, subject or state; units are not counted here."""

    key: str
    figures: Figures


@dataclass(frozen=True, slots=True)
class Sliced:
    """The entries of a subtree, each in one slice."""

    unit: Unit
    year: int
    view: View
    rows: tuple[Slice, ...]
    total: Figures


def of_unit(ctx: Context, unit_id: int, year: int) -> Summary:
    """The figures of a subtree by its branches, with two statements at most.

    A unit that was closed before the year has a row only where something was counted. Raise DomainError where the
    person may not.
    """
    home = demand(ctx, unit_id)
    found = summary_counts.read(ctx, home, year)
    figures = {each.id: _figures(found, each.id) for each, _is_open in found.units}
    below = _sorted(
        each for each, is_open in found.units if each.id != home.id and (is_open or figures[each.id] != Figures())
    )
    mine = [home] if figures[home.id] != Figures() or not below else []
    rows = tuple(UnitRow(each, figures[each.id]) for each in [*mine, *below])
    total = sum((row.figures for row in rows), Figures())
    before = Figures(**dict(zip(summary_counts.BEFORE, found.before, strict=True)))
    return Summary(home, year, rows, total, before, has_below=found.has_below)


def sliced(ctx: Context, unit_id: int, year: int, view: View) -> Sliced:
    """The figures of a subtree by area, subject or state, with two statements; raise as `of_unit` does.

    Areas come in the order of the guideline, states in their own.
    """
    home = demand(ctx, unit_id)
    found = tallies.by(ctx, home, year, _COLUMNS[view])
    order = {key: place for place, key in enumerate(_order(ctx, home, year, view))}
    keys = sorted(found, key=lambda key: (order.get(key, len(order)), key))
    rows = tuple(Slice(key, Figures(*_counted(found[key]))) for key in keys)
    return Sliced(home, year, view, rows, sum((row.figures for row in rows), Figures()))


def drill(
    ctx: Context, unit_id: int, year: int, what: Figure, within: Within | None = None
) -> list[Entry] | list[Unit]:
    """What a figure of the total, or within a part of it, counted: entries or units; raise as `of_unit` does."""
    home = demand(ctx, unit_id)
    if what == "reached" or what == "missing" or what == "unregistered":  # noqa: PLR1714 - mypy narrows by this
        facts = targets.counted(ctx, home, year)
        counted = _of_units(facts)[what]
        return _sorted(node.unit for node in facts.nodes if node.unit.id in counted)
    query = entries_of(home, year, entry.c.id).where(CONDITIONS[what])
    if within:
        view, key = within
        query = query.where(entry.c.unit_id == home.id if view == "own" else _COLUMNS[view] == key)
    return entries.among(ctx, query)


def demand(ctx: Context, unit_id: int) -> Unit:
    """The unit whose subtree is asked for; raise DomainError where the person may not summarise it."""
    home = units.get(ctx, unit_id)
    access.demand(ctx, "summarise", Thing(home.path) if home else None)
    assert home is not None  # noqa: S101 - for the type checker: `demand` has refused
    return home


def _figures(found: Branches, branch: int) -> Figures:
    entries_ = dict(zip(summary_counts.ADDED, found.added.get(branch, _NO_ENTRIES), strict=True))
    return Figures(
        **entries_,
        reached=found.reached[branch],
        missing=found.missing[branch],
        unregistered=found.unregistered[branch],
    )


def _of_units(facts: Facts) -> dict[OfUnits, set[int]]:
    """The units behind each figure that counts units."""
    bound = targets.bound(targets.measure(facts))
    return {
        "reached": {unit_id for unit_id, has in bound.items() if has},
        "missing": {unit_id for unit_id, has in bound.items() if not has},
        "unregistered": set(targets.without_any(facts)),
    }


def _order(ctx: Context, home: Unit, year: int, view: View) -> list[str]:
    """The keys of the slices in their order, of areas as far as the guideline in force names them."""
    match view:
        case "area":
            held = cycles.of_years(ctx, home, (year, year)).get(year)
            return [each.code for each in (held.guideline if held else guidelines.default()).areas.items]
        case "subject":
            return ["collective", "individual"]
        case "state":
            return list(transitions.STATES)


def _sorted(found: Iterable[Unit]) -> list[Unit]:
    return sorted(found, key=lambda each: sort_key(each.name))
