"""The demo world: an invented province with units, people and a movement under way, told by `demo.toml`.

Each deed has its day in the year; those that `now` has not reached yet are left out. So last year is over but
for a few entries, this year is as far as it would be, and in autumn the next one begins. Deeds go through the
services, those of the levels in `demo_decisions`. The pictures are `demo_pictures`' business.
"""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from sqlalchemy import insert, select

from movement import criteria, cycles, entries, evidence, guidelines, join_codes, people, scores, units
from movement.context import Context, Person
from movement.demo_decisions import carry_out
from movement.demo_pictures import picture
from movement.evidence import Attached
from movement.scores import Answers
from storage.people_tables import join_code
from storage.people_tables import person as person_table
from storage.unit_tables import unit as unit_table

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from movement.guideline_parts import SubjectKind
    from movement.units import Unit
    from storage.session import Session

_DATA = tomllib.loads(Path(__file__).with_name("demo.toml").read_text(encoding="utf-8"), parse_float=Decimal)
_MOVES = {move["state"]: move for move in _DATA["move"]}
_AFTER_REPORT: Final = ("self_scored", "endorsed", "appraised", "proposed", "recognised")
_NEW_CYCLE_OPENS: Final = 10  # October: registrations from then on are for the next year
_CONFIRMED_AFTER: Final = dt.timedelta(days=5)
_SCORED_AFTER: Final = dt.timedelta(days=2)
_REPORTED_BETWEEN: Final = ("09-06", 20)  # the first of so many days; no report is late
_WORKDAY: Final = (7 * 60 + 30, 9 * 60)  # minutes: from 07:30 on, for nine hours


@dataclass(frozen=True, slots=True)
class DemoCode:
    """A join code of the demo and whom it lets one play; `description` is in Vietnamese, for the start."""

    name: str
    code: str
    role: str
    unit_name: str
    description: str


@dataclass(frozen=True, slots=True)
class DemoPeople:
    """The ids of the invented people by their names; none where the database was not empty."""

    ids: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class _Plan:
    """What one entry goes through. Days are month-day; see `demo.toml`."""

    unit: str
    by: str
    name: str
    area: str
    place: str
    lead: str
    scale: str
    registered: str
    goal: str
    year: int = 0  # from this year
    subject: SubjectKind = "collective"
    continues: bool = False
    share: str = "0.9"  # of the points that need not be at their maximum
    less: Mapping[str, Decimal | int] = field(default_factory=dict)
    notes: Mapping[str, str] = field(default_factory=dict)
    result: str = ""
    proofs: Sequence[Mapping[str, Any]] = ()


@dataclass(frozen=True, slots=True)
class _World:
    """What was made so far, by the keys and names of the data."""

    session: Session
    store: Callable[[bytes], str]
    zone: dt.tzinfo
    this_year: int
    units: dict[str, Unit] = field(default_factory=dict)
    people: dict[str, int] = field(default_factory=dict)
    holders: dict[tuple[str, str], str] = field(default_factory=dict)  # (unit, role) to a name
    cycles: dict[int, int] = field(default_factory=dict)
    entries: dict[tuple[str, str, int], int] = field(default_factory=dict)

    def context(self, name: str, at: dt.datetime) -> Context:
        """The person as they act at that time, from the page."""
        who = Person(self.people[name], name, "vi", people.CONSENT_VERSION)
        return Context(self.session, who, at.astimezone(dt.UTC), at.astimezone(self.zone).date(), "web", self.zone)

    def entry_id(self, plan: _Plan) -> int:
        """The entry of the plan, once it was submitted."""
        return self.entries[plan.unit, plan.name, plan.year]


_Deed: TypeAlias = Callable[[_World, _Plan, dt.datetime], None]


def _demo_codes() -> Iterator[DemoCode]:
    names = {each["key"]: each["name"] for each in _DATA["unit"]}
    for each in _DATA["code"]:
        yield DemoCode(each["name"], each["code"], each["role"], names[each["unit"]], each["description"])


