"""SQLite's one writer: a thread that commits together what has queued up together (group commit)."""

from __future__ import annotations

import queue
from collections import defaultdict
from concurrent.futures import Future
from threading import Thread, current_thread
from typing import TYPE_CHECKING, Any

from sqlalchemy.exc import DBAPIError

from storage.database import Unavailable
from storage.session import Session

if TYPE_CHECKING:
    import asyncio
    import sqlite3
    from collections.abc import Callable, Iterable

    from sqlalchemy.engine import Connection, Engine

MOST = 64  # units of work in one commit: some 10 ms that the first of them waits for the last

# SQLite's primary result codes that tell of the machine, not of a mistake of ours (sqlite.org/rescode.html):
# BUSY, LOCKED, NOMEM, IOERR, CORRUPT, FULL, CANTOPEN, PROTOCOL, NOTADB.
NOT_NOW = frozenset({5, 6, 7, 10, 11, 13, 14, 15, 26})


def is_unavailable(error: BaseException) -> bool:
    """Whether a failed statement tells of a database that cannot answer now."""
    code: int | None = getattr(getattr(error, "orig", error), "sqlite_errorcode", None)
    return code is not None and code & 0xFF in NOT_NOW


class Unit:
    """One unit of work and who waits for it: a loop's future, or a thread's where `loop` is None."""

    __slots__ = ("error", "future", "loop", "result", "work")

    def __init__(self, work: Callable[[Session], Any], loop: asyncio.AbstractEventLoop | None) -> None:
        self.work = work
        self.loop = loop
        self.future: asyncio.Future[Any] | Future[Any] = loop.create_future() if loop else Future()
        self.result: Any = None
        self.error: BaseException | None = None

    def run(self, connection: Connection) -> bool:
        """Do the work and say whether it went well. Its error is kept for whoever waits."""
        try:
            self.result = self.work(Session(connection, may_write=True))
        except BaseException as error:  # noqa: BLE001 - raised again where the caller waits
            self.error = error
            return False
        return True

    def settle(self) -> None:
        """Give the caller, if it still waits, what came out."""
        if self.future.done():
            return
        if self.error is None:
            self.future.set_result(self.result)
        else:
            self.future.set_exception(self.error)


class Writer:
    """The thread. It outlives every failure and makes its connection anew after one."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._queue: queue.SimpleQueue[Unit | None] = queue.SimpleQueue()
        self._connection: Connection | None = None
        self._closed = False
        self._thread = Thread(target=self._live, name="kheo-writer", daemon=True)
        self._thread.start()

    def submit(self, unit: Unit) -> None:
        """Queue a unit of work; raise `Unavailable` after `close`, RuntimeError inside another unit."""
        if current_thread() is self._thread:
            message = "a unit of work that waits for another would wait for ever"
            raise RuntimeError(message)
        if self._closed:
            message = "the database is closed"
            raise Unavailable(message)
        self._queue.put(unit)

    def close(self) -> None:
        """Finish what is queued and end the thread. Not for the loop's thread, which must settle the results."""
        self._closed = True
        self._queue.put(None)
        self._thread.join()

    def _live(self) -> None:
        while batch := self._next_batch():
            self._run(batch)
            _settle(batch)
        self._drop_connection()

    def _next_batch(self) -> list[Unit]:
        """Wait for work and take what is there; nothing means the end."""
        batch: list[Unit] = []
        try:
            unit = self._queue.get()
            while unit is not None:
                batch.append(unit)
                if len(batch) == MOST:
                    return batch
                unit = self._queue.get_nowait()
            if batch:
                self._queue.put(None)  # the end comes after this batch
        except queue.Empty:
            pass
        return batch

    def _run(self, batch: list[Unit]) -> None:
        """Run the batch in one transaction: after this all of it is committed, or its units say why not."""
        try:
            self._connection = self._connection or self._engine.connect()
            with self._connection.begin():
                for unit in batch:
                    _run_apart(unit, self._connection)
        except Exception as error:  # noqa: BLE001 - every caller of the batch gets it, and the thread must live on
            for unit in batch:
                unit.error = Unavailable("the database could not commit")
                unit.error.__cause__ = error
            self._drop_connection()

    def _drop_connection(self) -> None:
        """Let the next batch begin with a new connection."""
        if self._connection is not None:
            self._connection.invalidate()
            self._connection.close()
            self._connection = None


def _run_apart(unit: Unit, connection: Connection) -> None:
    """Run a unit inside a savepoint of its own, so that its failure undoes it alone."""
    raw: sqlite3.Connection = connection.connection.dbapi_connection  # type: ignore[assignment] # a pool's wrapper
    raw.execute("SAVEPOINT unit")
    if not unit.run(connection):
        if isinstance(unit.error, DBAPIError) and is_unavailable(unit.error):
            raise unit.error  # a full disk undoes the whole transaction: it concerns everybody in the batch
        raw.execute("ROLLBACK TO unit")
    raw.execute("RELEASE unit")  # fails, as it must, where the work hid that SQLite undid everything


def _settle(batch: Iterable[Unit]) -> None:
    """Wake each loop once for all of its units."""
    by_loop: dict[asyncio.AbstractEventLoop | None, list[Unit]] = defaultdict(list)
    for unit in batch:
        by_loop[unit.loop].append(unit)
    for loop, units in by_loop.items():
        if loop is None:
            _settle_all(units)
        elif not loop.is_closed():
            loop.call_soon_threadsafe(_settle_all, units)


def _settle_all(units: list[Unit]) -> None:
    for unit in units:
        unit.settle()
