"""The clock: a handful of interval jobs, each idempotent. It only wakes us; what is due stands in tables.

APScheduler plans by the time of the machine. When that jumps, such as by an hour, jobs planned before a jump back
would stand still for as long; so the clock looks for jumps itself, and then has everything done at once.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import time
from functools import partial
from typing import TYPE_CHECKING, Final

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

QUICK: Final = 10.0  # seconds: in the demo nobody waits longer for what is done every few minutes
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
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        )
        self._running: set[str] = set()
        self._again: set[str] = set()
        self._watch: asyncio.Task[None] | None = None

    def every(self, seconds: float, name: str, job: Callable[[], Awaitable[object]]) -> None:
        """Run the job so often, once the clock has been started; one that fails runs again the next time."""
        if self._quick and seconds < HOUR:
            seconds = min(seconds, QUICK)
        self._scheduler.add_job(partial(self._run, name, job), "interval", seconds=seconds, id=name)

    def start(self) -> None:
        """Start inside the running loop."""
        self._scheduler.start()
        self._watch = asyncio.create_task(self._look_for_jumps(), name="clock")

    def stop(self) -> None:
        """Stop; a job under way is cancelled and runs again at the next start."""
        if self._watch:
            self._watch.cancel()
        self._scheduler.shutdown(wait=False)

    def run_all(self) -> None:
        """Have every job done now, and then as often as ever; returns at once. One under way is done once more."""
        now = dt.datetime.now(self._zone)
        for job in self._scheduler.get_jobs():
            if job.id in self._running:
                self._again.add(job.id)
            else:
                job.modify(next_run_time=now)

    async def _run(self, name: str, job: Callable[[], Awaitable[object]]) -> None:
        self._running.add(name)
        try:
            await _tried(name, job)
            while name in self._again:
                self._again.discard(name)
                await _tried(name, job)
        except asyncio.CancelledError:
            return  # we stop: to APScheduler it would be a job that failed, and be told with all its lines
        finally:
            self._running.discard(name)

    async def _look_for_jumps(self) -> None:
        """Have everything done at once whenever the time of the machine has moved against what went by."""
        before = _ahead()
        while True:
            await asyncio.sleep(LOOK_EVERY)
            ahead = _ahead()
            if abs(ahead - before) >= SMALLEST_JUMP:
                _log.warning("clock_jumped", seconds=round(ahead - before))
                self.run_all()
            before = ahead


async def _tried(name: str, job: Callable[[], Awaitable[object]]) -> None:
    try:
        await job()
    except Exception as error:
        _log.warning("job_failed", job=name, error=type(error).__name__)


def _ahead() -> float:
    """How far the time of the machine is ahead of the seconds that went by; only a jump changes it."""
    return time.time() - time.monotonic()
