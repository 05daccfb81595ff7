"""/sapgui, /dungnhac, /chonhac: the reminders of the week ahead, for administrators, and stopping some of them."""

from __future__ import annotations

import datetime as dt
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from conversations import reminder_words
from conversations.choices import Choice, YesNo
from conversations.engine.screen import Option, Screen
from conversations.menu import menu
from conversations.registry import command, dialogue
from locales import N_, _, ngettext
from movement import my_data, views
from movement.errors import DomainError
from movement.reminders import days, outcomes, stops, week
from movement.reminders.outcomes import OUTCOMES
from movement.reminders.week import PAGE
from movement.vietnamese_dates import show_date, show_day
from movement.vietnamese_numbers import show_number

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from conversations.engine.dialogue import Dialogue
    from movement.context import Context
    from movement.reminders.outcomes import Past
    from movement.reminders.week import Batch, Row

A_PAGE: Final = 8  # batches
_LONGEST_KEY: Final = 32  # characters of an option
_NAMED: Final = 3  # words: year, deadline, day
_STATES: Final[Mapping[str, str]] = {"stopped": N_("stopped"), "off": N_("switched off by themselves")}


@command(
    command="sapgui",
    title=N_("Reminders of the week ahead"),
    words=N_("reminders of the week ahead;what goes out next week;coming reminders"),
)
def show(ctx: Context, arguments: str) -> Screen:
    """`/sapgui [page]`, `/sapgui year deadline day [page]`: by day and deadline; the people of one of these."""
    words = arguments.split()
    if len(words) >= _NAMED:
        return _people(ctx, *_named(*words[:_NAMED]), _number(words[_NAMED:]))
    return _overview(ctx, _number(words))


@dialogue(command="dungnhac", title=N_("Stop reminders"), arguments=("year", "deadline", "day"))
def stop(d: Dialogue, ctx: Context) -> None:
    """Stop what is about to go out of one deadline: on one day, or all of it."""
    one = _chosen(d, ctx, "waiting", _("Which reminders are to be stopped?"))
    if one is None:
        d.say(_("No such reminder goes out in the next {days} days.").format(days=week.AHEAD), offers=_ways())
        return
    if not (options := list(_stoppable(ctx, one))):
        d.say(_("All of these are stopped already."), offers=_ways(one))
        return
    text = _("{what} ({year}, last day {last}). Which reminders are to be stopped?")
    chosen = d.ask("which", Choice(text.format(**_facts(one)), options))
    of = one.day if chosen == "day" else None
    with d.section(chosen):
        if d.ask("sure", YesNo(_sure(ctx, one, of))) == "no":
            d.say(_("Nothing was changed."), offers=_ways(one))
            return
        many = d.once("stop", stops.stop, ctx, one.year, one.deadline, of)
    text = ngettext("✅ Stopped: {many} reminder.", "✅ Stopped: {many} reminders.", many)
    lines = [text.format(many=show_number(many)), _("They can go out again: open the list and choose it there.")]
    d.say("\n".join(lines), offers=_ways(one))


@dialogue(command="chonhac", title=N_("Let stopped reminders go out"), arguments=("year", "deadline", "day"))
def lift(d: Dialogue, ctx: Context) -> None:
    """Let go out again what was stopped of one deadline: on this day, or on all where all were stopped."""
    one = _chosen(d, ctx, "stopped", _("Which reminders are to go out again?"))
    if one is None or not one.people.get("stopped"):
        d.say(_("No reminder of the next {days} days is stopped.").format(days=week.AHEAD), offers=_ways(one))
        return
    held = stops.held(ctx, one.year, one.deadline)
    if not held & {one.day, None}:
        d.say(_("A level above stopped them; only there they can go out again."), offers=_ways(one))
        return
    many = d.once("lift", _lift, ctx, one.year, one.deadline, one.day, everything=None in held)
    text = ngettext("✅ {many} reminder goes out again.", "✅ {many} reminders go out again.", many)
    lines = [text.format(many=show_number(many))]
    if None in held:
        lines.append(
            _("All reminders of it had been stopped, so all of them go out again, not those of one day only.")
        )
    d.say("\n".join(lines), offers=_ways(one))


