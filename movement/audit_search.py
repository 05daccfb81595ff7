"""Looking things up in the record of who did what, within the subtrees whose record a person may read."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import and_, exists, false, or_, select

from locales import N_, _
from movement import access, act_names, codes, units
from movement.errors import DomainError
from movement.matching import fold
from storage.people_tables import person
from storage.tables import audit, cycle, entry
from storage.unit_tables import unit

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy import ColumnElement, Select

    from movement.context import Context
    from storage.session import Session

PAGE: Final = 10
MOST_ROWS: Final = 100_000  # of one file
_PART = re.compile(r"(?P<key>[a-z])(?P<value>\d{1,18})")
_ACTS: Final = tuple(act_names.ACTS)
_NUMBERED: Final = {
    "request": N_("request {number}"),
    "export": N_("file {number}"),
    "cycle": N_("cycle {number}"),
    "person": N_("person {number}"),
    "unit": N_("unit {number}"),
    "code": N_("a code"),
    "units": N_("the list of units"),
}


@dataclass(frozen=True, slots=True)
class Filter:
    """What is looked for; nothing set is everything. Days are in the deployment's time zone, both included."""

    person_id: int = 0
    unit_id: int = 0
    act: str = ""
    entry_id: int = 0
    since: dt.date | None = None
    until: dt.date | None = None

    def text(self) -> str:
        """A short form that fits into a button: "p12.u3.a4.e40.s20270101.t20270131"; "-" for everything."""
        parts = [f"{key}{value}" for key, value in (("p", self.person_id), ("u", self.unit_id)) if value]
        parts += [f"a{_ACTS.index(self.act)}"] if self.act in _ACTS else []
        parts += [f"e{self.entry_id}"] if self.entry_id else []
        parts += [f"{key}{day:%Y%m%d}" for key, day in (("s", self.since), ("t", self.until)) if day]
        return ".".join(parts) or "-"


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the record as people read it."""

    at: dt.datetime
    name: str
    role: str
    channel: str
    act: str
    subject: str
    what: str  # the subject as people know it: MH27-0012, the name of a unit or person
    path: str


def read(text: str) -> Filter:
    """The filter that `Filter.text` wrote; what is not understood is left out."""
    found = Filter()
    for part in text.split("."):
        match = _PART.fullmatch(part)
        if match is None:
            continue
        value = match["value"]
        match match["key"]:
            case "p":
                found = replace(found, person_id=int(value))
            case "u":
                found = replace(found, unit_id=int(value))
            case "e":
                found = replace(found, entry_id=int(value))
            case "a" if int(value) < len(_ACTS):
                found = replace(found, act=_ACTS[int(value)])
            case "s":
                found = replace(found, since=_day(value))
            case "t":
                found = replace(found, until=_day(value))
    return found


def page(ctx: Context, wanted: Filter, number: int) -> tuple[list[Line], bool]:
    """The rows of a page, counted from 1, the newest first, and whether there are more."""
    query = _select().where(_visible(ctx), _matches(ctx, wanted)).order_by(audit.c.id.desc())
    rows = ctx.session.rows(query.limit(PAGE + 1).offset(PAGE * (max(number, 1) - 1)))
    return _lines(ctx.session, rows[:PAGE]), len(rows) > PAGE


def every(ctx: Context, wanted: Filter) -> list[Line]:
    """All rows that are looked for, the oldest first, for a file."""
    query = _select().where(_visible(ctx), _matches(ctx, wanted)).order_by(audit.c.id)
    return _lines(ctx.session, ctx.session.rows(query.limit(MOST_ROWS)))


def all_of(session: Session, since: dt.datetime | None, until: dt.datetime | None) -> list[Line]:
    """The whole record between two times, for whoever runs the deployment."""
    query = _select().order_by(audit.c.id)
    query = query.where(audit.c.at >= since) if since else query
    query = query.where(audit.c.at < until) if until else query
    return _lines(session, session.rows(query))


def people(ctx: Context, words: str, number: int = 0) -> list[tuple[int, str]]:
    """Those who did something in the person's subtrees and whose name holds these words: (id, name).

    A `number` asks for the one person with this id.
    """
    acted = exists().where(audit.c.person_id == person.c.id, _visible(ctx))
    query = select(person.c.id, person.c.name).where(acted, person.c.name != "").order_by(person.c.id)
    rows = ctx.session.rows(query.where(person.c.id == number) if number else query)
    wanted = fold(words).split()
    return [(row.id, row.name) for row in rows if all(word in fold(row.name).split() for word in wanted)]


def demand(ctx: Context) -> None:
    """Raise DomainError where the person may read no record at all."""
    if not access.paths(ctx, "audit"):
        raise DomainError(_("The record is read by administrators and data protection officers."))


def _day(value: str) -> dt.date | None:
    try:
        return dt.datetime.strptime(value, "%Y%m%d").replace(tzinfo=dt.UTC).date()
    except ValueError:
        return None


def _select() -> Select[Any]:
    names = ("at", "channel", "act", "subject", "path", "role")
    joined = audit.join(person, person.c.id == audit.c.person_id, isouter=True)
    return select(*[audit.c[name] for name in names], person.c.name).select_from(joined)


def _visible(ctx: Context) -> ColumnElement[bool]:
    """Rows of the person's subtrees; what was done nowhere is for those at the top."""
    paths = access.paths(ctx, "audit")
    reach: list[ColumnElement[bool]] = [audit.c.path.startswith(path, autoescape=True) for path in paths]
    if any(access.is_top(path) for path in paths):
        reach.append(audit.c.path == "")
    return or_(false(), *reach)


