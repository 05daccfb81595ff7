"""A whole sheet, criterion by criterion: shared by the self-score and the appraisal beside it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING, Any

from conversations import sheet_together
from conversations.choices import YesNo
from conversations.criterion import Noted, pause
from conversations.questions import Optionally, Score, Text
from conversations.words import when_frugal
from locales import _
from movement.criteria import OWN
from movement.scores import Answers
from movement.vietnamese_numbers import show_number

if TYPE_CHECKING:
    from collections.abc import Callable

    from conversations.engine.dialogue import Dialogue
    from conversations.sheet_together import Asked
    from movement.context import Context
    from movement.criteria import Section, Sheet
    from movement.guideline_rules import Criterion

MOST_OWN = 5
LONGEST_OWN = 300
LONGEST_WORDS = 1500


@dataclass(slots=True)
class _Given:
    """What the person has given so far in this run, and what was said before."""

    before: Answers
    is_appraisal: bool
    points: dict[str, Decimal] = field(default_factory=dict)
    ticks: dict[str, bool] = field(default_factory=dict)
    notes: dict[str, str] = field(default_factory=dict)
    own: dict[str, str] = field(default_factory=dict)
    together: Callable[[str], str] | None = None  # where several are asked at once: the engine's words

    @property
    def many(self) -> int:
        """How many criteria have been answered."""
        return len(self.points) + len(self.ticks)

    @property
    def answers(self) -> Answers:
        return Answers(self.points, self.ticks, self.notes, self.own)


def ask(d: Dialogue, ctx: Context, sheet: Sheet, before: Answers) -> Answers:
    """A self-score: every criterion, then the unit's own ones where it may write some. `before`: the last time."""
    given = _Given(before, is_appraisal=False, together=when_frugal(ctx))
    d.expect(len(sheet.items) + (2 if sheet.localises else 1))
    _ask_all(d, sheet, given)
    if sheet.localises:
        _ask_own(d, given)
    return given.answers


def ask_beside(d: Dialogue, ctx: Context, sheet: Sheet, self_score: Answers) -> Answers:
    """An appraisal: the same criteria, each with what the unit said itself. `sheet` has the unit's own ones."""
    given = _Given(self_score, is_appraisal=True, own=dict(self_score.own), together=when_frugal(ctx))
    d.expect(len(sheet.items) + 1)
    _ask_all(d, sheet, given)
    return given.answers


def said(answers: Answers, item: Criterion) -> str:
    """What was answered to a criterion, in a few words; nothing where it was not."""
    if item.key in answers.points:
        text = f"{show_number(answers.points[item.key])}/{show_number(item.max or 0)}"
    elif item.key in answers.ticks:
        text = _("met") if answers.ticks[item.key] else _("not met")
    else:
        return ""
    note = answers.notes.get(item.key, "")
    return f"{text} – {note}" if note else text


def _ask_all(d: Dialogue, sheet: Sheet, given: _Given) -> None:
    listed = [
        sheet_together.asked(section, item, _kind(section, item, given), _in_short(given, item))
        for section in sheet.sections
        for item in section.items
    ]
    chunks = sheet_together.chunks(listed) if given.together else {}
    for each in listed:
        still = sheet_together.open_with(d, each, chunks.get(each.key, ()))
        if not given.together or not still:
            with d.section(each.item.key):
                _ask(d, sheet, each, given)
            continue
        at_once = sheet_together.together(still, partial(_bare, sheet), given.together, pause())
        _keep(each, given, d.ask(each.key, at_once, _label(each.item, given)))


def _kind(section: Section, item: Criterion, given: _Given) -> str:
    if item.max is not None:
        return "points"
    return "words" if section.mode == "narrative" and not given.is_appraisal else "met"


def _ask(d: Dialogue, sheet: Sheet, each: Asked, given: _Given) -> None:
    """One criterion: points, or described in words, or met or not."""
    text, label = _question(sheet, each.section, each.item, given), _label(each.item, given)
    if each.kind == "words":
        _describe(d, text, label, each.item, given)
    else:
        noted = replace(_bare(sheet, each, text), before=_before(given, each.item), quick=_quick(each.item))
        _keep(each, given, d.ask(each.kind, noted, label))


def _bare(sheet: Sheet, each: Asked, text: str = "") -> Noted[Any]:
    """The question of one criterion, its text apart."""
    if each.item.max is not None:
        return Noted(Score(text, each.item.max, sheet.step))
    return Noted(YesNo(text, _("Met"), _("Not met")))


