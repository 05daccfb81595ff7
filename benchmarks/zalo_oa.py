"""How soon the webhook of the Official Account answers under load; Zalo wants it within 2 s.

    uv run benchmarks/zalo_oa.py [PEOPLE] [SECONDS] [DATABASE_URL]

Khéo runs as a process of its own. This one is Zalo, and all the people: each writes, reads the 200 and writes on.
"""

from __future__ import annotations

import asyncio
import json
import os
import socket
import statistics
import sys
import tempfile
import time
from itertools import count
from pathlib import Path

import aiohttp

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.fakes.zalo_oa_people import signature
from tests.fakes.zalo_oa_server import (
    APP_ID,
    APP_SECRET,
    FIRST_REFRESH,
    OA_ID,
    OA_SECRET,
    ZaloOAServer,
)

SAID = ("/trogiup", "/huongdan", "xin chào", "/start")


async def main(people: int, seconds: float, url: str) -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as folder:
        async with ZaloOAServer() as zalo:
            process, port = await started(zalo, folder, url or f"sqlite:///{folder}/kheo.db")
            try:
                waits = await load(zalo, f"http://127.0.0.1:{port}/zalo/oa", people, seconds)
            finally:
                process.terminate()
                await process.wait()
    points = statistics.quantiles(waits, n=1000)
    print(f"{people} people for {seconds:.0f} s: {len(waits)} messages, {len(waits) / seconds:.0f} a second")
    print("ms: " + ", ".join(f"p{n / 10:g} {points[n - 1] * 1000:.1f}" for n in (500, 950, 990, 999)))


async def started(zalo: ZaloOAServer, folder: str, url: str) -> tuple[asyncio.subprocess.Process, int]:
    """Khéo in a process of its own, and its port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    given = {
        "DATABASE_URL": url, "DATA_DIR": folder, "PORT": str(port), "DEMO": "false", "ZALO_OA_ID": OA_ID,
        "PUBLIC_URL": "https://kheo.example",
        "ZALO_OA_APP_ID": APP_ID, "ZALO_OA_APP_SECRET": APP_SECRET, "ZALO_OA_SECRET": OA_SECRET,
        "ZALO_OA_REFRESH_TOKEN": FIRST_REFRESH, "ZALO_OA_API_URL": zalo.url, "ZALO_OA_OAUTH_URL": zalo.url,
    }  # fmt: skip
    program = str(Path(__file__).parents[1] / "run_bot.py")
    process = await asyncio.create_subprocess_exec(
        sys.executable, program, cwd=folder, env=os.environ | given, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    await process.stdout.readline()  # it says that it has started
    return process, port


async def load(zalo: ZaloOAServer, url: str, people: int, seconds: float) -> list[float]:
    """Let everybody write until the time is over; the seconds that each 200 took."""
    waits: list[float] = []
    end, numbers = time.perf_counter() + seconds, count(1)

    async def writes(session: aiohttp.ClientSession, user: str) -> None:
        person = zalo.person(user)
        while time.perf_counter() < end:
            number = next(numbers)
            person.last_interaction = zalo.now()
            event = person.message("user_send_text", {"text": SAID[number % len(SAID)]})
            raw = json.dumps(event, ensure_ascii=False).encode()
            headers = {"X-ZEvent-Signature": signature(raw, event["timestamp"])}
            began = time.perf_counter()
            async with session.post(url, data=raw, headers=headers) as answer:
                assert answer.status == 200
            waits.append(time.perf_counter() - began)

    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:
        await asyncio.gather(*(writes(session, f"{8000 + number}") for number in range(people)))
    return waits


if __name__ == "__main__":
    PEOPLE, SECONDS, URL = (*sys.argv[1:], *("20", "10", "")[len(sys.argv) - 1 :])
    asyncio.run(main(int(PEOPLE), float(SECONDS), URL))
