"""/yeucau and /xuly: the requests of people about their data, for those who look after them."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from conversations.choices import Choice, YesNo
from conversations.engine.screen import Option, Screen
from conversations.menu import menu
from conversations.questions import Number, Optionally, Text
from conversations.registry import command, dialogue
from locales import N_, _
from movement import codes, data_requests, erasure, people_data
from movement.errors import DomainError
from movement.vietnamese_dates import show_date

if TYPE_CHECKING:
    from conversations.engine.dialogue import Dialogue
    from movement.context import Context
    from movement.data_requests import Request

LONGEST_WORDS = 500
STATES = {"open": N_("open"), "done": N_("done"), "refused": N_("refused")}


@command(
    command="yeucau",
    title=N_("Requests about personal data"),
    words=N_("data requests;requests;personal data requests"),
)
def show(ctx: Context, arguments: str) -> Screen:
    """The list, or the card of one."""
    if arguments.strip():
        return _card(ctx, data_requests.demand(ctx, codes.row_id(arguments) or 0))
    found = data_requests.listed(ctx)
    options = menu(
        *[(_title(each), f"/yeucau {each.id}", _in_short(each)) for each in found], (_("Home"), "/start")
    )
    text = _("Choose one to open it.") if found else _("There is no request that you look after.")
    return Screen(text, title=_("Requests about personal data"), options=options)


@dialogue(command="xuly", title=N_("Answer a request about personal data"), arguments=("request",))
def answer(d: Dialogue, ctx: Context) -> None:
    """Acknowledge, do, refuse or extend one request."""
    found = data_requests.demand(ctx, codes.row_id(d.given("request", "")) or 0)
    if not found.is_open:
        raise DomainError(_("This request was closed already."))
    d.say("\n".join(_lines(ctx, found)))
    match d.ask("act", Choice(_("What do you do?"), _acts(found)), _("Decision")):
        case "do":
            _do(d, ctx, found)
        case "refuse":
            reason = _words(d, _("Why is it refused? The person is told as you write it."))
            d.review("check", _("Please check what will be sent:"))
            d.once("refuse", data_requests.refuse, ctx, found.id, reason)
            d.say(_("✅ Refused; the person is told the reason."), offers=_back())
        case "extend":
            most = data_requests.MOST_EXTENSION
            days = d.ask(
                "days", Number(_("By how many days, at most {most}?").format(most=most), 1, most), _("Days")
            )
            reason = _words(d, _("Why does it take longer? The person is told as you write it."))
            d.review("check", _("Please check what will be sent:"))
            due = dt.date.fromisoformat(d.once("extend", data_requests.extend, ctx, found.id, days, reason))
            d.say(_("✅ Extended to {day}; the person is told.").format(day=show_date(due)), offers=_back())
        case _acknowledge:
            words = d.ask("words", Optionally(Text(_("Anything to tell the person?"), LONGEST_WORDS)), _("Words"))
            d.once("acknowledge", data_requests.acknowledge, ctx, found.id, words or "")
            d.say(_("✅ The person is told that it is being looked after."), offers=_back())


def _do(d: Dialogue, ctx: Context, found: Request) -> None:
    collective = False
    if found.kind == "delete":
        fate = erasure.fate(ctx, found.person_id)
        d.say("\n".join(_fate(fate)))
        if fate.collective:
            numbers = ", ".join(fate.collective)
            text = _("Delete also the collective's initiatives that were not recognised ({numbers})?")
            asked = YesNo(text.format(numbers=numbers), _("Delete them"), _("Keep them for the unit"))
            collective = d.ask("collective", asked, _("The collective's")) == "yes"
    words = d.ask("words", Optionally(Text(_("Anything to tell the person?"), LONGEST_WORDS)), _("Words"))
    d.review("check", _("It cannot be undone. Please check:") if found.kind == "delete" else _("Please check:"))
    outcome: dict[str, Any] = d.once("do", data_requests.do, ctx, found.id, words or "", collective=collective)
    d.say("\n".join([_("✅ Done; the person is told."), *_outcome(found, outcome)]), offers=_back())


def _outcome(found: Request, outcome: dict[str, Any]) -> list[str]:
    return data_requests.what_became(outcome) if found.kind == "delete" else []


def _fate(fate: erasure.Fate) -> list[str]:
    lines = [
        _("Deleted: name, phone number, roles, messages, drafts, uploads. The account itself goes in 7 days.")
    ]
    if fate.individual:
        lines.append(_("Deleted with evidence: {numbers}.").format(numbers=", ".join(fate.individual)))
    if fate.official:
        text = _("Kept without the name: {numbers}, as papers of the unit and the archive (Law 33/2024/QH15).")
        lines.append(text.format(numbers=", ".join(fate.official)))
    return lines


def _words(d: Dialogue, text: str) -> str:
    return d.ask("reason", Text(text, LONGEST_WORDS), _("Reason"))


def _acts(found: Request) -> list[Option]:
    acts = [Option("do", _("Do it")), Option("refuse", _("Refuse it"))]
    if found.answered_at is None:
        acts.append(Option("acknowledge", _("Say that it is being looked after")))
    if found.extended_at is None:
        acts.append(Option("extend", _("Extend it, once")))
    return acts


def _card(ctx: Context, found: Request) -> Screen:
    acts = [(_("Answer it"), f"/xuly {found.id}")] if found.is_open else []
    options = menu(*acts, (_("All requests"), "/yeucau"), (_("Home"), "/start"))
    return Screen("\n".join(_lines(ctx, found)), title=_title(found), options=options)


def _title(found: Request) -> str:
    return _("Request {number}: {kind}").format(number=found.id, kind=people_data.label(found.kind))


def _in_short(found: Request) -> str:
    if not found.is_open:
        return _(STATES[found.state])
    return _("{unit}; by {day}").format(unit=found.unit_name or _("no unit"), day=show_date(found.due_on))


def _lines(ctx: Context, found: Request) -> list[str]:
    """The card, line by line."""
    asked = show_date(found.asked_at.astimezone(ctx.zone).date())
    shown = [
        (_("Who"), found.person_name or _("(name deleted)")),
        (_("Unit"), found.unit_name or _("no unit")),
        (_("Asked for"), people_data.label(found.kind)),
        (_("Asked on"), asked),
        (_("State"), _(STATES[found.state])),
    ]
    if found.note:
        shown.insert(3, (_("In their words"), found.note))
    if found.is_open:
        if found.answered_at is None:
            shown.append((_("First answer by"), show_date(found.answer_by)))
        extended = _(" (extended)") if found.extended_at else ""
        shown.append((_("To be done by"), show_date(found.due_on) + extended))
    elif found.answer:
        shown.append((_("Answer"), found.answer))
    return [f"{label}: {value}" for label, value in shown]


def _back() -> tuple[Option, ...]:
    return menu((_("All requests"), "/yeucau"), (_("Home"), "/start"))
