"""An officer writes down what a member without a smartphone says: it is the member's, and says who wrote it down.

Only for members of the officer's own unit or group who cannot be reached on any channel; once a member has come
in, they write for themself. What was written down waits for the member to confirm it (`reclaiming`).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import bindparam, exists, insert, select

from movement import access, audit, people
from movement.access import Thing
from movement.context import Person
from movement.vietnamese_text import name_sort_key
from storage.people_tables import address, conversation, person, role
from storage.unit_tables import unit

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement

    from movement.context import Context

ACTS: Final = ("dangky", "minhchung", "baocao", "tucham", "sua", "dotxuat")  # what may be written down for another
MOST_LISTED: Final = 200
_MEMBERS: Final = ("member", "group_head")


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody who cannot be reached."""

    id: int
    name: str


def _unreachable() -> ColumnElement[bool]:
    reached = exists().where(address.c.person_id == person.c.id, address.c.reachable)
    here = (person.c.deactivated_at.is_(None), person.c.merged_into_id.is_(None), person.c.erased_at.is_(None))
    return ~reached & here[0] & here[1] & here[2]


_held = (
    select(person.c.name, person.c.consent_version, role.c.role, unit.c.path)
    .join(role, role.c.person_id == person.c.id)
    .join(unit, unit.c.id == role.c.unit_id)
    .where(person.c.id == bindparam("id"), _unreachable())
)
_lock = select(conversation.c.person_id).where(conversation.c.person_id == bindparam("id")).with_for_update()


def members(ctx: Context, unit_id: int) -> list[Member]:
    """The members of a unit for whom something may be written down, in the order of their names."""
    query = (
        select(person.c.id, person.c.name, unit.c.path)
        .join(role, role.c.person_id == person.c.id)
        .join(unit, unit.c.id == role.c.unit_id)
        .where(role.c.unit_id == unit_id, role.c.role.in_(_MEMBERS), _unreachable())
        .distinct()
        .limit(MOST_LISTED)
    )
    rows = [row for row in ctx.session.rows(query) if access.may(ctx, "write_for", Thing(row.path))]
    return sorted((Member(row.id, row.name) for row in rows), key=lambda each: name_sort_key(each.name))


def enter(ctx: Context, unit_id: int, name: str, told: str) -> int:
    """Keep a member who agreed by word of mouth or on paper, and give their id; `told` is what they agreed to."""
    home = ctx.session.first(select(unit.c.path).where(unit.c.id == unit_id))
    access.demand(ctx, "write_for", Thing(home.path) if home else None)
    values = {"name": name, "locale": ctx.person.locale, "created_at": ctx.now, "entered_by_id": ctx.person.id}
    person_id: int = ctx.session.scalar(insert(person).values(**values).returning(person.c.id))
    ctx.session.execute(insert(conversation).values(person_id=person_id, memory={}, updated_at=ctx.now))
    who = Person(person_id, name, ctx.person.locale, "")
    member = replace(ctx, person=who, by=ctx.person, channel="paper", memo={})
    people.consent(member, told)
    people.join(member, unit_id, "member")
    audit.write(ctx, "enter_person", f"person:{person_id}", {"unit": unit_id})
    return person_id


def as_member(ctx: Context, person_id: int) -> Context:
    """The context in which the member acts and the person who speaks writes; raise DomainError where they may not.

    The member's conversation is locked, so that nobody makes them one with another meanwhile (`merging`).
    """
    if ctx.session.may_write:
        ctx.session.execute(_lock, {"id": person_id})
    rows: list[Any] = list(ctx.session.rows(_held, {"id": person_id}))
    near = [row for row in rows if access.may(ctx, "write_for", Thing(row.path))]
    if not near or any(row.role not in _MEMBERS for row in rows):
        raise access.not_yours(ctx, "write_for")
    who = Person(person_id, near[0].name, ctx.person.locale, people.CONSENT_VERSION)
    return replace(ctx, person=who, by=ctx.person, memo={"notices": ctx.memo.setdefault("notices", [])})
