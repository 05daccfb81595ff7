"""The rules of a guideline: targets, steps, deadlines, criteria, recognition, papers.

What they mean is answered in `deadlines` and `criteria`. Annotations are read at run time by pydantic.
Source: the five texts in docs/guidelines.
"""

import datetime as dt
from typing import Annotated, Literal

from pydantic import Field, model_validator

from movement.guideline_parts import (
    Actor,
    Code,
    Count,
    CriterionKey,
    Line,
    MonthDay,
    Origin,
    Part,
    Points,
    Purpose,
    Rule,
    SubjectKind,
    UnitKind,
    refuse,
)

Does = Literal["register", "submit_list", "report", "appraise", "recognise", "propose"]
Objects = Literal["initiative", "exemplar"]
KnownBy = Literal["attested", "mandated", "appraised"]


class Target(Rule):
    """How many initiatives a kind of unit is to have, or what share of something is to be done."""

    id: Code
    text: Line
    who: tuple[UnitKind, ...] = Field(min_length=1)
    min: Count | None = None
    max: Count | None = None
    percent: Annotated[int, Field(ge=1, le=100)] | None = None
    measure: str = ""  # what the percent is of
    # How the share is known: an officer says so; what is imposed is carried out; entries are appraised.
    known_by: KnownBy | None = None
    counts: tuple[Origin, ...] = ()
    objects: tuple[Objects, ...] = ("initiative",)
    scope: Literal["own", "subtree", "province"] = "own"
    hard: bool = True  # False: “phấn đấu”, to be striven for
    year: int | None = None
    until: int | None = None

    @model_validator(mode="after")
    def _one_figure(self) -> "Target":
        if (self.min is None) == (self.percent is None):
            refuse("target_figure")
        if (self.percent is None) != (self.known_by is None):
            refuse("target_known_by")
        if self.min is not None and not self.counts:
            refuse("target_counts")
        if self.min is not None and self.max is not None and self.max < self.min:
            refuse("target_order")
        return self


class Mandated(Rule):
    """An initiative that a level imposes on its units; with a condition, from the day an officer enters on."""

    id: Code
    name: Line
    level: UnitKind
    who: tuple[UnitKind, ...] = Field(min_length=1)
    condition: str = ""


class Step(Rule):
    """One step of the process, for the help."""

    title: Line
    text: str = ""


class OnDate(Part):
    """A day of the year, `md = "03-10"`."""

    kind: Literal["date"]
    md: MonthDay


class InWindow(Part):
    """A stretch of the year, such as “tháng 2”; both ends counted."""

    kind: Literal["window"]
    from_: MonthDay = Field(alias="from")
    to: MonthDay

    @model_validator(mode="after")
    def _ordered(self) -> "InWindow":
        if self.to < self.from_:  # "02-last" sorts after "02-28"
            refuse("window_order")
        return self


class AtEvent(Part):
    """A day that an officer enters for each cycle; `label` is what the text calls it: “tổng kết năm”."""

    kind: Literal["event"]
    event: Code
    label: Line


class Deadline(Rule):
    """Who owes what to whom, and by when. `on_or_before` is “chậm nhất”, `before` is “trước ngày”.

    `target` is the target that a registration is for, where it is not simply at least one of the unit's own.
    """

    id: Code
    does: Does
    what: Line
    who: tuple[Actor, ...] = Field(min_length=1)
    to: UnitKind | None = None
    through: UnitKind | None = None
    then_to: UnitKind | None = None
    form: Code | None = None
    target: Code | None = None
    when: Annotated[OnDate | InWindow | AtEvent, Field(discriminator="kind")]
    bound: Literal["on_or_before", "before"]
    repeats: Literal["yearly", "once", "as_held"]
    year: int | None = None
    remind_days: tuple[Annotated[int, Field(ge=0, le=366)], ...] = (30, 14, 7, 3, 1, 0)

    @model_validator(mode="after")
    def _year_of_once(self) -> "Deadline":
        if (self.repeats == "once") != (self.year is not None):
            refuse("once_year")
        return self


class Gate(Part):
    """A title somebody else gives at the year's end; it is asked for, never computed."""

    of: Literal["unit", "person"]
    title: Line


class Criterion(Rule):
    """One criterion: the official `text` word for word; `short` and `hint` are ours."""

    key: CriterionKey  # the printed number; unique within the sheet of one subject
    short: Annotated[Line, Field(max_length=40)]
    text: Line
    hint: Annotated[str, Field(max_length=200)] = ""
    max: Points | None = None
    must_max: bool = False
    gate: Gate | None = None


class CriteriaSet(Rule):
    """One list of criteria. checklist: all must be met; points: summed; narrative: described in words and met."""

    id: Code
    number: str = ""  # as printed: "I", "II.1"
    part: str = ""  # the part of the score sheet it counts in
    heading: Line
    purpose: Purpose = "initiative"
    subjects: tuple[SubjectKind, ...] = Field(min_length=1)
    unit_kinds: tuple[UnitKind, ...] = ()
    mode: Literal["checklist", "points", "narrative"]
    max: Points | None = None
    localise: bool = False  # each unit writes its own concrete criteria on top
    items: tuple[Criterion, ...] = Field(alias="item", min_length=1)


class ScoringPart(Part):
    """One part of the score sheet with its maximum."""

    number: Line
    label: Line
    note: str = ""
    max: Points


class Scoring(Rule):
    """The total, the mark to pass and the smallest step; `footnote` is the official pass rule."""

    total: Points
    pass_mark: Points = Field(alias="pass")
    step: Points
    total_row: Line
    footnote: str = ""
    parts: tuple[ScoringPart, ...] = Field(alias="part", min_length=1)


class Recognition(Rule):
    """Who decides at one level, and by which way it gets there."""

    level: Code
    label: Line
    decides: tuple[UnitKind, ...] = Field(min_length=1)
    proposes: tuple[UnitKind, ...] = ()
    through: UnitKind | None = None
    advises: UnitKind | None = None
    objects: tuple[Objects, ...] = ("initiative",)
    scope: str = ""
    when: str = ""
    requires: tuple[Line, ...] = ()
    then: str = ""


class Paper(Part):
    """One paper of a dossier; copies 0: not stated."""

    doc: Code
    label: Line
    written_from: Literal["report", "minutes", "outside"]  # outside: of bodies that are not here
    copies: Annotated[int, Field(ge=0)]


class Dossier(Rule):
    """The papers that go with a request."""

    purpose: Literal["recognition", "award"]
    items: tuple[Paper, ...] = Field(alias="item", min_length=1)


class Channel(Rule):
    """A way to send papers; the address itself is a setting of the deployment."""

    kind: Literal["paper", "email", "zalo"]
    address_key: Code


class Ambiguity(Rule):
    """A question the text leaves open, and the answer taken until somebody decides."""

    id: Code
    text: Line
    default: Line
    decided_on: dt.date | None = None
