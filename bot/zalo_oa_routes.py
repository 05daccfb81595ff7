"""`POST /zalo/oa`: what Zalo posts for an Official Account. It wants a 200 within two seconds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog
from aiohttp import web

from bot.channels import zalo_oa_parse
from bot.channels.base import TryLater
from bot.metrics import ZALO_OA_EVENTS

if TYPE_CHECKING:
    from typing import Any

    from bot.arrivals import Arrivals
    from bot.channels.zalo_oa_parse import Keys

MOST_BODY = 256 * 1024

_log = structlog.get_logger()


class ZaloOARoutes:
    """Takes events of one account."""

    def __init__(self, arrivals: Arrivals, keys: Keys) -> None:
        self._arrivals, self._keys = arrivals, keys
        self._signed_with: set[str] = set()

    def add_to(self, app: web.Application) -> None:
        """Add the webhook's route."""
        app.router.add_post("/zalo/oa", self.webhook)

    async def webhook(self, request: web.Request) -> web.Response:
        """Take one event: 403 forged, 413 too large, 400 not an event, 503 not now, 200 taken or kept for good."""
        if (request.content_length or 0) > MOST_BODY:
            raise web.HTTPRequestEntityTooLarge(MOST_BODY, request.content_length or 0)
        raw = await request.read()
        if not raw:  # the console tries an address in this way
            return web.Response()
        try:
            event = zalo_oa_parse.read(raw)
        except ValueError:
            raise web.HTTPBadRequest from None
        self._check(raw, event, request.headers.get("X-ZEvent-Signature", ""))
        await self._take(event)
        return web.Response()

    def _check(self, raw: bytes, event: dict[str, Any], header: str) -> None:
        """Refuse a forged event; say once which of the ways to sign is Zalo's."""
        signed_with = zalo_oa_parse.verified_by(raw, event, header, self._keys)
        if not signed_with:
            ZALO_OA_EVENTS.labels("forged").inc()
            raise web.HTTPForbidden
        if signed_with not in self._signed_with:
            self._signed_with.add(signed_with)
            _log.info("zalo_oa_signed_with", way=signed_with)

    async def _take(self, event: dict[str, Any]) -> None:
        if not zalo_oa_parse.is_known(event):
            ZALO_OA_EVENTS.labels("unknown").inc()
            return
        try:
            inbound = zalo_oa_parse.parse(event, self._keys.oa_id)
        except ValueError:
            ZALO_OA_EVENTS.labels("malformed").inc()
            _log.warning("zalo_oa_event_malformed")
            return  # it will not become better by being sent again
        ZALO_OA_EVENTS.labels("taken" if inbound else "ignored").inc()
        if inbound is None:
            return
        try:
            await self._arrivals.take(inbound)
        except TryLater as later:
            raise web.HTTPServiceUnavailable(headers={"Retry-After": str(max(1, int(later.after)))}) from None
