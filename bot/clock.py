"""The clock: a handful of interval jobs, each idempotent. It only wakes us; what is due stands in tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Awaitable, Callable

_log = structlog.get_logger()


class Clock:
    """Runs the jobs of one process."""

    def __init__(self, zone: dt.tzinfo) -> None:
        self._scheduler = AsyncIOScheduler(
            timezone=zone,
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        )

    def every(self, seconds: float, name: str, job: Callable[[], Awaitable[object]]) -> None:
        """Run the job so often, once the clock has been started; one that fails runs again the next time."""

        async def run() -> None:
            try:
                await job()
            except Exception as error:
                _log.warning("job_failed", job=name, error=type(error).__name__)

        self._scheduler.add_job(run, "interval", seconds=seconds, id=name)

    def start(self) -> None:
        """Start inside the running loop."""
        self._scheduler.start()

    def stop(self) -> None:
        """Stop; a job under way is cancelled and runs again at the next start."""
        self._scheduler.shutdown(wait=False)