DEMO_CODES: Final = tuple(_demo_codes())  # member, officer, behind, upper_officer, province, committee, admin


def is_filled(session: Session) -> bool:
    """Whether this database holds the demo: only there do its join codes open anything."""
    digests = [join_codes.digest(each.code) for each in DEMO_CODES]
    found = select(join_code.c.digest).where(join_code.c.digest.in_(digests)).limit(1)
    return session.scalar(found) is not None


def fill(session: Session, store: Callable[[bytes], str], now: dt.datetime, zone: dt.tzinfo) -> DemoPeople:
    """Fill an empty database, in the transaction of the caller; do nothing where there is any unit.

    `store` keeps a file's content and gives its SHA-256. `now` is aware; `zone` is the deployment's.
    """
    if session.scalar(select(unit_table.c.id).limit(1)) is not None:
        return DemoPeople({})
    world = _World(session, store, zone, now.astimezone(zone).year)
    settled = dt.datetime(world.this_year - 2, 9, 1, 8, tzinfo=zone)
    _add_units_and_people(world, settled)
    for year in (-1, 0, 1):
        root = world.units[_DATA["unit"][0]["key"]]
        world.cycles[year] = cycles.begin(session, root.id, world.this_year + year, guidelines.default().id)
    _add_codes(world, settled)
    for at, _index, plan, deed in sorted(_deeds(world), key=lambda each: each[:2]):
        if at <= now:
            deed(world, plan, at)
    return DemoPeople(MappingProxyType(world.people))


def _add_units_and_people(world: _World, at: dt.datetime) -> None:
    for each in _DATA["unit"]:
        above = world.units.get(each.get("under", ""))
        kind = each.get("kind", "grassroots_union")
        world.units[each["key"]] = units.add(world.session, kind, each["name"], each["short"], above)
        for one in each["people"]:
            _add_person(world, one["name"], at)
            people.join(world.context(one["name"], at), world.units[each["key"]].id, one["role"])
            world.holders.setdefault((each["key"], one["role"]), one["name"])


def _add_person(world: _World, name: str, at: dt.datetime) -> None:
    new = insert(person_table).values(name=name, created_at=at).returning(person_table.c.id)
    world.people[name] = world.session.scalar(new)
    people.consent(world.context(name, at))


def _add_codes(world: _World, at: dt.datetime) -> None:
    inviting = world.context(world.holders[_DATA["unit"][0]["key"], "admin"], at)
    for each in _DATA["code"]:
        join_codes.invite(inviting, each["code"], world.units[each["unit"]].id, each["role"])


def _deeds(world: _World) -> Iterator[tuple[dt.datetime, int, _Plan, _Deed]]:
    """Everything that happens in three years: when, a number that keeps equal times in order, to what, and how."""
    for index, data in enumerate(_DATA["entry"]):
        plan = _Plan(**data)
        moment = partial(_moment, world, index)
        for number, (day, deed) in enumerate(_course(plan, world.this_year + plan.year, index)):
            yield moment(day), index * 100 + number, plan, deed


