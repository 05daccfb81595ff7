"""/ketquadondoc, /dsgoidien: what became of reminders and announcements, and whom to call."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from conversations.engine.screen import Screen
from conversations.menu import menu
from conversations.registry import command, dialogue, entrances
from locales import N_, _, ngettext
from movement import call_list, chase_reports, exports, vietnamese_phones, views
from movement.chase_answers import LABELS as ANSWERS
from movement.chase_reports import GROUPS, MORE
from movement.chases import LABELS
from movement.vietnamese_dates import show_time
from movement.vietnamese_numbers import show_number

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conversations.engine.dialogue import Dialogue
    from movement.chase_reports import Report, Row, Sent
    from movement.context import Context

MOST_LISTED: Final = 20


@command(
    command="ketquadondoc",
    title=N_("What became of reminders"),
    words=N_("reminders sent;what became of reminders;who got it"),
)
def show(ctx: Context, arguments: str) -> Screen:
    """`/ketquadondoc [chase [figure]]`: the newest chases; one in figures; the people behind a figure."""
    words = arguments.split()
    if not words or not words[0].isdecimal():
        return _recent(ctx)
    found = chase_reports.report(ctx, int(words[0][:15]))
    if len(words) > 1 and words[1] in {*GROUPS, *MORE}:
        return _behind(ctx, found, words[1])
    return _figures(ctx, found)


@dialogue(command="dsgoidien", title=N_("The call list as a file"), arguments=("chase",))
def call_file(d: Dialogue, ctx: Context) -> None:
    """Have the call list of a chase made as a spreadsheet."""
    given = str(d.given("chase", ""))
    found = chase_reports.report(ctx, int(given[:15]) if given.isdecimal() else 0)
    ways = menu((_("Who got it"), f"/ketquadondoc {found.sent.id}"), (_("Home"), "/start"))
    if not found.among("call"):
        d.say(_("There is nobody left to call."), offers=ways)
        return
    d.once("ask", exports.ask, ctx, call_list.KIND, {"chase": found.sent.id})
    d.say(_("✅ The file is being made and will be sent here in a moment."), offers=ways)


def _recent(ctx: Context) -> Screen:
    found = chase_reports.recent(ctx)
    ways = ((_("Remind those who owe something"), "/dondoc"), (_("Home"), "/start"))
    if not found:
        return Screen(_("Nothing has been sent yet."), options=menu(*ways))
    options = [
        (_title(each), f"/ketquadondoc {each.id}", f"{show_time(each.created_at, ctx.zone)}, {_people(many)}")
        for each, many in found
    ]
    return Screen(_("Choose one to see who got it."), title=_("Reminders sent"), options=menu(*options, *ways))


def _title(sent: Sent) -> str:
    return f"{_(LABELS[sent.kind]).capitalize()}: {sent.unit_name}"


def _people(many: int) -> str:
    return ngettext("{many} person", "{many} people", many).format(many=show_number(many))


def _figures(ctx: Context, found: Report) -> Screen:
    """Every figure that is not zero; a number opens the list behind it."""
    sent, counts = found.sent, found.counts()
    when = _("Sent by {officer}, {time}.").format(officer=sent.officer, time=show_time(sent.created_at, ctx.zone))
    lines = [when, *([f"“{sent.words}”"] if sent.words else []), ""]
    lines.append(_("For {people}:").format(people=_people(len(found.rows))))
    lines += [f"• {_(label)}: {show_number(counts[what])}" for what, label in GROUPS.items() if counts[what]]
    more = [f"• {_(label)}: {show_number(counts[what])}" for what, label in MORE.items() if counts[what]]
    lines += ["", _("Since then:"), *more] if more else []
    if found.unled:
        names = "; ".join(each.name for each in found.unled[:MOST_LISTED])
        lines += ["", _("Nobody is in charge of: {names}.").format(names=names)]
    lists = [
        (_(label).capitalize(), f"/ketquadondoc {sent.id} {what}", _people(counts[what]))
        for what, label in (*GROUPS.items(), *MORE.items())
        if counts[what]
    ]
    ways = [(_("Call list as a file"), f"/dsgoidien {sent.id}")] if counts["call"] else []
    ways += _staff(counts["left"] > 0 or bool(found.unled))
    text = "\n".join(lines)
    return Screen(text, title=_title(sent), options=menu(*lists, *ways, (_("Reminders sent"), "/ketquadondoc")))


def _staff(is_wanted: bool) -> list[tuple[str, str]]:  # noqa: FBT001 - private, named where it is given
    """Where somebody else is put in charge."""
    if not is_wanted:
        return []
    first = [(_("Give or take away a role"), "/phancong")] if "phancong" in entrances() else []
    return [*first, (_("Invite somebody with a code"), "/moi"), (_("Give a lost channel back"), "/caplai")]


def _behind(ctx: Context, found: Report, what: str) -> Screen:
    rows = chase_reports.to_call(ctx, found.sent.id) if what == "call" else found.among(what)
    label = _(GROUPS.get(what) or MORE[what]).capitalize()
    shown = rows[:MOST_LISTED]
    for row in shown:
        views.note(ctx, f"person:{row.person_id}", found.sent.path, row.person_id)
    lines = [f"• {_named(row, what)}" for row in shown]
    if more := len(rows) - len(shown):
        lines.append(_("… and {more} more.").format(more=more))
    ways = [(_("Call list as a file"), f"/dsgoidien {found.sent.id}")] if what == "call" and rows else []
    back = (_("Back to the figures"), f"/ketquadondoc {found.sent.id}")
    title = f"{label}: {show_number(len(rows))}"
    return Screen("\n".join(lines) or _("(nobody)"), title=title, options=menu(*ways, back))


def _named(row: Row, what: str) -> str:
    return ", ".join(_parts(row, what))


def _parts(row: Row, what: str) -> Iterator[str]:
    yield row.name or _("(no name yet)")
    if row.unit_name:
        yield row.unit_name
    if what == "call":
        yield vietnamese_phones.show(row.phone) if row.phone else _("no phone number known")
    elif row.answer and what not in ANSWERS:
        yield _(ANSWERS[row.answer])
