"""What passes from a unit that ended to its successor: open entries, people with their roles, join codes.

Rights must not grow on the way: where the successor stands above the ended unit, only members go along; its
officers are appointed anew, or not at all.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import delete, func, select, update

from locales import _
from movement import exports, notices, role_names
from storage.people_tables import join_code, role
from storage.tables import entry

if TYPE_CHECKING:
    from collections.abc import Sequence

    from movement.context import Context

FINISHED: Final = ("recognised", "not_recognised", "withdrawn", "lapsed")  # they stay where they were finished
_PLAIN: Final = ("member", "group_head")  # roles that give no rights over others


def counted(ctx: Context, unit_id: int) -> dict[str, int]:
    """How many open entries and people a unit has."""
    open_entries = entry.c.state.not_in(FINISHED)
    entries = select(func.count()).select_from(entry).where(entry.c.unit_id == unit_id, open_entries)
    people = select(func.count(role.c.person_id.distinct())).where(role.c.unit_id == unit_id)
    return {"entries": ctx.session.scalar(entries), "people": ctx.session.scalar(people)}


def pass_entries(ctx: Context, unit_id: int, successor_id: int) -> int:
    """Let the open entries go on under the successor: how many; finished ones stay under the old unit and name."""
    moved = ctx.session.execute(
        update(entry)
        .where(entry.c.unit_id == unit_id, entry.c.state.not_in(FINISHED))
        .values(unit_id=successor_id, version=entry.c.version + 1, updated_at=ctx.now)
    )
    for key in [key for key in ctx.memo if key.startswith(("entry:", "siblings:"))]:
        ctx.memo.pop(key)
    return int(moved.rowcount)


def pass_people(ctx: Context, ended: Any, successor: Any) -> tuple[int, list[list[Any]]]:
    """Give people their roles in the successor: how many roles went along, and the (person, role) that did not."""
    above = ended.path.startswith(successor.path)
    rows = ctx.session.rows(
        select(role.c.id, role.c.person_id, role.c.role).where(role.c.unit_id == ended.id).order_by(role.c.id)
    )
    there = {
        (row.person_id, row.role)
        for row in ctx.session.rows(select(role.c.person_id, role.c.role).where(role.c.unit_id == successor.id))
    }
    goes = [row for row in rows if (row.role in _PLAIN or not above)]
    known = [row for row in goes if (row.person_id, row.role) in there]
    stays = [row for row in rows if row.role not in _PLAIN and above]
    _tell(ctx, [row.person_id for row in goes], ended.name, successor)
    _delete(ctx, [row.id for row in known])
    _end(ctx, stays, ended.name)
    ctx.session.execute(update(role).where(role.c.unit_id == ended.id).values(unit_id=successor.id))
    _pass_codes(ctx, ended.id, successor.id, plain_only=above)
    return len(goes), [[row.person_id, row.role] for row in stays]


def _tell(ctx: Context, person_ids: list[int], ended: str, successor: Any) -> None:
    """Tell people in which unit they are now."""
    name = successor.name

    def text() -> str:
        return _("{unit} has ended. You belong to {successor} now; what you had begun goes on there.").format(
            unit=ended, successor=name
        )

    for person_id in dict.fromkeys(person_ids):
        notices.add(ctx, person_id, text, f"/donvi {successor.id}")


def _end(ctx: Context, rows: Sequence[Any], ended: str) -> None:
    """End these roles with all that hung on them, and tell the people."""

    def text(names: list[str]) -> str:
        said = _("{unit} has ended, and with it your role there: {roles}. Thank you. What you have sent is kept.")
        return said.format(unit=ended, roles=", ".join(role_names.label(each) for each in names))

    held: dict[int, list[str]] = {}
    for row in rows:
        held.setdefault(row.person_id, []).append(row.role)
    _delete(ctx, [row.id for row in rows])
    for person_id, names in held.items():
        exports.take_back(ctx, person_id)
        notices.add(ctx, person_id, partial(text, names), "/start")


def release(ctx: Context, ended: Any) -> list[list[Any]]:
    """End every role and join code of a unit, and tell the people: the (person, role) that ended."""
    unit_id = ended.id
    rows = ctx.session.rows(
        select(role.c.id, role.c.person_id, role.c.role).where(role.c.unit_id == unit_id).order_by(role.c.id)
    )
    _end(ctx, rows, ended.name)
    _revoke(ctx, unit_id)
    return [[row.person_id, row.role] for row in rows]


def _pass_codes(ctx: Context, unit_id: int, successor_id: int, *, plain_only: bool) -> None:
    """A printed poster leads on to the successor; where rights would grow, the code ends."""
    goes = update(join_code).where(join_code.c.unit_id == unit_id)
    if plain_only:
        goes = goes.where(join_code.c.role.in_(_PLAIN))
    ctx.session.execute(goes.values(unit_id=successor_id))
    _revoke(ctx, unit_id)


def _revoke(ctx: Context, unit_id: int) -> None:
    live = update(join_code).where(join_code.c.unit_id == unit_id, join_code.c.revoked_at.is_(None))
    ctx.session.execute(live.values(revoked_at=ctx.now))


def _delete(ctx: Context, role_ids: list[int]) -> None:
    if role_ids:
        ctx.session.execute(delete(role).where(role.c.id.in_(role_ids)))
