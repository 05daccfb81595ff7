"""Messages that were not sent, or perhaps not: how many and why, whose, and sending them once more.

What they say is nobody's business here. Whose they are is told of people in the reach of whoever asks, and only
these are sent again, where the person still wants to be written to. Answers are not: who asked has asked again.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import and_, case, func, literal_column, select, update

from locales import _
from movement import access, audit, people_data
from movement.access import Thing
from movement.errors import DomainError
from storage.channel_tables import outbox
from storage.people_tables import address, person, role
from storage.unit_tables import unit

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement

    from movement.context import Context

SHOWN_FOR: Final = dt.timedelta(days=30)
ON_PURPOSE: Final = ("account locked", "handed over")  # not sent because somebody decided so
# As in the index of these rows, so that a year's messages are not looked through.
_failed = outbox.c.state.in_([literal_column("'refused'"), literal_column("'unknown'")])


@dataclass(frozen=True, slots=True)
class Count:
    """How many messages by one bot ended so."""

    channel: str
    account: str
    state: str
    why: str
    many: int


@dataclass(frozen=True, slots=True)
class Letter:
    """One message; `name` is empty where the person is not in reach."""

    id: int
    kind: str
    channel: str
    account: str
    state: str
    why: str
    at: dt.datetime
    name: str
    may_be_sent: bool


def demand(ctx: Context) -> None:
    """Raise DomainError where the person does not look after the deployment."""
    if not access.paths(ctx, "operate"):
        raise DomainError(
            _("That was not found among what you may see. Please check the number, or use /trangthai.")
        )


def counts(ctx: Context) -> list[Count]:
    """How many of the last 30 days, by bot and reason, the most first."""
    demand(ctx)
    columns = (address.c.channel, address.c.account, outbox.c.state, outbox.c.why)
    many = func.count().label("many")
    query = select(*columns, many).join(address, address.c.id == outbox.c.address_id).where(*_wanted(ctx))
    return [Count(*row) for row in ctx.session.rows(query.group_by(*columns).order_by(many.desc(), *columns))]


def page(ctx: Context, number: int, most: int) -> list[Letter]:
    """One page, the newest first; one more than `most` where another page follows."""
    demand(ctx)
    query = _letters(ctx).order_by(outbox.c.id.desc()).limit(most + 1).offset(most * (number - 1))
    return [Letter(*row) for row in ctx.session.rows(query)]


def get(ctx: Context, number: int) -> Letter:
    """One that may be sent again; raise NotYours for any other."""
    demand(ctx)
    row = ctx.session.first(_letters(ctx).where(outbox.c.id == number, _may_be_sent(ctx)))
    if row is None:
        raise access.not_yours(ctx, "operate", None)
    return Letter(*row)


def sendable(ctx: Context) -> tuple[int, int]:
    """How many can be sent again, and how many of these may have arrived."""
    demand(ctx)
    unknown = func.count().filter(outbox.c.state == "unknown")
    query = select(func.count().label("all"), unknown.label("unknown")).select_from(_joined())
    row = ctx.session.first(query.where(*_wanted(ctx), _may_be_sent(ctx)))
    return row.all, row.unknown


def send_again(ctx: Context, number: int) -> int:
    """Have one sent again, or all that can be (0); give how many."""
    demand(ctx)
    place = access.paths(ctx, "operate")[0]
    access.demand(ctx, "operate", Thing(place, subject=f"message:{number}"))
    which = select(outbox.c.id).select_from(_joined()).where(*_wanted(ctx), _may_be_sent(ctx))
    if number:
        which = which.where(outbox.c.id == number)
    values = {"state": "waiting", "owner": None, "why": "", "ref": "", "attempts": 0, "due_at": ctx.now}
    again = update(outbox).where(_failed, outbox.c.id.in_(which)).values(**values)
    many: int = ctx.session.execute(again).rowcount
    if many:
        audit.write(ctx, "send_again", f"message:{number}" if number else "messages", {"many": many})
    return many


def _joined() -> Any:
    return outbox.join(address, address.c.id == outbox.c.address_id).join(
        person, person.c.id == address.c.person_id
    )


def _wanted(ctx: Context) -> tuple[ColumnElement[bool], ...]:
    return _failed, outbox.c.created_at > ctx.now - SHOWN_FOR, outbox.c.why.not_in(ON_PURPOSE)


def _letters(ctx: Context) -> Any:
    return (
        select(
            outbox.c.id,
            outbox.c.kind,
            address.c.channel,
            address.c.account,
            outbox.c.state,
            outbox.c.why,
            outbox.c.created_at,
            case((_in_reach(ctx), person.c.name), else_=""),
            _may_be_sent(ctx),
        )
        .select_from(_joined())
        .where(*_wanted(ctx))
    )


def _in_reach(ctx: Context) -> ColumnElement[bool]:
    """The condition on `person` that keeps those with a role in the reach of whoever asks."""
    here = select(role.c.person_id).join(unit, unit.c.id == role.c.unit_id)
    return and_(
        person.c.id.in_(here.where(access.visible_units(ctx, "operate"))),
        person.c.erased_at.is_(None),
        person.c.merged_into_id.is_(None),
    )


def _may_be_sent(ctx: Context) -> ColumnElement[bool]:
    """The condition on a message that keeps what can be sent again."""
    return and_(
        outbox.c.kind.in_(["notice", "reminder"]),
        address.c.reachable,
        people_data.may_be_written_to(),
        _in_reach(ctx),
    )
