"""Apply a new or changed guideline to a past cycle and see what would become of it; nothing is written.

How it reads is `dry_run_page`'s business. Registration and report are judged by the day they came, scores by the
appraisal where there is one, targets for the units of the cycle.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Literal

from sqlalchemy import select

from locales import _
from movement import criteria, cycles, deadlines, entries, in_force, scores, targets, units
from movement.context import Context, Person
from movement.errors import DomainError
from storage.tables import cycle
from storage.unit_tables import unit

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Iterator

    from movement.criteria import Verdict
    from movement.cycles import Cycle
    from movement.entries import Entry
    from movement.guideline import Guideline
    from movement.scores import Answers
    from movement.targets import Facts, Standing
    from movement.units import Unit
    from storage.session import Session

YEARS: Final = range(1990, 2200)  # a number of these is a year, any other a cycle's id
NOBODY: Final = Person(0, "", "vi", "")  # the command line acts for no person


@dataclass(frozen=True, slots=True)
class Late:
    """What came after its last day."""

    does: Literal["register", "report"]
    came: dt.date
    last_day: dt.date


@dataclass(frozen=True, slots=True)
class Judged:
    """One entry under one guideline; the verdict is None where it was not scored by any of its criteria."""

    verdict: Verdict | None
    late: tuple[Late, ...]


@dataclass(frozen=True, slots=True)
class Tried:
    """One entry under its own guideline and under the tried one; `unfit` is why that one does not know it."""

    entry: Entry
    before: Judged
    after: Judged
    unfit: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DryRun:
    """What would become of a cycle, by entries and by the standings of its units."""

    guideline: Guideline
    held: Cycle
    unit: Unit
    entries: tuple[Tried, ...]
    before: tuple[Standing, ...]
    after: tuple[Standing, ...]


def run(session: Session, guideline: Guideline, on: str, now: dt.datetime, zone: dt.tzinfo) -> DryRun:
    """Try it on the cycle with this id, or on that of this year for the unit at the top; raise DomainError."""
    ctx = Context(session, NOBODY, now, now.astimezone(zone).date(), "command", zone)
    held, home = _cycle(ctx, on)
    tried = replace(held, guideline=_as_of(guideline, held.year))
    facts = targets.read(ctx, home, held.year)
    found = [each for each in entries.of_cycle(session, home.id, held.year) if each.state != "withdrawn"]
    sheets = scores.both(ctx, [each.id for each in found]) if found else {}
    judged = []
    for each in found:
        of_entry = sheets.get(each.id, {})
        sheet = of_entry.get("appraisal") or of_entry.get("self")
        answers = sheet.answers if sheet else None
        own = replace(held, guideline=each.guideline)
        before, after = _judge(own, each, answers, zone), _judge(tried, each, answers, zone)
        judged.append(Tried(each, before, after, tuple(_unfit(tried.guideline, each, facts))))
    return DryRun(
        guideline,
        held,
        home,
        tuple(judged),
        tuple(_standings(facts, held)),
        tuple(_standings(facts, tried)),
    )


def _cycle(ctx: Context, on: str) -> tuple[Cycle, Unit]:
    query = select(cycle.c.id, cycle.c.unit_id, cycle.c.year, unit.c.name).join(unit, unit.c.id == cycle.c.unit_id)
    rows = ctx.session.rows(query.order_by(cycle.c.year.desc(), unit.c.path, cycle.c.id))
    number = int(on) if on.isdecimal() else 0
    fitting = [row for row in rows if number == (row.year if number in YEARS else row.id)]
    if number in YEARS:
        at_the_top = select(unit.c.id).where(unit.c.parent_id.is_(None))
        top = {row.id for row in ctx.session.rows(at_the_top)}
        fitting = [row for row in fitting if row.unit_id in top] or fitting
    if len({row.unit_id for row in fitting}) != 1:
        known = "\n".join(f"- {row.id}: {row.year}, {row.name}" for row in fitting or rows)
        raise DomainError(_("Please name one of these cycles by its number:") + "\n" + known)
    home = units.get(ctx, fitting[0].unit_id)
    assert home is not None  # noqa: S101 - a foreign key
    assigned = cycles.several(ctx, [row.id for row in fitting]).values()
    return cycles.nearest(list(assigned), ctx.today) or cycles.get(ctx, fitting[-1].id), home


def _as_of(guideline: Guideline, year: int) -> Guideline:
    """The guideline as if it held in that year: rules that name a year of their own are taken for this one."""
    if in_force.touches(guideline, year):
        return guideline
    dated = (each.model_copy(update={"year": year if each.year else None}) for each in guideline.deadlines)
    asked = (each.model_copy(update={"year": None, "until": None}) for each in guideline.targets)
    return guideline.model_copy(update={"deadlines": tuple(dated), "targets": tuple(asked)})


def _judge(held: Cycle, entry: Entry, answers: Answers | None, zone: dt.tzinfo) -> Judged:
    """What the guideline of `held` says of the entry."""
    late = (
        *(_late(held, entry, "register", entry.submitted_at, zone) if entry.origin == "registered" else ()),
        *(_late(held, entry, "report", entry.reported_at, zone) if entry.reported_at else ()),
    )
    if answers is None:
        return Judged(None, late)
    sheet = criteria.sheet(held.guideline, entry.subject_kind, entry.unit_kind)
    if sheet.localises:
        sheet = criteria.sheet(held.guideline, entry.subject_kind, entry.unit_kind, answers.own)
    ticks = {key: met for key, met in answers.ticks.items() if sheet.localises or key not in answers.own}
    if not {item.key for item in sheet.items} & {*answers.points, *ticks}:
        return Judged(None, late)
    return Judged(criteria.verdict(sheet, answers.points, ticks), late)


def _late(
    held: Cycle, entry: Entry, does: Literal["register", "report"], at: dt.datetime, zone: dt.tzinfo
) -> Iterator[Late]:
    came, last = at.astimezone(zone).date(), cycles.last_day(held, does, entry.unit_kind)
    if last is not None and deadlines.is_late(last, came):
        yield Late(does, came, last)


def _unfit(guideline: Guideline, entry: Entry, facts: Facts) -> Iterator[str]:
    """What of the entry the guideline does not know."""
    if not guideline.areas.open and entry.area not in {each.code for each in guideline.areas.items}:
        areas = {each.code: each.label for each in entry.guideline.areas.items}
        yield _("it has no area “{area}”").format(area=areas.get(entry.area, entry.area))
    if entry.subject_kind not in guideline.subjects:
        terms = entry.guideline.terms
        subject = terms.collective if entry.subject_kind == "collective" else terms.individual
        yield _("it is not for “{subject}”").format(subject=subject)
    if entry.origin == "unplanned" and not guideline.principles.unplanned_exempt:
        yield _("it takes only what was registered")
    inside = set(units.ancestors(entry.unit_path))
    kinds = {node.unit.kind for node in facts.nodes if node.unit.id in inside}
    if not kinds & set(guideline.audience.binds):
        yield _("it is not for units of this kind")


def _standings(facts: Facts, held: Cycle) -> Iterable[Standing]:
    """The standings of the units of the cycle, as if it had this guideline."""
    nodes = [replace(node, cycle=held) for node in facts.nodes if node.cycle and node.cycle.id == held.id]
    return targets.measure(replace(facts, nodes=nodes))
