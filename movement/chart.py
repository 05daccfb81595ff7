"""Registrations against targets and by area: the figures of the chart, for its picture and for its words.

How it is drawn is `forms/chart_picture`'s business. The figures come from the same conditions as the summary's.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import func

from movement import access, tallies, targets, units
from movement.access import Thing
from movement.cycles import of_years
from movement.guideline_rules import Target
from movement.guidelines import default
from movement.tallies import CONDITIONS
from storage.tables import entry

if TYPE_CHECKING:
    from movement.context import Context
    from movement.units import Unit


@dataclass(frozen=True, slots=True)
class Bar:
    """One area with its initiatives: registered, and of those reported on."""

    label: str
    registered: int
    reported: int


@dataclass(frozen=True, slots=True)
class Chart:
    """`needed` initiatives of all binding targets in figures; `reached` of them, no unit making up for another."""

    unit_name: str
    year: int
    needed: int
    reached: int
    bars: tuple[Bar, ...]

    @property
    def registered(self) -> int:
        """All initiatives that were registered."""
        return sum(each.registered for each in self.bars)

    @property
    def percent(self) -> int:
        """The share of the targets that is reached, rounded down."""
        return 100 * self.reached // self.needed if self.needed else 0


def of_unit(ctx: Context, unit_id: int, year: int) -> Chart:
    """The chart of a subtree, with six statements at most.

    Raise DomainError where the person may not summarise it.
    """
    home = units.get(ctx, unit_id)
    access.demand(ctx, "summarise", Thing(home.path) if home else None)
    assert home is not None  # noqa: S101 - for the type checker: `demand` has refused
    standings = [
        each
        for each in targets.measure(targets.counted(ctx, home, year))
        if isinstance(each.rule, Target) and each.rule.min is not None and each.is_hard
    ]
    needed = sum(each.need for each in standings)
    reached = sum(min(each.need, each.reached) for each in standings)
    return Chart(home.name, year, needed, reached, _bars(ctx, home, year))


def _bars(ctx: Context, home: Unit, year: int) -> tuple[Bar, ...]:
    """Every area of the guideline in its order, be it empty, then what else there is."""
    counts = (func.count().filter(CONDITIONS["registered"]), func.count().filter(CONDITIONS["reported"]))
    query = tallies.entries_of(home, year, entry.c.area, *counts).group_by(entry.c.area)
    found = {row[0]: (row[1], row[2]) for row in ctx.session.rows(query)}
    held = of_years(ctx, home, (year, year)).get(year)
    labels = {each.code: each.label for each in (held.guideline if held else default()).areas.items}
    labels |= {code: code for code in found if code not in labels}
    return tuple(Bar(label, *found.get(code, (0, 0))) for code, label in labels.items())
