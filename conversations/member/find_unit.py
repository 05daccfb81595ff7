"""/donvi and /timdonvi: a unit found by its name, and its card: where it stands, what it was, who is in charge."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from conversations import registry, unit_pick
from conversations.engine.screen import Screen
from conversations.menu import menu
from conversations.registry import command, dialogue
from locales import N_, _, ngettext
from movement import access, people, role_names, unit_facts, unit_staff, units
from movement.access import Thing
from movement.errors import DomainError
from movement.unit_kinds import kind_label
from movement.vietnamese_dates import show_day

if TYPE_CHECKING:
    from conversations.engine.dialogue import Dialogue
    from movement.context import Context
    from movement.unit_facts import Facts
    from movement.unit_history import Event

PAGE: Final = 10
MOST_EVENTS: Final = 8
_HAPPENED: Final = {
    "found": N_("founded"),
    "rename": N_("renamed; before that “{before}”"),
    "kind": N_("of another kind; before that {before}"),
    "move": N_("moved from {before}"),
    "merge": N_("merged into {other}"),
    "close": N_("closed; {other} took over"),
    "dissolve": N_("dissolved"),
    "split": N_("split off from {other}"),
}
_CAME: Final = {
    "merge": N_("{other} was merged into it"),
    "close": N_("took over from {other}"),
    "dissolve": N_("took over what was left of {other}"),
    "split": N_("{other} was split off"),
}


@command(command="donvi", title=N_("Units"), words=N_("unit;units;my unit"))
def show(ctx: Context, arguments: str) -> Screen:
    """`/donvi [number [page]]` a card; `/donvi words` what they find; nothing: the person's own units."""
    words = arguments.split()
    if words and all(each.isdecimal() for each in words):
        return card(ctx, int(words[0]), int(words[1]) if len(words) > 1 else 1)
    if words:
        return _found(ctx, arguments)
    own = units.several(ctx, people.units_of(ctx))
    if len(own) == 1:
        return card(ctx, own[0].id, 1)
    ways = [(each.name, f"/donvi {each.id}") for each in own]
    return Screen(_("Choose one to open it."), title=_("Your units"), options=menu(*ways, *_elsewhere()))


@dialogue(command="timdonvi", title=N_("Find a unit"), words=N_("find a unit;search for a unit"))
def find(d: Dialogue, ctx: Context) -> None:
    """Find a unit by a few words, and show its card."""
    text = _("Which unit are you looking for? Write a few words of its name; accents do not matter.")
    found = unit_pick.anywhere(d, ctx, text)
    screen = card(ctx, found.id, 1)
    d.say(f"{screen.title}\n\n{screen.text}", offers=screen.options)


def card(ctx: Context, unit_id: int, page: int) -> Screen:
    """One unit: what it is, was, and what is below it; what may be done about it by whoever asks."""
    facts = unit_facts.read(ctx, unit_id)
    if facts is None:
        raise DomainError(_("There is no such unit. To find one: /timdonvi"))
    first = max(0, page - 1) * PAGE
    shown = facts.below[first : first + PAGE]
    lines = [*_described(ctx, facts), *_charged(ctx, facts), *_history(facts), *_below(ctx, facts, first)]
    ways = [(each.name, f"/donvi {each.id}") for each in shown]
    if len(facts.below) > first + PAGE:
        ways.append((_("Next page"), f"/donvi {unit_id} {page + 1}"))
    if facts.above:
        ways.append((_("The unit above"), f"/donvi {facts.above[-1].id}"))
    acts = _acts(ctx, facts)
    return Screen("\n".join(lines), title=facts.unit.name, options=menu(*ways, *acts, *_elsewhere()))