def _matches(ctx: Context, wanted: Filter) -> ColumnElement[bool]:
    parts: list[ColumnElement[bool]] = []
    if wanted.person_id:
        parts.append(or_(audit.c.person_id == wanted.person_id, audit.c.subject == f"person:{wanted.person_id}"))
    if wanted.unit_id:
        home = units.get(ctx, wanted.unit_id)
        parts.append(audit.c.path.startswith(home.path, autoescape=True) if home else false())
    if wanted.act:
        parts.append(audit.c.act == wanted.act)
    if wanted.entry_id:
        parts.append(audit.c.subject == f"entry:{wanted.entry_id}")
    if wanted.since:
        parts.append(audit.c.at >= dt.datetime.combine(wanted.since, dt.time(), ctx.zone))
    if wanted.until:
        parts.append(audit.c.at < dt.datetime.combine(wanted.until + dt.timedelta(days=1), dt.time(), ctx.zone))
    return and_(audit.c.id > 0, *parts)


def _lines(session: Session, rows: Sequence[Any]) -> list[Line]:
    known = names_of(session, (row.subject for row in rows))
    return [
        Line(
            row.at, row.name or "", row.role, row.channel, row.act, row.subject,
            known.get(row.subject) or _called(row.subject), row.path,
        )
        for row in rows
    ]  # fmt: skip


def _called(subject: str) -> str:
    """What is called by its number alone: a request, a file, a year; else the subject as it stands."""
    kind, _colon, number = subject.partition(":")
    text = _NUMBERED.get(kind if number else subject)
    return _(text).format(number=number) if text else subject


def names_of(session: Session, subjects: Iterable[str]) -> dict[str, str]:
    """What entries, units and people among these subjects are called, in one statement for each kind."""
    ids: dict[str, set[int]] = {}
    for kind, _colon, number in (each.partition(":") for each in subjects):
        if number.isdecimal():
            ids.setdefault(kind, set()).add(int(number))
    found = {}
    if "entry" in ids:
        query = select(entry.c.id, cycle.c.year).join(cycle, cycle.c.id == entry.c.cycle_id)
        for row in session.rows(query.where(entry.c.id.in_(ids["entry"]))):
            found[f"entry:{row.id}"] = codes.code(codes.ENTRY, row.year, row.id)
    for kind, table in (("unit", unit), ("person", person)):
        if kind in ids:
            for row in session.rows(select(table.c.id, table.c.name).where(table.c.id.in_(ids[kind]))):
                found[f"{kind}:{row.id}"] = row.name
    return {subject: name for subject, name in found.items() if name}
