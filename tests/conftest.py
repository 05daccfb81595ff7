"""What every test may ask for: fresh, migrated databases on real files and a real server."""

from __future__ import annotations

import shutil
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from movement import guidelines, quota
from storage import secret_key
from storage.database import Database, open_database
from storage.migrate import upgrade
from tests.postgres_server import Server, running

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator


_numbers = count(1)
secret_key.use("the secret key of every test, long enough")


@pytest.fixture(autouse=True)
def _no_limits() -> Iterator[None]:
    """No bot has limits, whichever tests built some before."""
    yield
    if quota.limits():
        quota.use({})


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Server]:
    """A PostgreSQL server with the migrated database `template`."""
    with running() as server:
        server.run("CREATE DATABASE template")
        upgrade(server.url("template"))
        yield server


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated file to copy."""
    path = tmp_path_factory.mktemp("sqlite") / "template.db"
    upgrade(f"sqlite:///{path}")
    return path


@pytest.fixture
def postgres_url(postgres_server: Server) -> Iterator[str]:
    """A fresh database on the server."""
    name = f"test_{next(_numbers)}"
    postgres_server.run(f"CREATE DATABASE {name} TEMPLATE template STRATEGY file_copy")
    yield postgres_server.url(name)
    postgres_server.run(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """A fresh database file."""
    path = tmp_path / "kheo.db"
    shutil.copyfile(sqlite_template, path)
    return f"sqlite:///{path}"


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """A fresh database of each kind."""
    name = {"sqlite": "sqlite_url", "postgresql": "postgres_url"}[request.param]
    url: str = request.getfixturevalue(name)
    return url


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """A fresh database of each kind, open."""
    opened = open_database(database_url)
    yield opened
    await opened.close()


@pytest.fixture
async def sqlite_database(sqlite_url: str) -> AsyncIterator[Database]:
    """A fresh SQLite database, open."""
    opened = open_database(sqlite_url)
    yield opened
    await opened.close()


@pytest.fixture
async def postgres_database(postgres_url: str) -> AsyncIterator[Database]:
    """A fresh PostgreSQL database, open."""
    opened = open_database(postgres_url)
    yield opened
    await opened.close()


@pytest.fixture
def sixth_guideline(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The program with one guideline more in its folder, which no code knows."""
    folder = tmp_path / "guidelines"
    folder.mkdir()
    more = (Path(__file__).parent / "files" / "guidelines").glob("*.toml")
    for path in (*guidelines.FOLDER.glob("*.toml"), *more):
        shutil.copy(path, folder)
    monkeypatch.setattr(guidelines, "FOLDER", folder)
    guidelines.every.cache_clear()
    yield
    monkeypatch.undo()
    guidelines.every.cache_clear()
