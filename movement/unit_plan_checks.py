"""What is wrong with the lines of a list together, though each may be right by itself."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import func, select

from locales import _
from movement.matching import tone_normal
from movement.unit_steps import Mistake, own_parent
from movement.vietnamese_dates import show_day
from storage.unit_tables import unit_past

if TYPE_CHECKING:
    from collections.abc import Sequence

    from movement.context import Context
    from movement.unit_matching import Key, Known
    from movement.unit_steps import Step

_EARLIEST: Final = dt.date(1900, 1, 1)


def together(
    ctx: Context, steps: Sequence[Step], known: Sequence[Known], reach: Sequence[str], day: dt.date
) -> list[Mistake]:
    """Every mistake: repeated units, circles, units that are not the person's, changes dated too early."""
    found = _repeated(steps, known) + _circles(steps, known) + _out_of_reach(steps, known, reach)
    return found + _too_early(ctx, steps, day)


def _repeated(steps: Sequence[Step], known: Sequence[Known]) -> list[Mistake]:
    """Lines about one unit, and units that would be called the same under the same unit."""
    mistakes: list[Mistake] = []
    lines: dict[Key, int] = {}
    codes: dict[str, int] = {}
    text = _("This unit is in line {number} already.")
    for step in steps:
        before = lines.setdefault(step.key, step.number)
        coded = codes.setdefault(step.code, step.number) if step.code else step.number
        if step.number != before or step.number != coded:
            mistakes.append(Mistake(step.number, text.format(number=min(before, coded))))
    places: dict[tuple[Key | None, str], int] = {
        (own_parent(each), tone_normal(each.name)): 0
        for each in known
        if each.valid_to is None and each.key not in lines
    }
    for step in steps:
        there = places.setdefault((step.parent, tone_normal(step.name)), step.number)
        if there == 0:
            reason = _("There is a unit called “{name}” there already.").format(name=step.name)
            mistakes.append(Mistake(step.number, reason))
        elif there != step.number:
            mistakes.append(Mistake(step.number, text.format(number=there)))
    return mistakes


def _circles(steps: Sequence[Step], known: Sequence[Known]) -> list[Mistake]:
    """Units that would stand below themselves."""
    above = {each.key: own_parent(each) for each in known} | {step.key: step.parent for step in steps}
    mistakes = []
    for step in steps:
        seen, at = {step.key}, step.parent
        while at is not None and at not in seen:
            seen.add(at)
            at = above.get(at)
        if at is not None:
            reason = _("The units above it lead back to it: one of them must be wrong.")
            mistakes.append(Mistake(step.number, reason))
    return mistakes


def _out_of_reach(steps: Sequence[Step], known: Sequence[Known], reach: Sequence[str]) -> list[Mistake]:
    """Units that are not the person's to change, or would go where they are not."""
    if "/" in reach:
        return []
    theirs = {each.key for each in known if each.path.startswith(tuple(reach))} | {step.key for step in steps}
    outside = {each.key for each in known} - {each.key for each in known if each.path.startswith(tuple(reach))}
    reason = _("It is not below the units that you administer.")
    return [
        Mistake(step.number, reason)
        for step in steps
        if not step.is_idle
        and (step.key in outside or ((step.before is None or step.moves) and step.parent not in theirs - outside))
    ]


def _too_early(ctx: Context, steps: Sequence[Step], day: dt.date) -> list[Mistake]:
    """Changes dated before the last one of the same unit, or before it was founded."""
    dated: dict[int, Any] = {}
    if any(step.before is not None and not step.is_idle for step in steps):
        last = select(unit_past.c.unit_id, func.max(unit_past.c.until).label("until")).group_by(
            unit_past.c.unit_id
        )
        dated = {row.unit_id: row.until for row in ctx.session.rows(last)}
    mistakes = []
    for step in steps:
        if step.before is None or not (step.renames or step.moves or step.turns):
            continue
        last_day = max(dated.get(step.before.id, _EARLIEST), step.founded or _EARLIEST)
        if day < last_day:
            text = _("{unit} was last changed with effect from {day}: changes are entered one after the other.")
            mistakes.append(Mistake(step.number, text.format(unit=step.before.name, day=show_day(last_day))))
    return mistakes
