"""Tokens of the Official Account: one renewal at a time, committed before use, over both databases."""

from __future__ import annotations

import asyncio
import datetime as dt
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select, text

from bot.channels.base import TryLater
from bot.channels.zalo_oa_client import Client
from bot.zalo_oa_pairs import LEASE, Pair, enter, put, take
from bot.zalo_oa_tokens import OAuth, StoredTokens
from storage.channel_tables import access_token
from storage.database import Unavailable, open_database
from tests.fakes.zalo_oa_server import APP_ID, APP_SECRET, FIRST_REFRESH, OA_ID, Fault, ZaloOAServer

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from storage.database import Database
    from storage.session import Session

OAUTH = "/v4/oa/access_token"


@dataclass
class Clock:
    now: dt.datetime = dt.datetime(2027, 3, 9, 2, tzinfo=dt.UTC)

    def __call__(self) -> dt.datetime:
        return self.now


@dataclass
class Alerts:
    told: int = 0

    async def __call__(self) -> None:
        self.told += 1


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def alerts() -> Alerts:
    return Alerts()


@pytest.fixture
async def zalo(clock: Clock) -> AsyncIterator[ZaloOAServer]:
    async with ZaloOAServer(clock) as server:
        yield server


@asynccontextmanager
async def tokens_of(
    database: Database, zalo: ZaloOAServer, clock: Clock, alerts: Alerts, first: str = FIRST_REFRESH
) -> AsyncIterator[StoredTokens]:
    tokens = StoredTokens(database, OAuth(OA_ID, APP_ID, APP_SECRET, zalo.url, first), clock, alerts)
    client = tokens.client = Client(tokens, zalo.url, timeout=0.3)
    yield tokens
    await client.stop()


@pytest.fixture
async def tokens(
    database: Database, zalo: ZaloOAServer, clock: Clock, alerts: Alerts
) -> AsyncIterator[StoredTokens]:
    async with tokens_of(database, zalo, clock, alerts) as made:
        yield made


async def test_the_first_pair_comes_from_the_settings_and_is_kept_sealed(
    database: Database, tokens: StoredTokens, zalo: ZaloOAServer
) -> None:
    assert await tokens.current() == "access-1"

    raw = await database.read(
        lambda session: tuple(session.first(text("SELECT access, refresh FROM access_token")))
    )
    assert "access-1" not in raw[0] + raw[1]
    assert zalo.called(OAUTH) == [
        {"refresh_token": FIRST_REFRESH, "app_id": APP_ID, "grant_type": "refresh_token"}
    ]


async def test_a_pair_in_the_database_goes_before_the_settings(
    database: Database, tokens: StoredTokens, zalo: ZaloOAServer, clock: Clock
) -> None:
    kept = Pair("access-0", "refresh-x", clock.now + dt.timedelta(hours=20))
    await database.write(enter, OA_ID, kept)

    assert await tokens.current() == "access-0"
    assert zalo.called(OAUTH) == []


async def test_a_token_is_renewed_after_twenty_hours_and_not_before(
    tokens: StoredTokens, zalo: ZaloOAServer, clock: Clock
) -> None:
    await tokens.current()
    clock.now += dt.timedelta(hours=19, minutes=59)
    before = await tokens.current()
    clock.now += dt.timedelta(minutes=2)

    assert (before, await tokens.current(), zalo.refreshed) == ("access-1", "access-2", 2)


async def test_many_callers_at_once_cost_one_renewal(tokens: StoredTokens, zalo: ZaloOAServer) -> None:
    got = await asyncio.gather(*(tokens.current() for _ in range(20)))

    assert (set(got), zalo.refreshed) == ({"access-1"}, 1)


async def test_two_processes_at_once_cost_one_renewal(
    database_url: str, zalo: ZaloOAServer, clock: Clock, alerts: Alerts
) -> None:
    one, other = open_database(database_url), open_database(database_url)
    zalo.slow_refresh = 0.2
    async with tokens_of(one, zalo, clock, alerts) as first, tokens_of(other, zalo, clock, alerts) as second:
        got = await asyncio.gather(*(each.current() for each in (first, second) * 3))
        spent = await asyncio.gather(*(each.renewed("access-1") for each in (first, second) * 3))
    await one.close()
    await other.close()

    assert (set(got), set(spent), zalo.refreshed, alerts.told) == ({"access-1"}, {"access-2"}, 2, 0)


