"""The tree of units: names, search, ancestors. Which roles people have there is `access`' business."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, case, insert, literal, select, update

from movement.matching import fold
from movement.vietnamese_text import sort_key
from storage.unit_tables import unit

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from movement.context import Context
    from storage.session import Session

MOST_FOUND = 60
MOST_WORDS = 12  # no name has more that tell it from others
GRASSROOTS = ("grassroots_union", "section_union", "union_group")  # where members belong
COLUMNS = (unit.c.id, unit.c.kind, unit.c.name, unit.c.short_name, unit.c.path, unit.c.parent_id)
_these = select(*COLUMNS).where(unit.c.id.in_(bindparam("ids", expanding=True)))


@dataclass(frozen=True, slots=True)
class Unit:
    """One unit as it is now."""

    id: int
    kind: str
    name: str
    short_name: str
    path: str
    parent_id: int | None


def add(session: Session, kind: str, name: str, short_name: str, parent: Unit | None) -> Unit:
    """Add a unit below another, or as a root."""
    folded = fold(f"{name} {short_name}")
    values = {"kind": kind, "name": name, "short_name": short_name, "folded": folded, "path": ""}
    new = insert(unit).values(**values, parent_id=parent.id if parent else None).returning(unit.c.id)
    unit_id = session.scalar(new)
    path = f"{parent.path if parent else '/'}{unit_id}/"
    session.execute(update(unit).where(unit.c.id == unit_id).values(path=path))
    return Unit(unit_id, kind, name, short_name, path, parent.id if parent else None)


def get(ctx: Context, unit_id: int) -> Unit | None:
    """The unit, or None; read once in a unit of work."""
    return next(iter(several(ctx, [unit_id])), None)


def several(ctx: Context, ids: Sequence[int]) -> list[Unit]:
    """These units, in the order of the alphabet; each is read once in a unit of work."""
    known: dict[int, Unit] = ctx.memo.setdefault("units", {})
    if missing := [each for each in ids if each not in known]:
        remember(ctx, (Unit(*row) for row in ctx.session.rows(_these, {"ids": missing})))
    return _sorted(known[each] for each in ids if each in known)


def remember(ctx: Context, read: Iterable[Unit]) -> None:
    """Spare this unit of work the reading of units that came with something else."""
    ctx.memo.setdefault("units", {}).update((each.id, each) for each in read)


def search(ctx: Context, words: str, kinds: Sequence[str] = ()) -> list[Unit]:
    """Units whose name holds all the words, without accents; nothing typed gives the first of them.

    Where there is none, those that hold at least half of the words, the most of them first: some may be misspelt.
    """
    query = select(*COLUMNS).where(unit.c.valid_to.is_(None)).limit(MOST_FOUND)
    if kinds:
        query = query.where(unit.c.kind.in_(kinds))
    wanted = list(dict.fromkeys(fold(words).split()))[:MOST_WORDS]
    held = [unit.c.folded.contains(word, autoescape=True) for word in wanted]
    if found := _sorted(Unit(*row) for row in ctx.session.rows(query.where(*held))):
        return found
    many = sum((case((each, 1), else_=0) for each in held), literal(0))
    rows = ctx.session.rows(query.where(2 * many >= len(held)).order_by(many.desc(), unit.c.id))
    return [Unit(*row) for row in rows]


def children(ctx: Context, unit_id: int) -> list[Unit]:
    """The units directly below."""
    return _sorted(Unit(*row) for row in ctx.session.rows(select(*COLUMNS).where(unit.c.parent_id == unit_id)))


def ancestors(path: str) -> list[int]:
    """The ids from the root down to the unit itself."""
    return [int(part) for part in path.strip("/").split("/")]


def _sorted(found: Iterable[Unit]) -> list[Unit]:
    return sorted(found, key=lambda each: sort_key(each.name))
