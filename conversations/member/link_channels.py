"""/lienket: six digits, given on one channel and written on the other, make both one person's."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from conversations.choices import Choice, Search
from conversations.engine.screen import Option
from conversations.menu import menu
from conversations.registry import dialogue
from locales import N_, _
from movement import code_tries, link_codes

if TYPE_CHECKING:
    from conversations.engine.dialogue import Dialogue
    from movement.context import Context
    from movement.link_codes import Owner

_CODE = "code-"


@dialogue(
    command="lienket",
    title=N_("Link another channel"),
    words=N_("link;link a channel;link my channels;link code"),
    needs="nothing",
    arguments=("digits",),
)
def link(d: Dialogue, ctx: Context) -> None:
    """Give digits, or take those that were given on another channel; two who are known are asked first."""
    digits = _given(d, ctx)
    if not d.given("digits") and _gives(d):
        d.say(_told(d.once("give", link_codes.give, ctx)), offers=menu((_("My channels"), "/kenh")))
        return
    digits = digits or d.ask("digits", _digits(ctx)).removeprefix(_CODE)
    other, mine = link_codes.owner(ctx, digits), link_codes.myself(ctx)
    home = menu((_("Home"), "/start"), (_("My channels"), "/kenh"))
    if other is None or other.id == mine.id:
        d.say(_("This is a code of your own. Please write it on the other channel."), offers=home)
        return
    name = _name(d, mine, other) if mine.is_known and other.is_known else ""
    if name is None:
        d.say(_("Nothing was linked."), offers=home)
        return
    known = d.once("join", link_codes.join, ctx, digits, name)
    text = _("Linked. What you began on the other channel goes on here.")
    if known:
        text = _("Linked, {name}. What you began on the other channel goes on here.").format(name=known)
    d.say(text, offers=home)


def _given(d: Dialogue, ctx: Context) -> str:
    """The digits typed with the command, where they are somebody's; looked into, and counted, once."""
    digits = link_codes.written(str(d.given("digits", "")))
    against = d.once("try", _against, ctx, digits) if digits else ""
    if against:
        d.say(against)
    return "" if against or not digits or link_codes.owner(ctx, digits) is None else digits


def _against(ctx: Context, digits: str) -> str:
    if reason := code_tries.against(ctx, "link"):
        return reason
    if link_codes.owner(ctx, digits):
        return ""
    code_tries.wrong(ctx, "link")
    return _("The code {digits} is not valid. Please look at it again, or ask for a new one.").format(
        digits=digits
    )


def _gives(d: Dialogue) -> bool:
    options = [
        Option("give", _("Get a code here, to write on the other channel")),
        Option("write", _("Write the code that I got on the other channel")),
    ]
    text = _("Linking makes two channels (web page, Telegram, Zalo) yours together. What would you like to do?")
    return d.ask("what", Choice(text, options)) == "give"


def _told(digits: str) -> str:
    text = _(
        "Link code: {digits}\n"
        "On the other channel, write: /lienket {digits}\n"
        "It is good for 15 minutes and for one use. Give it to nobody: whoever has it can act in your name."
    )
    return text.format(digits=digits)


def _digits(ctx: Context) -> Search:
    text = _("Please write the six digits that you got on the other channel.")
    nothing = _("The code “{text}” is not valid. Please look at it again, or get a new one on the other channel.")
    return Search(text, lambda _words: [], partial(_get, ctx), partial(_tried, ctx), nothing)


def _get(ctx: Context, key: str) -> Option | None:
    digits = key.removeprefix(_CODE)
    return Option(key, "••••••") if link_codes.owner(ctx, digits) else None


def _tried(ctx: Context, words: str) -> Option | None:
    digits = link_codes.written(words)
    return Option(_CODE + digits, "••••••") if digits and link_codes.tried(ctx, digits) else None


def _name(d: Dialogue, mine: Owner, other: Owner) -> str | None:
    """The name that both will have; None where the two are not the same person."""
    lines = [_("Two people are known here:"), _line(mine), _line(other), _("Are both of them you?")]
    options = [Option("mine", _("Both are me; my name is {name}").format(name=mine.name))]
    if not link_codes.are_alike(mine, other):
        options.append(Option("other", _("Both are me; my name is {name}").format(name=other.name)))
    options.append(Option("no", _("No, these are two people")))
    chosen = d.ask("same", Choice("\n".join(lines), options))
    return {"mine": mine.name, "other": other.name}.get(chosen)


def _line(each: Owner) -> str:
    return f"• {each.name} ({', '.join(each.units[:3]) or '–'})"
