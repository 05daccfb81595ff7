"""A peer: python-telegram-bot's ConversationHandler, its answers on the disk before the update is acknowledged.

A dialogue of nine steps as its users write one, on PTB's own HTTP client; after each update the answers of the
person are written in one raw sqlite3 transaction, synchronous=FULL. It does not know updates that come twice.


    python benchmarks/ptb_bot.py PORT API_URL DATABASE
"""

from __future__ import annotations

import asyncio
import json
import sqlite3
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from aiohttp import web
from telegram import Update
from telegram.ext import Application, ConversationHandler, MessageHandler, filters

from benchmarks.load import SECRET

if TYPE_CHECKING:
    from telegram.ext import ContextTypes

STEPS = 9
INSERT = "INSERT INTO person VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET answers = excluded.answers"


def opened(path: str) -> sqlite3.Connection:
    """A new database with the one table."""
    database = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    database.execute("PRAGMA journal_mode = WAL")
    database.execute("PRAGMA synchronous = FULL")
    database.execute("CREATE TABLE person (id INTEGER PRIMARY KEY, answers TEXT NOT NULL)")
    return database


def step(number: int) -> MessageHandler[Any, Any]:
    """One step of the dialogue: keep the answer, ask the next question."""

    async def answer(update: Update, context: ContextTypes.DEFAULT_TYPE) -> int:
        assert update.message is not None
        assert context.user_data is not None
        context.user_data[number] = update.message.text
        await update.message.reply_text(f"Câu tiếp theo, sau “{update.message.text}”:")
        return (number + 1) % STEPS

    return MessageHandler(filters.TEXT, answer)


async def main(port: int, api_url: str, path: str) -> None:
    """Serve until killed."""
    database, thread = opened(path), ThreadPoolExecutor(1)
    steps: list[Any] = [step(number) for number in range(STEPS)]
    application = Application.builder().token("1:x").base_url(f"{api_url}/bot").updater(None).build()
    states: dict[object, list[Any]] = {number: [each] for number, each in enumerate(steps)}
    application.add_handler(ConversationHandler(steps[:1], states, []))
    await application.initialize()

    def keep(person: int, answers: str) -> None:
        database.execute(INSERT, (person, answers))

    async def webhook(request: web.Request) -> web.Response:
        if request.headers.get("X-Telegram-Bot-Api-Secret-Token") != SECRET:
            raise web.HTTPForbidden
        update = Update.de_json(json.loads(await request.read()), application.bot)
        await application.process_update(update)
        person = update.effective_chat.id if update.effective_chat else 0
        answers = json.dumps(application.user_data[person], ensure_ascii=False)
        await asyncio.get_running_loop().run_in_executor(thread, keep, person, answers)
        return web.Response()

    app = web.Application()
    app.router.add_post("/telegram", webhook)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), sys.argv[2], sys.argv[3]))
