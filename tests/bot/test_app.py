"""The process as the world meets it: forged and broken requests, health, wrong settings, an end in time."""

from __future__ import annotations

import asyncio
import json
import signal
import socket
import sys
import time
from typing import TYPE_CHECKING

import aiohttp
import pytest

from benchmarks import world
from bot import settings
from storage.channel_tables import inbox, outbox
from storage.people_tables import conversation, person
from tests.bot.house import HEADER, SECRET, update

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from tests.bot.house import House

GOOD = json.dumps(update("/start")).encode()
PATIENCE = 5.0  # seconds for a process to end


@pytest.mark.parametrize(
    ("body", "secret", "status"),
    [
        (GOOD, "", 403),
        (GOOD, "a guess", 403),
        (GOOD, "đoán mò", 403),
        (b"", SECRET, 400),
        (b"{", SECRET, 400),
        (b"\xff\xfe\x00", SECRET, 400),
        (b"[]", SECRET, 400),
        (b"null", SECRET, 400),
        (b'{"update_id": "one"}', SECRET, 400),
        (b'{"update_id": 1, "message": {"text": "hi"}}', SECRET, 400),
        (b'{"update_id": 1, "message": "hi"}', SECRET, 400),
        (b"[" * 100_000, SECRET, 400),
        (GOOD + b" " * 1024 * 1024, SECRET, 413),
    ],
)
async def test_what_is_no_update_of_telegram_changes_nothing(
    house: House, body: bytes, secret: str, status: int
) -> None:
    assert await house.post(body, secret) == status

    assert [await house.count(table) for table in (inbox, outbox, person, conversation)] == [0, 0, 0, 0]


async def test_a_body_without_end_is_refused(house: House) -> None:
    async def endless() -> AsyncIterator[bytes]:
        for _ in range(40):
            yield b" " * 64 * 1024

    headers = {HEADER: SECRET}
    async with aiohttp.ClientSession() as session:
        with pytest.raises((aiohttp.ClientError, ConnectionError)):
            async with session.post(house.webhook, data=endless(), headers=headers) as answer:
                answer.raise_for_status()
    assert await house.count(inbox) == 0


async def test_health_says_how_much_waits(house: House) -> None:
    async with aiohttp.ClientSession() as session, session.get(f"{house.address}/healthz") as answer:
        assert (answer.status, await answer.json()) == (200, {"status": "ok", "waiting": 0})


async def test_metrics_count_messages_and_their_endings(house: House) -> None:
    assert await house.post_update(update("/start")) == 200

    async with aiohttp.ClientSession() as session, session.get(f"{house.address}/metrics") as answer:
        page = await answer.text()
    assert 'kheo_messages_taken_total{channel="telegram",how="new"}' in page
    assert 'kheo_turn_seconds_count{channel="telegram"}' in page


async def test_wrong_settings_are_all_told_at_once_and_nothing_starts(tmp_path: Path) -> None:
    wrong = {
        "DATABASE_URL": "mysql://root:geheim@db/kheo",
        "DATA_DIR": str(tmp_path / "data"),
        "PORT": "eighty",
        "PUBLIC_URL": "kheo.vn",
        "TELEGRAM_TOKEN": "geheim",
        "TELEGRAM_MODE": "fax",
        "TIMEZONE": "Mars/Olympus",
        "LOCALE": "la",
        "DEMO": "perhaps",
        "DEMO_TODAY": "9/3/2027",
    }

    process = await _started(wrong)
    _, said = await process.communicate()

    assert process.returncode == 2
    told = {line.split(":")[0].removeprefix("- ") for line in said.decode().splitlines() if line.startswith("- ")}
    assert told == wrong.keys() - {"DATA_DIR"}
    assert "geheim" not in said.decode()
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize("day", ["soon", "20270309", "2027-02-30", "2027-03-09T08:00", "0001-01-01", "9999-12-31"])
def test_a_day_to_try_must_be_one_of_these_years(day: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DEMO_TODAY", day)
        with pytest.raises(settings.WrongSettingsError, match=r"- DEMO_TODAY: [a-zđ]"):
            settings.read()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_the_process_ends_soon_though_pages_are_open(tmp_path: Path, number: signal.Signals) -> None:
    port = world.free_port()
    process = await _started({"DATA_DIR": str(tmp_path), "PORT": str(port), "DEMO": "false"})
    await asyncio.to_thread(world.wait_until_up, port)
    address = f"http://127.0.0.1:{port}"
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as browser:
        await (await browser.get(address)).read()
        pages = [await browser.get(f"{address}/chat/events") for _ in range(3)]
        assert [page.status for page in pages] == [200] * 3
        began = time.monotonic()

        process.send_signal(number)
        _, said = await asyncio.wait_for(process.communicate(), PATIENCE)

        assert process.returncode == 0
        assert time.monotonic() - began < PATIENCE
        assert b"Traceback" not in said
        assert b"error" not in said
        for page in pages:
            await page.read()


async def test_a_port_that_is_taken_is_told_in_a_sentence(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        process = await _started({"DATA_DIR": str(tmp_path), "PORT": port, "DEMO": "false"})
        _, said = await process.communicate()

    assert process.returncode == 1
    assert port in said.decode()
    assert "Traceback" not in said.decode()


async def _started(settings: dict[str, str]) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "run_bot.py",
        env=world.foreign_environment() | settings,
        cwd=world.ROOT,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
