"""Reminders to many at once, through a Telegram that takes 30 messages a second of a bot and one of a chat.

    uv run benchmarks/fan_out.py [--reminders 5000 50000] [--scale 5] [--databases sqlite postgresql] [--people 10]

Khéo is one process, started as in operation; Telegram and the people are another, this one. `scale` is how much
faster than life the limits are, on both sides: at 5 Telegram takes 30 messages in any 0.2 s and one to a chat. One
too many is answered 429. A few people register initiatives all along, a message a second each (two calls of
the API a turn), first without and then with the fan-out; their time is not scaled.

"ratio" is the time from the first reminder's arrival to the last, by the least that is possible: all messages that
arrived in between, those to the people too, at 30 a second. "late" is when the first one came after it was due.

Measured on 2 cores, one run each, nothing else running but in the last row: no 429 and nothing twice in any run.
Asked are a ratio of 1.02, and answers in 1.5 times. Ten times life has ten times the work beside the same answers.

    reminders, scale      database     ratio    p50 without, with    p99 without, with
      5,000, 5            SQLite       1.014         4.4,  5.5            8.1,  9.4
      5,000, 5            PostgreSQL   1.014         6.3,  7.7           15.6, 18.3
     50,000, 10           PostgreSQL   1.015         5.5,  7.4            8.4, 16.9
     50,000, 10           SQLite       1.018         4.2,  6.9           15.6, 17.9
"""

from __future__ import annotations

import argparse
import asyncio
import datetime as dt
import itertools
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert

sys.path.insert(0, str(Path(__file__).parents[1]))  # as a script it is started from anywhere

from benchmarks import world
from benchmarks.load import Crowd, Measured
from benchmarks.turns import joining, registering
from conversations.engine.screen import Screen
from storage.channel_tables import outbox
from storage.database import open_database
from storage.people_tables import address, person
from tests.fakes.telegram_limits import Limits

if TYPE_CHECKING:
    from storage.session import Session

FIRST_CHAT = 1_000_000  # of those who are only reminded
TEXT = "Còn 3 ngày tới hạn đăng ký mô hình của đơn vị. Mời đồng chí gõ /dangky."
JOINED_WITHIN = 20.0  # seconds for starting the bot and for people to join
HEAD = (
    f"{'':<12}{'reminders':>10}{'scale':>7}{'seconds':>9}{'ideal':>8}{'ratio':>8}{'late':>6}{'429':>5}{'twice':>7}"
    f"{'p50 without':>13}{'with':>7}{'p99 without':>13}{'with':>7}{'ratio':>7}{'CPU %':>7}"
)


@dataclass(slots=True)
class Fan:
    """What arrived of the reminders, and when."""

    many: int
    limits: Limits
    first: float = 0.0
    last: float = 0.0
    messages: int = 0  # of all kinds, from the first reminder to the last
    before_last: int = 0
    twice: int = 0
    chats: set[int] = field(default_factory=set)
    done: asyncio.Event = field(default_factory=asyncio.Event)

    def refuse(self, method: str, values: dict[str, Any]) -> int:
        """Count a call that sends; the seconds of its 429, or 0."""
        wait = self.limits.retry_after(method, values)
        if not wait and self.first:
            self.messages += 1
        return wait

    def arrived(self, chat: int) -> None:
        """A reminder."""
        self.twice += chat in self.chats
        self.chats.add(chat)
        self.last = time.perf_counter()
        self.first = self.first or self.last
        self.before_last = self.messages
        if len(self.chats) == self.many:
            self.done.set()


def queue(session: Session, many: int, due_at: dt.datetime) -> None:
    """So many people, and a reminder for each."""
    now = dt.datetime.now(dt.UTC)
    numbers = range(FIRST_CHAT, FIRST_CHAT + many)
    session.execute(insert(person), [{"id": each, "name": f"Người {each}", "created_at": now} for each in numbers])
    account = world.TOKEN.partition(":")[0]
    by = {"channel": "telegram", "account": account, "created_at": now}
    session.execute(
        insert(address), [{"id": each, "person_id": each, "chat": str(each), **by} for each in numbers]
    )
    payload = {"screen": Screen(TEXT).to_json(), "locale": "vi"}
    said = {"kind": "reminder", "state": "waiting", "payload": payload, "due_at": due_at, "created_at": now}
    session.execute(insert(outbox), [{"address_id": each, **said} for each in numbers])


