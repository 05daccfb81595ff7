"""/danop, /khongphutrach: what is answered to a reminder besides doing what it asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conversations.menu import menu
from conversations.registry import dialogue
from locales import N_, _
from movement import chase_answers

if TYPE_CHECKING:
    from conversations.engine.dialogue import Dialogue
    from movement.context import Context


@dialogue(
    command="danop",
    title=N_("Handed in on paper"),
    words=N_("handed in on paper;already handed in;sent on paper"),
    needs="consent",
)
def on_paper(d: Dialogue, ctx: Context) -> None:
    """Tell the officer who sent the last reminder that it was handed in on paper."""
    d.once("keep", chase_answers.keep, ctx, "paper")
    text = _("Thank you. The officer who reminded you has been told that you handed it in on paper.")
    d.say(text, offers=menu((_("State of my initiatives"), "/trangthai"), (_("Home"), "/start")))


@dialogue(
    command="khongphutrach",
    title=N_("Not in charge any more"),
    words=N_("not in charge;not in charge any more;I have retired;I have left"),
    needs="consent",
)
def not_in_charge(d: Dialogue, ctx: Context) -> None:
    """Tell the officer who sent the last reminder; what the person may do stays as it is."""
    d.once("keep", chase_answers.keep, ctx, "left")
    text = _(
        "Thank you for telling. The officer who reminded you has been told and will see who takes over."
        " Until then nothing changes for you."
    )
    d.say(text, offers=menu((_("Home"), "/start")))
