"""What a person may do: the one place where rights are decided. Rights reach down the tree of units only.

A person whose account is locked may do nothing; a role in a unit that has ended ends with it.
Source: reference roles of the movement (member, officers of a unit, of the level above); see docs/architecture.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from sqlalchemy import Date, bindparam, false, or_, select

from locales import _
from movement import units
from movement.errors import DomainError, NotYours
from movement.units import Unit
from storage.people_tables import person, role
from storage.tables import entry
from storage.unit_tables import unit

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Any

    from sqlalchemy import ColumnElement

    from movement.context import Context

_roles = (
    select(role.c.role, *units.COLUMNS)
    .join(unit)
    .where(role.c.person_id == bindparam("person"))
    .where(unit.c.valid_to.is_(None) | (unit.c.valid_to >= bindparam("today", type_=Date)))  # its last day counts
    .order_by(role.c.id)
)

_roles_of = (
    select(role.c.person_id, role.c.role, unit.c.id, unit.c.path, unit.c.kind)
    .join(unit, unit.c.id == role.c.unit_id)
    .join(person, person.c.id == role.c.person_id)
    .where(role.c.person_id.in_(bindparam("people", expanding=True)), person.c.deactivated_at.is_(None))
    .where(unit.c.valid_to.is_(None) | (unit.c.valid_to >= bindparam("today", type_=Date)))
    .order_by(role.c.id)
)

Act = Literal[
    "register", "see", "prove", "score", "report", "summarise",
    "schedule",  # enter the day of an event, for a cycle
    "attest",  # say that a unit did what only people know
    "choose",  # choose an entry for province level
    "mend",  # complete what was returned
    "organise",  # found, rename, move, merge, split and end units
    "chase",  # remind those who owe something, and write to the subtree
    "review",  # confirm a registration, or return an entry
    "endorse",  # confirm in the name of the party committee
    "appraise",  # fill in the sheet beside the self-score
    "answer_data",  # look after requests about personal data
    "audit",  # read the record of who did what
    "propose", "recognise",  # in the name of the very unit, see `in_the_name_of`
    "open",  # assign a guideline for a year
    "people",  # see who has which role
    "operate",  # see how the deployment fares
    "write_for",  # write down what a member without a smartphone says
    "lock",  # end all rights of a person, or give them back
]  # fmt: skip

_OWN = frozenset({"see", "prove", "score", "report", "mend"})  # what an author may do with an entry of their own
_NEVER_OWN = frozenset({"review", "endorse", "appraise"})  # nobody judges their own entry
_WORK = _OWN | {"register", "review", "propose", "summarise", "schedule", "attest", "people", "write_for", "chase"}
_UPPER = frozenset({"see", "review", "appraise", "summarise", "schedule", "attest", "choose", "people", "chase"})
_RIGHTS: dict[str, frozenset[str]] = {
    "member": frozenset({"register"}),
    "group_head": _OWN | {"register", "write_for"},  # see `Held.rights`
    "unit_officer": _WORK,
    "unit_head": _WORK | {"recognise"},
    "upper_officer": _UPPER,
    "standing_committee": _UPPER - {"appraise"} | {"propose", "recognise"},
    "endorser": frozenset({"see", "endorse"}),
    "appraiser": frozenset({"see", "appraise", "summarise"}),
    "admin": frozenset(
        {
            "see",
            "summarise",
            "schedule",
            "open",
            "organise",
            "people",
            "lock",
            "answer_data",
            "audit",
            "operate",
            "chase",
        }
    ),
    "data_officer": frozenset({"see", "people", "answer_data", "audit"}),
}
_REACHES_DOWN = frozenset(
    {
        "upper_officer", "standing_committee", "endorser", "appraiser", "admin", "data_officer",
        "unit_officer", "unit_head",
    },
)  # fmt: skip
_ONLY_FROM_ABOVE = frozenset({("upper_officer", "appraise")})  # where a unit appraises its own, an appraiser does
_ALL: Final = frozenset(_RIGHTS)
_BASE: Final = frozenset({"member", "group_head"})
_GIVES: Final[dict[str, tuple[frozenset[str], frozenset[str]]]] = {  # in the very unit, and in units below it
    "admin": (_ALL, _ALL),
    "standing_committee": (_BASE, _BASE | {"unit_officer", "unit_head"}),
    "upper_officer": (_BASE, _BASE | {"unit_officer", "unit_head"}),
    "unit_head": (_BASE | {"unit_officer"}, _BASE | {"unit_officer", "unit_head"}),
    "unit_officer": (_BASE, _BASE),
}
_NOTHING: Final = (frozenset[str](), frozenset[str]())


@dataclass(frozen=True, slots=True)
class Held:
    """A role in a unit; `path` is the unit's place in the tree."""

    role: str
    unit_id: int
    path: str
    kind: str = ""

    @property
    def rights(self) -> frozenset[str]:
        """The acts it is for. The head of a group has more than a member only where the unit is a union group."""
        is_member = self.role == "group_head" and self.kind != "union_group"
        return _RIGHTS.get("member" if is_member else self.role, frozenset())


@dataclass(frozen=True, slots=True)
class Thing:
    """What an act is done to: something of a unit, perhaps with an author; `subject` is such as "entry:12"."""

    path: str
    author_id: int | None = None
    subject: str = ""


def roles(ctx: Context) -> tuple[Held, ...]:
    """The roles of the person who speaks, none of a locked account; read once in a unit of work."""
    if "roles" not in ctx.memo:
        rows = _read(ctx) if ctx.person.is_active else []
        found = [(row[0], Unit(*row[1:])) for row in rows]
        units.remember(ctx, (home for _role, home in found))
        ctx.memo["roles"] = tuple(Held(held, home.id, home.path, home.kind) for held, home in found)
    held: tuple[Held, ...] = ctx.memo["roles"]
    return held


