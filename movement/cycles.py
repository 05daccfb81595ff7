"""Which year and guideline hold for a unit: the nearest ancestor's assignment wins."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import String, bindparam, cast, insert, select

from locales import _
from movement import deadlines, guidelines, units
from movement.errors import DomainError
from storage.tables import cycle

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from movement.context import Context
    from movement.guideline import Guideline
    from movement.guideline_rules import Does
    from movement.units import Unit
    from storage.session import Session

_assigned = (
    select(cycle.c.id, cycle.c.unit_id, cycle.c.year, cycle.c.guideline_id)
    .where(
        cycle.c.year.between(bindparam("first"), bindparam("last")),
        # As a path rather than a list: a list of any length is a new statement each time, at 100 µs.
        bindparam("path", type_=String).like("%/" + cast(cycle.c.unit_id, String) + "/%"),
    )
    .order_by(cycle.c.year)
)


@dataclass(frozen=True, slots=True)
class Cycle:
    """One year of the movement under one guideline, for the subtree of a unit."""

    id: int
    unit_id: int
    year: int
    guideline: Guideline


def begin(session: Session, unit_id: int, year: int, guideline_id: str) -> int:
    """Assign a guideline to a subtree for a year and give the cycle's id; raise KeyError for an unknown one."""
    guidelines.get(guideline_id)
    values = {"unit_id": unit_id, "year": year, "guideline_id": guideline_id}
    begun: int = session.scalar(insert(cycle).values(**values).returning(cycle.c.id))
    return begun


def get(ctx: Context, cycle_id: int) -> Cycle:
    """The cycle with this id, which an entry holds."""
    key = f"cycle:{cycle_id}"
    if key not in ctx.memo:
        row = ctx.session.rows(
            select(cycle.c.id, cycle.c.unit_id, cycle.c.year, cycle.c.guideline_id).where(cycle.c.id == cycle_id)
        )[0]
        ctx.memo[key] = Cycle(row.id, row.unit_id, row.year, guidelines.get(row.guideline_id))
    found: Cycle = ctx.memo[key]
    return found


def of_years(ctx: Context, unit: Unit, years: Sequence[int]) -> dict[int, Cycle]:
    """The cycle in force for the unit in each of these years that has one; the nearest assignment wins."""
    key = f"cycles:{unit.id}:{years}"
    if key not in ctx.memo:
        ancestors = units.ancestors(unit.path)
        rows = ctx.session.rows(_assigned, {"path": unit.path, "first": min(years), "last": max(years)})
        nearest = sorted(rows, key=lambda row: ancestors.index(row.unit_id))
        ctx.memo[key] = {
            row.year: Cycle(row.id, row.unit_id, row.year, guidelines.get(row.guideline_id)) for row in nearest
        }
    found: dict[int, Cycle] = ctx.memo[key]
    return found


def current(ctx: Context, unit: Unit) -> Cycle:
    """The cycle of this year; raise DomainError where none was opened."""
    return _opened(of_years(ctx, unit, _near(ctx)).get(ctx.today.year))


def to_register(ctx: Context, unit: Unit) -> Cycle:
    """The cycle that a registration of today is for.

    This year's until its results are due; after that next year's, once it has been opened.
    """
    found = of_years(ctx, unit, _near(ctx))
    this, following = found.get(ctx.today.year), found.get(ctx.today.year + 1)
    if this is not None and following is not None:
        report = last_day(this, "report", unit.kind)
        if report is not None and ctx.today > report:
            return following
    return _opened(this or following)


def last_day(held: Cycle, does: Does, kind: str = "subject") -> dt.date | None:
    """The last day of the cycle for doing this, for such a unit or else for whoever is bound to do it."""
    rules = held.guideline.deadlines
    fitting = [each for each in rules if each.does == does]
    for who in (kind, "subject"):
        fitting = [each for each in fitting if who in each.who] or fitting
    return deadlines.last_day(fitting[0], held.year) if fitting else None


def _near(ctx: Context) -> tuple[int, int]:
    return (ctx.today.year, ctx.today.year + 1)


def _opened(found: Cycle | None) -> Cycle:
    if found is None:
        text = _("The movement of this year has not been opened for your unit yet. Please ask the level above.")
        raise DomainError(text)
    return found
