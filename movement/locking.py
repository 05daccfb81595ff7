"""Locking the account of a person who has left, and opening it again. What they sent stays where it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sqlalchemy import select, update

from locales import _
from movement import access, appointments, audit, notices, rosters, transitions
from movement.access import Thing
from movement.errors import DomainError
from storage.channel_tables import outbox
from storage.people_tables import address, person, role
from storage.tables import entry
from storage.unit_tables import unit

if TYPE_CHECKING:
    from movement.context import Context
    from movement.rosters import Listed

MOST_NAMED: Final = 5


@dataclass(frozen=True, slots=True)
class Open:
    """What a person would leave unfinished: initiatives of theirs, the first by name."""

    many: int
    names: tuple[str, ...]


def lock(ctx: Context, person_id: int) -> None:
    """End all rights of a person at once; raise DomainError where that is not possible."""
    who = _demand(ctx, person_id)
    if person_id == ctx.person.id:
        raise DomainError(_("You cannot lock your own account. Please ask another administrator."))
    if not who.is_active:
        raise DomainError(_("The account of {name} is locked already.").format(name=who.name))
    appointments.demand_other_admin(ctx, who, list(who.duties))
    ctx.session.execute(update(person).where(person.c.id == person_id).values(deactivated_at=ctx.now))
    appointments.ended(ctx, person_id)
    theirs = select(address.c.id).where(address.c.person_id == person_id)
    unasked = (outbox.c.address_id.in_(theirs), outbox.c.state == "waiting", outbox.c.kind != "answer")
    ctx.session.execute(update(outbox).where(*unasked).values(state="refused", why="account locked"))
    audit.write(ctx, "lock", f"person:{person_id}")


def unlock(ctx: Context, person_id: int) -> None:
    """Give a person their rights back, with the roles they had, and tell them; raise DomainError."""
    who = _demand(ctx, person_id)
    if who.is_active:
        raise DomainError(_("The account of {name} is not locked.").format(name=who.name))
    ctx.session.execute(update(person).where(person.c.id == person_id).values(deactivated_at=None))
    audit.write(ctx, "unlock", f"person:{person_id}")
    notices.add(ctx, person_id, _unlocked, "/start")


def open_things(ctx: Context, person_id: int) -> Open:
    """The open initiatives of a person that whoever asks may see."""
    query = (
        select(entry.c.name)
        .join(unit, unit.c.id == entry.c.unit_id)
        .where(entry.c.author_id == person_id, entry.c.state.in_(transitions.open_states()))
        .where(access.visible_entries(ctx))
        .order_by(entry.c.id.desc())
    )
    names = [row.name for row in ctx.session.rows(query)]
    return Open(len(names), tuple(names[:MOST_NAMED]))


def _demand(ctx: Context, person_id: int) -> Listed:
    """The person, all of whose roles must be in reach: no other part of the tree is to lose them."""
    who = rosters.demand(ctx, person_id)
    paths = select(unit.c.path).join(role, role.c.unit_id == unit.c.id).where(role.c.person_id == person_id)
    reach = [access.may(ctx, "lock", Thing(row.path)) for row in ctx.session.rows(paths)]
    if not any(reach):
        raise access.not_yours(ctx, "lock", Thing(who.duties[0].path, subject=f"person:{person_id}"))
    if not all(reach):
        text = _(
            "{name} also has roles outside your units. Please take away the roles in yours instead: /phancong"
        )
        raise DomainError(text.format(name=who.name))
    access.demand(ctx, "lock", Thing(who.duties[0].path))
    return who


def _unlocked() -> str:
    return _("Your account has been opened again, with the roles you had. Welcome back.")
