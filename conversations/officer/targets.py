"""/chitieu: how far a unit, or every unit of a subtree, is with the targets of its guideline."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from conversations.engine.screen import Screen
from conversations.menu import menu
from conversations.officer.summary import own_root, year_in
from conversations.registry import command
from locales import N_, _, ngettext
from movement import targets, units
from movement.errors import DomainError
from movement.guideline_rules import Target
from movement.unit_kinds import kind_label
from movement.vietnamese_text import sort_key

if TYPE_CHECKING:
    from movement.context import Context
    from movement.targets import Standing
    from movement.units import Unit

MOST_RULES: Final = 8
MOST_UNITS: Final = 20


@dataclass(frozen=True, slots=True)
class _Rule:
    """One target with the standings of all units it binds. `number` is its place among those of the subtree."""

    number: int
    standings: tuple[Standing, ...]

    @property
    def short(self) -> list[Standing]:
        """The units that have not reached it, in the order of the alphabet."""
        return sorted((each for each in self.standings if each.missing), key=lambda each: sort_key(each.unit.name))


@command(command="chitieu", title=N_("Targets"), words=N_("targets;target;how many are missing"), listed=True)
def show(ctx: Context, arguments: str) -> Screen:
    """`/chitieu [unit [year [target]]]`: the targets of the subtree; with one, the units that are short of it."""
    words = arguments.split()[:3]
    if not all(word.isdecimal() for word in words) or (len(words) > 1 and not year_in(words, 1)):
        raise DomainError(_("Please open the targets from their list: /chitieu"))
    numbers = [int(word) for word in words]
    unit_id = numbers[0] if numbers else own_root(ctx)
    year = numbers[1] if len(numbers) > 1 else ctx.today.year
    rules = _by_rule(targets.of_subtree(ctx, unit_id, year))
    home = units.get(ctx, unit_id)
    assert home is not None  # noqa: S101 - for the type checker: `of_subtree` has refused
    if len(numbers) > 2:  # noqa: PLR2004 - the third names a target
        return _one(home, year, rules, numbers[2])
    return _all(home, year, rules)


def _by_rule(found: tuple[Standing, ...]) -> list[_Rule]:
    """Targets in the order of their guidelines, each with everyone it binds."""
    grouped: dict[tuple[str, str], list[Standing]] = {}
    for each in found:
        code = each.rule.id if isinstance(each.rule, Target) else f"expected {each.rule.kind}"
        grouped.setdefault((each.guideline.id, code), []).append(each)
    return [_Rule(number, tuple(standings)) for number, standings in enumerate(grouped.values(), 1)]


def _all(home: Unit, year: int, rules: list[_Rule]) -> Screen:
    """A line for each target; a number opens the list of those who are short of it."""
    title = _("Targets {year} · {unit}").format(year=year, unit=home.name)
    lines = [_overview(home, rule) for rule in rules[:MOST_RULES]]
    options = [
        (_("Who is short: target {number}").format(number=rule.number), f"/chitieu {home.id} {year} {rule.number}")
        for rule in rules[:MOST_RULES]
        if any(each.unit.id != home.id for each in rule.short)
    ]
    text = "\n".join(lines) or _("The guideline of this year sets no targets for these units.")
    return Screen(text, title=title, options=menu(*options, *_elsewhere(home, year)))


def _elsewhere(home: Unit, year: int) -> list[tuple[str, str]]:
    before = year - 1
    return [
        (_("Year {year}").format(year=before), f"/chitieu {home.id} {before}"),
        (_("Summary per unit"), f"/tonghop {home.id} {year}"),
    ]


def _overview(home: Unit, rule: _Rule) -> str:
    """The words of the guideline, and how far everybody is."""
    first = rule.standings[0]
    head = f"{_mark(rule)} {rule.number}. {_text(first)}"
    if len(rule.standings) == 1 and first.unit.id == home.id:
        to_mark = isinstance(first.rule, Target) and first.rule.known_by == "attested" and first.missing
        return f"{head}\n   {_figures(first)}" + (": /danhdau" if to_mark else "")
    reached = len(rule.standings) - len(rule.short)
    line = _("{reached}/{many} units have reached it").format(reached=reached, many=len(rule.standings))
    if isinstance(first.rule, Target) and first.rule.percent is not None:
        line = _("{percent} % so far; {units}").format(percent=_percent(rule), units=line)
    if not isinstance(first.rule, Target):
        line = _figures(first)
    return f"{head}\n   {line}"


def _one(home: Unit, year: int, rules: list[_Rule], number: int) -> Screen:
    """The units that are short of one target, each with what is wanting; a number opens the unit's own targets."""
    rule = next((each for each in rules if each.number == number), None)
    if rule is None:
        raise DomainError(_("Please open the targets from their list: /chitieu"))
    short = rule.short
    lines = [_text(rule.standings[0]), ""]
    lines += [f"• {each.unit.name}: {_figures(each)}" for each in short[:MOST_UNITS]]
    if len(short) > MOST_UNITS:
        lines.append(_("… and {more} more.").format(more=len(short) - MOST_UNITS))
    if not short:
        lines.append(_("Every unit has reached it."))
    options = [(each.unit.short_name or each.unit.name, f"/chitieu {each.unit.id} {year}") for each in short]
    back = (_("Back to the targets"), f"/chitieu {home.id} {year}")
    title = _("Short of target {number}, {year}: {many} units").format(number=number, year=year, many=len(short))
    return Screen("\n".join(lines), title=title, options=menu(*options[:MOST_UNITS], back))


def _mark(rule: _Rule) -> str:
    return "•" if rule.short else "✓"


def _text(standing: Standing) -> str:
    """What the guideline says; its own words where it has some."""
    rule = standing.rule
    if not isinstance(rule, Target):
        return _("{many} × {kind} are expected to register").format(many=rule.count, kind=kind_label(rule.kind))
    words = rule.text[0].upper() + rule.text[1:]
    return words if rule.hard else _("{words} (to be striven for)").format(words=words)


def _figures(standing: Standing) -> str:
    """Reached of needed, in the terms of the target."""
    rule, reached, need = standing.rule, standing.reached, standing.need
    if not isinstance(rule, Target):
        return _("{reached}/{need} have registered").format(reached=reached, need=need)
    match rule.known_by:
        case "attested":
            return _("done") if reached else _("not marked as done yet")
        case "mandated":
            return _("{reached} of {need} imposed initiatives registered").format(reached=reached, need=need)
        case "appraised":
            return _("{reached} of {need} initiatives appraised").format(reached=reached, need=need)
        case None:
            return _initiatives(standing)


def _initiatives(standing: Standing) -> str:
    counts = standing.rule.counts if isinstance(standing.rule, Target) else ()
    text = ngettext("{many} initiative", "{many} initiatives", standing.reached).format(many=standing.reached)
    if counts == ("new",):
        text = ngettext("{many} new initiative", "{many} new initiatives", standing.reached)
        text = text.format(many=standing.reached)
    if standing.missing:
        return _("{has}, {missing} still missing").format(has=text, missing=standing.missing)
    return _("{has}, reached").format(has=text)


def _percent(rule: _Rule) -> int:
    """The share reached, rounded down: 100 only when nothing is missing. Units are counted, or initiatives."""
    first = rule.standings[0].rule
    if isinstance(first, Target) and first.known_by == "appraised":
        need = sum(each.need for each in rule.standings)
        return sum(min(each.reached, each.need) for each in rule.standings) * 100 // need
    return (len(rule.standings) - len(rule.short)) * 100 // len(rule.standings)
