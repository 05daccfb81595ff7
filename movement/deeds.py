"""What units did that nothing else shows, such as a list sent on paper or a plan made known: officers say so.

What counts as done for a deadline or a target is `due`'s and `targets`' business.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, insert, select

from movement import access, audit, units
from movement.access import Thing
from storage.tables import unit_deed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from movement.context import Context
    from movement.units import Unit


def of_units(ctx: Context, homes: Sequence[Unit]) -> frozenset[tuple[int, int, str]]:
    """The deeds of these very units, each as (cycle, unit, deed)."""
    ids = [each.id for each in homes]
    query = select(unit_deed.c.cycle_id, unit_deed.c.unit_id, unit_deed.c.deed)
    rows = ctx.session.rows(query.where(unit_deed.c.unit_id.in_(ids)))
    return frozenset((row.cycle_id, row.unit_id, row.deed) for row in rows)


def attest(ctx: Context, cycle_id: int, unit_id: int, deed: str, *, done: bool) -> None:
    """Keep that the unit did this in the cycle, or that it did not after all.

    `deed` is the id of a deadline or target. Raise DomainError where the person may not speak for the unit.
    """
    home = units.get(ctx, unit_id)
    access.demand(ctx, "attest", Thing(home.path) if home else None)
    key = {"cycle_id": cycle_id, "unit_id": unit_id, "deed": deed}
    at = [unit_deed.c[name] == value for name, value in key.items()]
    ctx.session.execute(delete(unit_deed).where(*at))
    if done:
        ctx.session.execute(insert(unit_deed).values(**key, entered_by=ctx.person.id, entered_at=ctx.now))
    audit.write(ctx, "attest", f"unit:{unit_id}", {"cycle": cycle_id, "deed": deed, "done": done})
