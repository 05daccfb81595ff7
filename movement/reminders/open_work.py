"""What is under way and not finished: entries that wait for their author, drafts; and who leads units."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Final, Literal

from sqlalchemy import Text, cast, exists, select

from movement import codes, course, guidelines, people_data, tallies
from storage.people_tables import conversation, person, role
from storage.tables import cycle, entry, evidence, score_sheet
from storage.unit_tables import unit

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sqlalchemy import ColumnElement

    from movement.context import Context
    from movement.guideline import Guideline
    from movement.guideline_parts import SubjectKind

OwnAct = Literal["mend", "report", "prove", "score"]  # what an author does for their entry

_IN_CHARGE: Final = ("unit_head", "unit_officer", "upper_officer")
_BESIDES: Final[Mapping[str, str]] = {  # who else has to see to a unit's duty
    "appraise": "appraiser", "recognise": "standing_committee", "propose": "standing_committee",
}  # fmt: skip
_LEADING: Final = ("unit_head", "unit_officer", "standing_committee", "upper_officer", "appraiser")
_REGISTERING: Final = ("member", "group_head", "unit_officer", "unit_head")
DOING: Final = frozenset({*_REGISTERING, *_IN_CHARGE})  # of whom registering and reporting may be the business
JUDGING: Final = frozenset(_LEADING)
_OPEN: Final = ("returned", "confirmed", "reported", "self_scored", "endorsed")
_DIALOGUE: Final = "dangky"  # the name under which a registration half-way is kept, see conversations/registry.py


@dataclass(frozen=True, slots=True)
class Leaders:
    """Who has which role in which unit, of those who are in charge of something."""

    held: Mapping[int, Sequence[tuple[str, int]]]

    def of(self, unit_id: int, does: str) -> dict[int, str]:
        """Whose business this duty of the unit is, each with the role by which it is."""
        wanted = (*_IN_CHARGE, _BESIDES.get(does, ""))
        held = sorted(self.held.get(unit_id, ()), key=lambda each: (each[1], -_LEADING.index(each[0])))
        return {person_id: name for name, person_id in held if name in wanted}


@dataclass(frozen=True, slots=True)
class Work:
    """An entry that is not at its end."""

    id: int
    author_id: int
    unit_id: int
    unit_name: str
    unit_kind: str
    year: int
    guideline_id: str
    subject_kind: SubjectKind
    state: str
    name: str
    is_reported: bool
    is_scored: bool
    has_evidence: bool

    @property
    def guideline(self) -> Guideline:
        """The one it was begun under."""
        return guidelines.get(self.guideline_id)

    @property
    def number(self) -> str:
        """The number people quote."""
        return codes.code(codes.ENTRY, self.year, self.id)

    @property
    def act(self) -> OwnAct | None:
        """What its author has to do next; None where others are to act, or nothing is wanting."""
        if self.state == "returned":
            return "mend"
        if not self.is_reported:
            return "report" if self.state == "confirmed" else None
        if not self.is_scored and _is_scored(self.guideline_id, self.subject_kind, self.unit_kind):
            return "score"
        return None if self.has_evidence else "prove"


@dataclass(frozen=True, slots=True)
class Draft:
    """A registration that was begun and not sent; `name` is empty where it has none yet."""

    person_id: int
    unit_id: int
    name: str


def leaders(ctx: Context, people: Iterable[int] | None = None) -> Leaders:
    """Who is in charge where: of everybody who may be written to, or of these people; one statement."""
    query = (
        select(role.c.unit_id, role.c.role, role.c.person_id)
        .join(unit, unit.c.id == role.c.unit_id)
        .join(person, person.c.id == role.c.person_id)
        .where(role.c.role.in_(_LEADING), people_data.may_be_written_to(), person.c.merged_into_id.is_(None))
        .where(unit.c.valid_to.is_(None) | (unit.c.valid_to >= ctx.today))
    )
    held: dict[int, list[tuple[str, int]]] = {}
    for row in ctx.session.rows(_of(query, role.c.person_id, people)):
        held.setdefault(row.unit_id, []).append((row.role, row.person_id))
    return Leaders(held)


def entries(ctx: Context, years: Sequence[int] | None = None, ids: Iterable[int] | None = None) -> list[Work]:
    """The open entries of these years, or of these ids, of authors who may be written to; one statement."""
    has_evidence = exists().where(evidence.c.entry_id == entry.c.id).label("has_evidence")
    columns = (entry.c.id, entry.c.author_id, entry.c.unit_id, unit.c.name, unit.c.kind, cycle.c.year)
    more = (entry.c.guideline_id, entry.c.subject_kind, entry.c.state, entry.c.name)
    done = (entry.c.reported_at.is_not(None), score_sheet.c.id.is_not(None), has_evidence)
    query = (
        tallies.joined(*columns, *more, *done)
        .join(person, person.c.id == entry.c.author_id)
        .where(entry.c.state.in_(_OPEN), people_data.may_be_written_to())
        .order_by(entry.c.id)
    )
    if years is not None:
        query = query.where(cycle.c.year.in_(years))
    return [Work(*row) for row in ctx.session.rows(_of(query, entry.c.id, ids))]


def drafts(ctx: Context, people: Iterable[int] | None = None) -> list[Draft]:
    """What was begun and not sent, of everybody or of these people, each for the unit it is of; one statement."""
    columns = (conversation.c.person_id, conversation.c.memory, role.c.unit_id)
    query = (
        select(*columns)
        .join(person, person.c.id == conversation.c.person_id)
        .join(role, role.c.person_id == person.c.id)
        .join(unit, unit.c.id == role.c.unit_id)
        .where(cast(conversation.c.memory, Text).like(f'%"{_DIALOGUE}"%'), people_data.may_be_written_to())
        .where(role.c.role.in_(_REGISTERING), unit.c.valid_to.is_(None) | (unit.c.valid_to >= ctx.today))
        .order_by(conversation.c.person_id, role.c.id)
    )
    units_of: dict[int, list[int]] = {}
    begun: dict[int, list[dict[str, Any]]] = {}
    for row in ctx.session.rows(_of(query, conversation.c.person_id, people)):
        units_of.setdefault(row.person_id, []).append(row.unit_id)
        begun[row.person_id] = _begun(row.memory)
    return [
        Draft(person_id, _unit_of(answers, units_of[person_id]), str(answers.get("name", ""))[:200])
        for person_id, found in begun.items()
        for answers in found[-1:]
    ]


def kept_guidelines(ctx: Context, years: tuple[int, int]) -> set[tuple[int, str]]:
    """The guidelines that open entries keep, each with the year of the entry; one statement."""
    query = select(cycle.c.year, entry.c.guideline_id).join_from(entry, cycle).where(entry.c.state.in_(_OPEN))
    rows = ctx.session.rows(query.where(cycle.c.year.between(*years)).distinct())
    return {(row.year, row.guideline_id) for row in rows}


def _begun(memory: Any) -> list[dict[str, Any]]:
    """The answers of the registrations in a conversation, those without any left out."""
    stack = memory.get("stack", ())
    return [each["answers"] for each in stack if each.get("name") == _DIALOGUE and each.get("answers")]


def _unit_of(answers: Mapping[str, Any], own: Sequence[int]) -> int:
    """The unit that was chosen; without a question there was one only."""
    chosen = str(answers.get("unit", ""))
    return next((each for each in own if str(each) == chosen), own[0])


def _of(query: Any, column: ColumnElement[int], ids: Iterable[int] | None) -> Any:
    return query if ids is None else query.where(column.in_(sorted(set(ids))))


@cache
def _is_scored(guideline_id: str, subject: SubjectKind, unit_kind: str) -> bool:
    return course.under(guidelines.get(guideline_id), subject, unit_kind).is_scored
