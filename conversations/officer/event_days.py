"""/ngay: the days of a cycle that only officers know, such as that of the yearly review."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from conversations.choices import Choice
from conversations.engine.screen import Option
from conversations.menu import menu
from conversations.questions import Date
from conversations.registry import dialogue
from locales import N_, _
from movement import access, events
from movement.errors import DomainError
from movement.vietnamese_dates import show_date

if TYPE_CHECKING:
    from conversations.engine.dialogue import Dialogue
    from movement.context import Context
    from movement.events import Dated, Event


@dialogue(command="ngay", title=N_("Days of the year"), words=N_("days of the year;day of the review"))
def event_days(d: Dialogue, ctx: Context) -> None:
    """Enter or change the day of one event of a cycle."""
    if not access.paths(ctx, "schedule"):
        raise DomainError(_("Officers enter these days. To see what is due: /hanchot"))
    dated = events.to_date(ctx)
    if not dated:
        d.say(
            _("There is no day for you to enter: the guideline fixes the days, or the level above does."),
            offers=_offers(),
        )
        return
    chosen = _cycle(d, dated)
    event = _event(d, chosen)
    check = partial(events.against, chosen.held.guideline, chosen.held.year)
    text = _("On which day is it: {event}? What hangs on it: {what}.")
    day = d.ask(
        "day", Date(text.format(event=event.label, what="; ".join(event.decides)), ctx.today, check), _("Day")
    )
    d.review("check", _("Please check what will be kept:"))
    d.once("enter", events.enter, ctx, chosen.held.id, event.code, day)
    kept = _("✅ Kept: {event}, {day}. Every unit of the cycle goes by it.")
    d.say(kept.format(event=event.label, day=show_date(day)), offers=_offers())


def _cycle(d: Dialogue, dated: list[Dated]) -> Dated:
    """The cycle: the only one, or the one chosen."""
    if len(dated) == 1:
        (only,) = dated
        d.say(_("{unit}, {year}").format(unit=only.unit.name, year=only.held.year))
        return only
    options = [
        Option(str(each.held.id), _("{unit}, {year}").format(unit=each.unit.name, year=each.held.year))
        for each in dated
    ]
    key = d.ask("cycle", Choice(_("For which year?"), options), _("Year"))
    return next(each for each in dated if str(each.held.id) == key)


def _event(d: Dialogue, chosen: Dated) -> Event:
    found = events.of_cycle(chosen.held)
    options = [Option(each.code, each.label[0].upper() + each.label[1:], hint=_known(each)) for each in found]
    key = d.ask("event", Choice(_("Which day do you enter?"), options), _("Event"))
    return next(each for each in found if each.code == key)


def _known(event: Event) -> str:
    return show_date(event.day) if event.day else _("no day yet")


def _offers() -> tuple[Option, ...]:
    return menu((_("Deadlines"), "/hanchot"), (_("Home"), "/start"))
