"""The tree of units: names, search, ancestors. Which roles people have there is `access`' business."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, bindparam, case, false, func, insert, literal, or_, select, update

from movement import unit_ranking
from movement.matching import fold
from movement.unit_names import indexed
from movement.vietnamese_text import sort_key
from storage.unit_tables import unit

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy import ColumnElement, Select

    from movement.context import Context
    from movement.unit_ranking import Spellings
    from storage.session import Session

MOST_FOUND = 60
MOST_RANKED = 120  # of more that have the words, the ones with the shortest names
MOST_WORDS = 12  # no name has more that tell it from others
GRASSROOTS = ("grassroots_union", "section_union", "union_group")  # where members belong
COLUMNS = (unit.c.id, unit.c.kind, unit.c.name, unit.c.short_name, unit.c.path, unit.c.parent_id)
_these = select(*COLUMNS).where(unit.c.id.in_(bindparam("ids", expanding=True)))


_searched = select(*COLUMNS, unit.c.aliases, unit.c.code, unit.c.folded)
_vocabulary = select(func.aggregate_strings(unit.c.folded, " "))
_plainest = (func.length(unit.c.folded), unit.c.id)  # a name that is little more than the words typed comes first


@dataclass(frozen=True, slots=True)
class Unit:
    """One unit as it is now."""

    id: int
    kind: str
    name: str
    short_name: str
    path: str
    parent_id: int | None


@dataclass(frozen=True, slots=True)
class Found:
    """What a search found; `is_guess` where no unit has every word as it was typed: "did you mean"."""

    units: list[Unit]
    is_guess: bool


def add(session: Session, kind: str, name: str, short_name: str, parent: Unit | None) -> Unit:
    """Add a unit below another, or as a root, without asking: people found units by `unit_changes`."""
    folded = indexed((name, short_name))
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
    """The open units that these words may mean, the likeliest first; nothing typed gives the first of all."""
    return find(ctx, words, kinds).units


def find(ctx: Context, words: str, kinds: Sequence[str] = (), *, within: Sequence[str] = ("/",)) -> Found:
    """The units that these words may mean, below these paths: by name, short name, other names, old names, code.

    Words may be left without accents, abbreviated (BV, TTYT), or begun only. Where no unit has them all, misspelt
    ones are tried, and at last units with at least half of them.
    """
    searches: dict[Any, Found] = ctx.memo.setdefault("unit_searches", {})  # a question asks again and again
    asked = (words, tuple(kinds), tuple(within))
    if asked not in searches:
        searches[asked] = _find(ctx, words, kinds, within)
    return searches[asked]


def _find(ctx: Context, words: str, kinds: Sequence[str], within: Sequence[str]) -> Found:
    wanted = list(dict.fromkeys(fold(words).split()))[:MOST_WORDS]
    open_ones = and_(unit.c.valid_to.is_(None), or_(false(), *(unit.c.path.startswith(each) for each in within)))
    among = and_(open_ones, unit.c.kind.in_(kinds)) if kinds else open_ones
    if not wanted:
        first = ctx.session.rows(_searched.where(among).order_by(unit.c.id).limit(MOST_FOUND))
        shown = _sorted(Unit(*row[: len(COLUMNS)]) for row in first)
        return Found(sorted(shown, key=lambda each: each.path.count("/")), is_guess=False)  # those above first
    meant = unit_ranking.spellings(wanted)
    rows = ctx.session.rows(_having(ctx, meant).where(among))
    if not rows:
        found, lacking = _with_slips(ctx, meant, among)
        if found and not lacking:
            rows = ctx.session.rows(_having(ctx, found).where(among))
        if found and not rows:
            most = ctx.session.rows(_having_most(ctx, found).where(among))
            rows = [row for row in most if 2 * row.many >= len(meant)]
        meant = {**meant, **found}
    likeliest, as_typed = unit_ranking.ranked(rows, words, meant)
    return Found([Unit(*row[: len(COLUMNS)]) for row in likeliest[:MOST_FOUND]], is_guess=not as_typed)


def _having(ctx: Context, meant: Spellings) -> Select[Any]:
    """The units with every word."""
    return _searched.where(*_held(ctx, meant)).order_by(*_plainest).limit(MOST_RANKED)


def _having_most(ctx: Context, meant: Spellings) -> Select[Any]:
    """The units with the most of the words, and how many each has."""
    many = sum((case((each, 1), else_=0) for each in _held(ctx, meant)), literal(0)).label("many")
    return _searched.add_columns(many).order_by(many.desc(), *_plainest).limit(MOST_RANKED)


def _with_slips(ctx: Context, meant: Spellings, among: ColumnElement[bool]) -> tuple[Spellings, bool]:
    """The words that units have, be it in another spelling; and whether there are others, that none has."""
    held = _held(ctx, meant)
    seen = ctx.session.first(select(*(func.max(case((each, 1), else_=0)) for each in held)).where(among))
    found = {word: forms for (word, forms), is_there in zip(meant.items(), seen, strict=True) if is_there}
    if misspelt := [word for word in meant if word not in found and unit_ranking.may_be_misspelt(word)]:
        there = [each for each, is_there in zip(held, seen, strict=True) if is_there]
        known = ctx.session.scalar(_vocabulary.where(among, *there)) or ""
        found |= {word: forms for word, forms in unit_ranking.with_slips(misspelt, known).items() if forms}
    return found, len(found) < len(meant)


def _held(ctx: Context, meant: Spellings) -> list[ColumnElement[bool]]:
    """For each word, that a unit has it in one of its forms. LIKE takes five times as long on SQLite."""
    place = func.instr if ctx.session.connection.dialect.name == "sqlite" else func.strpos
    return [
        or_(*(place(unit.c.folded, unit_ranking.beginning(form)) > 0 for form in forms))
        for forms in meant.values()
    ]


def coded(ctx: Context, code: str) -> Unit | None:
    """The unit with this code of the federation's lists, or None."""
    row = ctx.session.first(select(*COLUMNS).where(unit.c.code == code))
    return Unit(*row) if row else None


def places(ctx: Context, found: Sequence[Unit]) -> dict[int, str]:
    """Where each of these units stands, by id: the names of those above it, from the top; "" at the top."""
    lines = {each.id: ancestors(each.path)[:-1] for each in found}
    names = {each.id: each.name for each in several(ctx, sorted({at for line in lines.values() for at in line}))}
    return {unit_id: " > ".join(names[at] for at in line) for unit_id, line in lines.items()}


def children(ctx: Context, unit_id: int) -> list[Unit]:
    """The units directly below."""
    return _sorted(Unit(*row) for row in ctx.session.rows(select(*COLUMNS).where(unit.c.parent_id == unit_id)))


def open_children(ctx: Context, unit_id: int) -> list[Unit]:
    """The units directly below that have not ended."""
    below = select(*COLUMNS).where(unit.c.parent_id == unit_id, unit.c.valid_to.is_(None))
    return _sorted(Unit(*row) for row in ctx.session.rows(below))


def ancestors(path: str) -> list[int]:
    """The ids from the root down to the unit itself; none above everything, which is at "/"."""
    return [int(part) for part in path.split("/") if part]


def _sorted(found: Iterable[Unit]) -> list[Unit]:
    return sorted(found, key=lambda each: sort_key(each.name))
