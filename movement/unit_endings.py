"""How units end: merged into another, split, closed with their work passing on, or dissolved.

A unit that ended keeps its name and what was finished in it; open entries, people and units below go to the
successor. What was recognised stays with the unit under which it was.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from sqlalchemy import func, select, update

from locales import _, ngettext
from movement import audit, unit_changes, unit_heirs, unit_history, unit_rows
from movement.errors import DomainError
from movement.unit_changes import Founding
from storage.unit_tables import unit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from movement.context import Context


@dataclass(frozen=True, slots=True)
class Split:
    """A unit to be split from one day on into others of its kind, beside it.

    `heir` is the place of the new unit that takes over the open entries and the people of the old one, which then
    ends; None where the old one goes on.
    """

    unit_id: int
    names: tuple[str, ...]
    day: dt.date
    heir: int | None = None


def merge(ctx: Context, unit_ids: Sequence[int], into_id: int, day: dt.date) -> dict[str, int]:
    """Merge units into one that goes on: what passed to it, counted as `unit_heirs.Passed`."""
    _demand_each_once(unit_ids)
    return _pass_on(ctx, "merge", unit_ids, into_id, day)


def close(ctx: Context, unit_id: int, successor_id: int, day: dt.date) -> dict[str, int]:
    """Close a unit whose work another one, also one above it, takes over: what passed to it, counted."""
    return _pass_on(ctx, "close", [unit_id], successor_id, day)


def dissolve(ctx: Context, unit_id: int, day: dt.date, heir_id: int | None = None) -> dict[str, int]:
    """End a unit and release its people; its open entries go to the heir, or stay where the levels above see them.

    Raise DomainError while open units are below it.
    """
    unit_rows.lock(ctx)
    row = _endable(ctx, unit_id, day)
    if below := unit_rows.open_below(ctx, unit_id):
        many = len(below)
        text = ngettext(
            "{many} unit is still below {unit}: move it or end it first.",
            "{many} units are still below {unit}: move them or end them first.",
            many,
        )
        raise DomainError(text.format(many=many, unit=row.name))
    heir = _successor(ctx, heir_id, [row]) if heir_id is not None else None
    passed = {"units": 0, "entries": unit_heirs.pass_entries(ctx, unit_id, heir.id) if heir else 0, "people": 0}
    released = unit_heirs.release(ctx, row)
    _end(ctx, "dissolve", row, day, heir, {**passed, "released": released})
    return {**passed, "released": len(released)}


def split(ctx: Context, asked: Split) -> list[int]:
    """Split a unit: the ids of the new units, in the order of their names."""
    unit_rows.lock(ctx)
    row = _endable(ctx, asked.unit_id, asked.day)
    least = 1 if asked.heir is None else 2
    if len(asked.names) < least:
        raise DomainError(_("Please name at least {least} new units.").format(least=least))
    made = []
    for name in asked.names:
        new = Founding(row.kind, name, parent_id=row.parent_id, day=asked.day)
        made.append(unit_changes.found(ctx, new))
        unit_history.write(ctx, made[-1], "split", asked.day, row.id)
    if asked.heir is not None:
        _pass_on(ctx, "close", [row.id], made[asked.heir], asked.day)
    return made


def _pass_on(
    ctx: Context, how: Literal["merge", "close"], unit_ids: Sequence[int], successor_id: int, day: dt.date
) -> dict[str, int]:
    """End these units in another, one after the other."""
    unit_rows.lock(ctx)
    total = {"units": 0, "entries": 0, "people": 0, "released": 0}
    for unit_id in unit_ids:
        row = _endable(ctx, unit_id, day)
        successor = _successor(ctx, successor_id, [row])
        below = [unit_rows.demand(ctx, each.id) for each in unit_rows.open_below(ctx, unit_id)]
        for child in below:
            unit_rows.demand_day(ctx, child, day)
            unit_changes.move_row(ctx, child, successor, day)
        entries = unit_heirs.pass_entries(ctx, unit_id, successor_id)
        passed, released = unit_heirs.pass_people(ctx, row, successor)
        counted = {"units": len(below), "entries": entries, "people": passed}
        _end(ctx, how, row, day, successor, {**counted, "released": released})
        counted["released"] = len(released)
        total = {key: total[key] + counted[key] for key in total}
    return total


def _endable(ctx: Context, unit_id: int, day: dt.date) -> Any:
    row = unit_rows.demand(ctx, unit_id)
    unit_rows.demand_day(ctx, row, day)
    return row


def _successor(ctx: Context, successor_id: int, ended: Sequence[Any]) -> Any:
    """The open unit that takes over; not one that ends, nor one below it."""
    successor = unit_rows.demand(ctx, successor_id)
    for row in ended:
        if successor.path.startswith(row.path):
            text = _("{successor} is {unit} itself or stands below it: it cannot take over from it.")
            raise DomainError(text.format(successor=successor.name, unit=row.name))
    return successor


def _demand_each_once(unit_ids: Sequence[int]) -> None:
    if not unit_ids or len(set(unit_ids)) != len(unit_ids):
        raise DomainError(_("Please name each unit that is merged once."))


def _end(
    ctx: Context,
    how: Literal["merge", "close", "dissolve"],
    row: Any,
    day: dt.date,
    successor: Any,
    details: dict[str, Any],
) -> None:
    """Close the row: its last day is the one before; its successor is found by its names."""
    last = max(day - dt.timedelta(days=1), row.valid_from or dt.date.min)
    values = {"valid_to": last, "successor_id": successor.id if successor else None}
    ctx.session.execute(update(unit).where(unit.c.id == row.id).values(**values))
    if successor is not None:
        unit_rows.index(ctx, [successor.id])
    unit_history.write(ctx, row.id, how, day, successor.id if successor else None)
    told = {"day": day.isoformat(), "other": successor.id if successor else None}
    audit.write(ctx, f"{how}_unit", f"unit:{row.id}", {**told, **details})
    unit_rows.changed(ctx)


def what_passes(ctx: Context, unit_id: int) -> dict[str, int]:
    """What hangs on a unit, to be shown before it ends: open units below, open entries, people."""
    below = ctx.session.scalar(
        select(func.count()).select_from(unit).where(unit.c.parent_id == unit_id, unit.c.valid_to.is_(None))
    )
    return {"units": below, **unit_heirs.counted(ctx, unit_id)}
