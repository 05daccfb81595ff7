"""Units as they are written: what every change of one asks first, and what it does to the rows.

Which changes there are, and what each means, is `unit_changes`' and `unit_endings`' business.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Text, bindparam, case, func, literal, select, update
from sqlalchemy import cast as sql_cast

from locales import _
from movement import access
from movement.access import Thing
from movement.errors import DomainError
from movement.unit_kinds import UNIT_KINDS
from movement.unit_names import aliases, indexed
from movement.vietnamese_dates import show_day
from movement.vietnamese_text import clean_line
from storage.unit_tables import unit, unit_past

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Sequence

    from movement.context import Context

LONGEST_NAME: Final = 200
LONGEST_SHORT_NAME: Final = 80
LONGEST_PATH: Final = 400
_roots = select(unit.c.id).where(unit.c.parent_id.is_(None)).order_by(unit.c.id).with_for_update()
_row = select(unit).where(unit.c.id == bindparam("id")).with_for_update()
_last = select(func.max(unit_past.c.until)).where(unit_past.c.unit_id == bindparam("id"))
_open_below = select(unit.c.id, unit.c.name).where(unit.c.parent_id == bindparam("id"), unit.c.valid_to.is_(None))


def lock(ctx: Context) -> None:
    """One change of the tree after the other: two at once could put each of two units below the other."""
    ctx.session.rows(_roots)


def demand(ctx: Context, unit_id: int) -> Any:
    """The row of an open unit that the person may change; raise DomainError otherwise."""
    row = ctx.session.first(_row, {"id": unit_id})
    access.seek(ctx, f"unit:{unit_id}")
    access.demand(ctx, "organise", Thing(row.path) if row else None)
    if row.valid_to is not None:
        text = _("{unit} has ended; its last day was {day}.")
        raise DomainError(text.format(unit=row.name, day=show_day(row.valid_to)))
    return row


def demand_day(ctx: Context, row: Any, day: dt.date) -> None:
    """Raise DomainError where a change of the unit cannot be dated so."""
    if reason := against_day(ctx, row, day):
        raise DomainError(reason)


def against_day(ctx: Context, row: Any, day: dt.date) -> str:
    """Why a change of this unit cannot be dated so; nothing where it can."""
    if day > ctx.today:
        return _("{day} is still to come: please enter the change on that day.").format(day=show_day(day))
    if row.valid_from is not None and day < row.valid_from:
        text = _("{unit} was founded on {day}: a change cannot come before that.")
        return text.format(unit=row.name, day=show_day(row.valid_from))
    last = ctx.session.scalar(_last, {"id": row.id})
    if last is not None and day < last:
        text = _("{unit} was last changed with effect from {day}: changes are entered one after the other.")
        return text.format(unit=row.name, day=show_day(last))
    return ""


def dates(ctx: Context, unit_ids: Sequence[int]) -> Sequence[Any]:
    """The ids, names and founding days of these units, for `against_day`."""
    return ctx.session.rows(select(unit.c.id, unit.c.name, unit.c.valid_from).where(unit.c.id.in_(unit_ids)))


def checked_name(name: str) -> str:
    """The name on one line; raise DomainError for an empty or too long one."""
    cleaned = clean_line(name)
    if not cleaned:
        raise DomainError(_("A unit needs a name."))
    if len(cleaned) > LONGEST_NAME:
        raise DomainError(_("A unit's name has at most {most} characters.").format(most=LONGEST_NAME))
    return cleaned


def checked_short(short_name: str) -> str:
    """The short name on one line; raise DomainError for one that is too long."""
    cleaned = clean_line(short_name)
    if len(cleaned) > LONGEST_SHORT_NAME:
        raise DomainError(_("A short name has at most {most} characters.").format(most=LONGEST_SHORT_NAME))
    return cleaned


def checked_kind(kind: str) -> str:
    """The kind; raise DomainError for an unknown one."""
    if kind not in UNIT_KINDS:
        raise DomainError(_("There is no kind of unit called “{kind}”.").format(kind=kind[:40]))
    return kind


def open_below(ctx: Context, unit_id: int) -> Sequence[Any]:
    """The open units directly below: ids and names."""
    return ctx.session.rows(_open_below, {"id": unit_id})


def put_below(ctx: Context, row: Any, parent: Any) -> None:
    """Move a unit, and with it all below it, under another, or to the top; the caller saw to the rights."""
    path = f"{parent.path if parent else '/'}{row.id}/"
    deepest = select(func.max(func.length(unit.c.path))).where(unit.c.path.startswith(row.path, autoescape=True))
    if ctx.session.scalar(deepest) - len(row.path) + len(path) > LONGEST_PATH:
        raise DomainError(_("The tree would become too deep there."))
    below = literal(path).op("||")(func.substr(unit.c.path, len(row.path) + 1))
    ctx.session.execute(
        update(unit)
        .where(unit.c.path.startswith(row.path, autoescape=True))
        .values(
            path=sql_cast(below, Text),
            parent_id=case((unit.c.id == row.id, parent.id if parent else None), else_=unit.c.parent_id),
        ),
    )


def index(ctx: Context, unit_ids: Iterable[int]) -> None:
    """Let these units be found by every name they have or had, and by those of the units that ended in them."""
    ids = sorted(set(unit_ids))
    names: dict[int, list[str]] = {each: [] for each in ids}
    for row in ctx.session.rows(select(unit).where(unit.c.id.in_(ids))):
        names[row.id] += [row.name, row.short_name, *aliases(row.aliases), row.code or ""]
    for row in ctx.session.rows(select(unit_past).where(unit_past.c.unit_id.in_(ids))):
        names[row.unit_id] += [row.name, row.short_name]
    for row in ctx.session.rows(select(unit.c.successor_id, unit.c.folded).where(unit.c.successor_id.in_(ids))):
        names[row.successor_id].append(row.folded)
    for unit_id, known in names.items():
        ctx.session.execute(update(unit).where(unit.c.id == unit_id).values(folded=indexed(known)))


def changed(ctx: Context) -> None:
    """Read units and roles anew in this unit of work: they were changed."""
    ctx.memo.get("units", {}).clear()
    ctx.memo.pop("unit_searches", None)
    if ctx.person.id:  # the command line's rights are given, not read
        access.forget(ctx)
