"""The fake of Telegram itself: that it is as strict, and delivers and fails, as Telegram does."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import aiohttp
import pytest
from aiohttp import web

from tests.fakes.telegram_html import CannotParse, plain
from tests.fakes.telegram_server import TOKEN, TelegramServer

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable


@pytest.fixture
async def server() -> AsyncIterator[TelegramServer]:
    async with TelegramServer(patience=0.001) as server:
        server.person(7, "Lan")
        yield server


async def call(
    server: TelegramServer, method: str, token: str = TOKEN, **values: Any
) -> tuple[int, dict[str, Any]]:
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{server.url}/bot{token}/{method}", json=values) as answer,
    ):
        return answer.status, await answer.json()


def keyboard(*buttons: dict[str, Any]) -> dict[str, Any]:
    return {"chat_id": 7, "text": "x", "reply_markup": {"inline_keyboard": [list(buttons)]}}


BROKEN: list[tuple[str, dict[str, Any], str]] = [
    ("sendMessage", {"chat_id": 7}, "text is missing"),
    ("sendMessage", {"chat_id": 7, "text": "x", "reply_markdown": {}}, "unknown reply_markdown"),
    ("sendMessage", {"chat_id": [7], "text": "x"}, "is not of type"),
    ("sendMessage", {"chat_id": 7, "text": 5}, "is not of type String"),
    ("sendMessage", {"chat_id": 7, "text": "x", "disable_notification": 1}, "is not of type Boolean"),
    ("sendMessage", {"chat_id": 7, "text": ""}, "0 characters, not 1-4096"),
    ("sendMessage", {"chat_id": 7, "text": "👍" * 2049}, "4098 characters"),
    ("sendMessage", {"chat_id": 7, "text": "<b></b> ", "parse_mode": "HTML"}, "0 characters"),
    ("sendMessage", {"chat_id": 7, "text": "<p>x</p>", "parse_mode": "HTML"}, 'Unsupported start tag "p"'),
    ("sendMessage", {"chat_id": 7, "text": "a < b", "parse_mode": "HTML"}, "Unsupported start tag"),
    ("sendMessage", {"chat_id": 7, "text": "x", "parse_mode": "Markdown"}, "is not HTML"),
    ("sendMessage", {"chat_id": 7, "text": "x", "reply_markup": {"inline_keyboard": [{}]}}, "is not a list"),
    ("sendMessage", keyboard({"text": "x", "callback_data": "ế" * 22}), "66 bytes, not 1-64"),
    ("sendMessage", keyboard({"text": "x", "callback_data": ""}), "0 bytes"),
    ("sendMessage", keyboard({"text": "x"}), "has 0 actions"),
    ("sendMessage", keyboard({"text": "x", "callback_data": "x", "url": "https://x.vn"}), "has 2 actions"),
    ("sendMessage", keyboard({"callback_data": "x"}), "text is missing"),
    ("sendMessage", keyboard(*[{"text": "x", "callback_data": "x"}] * 9), "a row of 9"),
    ("sendMessage", keyboard(), "a row of 0"),
    ("sendPhoto", {"chat_id": 7}, "photo is missing"),
    ("sendMediaGroup", {"chat_id": 7, "media": [{"type": "photo", "media": "attach://a"}]}, "1 items, not 2-10"),
    ("sendMediaGroup", {"chat_id": 7, "media": [{"type": "photo", "media": "attach://a"}] * 2}, "no file a came"),
    ("answerCallbackQuery", {"callback_query_id": "1", "text": "x" * 201}, "201 characters"),
    ("setMyCommands", {"commands": [{"command": "Start", "description": "x"}]}, "has other characters"),
    ("setMyCommands", {"commands": [{"command": "start", "description": "x"}] * 101}, "101 items"),
    ("setWebhook", {"url": "https://x.vn", "secret_token": "bí mật"}, "has other characters"),
    ("getUpdates", {"limit": 101}, "101 , not 1-100"),
    ("sendMesage", {}, "no such method"),
]


@pytest.mark.parametrize(("method", "values", "mistake"), BROKEN)
async def test_a_call_against_the_facts_is_refused_and_recorded(
    server: TelegramServer,
    method: str,
    values: dict[str, Any],
    mistake: str,
) -> None:
    status, answer = await call(server, method, **values)

    assert (status, answer["ok"]) in {(400, False), (404, False)}
    assert mistake in " ".join(server.violations)
    assert server.person(7).messages == []


async def test_another_token_is_not_served(server: TelegramServer) -> None:
    status, _ = await call(server, "getMe", token="1:x")

    assert status == 401


@pytest.mark.parametrize(
    ("html", "text"),
    [
        (
            '<b>đậm</b> &lt;x&gt; &amp;amp; &nbsp; <a href="https://x.vn?a=1&amp;b=2">đây</a>',
            "đậm <x> &amp; &nbsp; đây",
        ),
        ("<blockquote expandable>x</blockquote>&#8470;&#x31;", "x№1"),
        ("<i>a<b>b</b></i>", "ab"),
    ],
)
def test_telegrams_html_is_read(html: str, text: str) -> None:
    assert plain(html) == text


@pytest.mark.parametrize(
    "html", ["<b>x", "x</b>", "<b><i>x</b></i>", "<br>", "<b class='x'>x</b>", "<", "<a>x</a>"]
)
def test_what_is_not_telegrams_html_is_refused(html: str) -> None:
    with pytest.raises(CannotParse):
        plain(html)


@asynccontextmanager
async def listening(answer: Callable[[dict[str, Any]], Awaitable[int]]) -> AsyncIterator[str]:
    async def take(request: web.Request) -> web.Response:
        return web.Response(status=await answer(await request.json()))

    app = web.Application()
    app.router.add_post("/telegram", take)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}/telegram"
    await runner.cleanup()


async def test_a_failed_delivery_comes_again_and_holds_back_only_its_own_queue(server: TelegramServer) -> None:
    taken: list[str] = []
    tries: list[str] = []

    async def answer(update: dict[str, Any]) -> int:
        text = update["message"]["text"]
        tries.append(text)
        if text == "một" and tries.count("một") < 4:
            return 503
        taken.append(text)
        return 200

    await server.person(7).say("một")
    await server.person(7).say("hai")
    await server.person(8).say("ba")
    async with listening(answer) as url:
        await call(server, "setWebhook", url=url, secret_token="s")
        await server.delivery.settled()

    assert sorted(taken) == ["ba", "hai", "một"]
    assert taken.index("một") < taken.index("hai")
    assert tries.count("một") == 4
    assert server.delivery.statuses == {200: 3, 503: 3}


async def test_within_a_queue_one_delivery_at_a_time_and_taps_beside_messages(server: TelegramServer) -> None:
    under_way: list[str] = []
    together: set[tuple[str, ...]] = set()
    both = asyncio.Event()

    async def answer(update: dict[str, Any]) -> int:
        kind = "message" if "message" in update else "tap"
        under_way.append(kind)
        together.add(tuple(sorted(under_way)))
        if len(under_way) == 2:
            both.set()
        await both.wait()
        under_way.remove(kind)
        return 200

    async with listening(answer) as url:
        await call(server, "setWebhook", url=url)
        for _ in range(3):
            await server.person(7).say("x")
            await server.person(7).tap_data("x", 1)
        await server.delivery.settled()

    assert ("message", "tap") in together
    assert not together & {("message", "message"), ("tap", "tap")}


async def test_an_update_may_come_twice(server: TelegramServer) -> None:
    seen: list[int] = []

    async def answer(update: dict[str, Any]) -> int:
        seen.append(update["update_id"])
        return 200

    server.delivery.repeats = 1
    async with listening(answer) as url:
        await call(server, "setWebhook", url=url)
        number = await server.person(7).say("x")
        await server.delivery.settled()

    assert seen == [number, number]


async def test_a_webhook_that_is_down_gets_its_updates_when_it_is_back(server: TelegramServer) -> None:
    seen: list[str] = []

    async def answer(update: dict[str, Any]) -> int:
        seen.append(update["message"]["text"])
        return 200

    async with listening(answer) as url:
        pass
    await call(server, "setWebhook", url=url)
    await server.person(7).say("x")
    while not server.delivery.statuses[0]:  # noqa: ASYNC110 - a refused connection leaves no event
        await asyncio.sleep(0.001)
    async with listening(answer) as url:
        await call(server, "setWebhook", url=url)
        await server.delivery.settled()

    assert seen == ["x"]


async def test_kinds_that_were_not_asked_for_are_not_delivered(server: TelegramServer) -> None:
    await call(server, "deleteWebhook")
    await call(server, "getUpdates", allowed_updates=["callback_query"])

    assert await server.person(7).say("x") == 0
    assert await server.person(7).tap_data("x", 1) > 0


async def test_of_two_pollers_the_earlier_is_refused(server: TelegramServer) -> None:
    first = asyncio.create_task(call(server, "getUpdates", timeout=5))
    await server.until_called("getUpdates")
    second = asyncio.create_task(call(server, "getUpdates", timeout=5))

    status, answer = await first
    await server.person(7).say("x")

    assert (status, answer["description"].partition(":")[0]) == (409, "Conflict")
    assert len((await second)[1]["result"]) == 1


async def test_a_tap_can_be_answered_once(server: TelegramServer) -> None:
    await server.person(7).tap_data("x", 1)
    (query,) = server.state.taps

    answers = [(await call(server, "answerCallbackQuery", callback_query_id=query))[0] for _ in range(2)]

    assert answers == [200, 400]
    assert server.violations == []


async def test_as_a_process_of_its_own_it_is_driven_over_http() -> None:
    root = Path(__file__).parents[2]
    command = [sys.executable, "-m", "tests.fakes.telegram_server"]
    process = await asyncio.create_subprocess_exec(*command, cwd=root, stdout=subprocess.PIPE)
    assert process.stdout
    url = (await process.stdout.readline()).decode().strip()
    try:
        async with aiohttp.ClientSession(url) as session:
            await session.post("/control/people/7/say", json={"text": "/start", "name": "Lan"})
            text = {"chat_id": 7, **keyboard({"text": "Có", "callback_data": "co"})}
            await session.post(f"/bot{TOKEN}/sendMessage", json=text)
            await session.post("/control/people/7/tap", json={"button": "Có"})
            missing = await session.post("/control/people/7/tap", json={"button": "Không"})
            shown = await (await session.get("/control/people/7")).json()
            state = await (await session.get("/control")).json()
    finally:
        process.terminate()
        await process.wait()

    assert missing.status == 404
    assert shown["messages"] == [{"id": 2, "text": "x", "buttons": [[["Có", "co"]]]}]
    assert (state["pending"], state["violations"]) == (2, [])
