"""The small parts of a guideline: words, identity, validity, audience, areas, principles.

Every part is strict and frozen and refuses keys it does not know; what is wrong is told in `guideline_mistakes`.
Here annotations are read at run time by pydantic, hence no postponed ones. Source: the texts in docs/guidelines.
"""

import calendar
import datetime as dt
import re
from decimal import Decimal
from typing import Annotated, Literal, LiteralString, NoReturn

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    model_validator,
)
from pydantic_core import PydanticCustomError

from movement.unit_kinds import UNIT_KINDS

LEAP_YEAR = 2024  # a day and month are good when they exist in some year
SubjectKind = Literal["collective", "individual"]
Origin = Literal["new", "continued"]
Purpose = Literal["initiative", "exemplar", "leadership"]  # leadership: a body that led the movement well


class Part(BaseModel):
    """What all parts of a guideline share."""

    model_config = ConfigDict(strict=True, frozen=True, extra="forbid")


class Rule(Part):
    """A part that a clause of a text stands behind."""

    clause: str = Field(min_length=1)  # where it stands in the text: "II.2", "Biểu chấm điểm, mục 7"
    source: str = ""  # the key of the text, where the guideline draws on several


def refuse(kind: LiteralString) -> NoReturn:
    """Refuse a value; the sentence for it stands in `guideline_mistakes.MESSAGES`."""
    raise PydanticCustomError(kind, kind)


def day_in(md: str, year: int) -> dt.date:
    """That day in that year; a 29 February is the 28th where there is none, "last" the month's last day."""
    month, _, day = md.partition("-")
    last = calendar.monthrange(year, int(month))[1]
    return dt.date(year, int(month), last if day == "last" else min(int(day), last))


def _kind(value: str) -> str:
    if value not in UNIT_KINDS:
        refuse("unit_kind")
    return value


def _actor(value: str) -> str:
    return value if value == "subject" else _kind(value)


def _decimal(value: object) -> object:
    return Decimal(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _month_day(value: str) -> str:
    match = re.fullmatch(r"(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01]|last)", value)
    if match is None:
        refuse("month_day")
    if match[2] != "last" and int(match[2]) > calendar.monthrange(LEAP_YEAR, int(match[1]))[1]:
        refuse("no_such_day")
    return value


Code = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]{0,31}$")]  # travels in button payloads
CriterionKey = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]{0,11}$")]  # a column of the scores
Line = Annotated[str, StringConstraints(min_length=1)]
UnitKind = Annotated[str, AfterValidator(_kind)]
Actor = Annotated[str, AfterValidator(_actor)]  # a kind of unit, or "subject": whoever carries the initiative out
Points = Annotated[Decimal, BeforeValidator(_decimal), Field(gt=0)]
MonthDay = Annotated[str, AfterValidator(_month_day)]  # "03-10", "02-last"
Count = Annotated[int, Field(ge=1)]


class Source(Part):
    """An official text that the guideline was written from. `file` stands in docs/guidelines."""

    key: Code
    title: Line
    file: Line


class Doc(Part):
    """The paper itself; number and date are empty where the text has none."""

    kind: Literal["guide", "plan", "letter"]
    style: Literal["union", "party", "state"]  # which letterhead its papers carry
    number: str = ""
    date: dt.date | None = None


class Issuer(Part):
    """Who issued it."""

    name: Line
    unit_kind: UnitKind


class Valid(Part):
    """From when to when it is in force, both days counted."""

    from_: dt.date = Field(alias="from")
    to: dt.date | None = None
    open_end: bool = False

    @model_validator(mode="after")
    def _ordered(self) -> "Valid":
        if (self.to is None) != self.open_end:
            refuse("valid_end")
        if self.to is not None and self.to < self.from_:
            refuse("valid_order")
        return self


class Cycle(Part):
    """The twelve months an initiative belongs to; one that passes the new year is named by the year it ends in."""

    from_: MonthDay = Field(default="01-01", alias="from")
    to: MonthDay = "12-31"


class Theme(Rule):
    """The slogan of one year."""

    year: int
    text: Line


class Terms(Part):
    """The words of the text as they stand on screens and papers."""

    initiative: Line
    area: Line
    subject: Line
    collective: Line
    individual: Line
    lead: Line
    place: Line
    scale: Line


class Expected(Rule):
    """How many units of a kind are to send something, for “12/34 đã nộp”."""

    kind: UnitKind
    count: Count


class Audience(Rule):
    """Whom it binds and who may carry an initiative out."""

    binds: tuple[UnitKind, ...] = Field(min_length=1)
    subjects: tuple[SubjectKind, ...] = Field(min_length=1)
    collective_kinds: tuple[Line, ...] = ()
    individual_kinds: tuple[Line, ...] = ()
    expected_units: tuple[Expected, ...] = ()


class Area(Rule):
    """One area (lĩnh vực, loại hình). `abbr` and `footer` are its words in the forms."""

    code: Code
    label: Annotated[Line, Field(max_length=80)]
    text: str = ""  # the official description
    abbr: str = ""
    footer: str = ""


class Areas(Part):
    """The areas in their official order; `open`: officers may add others."""

    open: bool = False
    items: tuple[Area, ...] = Field(alias="item", min_length=1)


class Endorsement(Rule):
    """A confirmation that a paper needs, such as the party committee's on the achievement report."""

    by: Line
    on: Line


class Principles(Rule):
    """Whether registration is needed, what is exempt, whether continued initiatives count."""

    registration: Literal["required", "criterion"]  # criterion: it earns points
    unplanned_exempt: bool = False
    carry_over_counts: bool
    endorsement: Endorsement | None = None
    review_values: tuple[Line, ...] = ()  # words for the minutes: công khai, dân chủ …
