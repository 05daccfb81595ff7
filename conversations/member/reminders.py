"""/nhachan, /nhaclai, /tatnhac, /batnhac: what one is reminded of next, put off, switched off and on again."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final, cast

from conversations import registry, reminder_words
from conversations.choices import Choice
from conversations.engine.screen import Option, Screen
from conversations.menu import menu
from conversations.registry import command, dialogue
from locales import N_, _
from movement import access, my_data, reaching
from movement.matching import fold
from movement.reminders import choices, coming, days
from movement.reminders.choices import KINDS
from movement.vietnamese_dates import show_date, show_day

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from conversations.engine.dialogue import Dialogue
    from movement.context import Context
    from movement.reminders.choices import Kind
    from movement.reminders.coming import Coming

MOST: Final = 5  # things in one list
WEEK: Final = "sapgui"  # what goes out to others, in conversations/officer/coming_reminders.py


@command(
    command="nhachan",
    title=N_("Reminder settings"),
    words=N_("reminder settings;reminders;my reminders;set the reminders"),
    needs="consent",
)
def settings(ctx: Context, arguments: str) -> Screen:
    """`/nhachan [week]`: what comes next, what is on or off, where it goes; for administrators the week ahead."""
    word, _space, rest = arguments.partition(" ")
    if fold(word) in _("week;next-week").split(";"):
        show = registry.entrances()[WEEK].show
        assert show is not None  # noqa: S101 - for the type checker: it is declared as a command
        return show(ctx, rest)
    return Screen(_overview(ctx), title=_("Reminder settings"), options=_options(ctx))


@dialogue(
    command="nhaclai",
    title=N_("Remind me in 3 days"),
    words=N_("remind me later;remind me again;remind me in three days;not now, remind me later"),
    needs="consent",
)
def later(d: Dialogue, ctx: Context) -> None:
    """Put off what was told last and what comes in the next days, but nothing past its last day."""
    ways = menu((_("Reminder settings"), "/nhachan"), (_("Deadlines"), "/hanchot"), (_("Home"), "/start"))
    match choices.putting_off(ctx):
        case "nothing":
            d.say(_("There is nothing to put off: no reminder is on its way to you."), offers=ways)
        case "too_late":
            d.say(
                _("Today is the last day, so this cannot be put off. It is not too late to do it today."),
                offers=ways,
            )
        case "possible":
            until = dt.date.fromisoformat(d.once("snooze", _snooze, ctx))
            d.say("\n".join(_put_off(_coming(ctx), until)), offers=ways)


@dialogue(
    command="tatnhac",
    title=N_("Switch reminders off"),
    words=N_("switch reminders off;no more reminders;stop reminding me"),
    needs="consent",
    arguments=("kind",),
)
def switch_off(d: Dialogue, ctx: Context) -> None:
    """No more reminders of one kind."""
    _switch(d, ctx, on=False)


@dialogue(
    command="batnhac",
    title=N_("Switch reminders on"),
    words=N_("switch reminders on;remind me"),
    needs="consent",
    arguments=("kind",),
)
def switch_on(d: Dialogue, ctx: Context) -> None:
    """Reminders of one kind again."""
    _switch(d, ctx, on=True)


def _switch(d: Dialogue, ctx: Context, *, on: bool) -> None:
    """Switch the kind that was named or is chosen, and show how things stand then."""
    chosen = choices.mine(ctx)
    there = [kind for kind in choices.concerning(ctx, chosen) if (kind in chosen.off) is on]
    named = str(d.given("kind", ""))
    if named not in KINDS:
        if not there:
            text = _("All your reminders are on.") if on else _("There is nothing to switch off.")
            d.say(f"{text}\n\n{_overview(ctx)}", offers=_options(ctx))
            return
        text = _("Which reminders do you want again?") if on else _("Which reminders do you not want any more?")
        named = d.ask("kind", Choice(text, [Option(kind, _(KINDS[kind]).capitalize()) for kind in there]))
    d.once("switch", choices.switch, ctx, cast("Kind", named), on=on)
    text = _("✅ Reminders of {kind} are on.") if on else _("✅ Reminders of {kind} are off.")
    d.say(f"{text.format(kind=_(KINDS[cast('Kind', named)]))}\n\n{_overview(ctx)}", offers=_options(ctx))


def _coming(ctx: Context) -> list[Coming]:
    """What comes next, as the letters say it."""
    found = coming.mine(ctx)
    told = {each.key for each in reminder_words.without_what_is_said_twice([each.duty for each in found])}
    return [each for each in found if each.duty.key in told]


def _snooze(ctx: Context) -> str:
    return choices.snooze(ctx).isoformat()


def _put_off(found: Sequence[Coming], until: dt.date) -> Iterator[str]:
    """Until when nothing comes, what comes earlier all the same, and what after that."""
    if found and all(each.days[0] < until for each in found):  # nothing is left by then
        until = found[0].days[0]
    yield _("✅ Put off until {day}.").format(day=show_date(until))
    if earlier := [each for each in found if each.days[0] < until]:
        yield _("What is due before that day still comes in time:")
        yield from map(_line, earlier[:MOST])
    if after := [each for each in found if each.days[0] >= until]:
        yield _("From that day on you are reminded of:")
        yield from map(_line, after[:MOST])


def _overview(ctx: Context) -> str:
    """What comes, which kinds are on, until when it is put off, where it goes and when."""
    chosen, found = choices.mine(ctx), _coming(ctx)
    lines = [_("You are reminded next of:"), *map(_line, found[:MOST])]
    if not found:
        lines = [_("No reminder is planned for you in the next days.")]
    if len(found) > MOST:
        lines.append(_("… and {more} more.").format(more=len(found) - MOST))
    if chosen.snoozed_until is not None and chosen.snoozed_until > ctx.today:
        text = _("⏸ Put off until {day}, but for what is due earlier.")
        lines.append(text.format(day=show_date(days.moved(chosen.snoozed_until, chosen.snoozed_until))))
    kinds = choices.concerning(ctx, chosen)
    lines += ["", *(_kind_line(kind, is_on=kind not in chosen.off) for kind in kinds)] if kinds else []
    text = _("Reminders come at {hour}:00, never on Sundays and public holidays.")
    return "\n".join([*lines, "", _where(ctx), text.format(hour=days.AT.hour)])


def _kind_line(kind: Kind, *, is_on: bool) -> str:
    text = _("🔔 {kind}: on") if is_on else _("🔕 {kind}: off")
    return text.format(kind=_(KINDS[kind]).capitalize())


def _line(each: Coming) -> str:
    """What it is, its last day, and the days on which it is told."""
    told = ", ".join(show_day(day) for day in each.days)
    text = _("• {what}; last day {last}. Reminders: {days}")
    return text.format(what=reminder_words.item(each.duty), last=show_date(each.duty.last_day), days=told)


def _where(ctx: Context) -> str:
    """The channel that reminders would go by now."""
    found = reaching.of_people(ctx, [ctx.person.id]).people
    if not found or found[0].way == "nowhere":
        return _("They cannot be sent to you on any channel now; here you can always see them.")
    channel = my_data.channel_label(found[0].account[0])
    return _("They go to: {channel}.").format(channel=channel[:1].upper() + channel[1:])


def _options(ctx: Context) -> tuple[Option, ...]:
    chosen = choices.mine(ctx)
    switches = []
    for kind in choices.concerning(ctx, chosen):
        is_off = kind in chosen.off
        text = _("Switch on: {kind}") if is_off else _("Switch off: {kind}")
        switches.append((text.format(kind=_(KINDS[kind])), f"/{'batnhac' if is_off else 'tatnhac'} {kind}"))
    if choices.putting_off(ctx) == "possible":
        switches.append((_("Remind me in 3 days"), "/nhaclai"))
    week = [(_(registry.entrances()[WEEK].title), f"/{WEEK}")] if access.paths(ctx, "operate") else []
    return menu(*week, *switches, (_("My channels"), "/kenh"), (_("Home"), "/start"))
