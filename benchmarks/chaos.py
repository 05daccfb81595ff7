"""Kill the bot again and again while people register, and show that nothing was lost and nothing done twice.

    uv run benchmarks/chaos.py [--kills 20] [--people 50] [--database sqlite|postgresql] [--mode webhook|polling]
                               [--channel telegram|zalo_bot]

The real process is started (run_bot.py), people join and register over the strict fake of Telegram or of
the Zalo Bot (by webhook: what a poll was given Zalo forgets), and the
process gets SIGKILL at random instants (starting, sending, any); it is started again at once. Every update is
posted twice, whatever the answer was. At the end:

* every update that the platform saw a 2xx for is in the inbox, and what people said is in their entries, word by
  word;
* nobody has two entries, roles or rows of the audit for one act;
* everybody reached the receipt and saw the questions in the order of somebody who was not disturbed;
* messages sent twice are counted: they are what dying between sending and marking costs.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

sys.path.insert(0, str(Path(__file__).parents[1]))  # as a script it is started from anywhere

from benchmarks import chaos_checks, chaos_people, world
from benchmarks.chaos_people import Pause, Talker
from storage.database import open_database
from tests.fakes.telegram_server import TOKEN, TelegramServer
from tests.fakes.zalo_bot_server import ZaloBotServer

if TYPE_CHECKING:
    from collections.abc import Mapping

    from storage.database import Database

LIFE = 0.8  # seconds: the longest between being ready and being killed at any instant
START = 1.5  # seconds that a start may take
PATHS = {"telegram": "/telegram", "zalo_bot": "/zalo/bot"}  # of the webhooks

Server: TypeAlias = TelegramServer | ZaloBotServer


@dataclass
class Report:
    """What happened."""

    kills: int = 0
    kills_while_talking: int = 0
    seconds: float = 0.0
    messages: int = 0
    repeated: int = 0
    states: Counter[str] = field(default_factory=Counter)
    statuses: Counter[int] = field(default_factory=Counter)
    problems: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Stage:
    """Where it happens."""

    server: Server
    environment: Mapping[str, str]
    port: int
    chance: random.Random


async def run(people: int, kills: int, url: str, mode: str, seed: int, channel: str = "telegram") -> Report:
    """Let it happen on a new database and judge it."""
    begun = time.monotonic()
    await asyncio.to_thread(world.prepare, url, people + 1)
    port = world.free_port()
    async with _server(channel) as server:
        server.delivery.repeats = 1  # every update is posted once more after it was taken
        server.delivery.instead = f"http://127.0.0.1:{port}{PATHS[channel]}"
        with tempfile.TemporaryDirectory(prefix="kheo-chaos-") as place:
            environment = world.settings(url, Path(place), port, server.url, channel)
            environment |= {"TELEGRAM_TOKEN": TOKEN, "TELEGRAM_MODE": mode} if channel == "telegram" else {}
            stage = Stage(server, environment, port, random.Random(seed))
            report, talkers = await _drama(stage, people, kills)
        database = open_database(url)
        await _judge(report, database, server, talkers)
        await database.close()
    report.seconds = time.monotonic() - begun
    return report


def _server(channel: str) -> Server:
    """The platform that people talk through."""
    if channel == "telegram":
        return TelegramServer(patience=0.02)
    return ZaloBotServer(world.ZALO_TOKEN, patience=0.02)


async def _drama(stage: Stage, people: int, kills: int) -> tuple[Report, list[Talker]]:
    """People talk, processes die; in the end everybody may finish in peace."""
    report = Report()
    talkers = [chaos_people.talker(stage.server, number) for number in range(1, people + 2)]
    calm, crowd = talkers[-1], talkers[:-1]
    with world.process(["run_bot.py"], stage.environment):
        await chaos_people.talk(calm, Pause(stage.chance, 0))
    turns = len(calm.texts)
    pause = Pause(stage.chance, 1.3 * kills * (LIFE / 2 + START) / turns)
    talking = [asyncio.create_task(chaos_people.talk(each, pause)) for each in crowd]
    for _ in range(kills):
        await _one_life(stage)
        report.kills += 1
        report.kills_while_talking += any(not each.is_through for each in crowd)
    pause.hurry()
    with world.process(["run_bot.py"], stage.environment):
        outcomes = await asyncio.gather(*talking, return_exceptions=True)
        report.problems += [
            f"a person was stopped by {each!r}" for each in outcomes if isinstance(each, Exception)
        ]
        await stage.server.delivery.settled(30)
        await asyncio.to_thread(world.wait_until_all_is_sent, stage.port)
    return report, talkers


async def _one_life(stage: Stage) -> None:
    """Start the process and kill it: one in five while it starts, two when they send, two at any instant."""
    chance = stage.chance
    with world.process(["run_bot.py"], stage.environment) as bot:
        match chance.choice(["starting", "sending", "sending", "any", "any"]):
            case "starting":
                await asyncio.sleep(chance.uniform(0, START))
            case "sending":
                await _some_sends(stage.server, chance.randrange(1, 10))
                await asyncio.sleep(chance.choice([0, 0, chance.uniform(0, 0.01)]))
            case _:
                await asyncio.to_thread(world.wait_until_up, stage.port, "/healthz")
                await asyncio.sleep(chance.uniform(0, LIFE))
        bot.send_signal(signal.SIGKILL)
        await asyncio.to_thread(bot.wait)


async def _some_sends(server: Server, many: int) -> None:
    """Wait until the bot has sent so many more messages; the platform may not even have answered the last."""
    with contextlib.suppress(TimeoutError):  # everybody may be thinking
        await server.until_called("sendMessage", len(server.called("sendMessage")) + many, START + 2 * LIFE)


async def _judge(report: Report, database: Database, server: Server, talkers: list[Talker]) -> None:
    expected = chaos_people.screens(talkers[-1])
    acknowledged = {str(number) for number in server.delivery.delivered}
    report.problems += server.violations
    for each in talkers:
        report.problems += chaos_people.problems(each, expected)
    report.problems += await database.read(chaos_checks.problems, talkers, acknowledged)
    report.states = await database.read(chaos_checks.states)
    report.statuses = server.delivery.statuses
    report.messages = sum(len(each.person.sent) for each in talkers)
    report.repeated = report.messages - sum(len(chaos_people.screens(each)) for each in talkers)


def main() -> int:
    """Run it and print what happened; the exit code is 1 where anything was wrong."""
    parser = argparse.ArgumentParser(description="Kill the bot while people register, and look what was lost.")
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--people", type=int, default=50)
    parser.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    parser.add_argument("--mode", choices=["webhook", "polling"], default="webhook")
    parser.add_argument("--channel", choices=sorted(PATHS), default="telegram")
    parser.add_argument("--seed", type=int, default=None, help="of the instants; printed, so that it can be given")
    asked = parser.parse_args()
    seed = asked.seed if asked.seed is not None else random.SystemRandom().randrange(2**32)
    where = f"{asked.database}, {asked.channel}, {asked.mode}"
    print(f"{asked.people} people, {asked.kills} kills, {where}, seed {seed}", flush=True)
    with (
        tempfile.TemporaryDirectory(prefix="kheo-chaos-") as place,
        world.database(asked.database, Path(place)) as url,
    ):
        report = asyncio.run(run(asked.people, asked.kills, url, asked.mode, seed, asked.channel))
    print(f"killed {report.kills} times, {report.kills_while_talking} of them while people talked")
    print(f"posts to the webhook by status (0: nobody answered): {dict(report.statuses)}")
    print(f"messages sent: {report.messages}, of them {report.repeated} a second time")
    print(f"rows of the outbox by state: {dict(report.states)}")
    print(f"{report.seconds:.0f} s")
    for problem in report.problems:
        print(f"WRONG: {problem}")
    print("nothing lost, nothing twice, everybody through" if not report.problems else "FAILED")
    return 1 if report.problems or report.kills_while_talking < asked.kills else 0


if __name__ == "__main__":
    sys.exit(main())
