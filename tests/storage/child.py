"""A process of its own on a database, told by lines what to do; `Child` is the test's end of it.

`take N`: in order across processes: says `got N`, waits for `go N`, writes row N, says `done N`.
`text N`: the same with nothing to wait for. `flood`: writes rows as fast as it can and says each number
when it is acknowledged. The first line it says is its process number.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import signal
import subprocess
import sys
from collections import defaultdict
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import insert, select

from storage.channel_tables import inbox
from storage.database import Database, open_database

if TYPE_CHECKING:
    from storage.session import Session

ROOT = Path(__file__).parents[2]
NOW = dt.datetime(2027, 3, 10, tzinfo=dt.UTC)
_put = insert(inbox)
_numbers = select(inbox.c.external_id).order_by(inbox.c.id)


def put(session: Session, number: int, account: str = "") -> int:
    """Write a row of this number, which an account may have only once."""
    row = {"channel": "test", "account": account, "external_id": str(number), "received_at": NOW}
    session.execute(_put, row)
    return number


def numbers(session: Session) -> list[int]:
    """The numbers of the rows, as they were written."""
    return [int(row[0]) for row in session.rows(_numbers)]


class Child:
    """The process, seen from the test."""

    def __init__(self, url: str) -> None:
        command = [sys.executable, "-m", "tests.storage.child", url]
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            bufsize=1,
            cwd=ROOT,
        )
        self.number = int(self.hear())

    def say(self, line: str) -> None:
        """Tell it something."""
        assert self._process.stdin is not None
        self._process.stdin.write(f"{line}\n")
        self._process.stdin.flush()

    def hear(self) -> str:
        """Wait for its next line; empty when it is gone."""
        assert self._process.stdout is not None
        return self._process.stdout.readline().strip()

    def kill(self) -> list[str]:
        """Kill it as a power cut would, and give what it had still said."""
        self._process.send_signal(signal.SIGKILL)
        said, _ = self._process.communicate()
        return [line for line in said.split("\n")[:-1] if line]  # the last line may be cut


async def _live(url: str) -> None:
    database = open_database(url)
    go: defaultdict[str, asyncio.Event] = defaultdict(asyncio.Event)
    _say(str(database.process))
    tasks: set[asyncio.Task[None]] = set()
    while line := await asyncio.to_thread(sys.stdin.readline):
        match line.split():
            case ["take", number]:
                tasks.add(asyncio.create_task(_take(database, int(number), go[number])))
            case ["text", number]:
                tasks.add(asyncio.create_task(_take(database, int(number), None)))
            case ["go", number]:
                go[number].set()
            case ["flood"]:
                tasks.update(asyncio.create_task(_flood(database, start)) for start in range(20))
    await database.close()


async def _take(database: Database, number: int, go: asyncio.Event | None) -> None:
    async with database.in_order("lan", across_processes=go is not None) as order:
        if go is not None:
            _say(f"got {number}")
            await go.wait()
        await order.write(put, number)
    _say(f"done {number}")


async def _flood(database: Database, start: int) -> None:
    for number in count(start, 20):
        _say(str(await database.write(put, number)))


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(_live(sys.argv[1]))
