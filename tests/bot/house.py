"""The whole process in this one: app, web server and database, with a fake Telegram at the other end of HTTP."""

from __future__ import annotations

import io
import json
import socket
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING, Any

import aiohttp
from aiohttp import web
from sqlalchemy import func, select

from bot.app import App
from bot.channels import telegram_parse
from bot.settings import Settings
from storage.channel_tables import outbox
from tests.fakes.telegram_server import TOKEN, TelegramServer

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

SECRET = "the-secret-of-tests"
HEADER = "X-Telegram-Bot-Api-Secret-Token"

_updates = count(1_000_000_000)  # above those of the fake


@dataclass(frozen=True, slots=True)
class House:
    """A running app and what it talks to."""

    app: App
    telegram: TelegramServer
    address: str

    async def post(self, body: bytes, secret: str = SECRET) -> int:
        """Post this to the webhook and give the status."""
        headers = {HEADER: secret} if secret else {}
        async with (
            aiohttp.ClientSession() as session,
            session.post(self.webhook, data=io.BytesIO(body), headers=headers) as got,
        ):
            await got.read()
            return got.status

    async def post_update(self, told: dict[str, Any]) -> int:
        """Post this update to the webhook as Telegram does."""
        return await self.post(json.dumps(told).encode())

    async def get(self, path: str) -> int:
        """Ask for a page and give the status."""
        async with aiohttp.ClientSession() as session, session.get(self.address + path) as got:
            return got.status

    async def take(self, told: dict[str, Any]) -> None:
        """Take this update past the web server."""
        inbound = telegram_parse.parse(told, TOKEN.partition(":")[0])
        assert inbound is not None
        await self.app.intake.take(inbound)

    @property
    def webhook(self) -> str:
        """Where Telegram posts to."""
        return f"{self.address}/telegram"

    async def settled(self) -> None:
        """Wait until every update was taken, every answer sent, and every ending written."""
        if self.telegram.delivery.webhook:
            await self.telegram.delivery.settled()
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
        number: int = await self.app.database.read(
            lambda session: session.scalar(select(func.count()).select_from(table))
        )
        return number


def update(text: str, chat: int = 7, number: int = 0) -> dict[str, Any]:
    """An update with a text, as Telegram posts it."""
    user = {"id": chat, "is_bot": False, "first_name": "Lan", "language_code": "vi"}
    where = {"id": chat, "type": "private", "first_name": "Lan"}
    message = {"message_id": 1, "date": 1_800_000_000, "chat": where, "from": user, "text": text}
    return {"update_id": number or next(_updates), "message": message}


def settings(
    url: str, folder: Path, telegram: TelegramServer, *, mode: str = "webhook", port: int = 0
) -> Settings:
    """The settings of a process that talks English on this database."""
    given: dict[str, Any] = {
        "database_url": url,
        "data_dir": folder,
        "port": port,
        "public_url": "https://kheo.example",
        "telegram_token": TOKEN,
        "telegram_api_url": telegram.url,
        "telegram_mode": mode,
        "telegram_webhook_secret": SECRET,
        "locale": "en",
        "demo": False,
    }
    return Settings(_env_file=None, **given)


@asynccontextmanager
async def open_house(
    url: str, folder: Path, telegram: TelegramServer, *, mode: str = "webhook"
) -> AsyncIterator[House]:
    """Run an app with its web server until the block ends; Telegram delivers to it."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port = listening.getsockname()[1]
        app = App(settings(url, folder, telegram, mode=mode, port=port))
        telegram.delivery.instead = f"http://127.0.0.1:{port}/telegram"
        async with app.running():
            runner = web.AppRunner(app.web(), access_log=None, shutdown_timeout=0.5)
            await runner.setup()
            await web.SockSite(runner, listening).start()
            await telegram.until_called("setWebhook" if mode == "webhook" else "getUpdates")
            try:
                yield House(app, telegram, f"http://127.0.0.1:{port}")
            finally:
                await runner.cleanup()
