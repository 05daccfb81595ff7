"""Where the processor's time of one turn goes, and which statements one turn sends.

    uv run benchmarks/turn_cost.py [--databases sqlite postgresql] [--turns 900]

The same turns as in `turns.py` (a registration, answers typed), one after the other in one thread, so that
nothing but the work itself is counted: processor time of this process, in microseconds a turn. Waiting for
the disk, the network or PostgreSQL's own work is not in it; threads and the HTTP server are not either (compare
the column “CPU µs/turn” of `turns.py`, which is everything).

parse: the webhook's JSON to an Inbound. statements: those of the turn and of marking what was sent. commit: of
both (the runtime commits those of many people at once). replay: the rest of the turn: router, script, questions,
memory and screens to and from JSON. render: the stored screen laid out for Telegram. send: two calls (answer, and
the question settled) over loopback.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import datetime as dt
import gc
import json
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

sys.path.insert(0, str(Path(__file__).parents[1]))  # as a script it is started from anywhere

from sqlalchemy import event
from sqlalchemy.engine import make_url

import conversations.member
import conversations.officer  # noqa: F401 - both declare what can be started
from benchmarks import world
from benchmarks.turns import joining, registering
from bot import inbox, outbox
from bot.channels import telegram_parse
from bot.channels.base import Message
from bot.channels.telegram import Telegram
from bot.channels.telegram_render import CAPABILITIES
from bot.inbox import Desk
from bot.render import render
from bot.sending import Ending
from conversations.engine.screen import Reply, Screen
from locales import speaking
from storage.session import Session

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from sqlalchemy.engine import Connection, Engine

    from conversations.engine.screen import FileRef

PARTS = ("parse", "replay", "statements", "commit", "render", "send")
ORDINARY = 4  # which message of a registration is shown with its statements: the name's answer is the fourth


@dataclass
class Cost:
    """Nanoseconds of processor time by part, and what was counted."""

    spent: dict[str, int] = field(default_factory=lambda: dict.fromkeys(PARTS, 0))
    statements: int = 0
    turns: int = 0

    def spend(self, part: str, work: Callable[[], Any]) -> Any:
        """Do the work, noting its time."""
        begun = time.process_time_ns()
        result = work()
        self.spent[part] += time.process_time_ns() - begun
        return result


class TimedSession(Session):
    """A session that notes the time of its statements, fetching included."""

    __slots__ = ("_inside", "cost")

    def __init__(self, connection: Connection, cost: Cost) -> None:
        super().__init__(connection, may_write=True)
        self.cost = cost
        self._inside = False

    def execute(self, statement: Any, parameters: Any = None) -> Any:
        """Send it."""
        return self._timed(partial(super().execute, statement, parameters))

    def rows(self, statement: Any, parameters: Any = None) -> Any:
        """Send it and fetch everything."""
        return self._timed(partial(super().rows, statement, parameters))

    def first(self, statement: Any, parameters: Any = None) -> Any:
        """Send it and fetch the first row."""
        return self._timed(partial(super().first, statement, parameters))

    def scalar(self, statement: Any, parameters: Any = None) -> Any:
        """Send it and fetch the first value."""
        return self._timed(partial(super().scalar, statement, parameters))

    def _timed(self, work: Callable[[], Any]) -> Any:
        if self._inside:  # a call of the session's own
            return work()
        self._inside = True
        try:
            return self.cost.spend("statements", work)
        finally:
            self._inside = False


def engine_of(url: str) -> Engine:
    """The engine that the runtime would use to write."""
    address = make_url(url)
    if address.get_backend_name() == "sqlite":
        from storage.sqlite import WRITING, sqlite_engine

        return sqlite_engine(address, WRITING, connections=1)
    from storage.postgres import connect_arguments, postgres_engine

    return postgres_engine(address, connect_arguments(address) | {"autocommit": False}, connections=1)


def messages(turns: int) -> Iterator[bytes]:
    """One person's updates: joining, then registrations."""
    texts = [*joining(1)]
    said = registering(1)
    texts += [next(said) for _ in range(turns)]
    user = {"id": 1, "is_bot": False, "first_name": "Người 1", "language_code": "vi"}
    chat = {"id": 1, "type": "private", "first_name": "Người 1"}
    for number, text in enumerate(texts, 1):
        message = {"message_id": 1, "date": 1_800_000_000, "chat": chat, "from": user, "text": text}
        yield json.dumps({"update_id": number, "message": message}).encode()


