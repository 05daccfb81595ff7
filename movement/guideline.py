"""A guideline: the rules of the movement as one issuer wrote them, as data.

Reading it from a file is `guidelines`' business, checking it that of `guideline_checks`.
"""

from collections.abc import Callable
from typing import Any, Literal

from pydantic import Field, ValidationInfo, field_validator

from movement.guideline_forms import Form
from movement.guideline_parts import (
    Areas,
    Audience,
    Code,
    Cycle,
    Doc,
    Issuer,
    Line,
    Part,
    Principles,
    Source,
    SubjectKind,
    Terms,
    Theme,
    Valid,
)
from movement.guideline_rules import (
    Ambiguity,
    Channel,
    CriteriaSet,
    Deadline,
    Dossier,
    Mandated,
    Recognition,
    Scoring,
    Step,
    Target,
)


class Guideline(Part):
    """The rules of one text, or of a default drawn from several. Frozen; a change is a new file."""

    schema_: Literal[1] = Field(alias="schema")
    id: Code
    title: Line
    default: bool = False  # used where nothing was assigned
    sources: tuple[Source, ...] = Field(alias="source", min_length=1)
    doc: Doc
    issuer: Issuer
    based_on: tuple[Line, ...] = ()
    replaces: tuple[Code, ...] = ()
    valid: Valid
    cycle: Cycle = Cycle()
    themes: tuple[Theme, ...] = Field(default=(), alias="theme")
    terms: Terms
    audience: Audience
    areas: Areas
    principles: Principles
    targets: tuple[Target, ...] = Field(default=(), alias="target")
    mandated: tuple[Mandated, ...] = ()
    steps: tuple[Step, ...] = Field(default=(), alias="step")
    deadlines: tuple[Deadline, ...] = Field(alias="deadline", min_length=1)
    criteria_sets: tuple[CriteriaSet, ...] = Field(default=(), alias="criteria_set")
    scoring: Scoring | None = None
    recognition: tuple[Recognition, ...] = ()
    dossiers: tuple[Dossier, ...] = Field(default=(), alias="dossier")
    channels: tuple[Channel, ...] = Field(default=(), alias="channel")
    forms: tuple[Form, ...] = Field(default=(), alias="form")
    ambiguities: tuple[Ambiguity, ...] = Field(default=(), alias="ambiguity")

    @field_validator("*", mode="wrap")
    @classmethod
    def _keep_what_is_good(cls, value: Any, handler: Callable[[Any], Any], info: ValidationInfo) -> Any:
        """Keep each good part in the context, so that a mistake elsewhere does not hide those of the whole."""
        good = handler(value)
        if info.context is not None and info.field_name is not None:
            info.context[cls.model_fields[info.field_name].alias or info.field_name] = good
        return good

    @property
    def subjects(self) -> tuple[SubjectKind, ...]:
        """Whose initiatives it knows."""
        return self.audience.subjects

    def sets_for(self, subject: SubjectKind, unit_kind: str = "") -> tuple[CriteriaSet, ...]:
        """The lists of criteria that hold for this subject, in the order of the text.

        Lists for just this kind of unit, such as one for a body that led the movement, go before the general ones.
        """
        fitting = [each for each in self.criteria_sets if subject in each.subjects]
        for_the_kind = tuple(each for each in fitting if unit_kind in each.unit_kinds)
        general = (each for each in fitting if not each.unit_kinds and each.purpose == "initiative")
        return for_the_kind or tuple(general)
