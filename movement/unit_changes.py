"""What happens to a unit that goes on: it is founded, renamed, moved, or becomes one of another kind.

Each is asked for by an administrator of the subtree, keeps what was true before, and writes down that it happened.
How units end is `unit_endings`' business.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert, select, update

from locales import _
from movement import access, audit, unit_history, unit_rows
from movement.access import Thing
from movement.errors import DomainError
from movement.unit_names import aliases, indexed
from movement.vietnamese_dates import show_day
from storage.unit_tables import unit

if TYPE_CHECKING:
    import datetime as dt

    from movement.context import Context


@dataclass(frozen=True, slots=True)
class Founding:
    """A unit to be founded; `day` is None where nobody knows since when it has been there."""

    kind: str
    name: str
    short_name: str = ""
    parent_id: int | None = None
    aliases: str = ""
    code: str | None = None
    day: dt.date | None = None


def found(ctx: Context, new: Founding) -> int:
    """Found a unit below another one, or at the top: its id; raise DomainError with what is against it."""
    unit_rows.lock(ctx)
    name, short_name = unit_rows.checked_name(new.name), unit_rows.checked_short(new.short_name)
    parent = _parent(ctx, new.parent_id)
    if new.day is not None and new.day > ctx.today:
        raise DomainError(_("{day} is still to come: please enter it on that day.").format(day=show_day(new.day)))
    _demand_unknown(ctx, name, new.parent_id, new.code)
    values = {
        "kind": unit_rows.checked_kind(new.kind),
        "name": name,
        "short_name": short_name,
        "aliases": new.aliases,
        "folded": indexed((name, short_name, *aliases(new.aliases), new.code or "")),
        "code": new.code or None,
        "path": "",
        "parent_id": new.parent_id,
        "valid_from": new.day,
    }
    unit_id: int = ctx.session.scalar(insert(unit).values(**values).returning(unit.c.id))
    path = f"{parent.path if parent else '/'}{unit_id}/"
    if len(path) > unit_rows.LONGEST_PATH:
        raise DomainError(_("The tree would become too deep there."))
    ctx.session.execute(update(unit).where(unit.c.id == unit_id).values(path=path))
    _written(ctx, unit_id, "found", new.day or ctx.today, new.parent_id)
    return unit_id


def rename(ctx: Context, unit_id: int, name: str, short_name: str, day: dt.date) -> None:
    """Give a unit another name from that day on; it is still found by the old one."""
    unit_rows.lock(ctx)
    row = unit_rows.demand(ctx, unit_id)
    unit_rows.demand_day(ctx, row, day)
    values = {"name": unit_rows.checked_name(name), "short_name": unit_rows.checked_short(short_name)}
    if values == {"name": row.name, "short_name": row.short_name}:
        raise DomainError(_("{unit} is called so already.").format(unit=row.name))
    if values["name"] != row.name:
        _demand_unknown(ctx, values["name"], row.parent_id, None)
    _change(ctx, row, "rename", day, values)
    unit_rows.index(ctx, [unit_id])


def change_kind(ctx: Context, unit_id: int, kind: str, day: dt.date) -> None:
    """Make a unit one of another kind from that day on, as when a district's union becomes a ward's."""
    unit_rows.lock(ctx)
    row = unit_rows.demand(ctx, unit_id)
    unit_rows.demand_day(ctx, row, day)
    if unit_rows.checked_kind(kind) == row.kind:
        raise DomainError(_("{unit} is of that kind already.").format(unit=row.name))
    _change(ctx, row, "kind", day, {"kind": kind})


def move(ctx: Context, unit_id: int, parent_id: int | None, day: dt.date) -> None:
    """Put a unit, with all below it, under another one from that day on; raise DomainError for a circle."""
    unit_rows.lock(ctx)
    row = unit_rows.demand(ctx, unit_id)
    unit_rows.demand_day(ctx, row, day)
    parent = _parent(ctx, parent_id)
    if parent_id == row.parent_id:
        raise DomainError(_("{unit} stands there already.").format(unit=row.name))
    if parent is not None and parent.path.startswith(row.path):
        text = _("{parent} is {unit} itself or stands below it: it cannot be above it as well.")
        raise DomainError(text.format(parent=parent.name, unit=row.name))
    _demand_unknown(ctx, row.name, parent_id, None)
    move_row(ctx, row, parent, day)


def move_row(ctx: Context, row: Any, parent: Any, day: dt.date) -> None:
    """Move a unit that may be moved there."""
    unit_history.keep(ctx.session, row, day)
    unit_rows.put_below(ctx, row, parent)
    _written(ctx, row.id, "move", day, parent.id if parent else None)


@dataclass(frozen=True, slots=True)
class Described:
    """What has no history of a unit."""

    aliases: str
    code: str


def described(ctx: Context, unit_id: int) -> Described:
    """The other names of a unit and its code."""
    row = ctx.session.first(select(unit.c.aliases, unit.c.code).where(unit.c.id == unit_id))
    return Described(row.aliases, row.code or "") if row else Described("", "")


def describe(ctx: Context, unit_id: int, other_names: str, code: str | None) -> None:
    """Keep what else a unit is called, and its code in the federation's lists: neither has a history."""
    row = unit_rows.demand(ctx, unit_id)
    if code and code != row.code:
        _demand_code_free(ctx, code)
    ctx.session.execute(update(unit).where(unit.c.id == unit_id).values(aliases=other_names, code=code or None))
    unit_rows.index(ctx, [unit_id])
    audit.write(ctx, "describe_unit", f"unit:{unit_id}")
    unit_rows.changed(ctx)


def _parent(ctx: Context, parent_id: int | None) -> Any:
    """The open unit above, which must be the person's to organise as well; at the top there is none."""
    if parent_id is not None:
        return unit_rows.demand(ctx, parent_id)
    access.demand(ctx, "organise", Thing("/", subject="units"))  # the top is for whoever has the whole tree
    return None


def _demand_unknown(ctx: Context, name: str, parent_id: int | None, code: str | None) -> None:
    """Raise DomainError where the same name stands under the same unit, or the code is taken."""
    same = select(unit.c.id).where(unit.c.name == name, unit.c.valid_to.is_(None))
    under = unit.c.parent_id == parent_id if parent_id is not None else unit.c.parent_id.is_(None)
    if ctx.session.first(same.where(under)) is not None:
        raise DomainError(_("There is a unit called “{name}” there already.").format(name=name))
    if code:
        _demand_code_free(ctx, code)


def _demand_code_free(ctx: Context, code: str) -> None:
    taken = ctx.session.first(select(unit.c.name).where(unit.c.code == code))
    if taken is not None:
        raise DomainError(_("The code {code} is that of {unit}.").format(code=code, unit=taken.name))


def _change(ctx: Context, row: Any, change: unit_history.Change, day: dt.date, values: dict[str, Any]) -> None:
    unit_history.keep(ctx.session, row, day)
    ctx.session.execute(update(unit).where(unit.c.id == row.id).values(**values))
    _written(ctx, row.id, change, day, None)


def _written(ctx: Context, unit_id: int, change: unit_history.Change, day: dt.date, other_id: int | None) -> None:
    unit_history.write(ctx, unit_id, change, day, other_id)
    audit.write(ctx, f"{change}_unit", f"unit:{unit_id}", {"day": day.isoformat(), "other": other_id})
    unit_rows.changed(ctx)
