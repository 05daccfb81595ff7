"""How soon Zalo's webhook is answered while people register: every message is on the disk before its 200.

    uv run benchmarks/webhook.py [--people 50 200] [--pace 0 1] [--databases sqlite postgresql] [--seconds 10]

Everybody has a connection and writes the next message when the answer to the last has arrived, but not before
`pace` seconds are over; 0 is as fast as it goes. The bot is one process; people and Zalo are another, this one.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))  # as a script it is started from anywhere

from benchmarks import world
from benchmarks.load import Measured, ZaloCrowd
from benchmarks.turns import joining, registering

HEAD = f"{'':<12}{'people':>8}{'pace s':>8}{'turns':>8}{'turns/s':>9}{'p50 ms':>9}{'p99 ms':>9}{'answer p99':>12}"


async def measure(kind: str, people: int, pace: float, seconds: float) -> Measured:
    """Start the bot on a new database, let everybody join, then measure registrations."""
    with tempfile.TemporaryDirectory(prefix="kheo-bench-") as place, world.database(kind, Path(place)) as url:
        await asyncio.to_thread(world.prepare, url, people)
        crowd, port = ZaloCrowd(people, pace=pace), world.free_port()
        async with await crowd.api.start():
            environment = world.settings(url, Path(place), port, crowd.api.url, "zalo_bot")
            environment["ZALO_BOT_MONTHLY_LIMIT"] = "1000000000"
            with world.process(["run_bot.py"], environment):
                await asyncio.to_thread(world.wait_until_up, port, "/healthz")
                await crowd.connect(port)
                await crowd.talk(joining, max(30.0, seconds))
                measured = await crowd.talk(lambda person: itertools.islice(registering(person), 9_000), seconds)
                crowd.close()
                return measured


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(description="How soon Zalo's webhook is answered under load.")
    parser.add_argument("--people", type=int, nargs="+", default=[50, 200])
    parser.add_argument("--pace", type=float, nargs="+", default=[0.0, 1.0])
    parser.add_argument("--databases", nargs="+", default=["sqlite", "postgresql"])
    parser.add_argument("--seconds", type=float, default=10.0, help="the most that one line takes")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        print(f"fsync of 4 KiB: {world.fsync_ms(Path(place)):.2f} ms (median). Python {sys.version.split()[0]}.")
    print(HEAD)
    for people, pace, kind in itertools.product(asked.people, asked.pace, asked.databases):
        measured = asyncio.run(measure(kind, people, pace, asked.seconds))
        print(
            f"{kind:<12}{people:>8}{pace:>8.1f}{len(measured.posts):>8}{measured.rate:>9.0f}"
            f"{measured.webhook(50):>9.1f}{measured.webhook(99):>9.1f}{measured.percentile(99):>12.1f}",
            flush=True,
        )


if __name__ == "__main__":
    main()
