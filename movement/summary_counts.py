"""The figures of a subtree by branch, by one statement and so of one moment, however large the subtree is.

The database adds entries up by branch; of each unit it gives only what targets ask for, since which targets bind
it hangs on its guideline. The lists behind the figures are read by `targets.counted` and the same conditions.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import (
    BigInteger,
    Date,
    Integer,
    String,
    bindparam,
    case,
    cast,
    func,
    literal,
    null,
    or_,
    select,
    union_all,
)  # fmt: skip

from movement import cycles, targets, units
from movement.cycles import Assigned
from movement.tallies import CONDITIONS, Asked, joined, of_all_units
from storage.tables import cycle, entry
from storage.unit_tables import unit

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Mapping

    from sqlalchemy import ColumnElement, CompoundSelect, Subquery

    from movement.context import Context
    from movement.cycles import Cycle
    from movement.tallies import Count
    from movement.units import Unit

ADDED: Final[tuple[Count, ...]] = (
    "registered", "unplanned", "confirmed", "reported", "unreported", "scored", "passed"
)  # fmt: skip
BEFORE: Final[tuple[Count, ...]] = ("registered", "reported", "passed")  # of the year before
_SUMS, _UNITS, _CYCLES = range(3)  # what a row is of
_ID, _COUNTS, _BRANCH, _IS_OPEN, _MANY = 1, slice(6, 11), 11, 12, 13  # places in the row of units


NOTHING: Final = Asked(0, 0, 0, 0, 0)


@dataclass(slots=True)
class Branches:
    """By branch, the home itself under its own id: added-up entries, this year's and the year before's, and units.

    `units` are the home and those directly below it, with whether they are open in the year.
    """

    added: dict[int, tuple[int, ...]] = field(default_factory=dict)
    before: tuple[int, ...] = (0,) * len(BEFORE)
    reached: Counter[int] = field(default_factory=Counter)
    missing: Counter[int] = field(default_factory=Counter)
    unregistered: Counter[int] = field(default_factory=Counter)
    units: list[tuple[Unit, bool]] = field(default_factory=list)
    has_below: bool = False


def read(ctx: Context, home: Unit, year: int) -> Branches:
    """Count the subtree in that year, with one statement."""
    given = {
        "year": year, "below": f"{home.path}%", "after": len(home.path) + 1, "path": home.path, "home": home.id,
        "began": dt.date(year, 1, 1),
    }  # fmt: skip
    by_part: tuple[list[Any], ...] = ([], [], [])
    statement = _statement(ctx.session.connection.dialect.name, is_root=home.parent_id is None)
    ctx.session.plan_for_values()
    for number, row in enumerate(ctx.session.rows(statement, given), 1):
        by_part[row[0]].append(tuple(row) if row[_ID] or row[0] == _SUMS else (row[0], -number, *row[2:]))
    found = Branches(has_below=len(by_part[_UNITS]) > 1)
    for row in by_part[_SUMS]:
        found.added[row[1] or home.id] = tuple(row[6 : 6 + len(ADDED)])
        found.before = tuple(map(sum, zip(found.before, row[6 + len(ADDED) :], strict=True)))
    for row in by_part[_UNITS]:
        if row[1] == home.id or row[2] == home.id:
            found.units.append((_unit(home, *row[1:6]), bool(row[_IS_OPEN])))
    _count_units(found, by_part[_UNITS], _Held(ctx, home, year, by_part), home)
    return found


def _unit(home: Unit, unit_id: int, _above: int | None, kind: str, name: str, short: str) -> Unit:
    if unit_id == home.id:
        return home
    return units.Unit(unit_id, kind, name, short, f"{home.path}{unit_id}/", home.id)


class _Held:
    """The cycle in force for each unit of the subtree: its own, else that of the nearest unit above."""

    def __init__(self, ctx: Context, home: Unit, year: int, by_part: tuple[list[Any], ...]) -> None:
        assigned: dict[int, list[Assigned]] = {}
        for row in by_part[_CYCLES]:
            assigned.setdefault(row[1], []).append(Assigned(row[2], row[1], year, row[3], {}))
        own = {unit_id: cycles.nearest(each, ctx.today) for unit_id, each in assigned.items()}
        self._above = {row[1]: row[2] for row in by_part[_UNITS]}
        self._known: dict[int, Cycle | None] = {unit_id: held for unit_id, held in own.items() if held}
        line = (self._known[each] for each in reversed(units.ancestors(home.path)) if each in self._known)
        self._known[home.id] = next(line, None)

    def of(self, unit_id: int) -> Cycle | None:
        """The cycle for a unit of the subtree."""
        if unit_id not in self._known:
            self._known[unit_id] = self.of(self._above[unit_id])
        return self._known[unit_id]


def _count_units(found: Branches, rows: Iterable[Any], held: _Held, home: Unit) -> None:
    """Which units have as many as targets ask for, which have not, and which have nothing."""
    rules: dict[tuple[int, str], _Rules] = {}
    asked: dict[int, tuple[Any, _Rules]] = {}  # units that anything is asked of
    own: dict[int, Asked] = {}
    many: dict[int, int] = {}
    above: dict[int, int | None] = {}
    for row in rows:
        unit_id, kind = row[_ID], row[3]
        above[unit_id], many[unit_id] = row[2], row[_MANY]
        if any(counts := row[_COUNTS]):
            own[unit_id] = Asked(*counts)
        cycle_ = held.of(unit_id) if row[_IS_OPEN] else None
        if cycle_ is not None:
            if (cycle_.id, kind) not in rules:
                rules[cycle_.id, kind] = _Rules(cycle_, kind)
            if rules[cycle_.id, kind].ask:
                asked[unit_id] = row, rules[cycle_.id, kind]
    below = _below(own, above, many, asked)
    for unit_id, (row, rule) in asked.items():
        has, branch = below.get(unit_id, NOTHING), row[_BRANCH] or home.id
        if rule.binding:
            is_reached = rule.is_reached(own.get(unit_id, NOTHING), has)
            (found.reached if is_reached else found.missing)[branch] += many[unit_id]
        if rule.registers and not has.announced:
            found.unregistered[branch] += many[unit_id]


class _Rules:
    """What is asked of units of one kind in one cycle."""

    def __init__(self, held: Cycle, kind: str) -> None:
        self.binding = [each for each in targets.binding(held, kind) if each.hard and each.min]
        self.registers = targets.registers(held, kind)
        self.ask = bool(self.binding) or self.registers
        self._known: dict[tuple[Asked, Asked], bool] = {}  # thousands of units have one of a few

    def is_reached(self, own: Asked, below: Asked) -> bool:
        """Whether a unit with so much has as many as all targets ask for."""
        if (own, below) not in self._known:
            each_is = (targets.initiatives(each, own, below) >= (each.min or 0) for each in self.binding)
            self._known[own, below] = all(each_is)
        return self._known[own, below]


def _below(
    own: Mapping[int, Asked], above: Mapping[int, int | None], many: Mapping[int, int], asked: Container[int]
) -> dict[int, Asked]:
    """What the units that anything is asked of have with all below them; own is of each of so many units."""
    found = {unit_id: has for unit_id, has in own.items() if unit_id in asked}
    for unit_id, has in own.items():
        all_of_them = has if many[unit_id] == 1 else Asked(*(each * many[unit_id] for each in has))
        at = above[unit_id]
        while at is not None and at in above:
            if at in asked:
                found[at] = Asked(*map(sum, zip(found.get(at, NOTHING), all_of_them, strict=True)))
            at = above[at]
    return found


@cache
def _statement(dialect: str, *, is_root: bool) -> CompoundSelect[Any]:
    """The statement; built once, since building it takes as long as a small answer.

    Of a whole tree the entries need not be looked at for their units: there is hardly another tree.
    """
    in_subtree = unit.c.path.like(bindparam("below"))
    counted = _counted(None if is_root else in_subtree).cte("counted")
    branch = _branch(dialect)
    sums = [cast(func.sum(counted.c[name]), Integer) for name in (*ADDED, *(f"{name}_before" for name in BEFORE))]
    added = (
        select(literal(_SUMS), branch.label("branch"), *_empty(BigInteger, String, String, String), *sums)
        .join_from(counted, unit, unit.c.id == counted.c.unit_id)
        .where(in_subtree)
        .group_by("branch")
    )
    asked = select(literal(_UNITS), *(each := _each(counted, branch, in_subtree)).c, func.count().label("many"))
    asked = asked.add_columns(*_empty(*[Integer] * (len(sums) - len(Asked._fields) - 3))).group_by(*each.c)
    is_above = bindparam("path", type_=String).like(unit.c.path + "%")
    held = (
        select(literal(_CYCLES), unit.c.id, cycle.c.id, cycle.c.guideline_id)
        .add_columns(*_empty(String, String, *[Integer] * len(sums)))
        .join_from(cycle, unit, unit.c.id == cycle.c.unit_id)
        .where(cycle.c.year == bindparam("year"), or_(in_subtree, is_above))
    )
    return union_all(added, asked, held)


def _each(counted: Any, branch: ColumnElement[int], in_subtree: ColumnElement[bool]) -> Subquery:
    """The units with what is asked of them; those at the ends of the tree without an id, to be put together.

    A province has thousands of them, with nothing, one or two new entries each: a few rows for each unit above.
    """
    below, with_cycle = unit.alias(), select(cycle.c.unit_id).where(cycle.c.year == bindparam("year"))
    is_shown = or_(unit.c.parent_id == bindparam("home"), unit.c.id == bindparam("home"))
    is_alone = or_(is_shown, unit.c.id.in_(select(below.c.parent_id)), unit.c.id.in_(with_cycle))
    is_open = or_(unit.c.valid_to.is_(None), unit.c.valid_to >= bindparam("began", type_=Date))
    return (
        select(case((is_alone, unit.c.id)).label("id"), unit.c.parent_id, unit.c.kind)
        .add_columns(*(case((is_shown, column)).label(column.name) for column in (unit.c.name, unit.c.short_name)))
        .add_columns(*(func.coalesce(_has(counted, name), 0).label(name) for name in Asked._fields))
        .add_columns(branch.label("branch"), case((is_open, 1), else_=0).label("is_open"))
        .join_from(unit, counted, counted.c.unit_id == unit.c.id, isouter=True)
        .where(in_subtree)
        .subquery()
    )


def _counted(in_subtree: ColumnElement[bool] | None) -> Any:
    """By unit, this year's counts and those of the year before; of a subtree, or of all trees."""
    now = cycle.c.year == bindparam("year")
    columns = [func.count().filter(now, CONDITIONS[name]).label(name) for name in ADDED]
    columns += [func.count().filter(now, CONDITIONS[name]).label(f"has_{name}") for name in _asked_counts()]
    columns += [func.count().filter(~now, CONDITIONS[name]).label(f"{name}_before") for name in BEFORE]
    two_years = cycle.c.year.in_((bindparam("year"), bindparam("year") - 1))
    found = of_all_units if in_subtree is None else joined
    query = found(entry.c.unit_id, *columns).where(two_years).group_by(entry.c.unit_id)
    return query if in_subtree is None else query.where(in_subtree)


def _asked_counts() -> tuple[Count, ...]:
    """What targets ask for, but for what `_has` works out."""
    return tuple(name for name in CONDITIONS if name in Asked._fields and name != "announced")


def _has(counted: Any, name: str) -> ColumnElement[int]:
    """What a unit has of this; announced is whatever was not unplanned, so it need not be counted as well."""
    found: ColumnElement[int] = (
        counted.c.registered - counted.c.unplanned if name == "announced" else counted.c[f"has_{name}"]
    )
    return found


def _branch(dialect: str) -> ColumnElement[int]:
    """The id after the home's in a path; nothing for the home itself."""
    rest = func.substr(unit.c.path, bindparam("after", type_=Integer))
    first: Any = func.split_part(rest, "/", 1)
    if dialect == "sqlite":
        first = func.substr(rest, 1, func.instr(rest, "/") - 1)
    return cast(func.nullif(first, ""), BigInteger)


def _empty(*types: Any) -> list[ColumnElement[Any]]:
    """Columns without a value: PostgreSQL wants to know of which type."""
    return [cast(null(), each) for each in types]
