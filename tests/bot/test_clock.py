"""The clock of the process: what a jump of the machine's clock, a pause and a wish for everything at once do."""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import json
import os
import signal
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest
import structlog
import time_machine

from bot import clock as clock_module
from bot.clock import Clock

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Iterator

    from structlog.typing import EventDict

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
BEGUN = dt.datetime(2027, 3, 9, 1, tzinfo=dt.UTC)
PATIENCE = 10.0  # seconds
ROOT = Path(__file__).parents[2]


class Job:
    """Counts how often it was done; tests wait for the next time, or hold it back half-way."""

    def __init__(self) -> None:
        self.begun = self.done = 0
        self.hold = asyncio.Event()
        self.hold.set()
        self._news = asyncio.Condition()

    async def __call__(self) -> None:
        self.begun += 1
        await self._tell()
        await self.hold.wait()
        self.done += 1
        await self._tell()

    async def was_begun(self, times: int) -> None:
        """Return when it has been begun so often; raise TimeoutError where it does not come to that."""
        async with asyncio.timeout(PATIENCE), self._news:
            await self._news.wait_for(lambda: self.begun >= times)

    async def was_done(self, times: int) -> None:
        """Return when it has been done so often; raise TimeoutError where it does not come to that."""
        async with asyncio.timeout(PATIENCE), self._news:
            await self._news.wait_for(lambda: self.done >= times)

    async def _tell(self) -> None:
        async with self._news:
            self._news.notify_all()


@contextlib.asynccontextmanager
async def ticking(*jobs: tuple[float, Callable[[], Awaitable[object]]], **how: Any) -> AsyncIterator[Clock]:
    """A clock with these jobs, by how often they are done, until the block ends."""
    clock = Clock(ZONE, **how)
    for number, (seconds, job) in enumerate(jobs):
        clock.every(seconds, f"job {number}", job)
    clock.start()
    try:
        yield clock
    finally:
        clock.stop()


@pytest.fixture
def log() -> Iterator[list[EventDict]]:
    """What is logged."""
    with structlog.testing.capture_logs() as entries:
        yield entries


@pytest.fixture
def looking(monkeypatch: pytest.MonkeyPatch) -> None:
    """The clock looks for jumps all the time."""
    monkeypatch.setattr(clock_module, "LOOK_EVERY", 0.05)


@pytest.mark.usefixtures("looking")
@pytest.mark.parametrize("jump", [-3600, 3600])
async def test_after_a_jump_of_an_hour_jobs_go_on(jump: int) -> None:
    often, seldom = Job(), Job()
    with time_machine.travel(BEGUN) as machine:
        async with ticking((0.2, often), (3600, seldom)):
            await often.was_done(1)
            machine.shift(jump)
            begun = time.monotonic()
            await seldom.was_done(1)  # what may have come due is looked at at once
            await often.was_done(4)

            assert time.monotonic() - begun < 5
            assert seldom.done == 1


@pytest.mark.usefixtures("looking")
async def test_a_clock_that_jumps_there_and_back_again_is_followed() -> None:
    job = Job()
    with time_machine.travel(BEGUN) as machine:
        async with ticking((3600, job)):
            for times, jump in enumerate((3600, -3600, -3600, 3600), start=1):
                machine.shift(jump)
                await job.was_done(times)


@pytest.mark.usefixtures("looking")
async def test_a_clock_that_is_put_right_by_a_second_changes_nothing(
    log: list[EventDict],
) -> None:
    job, often = Job(), Job()
    with time_machine.travel(BEGUN) as machine:
        async with ticking((3600, job), (0.5, often)):
            machine.shift(-1)
            await often.was_done(1)

    assert job.begun == 0
    assert log == []


async def test_planned_anew_everything_is_done_at_once_and_then_as_often_as_ever() -> None:
    jobs = [Job(), Job(), Job()]
    async with ticking(*((seconds, job) for seconds, job in zip((0.5, 300, 3600), jobs, strict=True))) as clock:
        clock.plan_anew()
        for job in jobs:
            await job.was_done(1)
        await jobs[0].was_done(2)

    assert [job.done for job in jobs[1:]] == [1, 1]


async def test_all_is_done_once_when_it_is_waited_for() -> None:
    jobs = [Job(), Job()]
    async with ticking(*((3600, job) for job in jobs)) as clock:
        await clock.run_all()

    assert [job.done for job in jobs] == [1, 1]


async def test_a_job_under_way_is_done_once_more_and_never_twice_at_a_time() -> None:
    job = Job()
    async with ticking((3600, job)) as clock:
        job.hold.clear()
        clock.plan_anew()
        await job.was_begun(1)
        clock.plan_anew()  # such as for a jump: what is under way is enough
        once_more = asyncio.create_task(clock.run_all())
        for _ in range(20):
            await asyncio.sleep(0)
        during = job.begun
        job.hold.set()
        await once_more

    assert (during, job.begun, job.done) == (1, 2, 2)


async def test_a_job_that_fails_stops_nothing_and_is_done_again(log: list[EventDict]) -> None:
    job, other = Job(), Job()

    async def broken() -> None:
        await job()
        raise ZeroDivisionError

    async with ticking((3600, broken), (3600, other)) as clock:
        for _ in range(2):
            await clock.run_all()

    assert (job.done, other.done) == (2, 2)
    assert [(entry["event"], entry["job"]) for entry in log] == [("job_failed", "job 0")] * 2


async def test_a_job_that_is_under_way_at_the_end_is_no_failure(caplog: pytest.LogCaptureFixture) -> None:
    job = Job()
    job.hold.clear()
    async with ticking((3600, job)) as clock:
        clock.plan_anew()
        await job.was_begun(1)
    for _ in range(20):
        await asyncio.sleep(0)

    assert (job.done, caplog.text) == (0, "")


async def test_in_the_demo_nobody_waits_for_minutes() -> None:
    async def nothing() -> None:
        """Do nothing."""

    clock = Clock(ZONE, quick=True)
    for seconds in (1, 300, 3600):
        clock.every(seconds, str(seconds), nothing)

    planned = [job.trigger.interval.total_seconds() for job in clock._scheduler.get_jobs()]
    assert planned == [1, 5, 3600]


PAUSED = """
import asyncio, json, time
from zoneinfo import ZoneInfo
from bot import clock as module
module.LOOK_EVERY = 0.1

async def main():
    async def tick():
        print(json.dumps(time.monotonic()), flush=True)
    clock = module.Clock(ZoneInfo("UTC"))
    clock.every(0.5, "tick", tick)
    clock.start()
    await asyncio.sleep(60)

asyncio.run(main())
"""


async def test_after_a_pause_of_the_process_what_was_missed_is_done_once() -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", PAUSED, cwd=ROOT, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    assert process.stdout
    assert process.stderr
    try:
        async with asyncio.timeout(60):
            await process.stdout.readline()
            os.kill(process.pid, signal.SIGSTOP)
            await asyncio.sleep(3)  # six times would have been missed
            woken = time.monotonic()
            os.kill(process.pid, signal.SIGCONT)
            after: list[float] = []
            while len(after) < 3:
                tick = json.loads(await process.stdout.readline()) - woken
                after += [tick] if tick >= 0 else []
    finally:
        process.kill()
        await process.wait()

    assert after[2] > 0.5  # had it made up for what was missed, they had come at once
    assert b"jump" not in await process.stderr.read()
