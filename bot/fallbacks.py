"""Screens that belong to no dialogue: unknown words, a stopped dialogue, a way back to a parked one."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.render import COUNTED
from conversations import registry
from conversations.engine.screen import Option, Reply, Screen
from conversations.menu import menu
from locales import _

if TYPE_CHECKING:
    from collections.abc import Sequence

    from conversations.engine.memory import Memory
    from movement.context import Context


def unknown(ctx: Context, reply: Reply) -> Screen:
    """Say what is likeliest meant; never a dead end."""
    if reply.unsupported:
        lead = _("This kind of message cannot be used here.")
    elif reply.text:
        lead = _("I did not understand “{text}”.").format(text=reply.text[:60])
    else:
        lead = ""
    likely = registry.likeliest(reply.text, ctx.person.locale) if reply.text else []
    rest = [entrance for entrance in registry.entrances().values() if entrance.listed and entrance not in likely]
    offered = [entrance for entrance in (*likely, *rest) if entrance.name != "trogiup"][:3]
    options = [(_(entrance.title), f"/{entrance.name}") for entrance in offered]
    text = "\n".join(line for line in (lead, _("Perhaps one of these:")) if line)
    return Screen(text, options=menu(*options, (_("Help"), "/trogiup")))


def cancelled(ctx: Context, memory: Memory) -> Screen:  # noqa: ARG001 - the language is the turn's
    """Say that the dialogue was stopped, and how to take it up again."""
    title = _(registry.entrances()[memory.name].title)
    text = _("Stopped: {title}. Nothing of it was sent; what was written is kept until the next stop.")
    return Screen(text.format(title=title), options=menu((_("Take it up again"), "/molai"), (_("Home"), "/start")))


def nothing_to_resume() -> Screen:
    """Say that nothing is open."""
    return Screen(_("Nothing is unfinished."), options=menu((_("Home"), "/start"), (_("Help"), "/trogiup")))


def resumed(screen: Screen, said: str = "") -> Screen:
    """The open question of a dialogue that was left; what was just said is not its answer."""
    lead = _("Going on from where we stopped.")
    if said:
        lead = _("There is an unfinished step, so “{text}” has not been recorded. Please answer here:").format(
            text=said[:80]
        )
    return screen.with_lines_before(lead)


def apologised(screen: Screen | None, *, parked: bool) -> Screen:
    """After a failure of ours: an apology, and the same question or the way back to it."""
    if parked:
        text = _("Sorry, this step fails again and again on our side. It is kept; please try again later today.")
        return Screen(text, options=menu((_("Go on"), "/tieptuc"), (_("Home"), "/start")))
    text = _("Sorry, something went wrong on our side; the last message was not recorded.")
    if screen is None:
        return Screen(text, options=menu((_("Home"), "/start"), (_("Help"), "/trogiup")))
    return screen.with_lines_before(text)


def refused(reason: str) -> Screen:
    """Why something cannot be done, and where to go instead."""
    return Screen(reason, options=menu((_("Home"), "/start"), (_("Help"), "/trogiup")))


def locked() -> Screen:
    """What somebody whose account was locked is told, whatever they write; what they have sent stays."""
    text = _(
        "Your account here is locked for now, so nothing can be seen or sent with it. What you have sent is kept."
        "\nIf this is a mistake, or if you want to see, correct or delete your own data, please speak to the"
        " officer of your union: it can be unlocked at any time."
    )
    return Screen(text)


def with_way_home(screen: Screen) -> Screen:
    """Say where 0 leads at a first question, which has none before it: for channels without buttons."""
    if screen.expects in COUNTED or any(control.key == "~back" for control in screen.controls):
        return screen
    *before, cancel = screen.controls
    return replace(screen, controls=(*before, Option("~home", _("Home"), tap="/start"), cancel))


def with_parked(screen: Screen, stack: Sequence[Memory]) -> Screen:
    """Offer to go on with the dialogue that waits."""
    if not stack or any(option.tap == "/tieptuc" for option in screen.options):
        return screen
    title = _(registry.entrances()[stack[-1].name].title)
    number = max((option.number for option in screen.options), default=0) + 1
    more = Option("parked", _("Go on: {title}").format(title=title), number=number, tap="/tieptuc")
    return replace(screen, options=(*screen.options, more))
