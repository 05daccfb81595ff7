"""Whom reminders did not reach, so that those who look after them call.

It is of people with a role in the reach of whoever asks; whoever has written to us since is not among them.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import and_, exists, func, select

from movement import access, people_data, rosters
from movement.reminders import outcomes
from storage.channel_tables import outbox
from storage.people_tables import address, person
from storage.reminder_tables import reminder, reminder_letter
from storage.unit_tables import unit

if TYPE_CHECKING:
    from movement.context import Context

BACK: Final = 14  # days that the list goes back
PAGE: Final = 10


@dataclass(frozen=True, slots=True)
class Unreached:
    """How many people, and the first of them, each with the unit that it was about."""

    people: int
    names: tuple[tuple[str, str], ...]


NOBODY: Final = Unreached(0, ())


@dataclass(frozen=True, slots=True)
class Row:
    """One person, and what they were last to be reminded of."""

    person_id: int
    name: str
    phone: str | None
    unit_name: str
    path: str
    act: str
    last_day: dt.date


def since(ctx: Context, start: dt.date, most: int) -> Unreached:
    """Whom nothing has reached from that day on; one statement, none without the right to know people."""
    if not access.paths(ctx, "people"):
        return NOBODY
    rows = ctx.session.rows(_people(ctx, start).limit(most))
    names = tuple((row.name, row.short_name or row.unit_name) for row in rows)
    return Unreached(rows[0].many if rows else 0, names)


def page(ctx: Context, number: int) -> tuple[list[Row], int]:
    """Ten of them with their phones, from page 0 on, and how many there are; raise NotYours."""
    if not access.paths(ctx, "people"):
        raise access.not_yours(ctx, "people")
    query = _people(ctx, ctx.today - dt.timedelta(days=BACK)).limit(PAGE).offset(number * PAGE)
    rows = ctx.session.rows(query)
    found = [Row(row.id, row.name, row.phone, row.unit_name, row.path, row.act, row.last_day) for row in rows]
    return found, rows[0].many if rows else 0


def _people(ctx: Context, start: dt.date) -> Any:
    """Each person with the newest reminder that did not arrive."""
    letter = and_(
        reminder_letter.c.person_id == reminder.c.person_id, reminder_letter.c.day == reminder.c.letter_on
    )
    newest = (
        select(func.max(reminder.c.id).label("id"))
        .select_from(reminder)
        .join(unit, unit.c.id == reminder.c.unit_id)
        .join(person, person.c.id == reminder.c.person_id)
        .join(reminder_letter, letter, isouter=True)
        .where(reminder.c.letter_on >= start, reminder.c.state.in_(("queued", "nowhere")))
        .where(access.visible_units(ctx, "people"), rosters.is_known(ctx), people_data.may_be_written_to())
        .where(outcomes.outcome().in_(("failed", "nowhere")), ~_has_written_since())
        .group_by(reminder.c.person_id)
        .subquery()
    )
    columns = (person.c.id, person.c.name, person.c.phone, unit.c.name.label("unit_name"), unit.c.short_name)
    return (
        select(*columns, unit.c.path, reminder.c.act, reminder.c.last_day, func.count().over().label("many"))
        .select_from(reminder)
        .join(newest, newest.c.id == reminder.c.id)
        .join(person, person.c.id == reminder.c.person_id)
        .join(unit, unit.c.id == reminder.c.unit_id)
        .order_by(unit.c.name, person.c.name, person.c.id)
    )


def _has_written_since() -> Any:
    """Whether they were answered after it: whoever writes can be reached."""
    rows = outbox.join(address, address.c.id == outbox.c.address_id)
    found = (
        exists()
        .select_from(rows)
        .where(
            address.c.person_id == person.c.id,
            outbox.c.kind == "answer",
            outbox.c.created_at > reminder.c.ended_at,
        )
    )
    return found.correlate(person, reminder)
