"""What is due for a person and their units: when, how long is left, and to whom; what is done already.

When a rule falls due is `deadlines`' business. What nothing in the database shows, such as a list sent on paper,
is done when an officer says so (`deeds`).
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Literal

from movement import access, cycles, deadlines, deeds, guidelines, people, tallies, targets, units
from movement.access import Thing
from movement.tallies import NOTHING, Tally
from movement.unit_kinds import kind_label

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from movement.context import Context
    from movement.cycles import Cycle
    from movement.deadlines import Due
    from movement.guideline import Guideline
    from movement.guideline_forms import Form
    from movement.guideline_rules import Channel, Deadline
    from movement.units import Unit

_SENDS: Final = ("register", "submit_list", "report", "propose")  # what goes to somebody


@dataclass(frozen=True, slots=True)
class Owed:
    """One thing that is due. `days_left` is None while its event has no day, and negative when it is late.

    `to`, `through` and `then_to` are names as people know them, empty where nothing is sent.
    """

    due: Due
    guideline: Guideline
    year: int
    days_left: int | None
    by: Literal["unit", "person"] = "person"  # whose duty it is
    unit: Unit | None = None
    held: Cycle | None = None
    to: str = ""
    through: str = ""
    then_to: str = ""
    done: bool = False
    attested: bool = False  # an officer said that it is done
    mine: bool = False  # the person can see to it: it is their own, or they are an officer of the unit

    @property
    def working_day(self) -> dt.date | None:
        """The last Monday to Friday that is not after the last day, which itself stands."""
        return deadlines.last_working_day(self.due.last_day) if self.due.last_day else None

    @property
    def form(self) -> Form | None:
        """The form it is sent on."""
        return next((each for each in self.guideline.forms if each.id == self.due.deadline.form), None)

    @property
    def channels(self) -> tuple[Channel, ...]:
        """The ways the guideline names to send papers to the level above."""
        return self.guideline.channels if self.due.deadline.to else ()


@dataclass(frozen=True, slots=True)
class Known:
    """What one unit has in one year: its own, with all below it, the person's; and what was attested."""

    own: Tally
    below: Tally
    mine: Tally
    attested: frozenset[str]


def owed(ctx: Context, today: dt.date) -> list[Owed]:
    """What the person still has to see to: late things first, then the nearest, what has no day yet last."""
    return [each for each in of_person(ctx, today) if each.mine and not each.done]


def of_person(ctx: Context, today: dt.date) -> list[Owed]:
    """All that is due for the person's units, done or not, in the same order; with six statements at most.

    What is over is left out, unless it is of this year and the person has still to do it.
    """
    years = (today.year - 1, today.year + 1)
    homes = units.several(ctx, people.units_of(ctx)) if people.units_of(ctx) else []
    held = cycles.of_units(ctx, homes, years) if homes else {}
    if not held:
        return _ordered(_by_default(today))
    units.several(ctx, sorted({above for home in homes for above in units.ancestors(home.path)}))
    known = _read(ctx, homes, held, years)
    found = [
        each
        for home in homes
        for year in range(years[0], years[1] + 1)
        if (home.id, year) in held
        for each in _of_unit(ctx, home, held[home.id, year], known[home.id, year], today)
    ]
    return _ordered(each for each in found if _matters(each, today))


def _by_default(today: dt.date) -> Iterator[Owed]:
    """What whoever carries an initiative out owes, for people without a unit in the movement."""
    guideline = guidelines.default()
    for year in (today.year, today.year + 1):
        for due in deadlines.of_year(guideline, year):
            if "subject" in due.deadline.who and due.last_day is not None and due.last_day >= today:
                yield Owed(due, guideline, year, deadlines.days_left(due.last_day, today))


def _read(
    ctx: Context, homes: Sequence[Unit], held: Mapping[tuple[int, int], Cycle], years: tuple[int, int]
) -> dict[tuple[int, int], Known]:
    counted, done = tallies.of_homes(ctx, homes, years), deeds.of_units(ctx, homes)
    known = {}
    for home in homes:
        inside = [each for each in counted if each.path.startswith(home.path)]
        for year in range(years[0], years[1] + 1):
            of_year = [each for each in inside if each.year == year]
            cycle = held.get((home.id, year))
            known[home.id, year] = Known(
                own=_sum(each.tally for each in of_year if each.path == home.path),
                below=_sum(each.tally for each in of_year),
                mine=_sum(each.tally for each in of_year if each.is_mine),
                attested=frozenset(deed for at, of, deed in done if cycle and (at, of) == (cycle.id, home.id)),
            )
    return known


