"""/phancong: give a person a role in a unit, or take one away."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conversations.choices import Choice
from conversations.engine.screen import Option
from conversations.menu import menu
from conversations.officer import someone
from conversations.registry import dialogue
from locales import N_, _
from movement import access, appointments, handing_over, role_names, rosters
from movement.errors import DomainError

if TYPE_CHECKING:
    from conversations.engine.dialogue import Dialogue
    from movement.context import Context
    from movement.rosters import Duty, Listed
    from movement.units import Unit


@dialogue(
    command="phancong",
    title=N_("Give or take away a role"),
    words=N_("appoint;give a role;take away a role"),
    arguments=("person",),
)
def appoint(d: Dialogue, ctx: Context) -> None:
    """Choose the person, then a role to be taken away or a new one with its unit; what will be done is shown."""
    text = _("Roles are given by administrators and officers, to people of their units. Your own: /start")
    someone.demand_any(ctx, "people", text)
    who = someone.person(
        d, ctx, "person", _("Whose role is it? Write a part of the name, or of the unit."), _("Comrade")
    )
    with d.section(str(who.id)):
        taken = _taken(d, ctx, who)
        if taken is None:
            _give(d, ctx, who)
        else:
            d.review("check", _("Please check what will be done for {name}:").format(name=someone.named(who)))
            d.once("remove", appointments.remove, ctx, who.id, taken.role, taken.unit_id)
            text = _("✅ Taken away from {name}: {role}. They are told; what they have sent is kept.")
            d.say(
                text.format(name=someone.named(who), role=handing_over.duty_line(taken)),
                offers=_offers(taken.unit_id),
            )


def _taken(d: Dialogue, ctx: Context, who: Listed) -> Duty | None:
    """The role to be taken away; None where a new one is to be given."""
    duties = appointments.removable(ctx, who)
    options = [Option("give", _("Give a new role"))]
    labels = {_key(duty): _("Take away: {role}").format(role=handing_over.duty_line(duty)) for duty in duties}
    options += [Option(key, label) for key, label in labels.items()]
    text = _("{name}: {duties}.\nWhat is to be done?")
    asked = Choice(text.format(name=someone.named(who), duties=someone.duties(who)), options)
    chosen = d.ask("act", asked, _("To be done"))
    return next((duty for duty in duties if _key(duty) == chosen), None)


def _give(d: Dialogue, ctx: Context, who: Listed) -> None:
    home = someone.unit(d, ctx, _("In which unit? Write a part of its name."), "people")
    with d.section(str(home.id)):
        roles = [each for each in access.giveable(ctx, home.path) if _fits(each, home)]
        if not roles:
            raise DomainError(_("You cannot give roles in {unit}.").format(unit=home.name))
        options = [Option(each, _capital(role_names.label(each))) for each in roles]
        chosen = d.ask("role", Choice(_("Which role?"), options), _("Role"))
    d.review("check", _("Please check what will be done for {name}:").format(name=someone.named(who)))
    d.once("appoint", appointments.appoint, ctx, who.id, chosen, home.id)
    text = _("✅ {name} is now {role}, {unit}. They are told.")
    said = text.format(name=someone.named(who), role=role_names.label(chosen), unit=home.name)
    d.say(said, offers=_offers(home.id))


def _fits(role: str, home: Unit) -> bool:
    """A group's head is one of a union group; anywhere else the role would give nothing."""
    return role != "group_head" or home.kind in rosters.GROUPS


def _key(duty: Duty) -> str:
    return f"{duty.unit_id}-{duty.role}"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _offers(unit_id: int) -> tuple[Option, ...]:
    return menu(
        (_("People of the unit"), f"/nhansu {unit_id}"),
        (_("Another role"), "/phancong"),
        (_("Home"), "/start"),
    )
