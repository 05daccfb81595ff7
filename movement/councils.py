"""Minutes of a council: who sat, how it voted on each entry, what it agreed on where appraisers differed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert, select

from locales import _
from movement import access, audit, entries, scores
from movement.errors import DomainError
from storage.decision_tables import minutes, minutes_entry

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from movement.access import Held
    from movement.context import Context
    from movement.entries import Entry
    from movement.scores import Answers, Appraisal


@dataclass(frozen=True, slots=True)
class Sitting:
    """One meeting of the council. `present` and `absent` are numbers of members."""

    held_on: dt.date
    place: str
    chair: str
    secretary: str
    present: int
    absent: int
    opinions: str
    conclusion: str


@dataclass(frozen=True, slots=True)
class Vote:
    """Ballots given out, the valid ones of those that came back, and those that agreed."""

    ballots: int
    valid: int
    agreed: int


@dataclass(frozen=True, slots=True)
class Said:
    """What the council said of one entry; `answers` are the points it agreed on, None where nobody differed."""

    entry_id: int
    vote: Vote
    answers: Answers | None = None


@dataclass(frozen=True, slots=True)
class Minuted:
    """What the minutes say of an entry."""

    minutes_id: int
    sitting: Sitting
    vote: Vote


_sitting = tuple(minutes.c[name] for name in Sitting.__slots__)
_vote = tuple(minutes_entry.c[name] for name in Vote.__slots__)


def keep(ctx: Context, sitting: Sitting, said: Sequence[Said]) -> int:
    """Keep the minutes and give their number; points that were agreed on become the appraisal that prevails.

    Raise DomainError where the person may not appraise one of the entries, or the figures cannot be.
    """
    found = [entries.demand(ctx, "appraise", entries.find(ctx, each.entry_id)) for each in said]
    _demand_possible(ctx, sitting, said)
    new = insert(minutes).values(
        unit_id=council(ctx, found).unit_id,
        year=max(each.year for each in found),
        person_id=ctx.person.id,
        at=ctx.now,
        **{name: getattr(sitting, name) for name in Sitting.__slots__},
    )
    made: int = ctx.session.scalar(new.returning(minutes.c.id))
    ctx.session.execute(insert(minutes_entry), [_row(ctx, made, each) for each in said])
    for each in found:
        audit.write(ctx, "conclude", f"entry:{each.id}", {"minutes": made}, right="appraise")
    return made


def of_entry(ctx: Context, entry_id: int) -> list[Minuted]:
    """What minutes say of an entry, oldest first. The caller has seen that it is visible."""
    query = (
        select(minutes.c.id, *_sitting, *_vote)
        .join(minutes_entry, minutes_entry.c.minutes_id == minutes.c.id)
        .where(minutes_entry.c.entry_id == entry_id)
        .order_by(minutes.c.id)
    )
    many = len(_sitting) + 1
    return [Minuted(row[0], Sitting(*row[1:many]), Vote(*row[many:])) for row in ctx.session.rows(query)]


def of_unit(ctx: Context, unit_id: int, year: int) -> tuple[Sitting | None, dict[int, Vote]]:
    """The unit's newest minutes of a year, and the newest vote on each entry. The caller saw to the rights."""
    query = (
        select(minutes.c.id, *_sitting, minutes_entry.c.entry_id, *_vote)
        .join(minutes_entry, minutes_entry.c.minutes_id == minutes.c.id)
        .where(minutes.c.unit_id == unit_id, minutes.c.year == year)
        .order_by(minutes.c.id)
    )
    rows = ctx.session.rows(query)
    at = len(_sitting) + 1
    newest = Sitting(*rows[-1][1:at]) if rows else None
    return newest, {row.entry_id: Vote(*row[at + 1 :]) for row in rows}


def differing(sheets: Sequence[Appraisal]) -> list[str]:
    """The criteria on which appraisers differ, in the order of the sheet."""
    keys = dict.fromkeys(key for each in sheets for key in (*each.answers.points, *each.answers.ticks))
    return [key for key in keys if len({_answer(each.answers, key) for each in sheets}) > 1]


def council(ctx: Context, found: Sequence[Entry]) -> Held:
    """The role in whose unit this person sits on the council for all these entries; raise DomainError for none."""
    for held in access.roles(ctx):
        if "appraise" in held.rights and all(each.unit_path.startswith(held.path) for each in found):
            return held
    raise DomainError(_("These initiatives belong to different councils. Please write minutes for each council."))


def _row(ctx: Context, minutes_id: int, each: Said) -> dict[str, Any]:
    sheet_id = None
    if each.answers is not None:
        sheet_id = scores.appraise(ctx, each.entry_id, each.answers, by_council=True)["id"]
        ctx.memo.pop(f"entry:{each.entry_id}", None)
    vote = {name: getattr(each.vote, name) for name in Vote.__slots__}
    return {"minutes_id": minutes_id, "entry_id": each.entry_id, "sheet_id": sheet_id, **vote}


def _answer(answers: Answers, key: str) -> object:
    return answers.points.get(key, answers.ticks.get(key))


def _demand_possible(ctx: Context, sitting: Sitting, said: Sequence[Said]) -> None:
    if sitting.held_on > ctx.today:
        raise DomainError(_("The council has not sat yet: minutes are written of a meeting that was held."))
    for each in said:
        if not each.vote.ballots >= each.vote.valid >= each.vote.agreed >= 0:
            raise DomainError(
                _("There cannot be more valid ballots than given out, nor more that agree than valid.")
            )
