"""A running app on each kind of database, with the small entrances of `rooms`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from conversations import registry
from tests.bot.rooms import declare
from tests.bot.zalo_oa.houses import Running, run
from tests.fakes.zalo_oa_server import ZaloOAServer

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path


@pytest.fixture
async def zalo() -> AsyncIterator[ZaloOAServer]:
    async with ZaloOAServer() as server:
        yield server
    assert server.violations == []


@pytest.fixture
def entrances(monkeypatch: pytest.MonkeyPatch) -> None:
    declare(monkeypatch)
    registry.dialogue(command="batdau", title="Join", needs="nothing")(lambda d, _ctx: d.say("Joined."))


@pytest.fixture
async def house(database_url: str, tmp_path: Path, zalo: ZaloOAServer, entrances: None) -> AsyncIterator[Running]:
    async with run(database_url, tmp_path, zalo) as running:
        yield running
