"""Entries: an initiative's part in one cycle. Registering, finding, reporting results."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, insert, select, update

from movement import access, audit, codes, cycles, deadlines, guidelines, transitions, units
from movement.access import Thing
from movement.entry_words import indexed
from movement.matching import fold
from storage.tables import cycle, entry, initiative
from storage.unit_tables import unit

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from sqlalchemy import Select

    from movement.context import Context
    from movement.cycles import Cycle
    from movement.guideline import Guideline
    from movement.guideline_parts import SubjectKind
    from movement.units import Unit
    from storage.session import Session

MOST_WAITING = 200  # in one list of those who judge
ALIKE = 0.86  # difflib's ratio of folded names above which two are taken for the same


@dataclass(frozen=True, slots=True)
class EntryDraft:
    """What a registration gathers; the columns of the official roll-up (Phụ lục 1)."""

    cycle_id: int
    unit_id: int
    subject_kind: SubjectKind
    area: str
    name: str
    place: str
    lead: str
    scale: str
    starts_on: dt.date | None = None
    continues_id: int | None = None
    mandate: str = ""  # the id of the imposed initiative it carries out
    source_id: int | None = None  # the initiative of another unit that it was begun from


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry as it stands."""

    id: int
    initiative_id: int
    cycle_id: int
    unit_id: int
    author_id: int
    entered_by_id: int | None  # the officer who wrote it down for its author
    author_confirmed_at: dt.datetime | None
    continues_id: int | None
    guideline_id: str
    state: str
    origin: str  # registered, or unplanned
    subject_kind: SubjectKind
    area: str
    name: str
    place: str
    lead: str
    scale: str
    starts_on: dt.date | None
    mandate: str
    for_province: bool
    result: str
    is_late: bool
    submitted_at: dt.datetime
    reported_at: dt.datetime | None
    version: int
    year: int
    unit_name: str
    unit_path: str
    unit_kind: str

    @property
    def number(self) -> str:
        """The number people quote."""
        return codes.code(codes.ENTRY, self.year, self.id)

    @property
    def guideline(self) -> Guideline:
        """The guideline it was begun under, which it keeps."""
        return guidelines.get(self.guideline_id)

    @property
    def thing(self) -> Thing:
        """What `access` decides about."""
        return Thing(self.unit_path, self.author_id, f"entry:{self.id}")


@dataclass(frozen=True, slots=True)
class Sibling:
    """As much of an entry as a registration of the same unit must know."""

    id: int
    author_id: int
    continues_id: int | None
    state: str
    name: str
    folded: str
    place: str
    scale: str
    mandate: str
    year: int


_siblings = (
    select(*[entry.c[name] for name in Sibling.__slots__ if name != "year"], cycle.c.year)
    .join(cycle, cycle.c.id == entry.c.cycle_id)
    .where(entry.c.unit_id == bindparam("unit"), cycle.c.year.between(bindparam("first"), bindparam("last")))
    .order_by(entry.c.id)
)
_names = [name for name in Entry.__slots__ if name not in {"year", "unit_name", "unit_path", "unit_kind"}]
_of_unit = (unit.c.name.label("unit_name"), unit.c.path.label("unit_path"), unit.c.kind.label("unit_kind"))


def _select() -> Select[Any]:
    columns = [entry.c[name] for name in _names]
    return (
        select(*columns, cycle.c.year, *_of_unit)
        .join(cycle, cycle.c.id == entry.c.cycle_id)
        .join(unit, unit.c.id == entry.c.unit_id)
    )


def submit(ctx: Context, draft: EntryDraft) -> dict[str, Any]:
    """Register an entry: {id, number, is_late}; late after the last day, which itself still counts.

    Source: the guideline's deadline that `does = "register"` or `"submit_list"`.
    """
    home = units.get(ctx, draft.unit_id)
    access.demand(ctx, "register", Thing(home.path) if home else None)
    held = cycles.get(ctx, draft.cycle_id)
    is_late = deadlines.is_late(cycles.last_day(held, "register", home.kind if home else "subject"), ctx.today)
    entry_id = keep(ctx, draft, held, state="submitted", is_late=is_late)
    audit.write(ctx, "submit", f"entry:{entry_id}", {"unit": draft.unit_id, "late": is_late})
    return {"id": entry_id, "number": codes.code(codes.ENTRY, held.year, entry_id), "is_late": is_late}


def keep(ctx: Context, draft: EntryDraft, held: Cycle, **more: Any) -> int:
    """Write a new entry, with `more` columns than the draft has, and give its id; the caller saw to the rights."""
    values = {
        "cycle_id": draft.cycle_id,
        "unit_id": draft.unit_id,
        "subject_kind": draft.subject_kind,
        "area": draft.area,
        "name": draft.name,
        "folded": fold(draft.name),
        "search": indexed(draft.name, draft.place, draft.lead),
        "place": draft.place,
        "lead": draft.lead,
        "scale": draft.scale,
        "starts_on": draft.starts_on,
        "continues_id": draft.continues_id,
        "mandate": draft.mandate,
        "initiative_id": _initiative(ctx, draft),
        "author_id": ctx.person.id,
        "entered_by_id": ctx.by.id if ctx.by else None,
        "guideline_id": held.guideline.id,
        "submitted_at": ctx.now,
        "updated_at": ctx.now,
    }
    made: int = ctx.session.scalar(insert(entry).values(**values, **more).returning(entry.c.id))
    return made


