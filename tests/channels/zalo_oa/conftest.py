"""A Zalo of our own, the channel that talks to it, and a clock that tests move."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest

from bot.channels.base import TryLater
from bot.channels.zalo_oa import Account, ZaloOA
from bot.channels.zalo_oa_client import Client
from tests.fakes.telegram_samples import read
from tests.fakes.zalo_oa_server import OA_ID, ZaloOAServer

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.fakes.zalo_oa_people import Person

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")


@dataclass
class Clock:
    """The present, which tests move."""

    now: dt.datetime = dt.datetime(2027, 3, 9, 2, tzinfo=dt.UTC)

    def __call__(self) -> dt.datetime:
        return self.now

    def later(self, **by: float) -> None:
        self.now += dt.timedelta(**by)


@dataclass
class Tokens:
    """Tokens without a database: the server's own, one renewal at a time."""

    zalo: ZaloOAServer
    access: str = "access-0"
    renewals: int = 0

    async def current(self) -> str:
        return self.access

    async def renewed(self, spent: str) -> str:
        assert spent == self.access
        self.renewals += 1
        if self.renewals > 3:
            raise TryLater(60, why="no token")
        self.zalo._next_pair()
        self.access = self.zalo.access
        return self.access


@dataclass
class Counted:
    """What messages were charged to."""

    quotas: list[str] = field(default_factory=list)

    def __call__(self, quota: str) -> None:
        self.quotas.append(quota)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def zalo(clock: Clock) -> AsyncIterator[ZaloOAServer]:
    """The fake; every call to it must have been by the documents."""
    async with ZaloOAServer(clock) as server:
        yield server
    assert server.violations == []


@pytest.fixture
def counted() -> Counted:
    return Counted()


@pytest.fixture
def tokens(zalo: ZaloOAServer) -> Tokens:
    return Tokens(zalo)


@pytest.fixture
def account() -> Account:
    return Account(OA_ID, ZONE, templates={"reminder": "7001"})


@pytest.fixture
async def channel(
    zalo: ZaloOAServer, clock: Clock, tokens: Tokens, account: Account, counted: Counted
) -> AsyncIterator[ZaloOA]:
    channel = ZaloOA(account, Client(tokens, zalo.url, timeout=0.3), read, clock, counted)
    yield channel
    await channel.stop()


@pytest.fixture
def lan(zalo: ZaloOAServer, clock: Clock) -> Person:
    """Somebody who wrote a moment ago."""
    lan = zalo.person("8000000000000000001")
    lan.last_interaction = clock.now
    return lan
