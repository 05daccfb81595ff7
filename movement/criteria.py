"""The score sheet and checklist of a subject, and the verdict on one filled in. Pure; points are `Decimal`.

Points are not stored here, nor are a gate's titles computed: they are asked. What a reason says is in `reasons`.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from locales import _
from movement.guideline_rules import Criterion
from movement.reasons import (
    Missing,
    NotAtMaximum,
    NotMet,
    OffStep,
    OutOfRange,
    Reason,
    TotalTooLow,
    UnknownCriterion,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from movement.guideline import Guideline
    from movement.guideline_parts import SubjectKind
    from movement.guideline_rules import CriteriaSet

HUNDRED = 100
LONGEST_SHORT = 40  # characters of a criterion's short name
OWN = "r"  # what the keys of a unit's own criteria (“tiêu chí riêng”) begin with
ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Section:
    """One list of the sheet under its heading, such as “II.1 Đối với mô hình do tập thể thực hiện”."""

    number: str
    heading: str
    part: str  # the heading of the part it counts in; empty where the list is the part itself
    mode: str  # points, checklist or narrative
    max: Decimal | None
    items: tuple[Criterion, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """All criteria for one subject, in the official order. `total` is 0 where nothing is counted."""

    sections: tuple[Section, ...]
    total: Decimal
    pass_mark: Decimal
    step: Decimal
    localises: bool = False  # the unit may write its own criteria beside these

    @property
    def items(self) -> tuple[Criterion, ...]:
        """Every criterion in order; keys are unique among them."""
        return tuple(item for section in self.sections for item in section.items)

    @property
    def counted(self) -> tuple[Criterion, ...]:
        """The criteria that earn points."""
        return tuple(item for item in self.items if item.max is not None)

    @property
    def ticked(self) -> tuple[Criterion, ...]:
        """The criteria that are met or not, without points."""
        return tuple(item for item in self.items if item.max is None)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a filled-in sheet comes to. It passes exactly when there is no reason against it."""

    complete: bool  # every criterion has an answer
    total: Decimal  # of the points that are valid
    passes: bool
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Needed:
    """What an unfinished sheet still lacks, as criteria in the order of the sheet."""

    points: Decimal  # so far
    to_pass: Decimal  # how many more, 0 when the mark is reached
    not_at_maximum: tuple[Criterion, ...]  # must be at their maximum and are not, scored or not
    not_met: tuple[Criterion, ...]  # answered with no
    missing: tuple[Criterion, ...]


def sheet(
    guideline: Guideline, subject: SubjectKind, unit_kind: str = "", own: Mapping[str, str] | None = None
) -> Sheet:
    """The sheet for this subject; empty where the guideline has no criteria for it yet.

    `own` are the criteria that the unit wrote itself, their texts by key.
    """
    sets = guideline.sets_for(subject, unit_kind)
    sections = tuple(_section(guideline, each) for each in sets)
    localises = any(each.localise for each in sets)
    if own:
        items = tuple(own_criterion(key, text) for key, text in own.items())
        sections += (Section("", _("The unit's own criteria"), "", "checklist", None, items),)
    scoring = guideline.scoring
    if scoring is None or not any(section.mode == "points" for section in sections):
        return Sheet(sections, ZERO, ZERO, ZERO, localises)
    return Sheet(sections, scoring.total, scoring.pass_mark, scoring.step, localises)


def own_criterion(key: str, text: str) -> Criterion:
    """A criterion that a unit wrote itself."""
    short = text if len(text) <= LONGEST_SHORT else text[: LONGEST_SHORT - 1].rstrip() + "…"
    return Criterion(key=key, short=short, text=text, clause=OWN)


