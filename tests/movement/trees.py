"""Little trees of units for tests of rules: built in a transaction that is undone."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from itertools import count
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import insert

from movement import cycles, guidelines, units
from movement.context import Context, Person
from storage.people_tables import person, role
from storage.tables import entry, initiative
from tests.movement.demo_world import ZONE, Undone

if TYPE_CHECKING:
    from collections.abc import Callable

    from movement.units import Unit
    from storage.database import Database
    from storage.session import Session


def undone(database: Database, work: Callable[[Session], None]) -> None:
    """Run in a transaction that is rolled back."""

    def run(session: Session) -> None:
        work(session)
        raise Undone

    with pytest.raises(Undone):
        database.write_now(run)


def at_noon(day: dt.date) -> dt.datetime:
    """Noon of that day in Viet Nam, in UTC."""
    return dt.datetime.combine(day, dt.time(12), ZONE).astimezone(dt.UTC)


@dataclass
class Tree:
    """Units by name, and people with one role each."""

    session: Session
    today: dt.date
    units: dict[str, Unit] = field(default_factory=dict)
    cycles: dict[tuple[str, int], int] = field(default_factory=dict)
    _numbers: count[int] = field(default_factory=count)

    def unit(self, name: str, kind: str, parent: str | None = None) -> Unit:
        self.units[name] = units.add(self.session, kind, name, "", self.units[parent] if parent else None)
        return self.units[name]

    def open(self, name: str, year: int, guideline: str) -> int:
        """Assign a guideline without asking whether it may be."""
        self.cycles[name, year] = cycles.begin(self.session, self.units[name].id, year, guideline)
        return self.cycles[name, year]

    def person(self, role_name: str, home: str, today: dt.date | None = None) -> Context:
        """Somebody with this role there, acting today."""
        name = f"Người {next(self._numbers)}"
        now = at_noon(today or self.today)
        new = insert(person).values(name=name, created_at=now).returning(person.c.id)
        who = self.as_person(Person(self.session.scalar(new), name, "vi", ""), today)
        self.join(who, role_name, home)
        return who

    def join(self, who: Context, role_name: str, home: str) -> None:
        """Give a person a role more."""
        held = {"person_id": who.person.id, "unit_id": self.units[home].id, "role": role_name, "since": who.now}
        self.session.execute(insert(role).values(**held))

    def as_person(self, who: Person, today: dt.date | None = None) -> Context:
        """The same person at another time, having read nothing yet."""
        day = today or self.today
        return Context(self.session, who, at_noon(day), day, "web", ZONE)

    def entry(self, who: Context, home: str, cycle_id: int, **more: Any) -> int:
        """An entry as it stands, written without asking."""
        found = cycles.get(self.as_person(who.person), cycle_id)
        values = {
            "initiative_id": self._initiative(home, who.now),
            "cycle_id": cycle_id,
            "unit_id": self.units[home].id,
            "author_id": who.person.id,
            "guideline_id": found.guideline.id,
            "state": "submitted",
            "subject_kind": "collective",
            "area": found.guideline.areas.items[0].code,
            "name": f"Mô hình {next(self._numbers)}",
            "folded": "mo hinh",
            "place": "",
            "lead": "",
            "scale": "",
            "submitted_at": who.now,
            "updated_at": who.now,
        }
        made: int = self.session.scalar(insert(entry).values(**{**values, **more}).returning(entry.c.id))
        return made

    def _initiative(self, home: str, now: dt.datetime) -> int:
        values = {"unit_id": self.units[home].id, "name": "Mô hình", "folded": "mo hinh", "created_at": now}
        made: int = self.session.scalar(insert(initiative).values(**values).returning(initiative.c.id))
        return made


def named(part: str) -> str:
    """The id of the one guideline whose id holds these words."""
    (found,) = (each for each in guidelines.every() if part in each)
    return found
