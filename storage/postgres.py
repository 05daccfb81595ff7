"""PostgreSQL through psycopg 3 in threads: one transaction per unit of work, any number of processes."""

from __future__ import annotations

import asyncio
import random
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager, suppress
from functools import partial
from typing import TYPE_CHECKING, Any, Concatenate

from sqlalchemy import create_engine, func, select
from sqlalchemy.exc import DBAPIError, OperationalError

from locales import _

try:
    import psycopg
    from psycopg.pq import ConnStatus, ExecStatus
except ModuleNotFoundError as error:
    raise ModuleNotFoundError(
        _("PostgreSQL needs one more package. Please run: {command}").format(command="uv sync --extra postgres"),
        name=error.name,
    ) from error

from storage.database import Database, Order, Unavailable, bound, finished, to_json
from storage.locks import PROCESSES, held, number_of
from storage.presence import CHANNEL, Presence
from storage.session import Session

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator
    from contextlib import AbstractAsyncContextManager

    from psycopg.pq.abc import PGresult
    from sqlalchemy import URL, Connection, Engine

    from storage.database import P, R

ATTEMPTS = 6
HOLDS = 20  # most messages of one process that fetch files at once: each needs a connection
TIMEOUTS = "-c statement_timeout=30s -c lock_timeout=20s"
PATIENT = "-c statement_timeout=0 -c lock_timeout=0 -c idle_session_timeout=0"
# A process that is gone with its machine is noticed after 25 s, not after two hours.
KEEPALIVES = "-c tcp_keepalives_idle=10 -c tcp_keepalives_interval=5 -c tcp_keepalives_count=3"

BEGIN = "BEGIN"
SNAPSHOT = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
# It only tries: a thread that waited here could be the one that the lock's owner needs for its own write.
BEGIN_LOCKED = "BEGIN; SELECT pg_try_advisory_xact_lock({number})"
# Not part of a turn's transaction: NOTIFY lets only one transaction commit at a time, each waiting for the disk.
NOTIFY = "BEGIN; SET LOCAL synchronous_commit = off; NOTIFY {channel}, '{process}'"

# postgresql.org/docs/current/errcodes-appendix.html
AGAIN = ("40001", "40P01")  # serialization failure, deadlock
NOT_NOW = ("08", "53", "55P03", "57", "58")  # connection, resources, lock timeout, operator or timeout, system


class _Again(Exception):  # noqa: N818 - an answer, not an error
    """Nothing was done, and another attempt may do it."""


class _Busy(Exception):  # noqa: N818 - an answer, not an error
    """Another process is at this key."""


