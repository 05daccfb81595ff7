"""What a person may do about their own data: correct, withdraw consent, and make the requests of the law.

Source: Law 91/2025/QH15 and Decree 356/2025/NĐ-CP. A request is answered within 2 working days and done within
10 (see, correct, copy), 15 (withdraw, restrict, object) or 20 days (delete). What those who look after it do with
it is `data_requests`' business.
"""

from __future__ import annotations

import datetime as dt
from functools import partial
from typing import TYPE_CHECKING, Final

from sqlalchemy import and_, delete, insert, select, update

from locales import N_, _
from movement import access, audit, notices, people, vietnamese_phones, working_days
from movement.errors import DomainError
from movement.vietnamese_dates import show_date
from storage.channel_tables import outbox
from storage.people_tables import address, data_request, person, role
from storage.unit_tables import unit

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import ColumnElement

    from movement.context import Context

KINDS: Final[Mapping[str, str]] = {
    "see": N_("see what is kept"),
    "correct": N_("correct what is kept"),
    "copy": N_("get a copy"),
    "restrict": N_("restrict the use"),
    "object": N_("object to the use"),
    "withdraw": N_("withdraw consent"),
    "delete": N_("have it deleted"),
}
ANSWER_WITHIN: Final = 2  # working days
DUE_WITHIN: Final[Mapping[str, int]] = {  # days
    "see": 10, "correct": 10, "copy": 10, "restrict": 15, "object": 15, "withdraw": 15, "delete": 20,
}  # fmt: skip
MOST_OPEN: Final = 5  # requests of one person at a time


def label(kind: str) -> str:
    """What a kind of request is called."""
    return _(KINDS[kind])


def may_be_written_to() -> ColumnElement[bool]:
    """The condition on `person` that keeps those who may be told something they did not ask for."""
    agreed = and_(person.c.consent_version != "", person.c.restricted_at.is_(None))
    return and_(agreed, person.c.deactivated_at.is_(None))


def rename(ctx: Context, given: str) -> None:
    """Correct the person's own name."""
    people.rename(ctx, given)
    audit.write(ctx, "correct", f"person:{ctx.person.id}", {"field": "name"})


def keep_phone(ctx: Context, given: str) -> None:
    """Keep the person's phone number, encrypted; nothing given takes it away. Raise DomainError for no number."""
    number = vietnamese_phones.parse(given) if given else None
    if given and number is None:
        raise DomainError(_("That is not a phone number of Viet Nam."))
    ctx.session.execute(update(person).where(person.c.id == ctx.person.id).values(phone=number))
    ctx.memo["hides"] = vietnamese_phones.show_end(number) if number else ""  # what is kept of this very message
    audit.write(ctx, "correct", f"person:{ctx.person.id}", {"field": "phone", "removed": number is None})


def withdraw(ctx: Context, text: str = "") -> None:
    """Withdraw consent: the person becomes as before it, and nothing but answers is sent to them any more.

    What was done before stays valid: entries, evidence and scores stay. Drafts go with the end of the turn.
    """
    people.withdraw_consent(ctx, text)
    mine = select(address.c.id).where(address.c.person_id == ctx.person.id)
    unasked = outbox.c.kind.in_(["notice", "reminder"])
    ctx.session.execute(
        delete(outbox).where(outbox.c.address_id.in_(mine), outbox.c.state == "waiting", unasked),
    )
    ctx.memo["forgets"] = True
    request_id = _keep(ctx, "withdraw", "", done=True)
    _tell_handlers(ctx, request_id, "withdraw")


def lift(ctx: Context) -> None:
    """Lift the restriction that the person had asked for."""
    ctx.session.execute(update(person).where(person.c.id == ctx.person.id).values(restricted_at=None))
    audit.write(ctx, "lift_restriction", f"person:{ctx.person.id}")


