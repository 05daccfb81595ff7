"""Two people who turn out to be one: everything of one passes to the other, whose row says whom it became.

Whoever wants the conversation of either waits here for its lock, as every turn does. The audit keeps the ids it
has: what was done stays done by whom it was done. Whether two may be joined is their callers' business.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import PrimaryKeyConstraint, UniqueConstraint, bindparam, delete, exists, select, update

from locales import _
from movement import access, audit
from movement.context import Person
from movement.errors import DomainError
from storage.people_tables import conversation, person
from storage.schema import metadata
from storage.tables import audit as audit_table

if TYPE_CHECKING:
    from sqlalchemy import Column, Delete

    from movement.context import Context

_STAY: Final = frozenset({audit_table.c.person_id, conversation.c.person_id})
_KEPT_WHERE_EMPTY: Final = (
    "name",
    "phone",
    "preferred_channel",
    "consent_version",
    "consent_at",
    "consent_channel",
)

_memory = select(conversation.c.memory).where(conversation.c.person_id == bindparam("id")).with_for_update()
_people = select(person).where(person.c.id.in_(bindparam("ids", expanding=True))).with_for_update()


@dataclass(frozen=True, slots=True)
class Merged:
    """Who the person who speaks is from now on, and what the other was in the middle of."""

    person: Person
    memory: dict[str, Any]


def merge(ctx: Context, other_id: int, keep_id: int, name: str = "") -> Merged:
    """Make the person who speaks and another one; `keep_id` names the one of them who stays.

    `name` is the name that was chosen where they had two. Raise DomainError where the other is gone.
    """
    memory = ctx.session.scalar(_memory, {"id": other_id})
    gone_id = other_id if keep_id == ctx.person.id else ctx.person.id
    rows = {row.id: row for row in ctx.session.rows(_people, {"ids": [keep_id, gone_id]})}
    if memory is None or any(row.deactivated_at or row.erased_at for row in rows.values()):
        raise DomainError(_("This code is not valid any more. Please ask for a new one."))
    _pass_on(ctx, gone_id, keep_id)
    values = _kept(rows[keep_id], rows[gone_id]) | ({"name": name} if name else {})
    if values:
        ctx.session.execute(update(person).where(person.c.id == keep_id).values(**values))
    ctx.session.execute(update(person).where(person.c.id == gone_id).values(merged_into_id=keep_id))
    ctx.session.execute(delete(conversation).where(conversation.c.person_id == gone_id))
    audit.write(ctx, "merge", f"person:{keep_id}", {"merged": gone_id})
    access.forget(ctx)
    kept = dict(rows[keep_id]._mapping) | values  # noqa: SLF001 - SQLAlchemy's public name of a row as a mapping
    merged = Merged(Person(keep_id, kept["name"], kept["locale"], kept["consent_version"]), memory)
    ctx.memo["merged"] = merged
    return merged


def of(ctx: Context) -> Merged | None:
    """The merge of this unit of work, if there was one."""
    return ctx.memo.get("merged")


def speaker(ctx: Context) -> Person:
    """The person who speaks, as of now."""
    merged = of(ctx)
    return merged.person if merged else ctx.person


@cache
def passing_on() -> tuple[Column[Any], ...]:
    """Every column that names a person, but for those that stay; what both have is seen to before."""
    columns = (column for table in metadata.sorted_tables for column in table.c)
    named = (each for each in columns if any(key.column is person.c.id for key in each.foreign_keys))
    return tuple(each for each in named if each not in _STAY)


@cache
def twice() -> tuple[Delete, ...]:
    """For each table that names a person once beside something, how to drop what the one who stays has too."""
    passing = set(passing_on())
    found = []
    for table in metadata.sorted_tables:
        for constraint in table.constraints:
            named = [each for each in getattr(constraint, "columns", ()) if each in passing]
            if not named or not isinstance(constraint, UniqueConstraint | PrimaryKeyConstraint):
                continue
            (whose,), theirs = named, table.alias("theirs")
            same = [theirs.c[each.name] == each for each in constraint.columns if each is not whose]
            has_it = exists().where(theirs.c[whose.name] == bindparam("stays"), *same)
            found.append(delete(table).where(whose == bindparam("gone"), has_it))
    return tuple(found)


def _pass_on(ctx: Context, gone_id: int, keep_id: int) -> None:
    for statement in twice():
        ctx.session.execute(statement, {"gone": gone_id, "stays": keep_id})
    for column in passing_on():
        ctx.session.execute(update(column.table).where(column == gone_id).values({column.name: keep_id}))


def _kept(stays: Any, gone: Any) -> dict[str, Any]:
    """What the one who stays has not told yet, and the other has; a restriction asked for by either holds."""
    values = {each: getattr(gone, each) for each in _KEPT_WHERE_EMPTY if not getattr(stays, each)}
    if gone.restricted_at and not stays.restricted_at:
        values["restricted_at"] = gone.restricted_at
    return {name: value for name, value in values.items() if value}
