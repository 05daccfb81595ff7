"""The database: synchronous units of work, run in its own threads, one transaction each.

`open_database` knows the two kinds; `storage/sqlite.py` and `storage/postgres.py` are how each does it.
What is in a unit of work is not its business.
"""

from __future__ import annotations

import asyncio
import json
from abc import ABC, abstractmethod
from functools import partial
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar
from weakref import WeakValueDictionary

from sqlalchemy.engine import make_url

from locales import _

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractAsyncContextManager

    from storage.session import Session

P = ParamSpec("P")
R = TypeVar("R")

# Vietnamese as it is, without spaces: half the size of the default.
to_json = partial(json.dumps, ensure_ascii=False, separators=(",", ":"))


class Unavailable(Exception):  # noqa: N818 - a state, not a mistake
    """The database cannot answer now (full, locked, gone, closed); nothing is half done.

    Where a connection broke during the commit itself the work may have been done all the same:
    whoever tries again needs a unique key, as the inbox has.
    """


class Order(ABC):
    """One person's turn, as `Database.in_order` gives it."""

    @abstractmethod
    async def write(
        self,
        work: Callable[Concatenate[Session, P], R],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> R:
        """As `Database.write`, and nothing of the same key runs between in any process.

        A cancelled caller still waits for the end of its work, so that nothing overtakes it.
        """


class Database(ABC):
    """A database with its threads. Every `work` is called as `work(session, *args, **kwargs)`."""

    dialect: str  # "sqlite" or "postgresql"
    process: int  # this process's number among those of the same database, 31 bits, never 0

    def __init__(self) -> None:
        self._queues: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._listeners: list[tuple[asyncio.AbstractEventLoop, Callable[[], None]]] = []
        self._closed = False

    @abstractmethod
    async def write(
        self,
        work: Callable[Concatenate[Session, P], R],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> R:
        """Run `work` in a transaction and give its result after the commit.

        What `work` raises undoes this work alone and is raised here. Raise `Unavailable`.
        PostgreSQL runs `work` again after a deadlock: it must have no effect outside the database.
        """

    @abstractmethod
    async def read(
        self,
        work: Callable[Concatenate[Session, P], R],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> R:
        """Run `work` on one snapshot that cannot be written to. Raise `Unavailable`."""

    @abstractmethod
    def write_now(
        self,
        work: Callable[Concatenate[Session, P], R],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> R:
        """`write` for callers without an event loop: the command line, tests."""

    @abstractmethod
    def read_now(
        self,
        work: Callable[Concatenate[Session, P], R],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> R:
        """`read` for callers without an event loop: the command line, tests."""

    @abstractmethod
    def in_order(self, key: str, *, across_processes: bool = True) -> AbstractAsyncContextManager[Order]:
        """Do everything of one key one after the other, in the order of arrival; never nest two keys.

            async with database.in_order(person, across_processes=bool(inbound.files)) as order:
                files = [await fetch(file) for file in inbound.files]
                result = await order.write(take_turn, inbound, files)

        With `across_processes` other processes wait from the beginning of the block, as they must while
        something is fetched. Without, only from the beginning of `order.write`, which costs nothing more.
        """

    def wake(self) -> None:
        """Tell every process's listeners, soon, that there is something to send; from any thread.

        Only a hint that saves waiting: a process that died, or a connection that broke, wakes nobody.
        """
        for loop, heard in self._listeners:
            if not loop.is_closed():
                loop.call_soon_threadsafe(heard)

    def listen(self, heard: Callable[[], None]) -> None:
        """Have `heard` called in the running loop after each `wake`, several of which may count as one."""
        self._listeners.append((asyncio.get_running_loop(), heard))

    @abstractmethod
    async def is_alive(self, process: int) -> bool:
        """Whether the process of this number still runs (SQLite: whether it is this one)."""

    @abstractmethod
    async def close(self) -> None:
        """Finish what is queued, then refuse everything with `Unavailable`."""

    def _queue(self, key: str) -> asyncio.Lock:
        """The key's queue in this process; asyncio's lock is first come, first served."""
        return self._queues.setdefault(key, asyncio.Lock())

    def _refuse_when_closed(self) -> None:
        if self._closed:
            message = "the database is closed"
            raise Unavailable(message)


def bound(work: Callable[..., R], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Callable[[Session], R]:
    """The work with everything but its session."""

    def unit(session: Session) -> R:
        try:
            return work(session, *args, **kwargs)
        except StopIteration as error:  # no future can carry one: its caller would wait for ever
            message = "a unit of work raised StopIteration"
            raise RuntimeError(message) from error

    return unit


async def finished(task: asyncio.Future[R]) -> R:
    """Its result; a cancelled caller gets away only when it is over, since a thread cannot be stopped."""
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        if not task.done():
            await asyncio.wait([task])
        raise


def open_database(url: str, *, threads: int = 8) -> Database:
    """Open `sqlite:///path` (its folder is made) or `postgresql://…`; raise ValueError for anything else.

    `threads`: how many reads run at once and, on PostgreSQL, how many writes.
    The tables must be there: `storage/migrate.py` makes them.
    """
    address = make_url(url)
    match address.get_backend_name():
        case "sqlite" if address.database and address.database != ":memory:":
            from storage.sqlite import SqliteDatabase

            return SqliteDatabase(address, threads=threads)
        case "postgresql":
            from storage.postgres import PostgresDatabase

            return PostgresDatabase(address, threads=threads)
        case _:
            raise ValueError(_("DATABASE_URL must be sqlite:///path or postgresql://…"))