def _found(ctx: Context, words: str) -> Screen:
    found = units.find(ctx, words)
    if not found.units:
        text = _("No unit is called “{text}”.").format(text=words[:60])
        return Screen(text, options=menu(*_elsewhere()))
    if len(found.units) == 1 and not found.is_guess:
        return card(ctx, found.units[0].id, 1)
    ways = [(each.label, f"/donvi {each.key}", each.hint) for each in unit_pick.options(ctx, found.units[:PAGE])]
    lead = _("Did you mean:") if found.is_guess else _("Choose one to open it.")
    more = len(found.units) - PAGE
    text = "\n".join([lead, *([_("… and {more} more.").format(more=more)] if more > 0 else [])])
    return Screen(text, options=menu(*ways, *_elsewhere()))


def _described(ctx: Context, facts: Facts) -> list[str]:
    """What it is called and what it is, now."""
    said = [
        (_("Short name"), facts.unit.short_name),
        (_("Other names"), facts.aliases),
        (_("Kind"), kind_label(facts.unit.kind)),
        (_("Belongs to"), " > ".join(each.short_name or each.name for each in facts.above)),
        (_("Code"), facts.code),
        (_("Number"), str(facts.unit.id) if access.may(ctx, "organise", Thing(facts.unit.path)) else ""),
    ]
    lines = [f"{label}: {text}" for label, text in said if text]
    if facts.valid_to is not None:
        last = _("Ended; its last day was {day}.").format(day=show_day(facts.valid_to))
        now = _("Now: {unit}.").format(unit=facts.successor.name) if facts.successor else ""
        lines.insert(0, " ".join(part for part in (last, now) if part))
    return lines


def _charged(ctx: Context, facts: Facts) -> list[str]:
    """Who looks after it, for those who may know."""
    if not access.may(ctx, "people", Thing(facts.unit.path)):
        return []
    found = unit_staff.officers(ctx, facts.unit)
    if not found:
        return ["", _("Nobody is in charge of it yet.")]
    lead = _("In charge:")
    return ["", lead, *(f"• {each.name or '–'}: {'; '.join(map(role_names.label, each.roles))}" for each in found)]


def _history(facts: Facts) -> list[str]:
    lines = [line for event in facts.events if (line := _happened(facts, event))][-MOST_EVENTS:]
    return ["", _("What has changed:"), *(f"• {line}" for line in lines)] if lines else []


def _happened(facts: Facts, event: Event) -> str:
    if event.change == "found" and facts.valid_from is None:
        return ""  # entered that day, founded nobody knows when
    was = facts.was.get(event.day)
    before = {"rename": was.name, "kind": kind_label(was.kind)} if was else {}
    if was and event.change == "move":
        before["move"] = facts.past_parents.get(was.parent_id or 0, "–")
    text = _((_CAME if event.is_other else _HAPPENED)[event.change])
    said = text.format(other=event.name or "–", before=before.get(event.change, "–"))
    return f"{show_day(event.day)}: {said}"


def _below(ctx: Context, facts: Facts, first: int) -> list[str]:
    many = len(facts.below)
    if not many:
        return []
    text = ngettext("{many} unit directly below", "{many} units directly below", many).format(many=many)
    every = unit_facts.many_below(ctx, facts.unit.path)
    if every > many:
        text += ngettext(", {many} in all", ", {many} in all", every).format(many=every)
    last = min(first + PAGE, many)
    return ["", text + (f" ({first + 1}–{last}):" if many > PAGE else ":")]


def _acts(ctx: Context, facts: Facts) -> list[tuple[str, str]]:
    """What this person may do about an open unit."""
    if facts.valid_to is not None:
        return []
    thing, number = Thing(facts.unit.path), facts.unit.id
    acts = []
    if "nhansu" in registry.entrances() and access.may(ctx, "people", thing):
        acts.append((_("People of this unit"), f"/nhansu {number}"))
    if access.may(ctx, "organise", thing):
        acts.append((_("Change this unit"), f"/suadonvi {number}"))
    return acts


def _elsewhere() -> tuple[tuple[str, str], ...]:
    return (_("Find another unit"), "/timdonvi"), (_("Home"), "/start")
