"""Requests about personal data, for those who look after them: see, answer, do, refuse, extend once."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import and_, false, or_, select, update

from locales import _, ngettext
from movement import access, appointments, audit, erasure, notices, people_data, rosters, views
from movement.access import Thing
from movement.errors import DomainError, NotYours
from movement.vietnamese_dates import show_date
from storage.people_tables import data_request, person
from storage.unit_tables import unit

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Select

    from movement.context import Context

MOST_LISTED: Final = 30
MOST_EXTENSION: Final = 15  # days, once: Decree 356/2025/NĐ-CP
REMIND_BEFORE: Final = 3  # days before a request is due
TOP: Final = "/"  # the place of those who belong to no unit


@dataclass(frozen=True, slots=True)
class Request:
    """One request; `path` is the place of who asked, `TOP` where they have none."""

    id: int
    person_id: int
    person_name: str
    kind: str
    note: str
    state: str
    asked_at: dt.datetime
    answer_by: dt.date
    due_on: dt.date
    closed_at: dt.datetime | None
    answer: str
    answered_at: dt.datetime | None
    extended_at: dt.datetime | None
    unit_name: str | None
    path: str

    @property
    def is_open(self) -> bool:
        """Whether it still waits to be done or refused."""
        return self.state == "open"


def listed(ctx: Context) -> list[Request]:
    """The requests this person looks after: those that are open first, by the day they are due."""
    newest = (data_request.c.state != "open", data_request.c.due_on, data_request.c.id)
    query = _select().where(_visible(ctx)).order_by(*newest).limit(MOST_LISTED)
    return [_request(row) for row in ctx.session.rows(query)]


def demand(ctx: Context, number: int) -> Request:
    """The request of this number; raise DomainError where there is none that this person looks after."""
    row = ctx.session.first(_select().where(data_request.c.id == number, _visible(ctx)))
    if row is None:
        text = _("That request was not found among those you look after: /yeucau")
        raise NotYours(text, "answer_data", f"request:{number}")
    found = _request(row)
    own = next(iter(access.paths(ctx, "answer_data")), "")  # from nowhere: it is looked after at the top
    path = own if found.path == TOP else found.path
    access.demand(ctx, "answer_data", Thing(path))
    views.note(ctx, f"person:{found.person_id}", path, found.person_id)
    return found


def mine(ctx: Context) -> list[Request]:
    """What the person who speaks has asked for, the newest first."""
    query = _select().where(data_request.c.person_id == ctx.person.id).order_by(data_request.c.id.desc())
    return [_request(row) for row in ctx.session.rows(query.limit(MOST_LISTED))]


def acknowledge(ctx: Context, number: int, words: str) -> None:
    """Give the first answer: that it is being looked after, and how."""
    found = _open(ctx, number)
    _change(ctx, found, answered_at=ctx.now)
    audit.write(ctx, "answer_request", f"request:{number}", {"kind": found.kind})
    _tell(ctx, found, partial(_acknowledged, found, words))


def extend(ctx: Context, number: int, days: int, reason: str) -> str:
    """Move the day it is due, once and by at most 15 days; give the new day in ISO form."""
    found = _open(ctx, number)
    if found.extended_at is not None:
        raise DomainError(_("This request was extended already; the law allows it once."))
    if not 1 <= days <= MOST_EXTENSION:
        raise DomainError(_("It can be extended by 1 to {most} days.").format(most=MOST_EXTENSION))
    due = found.due_on + dt.timedelta(days=days)
    _change(ctx, found, answered_at=found.answered_at or ctx.now, extended_at=ctx.now, due_on=due)
    audit.write(ctx, "extend_request", f"request:{number}", {"days": days})
    _tell(ctx, found, partial(_extended, found, due, reason))
    return due.isoformat()


def refuse(ctx: Context, number: int, reason: str) -> None:
    """Refuse it, with the reason that the person is told."""
    found = _open(ctx, number)
    _close(ctx, found, "refused", reason)
    audit.write(ctx, "refuse_request", f"request:{number}", {"kind": found.kind})
    _tell(ctx, found, partial(_refused, found, reason))


def do(ctx: Context, number: int, words: str = "", *, collective: bool = False) -> dict[str, Any]:
    """Do what was asked for, as far as the program can: {removed, kept} for a deletion, nothing for the others.

    `collective`: a deletion also takes the unit's initiatives that were not recognised.
    """
    found = _open(ctx, number)
    if found.kind == "delete" and (who := rosters.get(ctx, found.person_id)):
        appointments.demand_other_admin(ctx, who, list(who.duties))
    outcome: dict[str, Any] = {}
    if found.kind in {"restrict", "object"}:
        held = update(person).where(person.c.id == found.person_id)
        ctx.session.execute(held.values(restricted_at=ctx.now))
    _close(ctx, found, "done", words)
    audit.write(ctx, "do_request", f"request:{number}", {"kind": found.kind})
    if found.kind == "delete":
        outcome = erasure.erase(ctx, found.person_id, collective=collective)
    _tell(ctx, found, partial(_done, found, words, outcome))
    return outcome


def remind(ctx: Context) -> int:
    """Remind those who look after requests that are due soon, once a day; give of how many requests.

    Asked by the clock: nobody speaks in this context.
    """
    soon = ctx.today + dt.timedelta(days=REMIND_BEFORE)
    unanswered = and_(data_request.c.answered_at.is_(None), data_request.c.answer_by <= ctx.today)
    fresh = or_(data_request.c.reminded_on.is_(None), data_request.c.reminded_on < ctx.today)
    wanted = and_(data_request.c.state == "open", fresh, or_(unanswered, data_request.c.due_on <= soon))
    rows = ctx.session.rows(
        _select().where(wanted).order_by(data_request.c.id).limit(100).with_for_update(of=data_request)
    )
    found = [_request(row) for row in rows]
    for each in found:
        path = "" if each.path == TOP else each.path
        for person_id in people_data.handlers(ctx, path, each.person_id):
            notices.add(ctx, person_id, partial(_due, each), f"/yeucau {each.id}")
    if found:
        these = data_request.c.id.in_([each.id for each in found])
        ctx.session.execute(update(data_request).where(these).values(reminded_on=ctx.today))
    return len(found)


def _select() -> Select[Any]:
    names = [name for name in Request.__slots__ if name not in {"person_name", "unit_name", "path"}]
    return (
        select(
            *[data_request.c[name] for name in names],
            person.c.name.label("person_name"), unit.c.name.label("unit_name"), unit.c.path,
        )
        .join(person, person.c.id == data_request.c.person_id)
        .join(unit, unit.c.id == data_request.c.unit_id, isouter=True)
    )  # fmt: skip


def _request(row: Any) -> Request:
    values = {name: getattr(row, name) for name in Request.__slots__}
    return Request(**{**values, "path": row.path or TOP})


def _visible(ctx: Context) -> ColumnElement[bool]:
    """Requests from below the person's own place, never their own; those from nowhere are for the top."""
    paths = access.paths(ctx, "answer_data")
    reach: list[ColumnElement[bool]] = [unit.c.path.startswith(path, autoescape=True) for path in paths]
    if any(access.is_top(path) for path in paths):
        reach.append(data_request.c.unit_id.is_(None))
    return and_(data_request.c.person_id != ctx.person.id, or_(false(), *reach))


