"""Kill the program again and again while it reminds people, and count what each of them got.

    uv run benchmarks/reminder_kills.py [--kills 20] [--people 5000] [--database sqlite|postgresql] [--speed 6]

The real process (one on SQLite, two on PostgreSQL) is started on the morning before a last day on which thousands
of officers owe a registration, over the fake of Telegram, and gets SIGKILL at random instants; it is started again
at once. At the end nobody has two messages, and everybody has one but for those whose row says `unknown`: a
reminder that may have arrived is not sent again.

Measured with 5,000 people and 20 kills at six times Telegram's pace, one run each: nobody had two; on SQLite 4,392
had one and 608 none, with 761 rows unknown; on PostgreSQL, two processes, 4,383 and 617, with 769. What a process
has in hand is a quarter of a second's worth: 38 messages a kill here, 8 at the true pace.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import datetime as dt
import json
import random
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).parents[1]))  # as a script it is started from anywhere

from sqlalchemy import insert, select

from benchmarks import world
from benchmarks.world import ROOT, ZONE
from bot.send_gates import LEASE
from movement import cycles, guidelines, units
from storage.channel_tables import outbox
from storage.database import open_database
from storage.migrate import upgrade
from storage.people_tables import address, conversation, digest_choice, person, role
from storage.reminder_tables import reminder
from storage.unit_tables import unit
from tests.fakes.telegram_server import TOKEN, TelegramServer

if TYPE_CHECKING:
    from collections.abc import Mapping

    from storage.session import Session

DAY = dt.date(2027, 3, 9)
LIFE = 0.6  # seconds: the longest from being up to being killed
EVERY = 0.5  # seconds between looks for what is due
PATIENCE = 120.0  # seconds for the rest to be sent in peace
QUIET = 3.0  # seconds after which nothing more comes


@dataclass
class Report:
    """What happened: how many messages how many people got, how rows ended, what is wrong."""

    kills: int = 0
    seconds: float = 0.0
    got: Counter[int] = field(default_factory=Counter)  # messages of one person → people
    states: Counter[str] = field(default_factory=Counter)
    reminders: Counter[str] = field(default_factory=Counter)
    problems: list[str] = field(default_factory=list)


def fill(session: Session, people: int) -> None:
    """A province with so many grassroots unions, each with an officer who has registered nothing."""
    now = dt.datetime.combine(DAY, dt.time(7), ZONE)
    root = units.add(session, "federation_province", "Liên đoàn Lao động tỉnh", "LĐLĐ", None)
    cycles.begin(session, root.id, DAY.year, guidelines.default().id)
    numbers = range(1, people + 1)
    home = {"kind": "grassroots_union", "parent_id": root.id, "folded": ""}
    session.execute(
        insert(unit),
        [{**home, "id": n + 1, "name": f"Công đoàn cơ sở {n}", "path": f"{root.path}{n + 1}/"} for n in numbers],
    )
    agreed = {"created_at": now, "consent_version": "1"}
    session.execute(insert(person), [{**agreed, "id": n, "name": f"Người {n}"} for n in numbers])
    session.execute(
        insert(role),
        [{"person_id": n, "unit_id": n + 1, "role": "unit_officer", "since": now} for n in numbers],
    )
    never = {"every": "never", "hour": 8, "weekday": 0, "chosen": True}  # digests, which are reminders as well
    session.execute(insert(digest_choice), [{**never, "person_id": n} for n in numbers])
    at = {"channel": "telegram", "account": TOKEN.partition(":")[0], "created_at": now}
    session.execute(insert(address), [{**at, "person_id": n, "chat": str(n)} for n in numbers])
    session.execute(insert(conversation), [{"person_id": n, "memory": {}, "updated_at": now} for n in numbers])


async def run(people: int, kills: int, url: str, processes: int, seed: int, speed: float = 6) -> Report:
    """Let it happen on a database that is prepared, and judge it."""
    began, report = time.monotonic(), Report()
    async with TelegramServer(patience=0.02) as server:
        for number in range(1, people + 1):
            server.person(number)
        with tempfile.TemporaryDirectory(prefix="kheo-kills-") as place:
            bots = [Bot(url, Path(place) / str(n), server.url, speed) for n in range(processes)]
            try:
                await _drama(report, bots, server, people, kills, random.Random(seed))
            finally:
                for bot in bots:
                    bot.end()
        await _judge(report, url, server, people)
    report.seconds = time.monotonic() - began
    return report


class Bot:
    """One process of the program, started as often as it is killed."""

    def __init__(self, url: str, folder: Path, telegram: str, speed: float) -> None:
        folder.mkdir()
        self._speed = speed
        self.port = world.free_port()
        made = world.settings(url, folder, self.port, telegram)
        made |= {"TELEGRAM_TOKEN": TOKEN, "DEMO_TODAY": DAY.isoformat(), "SECRET_KEY": "k" * 40}
        self._environment: Mapping[str, str] = made | {"PYTHONPATH": str(ROOT)}
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it; it is up some time later."""
        command = [sys.executable, "benchmarks/fan_out_bot.py", str(self._speed), str(LEASE), str(EVERY)]
        self._process = subprocess.Popen(
            command, env=self._environment, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )

    def kill(self) -> None:
        """SIGKILL, and no goodbye."""
        if self._process is not None:
            self._process.send_signal(signal.SIGKILL)
            self._process.wait()

    def end(self) -> None:
        """End it, whatever it does."""
        with contextlib.suppress(ProcessLookupError):
            self.kill()


