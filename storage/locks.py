"""PostgreSQL's advisory locks: their numbers, and a key held across processes while something is fetched.

Such a lock is not a lease: it lives in a connection and ends with it, however its process ends.
"""

from __future__ import annotations

from contextlib import asynccontextmanager, contextmanager, suppress
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

import psycopg

from storage.database import Unavailable

if TYPE_CHECKING:
    from asyncio import Semaphore
    from collections.abc import AsyncIterator, Iterator

# First halves of the two-number locks; keys are one-number locks, which PostgreSQL keeps apart.
PROCESSES = 1_801_349  # second half: the process's number
MIGRATION = 1_801_350  # second half: 0


def number_of(key: str) -> int:
    """A key's lock: 64 bits, the same in every process and version."""
    return int.from_bytes(blake2b(key.encode(), digest_size=8).digest(), "big", signed=True)


@asynccontextmanager
async def held(address: dict[str, Any], slots: Semaphore, number: int) -> AsyncIterator[None]:
    """Wait for the lock, in the order of asking among all processes, and keep it for the block.

    It has a connection of its own: those who wait here must never keep the owner of the lock from writing.
    """
    async with slots:
        with unavailable():
            connection = await psycopg.AsyncConnection.connect(**address)
        async with connection:
            with unavailable():
                await connection.execute("SELECT pg_advisory_lock(%s)", [number])
            try:
                yield
            finally:
                with suppress(psycopg.Error):  # closing gives it back as well, only later
                    await connection.execute("SELECT pg_advisory_unlock(%s)", [number])


@contextmanager
def unavailable() -> Iterator[None]:
    """Say `Unavailable` where the driver, used directly, finds the server gone."""
    try:
        yield
    except psycopg.OperationalError as error:
        message = "PostgreSQL does not answer"
        raise Unavailable(message) from error