async def test_nothing_uses_a_pair_before_it_is_committed(
    database: Database, tokens: StoredTokens, zalo: ZaloOAServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = []

    def watched(session: Session, account: str, used: str, pair: Pair) -> bool:
        seen.append(tokens._pair)
        if len(seen) == 1:
            raise Unavailable
        return put(session, account, used, pair)

    monkeypatch.setattr("bot.zalo_oa_tokens.put", watched)
    monkeypatch.setattr("bot.zalo_oa_tokens.WAIT", 0.01)

    assert await tokens.current() == "access-1"
    assert seen == [None, None]  # tried again, since the pair cannot be had twice
    kept = await database.read(lambda session: session.first(select(access_token)))
    assert (kept.access, kept.refresh, kept.refreshing_by) == ("access-1", "refresh-1", None)


async def test_a_dead_process_lets_go_after_its_lease(
    database: Database, tokens: StoredTokens, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.zalo_oa_tokens.WAIT", 20.0)
    pauses: list[float] = []

    async def pause(seconds: float) -> None:
        pauses.append(seconds)
        clock.now += dt.timedelta(seconds=seconds)

    await database.write(take, OA_ID, 999, clock.now, "", FIRST_REFRESH)  # and it died
    monkeypatch.setattr("bot.zalo_oa_tokens.asyncio.sleep", pause)

    assert await tokens.current() == "access-1"
    assert sum(pauses) >= LEASE.total_seconds()


async def test_a_spent_refresh_token_stops_the_channel_and_is_told_once(
    tokens: StoredTokens, zalo: ZaloOAServer, alerts: Alerts
) -> None:
    zalo.refresh = "another"  # ours was used elsewhere
    for _ in range(3):
        with pytest.raises(TryLater):
            await tokens.current()

    assert (alerts.told, len(zalo.called(OAUTH))) == (1, 1)


async def test_a_pair_entered_by_hand_ends_the_stop(
    database: Database, tokens: StoredTokens, zalo: ZaloOAServer, clock: Clock
) -> None:
    zalo.refresh = "another"
    with pytest.raises(TryLater):
        await tokens.current()

    await database.write(enter, OA_ID, Pair("", "another", clock.now))
    with pytest.raises(TryLater):  # for a minute the database is not asked either
        await tokens.current()
    clock.now += dt.timedelta(seconds=61)

    assert await tokens.current() == "access-1"


async def test_without_any_pair_the_administrators_are_told(
    database: Database, zalo: ZaloOAServer, clock: Clock, alerts: Alerts
) -> None:
    async with tokens_of(database, zalo, clock, alerts, first="") as tokens:
        with pytest.raises(TryLater):
            await tokens.current()

    assert (alerts.told, zalo.called(OAUTH)) == (1, [])


@pytest.mark.parametrize("fault", [Fault(path=OAUTH, status=502), Fault(path=OAUTH, status=403)])
async def test_a_gateways_page_does_not_spend_the_pair(
    tokens: StoredTokens, zalo: ZaloOAServer, alerts: Alerts, fault: Fault
) -> None:
    zalo.fail(fault)
    with pytest.raises(TryLater):
        await tokens.current()

    assert await tokens.current() == "access-1"
    assert alerts.told == 0


async def test_a_pair_whose_answer_was_lost_is_gone_and_the_administrators_are_told(
    tokens: StoredTokens, zalo: ZaloOAServer, alerts: Alerts
) -> None:
    zalo.fail(Fault(path=OAUTH, delivered=True, status=502))
    with pytest.raises(TryLater):
        await tokens.current()
    with pytest.raises(TryLater):
        await tokens.current()

    assert alerts.told == 1


async def test_a_late_answer_is_kept_though_another_process_was_refused_meanwhile(
    database: Database, tokens: StoredTokens, zalo: ZaloOAServer, clock: Clock
) -> None:
    late = await database.write(take, OA_ID, 999, clock.now, "", FIRST_REFRESH)
    clock.now += LEASE + dt.timedelta(seconds=1)
    zalo._next_pair()  # the answer to 999 is on its way
    with pytest.raises(TryLater):
        await tokens.current()

    pair = Pair(zalo.access, zalo.refresh, clock.now + dt.timedelta(hours=25))
    assert not isinstance(late, Pair)
    assert await database.write(put, OA_ID, late.refresh, pair)
    clock.now += dt.timedelta(seconds=61)

    assert await tokens.current() == "access-1"


async def test_a_late_answer_does_not_replace_a_pair_entered_by_hand(database: Database, clock: Clock) -> None:
    lease = await database.write(take, OA_ID, 999, clock.now, "", FIRST_REFRESH)
    assert not isinstance(lease, Pair)
    await database.write(enter, OA_ID, Pair("by-hand", "by-hand", clock.now + dt.timedelta(hours=25)))

    assert not await database.write(put, OA_ID, lease.refresh, Pair("late", "late", clock.now))
    kept = await database.read(lambda session: session.first(select(access_token)))
    assert kept.access == "by-hand"


async def test_a_stop_in_the_middle_of_a_renewal_does_not_lose_the_pair(
    database: Database, tokens: StoredTokens, zalo: ZaloOAServer
) -> None:
    zalo.slow_refresh = 0.1
    asking = asyncio.create_task(tokens.current())
    while not zalo.called(OAUTH):  # noqa: ASYNC110 - it looks at another server's state
        await asyncio.sleep(0.01)
    asking.cancel()
    await tokens.stop()

    kept = await database.read(lambda session: session.first(select(access_token)))
    assert (asking.cancelled(), kept.access, kept.refresh) == (True, "access-1", "refresh-1")
