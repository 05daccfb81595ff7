"""/healthz and /metrics: whether the process can do its work, and what it has done."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from sqlalchemy import func, select

from bot.live_rows import is_live
from bot.metrics import QUOTA, QUOTA_LIMIT, QUOTA_PEOPLE
from movement import quota
from storage.channel_tables import outbox
from storage.database import Unavailable

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable

    from storage.database import Database
    from storage.session import Session


class Vitals:
    """The routes."""

    def __init__(self, database: Database, zone: dt.tzinfo, now: Callable[[], dt.datetime]) -> None:
        self._database, self._zone, self._now = database, zone, now

    def add_to(self, app: web.Application) -> None:
        """Add the routes."""
        app.router.add_get("/healthz", self.health)
        app.router.add_get("/metrics", self.metrics)

    async def health(self, _request: web.Request) -> web.Response:
        """200 with what waits to be sent, or 503 where the database does not answer."""
        try:
            waiting = await self._database.read(_waiting)
        except Unavailable:
            return web.json_response({"status": "database unavailable"}, status=503)
        return web.json_response({"status": "ok", "waiting": waiting})

    async def metrics(self, _request: web.Request) -> web.Response:
        """The counters, in Prometheus' text format; what is counted in the database is read for it."""
        with contextlib.suppress(Unavailable):
            await self._count_quotas()
        return web.Response(body=generate_latest(), headers={"Content-Type": CONTENT_TYPE_LATEST})

    async def _count_quotas(self) -> None:
        if not quota.limits():
            return
        for used in await self._database.read(quota.used, quota.month_of(self._now(), self._zone)):
            QUOTA.labels(used.channel, used.account, "sent").set(used.sent)
            QUOTA.labels(used.channel, used.account, "received").set(used.received)
            QUOTA_LIMIT.labels(used.channel, used.account).set(used.limit.messages)
            QUOTA_PEOPLE.labels(used.channel, used.account).set(used.people)


def _waiting(session: Session) -> int:
    number: int = session.scalar(select(func.count()).select_from(outbox).where(is_live(outbox)))
    return number
