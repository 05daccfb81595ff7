"""How far units are with the targets of their guideline: needed, reached, missing. Counting only.

Every kind of target of the texts: a number of initiatives a year, new ones or continued ones too, of the unit or
its subtree, or chosen for province level; a share of units or initiatives; so many units expected to register.
An exemplar is an entry that was recognised as such, so “mô hình, điển hình” are counted as entries, once.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from movement import access, subtrees, tallies, units
from movement.access import Thing
from movement.guideline_rules import Target
from movement.tallies import NOTHING
from storage.tables import cycle, unit_deed
from storage.unit_tables import unit

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from movement.context import Context
    from movement.cycles import Cycle
    from movement.guideline import Guideline
    from movement.guideline_parts import Expected
    from movement.guideline_rules import Mandated
    from movement.subtrees import Node
    from movement.tallies import Tally
    from movement.units import Unit


@dataclass(frozen=True, slots=True)
class Standing:
    """How far one unit is with one target.

    `need` and `reached` count initiatives; for what units have to do, deeds; for expected units, units.
    """

    unit: Unit
    guideline: Guideline
    rule: Target | Expected
    need: int
    reached: int

    @property
    def missing(self) -> int:
        """How many are wanting."""
        return max(0, self.need - self.reached)

    @property
    def is_hard(self) -> bool:
        """Whether it must be reached; otherwise it is to be striven for."""
        return not isinstance(self.rule, Target) or self.rule.hard


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a subtree in one year: its units, what each has, alone and with all below it.

    Deeds and imposed initiatives carried out are (unit, code); the latter also for the units above.
    """

    year: int
    today: dt.date
    nodes: Sequence[Node]
    own: Mapping[int, Tally]
    below: Mapping[int, Tally]
    deeds: frozenset[tuple[int, str]] = frozenset()
    mandates: frozenset[tuple[int, str]] = frozenset()


def standing(ctx: Context, unit_id: int, year: int) -> tuple[Standing, ...]:
    """How one unit stands, by target in the order of its guideline; raise as `of_subtree` does."""
    return tuple(each for each in of_subtree(ctx, unit_id, year) if each.unit.id == unit_id)


def of_subtree(ctx: Context, unit_id: int, year: int) -> tuple[Standing, ...]:
    """How every unit of the subtree stands, units before those below them; six statements at most for any tree.

    Raise DomainError where the person may not summarise it.
    """
    home = units.get(ctx, unit_id)
    access.demand(ctx, "summarise", Thing(home.path) if home else None)
    assert home is not None  # noqa: S101 - for the type checker: `demand` has refused
    return tuple(measure(read(ctx, home, year)))


def counted(ctx: Context, home: Unit, year: int) -> Facts:
    """The units and their initiatives, with two statements: enough for targets in figures."""
    nodes, own = subtrees.read(ctx, home, year), tallies.of_subtree(ctx, home, year)
    return Facts(year, ctx.today, nodes, own, _with_below(nodes, own))


def read(ctx: Context, home: Unit, year: int) -> Facts:
    """All that targets ask for, with four statements."""
    known = counted(ctx, home, year)
    deeds = (
        select(unit_deed.c.unit_id, unit_deed.c.deed)
        .join(cycle, cycle.c.id == unit_deed.c.cycle_id)
        .join(unit, unit.c.id == unit_deed.c.unit_id)
        .where(cycle.c.year == year, unit.c.path.startswith(home.path, autoescape=True))
    )
    done = frozenset((row.unit_id, row.deed) for row in ctx.session.rows(deeds))
    carried_out = frozenset(
        (above, mandate) for path, mandate in tallies.mandates(ctx, home, year) for above in units.ancestors(path)
    )
    return Facts(year, ctx.today, known.nodes, known.own, known.below, done, carried_out)


def measure(facts: Facts) -> Iterator[Standing]:
    """The standings of the units that are open, in the order of the facts."""
    for node in facts.nodes:
        if not node.is_open or node.cycle is None:
            continue
        for target in binding(node.cycle, node.unit.kind):
            found = _of_target(facts, node.unit, node.cycle, target)
            if found.need:
                yield found
        if node.cycle.unit_id == node.unit.id:
            for expected in node.cycle.guideline.audience.expected_units:
                reached = sum(has for _unit, has in expecting(facts, node.cycle, expected))
                yield Standing(node.unit, node.cycle.guideline, expected, expected.count, reached)


def short(standings: Iterable[Standing]) -> set[int]:
    """The units that have fewer initiatives than a hard target in figures asks for."""
    return {
        each.unit.id
        for each in standings
        if each.missing and each.is_hard and isinstance(each.rule, Target) and each.rule.min is not None
    }


def binding(held: Cycle, kind: str) -> list[Target]:
    """The targets that bind a unit of this kind in the cycle, in the order of the guideline."""
    return [
        each
        for each in held.guideline.targets
        if kind in each.who and each.year in {None, held.year} and held.year <= (each.until or held.year)
    ]


def imposed(held: Cycle, kind: str, today: dt.date) -> list[Mandated]:
    """The initiatives imposed on a unit of this kind whose condition, if any, has been met."""
    return [
        each
        for each in held.guideline.mandated
        if kind in each.who and (not each.condition or held.events.get(each.id, dt.date.max) <= today)
    ]


def expecting(facts: Facts, held: Cycle, expected: Expected) -> list[tuple[Unit, bool]]:
    """The units of the cycle that are to register, as far as the tree knows them, and whether they have."""
    return [
        (node.unit, facts.below.get(node.unit.id, NOTHING).announced > 0)
        for node in facts.nodes
        if node.is_open and node.unit.kind == expected.kind and node.cycle and node.cycle.id == held.id
    ]


def initiatives(target: Target, own: Tally, below: Tally) -> int:
    """How many of a unit's initiatives, alone or with all below it, the target counts."""
    has = own if target.scope == "own" else below
    level = "_for_province" if target.scope == "province" else ""
    return sum(getattr(has, origin + level) for origin in target.counts)


def _of_target(facts: Facts, home: Unit, held: Cycle, target: Target) -> Standing:
    own, below = facts.own.get(home.id, NOTHING), facts.below.get(home.id, NOTHING)
    match target.known_by:
        case "attested":
            return Standing(home, held.guideline, target, 1, int((home.id, target.id) in facts.deeds))
        case "mandated":
            asked = imposed(held, home.kind, facts.today)
            done = sum((home.id, each.id) in facts.mandates for each in asked)
            return Standing(home, held.guideline, target, len(asked), done)
        case "appraised":
            has = own if target.scope == "own" else below
            return Standing(home, held.guideline, target, has.carried_out, has.appraised)
        case None:
            return Standing(home, held.guideline, target, target.min or 0, initiatives(target, own, below))


def _with_below(nodes: Sequence[Node], own: Mapping[int, Tally]) -> dict[int, Tally]:
    """What each unit has with all below it; units without anything are left out."""
    found: dict[int, Tally] = {}
    for node in nodes:
        for above in units.ancestors(node.unit.path) if node.unit.id in own else ():
            found[above] = found.get(above, NOTHING) + own[node.unit.id]
    return found