def verdict(
    sheet: Sheet, points: Mapping[str, Decimal | None], ticks: Mapping[str, bool | None] | None = None
) -> Verdict:
    """The verdict with all reasons: invalid answers first, then missing ones, then what falls short.

    `points` and `ticks` are by criterion; None is not answered. A sheet without any criterion never passes.
    Source: the last line of the score sheet (`scoring.footnote`); a checklist wants all its criteria met.
    """
    ticks = ticks or {}
    total = sum((value for _, value in _valid(sheet, points)), ZERO)
    missing = tuple(_missing(sheet, points, ticks))
    reasons = (
        *_invalid(sheet, points, ticks),
        *missing,
        *([TotalTooLow(total, sheet.pass_mark)] if total < sheet.pass_mark else []),
        *(
            NotAtMaximum(item.key, value, item.max)
            for item, value in _valid(sheet, points)
            if item.must_max and item.max is not None and value < item.max
        ),
        *(NotMet(item.key, item.short) for item in sheet.ticked if ticks.get(item.key) is False),
    )
    return Verdict(not missing, total, bool(sheet.items) and not reasons, reasons)


def still_needed(
    sheet: Sheet, points: Mapping[str, Decimal | None], ticks: Mapping[str, bool | None] | None = None
) -> Needed:
    """What is missing to pass: points so far, points to go, criteria that must be at their maximum and are not."""
    valid = {item.key: value for item, value in _valid(sheet, points)}
    total = sum(valid.values(), ZERO)
    answered = {*valid, *(key for key, met in (ticks or {}).items() if met is not None)}
    return Needed(
        points=total,
        to_pass=max(ZERO, sheet.pass_mark - total),
        not_at_maximum=tuple(item for item in sheet.counted if item.must_max and valid.get(item.key) != item.max),
        not_met=tuple(item for item in sheet.ticked if (ticks or {}).get(item.key) is False),
        missing=tuple(item for item in sheet.items if item.key not in answered),
    )


def fits(item: Criterion, points: Decimal, step: Decimal) -> bool:
    """Whether these points may be given for this criterion: from 0 to its maximum, on the step."""
    return _wrong(item, points, step) is None


def to_hundredths(points: Decimal) -> int:
    """The points as stored, 75,5 as 7550; raise ValueError for a finer fraction."""
    hundredths = points * HUNDRED
    if not points.is_finite() or hundredths != hundredths.to_integral_value():
        message = f"not a whole number of hundredths: {points}"
        raise ValueError(message)
    return int(hundredths)


def from_hundredths(hundredths: int) -> Decimal:
    """The points from their stored form."""
    return Decimal(hundredths) / HUNDRED


def _section(guideline: Guideline, each: CriteriaSet) -> Section:
    parts = guideline.scoring.parts if guideline.scoring is not None else ()
    part = next((f"{part.number}. {part.label}" for part in parts if each.part == part.number != each.number), "")
    return Section(each.number, each.heading, part, each.mode, each.max, each.items)


def _wrong(item: Criterion, value: Decimal, step: Decimal) -> Reason | None:
    maximum = item.max or ZERO
    if not value.is_finite() or not ZERO <= value <= maximum:
        return OutOfRange(item.key, value, maximum)
    return OffStep(item.key, value, step) if value % step else None


def _valid(sheet: Sheet, points: Mapping[str, Decimal | None]) -> Iterator[tuple[Criterion, Decimal]]:
    for item in sheet.counted:
        value = points.get(item.key)
        if value is not None and fits(item, value, sheet.step):
            yield item, value


def _invalid(
    sheet: Sheet, points: Mapping[str, Decimal | None], ticks: Mapping[str, bool | None]
) -> Iterator[Reason]:
    counted, ticked = {item.key for item in sheet.counted}, {item.key for item in sheet.ticked}
    yield from (UnknownCriterion(key) for key in points if key not in counted)
    yield from (UnknownCriterion(key) for key in ticks if key not in ticked)
    for item in sheet.counted:
        value = points.get(item.key)
        wrong = None if value is None else _wrong(item, value, sheet.step)
        if wrong is not None:
            yield wrong


def _missing(
    sheet: Sheet, points: Mapping[str, Decimal | None], ticks: Mapping[str, bool | None]
) -> Iterator[Reason]:
    for item in sheet.items:
        answer = points.get(item.key) if item.max is not None else ticks.get(item.key)
        if answer is None:
            yield Missing(item.key, item.short)
