"""/bantin: how things stand, now; and how often an officer wants to be told without asking."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, cast

from conversations.choices import Choice
from conversations.engine.screen import Option, Screen
from conversations.menu import menu
from conversations.questions import Number
from conversations.registry import command, dialogue
from locales import N_, _, ngettext
from movement import digests
from movement.vietnamese_dates import show_date, show_day
from movement.vietnamese_numbers import show_number

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conversations.engine.dialogue import Dialogue
    from movement.context import Context
    from movement.digests import Digest, Every
    from movement.due import Owed
    from movement.reminders.unreached import Unreached

_WEEKDAYS: Final = (
    N_("Monday"), N_("Tuesday"), N_("Wednesday"), N_("Thursday"), N_("Friday"), N_("Saturday"), N_("Sunday"),
)  # fmt: skip
_EVERY: Final[Mapping[str, str]] = {
    "daily": N_("Every day"),
    "weekly": N_("Once a week"),
    "never": N_("Never; I will ask myself"),
}


@command(command="bantin", title=N_("Digest"), words=N_("digest;news;how things stand"))
def show(ctx: Context, arguments: str) -> Screen:  # noqa: ARG001
    """How things stand now, and how often it comes by itself."""
    chosen = digests.choice(ctx)
    found = digests.of_officer(ctx, digests.since(ctx, chosen))
    text = "\n".join(lines(found)) if not found.is_empty else _("There is nothing new, and nothing waits for you.")
    ways = [(_(label), to) for to, label in acts(found)]
    options = menu(*ways, (_("When the digest comes"), "/hentin"), (_("Home"), "/start"))
    return Screen(f"{text}\n\n{_often(chosen)}", title=_("Digest"), options=options)


@dialogue(command="hentin", title=N_("When the digest comes"), words=N_("when the digest comes;set the digest"))
def choose(d: Dialogue, ctx: Context) -> None:
    """Ask how often, on which day and at which hour."""
    options = [Option(key, _(label)) for key, label in _EVERY.items()]
    every = cast("Every", d.ask("every", Choice(_("How often should the digest come?"), options), _("Digest")))
    weekday, hour = digests.DEFAULT.weekday, digests.DEFAULT.hour
    if every == "weekly":
        days = [Option(str(number), _(name)) for number, name in enumerate(_WEEKDAYS)]
        weekday = int(d.ask("weekday", Choice(_("On which day?"), days), _("Day")))
    if every != "never":
        asked = Number(_("At which hour, from 7 to 20?"), digests.HOURS[0], digests.HOURS[-1])
        hour = d.ask("hour", asked, _("Hour"))
    d.once("choose", digests.choose, ctx, every, hour, weekday)
    text = _often(digests.Choice(every, hour, weekday))
    d.say(f"✅ {text}", offers=menu((_("Digest"), "/bantin"), (_("Home"), "/start")))


def lines(found: Digest) -> list[str]:
    """The digest as it is sent: only what there is."""
    told = [
        (found.new, _("New registrations since {day}: {many}."), {"day": show_day(found.since)}),
        (found.appraise, _("Waiting for your appraisal: {many}."), {}),
        (found.decide, _("Waiting for a decision of your unit: {many}."), {}),
    ]
    shown = [text.format(many=many, **more) for many, text, more in told if many]
    if found.waiting and found.oldest:
        text = _("Waiting for your confirmation: {many}, the oldest since {day}.")
        shown.insert(1 if found.new else 0, text.format(many=found.waiting, day=show_day(found.oldest)))
    shown += [_due(each) for each in found.due]
    if found.short:
        shown.append(_("Units that have not registered as many as asked for:"))
        for row in found.short:
            missing = row.figures.missing
            many = ngettext("{many} unit", "{many} units", missing).format(many=missing)
            shown.append(f"• {row.unit.short_name or row.unit.name}: {many}")
    return shown + _unreached(found.unreached)


def acts(found: Digest) -> list[tuple[str, str]]:
    """The commands that see to what the digest tells, each with its msgid."""
    ways = [
        (found.waiting, "/duyet", N_("Confirm registrations")),
        (found.appraise, "/thamdinh", N_("Appraise")),
        (found.decide, "/congnhan", N_("Write down a decision")),
        (len(found.short), "/tonghop", N_("Summary per unit")),
        (found.unreached.people, "/khongtoi", N_("Whom reminders did not reach")),
    ]
    return [(to, label) for many, to, label in ways if many]


def _due(each: Owed) -> str:
    assert each.due.last_day is not None  # noqa: S101 - the digest holds only what is near
    assert each.days_left is not None  # noqa: S101
    day = show_date(each.due.last_day)
    if each.days_left < 0:
        return _("⏰ Late: {what}, the last day was {day}.").format(what=each.due.deadline.what, day=day)
    return _("⏰ {what}: until {day}.").format(what=each.due.deadline.what, day=day)


def _unreached(found: Unreached) -> list[str]:
    """Whom reminders did not reach: the first by name, the others by their number."""
    if not found.people:
        return []
    names = [f"{name or _('(no name yet)')} ({unit})" for name, unit in found.names]
    if more := found.people - len(names):
        names.append(ngettext("{many} more person", "{many} more people", more).format(many=show_number(more)))
    return [_("Reminders did not reach, please call: {names}.").format(names=", ".join(names))]


def _often(chosen: digests.Choice) -> str:
    match chosen.every:
        case "never":
            return _("The digest does not come by itself.")
        case "daily":
            return _("The digest comes every day at {hour}:00.").format(hour=chosen.hour)
        case _weekly:
            day = _(_WEEKDAYS[chosen.weekday])
            if not chosen.is_chosen:
                text = _(
                    "The digest comes every {day} at {hour}:00, and daily in the last week before a last day."
                )
                return text.format(day=day, hour=chosen.hour)
            return _("The digest comes every {day} at {hour}:00.").format(day=day, hour=chosen.hour)
