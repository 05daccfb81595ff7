"""How Telegram hands updates to a bot: a queue per chat and one per tapping person, at least once.

The rules are those of Telegram's own Bot API server: within a queue one delivery at a time, in order; queues
beside each other up to `max_connections`; any 2xx is the end of it; else again at once, then after 2, 4, 8 … s.
"""

from __future__ import annotations

import asyncio
import itertools
import random
import time
from collections import Counter, defaultdict, deque
from dataclasses import dataclass
from typing import Any

import aiohttp

_LIFETIME = {"message": 86_400, "callback_query": 150, "my_chat_member": 86_400}  # seconds
_ANSWER = 60  # seconds that a webhook's answer is waited for


class Conflict(Exception):  # noqa: N818 - the name of Telegram's answer
    """Two ways to get updates at once."""


@dataclass(frozen=True)
class Webhook:
    """What setWebhook was told."""

    url: str
    secret: str
    max_connections: int


@dataclass(frozen=True)
class Update:
    """One update that waits for its delivery."""

    payload: dict[str, Any]
    queue: tuple[str, int]
    expires: float

    @property
    def id(self) -> int:
        """Its update_id."""
        number: int = self.payload["update_id"]
        return number


class Delivery:
    """All waiting updates of one bot.

    `patience` shortens the pauses between tries; `repeats` is how often an update comes again after it was
    taken, as when Telegram did not see the answer. `instead` is posted to in place of the webhook's address, which
    must be https.
    """

    def __init__(self, patience: float = 1.0) -> None:
        self.patience = patience
        self.repeats = 0
        self.instead = ""
        self.pending: dict[int, Update] = {}
        self.delivered: Counter[int] = Counter()  # posts that were answered 2xx, by update
        self.statuses: Counter[int] = Counter()  # of all posts; 0: no answer
        self.allowed: tuple[str, ...] = ()  # none: all kinds
        self.webhook: Webhook | None = None
        self._ids = itertools.count(random.randrange(10_000_000, 900_000_000))
        self._queues: defaultdict[tuple[str, int], deque[Update]] = defaultdict(deque)
        self._workers: dict[tuple[str, int], asyncio.Task[None]] = {}
        self._news = asyncio.Event()
        self._poll: asyncio.Event | None = None
        self._slots = asyncio.Semaphore(40)
        self._session: aiohttp.ClientSession | None = None

    def add(self, kind: str, content: dict[str, Any], person: int) -> int:
        """Put an update into its queue and return its id; 0 if the bot did not ask for this kind."""
        if self.allowed and kind not in self.allowed:
            return 0
        number = next(self._ids)
        payload = {"update_id": number, kind: content}
        update = Update(payload, (kind, person), time.monotonic() + _LIFETIME[kind])
        self.pending[number] = update
        self._queues[update.queue].append(update)
        self._news.set()
        self._work(update.queue)
        return number

    def set_webhook(self, webhook: Webhook | None) -> None:
        """Post to this address from now on, what waits included; None: let the bot poll."""
        self.webhook = webhook
        if webhook:
            self._slots = asyncio.Semaphore(webhook.max_connections)
            for update in list(self.pending.values()):
                self._work(update.queue)

    async def settled(self, seconds: float = 10) -> None:
        """Wait until every update was taken."""
        async with asyncio.timeout(seconds):
            while self.pending or self._workers:
                await asyncio.gather(*self._workers.values())
                await asyncio.sleep(0.001)  # with polling only the bot's next question tells

    async def close(self) -> None:
        """End all deliveries."""
        for worker in self._workers.values():
            worker.cancel()
        await asyncio.gather(*self._workers.values(), return_exceptions=True)
        if self._session:
            await self._session.close()

    async def poll(self, offset: int, limit: int, seconds: float) -> list[dict[str, Any]]:
        """Answer getUpdates; raise Conflict beside a webhook, or in the earlier of two polls."""
        if self.webhook:
            message = "can't use getUpdates method while webhook is active; use deleteWebhook first"
            raise Conflict(message)
        if self._poll:
            self._poll.set()  # the earlier poll ends
        mine = self._poll = asyncio.Event()
        for number in [number for number in self.pending if number < offset]:
            self.delivered[number] += 1
            del self.pending[number]
        try:
            await self._wait_for_news(mine, seconds)
        finally:
            if self._poll is mine:
                self._poll = None
        return [update.payload for update in itertools.islice(self.pending.values(), limit)]

    async def _wait_for_news(self, mine: asyncio.Event, seconds: float) -> None:
        until = time.monotonic() + min(seconds, 50)
        while not self.pending and (left := until - time.monotonic()) > 0:
            self._news.clear()
            waiting = [asyncio.ensure_future(event.wait()) for event in (self._news, mine)]
            try:
                await asyncio.wait(waiting, timeout=left, return_when=asyncio.FIRST_COMPLETED)
            finally:  # also when the one who asked has died
                for each in waiting:
                    each.cancel()
            if mine.is_set():
                message = "terminated by other getUpdates request; make sure that only one bot instance is running"
                raise Conflict(message)

    def _work(self, queue: tuple[str, int]) -> None:
        if self.webhook and queue not in self._workers:
            self._workers[queue] = asyncio.create_task(self._deliver(queue))

    async def _deliver(self, queue: tuple[str, int]) -> None:
        try:
            while self.webhook and (update := self._next(queue)):
                await self._until_taken(update)
        finally:
            del self._workers[queue]

    def _next(self, queue: tuple[str, int]) -> Update | None:
        waiting = self._queues[queue]
        while waiting and waiting[0].id not in self.pending:  # taken by a poll, or too old
            waiting.popleft()
        return waiting[0] if waiting else None

    async def _until_taken(self, update: Update) -> None:
        for tries in itertools.count():
            if not self.webhook or time.monotonic() > update.expires:
                break
            async with self._slots:
                status, retry_after = await self._post(self.webhook, update)
            if 200 <= status < 300:
                self.delivered[update.id] += 1
                for _ in range(self.repeats):
                    await self._post(self.webhook, update)
                break
            pause = retry_after or (0 if not tries else min(2.0**tries, random.uniform(60, 120)))
            await asyncio.sleep(pause * self.patience)
        if self.webhook:
            del self.pending[update.id]

    async def _post(self, webhook: Webhook, update: Update) -> tuple[int, float]:
        self._session = self._session or aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0))
        headers = {"X-Telegram-Bot-Api-Secret-Token": webhook.secret} if webhook.secret else {}
        timeout = aiohttp.ClientTimeout(total=_ANSWER)
        url = self.instead or webhook.url
        posting = self._session.post(url, json=update.payload, headers=headers, timeout=timeout)
        try:
            async with posting as answer:
                await answer.read()
                status, retry_after = answer.status, float(answer.headers.get("Retry-After", 0))
        except (aiohttp.ClientError, OSError):
            status, retry_after = 0, 0.0
        self.statuses[status] += 1
        return status, retry_after
