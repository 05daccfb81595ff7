"""What `run_bot.py people` does: the same services as in the chat, with an administrator's rights over all units.

People are told as if it had been done in the chat; what is told waits for the running assistant to send it.
"""

from __future__ import annotations

import datetime as dt
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

from bot import inbox
from bot.commands import database_of
from bot.inbox import Desk
from locales import _
from movement import appointments, handing_over, locking, opening, role_names, rosters
from movement.errors import DomainError, NotYours
from movement.operators import operator

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterator

    from bot.settings import Settings
    from movement.context import Context
    from movement.rosters import Listed
    from storage.session import Session

    Work = Callable[[Context], str]

T = TypeVar("T")


def list_people(settings: Settings, asked: argparse.Namespace) -> str:
    """A line for each person that these words find."""
    return _read(settings, lambda ctx: _lines(rosters.search(ctx, " ".join(asked.words))))


def without_officer(settings: Settings, asked: argparse.Namespace) -> str:
    """The figures, and a line for each unit that nobody looks after."""
    return _read(settings, lambda ctx: "\n".join(_unstaffed(ctx, asked.unit)))


def appoint(settings: Settings, asked: argparse.Namespace) -> str:
    """Give a role."""

    def work(ctx: Context) -> str:
        appointments.appoint(ctx, asked.person, asked.role, asked.unit)
        return _done(ctx, asked.person)

    return _write(settings, work)


def remove(settings: Settings, asked: argparse.Namespace) -> str:
    """Take a role away."""

    def work(ctx: Context) -> str:
        who = rosters.demand(ctx, asked.person)
        appointments.remove(ctx, asked.person, asked.role, asked.unit)
        text = _("✅ Taken away from {name}: {role}. They are told; what they have sent is kept.")
        return text.format(name=who.name, role=role_names.label(asked.role))

    return _write(settings, work)


def hand_over(settings: Settings, asked: argparse.Namespace) -> str:
    """Hand over all duties of a person."""

    def work(ctx: Context) -> str:
        made = handing_over.plan(ctx, asked.giver, asked.taker)
        done = handing_over.carry_out(ctx, asked.giver, asked.taker)
        text = _(
            "✅ Handed over from {giver} to {taker}: {roles} roles, {entries} open initiatives. Both are told."
        )
        return text.format(giver=made.giver.name, taker=made.taker.name, **done)

    return _write(settings, work)


def deactivate(settings: Settings, asked: argparse.Namespace) -> str:
    """Lock an account."""

    def work(ctx: Context) -> str:
        locking.lock(ctx, asked.person)
        return _done(ctx, asked.person)

    return _write(settings, work)


def reactivate(settings: Settings, asked: argparse.Namespace) -> str:
    """Open an account again."""

    def work(ctx: Context) -> str:
        locking.unlock(ctx, asked.person)
        return _done(ctx, asked.person)

    return _write(settings, work)


def _done(ctx: Context, person_id: int) -> str:
    return "✅ " + _lines([rosters.demand(ctx, person_id)])


def _lines(found: list[Listed]) -> str:
    """The number of each person, their name and roles with the numbers of the units."""
    line = _("{number}: {name} · {duties}")
    lines = []
    for each in found:
        duties = "; ".join(f"{duty.role} ({duty.unit_id}: {duty.unit_name})" for duty in each.duties)
        locked = "" if each.is_active else " · " + _("account locked")
        lines.append(line.format(number=each.id, name=each.name or _("(no name yet)"), duties=duties) + locked)
    return "\n".join(lines) or _("Nobody was found.")


def _unstaffed(ctx: Context, unit_id: int | None) -> list[str]:
    tops = [unit_id] if unit_id else [each.id for each in opening.roots(ctx.session)]
    lines = []
    for top in tops:
        found = rosters.staffing(ctx, top)
        text = _("With an officer: {staffed}. Without: {without}. Together: {all} units.")
        many = len(found.without)
        lines.append(text.format(staffed=found.staffed, without=many, all=found.staffed + many))
        lines += [f"{each.id}: {each.name}" for each in found.without]
    return lines


def _read(settings: Settings, work: Work) -> str:
    with database_of(settings) as database, _said_for_operators():
        return database.read_now(lambda session: work(_context(session, settings)))


def _write(settings: Settings, work: Work) -> str:
    """Do it in one transaction, with what people are told of it."""

    def act(session: Session) -> str:
        ctx = _context(session, settings)
        said = work(ctx)
        inbox.told(ctx, Desk(0, settings.zone))
        return said

    with database_of(settings) as database, _said_for_operators():
        return database.write_now(act)


@contextmanager
def _said_for_operators() -> Iterator[None]:
    """To an operator nothing is out of reach: what was refused is not there, or not together."""
    try:
        yield
    except NotYours as refused:
        text = _("There is no such person, role or unit. The numbers are in `people list` and `units list`.")
        raise DomainError(text) from refused


def _context(session: Session, settings: Settings) -> Context:
    return operator(session, dt.datetime.now(dt.UTC), settings.zone)
