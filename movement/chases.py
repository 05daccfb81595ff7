"""Chases: an officer reminds everybody in a subtree who owes something, or writes to all of them.

Here it is decided to whom it goes, and kept. Who owes is `owing`'s business, sending is that of `chase_sending`.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final, Literal

from sqlalchemy import func, insert, select
from sqlalchemy.dialects import postgresql, sqlite

from locales import N_, _
from movement import access, audit, cycles, owing, quiet_hours, reaching, units
from movement.access import Thing
from movement.errors import DomainError
from movement.matching import fold
from storage.chase_tables import chase, chase_message
from storage.people_tables import person, role
from storage.unit_tables import unit

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    from movement.context import Context
    from movement.owing import Debt
    from movement.reaching import Reach
    from movement.units import Unit

Audience = Literal["officers", "everyone"]

LABELS: Final[Mapping[str, str]] = {
    "register": N_("has not registered enough"),
    "mend": N_("has something to complete"),
    "report": N_("has results to report"),
    "score": N_("has an initiative to score"),
    "words": N_("announcement"),
}
LONGEST_WORDS: Final = 300  # of one's own in a reminder
MOST_NAMED: Final = 5  # units without anybody in charge
LONGEST_NEWS: Final = 1000  # of an announcement
_OFFICERS: Final = ("unit_officer", "unit_head", "upper_officer", "standing_committee", "endorser", "appraiser")

_add = {
    name: dialect.insert(chase_message).on_conflict_do_nothing()
    for name, dialect in (("sqlite", sqlite), ("postgresql", postgresql))
}


@dataclass(frozen=True, slots=True)
class Asked:
    """What an officer wants to send: to the subtree of which unit, what, of which year."""

    unit_id: int
    kind: str
    year: int
    words: str = ""
    audience: str = ""

    @property
    def topic(self) -> str:
        """What may reach a person once a day: the year, or the very words."""
        if self.kind != "words":
            return str(self.year)
        return hashlib.sha256(" ".join(fold(self.words).split()).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Plan:
    """To whom it would go. `left_out` got the same on that day already; `unled` have nobody in charge."""

    asked: Asked
    home: Unit
    reach: Reach
    due_at: dt.datetime
    debts: Mapping[int, list[Debt]] = field(default_factory=dict)
    left_out: int = 0
    unled: tuple[Unit, ...] = ()
    speaks_for: int = 0  # the officer's own unit
    unwilling: int = 0  # asked not to be written to, or withdrew consent: they are not called either


def plan(ctx: Context, asked: Asked) -> Plan:
    """To whom it would go now, and how, with nine statements at most; raise DomainError where they may not."""
    home = demand(ctx, asked.unit_id)
    due_at = quiet_hours.next_allowed(ctx.now, ctx.zone)
    debts: dict[int, list[Debt]] = {}
    unled: tuple[Unit, ...] = ()
    if asked.kind == "words":
        people = _with_roles(ctx, home, asked.audience)
    else:
        found = owing.read(ctx, home, asked.year)
        debts, people = found.by_person(asked.kind), set(found.by_person(asked.kind))
        unled = found.unled if asked.kind == "register" else ()
    told = _told(ctx, asked, due_at)
    wanted = people - {ctx.person.id}
    found_all, left_out = reaching.of_people(ctx, wanted - told), len(wanted & told)
    reach = replace(found_all, people=tuple(each for each in found_all.people if each.why != "unwilling"))
    unwilling = len(found_all.people) - len(reach.people)
    return Plan(asked, home, reach, due_at, debts, left_out, unled, _speaks_for(ctx, home), unwilling)


def counts(ctx: Context, unit_id: int) -> dict[str, tuple[int, int]]:
    """How many people owe each kind of thing, but for the one who asks; and for how many units nobody does."""
    home = demand(ctx, unit_id)
    found = {kind: owing.read(ctx, home, year_of(ctx, home, kind)) for kind in owing.KINDS}
    people = {kind: len(each.by_person(kind).keys() - {ctx.person.id}) for kind, each in found.items()}
    unled = {"register": len(found["register"].unled)}
    return {kind: (many, unled.get(kind, 0)) for kind, many in people.items()}


def year_of(ctx: Context, home: Unit, kind: str) -> int:
    """The year a reminder is about: this one, but for registrations the one they count for now."""
    if kind != "register":
        return ctx.today.year
    try:
        return cycles.to_register(ctx, home).year
    except DomainError:  # nothing has been opened there
        return ctx.today.year


def begin(ctx: Context, asked: Asked) -> dict[str, Any]:
    """Keep what is to be sent: {chase, people, nowhere, left_out, due_at}; raise DomainError where nobody is left.

    Two officers at the same moment: the database keeps one message for each person and day.
    """
    planned = plan(ctx, asked)
    if not planned.reach.people:
        raise DomainError(nobody_left(planned))
    number = _keep(ctx, planned)
    day = planned.due_at.astimezone(ctx.zone).date()
    same = {"chase_id": number, "kind": asked.kind, "topic": asked.topic, "day": day, "due_at": planned.due_at}
    rows = [
        {**same, "person_id": each.id, "state": "nowhere" if each.way == "nowhere" else "waiting"}
        for each in planned.reach.people
    ]
    ctx.session.execute(_add[ctx.session.connection.dialect.name], rows)
    by_state = (
        select(chase_message.c.state, func.count().label("many"))
        .where(chase_message.c.chase_id == number)
        .group_by(chase_message.c.state)
    )
    kept = {row.state: row.many for row in ctx.session.rows(by_state)}
    if not kept:
        raise DomainError(nobody_left(planned))
    details = {"kind": asked.kind, "unit": asked.unit_id, "people": sum(kept.values())}
    audit.write(ctx, "chase", f"chase:{number}", details)
    return {
        "chase": number,
        "people": kept.get("waiting", 0),
        "nowhere": kept.get("nowhere", 0),
        "left_out": planned.left_out + len(rows) - sum(kept.values()),
        "due_at": planned.due_at.isoformat(),
    }


def _keep(ctx: Context, planned: Plan) -> int:
    asked = planned.asked
    values = {"unit_id": asked.unit_id, "kind": asked.kind, "year": asked.year, "words": asked.words}
    who = {"person_id": ctx.person.id, "from_id": planned.speaks_for, "audience": asked.audience}
    new = insert(chase).values(**values, **who, created_at=ctx.now).returning(chase.c.id)
    return int(ctx.session.scalar(new))


def nobody_left(planned: Plan) -> str:
    """Why there is nobody to write to."""
    if planned.left_out:
        return _("Everybody was told the same today already. Nobody gets it twice in a day.")
    if planned.unled:
        names = "; ".join(each.name for each in planned.unled[:MOST_NAMED])
        text = _("Nobody is in charge of these units yet: {names}{more}. Give somebody a code: /moi")
        return text.format(names=names, more="…" if len(planned.unled) > MOST_NAMED else "")
    return _("Nobody there is left to be reminded of that.")


def demand(ctx: Context, unit_id: int) -> Unit:
    """The unit, where the person may write to its subtree; raise DomainError."""
    home = units.get(ctx, unit_id)
    access.seek(ctx, f"unit:{unit_id}")
    access.demand(ctx, "chase", Thing(home.path) if home else None)
    assert home is not None  # noqa: S101 - for the type checker: `demand` has refused
    return home


def _speaks_for(ctx: Context, home: Unit) -> int:
    """The nearest of the officer's own units from which they may write there."""
    paths = [path for path in access.paths(ctx, "chase") if home.path.startswith(path)]
    return units.ancestors(max(paths, key=len))[-1]


def _told(ctx: Context, asked: Asked, due_at: dt.datetime) -> set[int]:
    """Who gets the same on that day already, whoever sends it."""
    same = (chase_message.c.kind == asked.kind, chase_message.c.topic == asked.topic)
    day = due_at.astimezone(ctx.zone).date()
    rows = ctx.session.rows(select(chase_message.c.person_id).where(*same, chase_message.c.day == day))
    return {row.person_id for row in rows}


def _with_roles(ctx: Context, home: Unit, audience: str) -> set[int]:
    """Whoever has a role in the subtree, or only its officers."""
    query = (
        select(role.c.person_id)
        .join(unit, unit.c.id == role.c.unit_id)
        .join(person, person.c.id == role.c.person_id)
        .where(unit.c.path.startswith(home.path, autoescape=True), person.c.deactivated_at.is_(None))
        .where(unit.c.valid_to.is_(None) | (unit.c.valid_to >= ctx.today))
    )
    if audience == "officers":
        query = query.where(role.c.role.in_(_OFFICERS))
    return {row.person_id for row in ctx.session.rows(query.distinct())}
