"""The demo world as a fixture: filled once for each day that a test asks for."""

from __future__ import annotations

import asyncio
import shutil
from functools import cache
from typing import TYPE_CHECKING

import pytest

from storage.database import open_database
from tests.movement.demo_world import NOVEMBER, World, fill

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from storage.database import Database


@pytest.fixture(scope="session")
def world_at(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Iterator[Callable[..., World]]:
    """The world as it is at a time; one for all tests, which must not change what others count on."""
    opened = []

    @cache
    def at(now: dt.datetime) -> World:
        path = tmp_path_factory.mktemp("demo") / "kheo.db"
        shutil.copyfile(sqlite_template, path)
        opened.append(database := open_database(f"sqlite:///{path}"))
        filled, store = fill(database, now)
        return World(database, filled.ids, store)

    yield at
    for database in opened:
        asyncio.run(database.close())


@pytest.fixture
def world(world_at: Callable[..., World]) -> World:
    """The world in November."""
    return world_at(NOVEMBER)


@pytest.fixture(scope="session")
def nothing(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Iterator[Database]:
    """A database in which nothing is ever committed."""
    path = tmp_path_factory.mktemp("nothing") / "kheo.db"
    shutil.copyfile(sqlite_template, path)
    opened = open_database(f"sqlite:///{path}")
    yield opened
    asyncio.run(opened.close())
