"""What a person may do: the one place where rights are decided. Rights reach down the tree of units only.

Source: reference roles of the movement (member, officers of a unit, of the level above); see docs/architecture.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from sqlalchemy import bindparam, false, or_, select

from locales import _
from movement import units
from movement.errors import DomainError
from movement.units import Unit
from storage.people_tables import role
from storage.tables import entry
from storage.unit_tables import unit

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement

    from movement.context import Context

_roles = (
    select(role.c.role, *units.COLUMNS)
    .join(unit)
    .where(role.c.person_id == bindparam("person"))
    .order_by(role.c.id)
)

Act = Literal[
    "register", "see", "prove", "score", "report", "summarise",
    "schedule",  # enter the day of an event, for a cycle
    "attest",  # say that a unit did what only people know
    "choose",  # choose an entry for province level
    "mend",  # complete what was returned
    "review",  # confirm a registration, or return an entry
    "endorse",  # confirm in the name of the party committee
    "appraise",  # fill in the sheet beside the self-score
    "answer_data",  # look after requests about personal data
    "audit",  # read the record of who did what
    "propose", "recognise",  # in the name of the very unit, see `in_the_name_of`
]  # fmt: skip

_OWN = frozenset({"see", "prove", "score", "report", "mend"})  # what an author may do with an entry of their own
_NEVER_OWN = frozenset({"review", "endorse", "appraise"})  # nobody judges their own entry
_WORK = _OWN | {"register", "review", "propose", "summarise", "schedule", "attest"}
_UPPER = frozenset({"see", "review", "appraise", "summarise", "schedule", "attest", "choose"})
_RIGHTS: dict[str, frozenset[str]] = {
    "member": frozenset({"register"}),
    "group_head": frozenset({"register"}),
    "unit_officer": _WORK,
    "unit_head": _WORK | {"recognise"},
    "upper_officer": _UPPER,
    "standing_committee": _UPPER - {"appraise"} | {"propose", "recognise"},
    "endorser": frozenset({"see", "endorse"}),
    "appraiser": frozenset({"see", "appraise", "summarise"}),
    "admin": frozenset({"see", "summarise", "schedule", "answer_data", "audit"}),
    "data_officer": frozenset({"see", "answer_data", "audit"}),
}
_REACHES_DOWN = frozenset(
    {
        "upper_officer", "standing_committee", "endorser", "appraiser", "admin", "data_officer",
        "unit_officer", "unit_head",
    },
)  # fmt: skip
_ONLY_FROM_ABOVE = frozenset({("upper_officer", "appraise")})  # where a unit appraises its own, an appraiser does


@dataclass(frozen=True, slots=True)
class Held:
    """A role in a unit; `path` is the unit's place in the tree."""

    role: str
    unit_id: int
    path: str


@dataclass(frozen=True, slots=True)
class Thing:
    """What an act is done to: something of a unit, perhaps with an author."""

    path: str
    author_id: int | None = None


def roles(ctx: Context) -> tuple[Held, ...]:
    """The roles of the person who speaks; read once in a unit of work."""
    if "roles" not in ctx.memo:
        rows = ctx.session.rows(_roles, {"person": ctx.person.id})
        found = [(row[0], Unit(*row[1:])) for row in rows]
        units.remember(ctx, (home for _role, home in found))
        ctx.memo["roles"] = tuple(Held(held, home.id, home.path) for held, home in found)
    held: tuple[Held, ...] = ctx.memo["roles"]
    return held


def forget(ctx: Context) -> None:
    """Read the roles anew: they were changed."""
    ctx.memo.pop("roles", None)


def may(ctx: Context, act: Act, thing: Thing) -> bool:
    """Whether the person may do this to that."""
    if thing.author_id == ctx.person.id and act in _OWN | _NEVER_OWN:
        return act in _OWN
    return any(_gives(held, act, thing.path) for held in roles(ctx))


def in_the_name_of(ctx: Context, act: Act, unit_id: int) -> bool:
    """Whether the person may do this for that very unit, not for one below or above it."""
    return any(act in _RIGHTS.get(held.role, ()) and held.unit_id == unit_id for held in roles(ctx))


def demand(ctx: Context, act: Act, thing: Thing | None) -> None:
    """Raise DomainError where the person may not; what does not exist and what is not theirs sound the same."""
    if thing is not None and thing.author_id == ctx.person.id and act in _NEVER_OWN:
        raise DomainError(_("This initiative is your own: somebody else has to take this step."))
    if thing is None or not may(ctx, act, thing):
        raise DomainError(
            _("That was not found among what you may see. Please check the number, or use /trangthai.")
        )
    ctx.memo["demanded"] = (act, thing)


def demanded(ctx: Context) -> tuple[Act, Thing] | None:
    """What was last demanded in this unit of work, and granted."""
    found: tuple[Act, Thing] | None = ctx.memo.get("demanded")
    return found


def allowing(ctx: Context, act: Act, thing: Thing) -> str:
    """The role that gives this right to that; "author" for one's own."""
    if thing.author_id == ctx.person.id and act in _OWN:
        return "author"
    return next((held.role for held in roles(ctx) if _gives(held, act, thing.path)), "")


def home_path(ctx: Context) -> str:
    """The place of the person's first role, where the roles were read already; no statement is spent on it."""
    held: tuple[Held, ...] = ctx.memo.get("roles", ())
    return held[0].path if held else ""


def visible_entries(ctx: Context) -> ColumnElement[bool]:
    """The condition on `entry` joined with `unit` that keeps what the person may see."""
    reach: list[ColumnElement[bool]] = [entry.c.author_id == ctx.person.id]
    reach += [unit.c.path.startswith(path, autoescape=True) for path in paths(ctx, "see")]
    return or_(false(), *reach)


def paths(ctx: Context, act: Act) -> tuple[str, ...]:
    """The subtrees in which the person may do this."""
    return tuple(
        dict.fromkeys(
            held.path for held in roles(ctx) if act in _RIGHTS.get(held.role, ()) and held.role in _REACHES_DOWN
        ),
    )


def _gives(held: Held, act: Act, path: str) -> bool:
    if act not in _RIGHTS.get(held.role, ()) or not _reaches(held, path):
        return False
    return path != held.path or (held.role, act) not in _ONLY_FROM_ABOVE


def _reaches(held: Held, path: str) -> bool:
    return path.startswith(held.path) if held.role in _REACHES_DOWN else path == held.path
