"""A process that is killed with messages in its hands: Zalo was told 200, so the next process must have them."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import aiohttp
from sqlalchemy import func, select

from storage.channel_tables import inbound_event, inbox
from storage.database import open_database
from tests.bot.zalo_oa.houses import until
from tests.fakes.zalo_oa_server import APP_ID, APP_SECRET, FIRST_REFRESH, OA_ID, OA_SECRET, Fault

if TYPE_CHECKING:
    from tests.fakes.zalo_oa_server import ZaloOAServer

ROOT = Path(__file__).parents[3]


async def start(url: str, folder: Path, zalo: ZaloOAServer) -> asyncio.subprocess.Process:
    """Start Khéo as an operator does and wait until it answers."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    given = {
        "DATABASE_URL": url, "DATA_DIR": str(folder), "PORT": str(port), "DEMO": "false", "ZALO_OA_ID": OA_ID,
        "PUBLIC_URL": "https://kheo.example",
        "ZALO_OA_APP_ID": APP_ID, "ZALO_OA_APP_SECRET": APP_SECRET, "ZALO_OA_SECRET": OA_SECRET,
        "ZALO_OA_REFRESH_TOKEN": FIRST_REFRESH, "ZALO_OA_API_URL": zalo.url, "ZALO_OA_OAUTH_URL": zalo.url,
    }  # fmt: skip
    running = await asyncio.create_subprocess_exec(
        sys.executable, str(ROOT / "run_bot.py"), cwd=folder, env=os.environ | given,
        stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    zalo.webhook = f"http://127.0.0.1:{port}/zalo/oa"

    async def answers() -> bool:
        try:
            async with aiohttp.ClientSession() as session, session.get(f"http://127.0.0.1:{port}/healthz") as got:
                return got.status == 200
        except aiohttp.ClientError:
            return False

    await until(answers, 30)
    return running


async def test_what_was_answered_for_survives_a_kill(
    database_url: str, tmp_path: Path, zalo: ZaloOAServer
) -> None:
    lan, minh = zalo.person("8001"), zalo.person("8002")
    first = await start(database_url, tmp_path, zalo)
    try:
        zalo.fail(*(Fault(path="/files", silent=True) for _ in range(3)))  # the picture does not come
        assert await lan.send_picture("a.jpg", b"x") == 200
        assert [await lan.say(text) for text in ("/trogiup", "/huongdan")] == [200, 200]
        assert await minh.say("/trogiup") == 200
    finally:
        first.send_signal(signal.SIGKILL)
        await first.wait()
    zalo._faults.clear()
    before = len(lan.messages)

    second = await start(database_url, tmp_path, zalo)
    try:
        database = open_database(database_url)

        async def all_taken() -> bool:
            kept, taken = await database.read(
                lambda session: [
                    session.scalar(select(func.count()).select_from(table)) for table in (inbound_event, inbox)
                ]
            )
            return (kept, taken, len(lan.messages)) == (0, 4, 3)

        await until(all_taken, 30)
        await database.close()
    finally:
        second.terminate()
        await second.wait()

    assert before == 0
    assert len(minh.messages) >= 1