def forget(ctx: Context) -> None:
    """Read the roles anew: they were changed."""
    ctx.memo.pop("roles", None)


def may(ctx: Context, act: Act, thing: Thing) -> bool:
    """Whether the person may do this to that."""
    if thing.author_id == ctx.person.id and act in _OWN | _NEVER_OWN:
        return act in _OWN and ctx.person.is_active
    return any(_gives(held, act, thing.path) for held in roles(ctx))


def in_the_name_of(ctx: Context, act: Act, unit_id: int) -> bool:
    """Whether the person may do this for that very unit, not for one below or above it."""
    return any(act in held.rights and held.unit_id == unit_id for held in roles(ctx))


def may_give(ctx: Context, role_name: str, unit_path: str) -> bool:
    """Whether the person may give this role in the unit with this path, or take it away again.

    Nobody gives what is above them: an administrator everything in their own subtree, officers what is below them.
    """
    return gives(roles(ctx), role_name, unit_path)


def gives(held: Iterable[Held], role_name: str, unit_path: str) -> bool:
    """Whether somebody with these roles may give this role there."""
    return any(
        role_name in _GIVES.get(each.role, _NOTHING)[each.path != unit_path] and unit_path.startswith(each.path)
        for each in held
    )


def giveable(ctx: Context, unit_path: str) -> tuple[str, ...]:
    """The roles that the person may give in this unit, in the order of the table of roles."""
    return tuple(each for each in _RIGHTS if may_give(ctx, each, unit_path))


def giving(ctx: Context) -> tuple[Held, ...]:
    """The roles of the person that let them give roles to others."""
    return tuple(held for held in roles(ctx) if held.role in _GIVES)


def roles_of(ctx: Context, person_id: int) -> tuple[Held, ...]:
    """The roles of anybody, such as of whoever made a code; a locked account has none."""
    return roles_of_several(ctx, [person_id])[person_id]


def roles_of_several(ctx: Context, ids: Sequence[int]) -> dict[int, tuple[Held, ...]]:
    """The same for several people, with one statement."""
    found: dict[int, tuple[Held, ...]] = dict.fromkeys(ids, ())
    for row in ctx.session.rows(_roles_of, {"people": ids, "today": ctx.today}):
        found[row[0]] += (Held(row[1], row.id, row.path, row.kind),)
    return found


def demand(ctx: Context, act: Act, thing: Thing | None) -> None:
    """Raise DomainError where the person may not; what does not exist and what is not theirs sound the same.

    The attempt is NotYours, which is written down: a guessed number, or another person's button.
    """
    if thing is not None and thing.author_id == ctx.person.id and act in _NEVER_OWN:
        raise DomainError(_("This initiative is your own: somebody else has to take this step."))
    if thing is None or not may(ctx, act, thing):
        raise not_yours(ctx, act, thing)
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


def is_top(path: str) -> bool:
    """Whether this is the place of a unit that has none above it."""
    return path.count("/") == len("//")


def home_path(ctx: Context) -> str:
    """The place of the person's first role, where the roles were read already; no statement is spent on it."""
    held: tuple[Held, ...] = ctx.memo.get("roles", ())
    return held[0].path if held else ""


def not_yours(ctx: Context, act: str, thing: Thing | None = None) -> NotYours:
    """The refusal of something that is not there for this person; `seek` has named what was asked for."""
    text = _("That was not found among what you may see. Please check the number, or use /trangthai.")
    named = thing.subject or f"unit:{units.ancestors(thing.path)[-1]}" if thing else ""
    return NotYours(text, act, named or str(ctx.memo.get("sought", "")))


def seek(ctx: Context, subject: str) -> None:
    """Keep what was asked for and not found, such as "entry:12", for the refusal that may follow."""
    ctx.memo["sought"] = subject


def visible_entries(ctx: Context) -> ColumnElement[bool]:
    """The condition on `entry` joined with `unit` that keeps what the person may see."""
    if not ctx.person.is_active:
        return false()
    return or_(false(), entry.c.author_id == ctx.person.id, *_in_reach(ctx, "see"))


def visible_units(ctx: Context, act: Act) -> ColumnElement[bool]:
    """The condition on `unit` that keeps those in which the person may do this."""
    return or_(false(), *_in_reach(ctx, act))


def paths(ctx: Context, act: Act) -> tuple[str, ...]:
    """The subtrees in which the person may do this."""
    return tuple(
        dict.fromkeys(held.path for held in roles(ctx) if act in held.rights and held.role in _REACHES_DOWN),
    )


def _read(ctx: Context) -> Sequence[Any]:
    return ctx.session.rows(_roles, {"person": ctx.person.id, "today": ctx.today})


def _in_reach(ctx: Context, act: Act) -> list[ColumnElement[bool]]:
    """A condition on `unit` for each subtree, and for each unit alone, in which the person may do this."""
    alone = [held.path for held in roles(ctx) if act in held.rights and held.role not in _REACHES_DOWN]
    below = [unit.c.path.startswith(path, autoescape=True) for path in paths(ctx, act)]
    return [*below, *(unit.c.path == path for path in dict.fromkeys(alone))]


def _gives(held: Held, act: Act, path: str) -> bool:
    if act not in held.rights or not _reaches(held, path):
        return False
    return path != held.path or (held.role, act) not in _ONLY_FROM_ABOVE


def _reaches(held: Held, path: str) -> bool:
    return path.startswith(held.path) if held.role in _REACHES_DOWN else path == held.path
