"""/ma and /thuhoi: the join codes one has given out and that are still in force; taking one back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conversations.choices import YesNo
from conversations.engine.screen import Screen
from conversations.menu import menu
from conversations.registry import command, dialogue
from locales import N_, _
from movement import access, join_codes, role_names
from movement.errors import DomainError
from movement.vietnamese_dates import show_date
from movement.vietnamese_numbers import show_number

if TYPE_CHECKING:
    from conversations.engine.dialogue import Dialogue
    from movement.context import Context
    from movement.join_codes import Issued

MOST_LISTED = 20


@command(command="ma", title=N_("Codes given out"), words=N_("codes;my codes;join codes"))
def codes(ctx: Context, arguments: str) -> Screen:  # noqa: ARG001 - there is nothing to choose
    """List the codes with what is left of them; a number takes one back."""
    found = join_codes.issued(ctx)[:MOST_LISTED]
    make = ((_("Make a join code"), "/moi"), (_("A new code for one person"), "/caplai"))
    if not found and not access.giving(ctx):
        raise DomainError(_("Your role does not invite people. Officers of the unit do."))
    if not found:
        return Screen(_("No code that you gave out is in force."), options=menu(*make))
    shown = [(f"…{each.hint}", f"/thuhoi {each.key}", _line(ctx, each)) for each in found]
    text = _("To take a code back, choose it.")
    return Screen(text, title=_("Codes given out"), options=menu(*shown, *make))


@dialogue(command="thuhoi", title=N_("Take a code back"), words=N_("take a code back"), arguments=("code",))
def take_back(d: Dialogue, ctx: Context) -> None:
    """Ask once more, and take the code back."""
    found = next((each for each in join_codes.issued(ctx) if each.key == d.given("code")), None)
    if found is None:
        raise DomainError(_("There is no such code of yours in force any more."))
    shown = "\n".join([f"…{found.hint}: {_line(ctx, found)}", _("Shall this code be taken back?")])
    if d.ask("sure", YesNo(shown)) == "yes":
        d.once("revoke", join_codes.revoke, ctx, found.key)
        text = _("Taken back: nobody can join with this code any more. Who has joined stays.")
        d.say(text, offers=menu((_("Codes given out"), "/ma")))
    else:
        d.say(_("The code stays in force."), offers=menu((_("Codes given out"), "/ma")))


def _line(ctx: Context, each: Issued) -> str:
    """What a code gives, how often it was used, and until when it is good."""
    used = _("used {used} times").format(used=show_number(each.used))
    if each.uses_left is not None:
        used = _("used {used} of {many}").format(
            used=show_number(each.used), many=show_number(each.used + each.uses_left)
        )
    parts = [role_names.label(each.role), each.unit_name, each.person_name, used]
    if each.expires_at:
        day = show_date(each.expires_at.astimezone(ctx.zone).date())
        parts.append(_("to {day}").format(day=day))
    return " · ".join(part for part in parts if part)
