"""/nhatky: who did what, for administrators and data officers: page by page, searched, as a file."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from conversations.choices import Choice, Search
from conversations.engine.screen import Option, Screen
from conversations.menu import menu
from conversations.questions import Date, Text
from conversations.registry import command, dialogue
from locales import N_, _
from movement import (
    access,
    act_names,
    audit_file,
    audit_search,
    codes,
    entries,
    exports,
    my_data,
    role_names,
    units,
)
from movement.vietnamese_dates import show_day

if TYPE_CHECKING:
    import datetime as dt

    from conversations.engine.dialogue import Dialogue
    from movement.audit_search import Filter, Line
    from movement.context import Context

LONGEST_ID = 10  # digits


@command(command="nhatky", title=N_("Record of acts"), words=N_("record;log;audit;who did what"))
def show(ctx: Context, arguments: str) -> Screen:
    """One page of what is looked for, the newest first."""
    audit_search.demand(ctx)
    asked, _blank, number = arguments.partition(" ")
    wanted, at = audit_search.read(asked), int(number) if number.isdecimal() and len(number) < LONGEST_ID else 1
    lines, has_more = audit_search.page(ctx, wanted, at)
    text = "\n".join([_wanted(ctx, wanted), *(_line(ctx, each) for each in lines)])
    if not lines:
        text = "\n".join([_wanted(ctx, wanted), _("Nothing was found.")])
    key = wanted.text()
    turns = [(_("Older"), f"/nhatky {key} {at + 1}")] if has_more else []
    turns += [(_("Newer"), f"/nhatky {key} {at - 1}")] if at > 1 else []
    all_of_it = [(_("Everything"), "/nhatky")] if key != "-" else []
    options = menu(
        *turns, (_("Search"), f"/timnhatky {key}"), *all_of_it, (_("As a file"), f"/xuatnhatky {key}"),
        (_("Home"), "/start"),
    )  # fmt: skip
    return Screen(text, title=_("Record of acts"), options=options)


@dialogue(command="timnhatky", title=N_("Search the record"), words=N_("search the record"), arguments=("filter",))
def search(d: Dialogue, ctx: Context) -> None:
    """Ask for one thing to look for, beside what is looked for already."""
    audit_search.demand(ctx)
    wanted = audit_search.read(d.given("filter", ""))
    by = (
        Option("person", _("A person")),
        Option("unit", _("A unit")),
        Option("act", _("An act")),
        Option("entry", _("An initiative")),
        Option("days", _("Between two days")),
    )
    match d.ask("by", Choice(_("What do you look for?"), by)):
        case "person":
            text = _("Whose name? Write a few words of it.")
            found = d.ask("person", Search(text, partial(_find_people, ctx), partial(_get_person, ctx)))
            wanted = replace(wanted, person_id=int(found))
        case "unit":
            text = _("Which unit? Write a few words of its name.")
            home = d.ask("unit", Search(text, partial(_find_units, ctx), partial(_get_unit, ctx)))
            wanted = replace(wanted, unit_id=int(home))
        case "act":
            acts = [Option(act, act_names.label(act)) for act in act_names.ACTS]
            wanted = replace(wanted, act=d.ask("act", Choice(_("Which act?"), acts)))
        case "entry":
            number = d.ask("entry", Text(_("Its number, such as MH27-0012?"), 20, check=_not_a_number))
            wanted = replace(wanted, entry_id=codes.row_id(number) or 0)
        case _days:
            wanted = _ask_days(d, ctx, wanted)
    screen = show(ctx, wanted.text())
    d.say(screen.text, offers=screen.options)


@dialogue(command="xuatnhatky", title=N_("The record as a file"), arguments=("filter",))
def export(d: Dialogue, ctx: Context) -> None:
    """Ask for the kind of file, and have it made."""
    audit_search.demand(ctx)
    kinds = [Option("xlsx", "Excel (.xlsx)"), Option("csv", "CSV (.csv)")]
    kind = d.ask("format", Choice(_("Which kind of file?"), kinds))
    wanted = audit_search.read(d.given("filter", ""))
    d.once("ask", exports.ask, ctx, audit_file.KIND, {"filter": wanted.text(), "format": kind})
    d.say(_("The file is being made and is sent here in a moment."), offers=menu((_("Record of acts"), "/nhatky")))


def _ask_days(d: Dialogue, ctx: Context, wanted: Filter) -> Filter:
    since = d.ask("since", Date(_("From which day?"), ctx.today, prefer="past"))
    until = d.ask(
        "until", Date(_("To which day?"), ctx.today, check=lambda day: _before(day, since), prefer="past")
    )
    return replace(wanted, since=since, until=until)


def _before(day: dt.date, since: dt.date) -> str:
    return _("That is before the first day. Please write a later one.") if day < since else ""


def _not_a_number(text: str) -> str:
    return "" if codes.row_id(text) else _("Please write the number as on the receipt, such as MH27-0012.")


def _find_people(ctx: Context, words: str) -> list[Option]:
    return [Option(str(number), name) for number, name in audit_search.people(ctx, words)]


def _get_person(ctx: Context, key: str) -> Option | None:
    found = audit_search.people(ctx, "", int(key)) if key.isdecimal() and len(key) < LONGEST_ID else []
    return next((Option(key, name) for _number, name in found), None)


def _find_units(ctx: Context, words: str) -> list[Option]:
    paths = access.paths(ctx, "audit")
    return [Option(str(each.id), each.name) for each in units.search(ctx, words) if each.path.startswith(paths)]


def _get_unit(ctx: Context, key: str) -> Option | None:
    found = units.get(ctx, int(key)) if key.isdecimal() and len(key) < LONGEST_ID else None
    is_seen = found is not None and found.path.startswith(access.paths(ctx, "audit"))
    return Option(key, found.name) if found and is_seen else None


def _wanted(ctx: Context, wanted: Filter) -> str:
    """What is looked for, in words; nothing is named that this person could not find."""
    parts = []
    if wanted.person_id:
        who = _get_person(ctx, str(wanted.person_id))
        parts.append(who.label if who else str(wanted.person_id))
    if wanted.unit_id:
        home = _get_unit(ctx, str(wanted.unit_id))
        parts.append(home.label if home else str(wanted.unit_id))
    if wanted.entry_id:
        found = entries.find(ctx, wanted.entry_id)
        parts.append(found.number if found else str(wanted.entry_id))
    parts += [act_names.label(wanted.act)] if wanted.act else []
    if wanted.since and wanted.until:
        parts.append(f"{show_day(wanted.since)} – {show_day(wanted.until)}")
    return _("Looked for: {what}").format(what=" · ".join(parts)) if parts else _("The newest acts:")


def _line(ctx: Context, line: Line) -> str:
    role = role_names.label(line.role) if line.role in role_names.ROLES else ""
    who = (line.name or _("(nobody)")) + (f" ({role})" if role else "")
    at = f"{line.at.astimezone(ctx.zone):%d/%m/%Y %H:%M}"
    channel = my_data.channel_label(line.channel)
    return f"• {at} {who}: {act_names.label(line.act)} – {line.what} ({channel})"
