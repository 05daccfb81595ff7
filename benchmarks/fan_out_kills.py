"""Kill and stop the bot again and again while it sends reminders to many: none lost, none twice, never too fast.

    uv run benchmarks/fan_out_kills.py [--reminders 5000] [--kills 20] [--processes 2] [--database postgresql]

The processes are real and share the bot; Telegram is this process, strict, and `SCALE` times faster than life.
As the reminders go, one process after the other gets SIGKILL at a random instant and is started again; where there
are two, every fourth is stopped (SIGSTOP) for longer than its lease instead, and goes on after. At the end each
reminder was sent and has arrived once, or stands as unknown, which is not sent again: what a dead process had in
its hands.

5,000 reminders, 20 kills: two processes on PostgreSQL 4,886 sent, 114 unknown (21 of them had arrived); one on
SQLite 4,341 and 659 (147). At `SCALE` 5 a process has five times as many in its hands as in life. Never a 429,
never twice.
"""

from __future__ import annotations

import argparse
import asyncio
import datetime as dt
import random
import signal
import sys
import tempfile
from collections import Counter
from contextlib import AsyncExitStack, ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import select

sys.path.insert(0, str(Path(__file__).parents[1]))  # as a script it is started from anywhere

from benchmarks import world
from benchmarks.fan_out import FIRST_CHAT, Fan, FanCrowd, queue
from storage.channel_tables import outbox
from storage.database import open_database
from tests.fakes.telegram_limits import Limits

if TYPE_CHECKING:
    import subprocess

    from storage.session import Session

SCALE = 5.0
LEASE = 3.0  # seconds, of the processes that are stopped
BY_THEN = 0.6  # of the reminders have arrived at the last kill; not all arrive
PATIENCE = 180.0  # seconds for all of it after the last kill


@dataclass
class Report:
    """What became of the reminders."""

    states: Counter[str] = field(default_factory=Counter)
    arrived_of_unknown: int = 0
    too_many: int = 0  # 429
    most: int = 0  # messages in any second, of 30 that are allowed
    problems: list[str] = field(default_factory=list)


class Processes:
    """The bot's processes, each of which can be killed and started again."""

    def __init__(self, many: int, url: str, folder: Path, api_url: str) -> None:
        self._url, self._folder, self._api_url = url, folder, api_url
        self._started: list[tuple[ExitStack, subprocess.Popen[bytes], int]] = []
        self.many = many

    def start(self) -> None:
        """Start one more."""
        stack, port = ExitStack(), world.free_port()
        environment = world.settings(self._url, self._folder, port, self._api_url)
        process = stack.enter_context(
            world.process(["benchmarks/fan_out_bot.py", f"{SCALE}", f"{LEASE}"], environment)
        )
        self._started.append((stack, process, port))

    async def kill(self, which: int) -> None:
        """Kill one and start another in its place."""
        stack, process, _port = self._started.pop(which)
        process.send_signal(signal.SIGKILL)
        await asyncio.to_thread(stack.close)
        self.start()

    async def stop_for_a_while(self, which: int) -> None:
        """Stop one for longer than its lease; the others go on."""
        process = self._started[which][1]
        process.send_signal(signal.SIGSTOP)
        await asyncio.sleep(LEASE * 1.5)
        process.send_signal(signal.SIGCONT)

    async def until_all_is_sent(self) -> None:
        """Wait until nothing waits any more."""
        async with asyncio.timeout(PATIENCE):
            await asyncio.to_thread(world.wait_until_up, self._started[0][2], "/healthz")
            await asyncio.to_thread(world.wait_until_all_is_sent, self._started[0][2], PATIENCE)

    async def end(self) -> None:
        """End all."""
        for stack, _process, _port in self._started:
            await asyncio.to_thread(stack.close)


async def run(kind: str, many: int, kills: int, processes: int, seed: int) -> Report:
    """Let it happen on a new database, and judge it."""
    chance, fan = random.Random(seed), Fan(many, Limits(30, 1 / SCALE, 1 / SCALE))
    with tempfile.TemporaryDirectory(prefix="kheo-kills-") as place, world.database(kind, Path(place)) as url:
        await asyncio.to_thread(world.prepare, url, 1)
        database = open_database(url)
        await database.write(queue, many, dt.datetime.now(dt.UTC))
        await database.close()
        crowd = FanCrowd(1, fan)
        async with AsyncExitStack() as stack:
            await stack.enter_async_context(await crowd.api.start())
            running = Processes(processes, url, Path(place), crowd.api.url)
            stack.push_async_callback(running.end)
            for _ in range(processes):
                running.start()
            for number in range(kills):
                await _until_arrived(fan, int(BY_THEN * (number + 1) * many / kills))
                await asyncio.sleep(chance.uniform(0, 0.3))
                which = chance.randrange(processes)
                if processes > 1 and number % 4 == 3:
                    await running.stop_for_a_while(which)
                else:
                    await running.kill(which)
            await running.until_all_is_sent()
        database = open_database(url)
        report = await database.read(_judge, fan)
        await database.close()
    return report


async def _until_arrived(fan: Fan, many: int) -> None:
    async with asyncio.timeout(PATIENCE):
        while len(fan.chats) < many:  # noqa: ASYNC110 - the fan has an event only for the end
            await asyncio.sleep(0.01)


def _judge(session: Session, fan: Fan) -> Report:
    report = Report(too_many=len(fan.limits.told), most=fan.limits.most)
    rows = session.rows(select(outbox.c.address_id, outbox.c.state).where(outbox.c.address_id >= FIRST_CHAT))
    report.states = Counter(row.state for row in rows)
    report.arrived_of_unknown = sum(row.state == "unknown" and row.address_id in fan.chats for row in rows)
    lost = [row.address_id for row in rows if row.state == "sent" and row.address_id not in fan.chats]
    report.problems += [f"{len(lost)} stand as sent and never arrived"] if lost else []
    report.problems += [f"{fan.twice} arrived twice"] if fan.twice else []
    if left := {state: many for state, many in report.states.items() if state not in ("sent", "unknown")}:
        report.problems.append(f"neither sent nor unknown: {left}")
    return report


def main() -> int:
    """Run it and print what happened; the exit code is 1 where anything was wrong."""
    parser = argparse.ArgumentParser(description="Kill the bot while it sends reminders to many.")
    parser.add_argument("--reminders", type=int, default=5000)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--processes", type=int, default=0, help="default: two on PostgreSQL, one on SQLite")
    parser.add_argument("--database", choices=["sqlite", "postgresql"], default="postgresql")
    parser.add_argument("--seed", type=int, default=None)
    asked = parser.parse_args()
    seed = asked.seed if asked.seed is not None else random.SystemRandom().randrange(2**32)
    processes = asked.processes or (2 if asked.database == "postgresql" else 1)
    print(
        f"{asked.reminders} reminders, {asked.kills} kills, {processes} on {asked.database}, seed {seed}",
        flush=True,
    )
    report = asyncio.run(run(asked.database, asked.reminders, asked.kills, processes, seed))
    print(f"reminders by state: {dict(report.states)}; of the unknown {report.arrived_of_unknown} have arrived")
    print(f"at most {report.most} in the time for 30; 429: {report.too_many}")
    for problem in report.problems:
        print(f"WRONG: {problem}")
    return 1 if report.problems else 0


if __name__ == "__main__":
    sys.exit(main())
