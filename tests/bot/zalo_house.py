"""The whole process with a fake Zalo at the other end of HTTP."""

from __future__ import annotations

import json
import socket
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import aiohttp
from aiohttp import web
from sqlalchemy import func, select

from bot.app import App
from bot.settings import Settings
from storage.channel_tables import outbox
from tests.fakes.zalo_bot_server import TOKEN, ZaloBotServer

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

SECRET = "zalo-secret-of-tests"
HEADER = "X-Bot-Api-Secret-Token"


@dataclass(frozen=True, slots=True)
class ZaloHouse:
    """A running app and what it talks to."""

    app: App
    zalo: ZaloBotServer
    address: str

    async def post(self, body: Any, secret: str = SECRET, path: str = "/zalo/bot") -> int:
        """Post this to the webhook and give the status."""
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        headers = {HEADER: secret} if secret else {}
        async with (
            aiohttp.ClientSession() as session,
            session.post(self.address + path, data=data, headers=headers) as got,
        ):
            await got.read()
            return got.status

    async def get(self, path: str) -> str:
        """Ask for a page and give it."""
        async with aiohttp.ClientSession() as session, session.get(self.address + path) as got:
            return await got.text()

    async def settled(self) -> None:
        """Wait until every event was taken, every answer sent, and every ending written."""
        if self.zalo.delivery.url:
            await self.zalo.delivery.settled()
        await self.app.outbox.settle()

    async def rows(self, *columns: Any) -> list[tuple[Any, ...]]:
        """These columns of one table, in the order of its key."""
        wanted = select(*columns).order_by(*columns[0].table.primary_key)
        return [tuple(row) for row in await self.app.database.read(lambda session: session.rows(wanted))]

    async def states(self) -> list[str]:
        """How the messages of the outbox stand."""
        return [state for (state,) in await self.rows(outbox.c.state)]

    async def count(self, table: Any) -> int:
        """How many rows a table has."""
        counting = select(func.count()).select_from(table)
        return int(await self.app.database.read(lambda session: session.scalar(counting)))


def settings(url: str, folder: Path, zalo: ZaloBotServer, **more: Any) -> Settings:
    """The settings of a process that talks English on this database."""
    given: dict[str, Any] = {
        "database_url": url,
        "data_dir": folder,
        "public_url": "https://kheo.example",
        "zalo_bot_token": TOKEN,
        "zalo_bot_api_url": zalo.url,
        "zalo_bot_mode": "webhook",
        "zalo_bot_webhook_secret": SECRET,
        "locale": "en",
        "demo": False,
    }
    return Settings(_env_file=None, **(given | more))


@asynccontextmanager
async def open_zalo_house(url: str, folder: Path, zalo: ZaloBotServer, **more: Any) -> AsyncIterator[ZaloHouse]:
    """Run an app with its web server until the block ends; Zalo delivers to it."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port = listening.getsockname()[1]
        app = App(settings(url, folder, zalo, port=port, **more))
        zalo.delivery.instead = f"http://127.0.0.1:{port}/zalo/bot"
        polls = more.get("zalo_bot_mode") == "polling"
        async with app.running():
            runner = web.AppRunner(app.web(), access_log=None, shutdown_timeout=0.5)
            await runner.setup()
            await web.SockSite(runner, listening).start()
            await zalo.until_called("getUpdates" if polls else "setWebhook")
            try:
                yield ZaloHouse(app, zalo, f"http://127.0.0.1:{port}")
            finally:
                await runner.cleanup()
