"""The people of units, with their roles and whether they can be reached; and the units that nobody looks after.

Only people with a role in the reach of whoever asks are there at all.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import and_, exists, func, select

from movement import access, units
from movement.access import Thing
from movement.matching import fold
from movement.units import Unit
from movement.vietnamese_text import sort_key
from storage.people_tables import address, person, role
from storage.unit_tables import unit

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy import ColumnElement

    from movement.context import Context

MOST_FOUND: Final = 60
GROUPS: Final = ("union_group",)
OFFICERS: Final = ("unit_officer", "unit_head", "upper_officer", "standing_committee")
_WITHOUT_OFFICERS: Final = ("specialist_board", "agency")  # they work for another unit

_columns = (
    person.c.id,
    person.c.name,
    person.c.deactivated_at,
    role.c.role,
    unit.c.id.label("unit_id"),
    unit.c.name.label("unit_name"),
    unit.c.short_name,
    unit.c.path,
)


@dataclass(frozen=True, slots=True)
class Duty:
    """A role of a person in a unit."""

    role: str
    unit_id: int
    unit_name: str
    path: str


@dataclass(frozen=True, slots=True)
class Listed:
    """A person with the roles that whoever asks may know of."""

    id: int
    name: str
    duties: tuple[Duty, ...]
    is_active: bool


@dataclass(frozen=True, slots=True)
class Staffing:
    """How many units of a subtree have an officer, and those that have none, by name."""

    home: Unit
    staffed: int
    without: tuple[Unit, ...]


def get(ctx: Context, person_id: int) -> Listed | None:
    """The person, where they have a role in the reach of whoever asks."""
    found = next(iter(_gathered(ctx.session.rows(_query(ctx).where(person.c.id == person_id)))), None)
    if found is None:
        access.seek(ctx, f"person:{person_id}")
    return found


def demand(ctx: Context, person_id: int) -> Listed:
    """The same; raise NotYours where there is no such person in reach."""
    found = get(ctx, person_id)
    if found is None:
        raise access.not_yours(ctx, "people")
    return found


def search(ctx: Context, words: str) -> list[Listed]:
    """The people in reach whose name, unit or role's unit has all the words, without accents; read once a turn."""
    if "roster" not in ctx.memo:
        ctx.memo["roster"] = [(_indexed(each), each) for each in _gathered(ctx.session.rows(_query(ctx)))]
    wanted = [f" {word}" for word in fold(words).split()]
    found = [each for index, each in ctx.memo["roster"] if all(word in index for word in wanted)]
    return sorted(found, key=lambda each: sort_key(each.name))[:MOST_FOUND]


def of_unit(ctx: Context, unit_id: int) -> tuple[Unit, list[Listed]]:
    """The unit and the people with a role in it, officers first; raise NotYours where it is out of reach."""
    home = _demand(ctx, unit_id)
    found = _gathered(ctx.session.rows(_query(ctx).where(unit.c.id == home.id)))
    return home, sorted(found, key=lambda each: (_is_member(each), sort_key(each.name)))


def channels(ctx: Context, people: Iterable[int]) -> dict[int, tuple[str, ...]]:
    """On which channels each of these people can be written to; who cannot be reached is left out."""
    query = select(address.c.person_id, address.c.channel).where(address.c.person_id.in_(list(people)))
    found: dict[int, tuple[str, ...]] = {}
    for row in ctx.session.rows(query.where(address.c.reachable).order_by(address.c.id)):
        found[row.person_id] = tuple(dict.fromkeys((*found.get(row.person_id, ()), row.channel)))
    return found


def staffing(ctx: Context, unit_id: int) -> Staffing:
    """The units at or below this one without an officer whose account is open; one statement for any tree."""
    home = _demand(ctx, unit_id)
    held = (
        select(role.c.id)
        .join(person, person.c.id == role.c.person_id)
        .where(role.c.unit_id == unit.c.id, person.c.deactivated_at.is_(None))
        .where(role.c.role.in_(OFFICERS) | and_(unit.c.kind.in_(GROUPS), role.c.role == "group_head"))
    )
    query = (
        select(*units.COLUMNS, exists(held).label("staffed"))
        .where(unit.c.path.startswith(home.path, autoescape=True), unit.c.kind.not_in(_WITHOUT_OFFICERS))
        .where(unit.c.valid_to.is_(None) | (unit.c.valid_to >= ctx.today))
    )
    rows = ctx.session.rows(query)
    without = [Unit(*row[:-1]) for row in rows if not row.staffed]
    without.sort(key=lambda each: sort_key(each.name))
    return Staffing(home, len(rows) - len(without), tuple(without))


def head_count(ctx: Context) -> int:
    """How many people have a role in the reach of whoever asks."""
    query = select(func.count(role.c.person_id.distinct())).join(unit, unit.c.id == role.c.unit_id)
    many: int = ctx.session.scalar(query.where(access.visible_units(ctx, "people")))
    return many


def is_known(ctx: Context) -> ColumnElement[bool]:
    """The condition on `person` that keeps those with a role in the reach of whoever asks."""
    held = role.join(unit, unit.c.id == role.c.unit_id)
    there = (role.c.person_id == person.c.id, access.visible_units(ctx, "people"))
    return exists().select_from(held).where(*there).correlate(person)


def _demand(ctx: Context, unit_id: int) -> Unit:
    home = units.get(ctx, unit_id)
    access.demand(ctx, "people", Thing(home.path) if home else None)
    assert home is not None  # noqa: S101 - for the type checker: `demand` has refused
    return home


def _query(ctx: Context) -> Any:
    return (
        select(*_columns)
        .join(role, role.c.person_id == person.c.id)
        .join(unit, unit.c.id == role.c.unit_id)
        .where(
            access.visible_units(ctx, "people"), person.c.erased_at.is_(None), person.c.merged_into_id.is_(None)
        )
        .order_by(person.c.id, role.c.id)
    )


def _gathered(rows: Sequence[Any]) -> list[Listed]:
    """People from rows of `_columns`, one for each role."""
    found: dict[int, Listed] = {}
    for row in rows:
        before = found.get(row.id)
        duty = Duty(row.role, row.unit_id, row.unit_name, row.path)
        duties = (*before.duties, duty) if before else (duty,)
        found[row.id] = Listed(row.id, row.name, duties, row.deactivated_at is None)
    return list(found.values())


def _is_member(each: Listed) -> bool:
    """Whether they have no other role."""
    return all(duty.role == "member" for duty in each.duties)


def _indexed(each: Listed) -> str:
    return " " + fold(" ".join((each.name, *(duty.unit_name for duty in each.duties))))
