"""A unit that goes on: founded, renamed, described, moved, made one of another kind."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from conversations import unit_pick
from conversations.choices import Choice
from conversations.engine.screen import Option
from conversations.officer import unit_menu
from conversations.questions import Date, Optionally, Text
from conversations.registry import dialogue
from locales import N_, _
from movement import unit_changes, units
from movement.unit_changes import Founding
from movement.unit_kind_words import kind_by_name
from movement.unit_kinds import UNIT_KINDS, kind_label
from movement.unit_rows import LONGEST_NAME, LONGEST_SHORT_NAME

if TYPE_CHECKING:
    import datetime as dt

    from conversations.engine.dialogue import Dialogue
    from movement.context import Context

LONGEST_ALIASES = 400
LONGEST_CODE = 40
_COMMON = ("grassroots_union", "section_union", "union_group", "ward_union", "commune_union", "zone_union")


@dialogue(command="themdonvi", title=N_("Add a unit"), words=N_("add a unit;new unit"), arguments=("unit",))
def found(d: Dialogue, ctx: Context) -> None:
    """Found a unit below another one."""
    above = unit_pick.named(d, ctx, _("Below which unit does the new one stand?"))
    d.say(_("The new unit stands below: {unit}.").format(unit=above.name))
    name = d.ask("name", Text(_("What is the new unit called, in full?"), LONGEST_NAME), _("Name"))
    kind = d.ask("kind", Choice(_("What kind of unit is it?"), _kinds(kind_by_name(name))), _("Kind"))
    short = d.ask("short", Optionally(Text(_("What is its short name?"), LONGEST_SHORT_NAME)), _("Short name"))
    text = _("On which day was it founded?")
    day = d.ask("day", Optionally(Date(text, ctx.today, partial(_to_come, ctx.today))), _("Founded on"))
    d.review("check", _("The new unit below {unit}. Please check:").format(unit=above.name))
    unit_id = d.once("found", unit_changes.found, ctx, Founding(kind, name, short or "", above.id, day=day))
    text = _("✅ Added: {unit}, below {above}.")
    d.say(text.format(unit=name, above=above.name), offers=unit_menu.done(unit_id))


@dialogue(command="doitendonvi", title=N_("Rename a unit"), words=N_("rename a unit"), arguments=("unit",))
def rename(d: Dialogue, ctx: Context) -> None:
    """Give a unit another name from some day on."""
    held = unit_pick.named(d, ctx, _("Which unit is renamed?"))
    d.say(_("The name now: {unit}.").format(unit=held.name))
    name = d.ask("name", Text(_("What is the new name, in full?"), LONGEST_NAME), _("New name"))
    text = _("What is its short name from now on?")
    if held.short_name:
        text = _("What is its short name from now on? Skip to keep “{short}”.").format(short=held.short_name)
    short = d.ask("short", Optionally(Text(text, LONGEST_SHORT_NAME)), _("Short name"))
    day = unit_menu.day(d, ctx, held)
    d.review("check", _("{unit} is renamed. Please check:").format(unit=held.name))
    d.once("rename", unit_changes.rename, ctx, held.id, name, short or held.short_name, day)
    text = _("✅ “{before}” is now called “{name}”. Forms of earlier years keep the old name.")
    d.say(text.format(before=held.name, name=name), offers=unit_menu.done(held.id))


@dialogue(
    command="tengoikhac",
    title=N_("Other names of a unit"),
    words=N_("other names of a unit"),
    arguments=("unit",),
)
def describe(d: Dialogue, ctx: Context) -> None:
    """Keep by what else a unit is found, and its code."""
    held = unit_pick.named(d, ctx, _("Which unit has other names?"))
    described = unit_changes.described(ctx, held.id)
    known = _("Other names now: {names}. Code: {code}.")
    d.say(known.format(names=described.aliases or "–", code=described.code or "–"))
    text = _("By which other names do people know {unit}? Put “;” between them.").format(unit=held.name)
    names = d.ask("names", Optionally(Text(text, LONGEST_ALIASES)), _("Other names"))
    text = _("What is its code in the federation's lists?")
    code = d.ask("code", Optionally(Text(text, LONGEST_CODE)), _("Code"))
    d.review("check", _("{unit}. What was skipped stays as it is. Please check:").format(unit=held.name))
    kept = names if names is not None else described.aliases
    d.once("describe", unit_changes.describe, ctx, held.id, kept, code or described.code)
    text = _("✅ Kept. {unit} is found by these names as well.").format(unit=held.name)
    d.say(text, offers=unit_menu.done(held.id))


@dialogue(command="chuyendonvi", title=N_("Move a unit"), words=N_("move a unit"), arguments=("unit",))
def move(d: Dialogue, ctx: Context) -> None:
    """Put a unit, with all below it, under another one."""
    held = unit_pick.named(d, ctx, _("Which unit is moved?"))
    above = units.get(ctx, held.parent_id) if held.parent_id else None
    d.say(_("{unit} stands below {above}.").format(unit=held.name, above=above.name if above else "–"))
    asked = (_("Below which unit does it come to stand?"), _("The unit above"))
    parent = unit_pick.another(d, ctx, "parent", asked, held)
    day = unit_menu.day(d, ctx, held)
    text = _("{unit}, with all below it, is moved below {parent}. Please check:")
    d.review("check", text.format(unit=held.name, parent=parent.name))
    d.once("move", unit_changes.move, ctx, held.id, parent.id, day)
    d.say(
        _("✅ {unit} stands below {parent} now.").format(unit=held.name, parent=parent.name),
        offers=unit_menu.done(held.id),
    )


@dialogue(
    command="doiloaidonvi", title=N_("Change the kind of a unit"), words=N_("change the kind of a unit"),
    arguments=("unit",),
)  # fmt: skip
def turn(d: Dialogue, ctx: Context) -> None:
    """Make a unit one of another kind."""
    held = unit_pick.named(d, ctx, _("Which unit becomes one of another kind?"))
    d.say(_("The kind now: {kind}.").format(kind=kind_label(held.kind)))
    kinds = [each for each in _kinds("") if each.key != held.kind]
    kind = d.ask("kind", Choice(_("What kind of unit is it?"), kinds), _("Kind"))
    day = unit_menu.day(d, ctx, held)
    d.review("check", _("{unit} becomes one of another kind. Please check:").format(unit=held.name))
    d.once("turn", unit_changes.change_kind, ctx, held.id, kind, day)
    d.say(
        _("✅ {unit} is of the kind: {kind}.").format(unit=held.name, kind=kind_label(kind)),
        offers=unit_menu.done(held.id),
    )


def _kinds(likeliest: str) -> list[Option]:
    """Every kind, the likeliest first, then the commonest."""
    keys = dict.fromkeys([*([likeliest] if likeliest else []), *_COMMON, *UNIT_KINDS])
    labels = {kind: kind_label(kind) for kind in keys}
    return [Option(kind, label[0].upper() + label[1:]) for kind, label in labels.items()]


def _to_come(today: dt.date, asked: dt.date) -> str:
    return _("That day is still to come.") if asked > today else ""
