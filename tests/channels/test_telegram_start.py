"""What the channel sets up on Telegram when it starts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.channels.base import TryLater
from bot.channels.telegram import Telegram, Webhook
from tests.fakes.telegram_samples import read
from tests.fakes.telegram_server import TOKEN

if TYPE_CHECKING:
    from tests.fakes.telegram_server import TelegramServer


async def test_starting_sets_the_webhook_and_menus_that_differ(server: TelegramServer) -> None:
    vi = [("dangky", "Đăng ký mô hình"), ("trogiup", "Trợ giúp")]
    menus = {"": vi, "en": [("dangky", "Register an initiative")]}
    channel = Telegram(TOKEN, read, api_url=server.url)

    await channel.start(menus, Webhook("https://kheo.vn/telegram", "s3cret"))
    await channel.start(menus, Webhook("https://kheo.vn/telegram", "s3cret"))
    await channel.stop()

    assert (channel.account, channel.username) == ("123456", "kheo_fake_bot")
    assert server.delivery.webhook is not None
    assert server.delivery.webhook.secret == "s3cret"
    assert server.delivery.allowed == ("message", "callback_query", "my_chat_member")
    assert server.state.commands["default", ""] == [{"command": n, "description": d} for n, d in vi]
    assert len(server.called("setMyCommands")) == 2


async def test_starting_without_a_webhook_removes_the_old_one(server: TelegramServer) -> None:
    channel = Telegram(TOKEN, read, api_url=server.url)
    await channel.start({}, Webhook("https://kheo.vn/telegram", "s3cret"))

    await channel.start({})
    await channel.stop()

    assert server.delivery.webhook is None


async def test_starting_without_telegram_may_be_tried_again(server: TelegramServer) -> None:
    await server.stop()
    channel = Telegram(TOKEN, read, api_url=server.url)

    with pytest.raises(TryLater):
        await channel.start({})

    await channel.stop()
