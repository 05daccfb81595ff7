"""What units were called and where they stood on a day, and what has become of them.

Rows of `unit_past` say what was true up to the day before `until`; what is true now stands in `unit` itself.
Changing units is `unit_changes`' and `unit_endings`' business.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from sqlalchemy import and_, bindparam, insert, or_, select

from storage.unit_tables import unit, unit_change, unit_past

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from movement.context import Context
    from storage.session import Session

Change = Literal["found", "rename", "move", "merge", "split", "close", "dissolve", "kind"]
WAS = ("kind", "name", "short_name", "parent_id")  # what has a history

_on = (
    select(
        unit.c.id, *(unit.c[name] for name in WAS), unit.c.valid_from, unit.c.valid_to,
        unit_past.c.until, *(unit_past.c[name].label(f"was_{name}") for name in WAS),
    )
    .join(unit_past, and_(unit_past.c.unit_id == unit.c.id, unit_past.c.until > bindparam("day")), isouter=True)
    .where(unit.c.id.in_(bindparam("ids", expanding=True)))
    .order_by(unit.c.id, unit_past.c.until)
)  # fmt: skip
_other = unit.alias("other")
_came = and_(
    unit_change.c.other_id == bindparam("id"), unit_change.c.change.in_(("merge", "close", "dissolve", "split"))
)
_changes = (
    select(
        unit_change.c.unit_id, unit_change.c.change, unit_change.c.day, unit_change.c.other_id,
        unit.c.name.label("unit_name"), _other.c.name.label("other_name"),
    )
    .join(unit, unit.c.id == unit_change.c.unit_id)
    .join(_other, _other.c.id == unit_change.c.other_id, isouter=True)
    .where(or_(unit_change.c.unit_id == bindparam("id"), _came))
    .order_by(unit_change.c.day, unit_change.c.id)
)  # fmt: skip
_names = select(unit_past).where(unit_past.c.unit_id == bindparam("id")).order_by(unit_past.c.until)


@dataclass(frozen=True, slots=True)
class Then:
    """A unit as it was on a day; `existed` where it had been founded and had not ended."""

    id: int
    kind: str
    name: str
    short_name: str
    parent_id: int | None
    existed: bool


@dataclass(frozen=True, slots=True)
class Event:
    """One change of a unit; `is_other` where it happened to another unit, with this one as the other side."""

    change: Change
    day: dt.date
    name: str  # of the other unit, as it is now; of the unit that ended or began, where `is_other`
    other_id: int | None
    is_other: bool


@dataclass(frozen=True, slots=True)
class Was:
    """What a unit was called up to the day before `until`."""

    until: dt.date
    kind: str
    name: str
    short_name: str
    parent_id: int | None


def as_of(ctx: Context, unit_ids: Sequence[int], day: dt.date) -> dict[int, Then]:
    """These units as they were on the day, by id: one statement for any number of them.

    Of a unit that did not exist yet, or no longer, the first or the last that is known.
    """
    found: dict[int, Then] = {}
    for row in ctx.session.rows(_on, {"ids": list(unit_ids), "day": day}):
        if row.id not in found:  # the past that ended next after the day comes first
            is_past = row.until is not None
            kind, name, short_name, parent_id = (getattr(row, f"was_{key}" if is_past else key) for key in WAS)
            begun = row.valid_from is None or row.valid_from <= day
            existed = begun and (row.valid_to is None or day <= row.valid_to)
            found[row.id] = Then(row.id, kind, name, short_name, parent_id, existed)
    return found


def names_on(ctx: Context, unit_ids: Sequence[int], day: dt.date) -> dict[int, str]:
    """What these units were called on the day, by id: a form of 2024 prints the names of 2024."""
    return {unit_id: then.name for unit_id, then in as_of(ctx, unit_ids, day).items()}


def of_unit(ctx: Context, unit_id: int) -> list[Event]:
    """What has become of a unit, the oldest first, with what others brought to it or took from it."""
    rows = ctx.session.rows(_changes, {"id": unit_id})
    return [
        Event(row.change, row.day, row.other_name or "", row.other_id, is_other=False)
        if row.unit_id == unit_id
        else Event(row.change, row.day, row.unit_name, row.unit_id, is_other=True)
        for row in rows
    ]


def pasts(ctx: Context, unit_id: int) -> list[Was]:
    """What a unit was before each change of it, the oldest first."""
    rows = ctx.session.rows(_names, {"id": unit_id})
    return [Was(row.until, row.kind, row.name, row.short_name, row.parent_id) for row in rows]


def keep(session: Session, row: Any, day: dt.date) -> None:
    """Keep what was true of a unit until the day; of several changes on one day, what stood before the first."""
    kept = select(unit_past.c.id).where(unit_past.c.unit_id == row.id, unit_past.c.until == day)
    if session.first(kept) is None:
        was = {name: getattr(row, name) for name in WAS}
        session.execute(insert(unit_past).values(unit_id=row.id, until=day, **was))


def write(ctx: Context, unit_id: int, change: Change, day: dt.date, other_id: int | None = None) -> None:
    """Write down that a unit changed."""
    ctx.session.execute(insert(unit_change), [event(ctx, unit_id, change, day, other_id)])


def event(ctx: Context, unit_id: int, change: Change, day: dt.date, other_id: int | None) -> dict[str, Any]:
    """The row of `unit_change`; whoever works at the command line is nobody."""
    by = ctx.person.id or None
    return {
        "unit_id": unit_id, "change": change, "day": day, "other_id": other_id, "person_id": by, "at": ctx.now,
    }  # fmt: skip
