"""/nhapho: write down what a member without a smartphone says; the member is entered first, or chosen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conversations.choices import Choice, YesNo
from conversations.engine.screen import Option
from conversations.member.first_contact import LONGEST_NAME, looks_like_a_name
from conversations.menu import menu
from conversations.questions import Text
from conversations.registry import dialogue
from locales import N_, _
from movement import access, on_behalf, units
from movement.access import Thing
from movement.errors import DomainError

if TYPE_CHECKING:
    from conversations.engine.dialogue import Dialogue
    from movement.context import Context
    from movement.units import Unit

_NEW = "new"


@dialogue(
    command="nhapho",
    title=N_("Write for a member"),
    words=N_("write for a member;enter for a member;no smartphone"),
)
def write_for(d: Dialogue, ctx: Context) -> None:
    """Choose the member, or enter one; then offer what can be written down."""
    home = _unit(d, ctx)
    known = on_behalf.members(ctx, home.id)
    chosen = _NEW
    if known:
        options = [
            Option(_NEW, _("A member who is not here yet")),
            *(Option(str(one.id), one.name) for one in known),
        ]
        chosen = d.ask("member", Choice(_("For whom do you write?"), options))
    else:
        d.say(_("Members of {unit} who have no smartphone are entered by you.").format(unit=home.name))
    if chosen != _NEW:
        _offer(d, int(chosen), next(one.name for one in known if str(one.id) == chosen))
        return
    name = d.ask(
        "name", Text(_("What is the member's full name?"), LONGEST_NAME, check=looks_like_a_name), _("Name")
    )
    told = _told(name)
    if d.ask("agreed", YesNo(told), _("Agreed")) == "no":
        d.say(
            _("Nothing was kept. Without their consent nothing may be written down."),
            offers=menu((_("Home"), "/start")),
        )
        return
    d.review("check", _("Please check what will be kept:"))
    _offer(d, d.once("enter", on_behalf.enter, ctx, home.id, name, told), name)


def _unit(d: Dialogue, ctx: Context) -> Unit:
    own = [
        each
        for each in units.several(ctx, list(dict.fromkeys(held.unit_id for held in access.roles(ctx))))
        if access.may(ctx, "write_for", Thing(each.path))
    ]
    if not own:
        raise DomainError(_("Only officers of a unit write for its members."))
    if len(own) == 1:
        return own[0]
    options = [Option(str(each.id), each.name) for each in own]
    chosen = d.ask("unit", Choice(_("Of which unit is the member?"), options), _("Unit"))
    return next(each for each in own if str(each.id) == chosen)


def _told(name: str) -> str:
    return _(
        "Please read to {name}: the “Dân vận khéo” assistant keeps the full name, the unit and what is written"
        " down; officers of the unit and of the levels above can see it; it can be seen, corrected, deleted and"
        " consent withdrawn at any time, through an officer.\n"
        "Does {name} agree?"
    ).format(name=name)


def _offer(d: Dialogue, member_id: int, name: str) -> None:
    text = _("What do you write for {name}? It is marked as written down by you, until {name} confirms it.")
    acts = (
        (_("Register an initiative"), "dangky"),
        (_("Send evidence"), "minhchung"),
        (_("Self-score"), "tucham"),
        (_("Report results"), "baocao"),
    )
    offers = [(label, f"/ho {member_id} {name_}") for label, name_ in acts]
    d.say(
        text.format(name=name), offers=menu(*offers, (_("A code with which they confirm"), f"/caplai {member_id}"))
    )
