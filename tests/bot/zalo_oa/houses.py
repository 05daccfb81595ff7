"""The whole process with a Zalo of our own at the other end."""

from __future__ import annotations

import asyncio
import socket
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from aiohttp import web
from sqlalchemy import func, select

from bot.app import App
from bot.settings import Settings
from tests.fakes.zalo_oa_server import APP_ID, APP_SECRET, FIRST_REFRESH, OA_ID, OA_SECRET

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from tests.fakes.zalo_oa_server import ZaloOAServer


@dataclass(frozen=True)
class Running:
    """A running app."""

    app: App
    zalo: ZaloOAServer

    async def settled(self) -> None:
        assert self.app.zalo_oa is not None
        await self.app.zalo_oa.arrivals.settle()
        await self.app.outbox.settle()

    async def count(self, table: Any) -> int:
        return int(await self.app.database.read(lambda s: s.scalar(select(func.count()).select_from(table))))

    async def column(self, column: Any) -> list[Any]:
        found = await self.app.database.read(lambda s: s.rows(select(column).order_by(column.table.c.id)))
        return [value for (value,) in found]


@asynccontextmanager
async def run(url: str, folder: Path, zalo: ZaloOAServer, **more: Any) -> AsyncIterator[Running]:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        given: dict[str, Any] = {
            "database_url": url, "data_dir": folder, "public_url": "https://kheo.example", "locale": "en",
            "demo": False, "zalo_oa_id": OA_ID, "zalo_oa_app_id": APP_ID, "zalo_oa_app_secret": APP_SECRET,
            "zalo_oa_secret": OA_SECRET, "zalo_oa_refresh_token": FIRST_REFRESH, "zalo_oa_api_url": zalo.url,
            "zalo_oa_oauth_url": zalo.url,
        }  # fmt: skip
        app = App(Settings(_env_file=None, **given, **more))
        async with app.running():
            runner = web.AppRunner(app.web(), access_log=None, shutdown_timeout=0.5)
            await runner.setup()
            await web.SockSite(runner, listening).start()
            zalo.webhook = f"http://127.0.0.1:{listening.getsockname()[1]}/zalo/oa"
            try:
                yield Running(app, zalo)
            finally:
                await runner.cleanup()


async def until(holds: Any, seconds: float = 20) -> None:
    async with asyncio.timeout(seconds):
        while not await holds():  # noqa: ASYNC110 - it looks at another server's state
            await asyncio.sleep(0.02)
