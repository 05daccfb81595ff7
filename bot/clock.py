"""The clock: a handful of interval jobs, each idempotent. It only wakes us; what is due stands in tables.

APScheduler plans by the time of the machine. When that jumps, such as by an hour, jobs planned before a jump back
would stand still for as long; so the clock looks for jumps itself, and then plans anew, beginning at once.
"""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import time
from typing import TYPE_CHECKING, Final

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

QUICK: Final = 5.0  # seconds: in the demo nobody waits longer for what is done every few minutes
HOUR: Final = 3600.0
LOOK_EVERY: Final = 5.0  # seconds between looks for a jump
SMALLEST_JUMP: Final = 2.0  # seconds; clocks that are put right slowly move less between two looks

_log = structlog.get_logger()


class Clock:
    """Runs the jobs of one process; `quick` does those of minutes every few seconds, for people who try it."""

    def __init__(self, zone: dt.tzinfo, *, quick: bool = False) -> None:
        self._zone, self._quick = zone, quick
        self._scheduler = AsyncIOScheduler(
            timezone=zone,
            # Two, since a job under way lets the next tick pass by itself, and is no warning: see `_Job.tick`.
            job_defaults={"coalesce": True, "max_instances": 2, "misfire_grace_time": None},
        )
        self._jobs: dict[str, _Job] = {}
        self._watch: asyncio.Task[None] | None = None

    def every(self, seconds: float, name: str, job: Callable[[], Awaitable[object]]) -> None:
        """Run the job so often, once the clock has been started; one that fails runs again the next time."""
        if self._quick and seconds < HOUR:
            seconds = min(seconds, QUICK)
        self._jobs[name] = _Job(name, job)
        self._scheduler.add_job(self._jobs[name].tick, "interval", seconds=seconds, id=name)

    def start(self) -> None:
        """Start inside the running loop."""
        self._scheduler.start()
        self._watch = asyncio.create_task(self._look_for_jumps(), name="clock")

    def stop(self) -> None:
        """Stop; a job under way is cancelled and runs again at the next start."""
        if self._watch:
            self._watch.cancel()
        self._scheduler.shutdown(wait=False)

    def plan_anew(self) -> None:
        """Have every job done now, and from now on as often as ever; returns at once."""
        now = dt.datetime.now(self._zone)
        for job in self._scheduler.get_jobs():
            job.modify(next_run_time=now)

    async def run_all(self) -> None:
        """Do every job once, whenever it is due next, and return; one under way is done once more."""
        await asyncio.gather(*[job.run() for job in self._jobs.values()])

    async def _look_for_jumps(self) -> None:
        """Plan anew whenever the time of the machine has moved against the seconds that went by."""
        before = _ahead()
        while True:
            await asyncio.sleep(LOOK_EVERY)
            ahead = _ahead()
            if abs(ahead - before) >= SMALLEST_JUMP:
                _log.warning("clock_jumped", seconds=round(ahead - before))
                self.plan_anew()
            before = ahead


class _Job:
    """One job, which is never done twice at a time."""

    def __init__(self, name: str, work: Callable[[], Awaitable[object]]) -> None:
        self._name, self._work = name, work
        self._under_way = asyncio.Lock()

    async def tick(self) -> None:
        """Do it, unless it is under way."""
        if self._under_way.locked():
            return
        with contextlib.suppress(asyncio.CancelledError):  # we stop: APScheduler would tell it as a failure
            await self.run()

    async def run(self) -> None:
        """Do it, after the one under way; that it failed is only told."""
        async with self._under_way:
            try:
                await self._work()
            except Exception as error:
                _log.warning("job_failed", job=self._name, error=type(error).__name__)


def _ahead() -> float:
    """How far the time of the machine is ahead of the seconds that went by; only a jump changes it."""
    return time.time() - time.monotonic()
