"""A Telegram for whole-process tests, which is never asked for anything it does not allow."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from conversations import registry
from tests.bot.house import House, open_house
from tests.bot.rooms import declare
from tests.fakes.telegram_server import TelegramServer

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import AsyncIterator
    from pathlib import Path

    from tests.fakes.telegram_people import Person


class AnyHour:
    """Hours of which none is quiet: tests run at night as well."""

    @staticmethod
    def is_quiet(now: dt.datetime, zone: dt.tzinfo) -> bool:
        return False

    @staticmethod
    def next_allowed(now: dt.datetime, zone: dt.tzinfo) -> dt.datetime:
        return now


@pytest.fixture(autouse=True)
def any_hour(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.looks.quiet_hours", AnyHour)
    monkeypatch.setattr("bot.delivery.quiet_hours", AnyHour)


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
