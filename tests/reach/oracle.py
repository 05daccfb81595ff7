"""What each person may come to see, from the tables alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from storage.people_tables import person, role
from storage.tables import entry
from storage.unit_tables import unit
from tests.reach.world import SEEING_DOWN

if TYPE_CHECKING:
    from storage.session import Session


@dataclass(frozen=True, slots=True)
class Reach:
    """What one person may see: ids of units in their subtrees, of entries, of people; names of units above too."""

    units: frozenset[int]
    entries: frozenset[int]
    people: frozenset[int]
    unit_names: frozenset[int]

    def __or__(self, other: Reach) -> Reach:
        return Reach(
            self.units | other.units,
            self.entries | other.entries,
            self.people | other.people,
            self.unit_names | other.unit_names,
        )

    def has(self, kind: str, number: int) -> bool:
        """Whether a mark of this may be seen."""
        return number in {"unit": self.unit_names, "person": self.people, "entry": self.entries}[kind]


def reach(session: Session, who: int) -> Reach:
    """The reach of a person as the tables are now."""
    if session.scalar(select(person.c.deactivated_at).where(person.c.id == who)) is not None:
        return Reach(frozenset(), frozenset(), frozenset({who}), frozenset())
    paths = {row.id: row for row in session.rows(select(unit.c.id, unit.c.path, unit.c.kind))}
    held = session.rows(select(role.c.role, role.c.unit_id).where(role.c.person_id == who))
    below = {
        number
        for each in held
        if each.role in SEEING_DOWN
        for number, row in paths.items()
        if f"/{each.unit_id}/" in row.path
    }
    groups = {
        each.unit_id for each in held if each.role == "group_head" and paths[each.unit_id].kind == "union_group"
    }
    rows = session.rows(select(entry.c.id, entry.c.unit_id, entry.c.author_id))
    mine = {row.id for row in rows if row.author_id == who}
    seen = {row.id for row in rows if row.unit_id in below | groups} | mine
    known = {each.unit_id for each in held} | {row.unit_id for row in rows if row.id in seen}
    above = {int(part) for number in known for part in paths[number].path.strip("/").split("/")}
    others = session.rows(select(role.c.person_id).where(role.c.unit_id.in_(below)))
    return Reach(
        frozenset(below),
        frozenset(seen),
        frozenset({who, *(row.person_id for row in others)}),
        frozenset(below | above),
    )


def stand(session: Session) -> tuple[Any, ...]:
    """All that reach hangs on."""
    return (
        session.rows(select(role.c.person_id, role.c.unit_id, role.c.role).order_by(role.c.id)),
        session.rows(select(entry.c.id, entry.c.unit_id, entry.c.author_id).order_by(entry.c.id)),
        session.rows(select(person.c.id, person.c.deactivated_at).order_by(person.c.id)),
        session.rows(select(unit.c.id, unit.c.path).order_by(unit.c.id)),
    )


_ABOUT: dict[str, tuple[str, ...]] = {  # tables of people's data, and the columns that say what a row is of
    "entry": ("id", "unit_id"),
    "evidence": ("entry_id",),
    "score_sheet": ("entry_id",),
    "ruling": ("entry_id",),
    "recognition": ("entry_id",),
    "exemplar": ("entry_id",),
    "unit": ("id",),
    "unit_deed": ("unit_id",),
    "cycle": ("unit_id",),
    "role": ("unit_id", "person_id"),
    "person": ("id",),
    "address": ("person_id",),
    "export": ("person_id",),
    "join_code": ("unit_id",),
    "data_request": ("person_id",),
    "consent": ("person_id",),
    "link_code": ("person_id",),
    "reminder": ("unit_id", "person_id"),
    "reminder_stop": ("unit_id",),
    "reminder_choice": ("person_id",),
}


Rows = dict[str, dict[tuple[Any, ...], Any]]  # by table and primary key


def rows(session: Session) -> Rows:
    """Every row of people's data."""
    tables = entry.metadata.tables
    return {
        name: {
            tuple(getattr(row, column.name) for column in tables[name].primary_key): row
            for row in session.rows(select(tables[name]))
        }
        for name in _ABOUT
    }


def touched(before: Rows, after: Rows, held: Reach, now: Reach) -> list[str]:
    """What changed outside the reach of who acted. A role never counts by what it gave: `held` is from before."""
    found = []
    for table, old in before.items():
        new = after[table]
        reach = held if table == "role" else held | now
        found += [
            f"{table} {key} changed"
            for key, row in old.items()
            if not _theirs(table, row, held) and new.get(key) != row
        ]
        found += [
            f"{table} {key} came" for key, row in new.items() if key not in old and not _theirs(table, row, reach)
        ]
    return found


def _theirs(table: str, row: Any, held: Reach) -> bool:
    return any(_is_theirs(table, column, row, held) for column in _ABOUT[table])


def _is_theirs(table: str, column: str, row: Any, held: Reach) -> bool:
    value = getattr(row, column)
    if column == "unit_id" or (table, column) == ("unit", "id"):
        return value in held.units
    if column == "person_id" or (table, column) == ("person", "id"):
        return table != "role" and value in held.people
    return value in held.entries


def written_by(session: Session, who: int) -> list[int]:
    """The entries of this author."""
    return list(session.execute(select(entry.c.id).where(entry.c.author_id == who)).scalars())