def _keep(each: Asked, given: _Given, answered: tuple[Any, str]) -> None:
    answer, given.notes[each.item.key] = answered
    if each.kind == "points":
        given.points[each.item.key] = answer
    else:
        given.ticks[each.item.key] = answer == "yes"


def _describe(d: Dialogue, text: str, label: str, item: Criterion, given: _Given) -> None:
    """A criterion described in words; what is skipped is not met."""
    before = given.before.notes.get(item.key)
    question = Text(text, LONGEST_WORDS, suggestions=(before,) if before else ())
    described = d.ask("words", Optionally(question), label)
    given.ticks[item.key] = described is not None
    given.notes[item.key] = described or ""


def _ask_own(d: Dialogue, given: _Given) -> None:
    """The criteria that the unit wrote itself, one after the other until it has no more."""
    for number in range(1, MOST_OWN + 1):
        key = f"{OWN}{number}"
        with d.section(key):
            before = given.before.own.get(key)
            text = _(
                "The guideline lets each unit add its own concrete criteria."
                " Write criterion {number} of your unit, or skip if there is no more."
            ).format(number=number)
            question = Text(text, LONGEST_OWN, suggestions=(before,) if before else ())
            label = _("Own criterion {number}").format(number=number)
            written = d.ask("text", Optionally(question), label)
            if written is None:
                return
            given.own[key] = written
            tick = Noted(YesNo(written, _("Met"), _("Not met")))
            answer, given.notes[key] = d.ask("met", tick, _("{criterion}: result").format(criterion=label))
            given.ticks[key] = answer == "yes"


def _label(item: Criterion, given: _Given) -> str:
    """The criterion in the review; its key stands before it unless the line has that very number."""
    return item.short if item.key == str(given.many + 1) else f"{item.key}. {item.short}"


def _question(sheet: Sheet, section: Section, item: Criterion, given: _Given) -> str:
    """The official wording, a hint, what a title needs, its maximum and the running total."""
    lines = []
    if item is section.items[0]:
        lines.append(f"{section.number}. {section.heading}\n" if section.number else f"{section.heading}\n")
    if not given.many and item.max is not None:
        lines.append(
            _("Give each criterion its points. A note may follow a semicolon, such as: 4,5; 120 people.") + "\n"
        )
    lines.append(_("Criterion {number}: {text}").format(number=item.key, text=item.text))
    if item.hint:
        lines.append(_("Hint: {hint}").format(hint=item.hint))
    if item.gate is not None:
        lines.append(
            _(
                "The title “{title}” is given by others: answer as it was given;"
                " before that, note that it is provisional or last year's."
            ).format(title=item.gate.title)
        )
    if item.max is not None:
        lines.append(_limit(sheet, item, given))
    elif section.mode == "narrative" and not given.is_appraisal:
        lines.append(_("Please describe it in words; skip it where it is not met."))
    return "\n".join(lines)


def _limit(sheet: Sheet, item: Criterion, given: _Given) -> str:
    most = show_number(item.max or 0)
    limit = _("At most {most} points.").format(most=most)
    if item.must_max:
        limit = _("At most {most} points; the maximum is needed to pass.").format(most=most)
    so_far = _("Total so far: {total}/{most}.").format(
        total=show_number(sum(given.points.values(), Decimal(0))), most=show_number(sheet.total)
    )
    return f"{limit} {so_far}"


def _before(given: _Given, item: Criterion) -> str:
    answered = said(given.before, item)
    if not answered:
        return _("The unit has not answered this one.") if given.is_appraisal else ""
    if given.is_appraisal:
        return _("Self-score: {answer}").format(answer=answered)
    if item.key in given.before.points:
        return _("Last time: {points}").format(points=show_number(given.before.points[item.key]))
    return _("Last time: {answer}").format(answer=answered)


def _in_short(given: _Given, item: Criterion) -> str:
    """What was said before, in a word or two; for an appraisal with its note."""
    before, note = given.before, given.before.notes.get(item.key, "") if given.is_appraisal else ""
    if item.key in before.points:
        answer = show_number(before.points[item.key])
    elif item.key in before.ticks:
        answer = _("met") if before.ticks[item.key] else _("not met")
    else:
        return ""
    text = _("self-score {answer}") if given.is_appraisal else _("before {answer}")
    return text.format(answer=f"{answer} – {note}" if note else answer)


def _quick(item: Criterion) -> tuple[str, ...]:
    return (_("Provisional"), _("Last year's")) if item.gate is not None else ()
