"""Digests: how things stand for an officer, daily or weekly, and nothing where there is nothing to say."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

from sqlalchemy import exists, func, insert, or_, select, update

from movement import (
    access,
    cycles,
    deadlines,
    entries,
    people_data,
    quiet_hours,
    recognition,
    recognition_lists,
    rulings,
    scores,
    summary,
    transitions,
    units,
)
from movement.due import of_person
from movement.reminders import choices, unreached
from movement.reminders.unreached import NOBODY
from storage.people_tables import digest_choice, person, role
from storage.reminder_tables import reminder, reminder_letter
from storage.tables import entry
from storage.unit_tables import unit

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement

    from movement.context import Context
    from movement.due import Owed
    from movement.reminders.unreached import Unreached
    from movement.summary import UnitRow
    from storage.session import Session

Every = Literal["never", "daily", "weekly"]

HOURS: Final = range(7, 21)  # quiet hours are from 21:00 to 07:00
COMING: Final = 14  # days before a last day from which it is told
NEAR: Final = 30  # days around the last day of registering in which units that are short are named
MOST_UNITS: Final = 8
MOST_NAMES: Final = 5
LAST_WEEK: Final = 7  # days before a last day in which it comes daily
_OFFICERS: Final = ("unit_officer", "unit_head", "upper_officer", "standing_committee")
_REGISTERS: Final = ("register", "submit_list")
_HURRIES: Final = (*_REGISTERS, "report")


@dataclass(frozen=True, slots=True)
class Choice:
    """How often and when; `weekday` counts from Monday, 0, and matters only weekly."""

    every: Every = "weekly"
    hour: int = 8
    weekday: int = 0
    is_chosen: bool = True  # by the person: otherwise it comes daily in the last week before a last day


DEFAULT: Final = Choice(is_chosen=False)


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
    unreached: Unreached = NOBODY  # by reminders since

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to say."""
        waits = self.new or self.waiting or self.appraise or self.decide
        return not (waits or self.due or self.short or self.unreached.people)


def choice(ctx: Context) -> Choice:
    """What the person chose, or the default."""
    columns = [digest_choice.c[name] for name in ("every", "hour", "weekday", "chosen")]
    row = ctx.session.first(select(*columns).where(digest_choice.c.person_id == ctx.person.id))
    return Choice(*row) if row else DEFAULT


def choose(ctx: Context, every: Every, hour: int, weekday: int) -> None:
    """Keep what the person wants; raise ValueError for an hour or a day that cannot be."""
    if hour not in HOURS or weekday not in range(7):
        message = f"no hour or day for a digest: {hour}, {weekday}"
        raise ValueError(message)
    _keep(ctx.session, ctx.person.id, {"every": every, "hour": hour, "weekday": weekday, "chosen": True})


def receivers(ctx: Context) -> list[int]:
    """The officers whose digest is due now, and who have not been looked at today.

    Whoever chose nothing has it daily in the last week before a last day of registering or reporting, but for
    Sundays and holidays (reference: one a week, daily in the last week).
    """
    local = ctx.now.astimezone(ctx.zone)
    if local.hour not in HOURS:
        return []
    every = func.coalesce(digest_choice.c.every, DEFAULT.every)
    weekly = (every == "weekly") & (func.coalesce(digest_choice.c.weekday, DEFAULT.weekday) == local.weekday())
    leads = exists().where(role.c.person_id == person.c.id, role.c.role.in_(_OFFICERS))
    rhythms = [every == "daily", weekly]
    if not quiet_hours.is_day_off(ctx.today) and (urgent := _urgent(ctx)) is not None:
        in_haste = exists().select_from(role.join(unit)).where(role.c.person_id == person.c.id, urgent)
        rhythms.append(digest_choice.c.chosen.is_not(True) & in_haste)
    query = (
        select(person.c.id)
        .join(digest_choice, digest_choice.c.person_id == person.c.id, isouter=True)
        .where(
            people_data.may_be_written_to(),
            person.c.deactivated_at.is_(None),
            leads,
            func.coalesce(digest_choice.c.hour, DEFAULT.hour) <= local.hour,
            or_(digest_choice.c.last_on.is_(None), digest_choice.c.last_on < ctx.today),
            or_(*rhythms),
        )
        .order_by(person.c.id)
    )
    return [row.id for row in ctx.session.rows(query)]


def _urgent(ctx: Context) -> ColumnElement[bool] | None:
    """The condition on `unit` that keeps those at, above and below a year with a last day near; None: none is."""
    near = {
        held.unit_id
        for held in cycles.everywhere(ctx, (ctx.today.year - 1, ctx.today.year + 1))
        for each in deadlines.of_year(held.guideline, held.year, events=held.events)
        if each.deadline.does in _HURRIES and each.last_day and 0 <= (each.last_day - ctx.today).days <= LAST_WEEK
    }
    if not near:
        return None
    homes = units.several(ctx, sorted(near))
    above = sorted({number for each in homes for number in units.ancestors(each.path)})
    return or_(unit.c.id.in_(above), *[unit.c.path.startswith(each.path, autoescape=True) for each in homes])


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


def of_officer(ctx: Context, start: dt.date, *, by_itself: bool = False) -> Digest:
    """How things stand for this person, with a fixed number of statements for each unit they have a role in.

    `by_itself`: sent without being asked for, so that it does not repeat what a reminder says on the same day, nor
    say what the person put off or switched off.
    """
    waiting = rulings.waiting(ctx)
    due = [each for each in of_person(ctx, ctx.today) if not each.done and each.mine and _is_near(each, COMING)]
    short = _short(ctx)
    if by_itself and (due or short):
        kinds = _left_to_say(ctx)
        due = [
            each for each in due if (each.days_left or 0) < 0 or choices.kind_of(each.due.deadline.does) in kinds
        ]
        own = set() if "register" in kinds else {held.unit_id for held in access.roles(ctx)}
        short = [row for row in short if row.unit.id not in own]
    return Digest(
        since=start,
        new=_new(ctx, start),
        waiting=len(waiting),
        oldest=waiting[0].submitted_at.astimezone(ctx.zone).date() if waiting else None,
        appraise=len(_to_appraise(ctx)),
        decide=sum(len(each.entries) for each in recognition_lists.candidates(ctx, recognition.may_decide)),
        due=tuple(due),
        short=tuple(short),
        unreached=unreached.since(ctx, start, MOST_NAMES),
    )


def _is_late(each: Owed) -> bool:
    return each.days_left is not None and each.days_left < 0


def _left_to_say(ctx: Context) -> frozenset[str]:
    """The kinds of what is due that no reminder says today, and that were neither put off nor switched off."""
    chosen = choices.mine(ctx)
    is_put_off = chosen.snoozed_until is not None and chosen.snoozed_until > ctx.today
    return frozenset() if is_put_off or _is_reminded(ctx) else frozenset(choices.KINDS) - chosen.off


def _is_reminded(ctx: Context) -> bool:
    """Whether the person has a reminder of today, or is about to have it."""
    told = exists().where(reminder_letter.c.person_id == ctx.person.id, reminder_letter.c.day == ctx.today)
    mine = (reminder.c.person_id == ctx.person.id, reminder.c.state == "waiting", reminder.c.due_at <= ctx.now)
    return bool(ctx.session.scalar(select(or_(told, exists().where(*mine)))))


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