def _initiative(ctx: Context, draft: EntryDraft) -> int:
    """The initiative an entry belongs to: last year's when continued, else a new one."""
    if draft.continues_id is not None:
        before = find(ctx, draft.continues_id)
        if before is not None and before.unit_id == draft.unit_id:
            return before.initiative_id
    values = {"unit_id": draft.unit_id, "name": draft.name, "folded": fold(draft.name), "created_at": ctx.now}
    new = insert(initiative).values(**values, source_id=draft.source_id)
    made: int = ctx.session.scalar(new.returning(initiative.c.id))
    return made


def find(ctx: Context, entry_id: int) -> Entry | None:
    """The entry, where the person may see it; None otherwise, as if it did not exist."""
    key = f"entry:{entry_id}"
    if key not in ctx.memo:
        row = ctx.session.first(_select().where(entry.c.id == entry_id))
        ctx.memo[key] = Entry(*row) if row else None
    found: Entry | None = ctx.memo[key]
    if found is not None and access.may(ctx, "see", found.thing):
        return found
    access.seek(ctx, key)
    return None


def demand(ctx: Context, act: access.Act, found: Entry | None) -> Entry:
    """The entry itself; raise DomainError where the person may not do this to it, or there is none."""
    access.demand(ctx, act, found.thing if found else None)
    assert found is not None  # noqa: S101 - for the type checker: `access.demand` has refused
    return found


def several(ctx: Context, ids: Sequence[int]) -> list[Entry]:
    """Those of these entries that the person may see, in the order they came; `find` does not read them again."""
    query = _select().where(access.visible_entries(ctx), entry.c.id.in_(ids)).order_by(entry.c.id)
    found = [Entry(*row) for row in ctx.session.rows(query)]
    ctx.memo.update({f"entry:{each.id}": each for each in found})
    return found


def visible(ctx: Context, *, years: Sequence[int], act: access.Act = "see", most: int = 200) -> list[Entry]:
    """The entries of these years that the person may do this to, the newest first."""
    query = _select().where(access.visible_entries(ctx), cycle.c.year.in_(years)).order_by(entry.c.id.desc())
    found = [Entry(*row) for row in ctx.session.rows(query.limit(most))]
    return [each for each in found if access.may(ctx, act, each.thing)]


def oldest(ctx: Context, act: access.Act, states: Sequence[str], years_back: int = 1) -> list[Entry]:
    """The entries of so many years back and later in one of these states that the person may do this to.

    The oldest come first.
    """
    query = _select().where(access.visible_entries(ctx), entry.c.state.in_(states))
    recent = query.where(cycle.c.year >= ctx.today.year - years_back).order_by(entry.c.submitted_at, entry.c.id)
    found = [Entry(*row) for row in ctx.session.rows(recent.limit(MOST_WAITING))]
    return [each for each in found if access.may(ctx, act, each.thing)]


def of_unit(ctx: Context, unit_id: int, year: int) -> list[Entry]:
    """The entries of one unit in one year that the person may see, in the order they came."""
    query = _select().where(access.visible_entries(ctx), entry.c.unit_id == unit_id, cycle.c.year == year)
    return [Entry(*row) for row in ctx.session.rows(query.order_by(entry.c.id))]


def of_cycle(session: Session, unit_id: int, year: int) -> list[Entry]:
    """The entries of the cycles of one unit and year, whoever may see them: only for the command line."""
    query = _select().where(cycle.c.unit_id == unit_id, cycle.c.year == year).order_by(entry.c.id)
    return [Entry(*row) for row in session.rows(query)]


def among(ctx: Context, ids: Select[Any]) -> list[Entry]:
    """The entries whose ids this query gives and that the person may see, in the order they came."""
    query = _select().where(access.visible_entries(ctx), entry.c.id.in_(ids.correlate(None)))
    return [Entry(*row) for row in ctx.session.rows(query.order_by(entry.c.id))]


def siblings(ctx: Context, home: Unit, year: int) -> list[Sibling]:
    """What the unit registered in this year and the one before, seen by this person or not, in the order it came.

    Read once in a unit of work: a registration asks for it at every message.
    """
    key = f"siblings:{home.id}:{year}"
    if key not in ctx.memo:
        rows = ctx.session.rows(_siblings, {"unit": home.id, "first": year - 1, "last": year})
        ctx.memo[key] = [Sibling(*row) for row in rows]
    found: list[Sibling] = ctx.memo[key]
    return found


def like(ctx: Context, home: Unit, year: int, name: str) -> str:
    """The name of an entry of the unit and year that looks the same, or nothing."""
    matcher = difflib.SequenceMatcher(None, autojunk=False)
    matcher.set_seq2(fold(name))  # what is worked out of the second is kept for all comparisons
    for each in siblings(ctx, home, year):
        if each.year != year:
            continue
        matcher.set_seq1(each.folded)
        # The first two are upper bounds of the third and take next to no time.
        if all(ratio() >= ALIKE for ratio in (matcher.real_quick_ratio, matcher.quick_ratio, matcher.ratio)):
            return each.name
    return ""


def report(ctx: Context, entry_id: int, result: str) -> str:
    """Keep the results of the year and return the new state; raise DomainError where it is not possible."""
    found = demand(ctx, "report", find(ctx, entry_id))
    state = transitions.after(found.state, "report")
    move(ctx, found, state, result=result, reported_at=ctx.now)
    audit.write(ctx, "report", f"entry:{entry_id}", {"state": state})
    return state


def move(ctx: Context, found: Entry, state: str, **values: Any) -> None:
    """Write a change of an entry; raise DomainError where somebody else changed it meanwhile."""
    changed = ctx.session.execute(
        update(entry)
        .where(entry.c.id == found.id, entry.c.version == found.version)
        .values(state=state, version=found.version + 1, updated_at=ctx.now, **values),
    )
    if changed.rowcount != 1:
        raise transitions.changed_meanwhile()
    ctx.memo.pop(f"entry:{found.id}", None)
