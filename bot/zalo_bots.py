"""Our bots on Zalo in one process: built from settings, announced, polled by one process only."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import structlog

from bot.channels.base import Refused, TryLater
from bot.channels.zalo_bot import Webhook, ZaloBot
from bot.settings import parted
from bot.zalo_bot_routes import PATH, ZaloBotRoutes
from movement import quota
from movement.quota import Limit

if TYPE_CHECKING:
    from collections.abc import Coroutine

    from aiohttp import web

    from bot.intake import Intake
    from bot.settings import Settings
    from storage.database import Database

RETRY_START = 30.0  # seconds between attempts to reach Zalo when it is down at the start

_log = structlog.get_logger()


class ZaloBots:
    """All bots of the settings; more than one where a bot's users or messages are not enough."""

    def __init__(self, settings: Settings) -> None:
        secret = settings.zalo_bot_webhook_secret
        self._secret = secret.get_secret_value() if secret else ""
        self._webhook = f"{settings.address}{PATH}" if settings.zalo_bot_mode == "webhook" else ""
        tokens = parted(settings.zalo_bot_token.get_secret_value()) if settings.zalo_bot_token else []
        bots = [ZaloBot(token, api_url=settings.zalo_bot_api_url) for token in tokens]
        self.bots = {bot.account: bot for bot in bots}
        limit = Limit(settings.zalo_bot_monthly_limit, settings.zalo_bot_user_limit)
        quota.use({(bot.name, bot.account): limit for bot in bots})
        self._routes: ZaloBotRoutes | None = None

    def use(self, intake: Intake) -> None:
        """Say who takes what comes in."""
        self._routes = ZaloBotRoutes(self.bots, intake, self._secret)

    def add_to(self, app: web.Application) -> None:
        """Add the webhooks' routes, where there is a secret that guards them."""
        if self._routes and self._secret and self.bots:
            self._routes.add_to(app)

    def running(self, database: Database) -> list[Coroutine[None, None, None]]:
        """What runs for each bot, until cancelled."""
        return [self._run(bot, database) for bot in self.bots.values()]

    async def stop(self) -> None:
        """Close the connections."""
        for bot in self.bots.values():
            await bot.stop()

    async def _run(self, bot: ZaloBot, database: Database) -> None:
        if self._webhook:
            await self._announced(bot, Webhook(self._url(bot), self._secret))
            return
        # Two processes that poll would each get some of the messages; the lock ends with its process.
        async with database.in_order(f"poll:{bot.name}:{bot.account}", across_processes=True):
            if await self._announced(bot, None) and self._routes:
                await self._routes.poll(bot)

    async def _announced(self, bot: ZaloBot, webhook: Webhook | None) -> bool:
        """Announce ourselves, as often as it takes; whether Zalo takes the token and the URL."""
        while True:
            try:
                wrong = await bot.start(webhook)
            except TryLater as later:
                _log.warning("zalo_bot_not_reached", account=bot.account, why=str(later))
                await asyncio.sleep(later.after or RETRY_START)
            except Refused as refused:
                _log.error("zalo_bot_refused", account=bot.account, why=str(refused))
                return False
            else:
                if wrong:
                    _log.warning("zalo_bot_webhook_not_verified", account=bot.account, outcome=wrong)
                return True

    def _url(self, bot: ZaloBot) -> str:
        """A URL of its own for each bot, as soon as there are several: an event does not say whose it is."""
        return self._webhook if len(self.bots) == 1 else f"{self._webhook}/{bot.account}"
