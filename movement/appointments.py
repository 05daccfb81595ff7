"""Giving people roles in units, and taking them away. Who may do so is a table of `access`."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from sqlalchemy import delete, func, insert, select, update

from locales import _
from movement import access, audit, exports, notices, role_names, rosters, units
from movement.access import Thing
from movement.context import Context, Person
from movement.errors import DomainError
from storage.people_tables import join_code, person, role
from storage.unit_tables import unit

if TYPE_CHECKING:
    from movement.rosters import Duty, Listed
    from movement.units import Unit


def appoint(ctx: Context, person_id: int, role_name: str, unit_id: int) -> None:
    """Give a person in reach a role in a unit, and tell them; raise DomainError where that is not possible."""
    who = rosters.demand(ctx, person_id)
    home = _demand(ctx, role_name, unit_id)
    if not who.is_active:
        raise DomainError(_("The account of {name} is locked. Please unlock it first.").format(name=who.name))
    if person_id == ctx.person.id:
        raise DomainError(_("Nobody gives a role to themself. Please ask another administrator."))
    if any((duty.role, duty.unit_id) == (role_name, unit_id) for duty in who.duties):
        raise DomainError(_("{name} has this role already.").format(name=who.name))
    values = {"person_id": person_id, "unit_id": unit_id, "role": role_name, "since": ctx.now}
    ctx.session.execute(insert(role).values(**values, granted_by_id=ctx.person.id or None))
    audit.write(ctx, "appoint", f"person:{person_id}", {"role": role_name, "unit": unit_id})
    notices.add(ctx, person_id, partial(_given, role_name, home.name), "/start")


def remove(ctx: Context, person_id: int, role_name: str, unit_id: int) -> None:
    """Take a role away from a person, with what hung on it, and tell them; raise DomainError."""
    who = rosters.demand(ctx, person_id)
    home = _demand(ctx, role_name, unit_id)
    duty = next((each for each in who.duties if (each.role, each.unit_id) == (role_name, unit_id)), None)
    if duty is None:
        raise DomainError(_("{name} does not have this role any more.").format(name=who.name))
    demand_other_admin(ctx, who, [duty])
    at = (role.c.person_id == person_id, role.c.role == role_name, role.c.unit_id == unit_id)
    ctx.session.execute(delete(role).where(*at))
    ended(ctx, person_id)
    audit.write(ctx, "remove", f"person:{person_id}", {"role": role_name, "unit": unit_id})
    notices.add(ctx, person_id, partial(_taken, role_name, home.name), "/start")


def removable(ctx: Context, who: Listed) -> list[Duty]:
    """The roles of a person that whoever asks may take away."""
    return [duty for duty in who.duties if access.may_give(ctx, duty.role, duty.path)]


def demand_other_admin(ctx: Context, who: Listed, duties: list[Duty]) -> None:
    """Raise DomainError where somebody is the last administrator of the top of a tree: nobody could mend it.

    The roles are locked, so that two administrators cannot take each other's at once.
    """
    tops = {duty.unit_id for duty in duties if duty.role == "admin" and len(units.ancestors(duty.path)) == 1}
    for top in sorted(tops):
        held = (
            select(role.c.id, role.c.person_id)
            .join(person, person.c.id == role.c.person_id)
            .where(role.c.unit_id == top, role.c.role == "admin", person.c.deactivated_at.is_(None))
            .order_by(role.c.id)
            .with_for_update(of=role)
        )
        if all(row.person_id == who.id for row in ctx.session.rows(held)):
            text = _("{name} is the last administrator of the highest unit. Please appoint another one first.")
            raise DomainError(text.format(name=who.name))


def ended(ctx: Context, person_id: int) -> None:
    """Let go what a person may not give or open any more, now that a right of theirs has ended."""
    if person_id == ctx.person.id:
        access.forget(ctx)
    exports.take_back(ctx, person_id)
    codes = (
        select(join_code.c.digest, join_code.c.role, unit.c.path)
        .join(unit, unit.c.id == join_code.c.unit_id)
        .where(join_code.c.created_by_id == person_id, join_code.c.revoked_at.is_(None))
    )
    found = ctx.session.rows(codes)
    them = _as(ctx, person_id)
    lost = [row.digest for row in found if not access.may_give(them, row.role, row.path)]
    if lost:
        ctx.session.execute(update(join_code).where(join_code.c.digest.in_(lost)).values(revoked_at=ctx.now))


def _as(ctx: Context, person_id: int) -> Context:
    """Their rights as they are now, not those of whoever acts."""
    is_active = select(func.count()).where(person.c.id == person_id, person.c.deactivated_at.is_(None))
    them = Person(person_id, "", "vi", "", is_active=bool(ctx.session.scalar(is_active)))
    return Context(ctx.session, them, ctx.now, ctx.today, ctx.channel, ctx.zone)


def _demand(ctx: Context, role_name: str, unit_id: int) -> Unit:
    """The unit, where it is open and the person may give the role there."""
    home = units.get(ctx, unit_id)
    access.demand(ctx, "people", Thing(home.path) if home else None)
    assert home is not None  # noqa: S101 - for the type checker: `demand` has refused
    if not access.may_give(ctx, role_name, home.path):
        raise access.not_yours(ctx, "appoint", Thing(home.path))
    over = select(unit.c.valid_to).where(unit.c.id == unit_id)
    if (last := ctx.session.scalar(over)) is not None and last < ctx.today:
        raise DomainError(
            _("{unit} has ended. Please choose the unit that took its place.").format(unit=home.name)
        )
    return home


def _given(role_name: str, unit_name: str) -> str:
    text = _("You have been given a role: {role}, {unit}. Thank you for taking it on.")
    return text.format(role=role_names.label(role_name), unit=unit_name)


def _taken(role_name: str, unit_name: str) -> str:
    text = _("Your role has ended: {role}, {unit}. Thank you for your work. What you have sent is kept.")
    return text.format(role=role_names.label(role_name), unit=unit_name)
