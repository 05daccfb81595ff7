"""A Telegram of our own and the channel that talks to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.channels.telegram import Telegram
from tests.fakes.telegram_samples import read
from tests.fakes.telegram_server import TOKEN, TelegramServer

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.fakes.telegram_people import Person


@pytest.fixture
async def server() -> AsyncIterator[TelegramServer]:
    """The fake; every call to it must have been by the facts."""
    async with TelegramServer() as server:
        yield server
    assert server.violations == []


@pytest.fixture
async def channel(server: TelegramServer) -> AsyncIterator[Telegram]:
    channel = Telegram(TOKEN, read, api_url=server.url, timeout=0.2)
    await channel.start({})
    yield channel
    await channel.stop()


@pytest.fixture
def lan(server: TelegramServer) -> Person:
    return server.person(7, "Lan")
