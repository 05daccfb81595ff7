"""A unit that ends: merged, split, closed or dissolved. What passes to whom is shown before."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from conversations import unit_pick
from conversations.choices import Choice, YesNo
from conversations.engine.screen import Option
from conversations.officer import unit_menu
from conversations.questions import Text
from conversations.registry import dialogue
from locales import N_, _
from movement import unit_endings
from movement.unit_endings import Split
from movement.unit_rows import LONGEST_NAME
from movement.vietnamese_numbers import show_number
from movement.vietnamese_text import clean_line

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    from conversations.engine.dialogue import Dialogue
    from movement.context import Context
    from movement.units import Unit

MOST_MERGED: Final = 30
MOST_PARTS: Final = 20
GOES_ON: Final = "goes_on"


@dialogue(command="sapnhap", title=N_("Merge units"), words=N_("merge units;merge a unit"), arguments=("unit",))
def merge(d: Dialogue, ctx: Context) -> None:
    """Merge one or more units into another."""
    ended = [unit_pick.named(d, ctx, _("Which unit is merged into another?"))]
    d.say(_("It ends: {unit}.").format(unit=ended[0].name))
    text = _("Into which unit is it merged? If that one is new, add it first: /themdonvi")
    into = unit_pick.another(d, ctx, "into", (text, _("Merged into")), ended[0])
    text = _("Is another unit merged into {unit} as well?").format(unit=into.name)
    while len(ended) < MOST_MERGED:
        with d.section(str(len(ended))):
            if d.ask("more", YesNo(text)) == "no":
                break
            more = unit_pick.another(d, ctx, "unit", (_("Which one?"), _("Merged as well")), into)
        if more.id not in {each.id for each in ended}:
            ended.append(more)
    day = unit_menu.day(d, ctx, *ended)
    names = "; ".join(each.name for each in ended)
    merged = _("Merged into {unit}: {names}.").format(unit=into.name, names=names)
    d.review("check", "\n".join([merged, *_passing(ctx, ended)]))
    passed = d.once("merge", unit_endings.merge, ctx, [each.id for each in ended], into.id, day)
    d.say(_passed(f"✅ {merged}", passed), offers=unit_menu.done(into.id))


@dialogue(command="tachdonvi", title=N_("Split a unit"), words=N_("split a unit"), arguments=("unit",))
def split(d: Dialogue, ctx: Context) -> None:
    """Split a unit into new ones; the old one goes on, or ends in one of them."""
    held = unit_pick.named(d, ctx, _("Which unit is split?"))
    d.say(_("It is split: {unit}.").format(unit=held.name))
    text = _("What are the new units called? Write each name on a line of its own, or put “;” between them.")
    names = _names(d.ask("names", Text(text, check=_against_names), _("New units")))
    stays = Option(GOES_ON, _("The old unit goes on beside them"))
    takes_over = _("It ends; {name} takes over")
    heirs = [Option(str(place), takes_over.format(name=name)) for place, name in enumerate(names)]
    options = [stays, *heirs] if len(names) > 1 else [stays]
    what = GOES_ON
    if len(options) > 1:
        what = d.ask("heir", Choice(_("What becomes of the old unit?"), options), _("The old unit"))
    day = unit_menu.day(d, ctx, held)
    passing = _passing(ctx, [held]) if what != GOES_ON else []
    d.review("check", "\n".join([_("{unit} is split. Please check:").format(unit=held.name), *passing]))
    heir = None if what == GOES_ON else int(what)
    made = d.once("split", unit_endings.split, ctx, Split(held.id, names, day, heir))
    text = _("✅ {unit} was split. New: {names}.").format(unit=held.name, names="; ".join(names))
    d.say(text, offers=unit_menu.done(made[heir or 0]))


@dialogue(
    command="ketthucdonvi",
    title=N_("Close or dissolve a unit"),
    words=N_("close a unit;dissolve a unit"),
    arguments=("unit",),
)
def end(d: Dialogue, ctx: Context) -> None:
    """Close a unit whose work another one takes over, or dissolve it."""
    held = unit_pick.named(d, ctx, _("Which unit ends?"))
    d.say(_("It ends: {unit}.").format(unit=held.name))
    hanging = unit_endings.what_passes(ctx, held.id)
    how = _how(d, hanging)
    heir = _heir(d, ctx, held, how) if how == "close" or hanging["entries"] else None
    day = unit_menu.day(d, ctx, held)
    d.review("check", "\n".join([_("{unit} ends. Please check:").format(unit=held.name), *_passing(ctx, [held])]))
    act = unit_endings.close if how == "close" else _dissolve
    passed = d.once("end", act, ctx, held.id, heir.id if heir else 0, day)
    text = _("✅ {unit} has ended.").format(unit=held.name)
    if heir is not None:
        text = _("✅ {unit} has ended; {heir} takes over.").format(unit=held.name, heir=heir.name)
    d.say(_passed(text, passed), offers=unit_menu.done(heir.id if heir else held.id))


def _how(d: Dialogue, hanging: Mapping[str, int]) -> str:
    """Whether it is closed or dissolved; with units below it, it can only be closed."""
    if hanging["units"]:
        d.say(_("There are units below it, so another unit has to take over."))
        return "close"
    ways = [
        Option("close", _("Another unit takes over its initiatives and members")),
        Option("dissolve", _("It is dissolved: its members are released")),
    ]
    return d.ask("how", Choice(_("How does it end?"), ways), _("How"))


def _heir(d: Dialogue, ctx: Context, held: Unit, how: str) -> Unit:
    text = _("Which unit takes over?") if how == "close" else _("Which unit takes over its open initiatives?")
    with d.section(how):
        return unit_pick.another(d, ctx, "heir", (text, _("Who takes over")), held)


def _dissolve(ctx: Context, unit_id: int, heir_id: int, day: dt.date) -> dict[str, int]:
    return unit_endings.dissolve(ctx, unit_id, day, heir_id or None)


def _passing(ctx: Context, ended: list[Unit]) -> list[str]:
    """What hangs on each unit that ends."""
    lines = [(each, unit_menu.what_passes(ctx, each)) for each in ended]
    return [_("With {unit}: {what}.").format(unit=each.name, what=what) for each, what in lines if what]


def _passed(text: str, passed: Mapping[str, int]) -> str:
    """What was done, with what went along."""
    said = {
        "units": _("Units that went along: {many}."),
        "entries": _("Open initiatives that went along: {many}."),
        "people": _("Roles that went along: {many}."),
        "released": _("Roles that ended: {many}."),
    }
    more = [line.format(many=show_number(passed[key])) for key, line in said.items() if passed[key]]
    return "\n".join([text, *more])


def _names(text: str) -> tuple[str, ...]:
    names = (clean_line(each) for each in text.replace(";", "\n").split("\n"))
    return tuple(dict.fromkeys(name for name in names if name))


def _against_names(text: str) -> str:
    names = _names(text)
    if not names:
        return _("Please write at least one name.")
    if len(names) > MOST_PARTS:
        return _("A unit is split into at most {most} new ones.").format(most=MOST_PARTS)
    if longest := next((name for name in names if len(name) > LONGEST_NAME), ""):
        text = _("“{text}…” is longer than {most} characters.")
        return text.format(text=longest[:30], most=LONGEST_NAME)
    return ""
