"""How far a subtree is with each deadline of a year: what is done and what is left, and where most is left.

Registering is counted by units, as are papers that units send; reports, appraisals and decisions by entries. Who
has still to do what for one person is `due`'s business; both ask the same conditions.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from sqlalchemy import and_, not_

from movement import deadlines, entries, summary, targets, units
from movement.tallies import CONDITIONS, NOTHING, entries_of
from movement.vietnamese_text import sort_key
from storage.tables import entry

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from sqlalchemy import ColumnElement

    from movement.context import Context
    from movement.cycles import Cycle
    from movement.deadlines import Due
    from movement.entries import Entry
    from movement.guideline_rules import Deadline, Does
    from movement.subtrees import Node
    from movement.tallies import Count, Tally
    from movement.targets import Facts
    from movement.units import Unit

Of = Literal["units", "entries"]

_DONE: Final[Mapping[Does, Count]] = {"report": "reported", "appraise": "appraised", "recognise": "decided"}


@dataclass(frozen=True, slots=True)
class Branch:
    """A unit directly below with all under it, or the unit asked for alone."""

    unit: Unit
    done: int
    left: int


@dataclass(frozen=True, slots=True)
class Step:
    """One deadline of one cycle. `key` names it in a command; branches come by how much is left, the most first.

    What is left is late when the last day has passed, else to come; `days_left` is None while there is no day.
    """

    key: str
    due: Due
    of: Of
    days_left: int | None
    branches: tuple[Branch, ...]
    left_units: frozenset[int]  # that have something left

    @property
    def done(self) -> int:
        """How many are done."""
        return sum(each.done for each in self.branches)

    @property
    def left(self) -> int:
        """How many are not."""
        return sum(each.left for each in self.branches)

    @property
    def is_late(self) -> bool:
        """Whether what is left is late."""
        return bool(self.left) and self.days_left is not None and self.days_left < 0


def of_unit(ctx: Context, unit_id: int, year: int) -> tuple[Unit, tuple[Step, ...]]:
    """Every deadline that asks something of the subtree, the earliest first; with four statements at most.

    Raise DomainError where the person may not summarise it.
    """
    home = summary.demand(ctx, unit_id)
    facts = targets.read(ctx, home, year)
    held = {node.cycle.id: node.cycle for node in facts.nodes if node.cycle}
    steps = [step for each in held.values() for step in _of_cycle(home, facts, each)]
    return home, tuple(sorted(steps, key=_by_day))


def left(ctx: Context, unit_id: int, year: int, key: str) -> list[Entry] | list[Unit]:
    """What is left of one step: units, or entries in the order they came; raise as `of_unit` does."""
    home, steps = of_unit(ctx, unit_id, year)
    step = next((each for each in steps if each.key == key), None)
    if step is None or not step.left_units:
        return []
    if step.of == "units":
        return sorted(units.several(ctx, sorted(step.left_units)), key=lambda each: sort_key(each.name))
    found = entries.among(ctx, entries_of(home, year, entry.c.id).where(_is_left(step.due.deadline.does)))
    return [each for each in found if each.unit_id in step.left_units]


def _of_cycle(home: Unit, facts: Facts, held: Cycle) -> Iterator[Step]:
    nodes = [node for node in facts.nodes if node.is_open and node.cycle and node.cycle.id == held.id]
    reached = targets.bound(each for each in targets.measure(facts) if each.guideline.id == held.guideline.id)
    branches = _branches(home, facts)
    known = {node.unit.id: node.unit for node in facts.nodes}
    for due in deadlines.of_year(held.guideline, held.year, events=held.events):
        of, counted = _counted(facts, held, nodes, due.deadline, reached)
        if not counted:
            continue
        sums: dict[int, tuple[int, int]] = {}
        for unit_id, (done, left) in counted.items():
            before = sums.get(branches[unit_id], (0, 0))
            sums[branches[unit_id]] = before[0] + done, before[1] + left
        rows = [Branch(known[branch], *both) for branch, both in sums.items()]
        days = deadlines.days_left(due.last_day, facts.today) if due.last_day else None
        yield Step(
            f"{held.id}.{due.deadline.id}", due, of, days, tuple(sorted(rows, key=_by_need)),
            frozenset(unit_id for unit_id, (_done, left) in counted.items() if left),
        )  # fmt: skip


def _branches(home: Unit, facts: Facts) -> dict[int, int]:
    """For each unit of the subtree the unit directly below the home that it belongs to; for the home itself."""
    found: dict[int | None, int] = {home.id: home.id}
    for node in facts.nodes:  # units come before those below them
        if node.unit.id != home.id:
            is_branch = node.unit.parent_id == home.id
            found[node.unit.id] = node.unit.id if is_branch else found[node.unit.parent_id]
    return {unit_id: branch for unit_id, branch in found.items() if unit_id is not None}


def _counted(
    facts: Facts, held: Cycle, nodes: Iterable[Node], deadline: Deadline, reached: Mapping[int, bool]
) -> tuple[Of, dict[int, tuple[int, int]]]:
    """For each unit that the deadline concerns what is done and what is left."""
    if deadline.does in _DONE and (deadline.does != "report" or "subject" in deadline.who):
        own = {node.unit.id: facts.own[node.unit.id] for node in nodes if node.unit.id in facts.own}
        both = {unit_id: _of_entries(deadline.does, has) for unit_id, has in own.items()}
        return "entries", {unit_id: each for unit_id, each in both.items() if any(each)}
    found = {}
    for node in nodes:
        if node.unit.kind not in deadline.who:
            continue
        if deadline.does == "register" and not targets.registers(held, node.unit.kind):
            continue
        is_done = (node.unit.id, deadline.id) in facts.deeds or (
            deadline.does == "register" and _has_registered(facts, node.unit.id, reached)
        )
        found[node.unit.id] = int(is_done), int(not is_done)
    return "units", found


def _has_registered(facts: Facts, unit_id: int, reached: Mapping[int, bool]) -> bool:
    """As many as its targets ask for; without any target one is enough."""
    return reached.get(unit_id, facts.below.get(unit_id, NOTHING).announced > 0)


def _of_entries(does: Does, has: Tally) -> tuple[int, int]:
    if does == "report":
        return has.carried_out - has.unreported, has.unreported
    done: int = getattr(has, _DONE[does])
    return done, has.carried_out - done


def _is_left(does: Does) -> ColumnElement[bool]:
    return and_(CONDITIONS["carried_out"], not_(CONDITIONS[_DONE[does]]))


def _by_day(step: Step) -> tuple[bool, int]:
    return step.days_left is None, step.days_left or 0


def _by_need(row: Branch) -> tuple[int, str]:
    return -row.left, row.unit.name
