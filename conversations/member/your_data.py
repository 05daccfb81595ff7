"""/dulieu: what is kept of the person who asks, who saw it, and what they may do about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conversations.engine.screen import Screen
from conversations.menu import menu
from conversations.registry import command
from locales import N_, _
from movement import data_requests, my_data, people, people_data, role_names, vietnamese_phones
from movement.vietnamese_dates import show_date, show_day

if TYPE_CHECKING:
    import datetime as dt

    from movement.context import Context
    from movement.data_requests import Request
    from movement.my_data import Kept, View

MOST_REQUESTS = 5


@command(
    command="dulieu",
    title=N_("My data"),
    words=N_("my data;personal data;privacy;data"),
    needs="nothing",
    listed=True,
)
def show(ctx: Context, arguments: str) -> Screen:
    """Everything in short; with "xem", who saw what."""
    if arguments.strip() == "xem":
        return _views(ctx)
    found = my_data.kept(ctx)
    lines = [*_self(ctx, found), *_sent(ctx), *_requests(data_requests.mine(ctx)[:MOST_REQUESTS])]
    return Screen("\n".join(lines), title=_("My data"), options=menu(*_acts(ctx, found)))


def _acts(ctx: Context, found: Kept) -> list[tuple[str, str]]:
    acts = [(_("Get a copy"), "/bansao"), (_("Who has seen it"), "/dulieu xem")]
    if people.has_consented(ctx):
        acts.insert(0, (_("Correct it"), "/suadulieu"))
        acts.append((_("Withdraw consent"), "/rutdongy"))
    else:
        acts.append((_("Join"), "/batdau"))
    acts.append((_("Delete, restrict, object"), "/quyendulieu"))
    if found.is_restricted:
        acts.append((_("Let me be written to again"), "/chophep"))
    return [*acts, (_("Home"), "/start")]


def _self(ctx: Context, found: Kept) -> list[str]:
    none = _("(none)")
    roles = "; ".join(f"{unit} ({role_names.label(role)})" for role, unit in found.roles)
    shown = [
        (_("Full name"), found.name or none),
        (_("Phone"), _phone(ctx, found.phone) or none),
        (_("Units and roles"), roles or none),
        (_("Channels"), ", ".join(my_data.channel_label(each) for each in found.channels)),
        (_("Consent"), _consent(ctx, found)),
    ]
    lines = [f"{label}: {value}" for label, value in shown]
    if found.is_restricted:
        lines.append(_("The use is restricted: nothing is sent to you but answers."))
    return lines


def _phone(ctx: Context, number: str | None) -> str:
    if not number:
        return ""
    is_abroad = ctx.controller.is_abroad(ctx.channel)
    return vietnamese_phones.show_end(number) if is_abroad else vietnamese_phones.show(number)


def _consent(ctx: Context, found: Kept) -> str:
    if not found.consents:
        return _("given") if people.has_consented(ctx) else _("not given")
    last = found.consents[-1]
    text = _("given on {day}, text {version}, on {channel}")
    if last.act == "withdrawn":
        text = _("withdrawn on {day}, on {channel}")
    day, channel = show_date(_day(ctx, last.at)), my_data.channel_label(last.channel)
    return text.format(day=day, version=last.version, channel=channel)


def _sent(ctx: Context) -> list[str]:
    sent = my_data.sent(ctx)
    if not sent.entries and not sent.pieces:
        return [_("Sent: nothing yet.")]
    text = _("Sent: {entries} initiatives, {pieces} pieces of evidence with {files} files, {sheets} score sheets.")
    return [text.format(entries=sent.entries, pieces=sent.pieces, files=sent.files, sheets=sent.sheets)]


def _requests(found: list[Request]) -> list[str]:
    lines = []
    for each in found:
        kind = people_data.label(each.kind)
        match each.state:
            case "open":
                line = _("• Request: {kind}, to be done by {day}").format(kind=kind, day=show_date(each.due_on))
            case "refused":
                line = _("• Request: {kind}, refused: {reason}").format(kind=kind, reason=each.answer)
            case _done:
                line = _("• Request: {kind}, done").format(kind=kind)
        lines.append(line)
    return lines


def _views(ctx: Context) -> Screen:
    found = my_data.views(ctx)
    lines = [_view(ctx, each) for each in found] or [_("Nobody but you has opened your initiatives or your data.")]
    return Screen("\n".join(lines), title=_("Who has seen it"), options=menu((_("My data"), "/dulieu")))


def _view(ctx: Context, each: View) -> str:
    who = each.name or _("(name deleted)")
    role = f" ({role_names.label(each.role)})" if each.role in role_names.ROLES else ""
    what = each.subject or _("your data")
    return f"• {show_day(_day(ctx, each.at))}: {who}{role} – {what}"


def _day(ctx: Context, at: dt.datetime) -> dt.date:
    return at.astimezone(ctx.zone).date()
