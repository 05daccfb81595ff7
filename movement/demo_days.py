"""Moving the day of the demo: who may, what is written down of it, and the years that have to be open by then."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from sqlalchemy import select

from movement import access, audit, cycles, guidelines
from movement.access import Thing
from storage.tables import cycle
from storage.unit_tables import unit

if TYPE_CHECKING:
    from movement.context import Context
    from storage.session import Session


def may_step(ctx: Context) -> bool:
    """Whether the person may move the day: whoever looks after the deployment."""
    return bool(access.paths(ctx, "operate"))


def step(ctx: Context, days: int) -> None:
    """Write down that the person moves the day so far, if at all; raise DomainError where they may not."""
    places = access.paths(ctx, "operate")
    access.demand(ctx, "operate", Thing(places[0], subject="demo") if places else None)
    if days:
        to = ctx.today + dt.timedelta(days=days)
        audit.write(ctx, "step_day", "demo", {"to": to.isoformat(), "days": days})


def begin_years(session: Session, year: int) -> None:
    """Have this year and the next open for all, as the demo has them when it is filled."""
    roots = [row.id for row in session.rows(select(unit.c.id).where(unit.c.parent_id.is_(None)))]
    query = select(cycle.c.unit_id, cycle.c.year).where(cycle.c.unit_id.in_(roots))
    open_ones = {(row.unit_id, row.year) for row in session.rows(query)}
    for each in sorted({(root, wanted) for root in roots for wanted in (year, year + 1)} - open_ones):
        cycles.begin(session, *each, guidelines.default().id)
