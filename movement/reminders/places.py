"""What is known of units in the movement of a year, for whoever asks what they still owe.

Of every unit for planning, of some units when it is looked again whether something is still owed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sqlalchemy import select

from movement import cycles, deeds, tallies, units
from movement.due import Known
from movement.tallies import NOTHING
from movement.targets import counted
from movement.units import Unit
from storage.tables import cycle, unit_deed

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Mapping

    from movement.context import Context
    from movement.cycles import Cycle

EVERYTHING: Final = Unit(0, "", "", "", "/", None)  # above all roots

Places = dict[tuple[int, int], "Place"]  # by unit and year


@dataclass(frozen=True, slots=True)
class Place:
    """A unit in one year, the cycle in force for it, and what it has."""

    unit: Unit
    held: Cycle
    known: Known


def events_of(place: Place | None) -> Mapping[str, dt.date]:
    """The days of events that were entered for the unit's cycle."""
    return place.held.events if place else {}


def everywhere(ctx: Context, year: int) -> Places:
    """Every open unit for which the movement was opened that year, with two statements."""
    facts = counted(ctx, EVERYTHING, year)
    query = select(unit_deed.c.cycle_id, unit_deed.c.unit_id, unit_deed.c.deed)
    done: dict[tuple[int, int], set[str]] = {}
    for row in ctx.session.rows(query.join(cycle, cycle.c.id == unit_deed.c.cycle_id).where(cycle.c.year == year)):
        done.setdefault((row.cycle_id, row.unit_id), set()).add(row.deed)
    found: Places = {}
    for node in facts.nodes:
        if node.is_open and node.cycle is not None:
            own, below = facts.own.get(node.unit.id, NOTHING), facts.below.get(node.unit.id, NOTHING)
            attested = frozenset(done.get((node.cycle.id, node.unit.id), ()))
            known = Known(own=own, below=below, mine=NOTHING, attested=attested)
            found[node.unit.id, year] = Place(node.unit, node.cycle, known)
    return found


def some(ctx: Context, wanted: Iterable[tuple[int, int]]) -> Places:
    """These units in these years, with four statements for any number of them."""
    pairs = set(wanted)
    homes = units.several(ctx, sorted({unit_id for unit_id, _year in pairs})) if pairs else []
    if not homes:
        return {}
    of = [year for _unit_id, year in pairs]
    years = (min(of), max(of))
    held = cycles.of_units(ctx, homes, years)
    tallied, done = tallies.of_homes(ctx, homes, years), deeds.of_units(ctx, homes)
    found: Places = {}
    for home in homes:
        inside = [each for each in tallied if each.path.startswith(home.path)]
        for (unit_id, year), one in held.items():
            if unit_id != home.id or (unit_id, year) not in pairs:
                continue
            of_year = [each for each in inside if each.year == year]
            own = sum((each.tally for each in of_year if each.path == home.path), NOTHING)
            below = sum((each.tally for each in of_year), NOTHING)
            attested = frozenset(deed for at, of_unit, deed in done if (at, of_unit) == (one.id, home.id))
            found[unit_id, year] = Place(home, one, Known(own=own, below=below, mine=NOTHING, attested=attested))
    return found