class PostgresDatabase(Database):
    """A pool of connections with its threads, and the connection that says this process is alive."""

    dialect = "postgresql"

    def __init__(self, url: URL, *, threads: int) -> None:
        super().__init__()
        self._engine = postgres_engine(url, connect_arguments(url, TIMEOUTS), connections=2 * threads)
        self._address = connect_arguments(url)
        self._presence = Presence(self._address, super().wake)
        self.process = self._presence.process
        self._slots = asyncio.Semaphore(HOLDS)
        self._writers = ThreadPoolExecutor(threads, thread_name_prefix="kheo-writer")
        self._readers = ThreadPoolExecutor(threads, thread_name_prefix="kheo-reader")
        self._wake_is_queued = False

    async def write(
        self,
        work: Callable[Concatenate[Session, P], R],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> R:
        """Run `work` in a writer's thread."""
        return await self.submit(BEGIN, bound(work, args, kwargs))

    def submit(self, begin: str, work: Callable[[Session], R]) -> asyncio.Future[R]:
        """Have a writer's thread run `work` in a transaction that begins so."""
        self._refuse_when_closed()
        writing = partial(self._run, begin, work, may_write=True)
        return asyncio.get_running_loop().run_in_executor(self._writers, writing)

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
        """Run `work` in this thread."""
        self._refuse_when_closed()
        return self._run(BEGIN, bound(work, args, kwargs), may_write=True)

    def read_now(
        self,
        work: Callable[Concatenate[Session, P], R],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> R:
        """Run `work` in this thread."""
        self._refuse_when_closed()
        return self._run(SNAPSHOT, bound(work, args, kwargs), may_write=False)

    @asynccontextmanager
    async def in_order(self, key: str, *, across_processes: bool = True) -> AsyncIterator[Order]:
        """Queue in this process first, so that a key waits among processes at most once."""
        async with self._queue(key), AsyncExitStack() as until_the_end:
            order = _PostgresOrder(self, number_of(key), until_the_end)
            if across_processes:
                await order.hold()
            yield order

    def held(self, number: int) -> AbstractAsyncContextManager[None]:
        """Hold the lock of this number among all processes for a block."""
        return held(self._address, self._slots, number)

    def wake(self) -> None:
        """Call this process's listeners, and let a thread tell the others; once for all who ask meanwhile."""
        super().wake()
        if not self._wake_is_queued and not self._closed:
            self._wake_is_queued = True
            self._writers.submit(self._notify)

    def _notify(self) -> None:
        self._wake_is_queued = False
        begin = NOTIFY.format(channel=CHANNEL, process=self.process)
        with suppress(Unavailable):
            self._run(begin, lambda _session: None, may_write=False)

    async def is_alive(self, process: int) -> bool:
        """Whether the lock of its number is taken. Shared, so that those who ask do not see each other."""
        self._refuse_when_closed()
        if process == self.process or not self._presence.may_judge:
            return True
        free = select(func.pg_try_advisory_xact_lock_shared(PROCESSES, process))
        return not await self.read(lambda session: session.scalar(free))

    async def close(self) -> None:
        """Finish what is queued; the loop stays free to take the results."""
        self._closed = True
        await asyncio.to_thread(self._writers.shutdown)
        await asyncio.to_thread(self._readers.shutdown)
        await asyncio.to_thread(self._presence.close)
        self._engine.dispose()

    def _run(self, begin: str, work: Callable[[Session], R], *, may_write: bool) -> R:
        """Run `work` in a transaction, again after a deadlock or on a connection that had died."""
        for attempt in range(1, ATTEMPTS):
            with _unavailable(), suppress(_Again):
                return self._attempt(begin, work, may_write=may_write)
            time.sleep(random.uniform(0, 0.01 * 2**attempt))  # noqa: S311 - apart, not secret
        with _unavailable():
            return self._attempt(begin, work, may_write=may_write)

    def _attempt(self, begin: str, work: Callable[[Session], R], *, may_write: bool) -> R:
        """Run `work` once; raise `_Again` only before the commit, after which nothing is known."""
        with self._engine.connect() as connection:  # giving it back undoes what is not committed
            try:
                if _send(connection, begin).get_value(0, 0) == b"f":
                    raise _Busy
                result = work(Session(connection, may_write=may_write))
            except (DBAPIError, psycopg.Error) as error:
                if connection.invalidated or _state(error) in AGAIN:
                    raise _Again from error
                raise
            if _send(connection, "COMMIT").command_status != b"COMMIT":
                message = "a unit of work hid that one of its statements failed"
                raise RuntimeError(message)
            return result


class _PostgresOrder(Order):
    def __init__(self, database: PostgresDatabase, number: int, until_the_end: AsyncExitStack) -> None:
        self._database = database
        self._number = number
        self._until_the_end = until_the_end
        self._is_held = False

    async def hold(self) -> None:
        """Wait for the other processes and keep the key until the end of `in_order`."""
        await self._until_the_end.enter_async_context(self._database.held(self._number))
        self._is_held = True

    async def write(
        self,
        work: Callable[Concatenate[Session, P], R],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> R:
        """Take the lock in the transaction itself, unless it is held or must be queued for."""
        unit = bound(work, args, kwargs)
        if not self._is_held:
            with suppress(_Busy):
                return await finished(self._database.submit(BEGIN_LOCKED.format(number=self._number), unit))
            await self.hold()
        return await finished(self._database.submit(BEGIN, unit))


def connect_arguments(url: URL, options: str = PATIENT) -> dict[str, Any]:
    """What psycopg needs to connect to this address, every statement being its own transaction."""
    given: dict[str, Any] = url.translate_connect_args(username="user", database="dbname") | dict(url.query)
    given["options"] = " ".join(filter(None, [given.get("options"), KEEPALIVES, options]))
    return {"connect_timeout": 10} | given | {"autocommit": True}


def postgres_engine(url: URL, arguments: dict[str, Any], *, connections: int) -> Engine:
    """An engine on psycopg 3 with these arguments to connect."""
    return create_engine(
        url.set(drivername="postgresql+psycopg"),
        json_serializer=to_json,
        pool_size=connections,
        connect_args=arguments,
        use_native_hstore=False,
    )


def _send(connection: Connection, statements: str) -> PGresult:
    """Send statements in one round trip, past the layers that cost more than they do; give the last result."""
    raw: psycopg.Connection[Any] = connection.connection.dbapi_connection  # type: ignore[assignment] # a pool's wrapper
    try:
        result = raw.pgconn.exec_(statements.encode())
    except psycopg.OperationalError:
        _let_go(connection)
        raise
    if result.status in (ExecStatus.COMMAND_OK, ExecStatus.TUPLES_OK):
        return result
    error = psycopg.errors.error_from_result(result)
    if error.sqlstate and raw.pgconn.status == ConnStatus.OK:
        raise error
    _let_go(connection)
    message = "the connection was lost"
    raise psycopg.OperationalError(message) from error


def _let_go(connection: Connection) -> None:
    """Forget a lost connection, and the others of the pool, which will have gone with it."""
    connection.invalidate()
    connection.engine.dispose()


def _state(error: BaseException) -> str:
    return getattr(getattr(error, "orig", error), "sqlstate", None) or ""


@contextmanager
def _unavailable() -> Iterator[None]:
    """Say `Unavailable` for what is no mistake of ours."""
    message = "PostgreSQL cannot do this now"
    try:
        yield
    except _Again as error:
        raise Unavailable(message) from error
    except (OperationalError, psycopg.OperationalError) as error:
        # Without a state it never came to a statement: the connection failed.
        if not _state(error) or _state(error).startswith(NOT_NOW):
            raise Unavailable(message) from error
        raise
