"""The first words: consent, the person's name, how they find their unit is in `joining`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conversations.member import consent, joining
from conversations.member.reclaim import reclaim
from conversations.menu import menu
from conversations.questions import Text
from conversations.registry import dialogue
from locales import N_, _
from movement import people, role_names

if TYPE_CHECKING:
    from conversations.engine.dialogue import Dialogue
    from movement.context import Context

LONGEST_NAME = 80


@dialogue(command="batdau", title=N_("Join"), words=N_("join;start"), needs="nothing", arguments=("code",))
def first_contact(d: Dialogue, ctx: Context) -> None:
    """Ask for consent before the first personal field, then the name and the unit."""
    against = joining.against_given(d, ctx)
    if against and people.has_consented(ctx) and people.units_of(ctx):
        d.say(against)
        return
    if not against and (personal := joining.personal(ctx, joining.BY_CODE + str(d.given("code", "")))):
        reclaim(d, ctx, *personal)  # they agreed when they first came, or in an officer's presence
        return
    if not consent.given(d, ctx):
        return
    if consent.was_all_that_lacked(d, ctx):
        d.say(_("Thank you, {name}.").format(name=people.name(ctx)), offers=menu((_("Home"), "/start")))
        return
    name = people.name(ctx) or _name(d)
    unit = joining.unit(d, ctx, against)
    if personal := joining.personal(ctx, unit):
        reclaim(d, ctx, *personal)
        return
    d.once("name", people.rename, ctx, name)
    joined = d.once("join", joining.join, ctx, unit)
    d.say(
        _("Thank you, {name}. You have joined {unit} as {role}.").format(
            name=name, unit=joined["unit"], role=role_names.label(joined["role"])
        ),
        offers=menu((_("Home"), "/start"), (_("Help"), "/trogiup")),
    )


def _name(d: Dialogue) -> str:
    return d.ask("name", Text(_("What is your full name?"), LONGEST_NAME, check=looks_like_a_name), _("Name"))


def looks_like_a_name(text: str) -> str:
    """Why this cannot be a person's name; nothing where it can."""
    if any(character.isdigit() for character in text) or "\n" in text:
        return _("Please write only your full name, for example: Nguyễn Thị Lan.")
    return ""
