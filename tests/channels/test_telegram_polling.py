"""Polling: every update reaches the consumer, and none is confirmed before it is done with."""

from __future__ import annotations

import asyncio
import logging
from contextlib import aclosing
from typing import TYPE_CHECKING, Any

import pytest

from bot.channels.telegram import Webhook
from tests.fakes import telegram_faults as faults
from tests.fakes.telegram_server import TOKEN

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from bot.channels.telegram import Telegram
    from tests.fakes.telegram_server import TelegramServer


class Pauses:
    """Stands for `asyncio.sleep`, and remembers for how long."""

    def __init__(self) -> None:
        self.seconds: list[float] = []

    async def __call__(self, seconds: float) -> None:
        self.seconds.append(seconds)


async def following(updates: AsyncGenerator[list[dict[str, Any]], None]) -> list[dict[str, Any]]:
    return await anext(updates)


def texts(batch: list[dict[str, Any]]) -> list[str]:
    return [update["message"]["text"] for update in batch]


async def test_updates_come_raw_and_in_order(server: TelegramServer, channel: Telegram) -> None:
    lan = server.person(7, "Lan")
    await lan.say("một")
    await lan.say("hai")

    batch = await anext(channel.updates())

    assert texts(batch) == ["một", "hai"]
    assert batch == [update.payload for update in server.delivery.pending.values()]
    assert server.called("getUpdates")[0]["allowed_updates"] == ["message", "callback_query", "my_chat_member"]


async def test_a_batch_is_confirmed_only_by_asking_for_the_next(server: TelegramServer, channel: Telegram) -> None:
    lan = server.person(7, "Lan")
    await lan.say("một")

    async with aclosing(channel.updates()) as updates:
        first = await anext(updates)
        await lan.say("hai")
    async with aclosing(channel.updates()) as updates:  # as after a crash
        second = await anext(updates)
        await lan.say("ba")
        third = await anext(updates)

    assert [texts(first), texts(second), texts(third)] == [["một"], ["một", "hai"], ["ba"]]


async def test_an_update_that_comes_while_polling_is_handed_over_at_once(
    server: TelegramServer,
    channel: Telegram,
) -> None:
    lan = server.person(7, "Lan")
    polls = channel.updates()
    await lan.say("một")
    await anext(polls)

    waiting = asyncio.create_task(following(polls))
    await server.until_called("getUpdates", 2)
    await lan.say("hai")

    assert texts(await waiting) == ["hai"]


async def test_network_errors_are_waited_out_ever_longer_and_nothing_is_lost(
    server: TelegramServer,
    channel: Telegram,
) -> None:
    await server.person(7, "Lan").say("một")
    server.fail(faults.bad_gateway(), faults.reset(), faults.Fault(200, body="<html>"), faults.flood(33))
    pauses = Pauses()

    batch = await anext(channel.updates(pauses))

    assert texts(batch) == ["một"]
    first, second, third, flood = pauses.seconds
    assert (1 <= first <= 2, 2 <= second <= 4, 4 <= third <= 8, flood) == (True, True, True, 33)


async def test_pauses_have_an_end(server: TelegramServer, channel: Telegram) -> None:
    await server.person(7, "Lan").say("một")
    gateway = faults.bad_gateway()
    gateway.times = 40
    server.fail(gateway)
    pauses = Pauses()

    await anext(channel.updates(pauses))

    assert 30 <= max(pauses.seconds) <= 60


async def test_an_update_under_way_survives_a_lost_answer(server: TelegramServer, channel: Telegram) -> None:
    await server.person(7, "Lan").say("một")
    server.fail(faults.reset(carried_out=True))

    batch = await anext(channel.updates(Pauses()))

    assert texts(batch) == ["một"]


async def test_after_an_empty_answer_polling_starts_from_the_earliest(
    server: TelegramServer,
    channel: Telegram,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("bot.channels.telegram._POLL", 0)
    lan = server.person(7, "Lan")
    await lan.say("một")
    updates = channel.updates()
    await anext(updates)
    waiting = asyncio.create_task(following(updates))
    await server.until_called("getUpdates", 3)
    await lan.say("hai")
    await waiting

    offsets = [call["offset"] for call in server.called("getUpdates")]
    assert offsets[1] > 0
    assert offsets[2] == 0


async def test_a_second_poller_is_told_of_clearly(
    server: TelegramServer,
    channel: Telegram,
    caplog: pytest.LogCaptureFixture,
) -> None:
    await server.person(7, "Lan").say("một")
    server.fail(faults.Fault(409, "Conflict: terminated by other getUpdates request"))

    batch = await anext(channel.updates(Pauses()))

    assert texts(batch) == ["một"]
    assert "another process polls" in caplog.text


async def test_a_webhook_left_behind_is_told_of_until_it_is_removed(
    server: TelegramServer,
    channel: Telegram,
    caplog: pytest.LogCaptureFixture,
) -> None:
    await channel.start({}, Webhook("https://127.0.0.1:9/telegram", "s"))
    await server.person(7, "Lan").block()

    async def remove_it(_: float) -> None:
        await channel.start({})

    (update,) = await anext(channel.updates(remove_it))

    assert "my_chat_member" in update
    assert "a webhook is set" in caplog.text


@pytest.mark.parametrize("fault", [faults.unauthorized(), faults.Fault(404, "Not Found")], ids=["401", "404"])
async def test_an_unaccepted_token_ends_polling_with_an_alarm(
    server: TelegramServer,
    channel: Telegram,
    caplog: pytest.LogCaptureFixture,
    fault: faults.Fault,
) -> None:
    fault.times = 1
    server.fail(fault)

    batches = [batch async for batch in channel.updates(Pauses())]

    assert batches == []
    assert [record.levelno for record in caplog.records] == [logging.CRITICAL]
    assert TOKEN.partition(":")[2] not in caplog.text
