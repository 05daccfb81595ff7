"""Coming in with a code for one very person: on a new phone, or to confirm what an officer wrote down."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conversations.choices import YesNo
from conversations.menu import menu
from locales import _
from movement import access, reclaiming

if TYPE_CHECKING:
    from conversations.engine.dialogue import Dialogue
    from movement.context import Context
    from movement.join_codes import Invitation


def reclaim(d: Dialogue, ctx: Context, code: str, invited: Invitation) -> None:
    """Ask whether it is them, show what was written down for them, and let this channel be theirs."""
    home = menu((_("Home"), "/start"), (_("Help"), "/trogiup"))
    name = invited.person_name
    if invited.person_id == ctx.person.id:
        d.say(_("This channel is yours already, {name}.").format(name=name), offers=home)
        return
    if access.roles(ctx):
        text = _("This code is for {name}. If that is you as well, link the two: /lienket.")
        d.say(text.format(name=name), offers=home)
        return
    asked = _("This code is for {name} ({unit}). Is that you?").format(name=name, unit=invited.unit_name)
    if d.ask("is_you", YesNo(asked)) == "no":
        d.say(
            _("Then it was not meant for you. Please ask your union officer for a code of your own."), offers=home
        )
        return
    confirms = _confirms(d, ctx, invited.person_id or 0)
    known = d.once("take", _take, ctx, code, confirms)
    d.say(_("Welcome back, {name}. Everything of yours is here.").format(name=known), offers=home)


def _confirms(d: Dialogue, ctx: Context, person_id: int) -> bool:
    """Whether what was written down is as they said; nothing to confirm is not confirmed."""
    written = reclaiming.unconfirmed(ctx, person_id)
    if not written:
        return False
    lines = [_("This was written down for you:")]
    lines += [
        _("• {name} ({number}), by {writer}").format(name=each.name, number=each.number, writer=each.by)
        for each in written[: reclaiming.MOST_SHOWN]
    ]
    return d.ask("confirms", YesNo("\n".join([*lines, _("Is it as you said?")]))) == "yes"


def _take(ctx: Context, code: str, confirms: bool) -> str:  # noqa: FBT001 - as `once` passes it on
    return reclaiming.take(ctx, code, confirms=confirms)
