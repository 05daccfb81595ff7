"""Opening a year of the movement for a unit and all below it, in the chat and on the command line."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import func, insert, or_, select

from locales import _
from movement import access, cycles, deadlines, guidelines, in_force, units
from movement import audit as audit_log
from movement.access import Thing
from movement.errors import DomainError
from movement.unit_kinds import kind_label
from movement.units import COLUMNS, Unit
from movement.vietnamese_dates import show_day
from storage.tables import audit, cycle, entry
from storage.unit_tables import unit

if TYPE_CHECKING:
    from collections.abc import Mapping

    from movement.context import Context
    from movement.guideline import Guideline
    from storage.session import Session

YEARS: Final = range(1990, 2200)
MOST_NAMED: Final = 10


@dataclass(frozen=True, slots=True)
class Planned:
    """A year that could be opened; `bound` counts the units that the guideline speaks of, by kind."""

    unit: Unit
    year: int
    guideline: Guideline
    bound: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Opened:
    """A year that was opened; `bound` counts the units below that the guideline speaks of."""

    cycle_id: int
    unit: Unit
    year: int
    guideline: Guideline
    bound: int


@dataclass(frozen=True, slots=True)
class Listed:
    """A cycle as the list shows it; `is_replaced` by a newer guideline of the same unit and year."""

    cycle_id: int
    unit_id: int
    unit_name: str
    year: int
    guideline_id: str
    entries: int
    is_replaced: bool


def open_cycle(session: Session, unit_id: int, year: int, guideline_id: str, now: dt.datetime) -> Opened:
    """Assign a guideline to a subtree for a year; raise DomainError with what is against it and what to do."""
    planned = plan(session, unit_id, year, guideline_id)
    cycle_id = cycles.begin(session, planned.unit.id, year, planned.guideline.id)
    session.execute(
        insert(audit).values(
            at=now,
            channel="command",
            act="open",
            subject=f"cycle:{cycle_id}",
            details=_details(planned),
        ),
    )
    return Opened(cycle_id, planned.unit, year, planned.guideline, sum(planned.bound.values()))


def open_for(ctx: Context, unit_id: int, year: int, guideline_id: str) -> int:
    """The same in a chat, where the person may; give the cycle's id."""
    home = units.get(ctx, unit_id)
    access.demand(ctx, "open", Thing(home.path) if home else None)
    planned = plan(ctx.session, unit_id, year, guideline_id)
    cycle_id = cycles.begin(ctx.session, planned.unit.id, year, planned.guideline.id)
    cycles.forget(ctx)
    audit_log.write(ctx, "open", f"cycle:{cycle_id}", _details(planned))
    return cycle_id


def plan(session: Session, unit_id: int, year: int, guideline_id: str) -> Planned:
    """Whom it would bind; raise DomainError with what is against it. The caller saw to the rights."""
    home = unit_of(session, unit_id)
    guideline = _guideline(guideline_id)
    _demand_in_force(guideline, year)
    _demand_newest(session, home, guideline, year)
    bound = _bound(session, home, guideline, year)
    if not bound:
        text = _("“{title}” is for: {kinds}. There is none of these at or below {unit}.")
        kinds = ", ".join(kind_label(kind) for kind in guideline.audience.binds)
        raise DomainError(text.format(title=guideline.title, kinds=kinds, unit=home.name))
    return Planned(home, year, guideline, bound)


def possible(session: Session, unit_id: int, year: int) -> list[Guideline]:
    """The guidelines that could be opened for this unit and year, the newest first."""
    found = []
    for each in guidelines.every().values():
        try:
            found.append(plan(session, unit_id, year, each.id).guideline)
        except DomainError:
            continue
    return sorted(found, key=lambda each: each.valid.from_, reverse=True)


def _details(planned: Planned) -> dict[str, Any]:
    return {"unit": planned.unit.id, "year": planned.year, "guideline": planned.guideline.id}


