"""Durable turns a second through the whole path, beside the least that a durable bot can be.

    uv run benchmarks/turns.py [--people 1 50 100 500] [--databases sqlite postgresql] [--seconds 20] [--peer]

A turn: a Telegram update is posted, its transaction is on the disk, its answer has arrived at the API. People
register an initiative by typed answers (9 turns, the last of which files it), one message after the other, the
next one when the answer to the last has arrived. Khéo also marks what was sent and shows the answer under the
question just left, so it makes two calls a turn; the reference makes one.

SQLite: WAL and synchronous=FULL for both. PostgreSQL: fsync and synchronous_commit on. The bot is one process;
people and API are another, this one. Nothing is pinned to a core; everything is on loopback.
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).parents[1]))  # as a script it is started from anywhere

from benchmarks import world
from benchmarks.load import Crowd, Measured

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST_TURNS = 20_000  # of one measurement
BARE = "bare aiohttp, sqlite3"
PEER = "PTB conversation"


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table."""

    name: str
    people: int
    measured: Measured
    cpu: float  # seconds of the bot's process
    calls: int  # of the API

    def line(self, reference: Row | None) -> str:
        """The line; the ratio is to the reference with as many people."""
        turns = len(self.measured.latencies)
        ratio = f"{self.measured.rate / reference.measured.rate:6.2f}" if reference else "      "
        return (
            f"{self.name:<22}{self.people:>7}{turns:>8}{self.measured.rate:>10.0f}{ratio:>8}"
            f"{self.measured.percentile(50):>10.1f}{self.measured.percentile(99):>10.1f}"
            f"{1e6 * self.cpu / turns:>11.0f}{self.calls / turns:>8.2f}"
        )


HEAD = (
    f"{'':<22}{'people':>7}{'turns':>8}{'turns/s':>10}{'ratio':>8}{'p50 ms':>10}{'p99 ms':>10}"
    f"{'CPU µs/turn':>11}{'calls':>8}"
)


def joining(person: int) -> Iterator[str]:
    """The words by which somebody joins their unit."""
    yield from (f"/start {world.code(person)}", "1", f"Nguyễn Thị {word(person, 0)}")


def registering(person: int) -> Iterator[str]:
    """Registrations without end, each with a name of its own."""
    for number in range(MOST_TURNS):
        name = " ".join(word(person, 5 * number + part) for part in range(5))
        yield from ("/dangky", "1", "2", f"Mô hình {name}", "Khoa Nội", "Tổ công đoàn số 1")
        yield from ("120 người lao động, 3 khoa", "01/10/2027", "gửi")


def word(person: int, number: int) -> str:
    """A word of letters that only this person and number have."""
    digest = hashlib.blake2s(f"{person} {number}".encode(), digest_size=6).hexdigest()
    return digest.translate(str.maketrans("0123456789", "ghiklmnopq")).capitalize()


async def measure_kheo(kind: str, people: int, seconds: float) -> Row:
    """Start the bot on a new database, let everybody join, then measure registrations."""
    with tempfile.TemporaryDirectory(prefix="kheo-bench-") as place, world.database(kind, Path(place)) as url:
        await asyncio.to_thread(world.prepare, url, people)
        crowd, port = Crowd(people), world.free_port()
        async with await crowd.api.start():
            environment = world.settings(url, Path(place), port, crowd.api.url)
            with world.process(["run_bot.py"], environment) as bot:
                await asyncio.to_thread(world.wait_until_up, port, "/healthz")
                await crowd.connect(port)
                await crowd.talk(joining, seconds)
                return await _measured(f"kheo, {kind}", crowd, bot.pid, seconds)


async def measure_reference(people: int, seconds: float, script: str = "bare_bot.py", name: str = BARE) -> Row:
    """The same messages to the reference, or to the peer."""
    with tempfile.TemporaryDirectory(prefix="kheo-bench-") as place:
        crowd, port = Crowd(people), world.free_port()
        async with await crowd.api.start():
            command = [f"benchmarks/{script}", str(port), crowd.api.url, f"{place}/bare.db"]
            with world.process(command) as bot:
                await asyncio.to_thread(world.wait_until_up, port)
                await crowd.connect(port)
                await crowd.talk(joining, seconds)
                return await _measured(name, crowd, bot.pid, seconds)


async def _measured(name: str, crowd: Crowd, pid: int, seconds: float) -> Row:
    cpu, calls = world.cpu_seconds(pid), sum(crowd.api.calls.values())
    each = max(9, 9 * (MOST_TURNS // len(crowd.people) // 9))
    limited = seconds if len(crowd.people) > 1 else min(seconds, 5.0)
    measured = await crowd.talk(lambda person: _first(registering(person), each), limited)
    row = Row(
        name,
        len(crowd.people),
        measured,
        world.cpu_seconds(pid) - cpu,
        sum(crowd.api.calls.values()) - calls,
    )
    crowd.close()
    return row


def _first(texts: Iterator[str], many: int) -> Iterator[str]:
    for _ in range(many):
        yield next(texts)


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(description="Durable turns a second through the whole path.")
    parser.add_argument("--people", type=int, nargs="+", default=[1, 50, 100, 500])
    parser.add_argument("--databases", nargs="+", default=["sqlite", "postgresql"])
    parser.add_argument("--seconds", type=float, default=10.0, help="the most that one line takes")
    parser.add_argument("--no-reference", action="store_true")
    parser.add_argument("--peer", action="store_true", help="python-telegram-bot's ConversationHandler as well")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        print(f"fsync of 4 KiB: {world.fsync_ms(Path(place)):.2f} ms (median). Python {sys.version.split()[0]}.")
    print(HEAD)
    for people in asked.people:
        reference = None if asked.no_reference else asyncio.run(measure_reference(people, asked.seconds))
        if reference:
            print(reference.line(None), flush=True)
        if asked.peer:
            peer = asyncio.run(measure_reference(people, asked.seconds, "ptb_bot.py", PEER))
            print(peer.line(reference), flush=True)
        for kind in asked.databases:
            print(asyncio.run(measure_kheo(kind, people, asked.seconds)).line(reference), flush=True)


if __name__ == "__main__":
    main()
