"""What one person is told on one day: all that is due, looked at again, so that nothing done is asked for.

Reading takes place in a reader's snapshot. `queue` then writes what was found, once, whichever process comes
first: a person has one letter a day. A letter that was not sent on its day goes, and what it held comes in the
next.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from movement import quiet_hours
from movement.reminders import choices, days, duties, letter_rows
from movement.reminders.stops import Stops

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from movement.context import Context
    from movement.reminders.choices import Choice
    from movement.reminders.duties import Duty


@dataclass(frozen=True, slots=True)
class Letter:
    """All that one person is to be told now. `ids` are of `reminder`; `last_days` those of the rows."""

    person_id: int
    duties: tuple[Duty, ...]
    ids: tuple[int, ...]
    last_days: Mapping[int, dt.date]
    ended: Mapping[str, tuple[int, ...]]  # rows that need no sending, by the state they end in
    put_off: Mapping[int, dt.datetime]  # rows that the person wants later


def due(ctx: Context, person_id: int | None = None) -> list[Letter]:
    """What is to be sent now, of some people or of one; nothing in quiet hours and before the hour."""
    return _gathered(ctx, letter_rows.due(ctx, person_id)) if is_time(ctx) else []


def is_time(ctx: Context) -> bool:
    """Whether reminders go out now."""
    return ctx.now.astimezone(ctx.zone).time() >= days.AT and not quiet_hours.is_quiet(ctx.now, ctx.zone)


def queue(ctx: Context, letters: Sequence[Letter]) -> list[Letter]:
    """Take these letters; give those that are to be sent now, by this unit of work.

    Whoever was told something today already is told tomorrow, or on the last day not at all.
    """
    for each in letters:
        _end(ctx, each)
        letter_rows.put_off(ctx, each.put_off)
    whole = [each for each in letters if each.ids]
    first = letter_rows.begin(ctx, [each.person_id for each in whole])
    taken = []
    for each in whole:
        if each.person_id not in first:
            _tomorrow(ctx, each)
        elif letter_rows.take(ctx, each.ids):
            taken.append(each)
        else:
            letter_rows.forget_letter(ctx, each.person_id, ctx.today)
    return taken


def went_by(ctx: Context, letters: Iterable[Letter], rows: Mapping[int, int]) -> None:
    """Keep by which row of the outbox each person's letter goes; whoever has none cannot be reached."""
    for each in letters:
        if (row := rows.get(each.person_id)) is not None:
            letter_rows.went_by(ctx, each.person_id, row)
        else:
            letter_rows.end(ctx, each.ids, "nowhere", before="queued", day=ctx.today)


def looked_at_again(ctx: Context, person_id: int, day: dt.date) -> Letter | None:
    """What is left of a letter that was not sent at once; None where nothing is, or its day is over.

    What is done meanwhile ends so, and what the person put off waits until then; after its day all of it is open
    again, for the next letter.
    """
    if day < ctx.today:
        letter_rows.open_again(ctx.session, [(person_id, day)])
        return None
    found = _gathered(ctx, letter_rows.of_letter(ctx, person_id, day))
    for each in found:
        _end(ctx, each, before="queued", day=day)
        letter_rows.put_off(ctx, each.put_off, before="queued")
    left = next((each for each in found if each.ids), None)
    if left is None:  # so that what comes up later, such as what is let out again, can be told on this day
        letter_rows.forget_letter(ctx, person_id, day, unless_sent=True)
    return left


def _gathered(ctx: Context, rows: Sequence[Any]) -> list[Letter]:
    if not rows:
        return []
    owed = duties.still(ctx, rows)
    by_person: dict[int, list[Any]] = {}
    for row in rows:
        by_person.setdefault(row.person_id, []).append(row)
    chosen, stopped = choices.of(ctx, by_person), Stops.read(ctx)
    return [
        _letter(ctx, theirs, owed, chosen.get(person_id, choices.NOTHING), stopped)
        for person_id, theirs in by_person.items()
    ]


def _letter(ctx: Context, theirs: list[Any], owed: Mapping[Any, Duty], chosen: Choice, stopped: Stops) -> Letter:
    ended: dict[str, list[int]] = {}
    put_off: dict[int, dt.datetime] = {}
    told: dict[Any, Duty] = {}
    ids = []
    for row in theirs:
        key = (row.person_id, row.subject, row.act, row.deadline, row.last_day)
        if row.last_day < ctx.today:
            ended.setdefault("over", []).append(row.id)
        elif key not in owed:
            ended.setdefault("done", []).append(row.id)
        elif not chosen.wants(row.act):
            ended.setdefault("off", []).append(row.id)
        elif stopped.hold(row.year, row.deadline, row.unit_id, row.letter_on or ctx.today):
            ended.setdefault("stopped", []).append(row.id)
        elif (day := chosen.day(ctx.today, row.last_day)) > ctx.today:
            put_off[row.id] = days.at(day, ctx.zone)
        else:
            told[key] = owed[key]
            ids.append(row.id)
    last_days = {row.id: row.last_day for row in theirs}
    in_order = sorted(told.values(), key=lambda each: (each.last_day, *each.about, each.act))
    return Letter(
        theirs[0].person_id,
        tuple(in_order),
        tuple(ids),
        last_days,
        {k: tuple(v) for k, v in ended.items()},
        put_off,
    )


def _end(ctx: Context, each: Letter, *, before: str = "waiting", day: dt.date | None = None) -> None:
    for state, ids in each.ended.items():
        letter_rows.end(ctx, ids, state, before=before, day=day)


def _tomorrow(ctx: Context, each: Letter) -> None:
    for row in each.ids:
        last_day = each.last_days[row]
        day = days.moved(ctx.today + dt.timedelta(days=1), last_day)
        if ctx.today < day <= last_day:
            letter_rows.put_off(ctx, {row: days.at(day, ctx.zone)})
        else:
            letter_rows.end(ctx, [row], "over")
