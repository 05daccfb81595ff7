"""The clock: a handful of interval jobs, each an idempotent function of the session and the time.

APScheduler only wakes us; what is due stands in tables.
"""

from __future__ import annotations

import asyncio
import datetime as dt
from typing import TYPE_CHECKING

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from sqlalchemy import delete

from bot import fading
from storage.channel_tables import inbox, outbox, upload, upload_link

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from storage.database import Database
    from storage.partial_files import PartialFiles
    from storage.session import Session

KEEP_INBOX = dt.timedelta(days=30)  # platforms deliver again for a day at most
KEEP_OUTBOX = dt.timedelta(days=400)  # the web page's history, for the length of a cycle
KEEP_UPLOAD_LINKS = dt.timedelta(days=30)  # long expired by then
KEEP_PARTS = dt.timedelta(days=2)  # of files that were never finished
KEEP_UPLOADS = dt.timedelta(days=400)  # drafts live as long as the cycle

_log = structlog.get_logger()


def sweep(session: Session, now: dt.datetime) -> None:
    """Forget what is no longer needed. Files stay: drafts that hold some may be as old as the cycle."""
    session.execute(delete(inbox).where(inbox.c.received_at < now - KEEP_INBOX))
    ended = outbox.c.state.not_in(["waiting", "sending"])
    session.execute(delete(outbox).where(ended, outbox.c.created_at < now - KEEP_OUTBOX))
    session.execute(delete(upload).where(upload.c.created_at < now - KEEP_UPLOADS))
    session.execute(delete(upload_link).where(upload_link.c.created_at < now - KEEP_UPLOAD_LINKS))
    fading.fade(session, now)


class Clock:
    """Runs the jobs of one process."""

    def __init__(
        self, database: Database, parts: PartialFiles, now: Callable[[], dt.datetime], zone: dt.tzinfo
    ) -> None:
        self._database, self._parts, self._now = database, parts, now
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
        self._scheduler.add_job(self.sweep, "interval", hours=1, id="sweep")
        self._scheduler.start()

    def stop(self) -> None:
        """Stop; a job under way is cancelled and runs again at the next start."""
        self._scheduler.shutdown(wait=False)

    async def sweep(self) -> None:
        """Forget what is no longer needed."""
        try:
            await self._database.write(sweep, self._now())
            await asyncio.to_thread(self._parts.sweep, KEEP_PARTS.total_seconds())
        except Exception as error:
            _log.warning("sweep_failed", error=type(error).__name__)
