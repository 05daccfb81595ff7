"""Who owes what before which last day: units' duties to those in charge, entries to their authors, drafts.

What counts as done is decided where deadlines, targets and entries are (`due`, `course`); a report, an appraisal
or a decision is owed only where there is something to report, appraise or decide on. Whoever does not want to be
written to is left out.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Final, Literal

from movement import cycles, deadlines, due, guidelines
from movement.deadlines import NO_EVENTS
from movement.guideline_rules import Does
from movement.reminders import days, open_work, places
from movement.reminders.aims import Under
from movement.reminders.open_work import OwnAct
from movement.reminders.places import events_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from typing import Any

    from movement.context import Context
    from movement.deadlines import Due
    from movement.guideline_rules import Deadline
    from movement.reminders.aims import Aim
    from movement.reminders.open_work import Draft, Leaders, Work
    from movement.reminders.places import Place, Places

Act = Does | Literal["draft"] | OwnAct  # of a unit, as deadlines name them; then of a person's own work
Key = tuple[int, str, str, str, dt.date]

_NEEDS_SOME: Final = ("report", "appraise", "recognise")  # nothing is owed where nothing is carried out


@dataclass(frozen=True, slots=True)
class Duty:
    """One thing that one person owes. `what` is the guideline's words for it, or the name of the entry."""

    person_id: int
    unit_id: int
    unit_name: str
    subject: str  # "unit:5", "entry:12", "draft:5"
    act: Act
    deadline: Deadline
    year: int
    last_day: dt.date
    what: str
    number: str = ""  # of the entry
    lacks_evidence: bool = False
    role: str = ""  # by which a unit's duty is theirs

    @property
    def about(self) -> tuple[str, int]:
        """The subject in its parts, by which duties are put in order: the 2nd entry before the 10th."""
        what, _colon, number = self.subject.partition(":")
        return what, int(number)

    @property
    def key(self) -> Key:
        """What tells it from all others; the same duty with another last day is another one."""
        return (self.person_id, self.subject, self.act, self.deadline.id, self.last_day)


@dataclass(frozen=True, slots=True)
class Window:
    """Which last days are looked at: those of which somebody is reminded on one of these days."""

    today: dt.date
    until: dt.date | None  # None: every last day that is not over

    def holds(self, deadline: Deadline, last_day: dt.date | None) -> bool:
        """Whether this last day is to be looked at."""
        if last_day is None or last_day < self.today or not deadline.remind_days:
            return False
        return self.until is None or min(reminded_on(last_day, deadline.remind_days)) <= self.until


@cache
def reminded_on(last_day: dt.date, remind_days: tuple[int, ...]) -> Mapping[dt.date, int]:
    """The days on which one is reminded of it, with how many days before; see `days`."""
    return days.of(last_day, remind_days)


def everybody(ctx: Context, until: dt.date) -> list[Duty]:
    """All that is owed, of which somebody is reminded by that day: two statements where nothing is near.

    Otherwise four, and two for each year with something near: last year's, this one's, the next.
    """
    window = Window(ctx.today, until)
    years = _years_near(ctx, window)
    if not years:
        return []
    found: Places = {}
    for year in years:
        found |= places.everywhere(ctx, year)
    leaders = open_work.leaders(ctx)
    return [
        *of_units(found.values(), leaders, window),
        *of_entries(open_work.entries(ctx, years), found, window),
        *of_drafts(open_work.drafts(ctx), found, window),
    ]


def still(ctx: Context, rows: Sequence[Any]) -> dict[Key, Duty]:
    """What of these is still owed, by the same people; seven statements for any number of them.

    Rows have `person_id`, `unit_id`, `year` and `subject` as `Duty` has them.
    """
    window = Window(ctx.today, None)
    people = {row.person_id for row in rows}
    found = places.some(ctx, {(row.unit_id, row.year) for row in rows})
    numbers: dict[str, set[int]] = {"unit": set(), "entry": set(), "draft": set()}
    for row in rows:
        what, _colon, number = row.subject.partition(":")
        numbers[what].add(int(number))
    owed: list[Duty] = []
    if numbers["unit"]:
        asked = [place for place in found.values() if place.unit.id in numbers["unit"]]
        owed += of_units(asked, open_work.leaders(ctx, people), window)
    if numbers["entry"]:
        owed += of_entries(open_work.entries(ctx, ids=numbers["entry"]), found, window)
    if numbers["draft"]:
        owed += of_drafts(open_work.drafts(ctx, people), found, window)
    return {each.key: each for each in owed}


