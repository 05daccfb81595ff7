"""/trangthai: the state of one's initiatives at a glance, and what is still missing to pass."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conversations.engine.screen import Screen
from conversations.menu import menu
from conversations.registry import command
from conversations.time_left import until
from conversations.verdicts import appraisal_lines, level_lines
from locales import N_, _
from movement import codes, enquiries, entries, mending, recognition, rulings, scores, status, transitions, views
from movement.vietnamese_dates import show_date
from movement.vietnamese_numbers import show_number

if TYPE_CHECKING:
    from collections.abc import Sequence

    from conversations.engine.screen import Option
    from movement.context import Context
    from movement.entries import Entry
    from movement.guideline_rules import Criterion
    from movement.status import Status

MOST_LISTED = 8


@command(
    command="trangthai",
    title=N_("State of my initiatives"),
    words=N_("state;status;my initiatives;what is missing"),
    listed=True,
)
def show(ctx: Context, arguments: str) -> Screen:
    """One entry in full when it is named or the only one; otherwise the list of them."""
    if arguments:
        return _one(ctx, entries.demand(ctx, "see", entries.find(ctx, codes.row_id(arguments) or 0)))
    years = (ctx.today.year - 1, ctx.today.year, ctx.today.year + 1)
    mine = entries.visible(ctx, years=years, act="report")
    if not mine:
        text = _("There is no initiative of yours yet.")
        return Screen(text, options=menu((_("Register an initiative"), "/dangky"), (_("Deadlines"), "/hanchot")))
    return _one(ctx, mine[0]) if len(mine) == 1 else _list(ctx, mine)


def _list(ctx: Context, mine: Sequence[Entry]) -> Screen:
    """Each with its state, the newest first; a number opens it."""
    text = _("Choose one to open it.")
    if len(mine) > MOST_LISTED:
        text = _("… and {more} more.").format(more=len(mine) - MOST_LISTED)
    shown = [
        (f"{each.entry.name} ({each.entry.year})", f"/trangthai {each.entry.number}", _in_short(each))
        for each in status.of_entries(ctx, mine[:MOST_LISTED])
    ]
    return Screen(text, title=_("State of my initiatives"), options=menu(*shown))


def _in_short(each: Status) -> str:
    """The state, and by when what comes next."""
    if each.step is None:
        return each.label
    if each.step.last_day is None:
        return _("{state}; next: {step}").format(state=each.label, step=each.step.label)
    return _("{state}; next: {step}, by {day}").format(
        state=each.label, step=each.step.label, day=show_date(each.step.last_day)
    )


def _one(ctx: Context, found: Entry) -> Screen:
    """Everything about one entry that matters now, in one message."""
    views.note(ctx, f"entry:{found.id}", found.unit_path, found.author_id)
    each = status.of_entry(ctx, found)
    lines = [
        _("Number {number} · {unit}").format(number=found.number, unit=found.unit_name),
        _("State: {state}.").format(state=each.label),
    ]
    if found.is_late:
        lines.append(_("Registered after the last day."))
    lines += _why_returned(ctx, found)
    asked = enquiries.open_question(rulings.of_entry(ctx, found.id))
    if asked is not None:
        lines.append(_("A question waits for your answer: {question}").format(question=asked.reason))
    lines += _next_step(ctx, each)
    if each.appraisal is not None:
        lines += ["", *_appraised(found, each)]
    elif transitions.is_open(found.state) or found.state == "endorsed":
        lines += ["", *_missing(each)]
    lines += _decided(ctx, found)
    return Screen("\n".join(lines), title=found.name, options=_offers(each, is_asked=asked is not None))


def _why_returned(ctx: Context, found: Entry) -> list[str]:
    """What the officer or the party committee wants completed."""
    reason = mending.reason(ctx, found) if found.state == "returned" else ""
    return [_("It was returned: {reason}").format(reason=reason)] if reason else []


def _appraised(found: Entry, each: Status) -> list[str]:
    assert each.appraisal is not None  # noqa: S101 - the caller has looked
    judged = scores.verdict_of(found, each.appraisal.answers)
    return appraisal_lines(judged, each.sheet)


def _decided(ctx: Context, found: Entry) -> list[str]:
    """What each level has decided, or was asked to."""
    if found.state not in {"proposed", "recognised", "not_recognised"}:
        return []
    lines = level_lines(recognition.standings(ctx, found))
    return ["", *lines] if lines else []


def _next_step(ctx: Context, each: Status) -> list[str]:
    if each.step is None:
        return []
    lines = [_("Next: {step}.").format(step=each.step.label)]
    last = each.step.last_day
    if last is None:
        return lines
    late = _("The last day was {day}. Please send it as soon as you can.").format(day=show_date(last))
    return [*lines, "⏰ " + (until(last, ctx.today) or late)]


def _missing(each: Status) -> list[str]:
    """What is still missing to pass: points or criteria not met, and criteria without evidence."""
    needed = each.needed
    if not each.sheet.items:
        return [_("The guideline has no criteria yet; its issuer will send them.")]
    if not each.scored:
        lines = [_("What is still missing to pass:"), _("• You have not scored it yourself yet.")]
    elif not each.sheet.total:
        lines = _not_met(each)
    elif needed.to_pass or needed.not_at_maximum:
        points = _("• Points so far: {points}, which is enough.")
        if needed.to_pass:
            points = _("• Points so far: {points}; {more} more are needed.")
        lines = [_("What is still missing to pass:")]
        lines.append(points.format(points=show_number(needed.points), more=show_number(needed.to_pass)))
        if needed.not_at_maximum:
            lines.append(
                _("• Not yet at the maximum it must have: {criteria}.").format(
                    criteria=_named(needed.not_at_maximum)
                )
            )
    else:
        lines = [_("By your own score ({points} points) it passes.").format(points=show_number(needed.points))]
    if len(each.without_evidence) == len(each.sheet.items):
        lines.append(_("• No criterion has evidence yet."))
    elif each.without_evidence:
        lines.append(
            _("• Criteria without evidence yet: {criteria}.").format(criteria=_named(each.without_evidence))
        )
    return lines


def _not_met(each: Status) -> list[str]:
    """Of a checklist, which wants everything met."""
    missing = (*each.needed.not_met, *each.needed.missing)
    if not missing:
        return [_("By your own account it meets all criteria.")]
    return [_("What is still missing to pass:"), _("• Not met yet: {criteria}.").format(criteria=_named(missing))]


def _named(criteria: Sequence[Criterion]) -> str:
    """One or two with their names, many by their numbers."""
    if len(criteria) <= 3:  # noqa: PLR2004 - more would not fit a glance
        return "; ".join(f"{item.key} ({item.short})" for item in criteria)
    return ", ".join(item.key for item in criteria)


def _offers(each: Status, *, is_asked: bool) -> tuple[Option, ...]:
    number = each.entry.number
    home = (_("Home"), "/start")
    if not transitions.is_open(each.entry.state):
        return menu((_("The whole file"), f"/mohinh {number}"), home)
    acts = [
        (_("Send evidence"), f"/minhchung {number}"),
        (_("Self-score"), f"/tucham {number}"),
        (_("Report results"), f"/baocao {number}"),
    ]
    if not each.sheet.items:
        del acts[1]
    if each.entry.state == "returned":
        acts.insert(0, (_("Complete what was asked for"), f"/sua {number}"))
    if is_asked:
        acts.insert(0, (_("Answer the question"), f"/traloi {number}"))
    return menu(*acts, (_("The whole file"), f"/mohinh {number}"), home)
