"""What the person may say their units have done: what the database cannot know and the guideline asks for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from movement import access, cycles, deeds, due, people, targets, units
from movement.access import Thing

if TYPE_CHECKING:
    from movement.context import Context
    from movement.units import Unit


@dataclass(frozen=True, slots=True)
class Deed:
    """One such thing; `code` is the id of a deadline or target."""

    cycle_id: int
    unit: Unit
    code: str
    what: str
    done: bool  # an officer has said so


def of_person(ctx: Context) -> list[Deed]:
    """The deeds of the person's own units: what falls due, the nearest first, then targets of this year."""
    falling_due = [
        Deed(each.held.id, each.unit, each.due.deadline.id, each.due.deadline.what, each.attested)
        for each in due.of_person(ctx, ctx.today)
        if each.by == "unit" and each.mine and each.unit and each.held and (each.attested or not each.done)
    ]
    return falling_due + _of_targets(ctx)


def _of_targets(ctx: Context) -> list[Deed]:
    homes = [
        each for each in units.several(ctx, people.units_of(ctx)) if access.may(ctx, "attest", Thing(each.path))
    ]
    if not homes:
        return []
    done = deeds.of_units(ctx, homes)
    return [
        Deed(held.id, home, target.id, target.measure or target.text, (held.id, home.id, target.id) in done)
        for (unit_id, _year), held in cycles.of_units(ctx, homes, (ctx.today.year, ctx.today.year)).items()
        for home in homes
        if home.id == unit_id
        for target in targets.binding(held, home.kind)
        if target.known_by == "attested"
    ]