def of_units(found: Iterable[Place], leaders: Leaders, window: Window) -> Iterator[Duty]:
    """What units have not done, for each person in charge of it."""
    near: dict[int, list[Due]] = {}  # worked out once for thousands of units
    for place in found:
        held = place.held
        if held.id not in near:
            of_year = deadlines.of_year(held.guideline, held.year, events=held.events)
            near[held.id] = [each for each in of_year if window.holds(each.deadline, each.last_day)]
        for each in near[held.id]:
            if place.unit.kind in each.deadline.who and not _has_done(each.deadline, place):
                yield from _to_leaders(place, each, leaders)


def of_entries(rows: Iterable[Work], found: Places, window: Window) -> Iterator[Duty]:
    """What authors still have to do for their entries."""
    goals: dict[Any, Aim | None] = {}  # worked out once for thousands of entries
    for row in rows:
        if row.act is None:
            continue
        place = found.get((row.unit_id, row.year))
        stage = (row.act == "mend", row.is_reported)
        key = (row.guideline_id, row.unit_kind, row.year, place and place.held.id, *stage)
        if key not in goals:
            goals[key] = _goal(row, Under(row.guideline, row.year, row.unit_kind, events_of(place)), window.today)
        goal = goals[key]
        if goal is not None and window.holds(*goal):
            who = (row.author_id, row.unit_id, row.unit_name, f"entry:{row.id}")
            yield Duty(*who, row.act, goal[0], row.year, goal[1], row.name, row.number, not row.has_evidence)


def _goal(row: Work, under: Under, today: dt.date) -> Aim | None:
    """By when the author does what is left; what was returned belongs to the registration, while that lasts."""
    if row.is_reported:
        return under.judging(today)
    registering = under.registering() if row.act == "mend" else None
    return registering if registering and registering[1] >= today else under.reporting(today)


def of_drafts(rows: Iterable[Draft], found: Places, window: Window) -> Iterator[Duty]:
    """Registrations that were begun and not sent."""
    for row in rows:
        for year in (window.today.year, window.today.year + 1):
            place = found.get((row.unit_id, year))
            if place is None:
                continue
            goal = Under(place.held.guideline, year, place.unit.kind, place.held.events).registering()
            if goal is not None and window.holds(*goal):
                who = (row.person_id, row.unit_id, place.unit.name, f"draft:{row.unit_id}")
                yield Duty(*who, "draft", goal[0], year, goal[1], row.name)


def _to_leaders(place: Place, each: Due, leaders: Leaders) -> Iterator[Duty]:
    assert each.last_day is not None  # noqa: S101 - the window holds only what has one
    deadline, unit = each.deadline, place.unit
    for person_id, role in leaders.of(unit.id, deadline.does).items():
        who = (person_id, unit.id, unit.name, f"unit:{unit.id}")
        yield Duty(*who, deadline.does, deadline, place.held.year, each.last_day, deadline.what, role=role)


def _has_done(deadline: Deadline, place: Place) -> bool:
    """Whether the unit has done it, an officer said so, or there is nothing to do it to."""
    if deadline.does in _NEEDS_SOME and not place.known.below.carried_out:
        return deadline.does != "report" or "subject" in deadline.who
    return deadline.id in place.known.attested or due.unit_has(deadline, place.unit, place.held, place.known)


def _years_near(ctx: Context, window: Window) -> list[int]:
    """The years with a last day in the window: under what holds, or under what an open entry keeps."""
    years = (ctx.today.year - 1, ctx.today.year + 1)
    in_force = [(held.year, held.guideline, held.events) for held in cycles.everywhere(ctx, years)]
    kept = [(year, guidelines.get(each), NO_EVENTS) for year, each in open_work.kept_guidelines(ctx, years)]
    return sorted(
        {
            year
            for year, guideline, events in (*in_force, *kept)
            for each in deadlines.of_year(guideline, year, events=events)
            if window.holds(each.deadline, each.last_day)
        }
    )
