"""The score sheet of one entry on its page: every criterion of the guideline, the points given, the pass rule.

Both blocks of a sheet that has one for collectives and one for individuals are printed, as in the official form;
only the one that fits is filled in. Where nothing is scored the sheet says what is met. Source: Biểu chấm điểm.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from locales import _
from movement.forms.page import Line, Page, heads
from movement.forms.rollup import form_of
from movement.vietnamese_dates import document_date

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from decimal import Decimal

    from movement.context import Context
    from movement.entries import Entry
    from movement.forms.page import Cell
    from movement.guideline import Guideline
    from movement.guideline_forms import Form
    from movement.guideline_rules import CriteriaSet, Criterion, ScoringPart
    from movement.scores import Filled


def page(ctx: Context, found: Entry, unit_name: str, filled: Filled | None) -> Page:
    """The sheet as it was filled in, or one to be filled in by hand."""
    guideline = found.guideline
    form = form_of(guideline, "score" if guideline.scoring else "check")
    return Page(
        left=unit_name,
        right=form.number,
        title=form.title,
        under_title=tuple(_whose(ctx, found, filled)),
        is_landscape=form.orientation == "landscape",
        heads=heads(form.columns, is_landscape=form.orientation == "landscape"),
        lines=_lines(found, form, filled),
        below=(),
    )


def _whose(ctx: Context, found: Entry, filled: Filled | None) -> Iterator[str]:
    yield _("Initiative: “{name}” ({number})").format(name=found.name, number=found.number)
    if filled is None:
        return
    day = document_date(filled.created_at.astimezone(ctx.zone).date())
    verdict = _("passes") if filled.passes else _("does not pass")
    text = _("Self-score of {day}: {verdict}") if filled.kind == "self" else _("Appraisal of {day}: {verdict}")
    yield text.format(day=day, verdict=verdict)


def _lines(found: Entry, form: Form, filled: Filled | None) -> Iterator[Line]:
    guideline = found.guideline
    special = [each for each in guideline.sets_for(found.subject_kind, found.unit_kind) if each.unit_kinds]
    sets = special or [
        each for each in guideline.criteria_sets if each.purpose == "initiative" and not each.unit_kinds
    ]
    answers = _Answers(found, form, filled)
    parts = guideline.scoring.parts if guideline.scoring else ()
    for part in parts:
        yield from _part(answers, part, [each for each in sets if each.part == part.number])
    for each in sets:
        if each.part not in {part.number for part in parts}:
            yield from answers.section(each.number, each.heading, each.max, each)
    yield from answers.own()
    yield from answers.end(guideline)


def _part(answers: _Answers, part: ScoringPart, sets: list[CriteriaSet]) -> Iterator[Line]:
    """A part with its maximum; the lists in it have heads of their own where they are not the part itself."""
    yield answers.head(part.number, "\n".join(text for text in (part.label, part.note) if text), part.max)
    for each in sets:
        if each.number != part.number:
            yield answers.head(each.number, each.heading, None)
        yield from answers.items(each)


class _Answers:
    """What was answered, as lines of the form."""

    def __init__(self, found: Entry, form: Form, filled: Filled | None) -> None:
        self._found, self._filled = found, filled
        self._form = form
        self._keys = [each.key for each in form.columns]

    def head(self, number: str, text: str, most: Decimal | None) -> Line:
        """The head of a part or list."""
        return self._line("part", {"number": number, "criterion": text, "max": most if most is not None else ""})

    def section(self, number: str, heading: str, most: Decimal | None, each: CriteriaSet) -> Iterator[Line]:
        """A list under its heading."""
        yield self.head(number, heading, most)
        yield from self.items(each)

    def items(self, each: CriteriaSet) -> Iterator[Line]:
        """The criteria of a list; filled in where it is for this subject."""
        fits = self._found.subject_kind in each.subjects
        for item in each.items:
            yield self._item(item, answered=fits)

    def own(self) -> Iterator[Line]:
        """The criteria that the unit wrote itself."""
        texts = self._filled.answers.own if self._filled else {}
        if texts:
            yield self.head("", _("The unit's own criteria"), None)
        for number, (key, text) in enumerate(texts.items(), 1):
            yield self._line("item", {"number": number, "criterion": text, **self._given(key)})

    def end(self, guideline: Guideline) -> Iterator[Line]:
        """The total and the rule to pass."""
        scoring = guideline.scoring
        if scoring is None:
            return
        total: Cell = self._filled.total if self._filled else ""
        row = self._form.total_row or scoring.total_row
        yield self._line("total", {"criterion": row, "max": scoring.total, "points": total})
        if scoring.footnote:
            yield Line("foot", (scoring.footnote, *[""] * (len(self._keys) - 1)))

    def _item(self, item: Criterion, *, answered: bool) -> Line:
        values: dict[str, Cell] = {"number": item.key, "criterion": item.text}
        if item.max is not None:
            values["max"] = item.max
        return self._line("item", values | (self._given(item.key) if answered else {}))

    def _given(self, key: str) -> dict[str, Cell]:
        """The points, the tick and the note of one criterion."""
        if self._filled is None:
            return {}
        answers = self._filled.answers
        given: dict[str, Cell] = {"note": answers.notes.get(key, "")}
        if key in answers.points:
            given["points"] = answers.points[key]
        if key in answers.ticks:
            met = _("Met") if answers.ticks[key] else _("Not met")
            given["met" if "met" in self._keys else "points"] = met
        return given

    def _line(self, kind: str, values: Mapping[str, Cell]) -> Line:
        return Line(kind, tuple(values.get(key, "") for key in self._keys))  # type: ignore[arg-type]
