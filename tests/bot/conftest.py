"""A Telegram for whole-process tests, which is never asked for anything it does not allow."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from conversations import registry
from tests.bot.house import House, open_house
from tests.bot.rooms import declare
from tests.fakes.telegram_server import TelegramServer

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from tests.fakes.telegram_people import Person


@pytest.fixture
async def telegram() -> AsyncIterator[TelegramServer]:
    async with TelegramServer(patience=0.01) as server:
        yield server
    assert server.violations == []


@pytest.fixture
async def house(
    database_url: str, tmp_path: Path, telegram: TelegramServer, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[House]:
    """The process on each kind of database, with the small entrances of `rooms` in place of the real ones."""
    declare(monkeypatch)
    registry.dialogue(command="batdau", title="Join", needs="nothing")(lambda d, _ctx: d.say("Joined."))
    async with open_house(database_url, tmp_path, telegram) as house:
        yield house


@pytest.fixture
def lan(telegram: TelegramServer) -> Person:
    return telegram.person(7, "Lan")
