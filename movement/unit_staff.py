"""Who is in charge of a unit, for those who may know."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sqlalchemy import case, select

from movement import access
from movement.access import Thing
from storage.people_tables import person, role

if TYPE_CHECKING:
    from movement.context import Context
    from movement.units import Unit

MOST: Final = 12
_ORDER: Final = ("unit_head", "standing_committee", "upper_officer", "unit_officer", "group_head", "appraiser")


@dataclass(frozen=True, slots=True)
class Officer:
    """A person with roles that are more than a member's."""

    name: str
    roles: tuple[str, ...]


def officers(ctx: Context, home: Unit) -> list[Officer]:
    """The first of those who lead the unit or work for it, by role and name; locked accounts left out.

    Nobody for those who may not know.
    """
    if not access.may(ctx, "people", Thing(home.path)):
        return []
    rank = case({name: place for place, name in enumerate(_ORDER)}, value=role.c.role, else_=len(_ORDER))
    rows = ctx.session.rows(
        select(person.c.id, person.c.name, role.c.role)
        .join(person, person.c.id == role.c.person_id)
        .where(role.c.unit_id == home.id, role.c.role.in_(_ORDER), person.c.deactivated_at.is_(None))
        .order_by(rank, person.c.name)
        .limit(MOST)
    )
    found: dict[int, Officer] = {}
    for row in rows:
        before = found.get(row.id)
        found[row.id] = Officer(row.name, (*(before.roles if before else ()), row.role))
    return list(found.values())
