"""Whether points add up: items to lists, lists to parts, parts to the total, for each subject."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING

from locales import _
from movement.guideline_checks import Found, Mistake, reads

if TYPE_CHECKING:
    from movement.guideline import Guideline
    from movement.guideline_rules import CriteriaSet

HUNDREDTH = Decimal("0.01")  # scores are stored as whole hundredths


@reads("criteria_set")
def _points_only_where_counted(guideline: Guideline) -> Found:
    for place, each in enumerate(guideline.criteria_sets):
        counted = each.mode == "points"
        for index, item in enumerate(each.items):
            path = f"criteria_set[{place}].item[{index}]"
            if counted and item.max is None:
                yield Mistake(f"{path}.max", _("A criterion with points needs its maximum."))
            if not counted and item.max is not None:
                yield Mistake(f"{path}.max", _("Only a list with points has a maximum."))
            if not counted and item.must_max:
                yield Mistake(f"{path}.must_max", _("Only a list with points has a maximum."))


def _sum(each: CriteriaSet) -> Decimal:
    return sum((item.max or Decimal(0) for item in each.items), Decimal(0))


@reads("criteria_set")
def _sums_of_sets(guideline: Guideline) -> Found:
    for place, each in enumerate(guideline.criteria_sets):
        if each.mode == "points" and each.max != _sum(each):
            yield Mistake(
                f"criteria_set[{place}].max",
                _("The criteria add up to {figure}.").format(figure=_sum(each)),
            )
        if each.mode != "points" and each.max is not None:
            yield Mistake(f"criteria_set[{place}].max", _("Only a list with points has a maximum."))


@reads("criteria_set", "scoring")
def _scoring_where_points(guideline: Guideline) -> Found:
    counted = any(each.mode == "points" for each in guideline.criteria_sets)
    if counted and guideline.scoring is None:
        yield Mistake("scoring", _("Criteria with points need their total and pass mark."))
    if not counted and guideline.scoring is not None:
        yield Mistake("scoring", _("There are no criteria with points."))


@reads("scoring")
def _scoring_in_itself(guideline: Guideline) -> Found:
    scoring = guideline.scoring
    if scoring is None:
        return
    parts = sum((each.max for each in scoring.parts), Decimal(0))
    if parts != scoring.total:
        yield Mistake("scoring.total", _("The parts add up to {figure}.").format(figure=parts))
    if scoring.pass_mark > scoring.total:
        yield Mistake("scoring.pass", _("It is above the total {figure}.").format(figure=scoring.total))
    if scoring.step % HUNDREDTH:
        yield Mistake("scoring.step", _("Points are kept to hundredths."))


@reads("audience", "criteria_set", "scoring")
def _parts_for_each_subject(guideline: Guideline) -> Found:
    """Each subject's lists fill every part exactly: common and own criteria make the total."""
    if guideline.scoring is None:
        return
    for index, part in enumerate(guideline.scoring.parts):
        for subject in guideline.subjects:
            sets = [each for each in guideline.sets_for(subject) if each.part == part.number]
            held = sum((_sum(each) for each in sets), Decimal(0))
            if held != part.max:
                yield Mistake(
                    f"scoring.part[{index}].max",
                    _("For “{subject}” the criteria of this part add up to {figure}.").format(
                        subject=subject, figure=held
                    ),
                )
    known = {part.number for part in guideline.scoring.parts}
    for place, each in enumerate(guideline.criteria_sets):
        if each.mode == "points" and each.part not in known:
            yield Mistake(f"criteria_set[{place}].part", _("There is no such part in scoring."))


@reads("criteria_set", "scoring")
def _steps_divide_maxima(guideline: Guideline) -> Found:
    if guideline.scoring is None:
        return
    for place, each in enumerate(guideline.criteria_sets):
        for index, item in enumerate(each.items):
            if item.max is not None and item.max % guideline.scoring.step:
                yield Mistake(
                    f"criteria_set[{place}].item[{index}].max",
                    _("It is not a multiple of the step {figure}.").format(figure=guideline.scoring.step),
                )


@reads("criteria_set", "scoring")
def _footnote_agrees(guideline: Guideline) -> Found:
    """The official sentence and the marks on the criteria say the same."""
    if guideline.scoring is None:
        return
    sets = [each for each in guideline.criteria_sets if each.mode == "points"]
    marked = {item.key for each in sets for item in each.items if item.must_max}
    listed = re.search(r"tiêu chí\s+((?:\d+(?:,\s*|\s+và\s+)?)+)", guideline.scoring.footnote)
    named = set(re.findall(r"\d+", listed[1])) if listed else set()
    if marked != named:
        yield Mistake(
            "scoring.footnote",
            _("It names the criteria {named}; marked must_max are {marked}.").format(
                named=_listed(named), marked=_listed(marked)
            ),
        )


def _listed(keys: set[str]) -> str:
    return ", ".join(sorted(keys, key=lambda key: (len(key), key))) or "–"


@reads("form", "scoring")
def _score_form_needs_scoring(guideline: Guideline) -> Found:
    for index, each in enumerate(guideline.forms):
        if each.purpose == "score" and guideline.scoring is None:
            yield Mistake(f"form[{index}].purpose", _("There are no criteria with points."))


CHECKS = (
    _points_only_where_counted,
    _sums_of_sets,
    _scoring_where_points,
    _scoring_in_itself,
    _parts_for_each_subject,
    _steps_divide_maxima,
    _footnote_agrees,
    _score_form_needs_scoring,
)
