"""The course of an entry under its guideline: which of the states it passes on its way to recognition."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from movement import criteria

if TYPE_CHECKING:
    from movement.entries import Entry
    from movement.guideline import Guideline
    from movement.guideline_parts import SubjectKind


@dataclass(frozen=True, slots=True)
class Course:
    """What the guideline asks for between the report and the decision."""

    is_scored: bool = True  # it has criteria: the entry is self-scored and appraised
    is_endorsed: bool = False  # the party committee confirms the report

    @property
    def last(self) -> str:
        """The state in which a level may propose or decide for the first time."""
        if self.is_scored:
            return "appraised"
        return "endorsed" if self.is_endorsed else "reported"


def under(guideline: Guideline, subject: SubjectKind, unit_kind: str = "") -> Course:
    """The course under this guideline."""
    sheet = criteria.sheet(guideline, subject, unit_kind)
    return Course(bool(sheet.items), guideline.principles.endorsement is not None)


def of(entry: Entry) -> Course:
    """The course of this entry, under the guideline it was begun with."""
    return under(entry.guideline, entry.subject_kind, entry.unit_kind)
