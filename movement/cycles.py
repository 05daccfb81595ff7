"""Which year and guideline hold for a unit: its own assignment, else the nearest ancestor's.

Which of several assigned to one unit is in force is decided in `in_force`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import String, bindparam, cast, insert, select

from locales import _
from movement import deadlines, guidelines, in_force, units
from movement.errors import DomainError
from storage.tables import cycle, cycle_event

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Mapping, Sequence

    from movement.context import Context
    from movement.entries import Entry
    from movement.guideline import Guideline
    from movement.guideline_rules import Does
    from movement.units import Unit
    from storage.session import Session

COLUMNS = (  # what `gathered` reads
    cycle.c.id.label("cycle_id"),
    cycle.c.unit_id,
    cycle.c.year,
    cycle.c.guideline_id,
    cycle_event.c.event,
    cycle_event.c.day,
)
_assigned = (
    select(*COLUMNS)
    .join(cycle_event, isouter=True)
    .where(
        cycle.c.year.between(bindparam("first"), bindparam("last")),
        # As a path rather than a list: a list of any length is a new statement each time, at 100 µs.
        bindparam("path", type_=String).like("%/" + cast(cycle.c.unit_id, String) + "/%"),
    )
    .order_by(cycle.c.id)
)
_these = select(*COLUMNS).join(cycle_event, isouter=True).where(cycle.c.id.in_(bindparam("ids", expanding=True)))


@dataclass(frozen=True, slots=True)
class Assigned:
    """A guideline assigned to a subtree for a year; `events` are the days entered so far, by their code."""

    id: int
    unit_id: int
    year: int
    guideline_id: str
    events: Mapping[str, dt.date]


@dataclass(frozen=True, slots=True)
class Cycle:
    """One year of the movement under one guideline, for the subtree of a unit."""

    id: int
    unit_id: int
    year: int
    guideline: Guideline
    events: Mapping[str, dt.date]


def begin(session: Session, unit_id: int, year: int, guideline_id: str) -> int:
    """Assign a guideline to a subtree for a year and give the cycle's id; raise KeyError for an unknown one."""
    guidelines.get(guideline_id)
    values = {"unit_id": unit_id, "year": year, "guideline_id": guideline_id}
    begun: int = session.scalar(insert(cycle).values(**values).returning(cycle.c.id))
    return begun


def get(ctx: Context, cycle_id: int) -> Cycle:
    """The cycle with this id, under what is in force for it now.

    An entry may have been begun under another guideline, which it keeps: `entry.guideline`.
    """
    assigned = several(ctx, [cycle_id])[cycle_id]
    return nearest([assigned], ctx.today) or _as_assigned(assigned)


def of_entry(ctx: Context, entry: Entry) -> Cycle:
    """The entry's cycle, under the guideline the entry was begun under."""
    assigned = several(ctx, [entry.cycle_id])[entry.cycle_id]
    return replace(_as_assigned(assigned), guideline=entry.guideline)


def several(ctx: Context, ids: Iterable[int]) -> dict[int, Assigned]:
    """These cycles by their ids; each is read once in a unit of work."""
    known: dict[int, Assigned] = ctx.memo.setdefault("cycles", {})
    if missing := sorted(set(ids) - known.keys()):
        known |= {each.id: each for each in gathered(ctx.session.rows(_these, {"ids": missing}))}
    return {each: known[each] for each in ids if each in known}


def forget(ctx: Context) -> None:
    """Read cycles anew: a day was entered."""
    for key in [key for key in ctx.memo if key.startswith("cycles")]:
        del ctx.memo[key]


def of_years(ctx: Context, unit: Unit, years: tuple[int, int]) -> dict[int, Cycle]:
    """The cycle in force for the unit in each year, from the first to the last, that has one."""
    return {year: held for (_unit, year), held in of_units(ctx, [unit], years).items()}


