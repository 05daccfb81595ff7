"""/tucham: the self-score, criterion by criterion, with its verdict."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING

from conversations import pick
from conversations.choices import YesNo
from conversations.criterion import CriterionScore
from conversations.menu import menu
from conversations.questions import Score
from conversations.registry import dialogue
from conversations.verdicts import verdict_lines
from locales import N_, _
from movement import criteria, scores, transitions
from movement.vietnamese_numbers import show_number

if TYPE_CHECKING:
    from conversations.engine.dialogue import Dialogue
    from conversations.engine.screen import Option
    from movement.context import Context
    from movement.criteria import Section, Sheet
    from movement.entries import Entry
    from movement.guideline_rules import Criterion
    from movement.scores import Filled


@dataclass(slots=True)
class _Given:
    """What the person has given so far in this run."""

    points: dict[str, Decimal] = field(default_factory=dict)
    notes: dict[str, str] = field(default_factory=dict)
    ticks: dict[str, bool] = field(default_factory=dict)


@dialogue(
    command="tucham",
    title=N_("Self-score"),
    words=N_("score;self-score;score myself"),
    listed=True,
    arguments=("entry",),
)
def self_score(d: Dialogue, ctx: Context) -> None:
    """Ask every criterion of the sheet that fits the subject, then show the verdict and keep the sheet."""
    text = _("Which initiative do you score?")
    found = pick.entry(d, ctx, "score", text, only=lambda each: transitions.is_open(each.state))
    if found is None:
        d.say(_("There is no initiative to score yet. Register one first."), offers=_to_register())
        return
    sheet = criteria.sheet(found.guideline, found.subject_kind)
    if not sheet.items:
        d.say(_("The guideline in force has no criteria yet: the issuer will send them. We will tell you."))
        return
    d.expect(len(sheet.items) + 1)
    given = _ask_all(d, sheet, scores.newest(ctx, [found.id]).get(found.id))
    judged = criteria.verdict(sheet, given.points, given.ticks)
    d.review("check", "\n".join((_("Please check your points:"), *verdict_lines(judged, sheet))))
    sent = d.once("submit", scores.submit, ctx, found.id, given.points, given.notes, given.ticks)
    at = ctx.now.astimezone(ctx.zone)
    receipt = _("✅ Self-score received. Receipt: {receipt}, {at}.").format(
        receipt=sent["receipt"], at=f"{at:%H:%M %d/%m/%Y}"
    )
    d.say("\n".join((receipt, *verdict_lines(judged, sheet))), offers=_what_next(found))


def _ask_all(d: Dialogue, sheet: Sheet, before: Filled | None) -> _Given:
    """Ask criterion by criterion, each list under its heading."""
    given = _Given()
    for section in sheet.sections:
        for item in section.items:
            _ask(d, sheet, section, item, before, given)
    return given


def _ask(
    d: Dialogue, sheet: Sheet, section: Section, item: Criterion, before: Filled | None, given: _Given
) -> None:
    text = _question(sheet, section, item, given)
    label = f"{item.key}. {item.short}"
    with d.section(item.key):
        if item.max is None:
            given.ticks[item.key] = d.ask("met", YesNo(text, _("Met"), _("Not met")), label) == "yes"
            return
        last = ""
        if before is not None and item.key in before.points:
            last = _("Last time: {points}").format(points=show_number(before.points[item.key]))
        scored = d.ask("points", CriterionScore(Score(text, item.max, sheet.step), last), label)
    given.points[item.key] = scored.points
    given.notes[item.key] = scored.note


def _question(sheet: Sheet, section: Section, item: Criterion, given: _Given) -> str:
    """The official wording, its maximum, a hint, and the running total."""
    lines = []
    if item is section.items[0]:
        lines.append(f"{section.number}. {section.heading}\n" if section.number else f"{section.heading}\n")
    lines.append(_("Criterion {number}: {text}").format(number=item.key, text=item.text))
    if item.hint:
        lines.append(_("Hint: {hint}").format(hint=item.hint))
    if item.max is not None:
        limit = _("At most {most} points.").format(most=show_number(item.max))
        if item.must_max:
            limit = _("At most {most} points; the maximum is needed to pass.").format(most=show_number(item.max))
        so_far = _("Total so far: {total}/{most}.").format(
            total=show_number(sum(given.points.values(), Decimal(0))), most=show_number(sheet.total)
        )
        lines.append(f"{limit} {so_far}")
    return "\n".join(lines)


def _to_register() -> tuple[Option, ...]:
    return menu((_("Register an initiative"), "/dangky"))


def _what_next(found: Entry) -> tuple[Option, ...]:
    return menu(
        (_("What is still missing?"), f"/trangthai {found.number}"),
        (_("Send evidence"), f"/minhchung {found.number}"),
        (_("Report results"), f"/baocao {found.number}"),
    )
