"""`GET /f/<token>`: a file by its link, for browsers and for platforms that fetch pictures; no cookie needed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aiohttp import web

from bot.file_headers import file_headers
from bot.plain_page import plain_page
from bot.rates import Rate
from locales import _, speaking
from movement import links

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable

    from storage.database import Database
    from storage.files import FileStore

OPENED_A_MINUTE = 120  # by one person's links
WRONG_A_MINUTE = 60  # from one place; behind a proxy all places are one, which only stops the guessing
_ALSO = {
    "Cross-Origin-Resource-Policy": "cross-origin",  # whoever has the link may show the picture
    "X-Robots-Tag": "noindex, nofollow, noarchive",
}


class FileLinks:
    """The route over one database and its files."""

    def __init__(self, database: Database, store: FileStore, locale: str, now: Callable[[], dt.datetime]) -> None:
        self._database, self._store, self._locale, self._now = database, store, locale, now
        self._opened, self._wrong = Rate(OPENED_A_MINUTE), Rate(WRONG_A_MINUTE)

    def add_to(self, app: web.Application) -> None:
        """Add the route, for GET and HEAD."""
        app.router.add_get("/f/{token}", self.open)

    async def open(self, request: web.Request) -> web.StreamResponse:
        """The file or the asked part of it, or a page that says why not and what to do."""
        with speaking(self._locale):
            try:
                linked = links.read_file(request.match_info["token"])
            except links.WrongTokenError:
                return _wrong() if self._wrong.takes(request.remote or "") else _too_often()
            if not self._opened.takes(str(linked.address_id)):
                return _too_often()
            if linked.expires_at <= self._now():
                return _expired()
            path = self._store.path(linked.sha256)
            if not path.is_file() or not await self._database.read(links.still_opens, linked, self._now()):
                return _gone()
            return web.FileResponse(path, headers=file_headers(linked.name, linked.media_type) | _ALSO)


def _wrong() -> web.Response:
    return plain_page(
        404,
        _("This link does not open anything"),
        _("It may have been cut off on its way. Please open it from the chat by tapping it there."),
        _("If that does not help, ask for the file again in the chat with Khéo."),
    )


def _expired() -> web.Response:
    return plain_page(
        410,
        _("This link has expired"),
        _("Links to files hold for a short time only, so that nobody else comes by them later."),
        _("Please ask for the file again in the chat with Khéo: a new link will come."),
    )


def _gone() -> web.Response:
    return plain_page(
        410,
        _("This file is no longer here"),
        _("Please ask for it again in the chat with Khéo, or turn to your union officer."),
    )


def _too_often() -> web.Response:
    return plain_page(
        429,
        _("Too many tries"),
        _("Please wait a minute, then open the link once more."),
        headers={"Retry-After": "60"},
    )
