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
from movement.tallies import NOTHING, Tally
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
    from movement.tallies import Asked
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
    """The units and their initiatives, with one statement: enough for targets in figures."""
    rows = subtrees.beside(ctx, home, year, tallies.by_unit(home, year))
    nodes = [node for node, _counts in rows]
    own = {node.unit.id: Tally(*counts) for node, counts in rows if counts}
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
    bindings: dict[tuple[int, str], list[Target]] = {}  # worked out once for thousands of units
    for node in facts.nodes:
        if not node.is_open or node.cycle is None:
            continue
        key = (node.cycle.id, node.unit.kind)
        if key not in bindings:
            bindings[key] = binding(node.cycle, node.unit.kind)
        for target in bindings[key]:
            found = _of_target(facts, node.unit, node.cycle, target)
            if found.need:
                yield found
        if node.cycle.unit_id == node.unit.id:
            for expected in node.cycle.guideline.audience.expected_units:
                reached = sum(has for _unit, has in expecting(facts, node.cycle, expected))
                yield Standing(node.unit, node.cycle.guideline, expected, expected.count, reached)


def bound(standings: Iterable[Standing]) -> dict[int, bool]:
    """The units bound by a hard target in figures, and whether they have as many as all of them ask."""
    found: dict[int, bool] = {}
    for each in standings:
        if each.is_hard and isinstance(each.rule, Target) and each.rule.min is not None:
            found[each.unit.id] = found.get(each.unit.id, True) and not each.missing
    return found


def without_any(facts: Facts) -> list[int]:
    """The open units that are to register, and below which nothing is registered."""
    asked: dict[tuple[int, str], bool] = {}
    found = []
    for node in facts.nodes:
        if not node.is_open or node.cycle is None:
            continue
        key = (node.cycle.id, node.unit.kind)
        if key not in asked:
            asked[key] = registers(node.cycle, node.unit.kind)
        if asked[key] and not facts.below.get(node.unit.id, NOTHING).announced:
            found.append(node.unit.id)
    return found


def binding(held: Cycle, kind: str) -> list[Target]:
    """The targets that bind a unit of this kind in the cycle, in the order of the guideline."""
    return [
        each
        for each in held.guideline.targets
        if kind in each.who and each.year in {None, held.year} and held.year <= (each.until or held.year)
    ]


def registers(held: Cycle, kind: str) -> bool:
    """Whether units of this kind are to register: bound by a target in figures, or by a deadline without one."""
    guideline = held.guideline
    asked = {who for each in guideline.targets if each.min is not None and each.hard for who in each.who}
    if not asked:
        asked = {who for each in guideline.deadlines if each.does == "register" for who in each.who}
    return kind in asked


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


def initiatives(target: Target, own: Tally | Asked, below: Tally | Asked) -> int:
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
    found = dict(own)
    for node in reversed(nodes):  # units come before those below them
        above, has = node.unit.parent_id, found.get(node.unit.id)
        if above is not None and has is not None:
            found[above] = found[above] + has if above in found else has
    return found
