"""What a person wants to be reminded of, and when: kinds that are switched off, and “remind me later”."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

from sqlalchemy import insert, select, update

from locales import N_
from movement import access, audit
from movement.reminders import days, duties, open_work
from movement.reminders.stops import Stops
from storage.reminder_tables import reminder, reminder_choice

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from movement.context import Context

Kind = Literal["register", "report", "judge"]
PuttingOff = Literal["possible", "too_late", "nothing"]

KINDS: Final[Mapping[Kind, str]] = {
    "register": N_("registering"),
    "report": N_("evidence, self-scoring and reporting"),
    "judge": N_("appraising and recognising"),
}
_ACTS: Final[Mapping[Kind, frozenset[str]]] = {
    "register": frozenset({"register", "draft", "submit_list"}),
    "report": frozenset({"report", "mend", "prove", "score"}),
    "judge": frozenset({"appraise", "recognise", "propose"}),
}
_CONCERNS: Final[Mapping[Kind, frozenset[str]]] = {  # who may have to be reminded of it
    "register": open_work.DOING,
    "report": open_work.DOING,
    "judge": open_work.JUDGING,
}
LATER: Final = 3  # days, of “remind me later”
MOST_LOOKED_AT: Final = 100  # rows of one person


@dataclass(frozen=True, slots=True)
class Choice:
    """What one person chose; nothing was switched off where nothing was chosen."""

    off: frozenset[str] = frozenset()
    snoozed_until: dt.date | None = None

    def wants(self, act: str) -> bool:
        """Whether the person wants to be reminded of such acts."""
        return kind_of(act) not in self.off

    def day(self, planned: dt.date, last_day: dt.date) -> dt.date:
        """The day on which the person is told what was planned for that day: later where they asked for it."""
        if self.snoozed_until is None or planned >= self.snoozed_until:
            return planned
        return max(planned, days.moved(min(self.snoozed_until, last_day), last_day))


NOTHING: Final = Choice()


def kind_of(act: str) -> Kind:
    """The kind that can be switched off of which this act is."""
    return next(kind for kind, acts in _ACTS.items() if act in acts)


def of(ctx: Context, people: Iterable[int] | None = None) -> dict[int, Choice]:
    """What people chose, of all of them or of these; whoever chose nothing is left out."""
    query = select(reminder_choice)
    if people is not None:
        query = query.where(reminder_choice.c.person_id.in_(sorted(set(people))))
    return {row.person_id: Choice(frozenset(row.off), row.snoozed_until) for row in ctx.session.rows(query)}


def mine(ctx: Context) -> Choice:
    """What the person who speaks chose."""
    return of(ctx, [ctx.person.id]).get(ctx.person.id, NOTHING)


def concerning(ctx: Context, chosen: Choice) -> tuple[Kind, ...]:
    """The kinds that the person's roles may bring with them, and those they switched off."""
    held = {each.role for each in access.roles(ctx)}
    return tuple(kind for kind in KINDS if kind in chosen.off or held & _CONCERNS[kind])


def putting_off(ctx: Context) -> PuttingOff:
    """Whether what was told, or is about to be, can be put off: not what is due today, done or switched off.

    Eight statements at most, one where there is nothing.
    """
    query = select(reminder).where(
        reminder.c.person_id == ctx.person.id,
        reminder.c.state.in_(("waiting", "queued")),
        reminder.c.last_day >= ctx.today,
    )
    rows = ctx.session.rows(query.order_by(reminder.c.last_day.desc(), reminder.c.id.desc()).limit(MOST_LOOKED_AT))
    if not rows:
        return "nothing"
    chosen = mine(ctx)
    owed = {each.last_day for each in duties.still(ctx, rows).values() if chosen.wants(each.act)}
    if not owed:
        return "nothing"
    return "possible" if max(owed) > ctx.today else "too_late"


def switch(ctx: Context, kind: Kind, *, on: bool) -> None:
    """Remind the person of this kind, or no more; what is planned follows."""
    off = mine(ctx).off - {kind} if on else mine(ctx).off | {kind}
    _keep(ctx, {"off": sorted(off)})
    before, after = ("off", "waiting") if on else ("waiting", "off")
    these = (reminder.c.person_id == ctx.person.id, reminder.c.act.in_(_ACTS[kind]), reminder.c.state == before)
    ctx.session.execute(update(reminder).where(*these).values(state=after))
    audit.write(ctx, "choose_reminders", f"person:{ctx.person.id}", {"kind": kind, "on": on})


def snooze(ctx: Context) -> dt.date:
    """Remind the person in some days of what they were told last, and of nothing before; give that day.

    What is due earlier comes at its last possible day: nothing is put off past a last day.
    """
    until = ctx.today + dt.timedelta(days=LATER)
    _keep(ctx, {"snoozed_until": until})
    chosen = Choice(snoozed_until=until)
    mine_ = select(reminder).where(reminder.c.person_id == ctx.person.id)
    for row in ctx.session.rows(mine_.where(reminder.c.state == "waiting", reminder.c.last_day >= ctx.today)):
        planned = row.due_at.astimezone(ctx.zone).date()
        if (day := chosen.day(planned, row.last_day)) != planned:
            ctx.session.execute(
                update(reminder).where(reminder.c.id == row.id).values(due_at=days.at(day, ctx.zone))
            )
    _again(ctx, chosen)
    audit.write(ctx, "snooze_reminders", f"person:{ctx.person.id}", {"until": until.isoformat()})
    return days.moved(until, until)


def _again(ctx: Context, chosen: Choice) -> None:
    """Plan once more what the last letter told, where nothing else of it comes by then and it is not stopped."""
    told = (reminder.c.person_id == ctx.person.id, reminder.c.state == "queued", reminder.c.last_day > ctx.today)
    rows = ctx.session.rows(select(reminder).where(*told).order_by(reminder.c.letter_on.desc()))
    known = (reminder.c.person_id == ctx.person.id, reminder.c.last_day > ctx.today)
    taken = {
        (row.subject, row.act, row.deadline, row.last_day, row.days_before)
        for row in ctx.session.rows(select(reminder).where(*known))
    }
    wanted, stopped = mine(ctx), Stops.read(ctx) if rows else None
    for row in rows:
        if row.letter_on != rows[0].letter_on:
            break
        if not wanted.wants(row.act):
            continue
        day = chosen.day(ctx.today, row.last_day)
        left = (row.last_day - day).days
        key = (row.subject, row.act, row.deadline, row.last_day, left)
        if day > ctx.today and key not in taken:
            taken.add(key)
            copied: dict[str, Any] = {
                name: getattr(row, name)
                for name in ("person_id", "unit_id", "subject", "act", "deadline", "year", "last_day")
            }
            is_stopped = stopped is not None and stopped.hold(row.year, row.deadline, row.unit_id, day)
            state = "stopped" if is_stopped else "waiting"
            new = {"days_before": left, "due_at": days.at(day, ctx.zone), "state": state, "snoozed": True}
            ctx.session.execute(insert(reminder).values(**copied, **new))


def _keep(ctx: Context, values: dict[str, Any]) -> None:
    mine_ = reminder_choice.c.person_id == ctx.person.id
    if not ctx.session.execute(update(reminder_choice).where(mine_).values(**values)).rowcount:
        ctx.session.execute(
            insert(reminder_choice).values(
                **{"person_id": ctx.person.id, "off": [], "snoozed_until": None} | values
            )
        )