def _of_unit(ctx: Context, home: Unit, held: Cycle, known: Known, today: dt.date) -> Iterator[Owed]:
    """What the cycle asks of the unit, and of the person in it."""
    speaks, registers = (access.may(ctx, act, Thing(home.path)) for act in ("attest", "register"))
    for due in deadlines.of_year(held.guideline, held.year, events=held.events):
        who = due.deadline.who
        if home.kind not in who and "subject" not in who:
            continue
        of_unit = home.kind in who and (speaks or "subject" not in who)
        left = deadlines.days_left(due.last_day, today) if due.last_day else None
        each = Owed(due, held.guideline, held.year, left, "unit" if of_unit else "person", home, held)
        done = unit_has(due.deadline, home, held, known) if of_unit else _person_has(due.deadline, known.mine)
        attested = of_unit and due.deadline.id in known.attested
        each = replace(each, done=done or attested, attested=attested)
        mine = speaks if of_unit else registers and _owes(due, known.mine, today)
        yield _addressed(ctx, replace(each, mine=mine), home)


def _owes(due: Due, mine: Tally, today: dt.date) -> bool:
    """Whether a person owes it: nobody is late for an initiative they never had."""
    return bool(mine.announced) or due.last_day is None or due.last_day >= today


def _person_has(deadline: Deadline, mine: Tally) -> bool:
    match deadline.does:
        case "register":
            return mine.announced > 0
        case "report":
            return 0 < mine.carried_out <= mine.reported
        case _:
            return False


def unit_has(deadline: Deadline, home: Unit, held: Cycle, known: Known) -> bool:
    """Whether the unit has done it, as far as the database shows; what was attested is looked at elsewhere."""
    has = known.below
    match deadline.does:
        case "register":
            return _has_registered(deadline, home, held, known)
        case "report":
            return "subject" in deadline.who and 0 < has.carried_out <= has.reported
        case "appraise":
            return 0 < has.carried_out <= has.appraised
        case "recognise":
            return 0 < has.carried_out <= has.decided
        case _:
            return False


def _has_registered(deadline: Deadline, home: Unit, held: Cycle, known: Known) -> bool:
    """Whether as many are registered as the deadline's target asks for, or else every target of the unit's own.

    Without any target one is enough.
    """
    binding = [each for each in targets.binding(held, home.kind) if each.min is not None]
    asked = [each for each in binding if each.id == deadline.target]
    if not asked:
        asked = [each for each in binding if each.scope != "province"]
    if not asked:
        return known.below.announced > 0
    return all(targets.initiatives(each, known.own, known.below) >= (each.min or 0) for each in asked)


def _addressed(ctx: Context, each: Owed, home: Unit) -> Owed:
    """With whom it goes to: the unit above of the kind that is named, or the unit directly above."""
    deadline = each.due.deadline
    if deadline.does not in _SENDS:
        return each
    above = [units.get(ctx, unit_id) for unit_id in reversed(units.ancestors(home.path)[:-1])]
    if deadline.to is None:
        to = above[0].name if above and above[0] else ""
    else:
        to = next((one.name for one in above if one and one.kind == deadline.to), kind_label(deadline.to))
    through = kind_label(deadline.through) if deadline.through else ""
    then_to = kind_label(deadline.then_to) if deadline.then_to else ""
    return replace(each, to=to, through=through, then_to=then_to)


def _matters(each: Owed, today: dt.date) -> bool:
    """Whether it is still to come; or of this year, and late and to be done, or without a day so far."""
    last = each.due.last_day
    if last is not None and last >= today:
        return True
    return each.year == today.year and (last is None or (each.mine and not each.done))


def _ordered(found: Iterable[Owed]) -> list[Owed]:
    return sorted(found, key=lambda each: (each.due.last_day or dt.date.max, each.by))


def _sum(found: Iterable[Tally]) -> Tally:
    return sum(found, NOTHING)
