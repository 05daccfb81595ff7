"""The gate: how fast it lets through whatever the network does, who goes first, and when nobody goes."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import random
from dataclasses import dataclass, field

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from bot.channels.base import Pace, TryLater
from bot.gate import LONGEST_PAUSE, Gate, Held
from tests.fakes.fast_loop import run

PACE = Pace(30, 1.0, 1.0)


@dataclass
class Platform:
    """Counts what arrives, after a delay on the way and before one on the way back."""

    delays: tuple[float, float] = (0.0, 0.001)  # seconds, the least and the most, each way
    arrived: list[tuple[float, str]] = field(default_factory=list)
    chance: random.Random = field(default_factory=lambda: random.Random(7))

    async def take(self, gate: Gate, chat: str, *, first: bool = False, weight: int = 1) -> bool:
        """Send one message; whether it went."""
        try:
            async with gate.way(chat, first=first, weight=weight):
                await asyncio.sleep(self.chance.uniform(*self.delays))
                self.arrived += [(asyncio.get_running_loop().time(), chat)] * weight
                await asyncio.sleep(self.chance.uniform(*self.delays))
        except Held:
            return False
        return True

    def most(self, seconds: float, chat: str = "") -> int:
        """The most that arrived in any span of so many seconds."""
        times = sorted(at for at, to in self.arrived if chat in ("", to))
        return max(sum(1 for other in times if at <= other < at + seconds) for at in times)


def gate_of(pace: Pace | None = PACE) -> Gate:
    return Gate(pace, lambda: asyncio.get_running_loop().time())


async def bulk(gate: Gate, platform: Platform, many: int, chats: int = 10**6) -> float:
    """Send so many that nobody waits for, with some always at the gate; give the seconds it took."""
    began = asyncio.get_running_loop().time()
    numbers = iter(range(many))

    async def hand() -> None:
        for number in numbers:
            while not await platform.take(gate, f"b{number % chats}"):
                pass

    await asyncio.gather(*(hand() for _ in range(15)))
    return asyncio.get_running_loop().time() - began


@settings(max_examples=25, deadline=None)
@given(
    slowest=some.sampled_from([0.0, 0.01, 0.3, 2.0]),
    answers=some.lists(some.tuples(some.floats(0, 8), some.integers(1, 11)), max_size=60),
    seed=some.integers(0, 1000),
)
def test_whatever_the_network_does_never_more_arrive_than_allowed(
    slowest: float, answers: list[tuple[float, int]], seed: int
) -> None:
    platform = Platform((0, slowest), chance=random.Random(seed))

    async def work() -> None:
        gate = gate_of()

        async def answer(after: float, weight: int) -> None:
            await asyncio.sleep(after)
            assert await platform.take(gate, f"a{after}", first=True, weight=weight)

        await asyncio.gather(bulk(gate, platform, 200, chats=150), *(answer(*each) for each in answers))

    run(work())

    assert platform.most(PACE.seconds) <= PACE.many
    assert all(platform.most(PACE.chat, f"b{number}") == 1 for number in range(150))


def test_bulk_takes_hardly_longer_than_the_platform_asks_for() -> None:
    platform = Platform()

    took = run(bulk_alone(platform, 3000))

    assert 1.0 <= took / (3000 / 30) <= 1.02


async def bulk_alone(platform: Platform, many: int) -> float:
    return await bulk(gate_of(), platform, many)


def test_answers_hardly_wait_while_bulk_goes() -> None:
    platform, waits = Platform(), list[float]()

    async def work() -> None:
        gate = gate_of()
        sending = asyncio.create_task(bulk(gate, platform, 900))
        for number in range(100):
            await asyncio.sleep(platform.chance.uniform(0.1, 0.5))
            began = asyncio.get_running_loop().time()
            async with gate.way(f"a{number}", first=True):
                waits.append(asyncio.get_running_loop().time() - began)
        await sending

    run(work())

    assert sorted(waits)[50] <= 0.01
    assert sorted(waits)[-2] <= 0.034


def test_answers_go_before_all_bulk_that_waits() -> None:
    platform = Platform()

    async def work() -> None:
        gate = gate_of(Pace(1, 1.0, 0.0))
        waiting = [asyncio.create_task(platform.take(gate, f"b{number}")) for number in range(3)]
        await asyncio.sleep(0.1)
        waiting += [asyncio.create_task(platform.take(gate, f"a{number}", first=True)) for number in range(2)]
        await asyncio.gather(*waiting)

    run(work())

    assert [chat for _, chat in platform.arrived] == ["b0", "a0", "a1", "b1", "b2"]


def test_bulk_to_a_chat_that_had_a_message_lets_others_pass() -> None:
    platform = Platform()

    async def work() -> None:
        gate = gate_of()
        await platform.take(gate, "lan", first=True)
        await asyncio.gather(platform.take(gate, "lan"), platform.take(gate, "minh"))

    run(work())

    (answered, _), (minh, second), (lan, _) = platform.arrived
    assert second == "minh"
    assert minh - answered < 0.1
    assert lan - answered > 1.0


def test_bulk_gives_way_to_an_answer_to_the_same_chat() -> None:
    platform = Platform()

    async def work() -> float:
        gate = gate_of()
        await platform.take(gate, "lan", first=True)
        sending = asyncio.create_task(platform.take(gate, "lan"))
        await asyncio.sleep(0.1)
        gate.give_way("lan")
        assert not await sending
        return asyncio.get_running_loop().time()

    assert run(work()) < 1000.2


def test_bulk_does_not_wait_for_long_but_is_put_back() -> None:
    async def work() -> bool:
        gate = gate_of(Pace(1, 60.0, 0.0))
        platform = Platform()
        await platform.take(gate, "first", first=True)
        return await platform.take(gate, "second")

    assert run(work()) is False


def test_a_chat_that_is_held_holds_up_only_itself() -> None:
    platform = Platform()

    async def work() -> None:
        gate = gate_of()
        assert gate.hold("lan", 5) == 0
        assert not await platform.take(gate, "lan")
        await asyncio.gather(platform.take(gate, "lan", first=True), platform.take(gate, "minh", first=True))

    run(work())

    assert [(round(at - 1000), chat) for at, chat in platform.arrived] == [(0, "minh"), (5, "lan")]


def test_an_answer_to_a_chat_that_is_held_holds_up_no_bulk() -> None:
    platform = Platform()

    async def work() -> None:
        gate = gate_of()
        gate.hold("lan", 50)
        await asyncio.gather(platform.take(gate, "lan", first=True), platform.take(gate, "minh"))

    run(work())

    assert [(round(at - 1000), chat) for at, chat in platform.arrived] == [(0, "minh"), (50, "lan")]


def test_a_second_chat_that_is_held_holds_the_bot() -> None:
    platform = Platform()

    async def work() -> None:
        gate = gate_of()
        gate.hold("lan", 30)
        assert gate.hold("lan", 30) == 0
        assert gate.hold("minh", 20) == 20
        assert not await platform.take(gate, "hoa")
        assert gate.room(1, 100) == 0
        await platform.take(gate, "hoa", first=True)

    run(work())

    assert platform.arrived[0][0] >= 1020


def test_a_hold_that_is_over_is_no_reason_to_hold_the_bot() -> None:
    async def work() -> float:
        gate = gate_of()
        gate.hold("lan", 3)
        await asyncio.sleep(3.1)
        return gate.hold("minh", 3)

    assert run(work()) == 0


def test_a_platform_that_is_away_is_tried_by_one_message_at_a_time_ever_more_rarely_until_it_is_back() -> None:
    """And what waited does not come all at once."""
    tries: list[float] = []
    platform = Platform()

    async def work() -> None:
        gate = gate_of()
        loop = asyncio.get_running_loop()
        away_until = loop.time() + 6 * 3600

        async def answer(number: int) -> None:
            while True:
                with contextlib.suppress(TryLater):
                    async with gate.way(f"a{number}", first=True):
                        await asyncio.sleep(0.01)
                        tries.append(loop.time())
                        if loop.time() <= away_until:
                            raise TryLater
                        platform.arrived.append((loop.time(), f"a{number}"))
                        return

        await asyncio.gather(*(answer(number) for number in range(200)))

    run(work())

    away = [at for at in tries if at <= 1000 + 6 * 3600]
    rare = away[len(away) // 2 :]
    gaps = [later - earlier for earlier, later in itertools.pairwise(rare)]
    assert min(gaps) > LONGEST_PAUSE / 2
    assert max(gaps) <= LONGEST_PAUSE + 1
    assert len(away) < 1000
    assert len(platform.arrived) == 200
    assert platform.arrived[0][0] - (1000 + 6 * 3600) <= LONGEST_PAUSE + 1
    assert platform.most(1.0) <= 30


def test_what_failed_while_a_pause_began_does_not_make_it_longer() -> None:
    async def work() -> list[bool]:
        gate = gate_of()
        return [gate.failed() > 0 for _ in range(40)]

    assert run(work()) == [False, False, True] + [False] * 37


def test_one_message_that_fails_twice_stops_nobody() -> None:
    async def work() -> list[float]:
        gate = gate_of()
        found = [gate.failed(), gate.failed()]
        gate.worked()
        return [*found, gate.failed(), gate.failed()]

    assert run(work()) == [0, 0, 0, 0]


def test_a_lease_that_is_over_stops_bulk_and_not_answers() -> None:
    platform = Platform()

    async def work() -> None:
        gate = gate_of()
        gate.may_send_bulk_until = 1000.5
        assert await platform.take(gate, "b1")
        await asyncio.sleep(600)  # as a process that was stopped for ten minutes
        assert not await platform.take(gate, "b2")
        assert await platform.take(gate, "a1", first=True)

    run(work())


def test_room_is_left_to_other_processes() -> None:
    platform = Platform()

    async def work() -> float:
        gate = gate_of()
        gate.others = 10
        return await bulk(gate, platform, 200)

    assert run(work()) > 9
    assert platform.most(1.0) <= 20


@pytest.mark.parametrize("lane", ["answer", "bulk"])
def test_who_goes_away_while_waiting_takes_no_place(lane: str) -> None:
    platform = Platform()

    async def work() -> None:
        gate = gate_of(Pace(1, 1.0, 0.0))
        await platform.take(gate, "x", first=True)
        leaving = asyncio.create_task(platform.take(gate, "leaving", first=lane == "answer"))
        await asyncio.sleep(0.1)
        leaving.cancel()
        assert await platform.take(gate, "y")

    run(work())

    assert [chat for _, chat in platform.arrived] == ["x", "y"]
    assert platform.arrived[1][0] < 1001.1


def test_a_bot_without_a_pace_sends_at_once() -> None:
    async def work() -> float:
        gate = gate_of(None)
        await asyncio.gather(*(Platform().take(gate, "lan") for _ in range(100)))
        return asyncio.get_running_loop().time()

    assert run(work()) < 1000.1


def test_so_much_bulk_is_claimed_as_can_go_soon() -> None:
    assert Gate(PACE).room(0.5, 100) == 15
    assert Gate(Pace(300, 1.0, 1.0)).room(0.5, 100) == 100
    assert Gate(None).room(0.5, 100) == 100
