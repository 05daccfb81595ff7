"""The Official Account in one process: its tokens, its channel and its webhook, built from settings."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import structlog

from bot.alerts import tell_administrators
from bot.arrivals import Arrivals
from bot.channels.base import TryLater
from bot.channels.zalo_oa import Account, ZaloOA
from bot.channels.zalo_oa_client import Client
from bot.channels.zalo_oa_parse import NAME, Keys
from bot.metrics import ZALO_OA_PAID
from bot.zalo_oa_routes import ZaloOARoutes
from bot.zalo_oa_tokens import OAuth, StoredTokens
from locales import _
from storage.database import Unavailable

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Awaitable, Callable

    from aiohttp import web
    from pydantic import SecretStr

    from bot.inbox import Desk
    from bot.intake import Intake
    from bot.pages import Pages
    from bot.zalo_oa_settings import ZaloOASettings
    from conversations.engine.screen import FileRef
    from storage.database import Database

LOOK_EVERY = 600.0  # seconds between looks at the token: it is renewed also where nobody writes for months

_log = structlog.get_logger()


class ZaloOAParts:
    """All of it; `use` gives it what is built later, then it can run."""

    def __init__(
        self,
        settings: ZaloOASettings,
        zone: dt.tzinfo,
        database: Database,
        read: Callable[[FileRef], Awaitable[bytes]],
        now: Callable[[], dt.datetime],
    ) -> None:
        self._settings, self._database, self._now = settings, database, now
        self._desk: Desk | None = None
        self._pages: Pages | None = None
        self._arrivals: Arrivals | None = None
        oauth = oauth_of(settings)
        self.tokens = StoredTokens(database, oauth, now, self._alert)
        client = Client(self.tokens, settings.zalo_oa_api_url)
        self.tokens.client = client
        templates = {"notice": settings.zalo_oa_template_notice, "reminder": settings.zalo_oa_template_reminder}
        account = Account(
            oauth.account,
            zone,
            may_cost=settings.zalo_oa_paid,
            templates={purpose: number for purpose, number in templates.items() if number},
        )
        self.channel = ZaloOA(account, client, read, now, _count)

    def use(self, intake: Intake, desk: Desk, pages: Pages) -> None:
        """Take what is built after the channels."""
        self._arrivals = Arrivals(self._database, intake, self._now)
        self._desk, self._pages = desk, pages

    @property
    def arrivals(self) -> Arrivals:
        """What takes the events."""
        assert self._arrivals is not None  # noqa: S101 - `use` comes before anything runs
        return self._arrivals

    def add_to(self, app: web.Application) -> None:
        """Add the webhook's route."""
        settings, oauth = self._settings, oauth_of(self._settings)
        keys = Keys(oauth.app_id, oauth.account, _secret(settings.zalo_oa_secret), oauth.app_secret)
        ZaloOARoutes(self.arrivals, keys).add_to(app)

    async def run(self) -> None:
        """Take what dead processes left, and keep the token fresh, until cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self.arrivals.run())
            group.create_task(self._keep_fresh())

    async def stop(self) -> None:
        """Close the connections; what is in hand is left to the next process."""
        self.arrivals.stop()
        await self.tokens.stop()
        await self.channel.stop()

    async def _keep_fresh(self) -> None:
        while True:
            try:
                await self.tokens.current()
            except TryLater as later:
                _log.warning("zalo_oa_no_token", why=str(later))
            await asyncio.sleep(LOOK_EVERY)

    async def _alert(self) -> None:
        """Tell the administrators, on their other channels, that a new pair of tokens is needed."""
        if self._desk is None or self._pages is None:
            return

        def text() -> str:
            return _(
                "The Zalo Official Account has stopped: Zalo does not accept its token any more. Whoever runs the "
                "server must make a new pair in the developers' console and enter it: run_bot.py zalo-oa token. "
                "Nothing is lost meanwhile."
            )

        try:
            stored = await self._database.write(tell_administrators, self._desk, self._now(), text, not_by=NAME)
        except Unavailable:  # it stands in the log
            return
        for chat, row in stored:
            self._pages.wake(chat, row)
        self._database.wake()


def _count(quota: str) -> None:
    ZALO_OA_PAID.labels(quota or "none").inc()


def oauth_of(settings: ZaloOASettings) -> OAuth:
    """As whom tokens are renewed; settings see to it that everything is there."""
    return OAuth(
        settings.zalo_oa_id or "",
        settings.zalo_oa_app_id or "",
        _secret(settings.zalo_oa_app_secret),
        settings.zalo_oa_oauth_url,
        _secret(settings.zalo_oa_refresh_token),
    )


def _secret(secret: SecretStr | None) -> str:
    return secret.get_secret_value() if secret else ""
