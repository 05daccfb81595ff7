"""A code for one very person: a lost phone or a blocked account loses nothing, and who was entered comes in.

An officer makes it who may give every role that the person has, now and when it is used: nobody gets at somebody
above them. Whoever uses it becomes that person, and may confirm what was written down for them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sqlalchemy import bindparam, exists, false, or_, select, update

from locales import N_, _
from movement import access, addresses, audit, codes, join_codes, merging, notices
from movement.errors import DomainError
from movement.join_codes import CodeDraft
from movement.matching import fold
from movement.vietnamese_text import name_sort_key
from storage.people_tables import address, person, role
from storage.tables import cycle, entry
from storage.unit_tables import unit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from movement.context import Context

DAYS: Final = 7
MOST_FOUND: Final = 60
MOST_SHOWN: Final = 10


@dataclass(frozen=True, slots=True)
class Found:
    """Somebody for whom a code may be made."""

    id: int
    name: str
    unit_name: str
    is_reached: bool


@dataclass(frozen=True, slots=True)
class Written:
    """An entry that was written down for a person."""

    number: str
    name: str
    by: str


_writer = person.alias("writer")
_unconfirmed = (
    select(entry.c.id, entry.c.name, cycle.c.year, _writer.c.name.label("writer"))
    .join(cycle, cycle.c.id == entry.c.cycle_id)
    .join(_writer, _writer.c.id == entry.c.entered_by_id)
    .where(entry.c.author_id == bindparam("id"), entry.c.author_confirmed_at.is_(None))
    .order_by(entry.c.id)
)


def find(ctx: Context, words: str) -> list[Found]:
    """People below whose name holds all the words, without accents; nothing typed gives the first of them."""
    wanted = fold(words).split()
    found: dict[int, Found] = {}
    for folded, each in _below(ctx):
        if all(word in folded for word in wanted):
            found.setdefault(each.id, each)
    first = sorted(found.values(), key=lambda each: name_sort_key(each.name)) if wanted else [*found.values()]
    theirs = access.roles_of_several(ctx, [each.id for each in first[:MOST_FOUND]])
    return [each for each in first[:MOST_FOUND] if join_codes.gives_all(access.roles(ctx), theirs[each.id])]


def _below(ctx: Context) -> list[tuple[str, Found]]:
    """Everybody with a role in the subtrees, with the name as it is searched; read once in a unit of work."""
    if "below" not in ctx.memo:
        reached = exists().where(address.c.person_id == person.c.id, address.c.reachable)
        below = [unit.c.path.startswith(held.path, autoescape=True) for held in access.giving(ctx)]
        query = (
            select(person.c.id, person.c.name, unit.c.name.label("home"), reached.label("reached"))
            .join(role, role.c.person_id == person.c.id)
            .join(unit, unit.c.id == role.c.unit_id)
            .where(or_(false(), *below), person.c.id != ctx.person.id, person.c.name != "")
            .where(person.c.deactivated_at.is_(None), person.c.erased_at.is_(None))
            .order_by(person.c.name, role.c.id)
        )
        ctx.memo["below"] = [
            (fold(row.name), Found(row.id, row.name, row.home, bool(row.reached)))
            for row in ctx.session.rows(query)
        ]
    found: list[tuple[str, Found]] = ctx.memo["below"]
    return found


def get(ctx: Context, person_id: int) -> Found | None:
    """One of them, or None where no code may be made for this person."""
    reached = exists().where(address.c.person_id == person.c.id, address.c.reachable)
    query = (
        select(person.c.id, person.c.name, unit.c.name.label("home"), reached.label("reached"))
        .join(role, role.c.person_id == person.c.id)
        .join(unit, unit.c.id == role.c.unit_id)
        .where(person.c.id == person_id, person.c.deactivated_at.is_(None), person.c.erased_at.is_(None))
    )
    row = ctx.session.first(query.order_by(role.c.id))
    if row is None or person_id == ctx.person.id or not may_reach(ctx, person_id):
        return None
    return Found(row.id, row.name, row.home, bool(row.reached))


def may_reach(ctx: Context, person_id: int) -> bool:
    """Whether the person who speaks may give every role that this person has."""
    return join_codes.gives_all(access.roles(ctx), access.roles_of(ctx, person_id))


def make(ctx: Context, person_id: int, *, cuts_others: bool) -> str:
    """Make the code and give it, for the only time; raise DomainError where it is not theirs to make."""
    if get(ctx, person_id) is None:
        raise access.not_yours(ctx, "write_for")
    held = access.roles_of(ctx, person_id)[0]
    draft = CodeDraft(held.unit_id, held.role, 1, DAYS, person_id, cuts_others)
    return join_codes.make(ctx, draft)


def unconfirmed(ctx: Context, person_id: int) -> Sequence[Written]:
    """What was written down for this person and waits for them to confirm it."""
    rows = ctx.session.rows(_unconfirmed, {"id": person_id})
    return [Written(codes.code(codes.ENTRY, row.year, row.id), row.name, row.writer) for row in rows]


def take(ctx: Context, code: str, *, confirms: bool) -> str:
    """Make whoever speaks the person the code is for, and give their name; raise DomainError where it ended."""
    invited = join_codes.invitation(ctx, code)
    if invited is None or invited.person_id is None:
        raise DomainError(_("This code is not valid any more. Please ask your union officer for a new one."))
    join_codes.use(ctx, code)
    if invited.cuts_others:
        addresses.cut_all(ctx, invited.person_id)
    merging.merge(ctx, invited.person_id, invited.person_id)
    if confirms:
        mine = (entry.c.author_id == invited.person_id, entry.c.entered_by_id.is_not(None))
        open_ = update(entry).where(*mine, entry.c.author_confirmed_at.is_(None))
        ctx.session.execute(open_.values(author_confirmed_at=ctx.now))
        audit.write(ctx, "confirm_entered", f"person:{invited.person_id}")
    text = N_("{name} has come in with the code that you made for them.")
    if invited.maker_id:
        notices.add(ctx, invited.maker_id, lambda: _(text).format(name=invited.person_name), "/ma")
    return invited.person_name
