"""Zalo Bot's way in: the webhook, and polling where there is none. Reading events is the channel's business."""

from __future__ import annotations

import asyncio
import itertools
import json
from collections import Counter
from typing import TYPE_CHECKING

import structlog
from aiohttp import web

from bot.channels import zalo_bot_parse
from bot.channels.base import TryLater

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from bot.channels.base import Inbound
    from bot.channels.zalo_bot import ZaloBot
    from bot.intake import Intake

PATH = "/zalo/bot"
MOST_BODY = 256 * 1024  # bytes
ANSWERED_WITHIN = 1.0  # seconds that Zalo waits for a photo to be fetched, which then goes on behind
COMMITTED_WITHIN = 5.0  # seconds that it waits for words: they are taken for good before it hears so
MOST_BEHIND = 1000  # messages under way in all; more are left to Zalo
PAUSE = 2.0  # seconds before a message that could not be taken is taken again
MOST_TRIES = 4

_log = structlog.get_logger()


class ZaloBotRoutes:
    """Takes events of our bots, posted or polled. Whether Zalo sends again what we did not take is not known."""

    def __init__(self, bots: Mapping[str, ZaloBot], intake: Intake, secret: str) -> None:
        self._bots, self._intake, self._secret = bots, intake, secret
        self._last: dict[tuple[str, str], asyncio.Task[None]] = {}  # of each chat, what it was last busy with
        self._photos: Counter[tuple[str, str]] = Counter()  # of each chat, those under way
        self._refused: set[tuple[str, str]] = set()  # chats whose message was not taken at the first try

    def add_to(self, app: web.Application) -> None:
        """Add the webhooks: of the first bot, and of each by its account."""
        app.router.add_post(PATH, self.webhook)
        app.router.add_post(PATH + "/{account}", self.webhook)

    async def webhook(self, request: web.Request) -> web.Response:
        """Take one event: 403 forged, 404 no such bot, 413 too large, 400 no event, 503 not now, 200 taken."""
        if not request.can_read_body:
            return web.Response()  # how Zalo looks whether somebody is there; with the secret or not, nobody knows
        if not zalo_bot_parse.verify(request.headers, self._secret):
            raise web.HTTPForbidden
        account = request.match_info.get("account") or next(iter(self._bots))
        if account not in self._bots:
            raise web.HTTPNotFound
        if (request.content_length or 0) > MOST_BODY:
            raise web.HTTPRequestEntityTooLarge(MOST_BODY, request.content_length or 0)
        body = await request.read()
        if not body.strip():
            return web.Response()
        try:
            inbound = self._read(json.loads(body), account)
        except (ValueError, RecursionError):  # brackets without end
            raise web.HTTPBadRequest from None
        if inbound is not None and not await self._is_taken(inbound):
            raise web.HTTPServiceUnavailable(headers={"Retry-After": "5"})
        return web.Response()

    async def poll(self, bot: ZaloBot) -> None:
        """Take event after event; one person's photo keeps nobody else waiting."""
        async for event in bot.events():
            try:
                inbound = self._read(event, bot.account)
            except ValueError:
                _log.warning("zalo_event_not_understood", kind=zalo_bot_parse.kind_of(event))
                continue
            if inbound is not None:
                await asyncio.wait([self._behind(inbound)], timeout=ANSWERED_WITHIN)

    async def settled(self) -> None:
        """Wait until everything that was begun is taken, or given up."""
        while self._last:
            await asyncio.gather(*self._last.values())

    def _read(self, event: Any, account: str) -> Inbound | None:
        inbound = zalo_bot_parse.parse(event, account)
        if inbound is None or inbound.unsupported == "other":
            _log.info("zalo_event_without_words", kind=zalo_bot_parse.kind_of(event))
        return inbound

    async def _is_taken(self, inbound: Inbound) -> bool:
        """Whether it is taken; or is a photo, or behind one, and under way without trouble."""
        if len(self._last) >= MOST_BEHIND:
            return False
        where = (inbound.account, inbound.chat)
        task = self._behind(inbound)
        is_slow = self._photos[where] > 0
        await asyncio.wait([task], timeout=ANSWERED_WITHIN if is_slow else COMMITTED_WITHIN)
        return task.done() or (is_slow and where not in self._refused)

    def _behind(self, inbound: Inbound) -> asyncio.Task[None]:
        """Take it after what its chat said before."""
        where = (inbound.account, inbound.chat)
        self._photos[where] += bool(inbound.files)
        task = asyncio.create_task(self._take(inbound, self._last.get(where)))
        self._last[where] = task
        task.add_done_callback(lambda done: self._forget(where, done))
        return task

    def _forget(self, where: tuple[str, str], done: asyncio.Task[None]) -> None:
        if self._last.get(where) is done:
            del self._last[where], self._photos[where]

    async def _take(self, inbound: Inbound, before: asyncio.Task[None] | None) -> None:
        """Take it for good, as often as it takes: nobody else may come with it again."""
        if before is not None:
            await asyncio.wait([before])
        where = (inbound.account, inbound.chat)
        for tries in itertools.count(1):
            try:
                await self._intake.take(inbound, last_try=tries >= MOST_TRIES)
                break
            except TryLater as later:
                self._refused.add(where)
                await asyncio.sleep(later.after or PAUSE)
        self._refused.discard(where)
        self._photos[where] -= bool(inbound.files)