def one_turn(engine: Engine, desk: Desk, body: bytes, cost: Cost) -> tuple[Any, list[Message]]:
    """What the process does for one update but for the sending."""
    inbound = cost.spend("parse", lambda: telegram_parse.parse(json.loads(body), "123456"))
    now = dt.datetime.now(dt.UTC)
    before = _of_database(cost)
    begun = time.process_time_ns()
    with engine.connect() as connection:
        session = TimedSession(connection, cost)
        taken = inbox.take_turn(session, desk, inbound, Reply(text=inbound.text), now)
        cost.spend("commit", connection.commit)
        cost.statements += session.statements
    cost.spent["replay"] += time.process_time_ns() - begun - (_of_database(cost) - before)
    row = taken.outgoing[0]
    laid_out: list[Message] = cost.spend("render", lambda: _rendered(row.payload["screen"]))
    ending = Ending(row, "sent", "1", shown={"ref": "1", "place": "", "text": laid_out[-1].text})
    with engine.connect() as connection:
        session = TimedSession(connection, cost)
        outbox.finish(session, [ending])
        cost.spend("commit", connection.commit)
    cost.turns += 1
    return row, laid_out


def _of_database(cost: Cost) -> int:
    return cost.spent["statements"] + cost.spent["commit"]


def _rendered(stored: Any) -> list[Message]:
    with speaking("vi"):
        return render(Screen.from_json(stored), CAPABILITIES)


async def _unread(_file: FileRef) -> bytes:
    return b""


async def sending(shown: Iterable[list[Message]], cost: Cost, telegram: Telegram) -> None:
    """Send what the turns gave, one after the other."""
    for each in shown:
        begun = time.process_time_ns()
        for message in each:
            await telegram.send("1", message)
        await telegram.edit("1", "1", Message("Mô hình tên là gì?\n✓ Sạch"))
        cost.spent["send"] += time.process_time_ns() - begun


def statements(engine: Engine, desk: Desk, body: bytes) -> list[str]:
    """What the database is sent for one update, marking not included."""
    seen: list[str] = []
    note = lambda _c, _cursor, statement, *_rest: seen.append(" ".join(statement.split()))  # noqa: E731
    inbound = telegram_parse.parse(json.loads(body), "123456")
    assert inbound is not None
    event.listen(engine, "before_cursor_execute", note)
    with engine.connect() as connection:
        session = Session(connection, may_write=True)
        inbox.take_turn(session, desk, inbound, Reply(text=inbound.text), dt.datetime.now(dt.UTC))
        connection.commit()
    event.remove(engine, "before_cursor_execute", note)
    return [statement for statement in seen if not statement.startswith("BEGIN")]


async def _send_cost(shown: list[list[Message]], cost: Cost) -> None:
    """Processor time of sending; the peer is another process."""
    with peer() as url:
        telegram = Telegram(world.TOKEN, _unread, api_url=url)
        await telegram.start({})
        await sending(shown, cost, telegram)
        await telegram.stop()


@contextlib.contextmanager
def peer() -> Iterator[str]:
    """The address of an API that is a process of its own."""
    command = [sys.executable, str(world.ROOT / "benchmarks" / "fast_api.py")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        yield process.stdout.readline().strip()
        process.kill()


def measure(kind: str, turns: int) -> None:
    """Measure on one kind of database and print."""
    with tempfile.TemporaryDirectory(prefix="kheo-bench-") as place, world.database(kind, Path(place)) as url:
        world.prepare(url, 1)
        engine = engine_of(url)
        desk = Desk(process=1, zone=world.ZONE)
        bodies = [*messages(turns + ORDINARY)]
        measured = len(bodies) - ORDINARY
        cost, shown = Cost(), []
        for number, body in enumerate(bodies[:measured]):
            if number == 12:  # joining and the first registration warm up
                cost = Cost()
                gc.collect()
                gc.freeze()  # as the runtime does
            shown.append(one_turn(engine, desk, body, cost)[1])
        asyncio.run(_send_cost(shown[-cost.turns :], cost))
        per_turn = {part: cost.spent[part] / cost.turns / 1000 for part in PARTS}
        cells = "".join(f"{per_turn[part]:>11.0f}" for part in PARTS)
        print(f"{kind:<12}{cells}{sum(per_turn.values()):>10.0f}{cost.statements / cost.turns:>10.2f}")
        listed = [statements(engine, desk, body) for body in bodies[measured:]]
        for statement in listed[-1]:
            print(f"    {statement[:150]}")
        engine.dispose()


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(description="Where the processor's time of one turn goes.")
    parser.add_argument("--databases", nargs="+", default=["sqlite", "postgresql"])
    parser.add_argument("--turns", type=int, default=99)
    asked = parser.parse_args()
    print(f"{'µs a turn':<12}{''.join(f'{part:>11}' for part in PARTS)}{'all':>10}{'number':>10}")
    for kind in asked.databases:
        measure(kind, asked.turns)


if __name__ == "__main__":
    main()
