"""Digests: how things stand for an officer, daily or weekly, and nothing where there is nothing to say."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

from sqlalchemy import exists, func, insert, or_, select, update

from movement import (
    access,
    entries,
    people_data,
    recognition,
    recognition_lists,
    rulings,
    scores,
    summary,
    transitions,
)
from movement.due import of_person
from storage.people_tables import digest_choice, person, role
from storage.tables import entry
from storage.unit_tables import unit

if TYPE_CHECKING:
    from movement.context import Context
    from movement.due import Owed
    from movement.summary import UnitRow
    from storage.session import Session

Every = Literal["never", "daily", "weekly"]

HOURS: Final = range(7, 21)  # quiet hours are from 21:00 to 07:00
COMING: Final = 14  # days before a last day from which it is told
NEAR: Final = 30  # days around the last day of registering in which units that are short are named
MOST_UNITS: Final = 8
_OFFICERS: Final = ("unit_officer", "unit_head", "upper_officer", "standing_committee")
_REGISTERS: Final = ("register", "submit_list")


@dataclass(frozen=True, slots=True)
class Choice:
    """How often and when; `weekday` counts from Monday, 0, and matters only weekly."""

    every: Every = "weekly"
    hour: int = 8
    weekday: int = 0


DEFAULT: Final = Choice()


@dataclass(frozen=True, slots=True)
class Digest:
    """What an officer is told."""

    since: dt.date
    new: int  # registrations that came since
    waiting: int  # for their confirmation
    oldest: dt.date | None  # since when the first of them waits
    appraise: int
    decide: int
    due: tuple[Owed, ...]
    short: tuple[UnitRow, ...]  # branches with units that have fewer than a target asks for

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to say."""
        return not (self.new or self.waiting or self.appraise or self.decide or self.due or self.short)


def choice(ctx: Context) -> Choice:
    """What the person chose, or the default."""
    columns = (digest_choice.c.every, digest_choice.c.hour, digest_choice.c.weekday)
    row = ctx.session.first(select(*columns).where(digest_choice.c.person_id == ctx.person.id))
    return Choice(*row) if row else DEFAULT


def choose(ctx: Context, every: Every, hour: int, weekday: int) -> None:
    """Keep what the person wants; raise ValueError for an hour or a day that cannot be."""
    if hour not in HOURS or weekday not in range(7):
        message = f"no hour or day for a digest: {hour}, {weekday}"
        raise ValueError(message)
    _keep(ctx.session, ctx.person.id, {"every": every, "hour": hour, "weekday": weekday})


def receivers(session: Session, local: dt.datetime) -> list[int]:
    """The officers whose digest is due at this local time, and who have not been looked at today."""
    every = func.coalesce(digest_choice.c.every, DEFAULT.every)
    query = (
        select(person.c.id)
        .join(digest_choice, digest_choice.c.person_id == person.c.id, isouter=True)
        .where(
            people_data.may_be_written_to(),
            person.c.deactivated_at.is_(None),
            exists().where(role.c.person_id == person.c.id, role.c.role.in_(_OFFICERS)),
            func.coalesce(digest_choice.c.hour, DEFAULT.hour) <= local.hour,
            or_(digest_choice.c.last_on.is_(None), digest_choice.c.last_on < local.date()),
            or_(
                every == "daily",
                (every == "weekly") & (func.coalesce(digest_choice.c.weekday, DEFAULT.weekday) == local.weekday()),
            ),
        )
        .order_by(person.c.id)
    )
    return [row.id for row in session.rows(query)] if local.hour in HOURS else []


def mark(session: Session, person_id: int, day: dt.date) -> bool:
    """Note that the person was looked at on this day; False where another process has done so."""
    row = session.first(
        select(digest_choice.c.last_on).where(digest_choice.c.person_id == person_id).with_for_update()
    )
    if row is not None and row.last_on is not None and row.last_on >= day:
        return False
    _keep(session, person_id, {"last_on": day})
    return True


def since(ctx: Context, chosen: Choice) -> dt.date:
    """The day from which on things are new: the last digest, or as long ago as there is between two."""
    last: dt.date | None = ctx.session.scalar(
        select(digest_choice.c.last_on).where(digest_choice.c.person_id == ctx.person.id)
    )
    between = dt.timedelta(days=1 if chosen.every == "daily" else 7)
    return last if last is not None and last < ctx.today else ctx.today - between


def of_officer(ctx: Context, start: dt.date) -> Digest:
    """How things stand for this person, with a fixed number of statements for each unit they have a role in."""
    waiting = rulings.waiting(ctx)
    due = [each for each in of_person(ctx, ctx.today) if not each.done and each.mine and _is_near(each, COMING)]
    return Digest(
        since=start,
        new=_new(ctx, start),
        waiting=len(waiting),
        oldest=waiting[0].submitted_at.astimezone(ctx.zone).date() if waiting else None,
        appraise=len(_to_appraise(ctx)),
        decide=sum(len(each.entries) for each in recognition_lists.candidates(ctx, recognition.may_decide)),
        due=tuple(due),
        short=tuple(_short(ctx)),
    )


def _new(ctx: Context, start: dt.date) -> int:
    """Registrations of others that came since, in what the person may review."""
    paths = access.paths(ctx, "review")
    if not paths:
        return 0
    began = dt.datetime.combine(start, dt.time(), ctx.zone)
    query = (
        select(func.count())
        .select_from(entry.join(unit, unit.c.id == entry.c.unit_id))
        .where(
            entry.c.submitted_at >= began,
            entry.c.author_id != ctx.person.id,
            or_(*[unit.c.path.startswith(path, autoescape=True) for path in paths]),
        )
    )
    return int(ctx.session.scalar(query))


def _to_appraise(ctx: Context) -> list[int]:
    if not access.paths(ctx, "appraise"):
        return []
    waiting = entries.oldest(ctx, "appraise", transitions.sources("appraise"))
    done = scores.done(ctx, [each.id for each in waiting if each.state == "appraised"])
    return [each.id for each in waiting if each.id not in done]


def _short(ctx: Context) -> list[UnitRow]:
    """The branches below with units that are short, around the last day of registering."""
    near = [each for each in of_person(ctx, ctx.today) if each.due.deadline.does in _REGISTERS]
    if not any(_is_near(each, NEAR) for each in near):
        return []
    homes = dict.fromkeys(held.unit_id for held in access.roles(ctx) if "summarise" in held.rights)
    rows = [row for unit_id in homes for row in summary.of_unit(ctx, unit_id, ctx.today.year).rows]
    return [row for row in rows if row.figures.missing][:MOST_UNITS]


def _is_near(each: Owed, days: int) -> bool:
    return each.days_left is not None and abs(each.days_left) <= days


def _keep(session: Session, person_id: int, values: dict[str, Any]) -> None:
    known = session.execute(update(digest_choice).where(digest_choice.c.person_id == person_id).values(**values))
    if not known.rowcount:
        whole = {"every": DEFAULT.every, "hour": DEFAULT.hour, "weekday": DEFAULT.weekday}
        session.execute(insert(digest_choice).values(person_id=person_id, **whole | values))
