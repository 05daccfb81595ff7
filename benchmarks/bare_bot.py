"""The reference: the least that a durable bot can be. Not a bot one would want.

A bare aiohttp webhook; per update one raw sqlite3 transaction (claim the update, count the person's step up,
insert the answer), synchronous=FULL, on one thread; then one sendMessage over one shared aiohttp session.
No dialogue, no rights, no marking of what was sent, no group commit.

    python benchmarks/bare_bot.py PORT API_URL DATABASE
"""

from __future__ import annotations

import asyncio
import json
import sqlite3
import sys
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import aiohttp
from aiohttp import web

from benchmarks.load import SECRET


def opened(path: str) -> sqlite3.Connection:
    """A new database with the three tables."""
    database = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    database.execute("PRAGMA journal_mode = WAL")
    database.execute("PRAGMA synchronous = FULL")
    database.execute("CREATE TABLE inbox (id INTEGER PRIMARY KEY)")
    database.execute("CREATE TABLE person (id INTEGER PRIMARY KEY, step INTEGER NOT NULL)")
    database.execute("CREATE TABLE outbox (id INTEGER PRIMARY KEY, person INTEGER NOT NULL, text TEXT NOT NULL)")
    return database


def turn(database: sqlite3.Connection, update: int, person: int, text: str) -> str | None:
    """One update in one transaction; None where it was taken before."""
    database.execute("BEGIN IMMEDIATE")
    claimed = database.execute("INSERT OR IGNORE INTO inbox VALUES (?)", (update,)).rowcount
    answer = None
    if claimed:
        database.execute(
            "INSERT INTO person VALUES (?, 1) ON CONFLICT (id) DO UPDATE SET step = step + 1", (person,)
        )
        answer = f"Câu tiếp theo, sau “{text}”:"
        database.execute("INSERT INTO outbox (person, text) VALUES (?, ?)", (person, answer))
    database.execute("COMMIT")
    return answer


async def main(port: int, api_url: str, path: str) -> None:
    """Serve until killed."""
    database, thread = opened(path), ThreadPoolExecutor(1)
    session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0))
    sending: set[asyncio.Task[None]] = set()

    async def send(person: int, text: str) -> None:
        async with session.post(f"{api_url}/bot1:x/sendMessage", json={"chat_id": person, "text": text}) as got:
            await got.read()

    async def webhook(request: web.Request) -> web.Response:
        if request.headers.get("X-Telegram-Bot-Api-Secret-Token") != SECRET:
            raise web.HTTPForbidden
        update = json.loads(await request.read())
        message = update["message"]
        taking = partial(turn, database, update["update_id"], message["chat"]["id"], message["text"])
        answer = await asyncio.get_running_loop().run_in_executor(thread, taking)
        if answer is not None:
            task = asyncio.create_task(send(message["chat"]["id"], answer))
            sending.add(task)
            task.add_done_callback(sending.discard)
        return web.Response()

    app = web.Application()
    app.router.add_post("/telegram", webhook)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), sys.argv[2], sys.argv[3]))
