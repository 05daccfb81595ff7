"""Who owes what in a subtree this year: units short of a target, entries to be mended, reported or self-scored.

Counted from the same conditions as summaries and targets. Whether anybody is written to is others' business.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

from sqlalchemy import select

from movement import codes, course, deadlines, guidelines, tallies, targets
from storage.people_tables import person, role
from storage.tables import cycle, entry, score_sheet
from storage.unit_tables import unit

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from movement.context import Context
    from movement.subtrees import Node
    from movement.units import Unit

Kind = Literal["register", "mend", "report", "score"]
KINDS: Final[tuple[Kind, ...]] = ("register", "mend", "report", "score")
NEAR: Final = dt.timedelta(days=30)  # before its last day nobody is said to owe a report yet
IN_CHARGE: Final = ("unit_head", "unit_officer", "upper_officer")  # who registers for a unit of whichever level
_OPEN: Final = ("returned", "confirmed", "reported", "endorsed")


@dataclass(frozen=True, slots=True)
class Debt:
    """One thing that one person owes: for a unit, or for an entry. `last_day` is None where there is none."""

    kind: Kind
    person_id: int
    unit_id: int
    unit_name: str
    year: int
    number: str = ""  # of the entry
    name: str = ""
    last_day: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Owing:
    """What is owed in a subtree; `unled` are short units in which nobody is in charge."""

    debts: tuple[Debt, ...]
    unled: tuple[Unit, ...] = ()

    def of_kind(self, kind: str) -> tuple[Debt, ...]:
        """Those of one kind."""
        return tuple(each for each in self.debts if each.kind == kind)

    def by_person(self, kind: str = "") -> dict[int, list[Debt]]:
        """What each person owes, of one kind or of all."""
        found: dict[int, list[Debt]] = {}
        for each in self.debts:
            if not kind or each.kind == kind:
                found.setdefault(each.person_id, []).append(each)
        return found


def read(ctx: Context, home: Unit, year: int) -> Owing:
    """All that is owed, with three statements for any tree, read once in a unit of work.

    The caller saw to the rights.
    """
    key = f"owing:{home.id}:{year}"
    if key not in ctx.memo:
        ctx.memo[key] = _counted(ctx, home, year)
    found: Owing = ctx.memo[key]
    return found


def _counted(ctx: Context, home: Unit, year: int) -> Owing:
    facts = targets.counted(ctx, home, year)
    held = {node.unit.id: node for node in facts.nodes}
    bound = targets.bound(targets.measure(facts))
    short = {unit_id for unit_id, has in bound.items() if not has} | set(targets.without_any(facts))
    registering, unled = _registering(ctx, home, year, short, held)
    return Owing((*registering, *_of_entries(ctx, home, year, held)), tuple(unled))


def _registering(
    ctx: Context, home: Unit, year: int, short: set[int], held: Mapping[int, Node]
) -> tuple[list[Debt], list[Unit]]:
    """What officers owe for units that are short, and the units where nobody is in charge."""
    query = (
        select(role.c.unit_id, role.c.person_id)
        .join(unit, unit.c.id == role.c.unit_id)
        .join(person, person.c.id == role.c.person_id)
        .where(unit.c.path.startswith(home.path, autoescape=True), role.c.role.in_(IN_CHARGE))
        .where(person.c.deactivated_at.is_(None))
        .distinct()
        .order_by(role.c.unit_id, role.c.person_id)
    )
    led: dict[int, list[int]] = {}
    for row in ctx.session.rows(query):
        led.setdefault(row.unit_id, []).append(row.person_id)
    debts, unled = [], []
    for unit_id in sorted(short):
        node = held[unit_id]
        people = led.get(unit_id, [])
        debts += [
            Debt("register", each, unit_id, node.unit.name, year, last_day=_register_by(node)) for each in people
        ]
        unled += [node.unit] if not people else []
    return debts, unled


def _register_by(node: Node) -> dt.date | None:
    if node.cycle is None:
        return None
    guideline, year = node.cycle.guideline, node.cycle.year
    for who in (node.unit.kind, "subject", None):
        if day := deadlines.last_day_of(guideline, "register", year, who, node.cycle.events):
            return day
    return None


def _of_entries(ctx: Context, home: Unit, year: int, held: Mapping[int, Node]) -> Iterator[Debt]:
    columns = (entry.c.id, entry.c.author_id, entry.c.name, entry.c.state, entry.c.guideline_id)
    more = (entry.c.subject_kind, entry.c.reported_at, entry.c.unit_id, unit.c.name.label("unit_name"))
    sheet = (unit.c.kind.label("unit_kind"), cycle.c.year, score_sheet.c.id.label("sheet_id"))
    query = tallies.entries_of(home, year, *columns, *more, *sheet)
    for row in ctx.session.rows(query.where(entry.c.state.in_(_OPEN)).order_by(entry.c.id)):
        node = held.get(row.unit_id)
        last_day = _report_by(row, node)
        kind = _kind(row, last_day, ctx.today)
        if kind is not None:
            number = codes.code(codes.ENTRY, row.year, row.id)
            day = last_day if kind == "report" else None
            yield Debt(kind, row.author_id, row.unit_id, row.unit_name, year, number, row.name, day)


def _kind(row: Any, last_day: dt.date | None, today: dt.date) -> Kind | None:
    """What is owed for an entry; None where nothing is, or not yet."""
    if row.state == "returned":
        return "mend"
    if row.reported_at is None:
        is_near = last_day is None or last_day - NEAR <= today
        return "report" if row.state == "confirmed" and is_near else None
    if row.sheet_id is None and course.under(_guideline(row), row.subject_kind, row.unit_kind).is_scored:
        return "score"
    return None


def _report_by(row: Any, node: Node | None) -> dt.date | None:
    """The last day for the report under the guideline that the entry keeps."""
    events = node.cycle.events if node and node.cycle else deadlines.NO_EVENTS
    for who in ("subject", row.unit_kind, None):
        if day := deadlines.last_day_of(_guideline(row), "report", row.year, who, events):
            return day
    return None


def _guideline(row: Any) -> Any:
    return guidelines.get(row.guideline_id)
