"""SQLite: one writer thread, reader threads with a snapshot each. Only one process may use the file."""

from __future__ import annotations

import asyncio
import secrets
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Concatenate

from sqlalchemy import create_engine, event
from sqlalchemy.exc import DBAPIError

from storage.database import Database, Order, Unavailable, bound, finished, to_json
from storage.session import Session
from storage.writer import Unit, Writer, is_unavailable

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import AsyncIterator, Callable, Iterator

    from sqlalchemy import URL, Connection, Engine

    from storage.database import P, R

WRITING = {"begin": "BEGIN IMMEDIATE", "foreign_keys": "ON", "query_only": "OFF"}
READING = {"begin": "BEGIN", "foreign_keys": "ON", "query_only": "ON"}
# Changing a table in SQLite means making it anew, which must not cascade (alembic's batch mode).
MIGRATING = {"begin": "BEGIN IMMEDIATE", "foreign_keys": "OFF", "query_only": "OFF"}


class SqliteDatabase(Database):
    """A file, its writer and its readers."""

    dialect = "sqlite"

    def __init__(self, url: URL, *, threads: int) -> None:
        super().__init__()
        self.process = secrets.randbelow(2**31 - 1) + 1
        self._reading = sqlite_engine(url, READING, connections=threads)
        self._writing = sqlite_engine(url, WRITING, connections=1)
        self._readers = ThreadPoolExecutor(threads, thread_name_prefix="kheo-reader")
        self._writer = Writer(self._writing)

    async def write(
        self,
        work: Callable[Concatenate[Session, P], R],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> R:
        """Queue `work` for the writer and wait for the commit."""
        return await self.submit(bound(work, args, kwargs))

    def submit(self, work: Callable[[Session], R]) -> asyncio.Future[R]:
        """Queue `work` for the writer."""
        unit = Unit(work, asyncio.get_running_loop())
        self._writer.submit(unit)
        return unit.future  # type: ignore[return-value] # a loop was given, so it is the loop's

    async def read(
        self,
        work: Callable[Concatenate[Session, P], R],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> R:
        """Run `work` in a reader's thread."""
        self._refuse_when_closed()
        reading = partial(self.read_now, work, *args, **kwargs)
        return await asyncio.get_running_loop().run_in_executor(self._readers, reading)

    def write_now(
        self,
        work: Callable[Concatenate[Session, P], R],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> R:
        """Queue `work` for the writer and block until the commit."""
        unit = Unit(bound(work, args, kwargs), None)
        self._writer.submit(unit)
        return unit.future.result()  # type: ignore[no-any-return] # units of all kinds share one queue

    def read_now(
        self,
        work: Callable[Concatenate[Session, P], R],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> R:
        """Run `work` in this thread."""
        self._refuse_when_closed()
        with _unavailable(), self._reading.connect() as connection, connection.begin():
            return bound(work, args, kwargs)(Session(connection, may_write=False))

    @asynccontextmanager
    async def in_order(self, key: str, *, across_processes: bool = True) -> AsyncIterator[Order]:
        """One process, so its own queue is all there is to it."""
        del across_processes
        async with self._queue(key):
            yield _SqliteOrder(self)

    async def is_alive(self, process: int) -> bool:
        """Only this process uses the file."""
        return process == self.process

    async def close(self) -> None:
        """Finish what is queued; the loop stays free to settle the results."""
        self._closed = True
        await asyncio.to_thread(self._writer.close)
        await asyncio.to_thread(self._readers.shutdown)
        self._writing.dispose()
        self._reading.dispose()


class _SqliteOrder(Order):
    def __init__(self, database: SqliteDatabase) -> None:
        self._database = database

    async def write(
        self,
        work: Callable[Concatenate[Session, P], R],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> R:
        """Queue `work` for the writer and wait for the commit, even when cancelled."""
        return await finished(self._database.submit(bound(work, args, kwargs)))


def sqlite_engine(url: URL, settings: dict[str, str], *, connections: int) -> Engine:
    """An engine whose transactions begin as `settings` say; the file's folder is made."""
    Path(url.database or "").parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(
        url,
        json_serializer=to_json,
        pool_size=connections,
        connect_args={"check_same_thread": False, "isolation_level": None},
    )

    @event.listens_for(engine, "connect")
    def prepare(connection: sqlite3.Connection, _record: object) -> None:
        # The wait for a lock comes first: changing the journal mode needs one.
        connection.execute("PRAGMA busy_timeout = 5000")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute(f"PRAGMA foreign_keys = {settings['foreign_keys']}")
        connection.execute(f"PRAGMA query_only = {settings['query_only']}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql(settings["begin"])

    return engine


@contextmanager
def _unavailable() -> Iterator[None]:
    """Say `Unavailable` for what is no mistake of ours."""
    try:
        yield
    except DBAPIError as error:
        if is_unavailable(error):
            message = "the database cannot be read"
            raise Unavailable(message) from error
        raise