def _open(ctx: Context, number: int) -> Request:
    found = demand(ctx, number)
    if not found.is_open:
        raise DomainError(_("This request was closed already."))
    return found


def _change(ctx: Context, found: Request, **values: Any) -> None:
    row = update(data_request).where(data_request.c.id == found.id, data_request.c.state == "open")
    if not ctx.session.execute(row.values(**values)).rowcount:
        raise DomainError(_("This request was closed already."))


def _close(ctx: Context, found: Request, state: str, answer: str) -> None:
    first = found.answered_at or ctx.now
    _change(
        ctx, found, state=state, answer=answer, answered_at=first, closed_at=ctx.now, closed_by_id=ctx.person.id
    )


def _tell(ctx: Context, found: Request, text: partial[str]) -> None:
    notices.add(ctx, found.person_id, text, "/dulieu", is_answer=True)


def _acknowledged(found: Request, words: str) -> str:
    text = _("Your request ({kind}) is being looked after; it is done by {due}.")
    return "\n".join((text.format(kind=people_data.label(found.kind), due=show_date(found.due_on)), words)).strip()


def _extended(found: Request, due: dt.date, reason: str) -> str:
    text = _("Your request ({kind}) takes longer: it is done by {due}. Reason: {reason}")
    return text.format(kind=people_data.label(found.kind), due=show_date(due), reason=reason)


def _refused(found: Request, reason: str) -> str:
    text = _("Your request ({kind}) was refused. Reason: {reason}")
    return text.format(kind=people_data.label(found.kind), reason=reason)


def _done(found: Request, words: str, outcome: dict[str, Any]) -> str:
    lines = [_("Your request was done: {kind}.").format(kind=people_data.label(found.kind))]
    if found.kind == "delete":
        lines += what_became(outcome)
    if found.kind in {"restrict", "object"}:
        lines.append(_("Nothing is sent to you any more but answers to what you write."))
    return "\n".join((*lines, words)).strip()


def what_became(outcome: dict[str, Any]) -> list[str]:
    """What a deletion took and what it left, and why."""
    lines = [
        _("Deleted: name, phone number, roles, messages, drafts, uploads. The account itself goes in 7 days."),
    ]
    if removed := outcome.get("removed"):
        text = ngettext("Deleted with evidence: {numbers}.", "Deleted with evidence: {numbers}.", len(removed))
        lines.append(text.format(numbers=", ".join(removed)))
    if kept := outcome.get("kept"):
        text = _("Kept without the name: {numbers}, as papers of the unit and the archive (Law 33/2024/QH15).")
        lines.append(text.format(numbers=", ".join(kept)))
    lines.append(_("Also kept: proof of consent, and the record of who did what, by number without a name."))
    return lines


def _due(found: Request) -> str:
    text = _("A request about personal data ({kind}) is due: answer by {answer_by}, do it by {due_on}.")
    return text.format(
        kind=people_data.label(found.kind),
        answer_by=show_date(found.answer_by),
        due_on=show_date(found.due_on),
    )