async def _drama(
    report: Report, bots: list[Bot], server: TelegramServer, people: int, kills: int, chance: random.Random
) -> None:
    for bot in bots:
        bot.start()
    for number in range(kills):
        bot = bots[number % len(bots)]
        await asyncio.to_thread(world.wait_until_up, bot.port)
        # Deaths are spread over the sending: the later ones find something to interrupt, too.
        await _until_sent(server, people * number // (kills + 1), PATIENCE)
        await asyncio.sleep(chance.uniform(0, LIFE))
        bot.kill()
        report.kills += 1
        bot.start()
    for bot in bots:
        await asyncio.to_thread(world.wait_until_up, bot.port)
    until = time.monotonic() + PATIENCE
    sent, quiet_since = -1, time.monotonic()
    while time.monotonic() < until and time.monotonic() - quiet_since < QUIET:
        await asyncio.sleep(0.2)
        now = _count(server)
        if now != sent or await asyncio.to_thread(_waits, bots[0].port):
            sent, quiet_since = now, time.monotonic()


def _waits(port: int) -> bool:
    """Whether anything is still to be sent, as the program says."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5) as answer:
        return bool(json.load(answer)["waiting"])


async def _until_sent(server: TelegramServer, many: int, seconds: float) -> None:
    """Wait until so many messages have arrived; whatever was lost with a process does not come."""
    until, last, since = time.monotonic() + seconds, -1, time.monotonic()
    while (sent := _count(server)) < many and time.monotonic() < until:
        if sent != last:
            last, since = sent, time.monotonic()
        elif time.monotonic() - since > 4 * LIFE:
            return
        await asyncio.sleep(0.05)


def _count(server: TelegramServer) -> int:
    return sum(len(chat.sent) for chat in server.state.chats.values())


def prepare(url: str, people: int) -> None:
    """Make the tables and whoever is to be reminded."""
    upgrade(url)
    database = open_database(url)
    database.write_now(fill, people)
    asyncio.run(database.close())


async def _judge(report: Report, url: str, server: TelegramServer, people: int) -> None:
    database = open_database(url)
    query = select(address.c.chat, outbox.c.state).join(outbox, outbox.c.address_id == address.c.id)
    rows = await database.read(lambda session: session.rows(query.where(outbox.c.kind == "reminder")))
    states = await database.read(lambda session: session.rows(select(reminder.c.state, reminder.c.days_before)))
    await database.close()
    report.states = Counter(row.state for row in rows)
    report.reminders = Counter(row.state for row in states if row.days_before == 1)
    of_person: dict[int, list[str]] = {}
    for row in rows:
        of_person.setdefault(int(row.chat), []).append(row.state)
    for number in range(1, people + 1):
        got = len(server.state.chats[number].sent)
        report.got[got] += 1
        told = of_person.get(number, [])
        if got > 1:
            report.problems.append(f"{number} got {got} messages: {told}")
        if got == 0 and told != ["unknown"]:
            report.problems.append(f"{number} got nothing: {told}")
        if len(told) != 1:
            report.problems.append(f"{number} has {len(told)} rows")
    if report.reminders != Counter(queued=people):
        report.problems.append(f"reminders stand {dict(report.reminders)}")


def main() -> None:
    """Read the command line, let it happen, say what happened."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--people", type=int, default=5000)
    parser.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    parser.add_argument("--speed", type=float, default=6, help="times Telegram's pace")
    parser.add_argument("--seed", type=int, default=7)
    asked = parser.parse_args()
    processes = 1 if asked.database == "sqlite" else 2
    with tempfile.TemporaryDirectory() as place, world.database(asked.database, Path(place)) as url:
        prepare(url, asked.people)
        report = asyncio.run(run(asked.people, asked.kills, url, processes, asked.seed, asked.speed))
    print(f"{report.kills} kills in {report.seconds:.0f} s; messages → people: {dict(sorted(report.got.items()))}")
    print(f"rows: {dict(report.states)}; reminders: {dict(report.reminders)}")
    for problem in report.problems[:20]:
        print("PROBLEM", problem)
    sys.exit(bool(report.problems))


if __name__ == "__main__":
    main()
