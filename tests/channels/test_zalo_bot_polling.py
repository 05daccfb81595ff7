"""Announcing the bot, and polling: one event a call, an empty wait that looks like an error."""

from __future__ import annotations

import asyncio
import logging
from contextlib import aclosing
from typing import TYPE_CHECKING

import pytest

from bot.channels.base import Refused
from bot.channels.zalo_bot import Webhook, ZaloBot
from tests.fakes import zalo_bot_faults as faults
from tests.fakes.zalo_bot_server import TOKEN, ZaloBotServer

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

HOOK = Webhook("https://kheo.example/zalo/bot", "a-secret-of-tests")


class Pauses:
    """Stands for `asyncio.sleep`, and remembers for how long."""

    def __init__(self) -> None:
        self.seconds: list[float] = []

    async def __call__(self, seconds: float) -> None:
        self.seconds.append(seconds)
        await asyncio.sleep(0)


@pytest.fixture
async def zalo() -> AsyncIterator[ZaloBotServer]:
    async with ZaloBotServer(patience=0.001) as server:
        yield server
    assert server.violations == []


@pytest.fixture
async def channel(zalo: ZaloBotServer) -> AsyncIterator[ZaloBot]:
    channel = ZaloBot(TOKEN, api_url=zalo.url, timeout=1)
    yield channel
    await channel.stop()


async def test_polling_takes_a_webhook_away_first(zalo: ZaloBotServer, channel: ZaloBot) -> None:
    await channel.start(HOOK)
    assert zalo.delivery.url == HOOK.url

    await channel.start()

    assert zalo.delivery.url == ""
    assert channel.account_name == "bot.kheo"


async def test_none_to_take_away_is_no_error(zalo: ZaloBotServer, channel: ZaloBot) -> None:
    await channel.start()
    assert len(zalo.called("deleteWebhook")) == 1


@pytest.mark.parametrize("ours", [None, HOOK])
async def test_a_webhook_of_another_place_is_told_by_its_host_alone(
    zalo: ZaloBotServer, channel: ZaloBot, caplog: pytest.LogCaptureFixture, ours: Webhook | None
) -> None:
    zalo.delivery.set_webhook("https://old.example/zalo/bot?key=geheim", "another-secret")

    await channel.start(ours)

    assert "old.example" in caplog.text
    assert "geheim" not in caplog.text


async def test_our_own_webhook_and_none_are_no_news(
    zalo: ZaloBotServer, channel: ZaloBot, caplog: pytest.LogCaptureFixture
) -> None:
    await channel.start(HOOK)
    await channel.start(HOOK)
    zalo.fail(faults.bad_gateway(502, "getWebhookInfo"))
    await channel.start(HOOK)

    assert "until now" not in caplog.text


async def test_a_webhook_that_zalo_cannot_reach_is_told(zalo: ZaloBotServer, channel: ZaloBot) -> None:
    zalo.delivery.instead = "http://127.0.0.1:9"
    assert await channel.start(HOOK) == "webhook.err.unreachable"
    assert zalo.called("setWebhook") == [{"url": HOOK.url, "secret_token": HOOK.secret}]


async def test_a_webhook_address_that_zalo_refuses_is_refused(channel: ZaloBot) -> None:
    with pytest.raises(Refused):
        await channel.start(Webhook("http://kheo.example", HOOK.secret))


async def test_one_event_after_the_other(zalo: ZaloBotServer, channel: ZaloBot) -> None:
    await channel.start()
    lan = zalo.person(7, "Lan")
    for text in ("một", "hai", "ba"):
        await lan.say(text)

    async with aclosing(channel.events()) as events:
        got = [(await anext(events))["message"]["text"] for _ in range(3)]

    assert got == ["một", "hai", "ba"]


async def test_an_event_that_comes_in_pieces_is_not_lost(zalo: ZaloBotServer, channel: ZaloBot) -> None:
    zalo.in_pieces = True
    await channel.start()
    await zalo.person(7, "Lan").say("Đã tập huấn cho 120 người. " * 60)

    async with aclosing(channel.events()) as events:
        got = await anext(events)

    assert got["message"]["text"].count("tập huấn") == 60


async def test_nonsense_of_a_gateway_does_not_end_polling(zalo: ZaloBotServer, channel: ZaloBot) -> None:
    await channel.start()
    zalo.fail(
        faults.Fault(body="[" * 200_000, method="getUpdates"),
        faults.Fault(10**9, method="getUpdates"),
    )
    await zalo.person(7, "Lan").say("Chào")

    async with aclosing(channel.events(Pauses())) as events:
        got = await anext(events)

    assert got["message"]["text"] == "Chào"


async def test_waiting_in_vain_is_no_failure(
    zalo: ZaloBotServer, channel: ZaloBot, caplog: pytest.LogCaptureFixture
) -> None:
    await channel.start()
    pauses = Pauses()
    async with aclosing(channel.events(pauses)) as events:
        waiting = asyncio.ensure_future(anext(events))
        await zalo.until_called("getUpdates", 3)
        await zalo.person(7, "Lan").say("đây")
        assert (await waiting)["message"]["text"] == "đây"

    assert not [record for record in caplog.records if record.levelno >= logging.WARNING]
    assert set(pauses.seconds) <= {1.0}  # the fake waits shorter than it was asked to


async def test_a_gateway_that_fails_for_hours_is_asked_ever_more_seldom(
    zalo: ZaloBotServer, channel: ZaloBot, caplog: pytest.LogCaptureFixture
) -> None:
    await channel.start()
    fault = faults.bad_gateway(method="getUpdates")
    fault.times = 8
    zalo.fail(fault)
    await zalo.person(7, "Lan").say("còn đó")
    pauses = Pauses()

    async with aclosing(channel.events(pauses)) as events:
        assert (await anext(events))["message"]["text"] == "còn đó"

    assert len(pauses.seconds) == 8
    assert pauses.seconds[0] <= 2
    assert 30 <= pauses.seconds[-1] <= 60
    assert TOKEN not in caplog.text


async def test_polling_ends_where_the_token_is_not_taken(
    zalo: ZaloBotServer, channel: ZaloBot, caplog: pytest.LogCaptureFixture
) -> None:
    await channel.start()
    zalo.token = "1234567:another"

    assert [event async for event in channel.events()] == []
    assert "token" in caplog.text