def prepare(url: str, many: int, people: int, seconds: float) -> dt.datetime:
    """Make everything that the bot finds when it starts; give when the reminders come due."""
    world.prepare(url, people)
    database = open_database(url)
    due_at = dt.datetime.now(dt.UTC) + dt.timedelta(seconds=JOINED_WITHIN + seconds + many / 4000)
    database.write_now(queue, many, due_at)
    asyncio.run(database.close())
    return due_at


class FanCrowd(Crowd):
    """People who talk, and those who are only reminded."""

    def __init__(self, people: int, fan: Fan) -> None:
        super().__init__(people, pace=1.0)
        self.fan = fan
        self.api.refuse = fan.refuse

    def _arrived(self, person: int, text: str) -> None:
        if person >= FIRST_CHAT:
            self.fan.arrived(person)
        else:
            super()._arrived(person, text)


async def measure(kind: str, many: int, scale: float, people: int, seconds: float) -> str:
    """One line of the table."""
    fan = Fan(many, Limits(30, 1 / scale, 1 / scale))
    with tempfile.TemporaryDirectory(prefix="kheo-bench-") as place, world.database(kind, Path(place)) as url:
        due_at = await asyncio.to_thread(prepare, url, many, people, seconds)
        crowd, port = FanCrowd(people, fan), world.free_port()
        async with await crowd.api.start():
            environment = world.settings(url, Path(place), port, crowd.api.url)
            with world.process(["benchmarks/fan_out_bot.py", str(scale)], environment) as bot:
                await asyncio.to_thread(world.wait_until_up, port, "/healthz")
                await crowd.connect(port)
                await crowd.talk(joining, JOINED_WITHIN)
                left = (due_at - dt.datetime.now(dt.UTC)).total_seconds()
                without = await crowd.talk(registering, left - 2)
                await asyncio.sleep(max(0.0, (due_at - dt.datetime.now(dt.UTC)).total_seconds()))
                due, cpu = time.perf_counter(), world.cpu_seconds(bot.pid)
                talking = asyncio.create_task(crowd.talk(registering, many / 30 / scale * 0.97))
                async with asyncio.timeout(60 + 2 * many / 30 / scale):
                    await fan.done.wait()
                used = (world.cpu_seconds(bot.pid) - cpu) / (fan.last - due)
                line = _line(kind, fan, scale, due, (without, await talking))
                crowd.close()
                return f"{line}{100 * used:>7.0f}"


def _line(kind: str, fan: Fan, scale: float, due: float, talks: tuple[Measured, Measured]) -> str:
    without, during = talks
    took, ideal = fan.last - fan.first, fan.before_last / 30 / scale
    slower = during.percentile(99) / without.percentile(99)
    return (
        f"{kind:<12}{fan.many:>10}{scale:>7g}{took:>9.1f}{ideal:>8.1f}{took / ideal:>8.3f}{fan.first - due:>6.1f}"
        f"{len(fan.limits.told):>5}{fan.twice:>7}{without.percentile(50):>13.1f}{during.percentile(50):>7.1f}"
        f"{without.percentile(99):>13.1f}{during.percentile(99):>7.1f}{slower:>7.2f}"
    )


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(description="Reminders to many at once, and answers meanwhile.")
    parser.add_argument("--reminders", type=int, nargs="+", default=[5000, 50000])
    parser.add_argument("--scale", type=float, default=5.0)
    parser.add_argument("--databases", nargs="+", default=["sqlite", "postgresql"])
    parser.add_argument("--people", type=int, default=10)
    parser.add_argument("--seconds", type=float, default=60.0, help="of talking without the fan-out")
    asked = parser.parse_args()
    print(HEAD)
    for many, kind in itertools.product(asked.reminders, asked.databases):
        line = asyncio.run(measure(kind, many, asked.scale, asked.people, asked.seconds))
        print(line, flush=True)


if __name__ == "__main__":
    main()