def of_units(ctx: Context, homes: Sequence[Unit], years: tuple[int, int]) -> dict[tuple[int, int], Cycle]:
    """The cycles in force by unit and year, with one statement; the nearest assignment that holds wins."""
    key = f"cycles:{','.join(str(each.id) for each in homes)}:{years}"
    if key not in ctx.memo:
        path = "".join(each.path for each in homes)
        rows = ctx.session.rows(_assigned, {"path": path, "first": years[0], "last": years[1]})
        assigned = gathered(rows)
        ctx.memo[key] = {
            (home.id, year): held
            for home in homes
            for year in range(years[0], years[1] + 1)
            if (held := _of_unit(home, year, assigned, ctx.today))
        }
    found: dict[tuple[int, int], Cycle] = ctx.memo[key]
    return found


def everywhere(ctx: Context, years: tuple[int, int]) -> list[Cycle]:
    """What holds in these years wherever something was assigned, with one statement."""
    query = select(*COLUMNS).join(cycle_event, isouter=True).where(cycle.c.year.between(*years))
    by_unit: dict[tuple[int, int], list[Assigned]] = {}
    for each in gathered(ctx.session.rows(query.order_by(cycle.c.id))):
        by_unit.setdefault((each.unit_id, each.year), []).append(each)
    return [held for each in by_unit.values() if (held := nearest(each, ctx.today))]


def gathered(rows: Iterable[Any]) -> list[Assigned]:
    """Cycles from rows of `COLUMNS`, one for each event of a cycle; without a cycle there may be one too."""
    found: dict[int, Assigned] = {}
    days: dict[int, dict[str, dt.date]] = {}
    for row in rows:
        if row.cycle_id is None:
            continue
        events = days.setdefault(row.cycle_id, {})
        found[row.cycle_id] = Assigned(row.cycle_id, row.unit_id, row.year, row.guideline_id, events)
        if row.event is not None:
            events[row.event] = row.day
    return list(found.values())


def nearest(assigned: Sequence[Assigned], today: dt.date) -> Cycle | None:
    """The cycle that holds on the day, of those assigned to one unit for one year; None where none does."""
    if not assigned:
        return None
    by_id = {each.id: each for each in assigned}
    chosen = in_force.choose(
        {each.id: each.guideline_id for each in assigned}, assigned[0].year, today, guidelines.every()
    )
    if chosen is None:
        return None
    held = by_id[chosen[0]]
    return Cycle(held.id, held.unit_id, held.year, chosen[1], held.events)


def _of_unit(home: Unit, year: int, assigned: Sequence[Assigned], today: dt.date) -> Cycle | None:
    """The nearest assignment that holds, from the unit itself upwards."""
    for ancestor in reversed(units.ancestors(home.path)):
        held = nearest([each for each in assigned if (each.unit_id, each.year) == (ancestor, year)], today)
        if held is not None:
            return held
    return None


def _as_assigned(held: Assigned) -> Cycle:
    return Cycle(held.id, held.unit_id, held.year, guidelines.get(held.guideline_id), held.events)


def to_register(ctx: Context, unit: Unit) -> Cycle:
    """The cycle that a registration of today is for.

    This year's until its results are due; after that next year's, once it has been opened.
    """
    found = of_years(ctx, unit, _near(ctx))
    this, following = found.get(ctx.today.year), found.get(ctx.today.year + 1)
    if this is not None and following is not None:
        report = last_day(this, "report", unit.kind)
        if report is not None and ctx.today > report:
            return following
    return _opened(this or following)


def last_day(held: Cycle, does: Does, kind: str = "subject") -> dt.date | None:
    """The last day of the cycle for doing this, for such a unit or else for whoever is bound to do it."""
    rules = held.guideline.deadlines
    fitting = [each for each in rules if each.does == does]
    for who in (kind, "subject"):
        fitting = [each for each in fitting if who in each.who] or fitting
    if not fitting:
        return None
    return deadlines.last_day(fitting[0], held.year, held.events, held.guideline.cycle)


def _near(ctx: Context) -> tuple[int, int]:
    return (ctx.today.year, ctx.today.year + 1)


def _opened(found: Cycle | None) -> Cycle:
    if found is None:
        text = _("The movement of this year has not been opened for your unit yet. Please ask the level above.")
        raise DomainError(text)
    return found
