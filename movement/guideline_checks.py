"""What no single part of a guideline can see: references, repetitions, agreement between parts.

Each check names the parts it reads, so that a broken part hides only the checks that need it. Whether each part is
well formed is the schema's business (`guideline_parts`, `guideline_rules`), sums are not checked here.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from locales import _
from movement.guideline_parts import LEAP_YEAR, Part, Rule, day_in

if TYPE_CHECKING:
    from collections.abc import Callable

    from movement.guideline import Guideline


class Mistake(NamedTuple):
    """What is wrong and where: `criteria_set[1].item[3].max`, counted from 0 in the file's order."""

    path: str
    message: str


Found: TypeAlias = Iterator[Mistake]


@dataclass(frozen=True, slots=True)
class Check:
    """A check and the keys of the guideline that it reads."""

    reads: frozenset[str]
    run: Callable[[Guideline], Found]


def reads(*keys: str) -> Callable[[Callable[[Guideline], Found]], Check]:
    """Make a function a check that reads these keys."""
    return partial(Check, frozenset(keys))


UNIQUE = (  # key in the file, attribute, what must be unique
    ("source", "sources", "key"),
    ("target", "targets", "id"),
    ("mandated", "mandated", "id"),
    ("deadline", "deadlines", "id"),
    ("criteria_set", "criteria_sets", "id"),
    ("recognition", "recognition", "level"),
    ("form", "forms", "id"),
    ("ambiguity", "ambiguities", "id"),
)


def _once(where: tuple[str, str, str], guideline: Guideline) -> Found:
    path, attribute, code = where
    yield from _repeated(path, code, [getattr(each, code) for each in getattr(guideline, attribute)])


def _repeated(path: str, key: str, codes: list[str]) -> Found:
    seen: Counter[str] = Counter()
    for index, code in enumerate(codes):
        seen[code] += 1
        if seen[code] > 1:
            yield Mistake(f"{path}[{index}].{key}", _("“{code}” is used twice.").format(code=code))


@reads("areas")
def _areas_once(guideline: Guideline) -> Found:
    yield from _repeated("areas.item", "code", [each.code for each in guideline.areas.items])


@reads("audience", "criteria_set")
def _criteria_once_per_subject(guideline: Guideline) -> Found:
    """Keys are the printed numbers: two blocks may share them, the sheet of one subject may not."""
    seen: set[tuple[str, str, str]] = set()
    for place, each in enumerate(guideline.criteria_sets):
        for index, item in enumerate(each.items):
            keys = {(subject, each.purpose, item.key) for subject in each.subjects}
            if keys & seen:
                yield Mistake(
                    f"criteria_set[{place}].item[{index}].key",
                    _("“{code}” is used twice.").format(code=item.key),
                )
            seen |= keys


@reads("audience", "criteria_set")
def _subjects_of_sets(guideline: Guideline) -> Found:
    for place, each in enumerate(guideline.criteria_sets):
        for index, subject in enumerate(each.subjects):
            if subject not in guideline.subjects:
                yield Mistake(
                    f"criteria_set[{place}].subjects[{index}]",
                    _("“{code}” is not among audience.subjects.").format(code=subject),
                )


@reads("deadline", "form")
def _forms_of_deadlines(guideline: Guideline) -> Found:
    known = {each.id for each in guideline.forms}
    for index, each in enumerate(guideline.deadlines):
        if each.form is not None and each.form not in known:
            yield Mistake(f"deadline[{index}].form", _("There is no form “{code}”.").format(code=each.form))


@reads("deadline", "target")
def _targets_of_deadlines(guideline: Guideline) -> Found:
    known = {each.id for each in guideline.targets}
    for index, each in enumerate(guideline.deadlines):
        if each.target is not None and each.target not in known:
            yield Mistake(f"deadline[{index}].target", _("There is no target “{code}”.").format(code=each.target))


@reads("mandated", "target")
def _something_is_imposed(guideline: Guideline) -> Found:
    for index, each in enumerate(guideline.targets):
        if each.known_by == "mandated" and not guideline.mandated:
            yield Mistake(f"target[{index}].known_by", _("Nothing is imposed in `mandated`."))


@reads("valid", "deadline", "theme", "target")
def _years_in_force(guideline: Guideline) -> Found:
    years = [(f"deadline[{index}].year", each.year) for index, each in enumerate(guideline.deadlines)]
    years += [(f"theme[{index}].year", each.year) for index, each in enumerate(guideline.themes)]
    years += [(f"target[{index}].year", each.year) for index, each in enumerate(guideline.targets)]
    years += [(f"target[{index}].until", each.until) for index, each in enumerate(guideline.targets)]
    first, last = guideline.valid.from_.year, guideline.valid.to.year if guideline.valid.to else None
    for path, year in years:
        if year is not None and (year < first or (last is not None and year > last)):
            yield Mistake(path, _("The guideline is not in force in {year}.").format(year=year))


@reads("id", "replaces")
def _replaces_others(guideline: Guideline) -> Found:
    for index, each in enumerate(guideline.replaces):
        if each == guideline.id:
            yield Mistake(f"replaces[{index}]", _("A guideline cannot replace itself."))


@reads("cycle")
def _cycle_is_a_year(guideline: Guideline) -> Found:
    eve = day_in(guideline.cycle.from_, LEAP_YEAR) - dt.timedelta(days=1)
    if day_in(guideline.cycle.to, eve.year) != eve:
        yield Mistake("cycle.to", _("A cycle is twelve months: it ends the day before it begins."))


@reads("source")
def _clauses_name_their_source(guideline: Guideline) -> Found:
    """Every rule of a guideline that draws on several texts says which one it stands in."""
    known = {each.key for each in guideline.sources}
    for path, rule in _rules("", guideline):
        if rule.source and rule.source not in known:
            yield Mistake(f"{path}.source", _("There is no source “{code}”.").format(code=rule.source))
        if not rule.source and len(known) > 1:
            yield Mistake(f"{path}.source", _("Several texts are drawn on: say which one."))


def _rules(path: str, part: object) -> Iterator[tuple[str, Rule]]:
    """Every rule in the tree with its path."""
    if isinstance(part, tuple):
        for index, each in enumerate(part):
            yield from _rules(f"{path}[{index}]", each)
    if isinstance(part, Rule):
        yield path, part
    if isinstance(part, Part):
        for name, field in type(part).model_fields.items():
            if name in part.model_fields_set:
                yield from _rules(f"{path}.{field.alias or name}".lstrip("."), getattr(part, name))


CHECKS = (
    *(Check(frozenset({where[0]}), partial(_once, where)) for where in UNIQUE),
    _areas_once,
    _criteria_once_per_subject,
    _subjects_of_sets,
    _forms_of_deadlines,
    _targets_of_deadlines,
    _something_is_imposed,
    _years_in_force,
    _replaces_others,
    _cycle_is_a_year,
    _clauses_name_their_source,
)
