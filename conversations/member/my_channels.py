"""/kenh: one's channels, which of them notices go to, and cutting one off."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conversations.choices import Choice, YesNo
from conversations.engine.screen import Option
from conversations.menu import menu
from conversations.registry import dialogue
from locales import N_, _
from movement import addresses, my_data
from movement.vietnamese_dates import show_day

if TYPE_CHECKING:
    from collections.abc import Sequence

    from conversations.engine.dialogue import Dialogue
    from movement.addresses import Address
    from movement.context import Context


@dialogue(
    command="kenh",
    title=N_("My channels"),
    words=N_("channels;my channels;unlink;lost phone"),
    needs="nothing",
)
def my_channels(d: Dialogue, ctx: Context) -> None:
    """List the channels; choose where notices go, or let go of one."""
    found = addresses.mine(ctx)
    back = menu((_("My channels"), "/kenh"), (_("Link another channel"), "/lienket"))
    chosen = d.ask("act", Choice(_listed(ctx, found), _options(found)))
    if chosen == "link":
        d.say(_("On the other channel, write /lienket; a code from here joins the two."), offers=back)
    elif chosen.startswith("to-"):
        channel = chosen.removeprefix("to-")
        d.once("prefer", addresses.prefer, ctx, channel)
        text = _("Notices and reminders go to: {channel}. The web page always shows them as well.")
        d.say(text.format(channel=_name(channel)), offers=back)
    else:
        _cut(d, ctx, next(each for each in found if chosen == f"cut-{each.id}"))
        d.say("", offers=back)


def _cut(d: Dialogue, ctx: Context, one: Address) -> None:
    text = _("Cut off {channel}? Whoever has it will see and do nothing in your name any more.")
    with d.section(str(one.id)):
        if d.ask("sure", YesNo(text.format(channel=_line(ctx, one)))) == "no":
            d.say(_("Nothing was changed."))
            return
        d.once("cut", addresses.cut, ctx, one.id)
    d.say(_("Cut off. You can link it again at any time."))


def _listed(ctx: Context, found: Sequence[Address]) -> str:
    lines = [_("You use these channels:"), *(f"• {_line(ctx, each)}" for each in found)]
    chosen = addresses.preferred(ctx)
    told = _("Notices and reminders go to: {channel}.").format(channel=_name(chosen))
    if not chosen:
        told = _("Notices and reminders go to the channel that you used last.")
    return "\n".join([*lines, told, _("What would you like to do?")])


def _options(found: Sequence[Address]) -> list[Option]:
    channels = list(dict.fromkeys(each.channel for each in found))
    options = [Option("link", _("Link another channel"))]
    if len(channels) > 1:
        options += [
            Option(f"to-{each}", _("Notices to: {channel}").format(channel=_name(each))) for each in channels
        ]
    cut = _("Cut off: {channel}, since {day}")
    options += [
        Option(f"cut-{each.id}", cut.format(channel=_name(each.channel), day=_day(each)))
        for each in found
        if not each.is_here
    ]
    return options


def _line(ctx: Context, each: Address) -> str:
    parts = [_name(each.channel), _("since {day}").format(day=_day(each))]
    if each.is_here:
        parts.append(_("in use now"))
    elif not each.is_reachable:
        parts.append(_("cannot be reached"))
    elif each.used_at:
        parts.append(_("last used {day}").format(day=show_day(each.used_at.astimezone(ctx.zone).date())))
    return " · ".join(parts)


def _name(channel: str) -> str:
    name = _(my_data.CHANNELS.get(channel, channel)) if channel else ""
    return name[:1].upper() + name[1:]


def _day(each: Address) -> str:
    return show_day(each.created_at.date())
