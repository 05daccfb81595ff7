"""How Zalo hands events to a bot. What nobody knows is chosen the harder way, and can be made harder by order.

Posted: one event a request, again until it is taken. Polled: one event a call, forgotten once it was given; an
empty wait is HTTP 200 with code 408. With a webhook set polling finds nothing.
"""

from __future__ import annotations

import asyncio
import itertools
from collections import Counter, defaultdict, deque
from typing import Any

import aiohttp

_ANSWER = 10  # seconds that a webhook's answer is waited for


class Delivery:
    """All waiting events of one bot.

    `repeats`: how often an event comes again after it was taken. `reorder`: of so many that wait, the last comes
    first. `instead` is posted to in place of the webhook's address, which must be https. `wrapped`: as documented.
    """

    def __init__(self, patience: float = 1.0) -> None:
        self.patience = patience
        self.repeats = 0
        self.reorder = 1
        self.wrapped = False
        self.instead = ""
        self.url, self.secret = "", ""  # of the webhook
        self.delivered: Counter[str] = Counter()  # posts that were answered 2xx, by message
        self.statuses: Counter[int] = Counter()  # of all posts; 0: no answer
        self.polled: list[str] = []  # events given to a poll
        self._numbers = itertools.count(1)
        self._queues: defaultdict[str, deque[dict[str, Any]]] = defaultdict(deque)  # by chat
        self._workers: dict[str, asyncio.Task[None]] = {}
        self._news = asyncio.Event()
        self._session: aiohttp.ClientSession | None = None

    def number(self) -> int:
        """A new number, for a message's id."""
        return next(self._numbers)

    def add(self, event: dict[str, Any]) -> None:
        """Put an event into the queue of its chat."""
        chat = ((event.get("message") or {}).get("chat") or {}).get("id", "")
        self._queues[chat].append(event)
        self._news.set()
        self._work(chat)

    def set_webhook(self, url: str, secret: str) -> None:
        """Post to this address from now on, what waits included; "": let the bot poll."""
        self.url, self.secret = url, secret
        for chat in list(self._queues):
            self._work(chat)

    async def probe(self) -> int:
        """What setWebhook does at once: a request without a body; the status, or 0."""
        return await self._post_raw(b"", {})

    async def poll(self, seconds: float) -> dict[str, Any] | None:
        """The oldest event, or None after so many seconds; always None beside a webhook."""
        try:
            async with asyncio.timeout(seconds * self.patience):
                while self.url or not any(self._queues.values()):
                    self._news.clear()
                    await self._news.wait()
        except TimeoutError:
            return None
        queue = next(each for each in self._queues.values() if each)
        event = queue.popleft()
        self.polled.append((event.get("message") or {}).get("message_id", ""))
        return event

    async def settled(self, seconds: float = 10) -> None:
        """Wait until every event was taken."""
        async with asyncio.timeout(seconds):
            while self._workers or any(self._queues.values()):
                await asyncio.gather(*self._workers.values())
                await asyncio.sleep(0.001)

    async def close(self) -> None:
        """End all deliveries."""
        for worker in self._workers.values():
            worker.cancel()
        await asyncio.gather(*self._workers.values(), return_exceptions=True)
        if self._session:
            await self._session.close()

    async def post(self, event: dict[str, Any], secret: str | None = None) -> int:
        """Post one event and give the status; 0 where nobody answered."""
        body = {"ok": True, "result": event} if self.wrapped else event
        return await self._post_raw(None, body, secret)

    def _work(self, chat: str) -> None:
        if self.url and chat not in self._workers:
            self._workers[chat] = asyncio.create_task(self._deliver(chat))

    async def _deliver(self, chat: str) -> None:
        queue = self._queues[chat]
        try:
            await asyncio.sleep(0)  # what is written in one breath can be put in another order
            while self.url and queue:
                if len(queue) >= self.reorder > 1:
                    queue.insert(0, queue[self.reorder - 1])
                    del queue[self.reorder]
                await self._until_taken(queue[0])
                queue.popleft()
        finally:
            del self._workers[chat]

    async def _until_taken(self, event: dict[str, Any]) -> None:
        for tries in itertools.count():
            if 200 <= await self.post(event) < 300:
                break
            await asyncio.sleep(min(2.0**tries, 60) * self.patience)
        self.delivered[(event.get("message") or {}).get("message_id", "")] += 1
        for _ in range(self.repeats):
            await self.post(event)

    async def _post_raw(self, data: bytes | None, body: dict[str, Any], secret: str | None = None) -> int:
        self._session = self._session or aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0))
        headers = {
            "X-Bot-Api-Secret-Token": self.secret if secret is None else secret,
            "User-Agent": "Java/1.8.0_192",
        }
        timeout = aiohttp.ClientTimeout(total=_ANSWER)
        given: dict[str, Any] = {"data": data} if data is not None else {"json": body}
        try:
            async with self._session.post(
                self.instead or self.url, headers=headers, timeout=timeout, **given
            ) as answer:
                await answer.read()
                status = answer.status
        except (aiohttp.ClientError, OSError):
            status = 0
        self.statuses[status] += 1
        return status
