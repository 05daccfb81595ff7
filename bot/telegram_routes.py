"""Telegram's way in: the webhook, and polling where there is none. Reading updates is the channel's business."""

from __future__ import annotations

import asyncio
import itertools
import json
from typing import TYPE_CHECKING

import structlog
from aiohttp import web

from bot.channels import telegram_parse
from bot.channels.base import TryLater

if TYPE_CHECKING:
    from typing import Any

    from bot.channels.base import Inbound
    from bot.channels.telegram import Telegram
    from bot.intake import Intake

MOST_BODY = 1024 * 1024
PAUSE = 2.0  # seconds before a message that could not be taken is taken again
MOST_TRIES = 4  # of fetching a file: everybody else's messages wait meanwhile

_log = structlog.get_logger()


class TelegramRoutes:
    """Takes updates of one bot, posted or polled."""

    def __init__(self, telegram: Telegram, intake: Intake, secret: str) -> None:
        self._telegram, self._intake, self._secret = telegram, intake, secret
        self._acknowledging: set[asyncio.Task[None]] = set()

    def add_to(self, app: web.Application) -> None:
        """Add the webhook's route."""
        app.router.add_post("/telegram", self.webhook)

    async def webhook(self, request: web.Request) -> web.Response:
        """Take one update: 403 forged, 413 too large, 400 not an update, 503 not now, 200 taken for good."""
        if not telegram_parse.verify(request.headers, self._secret):
            raise web.HTTPForbidden
        if (request.content_length or 0) > MOST_BODY:
            raise web.HTTPRequestEntityTooLarge(MOST_BODY, request.content_length or 0)
        try:
            inbound = telegram_parse.parse(json.loads(await request.read()), self._telegram.account)
        except (ValueError, RecursionError):  # brackets without end
            raise web.HTTPBadRequest from None
        if inbound is not None:
            try:
                await self._take(inbound)
            except TryLater as later:
                raise web.HTTPServiceUnavailable(headers={"Retry-After": str(max(1, int(later.after)))}) from None
        return web.Response()

    async def poll(self) -> None:
        """Take batch after batch; a batch is confirmed only when all of it was taken."""
        async for batch in self._telegram.updates():
            chats: dict[str, list[Inbound]] = {}
            for update in batch:
                inbound = self._read(update)
                if inbound is not None:
                    chats.setdefault(inbound.chat, []).append(inbound)
            await asyncio.gather(*map(self._take_all, chats.values()))

    def _read(self, update: dict[str, Any]) -> Inbound | None:
        try:
            return telegram_parse.parse(update, self._telegram.account)
        except ValueError:
            _log.warning("update_not_understood")
            return None

    async def _take_all(self, of_one_chat: list[Inbound]) -> None:
        """Take polled messages for good, each before the next: one that must be tried again is not overtaken."""
        for inbound in of_one_chat:
            for tries in itertools.count(1):
                try:
                    await self._take(inbound, last_try=tries >= MOST_TRIES)
                    break
                except TryLater as later:
                    await asyncio.sleep(later.after or PAUSE)

    async def _take(self, inbound: Inbound, *, last_try: bool = False) -> None:
        """Tell Telegram first that a tap was seen, then take the message."""
        if inbound.reply_id:
            task = asyncio.create_task(self._telegram.acknowledge(inbound, ""))
            self._acknowledging.add(task)
            task.add_done_callback(self._acknowledging.discard)
        await self._intake.take(inbound, last_try=last_try)