def request(ctx: Context, kind: str, note: str = "") -> dict[str, str]:
    """Ask for something about one's own data: {number, answer_by, due_on} in ISO days; raise DomainError.

    It reaches the data officers of the nearest unit above, or where there is none the administrators.
    """
    if kind not in KINDS:
        message = f"no kind of request: {kind}"
        raise ValueError(message)
    open_ones = _open(ctx)
    if kind in open_ones:
        raise DomainError(_("You have asked for this already, and it is being looked after."))
    if len(open_ones) >= MOST_OPEN:
        raise DomainError(_("Several of your requests are still open. They are answered one after the other."))
    number = _keep(ctx, kind, note, done=False)
    _tell_handlers(ctx, number, kind)
    answer_by, due_on = terms(ctx.today, kind)
    return {"number": str(number), "answer_by": answer_by.isoformat(), "due_on": due_on.isoformat()}


def is_open(ctx: Context, kind: str) -> bool:
    """Whether the person has asked for this already, and waits for it."""
    return kind in _open(ctx)


def terms(asked: dt.date, kind: str) -> tuple[dt.date, dt.date]:
    """The last days for a first answer and for doing what was asked on this day."""
    return working_days.after(asked, ANSWER_WITHIN), asked + dt.timedelta(days=DUE_WITHIN[kind])


def handlers(ctx: Context, path: str, about: int) -> tuple[int, ...]:
    """Who looks after a request of somebody at this place: the nearest with the role, never themself."""
    held = (
        select(role.c.person_id, role.c.role, unit.c.path)
        .join(unit, unit.c.id == role.c.unit_id)
        .join(person, person.c.id == role.c.person_id)
        .where(role.c.role.in_(["data_officer", "admin"]), person.c.deactivated_at.is_(None))
        .where(role.c.person_id != about)
    )
    rows = ctx.session.rows(held.order_by(role.c.id))
    for wanted in ("data_officer", "admin"):
        above = [row for row in rows if row.role == wanted and _is_above(path, row.path)]
        nearest = max((len(row.path) for row in above), default=0)
        if found := tuple(dict.fromkeys(row.person_id for row in above if len(row.path) == nearest)):
            return found
    return ()


def _is_above(path: str, held: str) -> bool:
    """Whether a role held there looks after this place; whoever has no place is the business of the top."""
    return path.startswith(held) if path else access.is_top(held)


def _open(ctx: Context) -> list[str]:
    mine = data_request.c.person_id == ctx.person.id
    rows = ctx.session.rows(select(data_request.c.kind).where(mine, data_request.c.state == "open"))
    return [row.kind for row in rows]


def _keep(ctx: Context, kind: str, note: str, *, done: bool) -> int:
    answer_by, due_on = terms(ctx.today, kind)
    homes = people.units_of(ctx)
    values = {
        "person_id": ctx.person.id,
        "kind": kind,
        "note": note,
        "state": "done" if done else "open",
        "asked_at": ctx.now,
        "answer_by": answer_by,
        "due_on": due_on,
        "unit_id": homes[0] if homes else None,
        "closed_at": ctx.now if done else None,
    }
    number = int(ctx.session.scalar(insert(data_request).values(**values).returning(data_request.c.id)))
    audit.write(ctx, "ask_data", f"request:{number}", {"kind": kind})
    return number


def _tell_handlers(ctx: Context, number: int, kind: str) -> None:
    for person_id in handlers(ctx, access.home_path(ctx), ctx.person.id):
        notices.add(ctx, person_id, partial(_asked, kind, *terms(ctx.today, kind)), f"/yeucau {number}")


def _asked(kind: str, answer_by: dt.date, due_on: dt.date) -> str:
    if kind == "withdraw":
        return _("A person has withdrawn their consent. Nothing more is sent to them; nothing is to be done.")
    text = _("A request about personal data: {kind}. Answer by {answer_by}, do it by {due_on}.")
    return text.format(kind=label(kind), answer_by=show_date(answer_by), due_on=show_date(due_on))