def _chosen(d: Dialogue, ctx: Context, state: str, text: str) -> Batch | None:
    """What a button named, or is chosen of what is in this state; raise NotYours."""
    if d.given("day"):
        return week.batch(ctx, *_named(*(str(d.given(name, "")) for name in ("year", "deadline", "day"))))
    found = {_key(each): each for each in week.ahead(ctx) if each.people.get(state)}
    if not found:
        return None
    options = [Option(key, _label(each), _hint(each)) for key, each in found.items()]
    return found[d.ask("batch", Choice(text, options))]


def _stoppable(ctx: Context, one: Batch) -> Iterator[Option]:
    if one.people.get("waiting"):
        yield Option("day", _("Only those of {day}").format(day=show_date(one.day)))
    if None not in stops.held(ctx, one.year, one.deadline):
        yield Option("all", _("All to come"))


def _lift(ctx: Context, year: int, deadline: str, day: dt.date, *, everything: bool) -> int:
    many = stops.lift(ctx, year, deadline, day)
    return many + (stops.lift(ctx, year, deadline, None) if everything else 0)


def _overview(ctx: Context, number: int) -> Screen:
    found, past = week.ahead(ctx), outcomes.of_week(ctx)
    number = min(number, max(0, len(found) - 1) // A_PAGE)
    shown = found[number * A_PAGE : number * A_PAGE + A_PAGE]
    text = _("What goes out from today until {day}, and to how many people. Choose a line to see who and why.")
    lines = [text.format(day=show_day(ctx.today + dt.timedelta(days=week.AHEAD)))]
    if not found:
        lines = [_("No reminder goes out in the next {days} days.").format(days=week.AHEAD)]
    if past:
        lines += ["", _("The days before:"), *map(_past, past)]
    options = [(_label(each), _to("sapgui", each), _hint(each)) for each in shown]
    turning = [(_("Previous page"), f"/sapgui {number}")] if number else []
    if len(found) > (number + 1) * A_PAGE:
        turning.append((_("Next page"), f"/sapgui {number + 2}"))
    ways = [*turning, (_("My own reminders"), "/nhachan"), (_("Home"), "/start")]
    return Screen("\n".join(lines), title=_("Reminders of the week ahead"), options=menu(*options, *ways))


def _label(one: Batch) -> str:
    return f"{show_date(one.day)}: {one.what}"


def _hint(one: Batch) -> str:
    """The last day; how many people, and of how many what is in the way."""
    waiting = one.people.get("waiting", 0)
    people = ngettext("{many} person", "{many} people", waiting).format(many=show_number(waiting))
    parts = [_("last day {day}").format(day=show_day(one.last_day))]
    if waiting or not one.everybody:
        parts.append(people)
    if one.nowhere:
        parts.append(_("of them cannot be reached: {many}").format(many=show_number(one.nowhere)))
    told = {state: one.people[state] for state in _STATES if one.people.get(state)}
    return "; ".join([*parts, *(f"{_(_STATES[state])}: {show_number(many)}" for state, many in told.items())])


def _past(each: Past) -> str:
    told = [
        f"{_(label)} {show_number(each.people[key])}" for key, label in OUTCOMES.items() if each.people.get(key)
    ]
    return f"• {show_date(each.day)}: {', '.join(told)}"


def _people(ctx: Context, year: int, deadline: str, day: dt.date, number: int) -> Screen:
    one = week.batch(ctx, year, deadline, day)
    if one is None:
        return Screen(_nothing(), options=_ways())
    rows, many = week.page(ctx, one, number)
    if number and not rows:
        number = max(0, many - 1) // PAGE
        rows, many = week.page(ctx, one, number)
    for row in (each for each in rows if each.is_known):
        views.note(ctx, f"person:{row.person_id}", row.path, row.person_id)
    lines = [_when(one), *(_row(one, row) for row in rows)]
    if many > PAGE:
        span = _("({first}–{last} of {many})")
        lines.append(span.format(first=number * PAGE + 1, last=number * PAGE + len(rows), many=show_number(many)))
    options = menu(*_acts(one, number, many), (_("Reminders of the week ahead"), "/sapgui"), (_("Home"), "/start"))
    return Screen("\n".join(lines), title=f"{one.what} · {one.year}", options=options)


def _acts(one: Batch, number: int, many: int) -> Iterator[tuple[str, str]]:
    if number:
        yield _("Previous page"), f"{_to('sapgui', one)} {number}"
    if many > (number + 1) * PAGE:
        yield _("Next page"), f"{_to('sapgui', one)} {number + 2}"
    if one.people.get("waiting"):
        yield _("Stop reminders"), _to("dungnhac", one)
    if one.people.get("stopped"):
        yield _("Let stopped reminders go out"), _to("chonhac", one)


def _when(one: Batch) -> str:
    """When it goes out, how long before the last day, and why to these."""
    left = (one.last_day - one.day).days
    text = ngettext(
        "Goes out at {hour}:00 on {day}, {left} day before the last day, {last}, to whoever still owes it then:",
        "Goes out at {hour}:00 on {day}, {left} days before the last day, {last}, to whoever still owes it then:",
        left,
    )
    if not left:
        text = _("Goes out at {hour}:00 on {day}, which is the last day, to whoever still owes it then:")
    return text.format(hour=days.AT.hour, day=show_date(one.day), left=left, last=show_date(one.last_day))


def _row(one: Batch, row: Row) -> str:
    """Who, where, what of their own, its last day where that is another one, and whether it comes."""
    what = [reminder_words.item(row.duty)] if row.duty and row.duty.number else []
    last = [_("last day {day}").format(day=show_day(row.last_day))] if row.last_day != one.last_day else []
    name = row.name or (_("(no name yet)") if row.is_known else _("(no role there any more)"))
    return f"• {', '.join([name, row.unit_name, *what, *last, _fate(row)])}"


def _fate(row: Row) -> str:
    if row.duty is None:
        return _("done, not reminded any more")
    if row.state != "waiting":
        return _(_STATES[row.state])
    if row.reached is None or row.reached.way == "nowhere":
        return _("⚠ no channel")
    return my_data.channel_label(row.reached.account[0])


def _sure(ctx: Context, one: Batch, of: dt.date | None) -> str:
    """What is stopped, and for how many people of those who are planned."""
    found = one if of else week.batch(ctx, one.year, one.deadline, None) or one
    many = found.people.get("waiting", 0)
    people = ngettext("{many} person", "{many} people", many).format(many=show_number(many))
    if of:
        text = _("Stop the reminders of {day}: {what} ({year}, last day {last}), to {people}?")
        return text.format(day=show_date(of), people=people, **_facts(one))
    text = _("Stop all still to come: {what} ({year}, last day {last})? In the next {days} days: {people}.")
    return text.format(days=week.AHEAD, people=people, **_facts(one))


def _facts(one: Batch) -> dict[str, str]:
    return {"what": one.what, "year": str(one.year), "last": show_date(one.last_day)}


def _nothing() -> str:
    return _("Nothing of it goes out on that day.")


def _ways(one: Batch | None = None) -> tuple[Option, ...]:
    back = [(_("The list"), _to("sapgui", one))] if one else []
    return menu(*back, (_("Reminders of the week ahead"), "/sapgui"), (_("Home"), "/start"))


def _to(name: str, one: Batch) -> str:
    return f"/{name} {one.year} {one.deadline} {one.day.isoformat()}"


def _key(one: Batch) -> str:
    """What an option of this batch holds."""
    key = f"{one.day:%Y%m%d}-{one.year}-{one.deadline}"
    if len(key) <= _LONGEST_KEY:
        return key
    return f"{key[:23]}-{sha256(key.encode()).hexdigest()[:8]}"  # two deadlines may begin alike


def _named(year: str, deadline: str, day: str) -> tuple[int, str, dt.date]:
    """What a button holds, or somebody typed; raise DomainError for what is no year or day."""
    try:
        return int(year[:4]), deadline, dt.date.fromisoformat(day)
    except ValueError:
        raise DomainError(_("Please open it from its list: {command}").format(command="/sapgui")) from None


def _number(words: list[str]) -> int:
    """The page, from 0."""
    return max(0, int(words[0][:4]) - 1) if words and words[0].isdecimal() else 0
