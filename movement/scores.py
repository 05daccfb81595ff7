"""Score sheets that people filled in: self-scores and appraisals. What a sheet asks is `criteria`'s business."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING, Any, Final, Literal

from sqlalchemy import func, insert, select

from locales import _
from movement import audit, codes, course, criteria, entries, notices, transitions
from movement.errors import DomainError
from movement.reasons import reason_text
from storage.decision_tables import minutes_entry
from storage.people_tables import person
from storage.tables import score, score_sheet

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence

    from sqlalchemy import Select

    from movement.context import Context
    from movement.criteria import Sheet, Verdict
    from movement.entries import Entry

Kind = Literal["self", "appraisal"]
_concluded = select(minutes_entry.c.minutes_id).limit(1)
_NOTHING: Final[Mapping[str, Any]] = {}


@dataclass(frozen=True, slots=True)
class Answers:
    """What somebody says to each criterion, by key. `own`: the texts of criteria that the unit wrote itself."""

    points: Mapping[str, Decimal] = field(default_factory=dict)
    ticks: Mapping[str, bool] = field(default_factory=dict)
    notes: Mapping[str, str] = field(default_factory=dict)
    own: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Appraisal:
    """What one appraiser answered."""

    author_id: int
    who: str
    answers: Answers


@dataclass(frozen=True, slots=True)
class Filled:
    """A sheet as it was filled in."""

    id: int
    kind: str
    author_id: int
    total: Decimal
    passes: bool
    created_at: dt.datetime
    answers: Answers


def sheet_of(found: Entry, own: Mapping[str, str] = _NOTHING) -> Sheet:
    """The sheet of an entry, with the criteria that the unit wrote itself."""
    return criteria.sheet(found.guideline, found.subject_kind, found.unit_kind, own)


def verdict_of(found: Entry, answers: Answers) -> Verdict:
    """The verdict on these answers, with all reasons."""
    return criteria.verdict(sheet_of(found, answers.own), answers.points, answers.ticks)


def submit(ctx: Context, entry_id: int, answers: Answers) -> dict[str, Any]:
    """Keep a self-score: {id, receipt, passes}; raise DomainError where person or state do not allow it."""
    found = entries.demand(ctx, "score", entries.find(ctx, entry_id))
    return _take(ctx, found, "score", answers)


def appraise(ctx: Context, entry_id: int, answers: Answers, *, by_council: bool = False) -> dict[str, Any]:
    """Keep an appraisal of another's entry: {id, receipt, passes}; the self-score stays beside it.

    Raise DomainError where the person or the state does not allow it, or where a council has already concluded.
    """
    found = entries.demand(ctx, "appraise", entries.find(ctx, entry_id))
    if not by_council:
        demand_unconcluded(ctx, entry_id)
    kept = _take(ctx, found, "appraise", answers)
    told = partial(_appraised, found, verdict_of(found, answers))
    notices.add(ctx, found.author_id, told, f"/trangthai {found.number}")
    return kept


def demand_unconcluded(ctx: Context, entry_id: int) -> None:
    """Raise DomainError where a council has concluded: single appraisers do not overrule it."""
    if ctx.session.scalar(_concluded.where(minutes_entry.c.entry_id == entry_id)):
        raise DomainError(_("The council has already concluded on this initiative: /bienban writes new minutes."))


def appraisals(ctx: Context, entry_id: int) -> list[Appraisal]:
    """The newest sheet of each appraiser, oldest first. The caller has seen that the entry is visible."""
    last = (
        select(func.max(score_sheet.c.id))
        .where(score_sheet.c.entry_id == entry_id, score_sheet.c.kind == "appraisal")
        .group_by(score_sheet.c.author_id)
    )
    query = (
        _sheets(last).add_columns(person.c.name.label("who")).join(person, person.c.id == score_sheet.c.author_id)
    )
    rows: dict[int, list[Any]] = {}
    for row in ctx.session.rows(query):
        rows.setdefault(row.id, []).append(row)
    return [Appraisal(each[0].author_id, each[0].who, _filled(each).answers) for each in rows.values()]


def done(ctx: Context, entry_ids: Sequence[int]) -> set[int]:
    """Those of these entries that the person has appraised already, or on which a council has concluded."""
    mine = select(score_sheet.c.entry_id).where(
        score_sheet.c.entry_id.in_(entry_ids),
        score_sheet.c.kind == "appraisal",
        score_sheet.c.author_id == ctx.person.id,
    )
    concluded = select(minutes_entry.c.entry_id).where(minutes_entry.c.entry_id.in_(entry_ids))
    return {row.entry_id for row in ctx.session.rows(mine.union(concluded))}


def newest(ctx: Context, entry_ids: Sequence[int], kind: Kind = "self") -> dict[int, Filled]:
    """The newest sheet of this kind of each entry that has one. The caller has seen that they are visible."""
    return {entry_id: sheets[kind] for entry_id, sheets in both(ctx, entry_ids).items() if kind in sheets}


def both(ctx: Context, entry_ids: Sequence[int]) -> dict[int, dict[Kind, Filled]]:
    """The newest self-score and the newest appraisal of each of these entries, with one statement."""
    last = (
        select(func.max(score_sheet.c.id))
        .where(score_sheet.c.entry_id.in_(entry_ids))
        .group_by(score_sheet.c.entry_id, score_sheet.c.kind)
    )
    rows: dict[tuple[int, Kind], list[Any]] = {}
    for row in ctx.session.rows(_sheets(last)):
        rows.setdefault((row.entry_id, row.kind), []).append(row)
    found: dict[int, dict[Kind, Filled]] = {}
    for (entry_id, kind), each in rows.items():
        found.setdefault(entry_id, {})[kind] = _filled(each)
    return found


def _sheets(ids: Any) -> Select[Any]:
    """The sheets with these ids, a row for each answer, or one without."""
    columns = (score.c.criterion, score.c.hundredths.label("points"), score.c.met, score.c.note, score.c.text)
    return (
        select(score_sheet, *columns)
        .join(score, score.c.sheet_id == score_sheet.c.id, isouter=True)
        .where(score_sheet.c.id.in_(ids))
        .order_by(score_sheet.c.id)
    )


def _take(ctx: Context, found: Entry, act: Literal["score", "appraise"], answers: Answers) -> dict[str, Any]:
    state = transitions.after(found.state, act, course.of(found))
    judged = verdict_of(found, answers)
    sheet_id = _keep(ctx, found, "self" if act == "score" else "appraisal", answers, judged)
    if state != found.state or act == "appraise":
        entries.move(ctx, found, state)
    audit.write(ctx, act, f"entry:{found.id}", {"sheet": sheet_id, "passes": judged.passes})
    return {"id": sheet_id, "receipt": codes.code(codes.SHEET, found.year, sheet_id), "passes": judged.passes}


def _keep(ctx: Context, found: Entry, kind: Kind, answers: Answers, judged: Verdict) -> int:
    new = insert(score_sheet).values(
        entry_id=found.id,
        author_id=ctx.person.id,
        kind=kind,
        hundredths=criteria.to_hundredths(judged.total),
        passes=judged.passes,
        created_at=ctx.now,
    )
    sheet_id: int = ctx.session.scalar(new.returning(score_sheet.c.id))
    rows = [
        {
            "sheet_id": sheet_id,
            "criterion": key,
            "hundredths": criteria.to_hundredths(answers.points.get(key, Decimal(0))),
            "met": answers.ticks.get(key),
            "note": answers.notes.get(key, ""),
            "text": answers.own.get(key, ""),
        }
        for key in (*answers.points, *answers.ticks)
    ]
    if rows:
        ctx.session.execute(insert(score), rows)
    return sheet_id


def _filled(rows: Sequence[Any]) -> Filled:
    """One sheet from its rows; a sheet without any answer has one row without a criterion."""
    answered, first = [row for row in rows if row.criterion is not None], rows[0]
    answers = Answers(
        points={row.criterion: criteria.from_hundredths(row.points) for row in answered if row.met is None},
        ticks={row.criterion: row.met for row in answered if row.met is not None},
        notes={row.criterion: row.note for row in answered if row.note},
        own={row.criterion: row.text for row in answered if row.text},
    )
    total = criteria.from_hundredths(first.hundredths)
    return Filled(first.id, first.kind, first.author_id, total, first.passes, first.created_at, answers)


def _appraised(found: Entry, judged: Verdict) -> str:
    if judged.passes:
        text = _("“{name}” ({number}) has been appraised and passes. The decision comes next.")
        return text.format(name=found.name, number=found.number)
    text = _("“{name}” ({number}) has been appraised and does not pass yet, because:")
    reasons = [f"• {reason_text(reason)}" for reason in judged.reasons]
    return "\n".join([text.format(name=found.name, number=found.number), *reasons])
