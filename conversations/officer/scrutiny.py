"""What an officer should notice of an entry: its history, pictures used twice, points without evidence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from locales import _
from movement import evidence, history, picture_looks, rulings, scores
from movement.vietnamese_dates import show_day

if TYPE_CHECKING:
    from movement.context import Context
    from movement.entries import Entry
    from movement.history import Event
    from movement.picture_looks import Reuse

MOST_EVENTS = 6
MOST_REUSED = 3
LONGEST_REASON = 120


def lines(ctx: Context, found: Entry) -> list[str]:
    """Warnings first, then what happened so far; nothing where there is nothing to notice."""
    noticed = [*_pictures(ctx, found), *_unproven(ctx, found)]
    events = history.of_entry(ctx, found, rulings.of_entry(ctx, found.id))
    told = [_told(ctx, each) for each in events[-MOST_EVENTS:]] if len(events) > 1 else []
    shown = ["", _("Please note:"), *(f"• {line}" for line in noticed)] if noticed else []
    return [*shown, "", _("So far:"), *(f"• {line}" for line in told)] if told else shown


def _pictures(ctx: Context, found: Entry) -> list[str]:
    files = [file for piece in evidence.of_entry(ctx, found.id) for file in piece.files]
    pictures = [file.sha256 for file in files if file.media_type.startswith("image/")]
    return [_reused(each) for each in picture_looks.reused(ctx, found.id, pictures)[:MOST_REUSED]]


def _reused(each: Reuse) -> str:
    if not each.number:
        return _("A picture was also sent for an initiative that you have no right to see.")
    if each.is_same_file:
        text = _("A picture was also sent for “{name}” ({number}, {year}).")
    else:
        text = _("A picture looks almost the same as one of “{name}” ({number}, {year}).")
    return text.format(name=each.name, number=each.number, year=each.year)


def _unproven(ctx: Context, found: Entry) -> list[str]:
    """Criteria that were given points, or ticked, and that no piece of evidence speaks for."""
    filled = scores.newest(ctx, [found.id]).get(found.id)
    if filled is None:
        return []
    answers = filled.answers
    claimed = [key for key, points in answers.points.items() if points]
    claimed += [key for key, met in answers.ticks.items() if met]
    proven = {key for piece in evidence.of_entry(ctx, found.id) for key in piece.criteria}
    missing = [key for key in claimed if key not in proven]
    if not missing:
        return []
    return [_("Claimed without evidence: criteria {keys}.").format(keys=", ".join(missing))]


def _told(ctx: Context, each: Event) -> str:
    at = each.at.astimezone(ctx.zone)
    line = f"{show_day(at.date())} {at:%H:%M}, {each.who}: {_(history.ACTS[each.act])}"
    if not each.reason:
        return line
    reason = " ".join(each.reason.split())
    return f"{line} – {reason if len(reason) <= LONGEST_REASON else reason[: LONGEST_REASON - 1].rstrip() + '…'}"
