"""By which last day whoever carries an initiative out has to do what is left to do for it. Pure.

Texts name a day for reports of authors, or of their units or the level above only, or only that of the appraisal.
An author is reminded of their own, or else of the first of these that needs the report; once that is over, of no
later one, but for what the appraisal needs besides.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from movement import deadlines

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from movement.guideline import Guideline
    from movement.guideline_rules import Deadline

Aim = tuple["Deadline", dt.date]


@dataclass(frozen=True, slots=True)
class Under:
    """What an initiative is carried out under; `events` are the days that officers entered."""

    guideline: Guideline
    year: int
    unit_kind: str
    events: Mapping[str, dt.date]

    def registering(self) -> Aim | None:
        """By when whoever carries an initiative out, or else such a unit, registers it; None without a day."""
        dated = [each for each in self._dated() if each[0].does == "register"]
        own = [each for each in dated if "subject" in each[0].who]
        return _first(own or (each for each in dated if self.unit_kind in each[0].who))

    def reporting(self, today: dt.date) -> Aim | None:
        """By when the results are reported; None where it is over, or its event has no day yet."""
        first = _first(self._own() or self._needing())
        return first if first is not None and first[1] >= today else None

    def judging(self, today: dt.date) -> Aim | None:
        """By when evidence and self-score are there, which are wanting after the report."""
        return _first(each for each in (*self._own(), *self._needing()) if each[1] >= today)

    def _own(self) -> list[Aim]:
        return [each for each in self._dated() if each[0].does == "report" and "subject" in each[0].who]

    def _needing(self) -> list[Aim]:
        """What needs the report where no day is named for it: that of the unit or of the level above; appraisal.

        A recognition at a review is that of exemplars, which are chosen among what was recognised before.
        """
        dated = self._dated()
        reports = [each for each in dated if each[0].does == "report"]
        own = [each for each in reports if self.unit_kind in each[0].who]
        later = [each for each in dated if each[0].does in {"appraise", "propose"}]
        later += [each for each in dated if each[0].does == "recognise" and each[0].when.kind != "event"]
        return [*(own or reports[-1:]), *later]

    def _dated(self) -> list[Aim]:
        """The deadlines of the year that have a day, the earliest first."""
        of_year = deadlines.of_year(self.guideline, self.year, events=self.events)
        return [(each.deadline, each.last_day) for each in of_year if each.last_day is not None]


def _first(dated: Iterable[Aim]) -> Aim | None:
    return min(dated, key=lambda each: each[1], default=None)
