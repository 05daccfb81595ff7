"""How entries stand at a glance: the state, what comes next and by when, and what is still missing to pass.

Data only: how it reads is the conversations' business.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from locales import N_, _
from movement import course, criteria, cycles, deadlines, evidence, scores, transitions

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence

    from movement.context import Context
    from movement.criteria import Needed, Sheet
    from movement.cycles import Assigned
    from movement.entries import Entry
    from movement.guideline_rules import Criterion, Does
    from movement.scores import Filled, Kind

Act = Literal["complete", "report", "score", "wait"]

# state: what comes next, and the deadlines it is done by: the first that has not passed, else the last
_NEXT: Final[Mapping[str, tuple[Act, tuple[Does, ...]]]] = {
    "submitted": ("report", ("report",)),
    "returned": ("complete", ("register", "report")),
    "confirmed": ("report", ("report",)),
    "reported": ("score", ("report",)),  # where the guideline has criteria
    "self_scored": ("wait", ("appraise", "propose", "recognise")),
    "endorsed": ("wait", ("appraise", "propose", "recognise")),
    "appraised": ("wait", ("propose", "recognise")),
    "proposed": ("wait", ("recognise",)),
}
_LABELS: Final[Mapping[Act, str]] = {
    "complete": N_("complete what was asked for"),
    "report": N_("report the results"),
    "score": N_("score it yourself"),
    "wait": N_("wait for the level above to decide"),
}
_ENDORSED_NEXT: Final = N_("wait for the party committee to confirm the report")


@dataclass(frozen=True, slots=True)
class NextStep:
    """What comes next. `days_left` is 0 on the last day and negative after it; None: no day is set."""

    act: Act  # wait: nothing is asked of the unit itself
    label: str
    last_day: dt.date | None
    days_left: int | None


@dataclass(frozen=True, slots=True)
class Status:
    """One entry at a glance; `step` is None where nothing more comes."""

    entry: Entry
    label: str
    step: NextStep | None
    sheet: Sheet  # empty where the guideline has no criteria yet
    scored: bool  # there is a self-score, which `needed` starts from
    appraisal: Filled | None  # prevails over the self-score
    needed: Needed
    without_evidence: tuple[Criterion, ...]


def of_entry(ctx: Context, entry: Entry) -> Status:
    """The status of one entry."""
    return of_entries(ctx, [entry])[0]


def of_entries(ctx: Context, found: Sequence[Entry]) -> list[Status]:
    """The status of each, in the same order, with three statements. They are visible: services gave them."""
    if not found:
        return []
    ids = [each.id for each in found]
    sheets, proven = scores.both(ctx, ids), evidence.proven(ctx, ids)
    # Where no deadline hangs on an event the statement for its days is spared.
    dated = cycles.several(ctx, {each.cycle_id for each in found if deadlines.has_events(each.guideline)})
    return [
        _status(ctx, each, sheets.get(each.id, {}), proven.get(each.id, frozenset()), dated.get(each.cycle_id))
        for each in found
    ]


def _status(
    ctx: Context,
    entry: Entry,
    sheets: Mapping[Kind, Filled],
    proven: frozenset[str],
    dated: Assigned | None,
) -> Status:
    mine, appraisal = sheets.get("self"), sheets.get("appraisal")
    counting = appraisal or mine
    answers = counting.answers if counting else scores.Answers()
    sheet = scores.sheet_of(entry, answers.own)
    return Status(
        entry=entry,
        label=transitions.label(entry.state),
        step=_step(ctx, entry, dated.events if dated else deadlines.NO_EVENTS),
        sheet=sheet,
        scored=mine is not None,
        appraisal=appraisal,
        needed=criteria.still_needed(sheet, answers.points, answers.ticks),
        without_evidence=tuple(item for item in sheet.items if item.key not in proven),
    )


def _step(ctx: Context, entry: Entry, events: Mapping[str, dt.date]) -> NextStep | None:
    if entry.state not in _NEXT:
        return None
    act, does, label = _next(entry)
    days = [deadlines.last_day_of(entry.guideline, each, entry.year, events=events) for each in does]
    known = [day for day in days if day is not None]
    last_day = next((day for day in known if day >= ctx.today), known[-1] if known else None)
    left = None if last_day is None else deadlines.days_left(last_day, ctx.today)
    return NextStep(act, label, last_day, left)


def _next(entry: Entry) -> tuple[Act, tuple[Does, ...], str]:
    """What comes next on the course of the guideline, which may have no criteria, or ask for an endorsement."""
    act, does = _NEXT[entry.state]
    asked = course.of(entry)
    if entry.state == "reported" and not asked.is_scored:
        act, does = _NEXT["self_scored"]
    if asked.is_endorsed and act == "wait" and entry.state in {"reported", "self_scored"}:
        return act, does, _(_ENDORSED_NEXT)
    return act, does, _(_LABELS[act])