def listed(session: Session, today: dt.date) -> list[Listed]:
    """Every cycle, the newest year first."""
    counted = select(entry.c.cycle_id, func.count().label("many")).group_by(entry.c.cycle_id).subquery()
    rows = session.rows(
        select(cycle, unit.c.name, unit.c.path, func.coalesce(counted.c.many, 0).label("many"))
        .join(unit, unit.c.id == cycle.c.unit_id)
        .join(counted, counted.c.cycle_id == cycle.c.id, isouter=True)
        .order_by(cycle.c.year.desc(), unit.c.path, cycle.c.id)
    )
    assigned: dict[tuple[int, int], dict[int, str]] = {}
    for row in rows:
        assigned.setdefault((row.unit_id, row.year), {})[row.id] = row.guideline_id
    found = []
    for row in rows:
        chosen = in_force.choose(assigned[row.unit_id, row.year], row.year, today, guidelines.every())
        is_replaced = chosen is not None and chosen[1].id != row.guideline_id
        found.append(
            Listed(row.id, row.unit_id, row.name, row.year, row.guideline_id, row.many, is_replaced),
        )
    return found


def roots(session: Session) -> list[Unit]:
    """The units at the top, which a year is usually opened for."""
    query = select(*COLUMNS).where(unit.c.parent_id.is_(None)).order_by(unit.c.id)
    return [Unit(*row) for row in session.rows(query)]


def unit_of(session: Session, unit_id: int) -> Unit:
    """The unit of this number; raise DomainError, naming those at the top, where there is none."""
    row = session.first(select(*COLUMNS).where(unit.c.id == unit_id))
    if row is not None:
        return Unit(*row)
    top = [f"{each.id} ({each.name})" for each in roots(session)[:MOST_NAMED]]
    if not top:
        raise DomainError(_("There are no units yet. Please add the units first."))
    text = _("There is no unit {number}. The units at the top are: {units}.")
    raise DomainError(text.format(number=unit_id, units=", ".join(top)))


def _guideline(guideline_id: str) -> Guideline:
    found = guidelines.every().get(guideline_id)
    if found is None:
        text = _("There is no guideline “{code}”. There are: {codes}.")
        raise DomainError(text.format(code=guideline_id, codes=", ".join(guidelines.every())))
    return found


def _demand_in_force(guideline: Guideline, year: int) -> None:
    if year not in YEARS:
        raise DomainError(_("{year} cannot be a year of the movement.").format(year=year))
    if not in_force.touches(guideline, year):
        first, last = guideline.valid.from_, guideline.valid.to
        text = _("“{title}” is not in force in {year}: it holds from {first} to {last}.")
        until = show_day(last) if last else _("no end")
        raise DomainError(
            text.format(title=guideline.title, year=year, first=show_day(first), last=until),
        )


def _demand_newest(session: Session, home: Unit, guideline: Guideline, year: int) -> None:
    """Refuse what is there already, and what would not hold because something newer does."""
    rows = session.rows(select(cycle).where(cycle.c.unit_id == home.id, cycle.c.year == year))
    assigned = {row.id: row.guideline_id for row in rows}
    if guideline.id in assigned.values():
        text = _("{year} is open already for {unit} under “{code}”.")
        raise DomainError(text.format(year=year, unit=home.name, code=guideline.id))
    last = deadlines.span(guideline, year)[1]
    chosen = in_force.choose({**assigned, 0: guideline.id}, year, last, guidelines.every())
    if chosen is not None and chosen[1].id != guideline.id:
        text = _("In {year} a newer guideline holds in its place: “{title}”. Please open {code}.")
        raise DomainError(text.format(year=year, title=chosen[1].title, code=chosen[1].id))


def _bound(session: Session, home: Unit, guideline: Guideline, year: int) -> dict[str, int]:
    """How many units of the subtree the guideline speaks of, by kind, without those closed before the year."""
    is_open = or_(unit.c.valid_to.is_(None), unit.c.valid_to >= dt.date(year, 1, 1))
    in_subtree = unit.c.path.startswith(home.path, autoescape=True)
    query = select(unit.c.kind, func.count()).where(in_subtree, is_open, unit.c.kind.in_(guideline.audience.binds))
    return {row[0]: row[1] for row in session.rows(query.group_by(unit.c.kind).order_by(unit.c.kind))}
