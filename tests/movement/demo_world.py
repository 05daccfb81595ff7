"""The demo world filled into real databases, for the tests that need a province."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any, TypeVar
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select

import storage.tables  # noqa: F401 - fills the metadata
from movement import demo, people
from movement.context import Context, Person
from storage.schema import metadata

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from sqlalchemy import Row

    from storage.database import Database
    from storage.session import Session

R = TypeVar("R")
ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
NOVEMBER = dt.datetime(2026, 11, 21, 2, tzinfo=dt.UTC)


class Undone(Exception):  # noqa: N818 - the way to roll back
    """Ends a transaction that must leave nothing."""


class Store:
    """Files in a dictionary, named as the evidence store names them."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}

    def put(self, content: bytes) -> str:
        name = sha256(content).hexdigest()
        self.files[name] = content
        return name


@dataclass(frozen=True)
class World:
    """A filled database, whose people act on the day in November."""

    database: Database
    ids: Mapping[str, int]
    store: Store

    def act(self, name: str, work: Callable[[Context], R]) -> R:
        """What `work` gives for one of the invented people; what it does is undone, for the world is shared."""
        given: list[R] = []

        def tried(ctx: Context) -> None:
            given.append(work(ctx))
            raise Undone

        with pytest.raises(Undone):
            acting(self.database, name, self.ids[name], tried)
        return given[0]


def fill(database: Database, now: dt.datetime = NOVEMBER) -> tuple[demo.DemoPeople, Store]:
    store = Store()
    return database.write_now(demo.fill, store.put, now, ZONE), store


def rows(database: Database, query: Any) -> Sequence[Row[Any]]:
    found: Sequence[Row[Any]] = database.read_now(lambda session: session.rows(query))
    return found


def counts(session: Session) -> dict[str, int]:
    return {
        table.name: session.scalar(select(func.count()).select_from(table)) for table in metadata.tables.values()
    }


def acting(database: Database, name: str, person_id: int, work: Callable[[Context], R]) -> R:
    """What `work` gives for this person on the day of the demo, in a transaction of its own."""

    def turn(session: Session) -> R:
        who = Person(person_id, name, "vi", people.CONSENT_VERSION)
        return work(Context(session, who, NOVEMBER, NOVEMBER.astimezone(ZONE).date(), "web", ZONE))

    return database.write_now(turn)
