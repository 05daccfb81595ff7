"""People who talk to a bot through its webhook as fast as it answers, and how long each answer took.

Each person has a connection of their own and sends the next message when the answer to the last one has
arrived at the API, and never before.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from benchmarks.fast_api import FastApi, split

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

SECRET = "benchmark-secret"
PATIENCE = 30.0  # seconds for one answer, before a measurement is given up


@dataclass(slots=True)
class Measured:
    """What a crowd lived through."""

    latencies: list[float] = field(default_factory=list)  # seconds, from the post to the arrival of the answer
    posts: list[float] = field(default_factory=list)  # seconds, from the post to the webhook's 200
    seconds: float = 0.0

    @property
    def rate(self) -> float:
        """Turns a second."""
        return len(self.latencies) / self.seconds

    def percentile(self, hundredths: int) -> float:
        """The latency in milliseconds that so many of a hundred turns stay under."""
        return _percentile(self.latencies, hundredths)

    def webhook(self, hundredths: int) -> float:
        """The milliseconds that so many of a hundred posts stay under."""
        return _percentile(self.posts, hundredths)


def _percentile(seconds: list[float], hundredths: int) -> float:
    ordered = sorted(seconds)
    return 1000 * ordered[min(len(ordered) - 1, len(ordered) * hundredths // 100)]


class Crowd:
    """People 1…n, the API they see the bot through, and the way to its webhook."""

    head = f"POST /telegram HTTP/1.1\r\nX-Telegram-Bot-Api-Secret-Token: {SECRET}\r\n"

    def __init__(self, people: int, first_update: int = 1, pace: float = 0) -> None:
        """`pace`: the least seconds between two messages of one person."""
        self.people = range(1, people + 1)
        self._pace = pace
        self.api = FastApi(self._arrived)
        self._updates = itertools.count(first_update)
        self._answers: dict[int, asyncio.Future[str]] = {}
        self._lines: dict[int, _Line] = {}

    async def connect(self, port: int) -> None:
        """Open a connection to the bot for everybody."""
        loop = asyncio.get_running_loop()
        for person in self.people:
            _, self._lines[person] = await loop.create_connection(lambda: _Line(self.head), "127.0.0.1", port)

    def close(self) -> None:
        """Hang up."""
        for line in self._lines.values():
            line.transport.close()

    async def talk(self, said: Callable[[int], Iterable[str]], seconds: float) -> Measured:
        """Let everybody say their texts, for so many seconds at the most; nobody stops half-way of a turn."""
        measured = Measured()
        until = time.perf_counter() + seconds
        begun = time.perf_counter()
        await asyncio.gather(*(self._say_all(person, said(person), until, measured) for person in self.people))
        measured.seconds = time.perf_counter() - begun
        return measured

    async def _say_all(self, person: int, texts: Iterable[str], until: float, measured: Measured) -> None:
        await asyncio.sleep(self._pace * person / len(self.people))  # not all in the same instant
        for text in texts:
            begun = time.perf_counter()
            if begun > until:
                return
            answer = self._answers[person] = asyncio.get_running_loop().create_future()
            async with asyncio.timeout(PATIENCE):
                await self._lines[person].post(self._update(person, text))
                measured.posts.append(time.perf_counter() - begun)
                await answer
            measured.latencies.append(time.perf_counter() - begun)
            if (left := self._pace - measured.latencies[-1]) > 0:
                await asyncio.sleep(left)

    def _update(self, person: int, text: str) -> bytes:
        user = {"id": person, "is_bot": False, "first_name": f"Người {person}", "language_code": "vi"}
        message = {
            "message_id": 1,
            "date": 1_800_000_000,
            "chat": {"id": person, "type": "private", "first_name": user["first_name"]},
            "from": user,
            "text": text,
        }
        return json.dumps({"update_id": next(self._updates), "message": message}).encode()

    def _arrived(self, person: int, text: str) -> None:
        answer = self._answers.get(person)
        if answer is not None and not answer.done():
            answer.set_result(text)


class ZaloCrowd(Crowd):
    """The same people on Zalo."""

    head = f"POST /zalo/bot HTTP/1.1\r\nX-Bot-Api-Secret-Token: {SECRET}\r\nUser-Agent: Java/1.8.0_192\r\n"

    def _update(self, person: int, text: str) -> bytes:
        who = f"{person:020}"
        message = {
            "message_id": f"{next(self._updates):020x}",
            "date": 1_800_000_000_000,
            "message_type": "CHAT_MESSAGE",
            "chat": {"id": who, "chat_type": "PRIVATE"},
            "from": {"id": who, "display_name": f"Người {person}", "is_bot": False},
            "text": text,
        }
        return json.dumps({"event_name": "message.text.received", "message": message}).encode()


class _Line(asyncio.Protocol):
    """A kept connection to the webhook, one request at a time."""

    transport: asyncio.WriteTransport

    def __init__(self, head: str) -> None:
        self._head = f"{head}Host: 127.0.0.1\r\nContent-Type: application/json\r\n"
        self._buffer = b""
        self._answered: asyncio.Future[None] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.WriteTransport)
        self.transport = transport

    async def post(self, body: bytes) -> None:
        """Post one update and wait for 200; raise RuntimeError for anything else."""
        self._answered = asyncio.get_running_loop().create_future()
        head = f"{self._head}Content-Length: {len(body)}\r\n\r\n"
        self.transport.write(head.encode() + body)
        await self._answered

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        whole = split(self._buffer)
        if whole is None or self._answered is None:
            return
        head, _, self._buffer = whole
        if head.startswith(b"HTTP/1.1 200"):
            self._answered.set_result(None)
        else:
            self._answered.set_exception(RuntimeError(head.split(b"\r\n", 1)[0].decode()))

    def connection_lost(self, exc: Exception | None) -> None:
        if self._answered is not None and not self._answered.done():
            self._answered.set_exception(exc or ConnectionResetError("the bot hung up"))
