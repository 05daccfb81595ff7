"""Score sheets that people filled in. What a sheet asks and when it passes is `criteria`'s business."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert, select

from movement import audit, codes, criteria, cycles, entries, transitions
from storage.tables import score, score_sheet

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence

    from movement.context import Context


@dataclass(frozen=True, slots=True)
class Filled:
    """The newest sheet of an entry: points and notes by criterion."""

    id: int
    kind: str
    total: Decimal
    passes: bool
    created_at: dt.datetime
    points: Mapping[str, Decimal]
    notes: Mapping[str, str]


def submit(
    ctx: Context,
    entry_id: int,
    points: Mapping[str, Decimal],
    notes: Mapping[str, str],
    ticks: Mapping[str, bool] | None = None,
) -> dict[str, Any]:
    """Keep a self-score: {id, receipt, passes}; raise DomainError where the person or the state does not allow it.

    A criterion of a checklist that is met is kept as one point.
    """
    found = entries.demand(ctx, "score", entries.find(ctx, entry_id))
    state = transitions.after(found.state, "score")
    guideline = cycles.get(ctx, found.cycle_id).guideline
    judged = criteria.verdict(criteria.sheet(guideline, found.subject_kind), points, ticks)
    kept = {**points, **{key: Decimal(met) for key, met in (ticks or {}).items()}}
    new = insert(score_sheet).values(
        entry_id=entry_id,
        author_id=ctx.person.id,
        kind="self",
        hundredths=criteria.to_hundredths(judged.total),
        passes=judged.passes,
        created_at=ctx.now,
    )
    sheet_id = ctx.session.scalar(new.returning(score_sheet.c.id))
    rows = [
        {
            "sheet_id": sheet_id,
            "criterion": key,
            "hundredths": criteria.to_hundredths(value),
            "note": notes.get(key, ""),
        }
        for key, value in kept.items()
    ]
    ctx.session.execute(insert(score), rows)
    if state != found.state:
        entries.move(ctx, found, state)
    audit.write(ctx, "score", f"entry:{entry_id}", {"sheet": sheet_id, "passes": judged.passes})
    return {"id": sheet_id, "receipt": codes.code(codes.SHEET, found.year, sheet_id), "passes": judged.passes}


def newest(ctx: Context, entry_ids: Sequence[int]) -> dict[int, Filled]:
    """The newest self-score of each of these entries that has one. The caller has seen that they are visible."""
    query = (
        select(score_sheet, score.c.criterion, score.c.hundredths.label("of_criterion"), score.c.note)
        .join(score, score.c.sheet_id == score_sheet.c.id)
        .where(score_sheet.c.entry_id.in_(entry_ids), score_sheet.c.kind == "self")
        .order_by(score_sheet.c.id)
    )
    rows = ctx.session.rows(query)
    last = {row.entry_id: row.id for row in rows}
    filled: dict[int, Filled] = {}
    for row in rows:
        if row.id != last[row.entry_id]:
            continue
        before = filled.get(row.entry_id)
        points = {**(before.points if before else {}), row.criterion: criteria.from_hundredths(row.of_criterion)}
        notes = {**(before.notes if before else {}), row.criterion: row.note}
        total = criteria.from_hundredths(row.hundredths)
        filled[row.entry_id] = Filled(row.id, row.kind, total, row.passes, row.created_at, points, notes)
    return filled