def _moment(world: _World, index: int, day: dt.date) -> dt.datetime:
    begins, lasts = _WORKDAY
    minute = begins + index * 47 % lasts
    return dt.datetime.combine(day, dt.time(minute // 60, minute % 60), tzinfo=world.zone)


def _course(plan: _Plan, year: int, index: int) -> Iterator[tuple[dt.date, _Deed]]:
    """The days and deeds of one entry, up to its goal."""
    registered = _day(plan.registered, year)
    if registered.month >= _NEW_CYCLE_OPENS:
        registered = registered.replace(year=year - 1)
    yield registered, partial(_submit, starts_on=registered + 2 * _CONFIRMED_AFTER)
    if plan.goal not in {"submitted", "returned"}:
        yield registered + _CONFIRMED_AFTER, partial(_move, state="confirmed")
    for proof in plan.proofs:
        yield _day(proof["on"], year), partial(_prove, proof=proof)
    if plan.result:
        first, days = _REPORTED_BETWEEN
        reported = _day(first, year) + dt.timedelta(days=index % days)
        yield reported, _report
        if plan.goal != "reported":
            yield reported + _SCORED_AFTER, _score
    for state in _later_states(plan.goal):
        on = _MOVES[state].get("on")
        yield (_day(on, year) if on else registered + _CONFIRMED_AFTER), partial(_move, state=state)


def _later_states(goal: str) -> tuple[str, ...]:
    """The states that are moved into one after the other after the report and the score."""
    match goal:
        case "recognised" | "not_recognised":
            return ("appraised", "proposed", goal)
        case "proposed":
            return ("appraised", goal)
        case "returned" | "endorsed" | "appraised" | "withdrawn" | "lapsed":
            return (goal,)
        case _:
            return ()


def _day(month_day: str, year: int) -> dt.date:
    return dt.date.fromisoformat(f"{year}-{month_day}")


def _submit(world: _World, plan: _Plan, at: dt.datetime, *, starts_on: dt.date) -> None:
    before = world.entries[plan.unit, plan.name, plan.year - 1] if plan.continues else None
    draft = entries.EntryDraft(
        cycle_id=world.cycles[plan.year],
        unit_id=world.units[plan.unit].id,
        subject_kind=plan.subject,
        area=plan.area,
        name=plan.name,
        place=plan.place,
        lead=plan.lead,
        scale=plan.scale,
        starts_on=starts_on,
        continues_id=before,
    )
    made = entries.submit(world.context(plan.by, at), draft)
    world.entries[plan.unit, plan.name, plan.year] = made["id"]


def _prove(world: _World, plan: _Plan, at: dt.datetime, *, proof: Mapping[str, Any]) -> None:
    entry_id = world.entry_id(plan)
    files = []
    if "picture" in proof:
        content = picture(proof["picture"], seed=entry_id)
        name = f"{proof['picture']}-{at:%d-%m-%Y}.jpg"
        files.append(Attached(world.store(content), name, "image/jpeg", len(content), proof["caption"]))
    kind = proof.get("kind", "progress")
    evidence.submit(world.context(plan.by, at), entry_id, kind, proof["text"], files, proof["criteria"])


def _report(world: _World, plan: _Plan, at: dt.datetime) -> None:
    entries.report(world.context(plan.by, at), world.entry_id(plan), plan.result)


def _score(world: _World, plan: _Plan, at: dt.datetime) -> None:
    scores.submit(world.context(plan.by, at), world.entry_id(plan), _answers(plan))


def _answers(plan: _Plan) -> Answers:
    """What the unit says to each criterion; appraisers agree."""
    sheet = criteria.sheet(guidelines.default(), plan.subject)
    points = {item.key: _points(item.max, sheet.step, plan, item.key) for item in sheet.counted if item.max}
    points |= {item.key: item.max for item in sheet.counted if item.must_max and item.max}
    points |= {key: Decimal(value) for key, value in plan.less.items()}
    return Answers(points, notes=plan.notes)


def _points(most: Decimal, step: Decimal, plan: _Plan, key: str) -> Decimal:
    """The plan's share of the maximum on the step, a little different from criterion to criterion."""
    share = Decimal(plan.share) - Decimal(int(key) % 3) / 50
    return (most * share / step).to_integral_value(ROUND_HALF_UP) * step


def _move(world: _World, plan: _Plan, at: dt.datetime, *, state: str) -> None:
    ctx = world.context(_holder(world, plan, _MOVES[state]["by"]), at)
    carry_out(ctx, world.entry_id(plan), _MOVES[state], _answers(plan))


def _holder(world: _World, plan: _Plan, roles: Sequence[str]) -> str:
    """The name of the nearest person with one of the roles, from the entry's unit upwards."""
    above = {each["key"]: each.get("under", "") for each in _DATA["unit"]}
    unit = plan.unit
    while not any((unit, role) in world.holders for role in roles):
        unit = above[unit]
    return next(world.holders[unit, role] for role in roles if (unit, role) in world.holders)
