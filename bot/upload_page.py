"""`/u/<token>`: the page on which a person sends photos and files from a browser, in pieces, whatever the line.

A piece says where it belongs (`Upload-Offset`); HEAD tells how far a file has come, so nothing is sent twice.
What has come whole is looked into like any file; "done" makes one message of it, in the chat the link is for.
"""

from __future__ import annotations

import asyncio
import html
import json
import re
import string
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from aiohttp import web

from bot import upload_answers as answers
from bot import web_page
from bot.channels.base import Inbound, RemoteFile, TryLater
from bot.channels.clean import clean
from bot.channels.web import file_name
from bot.intake import MOST_BYTES
from bot.rates import Rate
from bot.web_guard import Places, demand_our_page, read_body
from locales import speaking
from movement import upload_links
from movement.links import WrongTokenError
from movement.upload_links import TooManyError, UsedUpError
from storage.partial_files import NoRoomError

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Awaitable, Callable

    from bot.inbox import Desk
    from bot.intake import Intake
    from movement.upload_links import UploadLink, Visit
    from storage.database import Database
    from storage.partial_files import PartialFiles

MOST_PIECE = 4 * 1024**2  # bytes
MOST_UNDER_WAY = 1024**3  # bytes of unfinished files, of everybody
MOST_BEGUN = 8  # unfinished files of one link
PIECE_SECONDS = 120.0
MOST_AT_ONCE = 4  # requests of one link
MOST_AT_ONCE_OF_ALL = 32  # each may hold a whole file in memory
REQUESTS_A_MINUTE = 600  # of one link
WRONG_A_MINUTE = 60  # from one place
LONGEST_CAPTION = 1000
_MOST_BODY = 20_000
_FILE = "/u/{token}/{file:[0-9a-f]{8,20}}"
_OFFSET = re.compile(r"[0-9]{1,9}")


class UploadPage:
    """The routes over one database, one place for pieces, and the intake of every channel."""

    def __init__(
        self,
        database: Database,
        parts: PartialFiles,
        intake: Intake,
        desk: Desk,
        now: Callable[[], dt.datetime],
    ) -> None:
        address = urlsplit(desk.public_url)
        self._origin = f"{address.scheme}://{address.netloc}"
        self._database, self._parts, self._intake, self._desk, self._now = database, parts, intake, desk, now
        self._places, self._requests, self._wrong = Places(), Rate(REQUESTS_A_MINUTE), Rate(WRONG_A_MINUTE)
        self._page = _page()

    def add_to(self, app: web.Application) -> None:
        """Add the routes."""
        app.router.add_get("/u/{token}", self.open)
        app.router.add_head(_FILE, self._known(self.offset))
        app.router.add_patch(_FILE, self._known(self.piece))
        app.router.add_delete(_FILE, self._known(self.drop))
        app.router.add_post("/u/{token}/done", self._known(self.done))

    async def open(self, request: web.Request) -> web.StreamResponse:
        """The page with what has come already, or one that says why there is none."""
        with speaking(self._desk.locale):
            try:
                link = upload_links.read(request.match_info["token"])
            except WrongTokenError:
                return answers.wrong() if self._wrong.takes(request.remote or "") else answers.too_often()
            if not self._requests.takes(link.digest):
                return answers.too_often()
            visit = await self._visit(link)
            if visit is None:
                return answers.expired()
            if visit.is_used:
                return answers.used()
            kept = [{"id": each.file_id, "name": each.name, "size": each.size} for each in visit.files]
            return answers.page(self._page, kept)

    async def offset(self, request: web.Request, link: UploadLink) -> web.StreamResponse:
        """How far the file has come, and whether it is kept already."""
        visit = await self._visit(link)
        if visit is None or visit.is_used:
            return answers.over()
        is_kept = any(file.file_id == request.match_info["file"] for file in visit.files)
        size = await asyncio.to_thread(self._parts.size, _key(link, request))
        return answers.offset(size, is_kept=is_kept)

    async def piece(self, request: web.Request, link: UploadLink) -> web.StreamResponse:
        """Take a piece; with the last one look into the file and keep it."""
        demand_our_page(request, self._origin, "application/offset+octet-stream")
        name, size, offset = _told(request)
        if not name:
            return answers.nameless()
        if size > MOST_BYTES:
            return answers.too_large(name, MOST_BYTES)
        if offset == 0 and (refusal := await self._refusal(link)):
            return refusal
        try:
            async with asyncio.timeout(PIECE_SECONDS):
                data = await read_body(request, min(MOST_PIECE, max(size - offset, 0)))
        except TimeoutError:
            raise web.HTTPRequestTimeout from None
        if data is None:
            raise web.HTTPRequestEntityTooLarge(MOST_PIECE, request.content_length or 0)
        key = _key(link, request)
        try:
            come = await asyncio.to_thread(self._parts.write, key, offset, data)
        except ValueError:
            return answers.offset(await asyncio.to_thread(self._parts.size, key), status=409)
        except (NoRoomError, OSError):
            return answers.later()
        return answers.offset(come) if come < size else await self._finished(request, link, name)

    async def drop(self, request: web.Request, link: UploadLink) -> web.StreamResponse:
        """Forget a file, whole or not."""
        demand_our_page(request, self._origin, "application/octet-stream")
        await asyncio.to_thread(self._parts.remove, _key(link, request))
        try:
            await self._database.write(upload_links.drop, link, request.match_info["file"], self._now())
        except UsedUpError:
            return answers.over()
        return web.json_response({})

    async def done(self, request: web.Request, link: UploadLink) -> web.StreamResponse:
        """Make one message of what has come; the same again changes nothing."""
        demand_our_page(request, self._origin, "application/json")
        caption = _caption(await read_body(request, _MOST_BODY))
        visit = await self._visit(link)
        if visit is None:
            return answers.over()
        if visit.is_used:
            return web.json_response({})
        if not visit.files:
            return answers.nothing_yet()
        try:
            await self._intake.take(_inbound(link, visit, caption))
        except TryLater as later:
            return answers.later(later.after)
        return web.json_response({})

    async def _finished(self, request: web.Request, link: UploadLink, name: str) -> web.StreamResponse:
        """Look into a file that is whole, and keep it or say why not."""
        key, file_id = _key(link, request), request.match_info["file"]
        try:
            data = await asyncio.to_thread(self._parts.read, key)
            kept = await self._intake.keep(name, data)
        except (TryLater, OSError):
            return answers.later()
        if not isinstance(kept, str):
            try:
                await self._database.write(upload_links.keep, link, file_id, kept, self._now())
            except UsedUpError:
                return answers.over()
            except TooManyError:
                return answers.too_many(upload_links.MOST_FILES)
        await asyncio.to_thread(self._parts.remove, key)
        if isinstance(kept, str):
            return answers.refused(kept)
        return web.json_response({"name": kept.name, "size": kept.size})

    def _known(
        self, handler: Callable[[web.Request, UploadLink], Awaitable[web.StreamResponse]]
    ) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        """The handler for requests that bring a token still good, not too many at once."""

        async def handle(request: web.Request) -> web.StreamResponse:
            with speaking(self._desk.locale):
                try:
                    link = upload_links.read(request.match_info["token"])
                except WrongTokenError:
                    return answers.over()
                if link.expires_at <= self._now():
                    return answers.over()
                if not self._requests.takes(link.digest):
                    return answers.later(30)
                with (
                    self._places.held("all", MOST_AT_ONCE_OF_ALL),
                    self._places.held(link.digest, MOST_AT_ONCE),
                ):
                    return await handler(request, link)

        return handle

    async def _refusal(self, link: UploadLink) -> web.Response | None:
        """Why no new file may begin."""
        visit = await self._visit(link)
        if visit is None or visit.is_used:
            return answers.over()
        return None

    async def _visit(self, link: UploadLink) -> Visit | None:
        if link.expires_at <= self._now():
            return None
        return await self._database.read(upload_links.visit, link)


def _inbound(link: UploadLink, visit: Visit, caption: str) -> Inbound:
    """What came, as a message of the person in the chat that the link is for."""
    return Inbound(
        channel=visit.channel,
        account=visit.account,
        chat=visit.chat,
        external_id=f"upload:{link.digest}",
        text=caption,
        files=tuple(RemoteFile(file.token, file.name, kept=True) for file in visit.files),
        upload_link=link.digest,
    )


def _key(link: UploadLink, request: web.Request) -> str:
    return f"{link.digest}.{request.match_info['file']}"


def _told(request: web.Request) -> tuple[str, int, int]:
    """The file's name, its whole size, and where the piece belongs."""
    size, offset = request.query.get("size", ""), request.headers.get("Upload-Offset", "")
    if not (_OFFSET.fullmatch(size) and _OFFSET.fullmatch(offset) and 0 <= int(offset) <= int(size)):
        raise web.HTTPBadRequest
    return file_name(request.query.get("name", "")), int(size), int(offset)


def _caption(body: bytes | None) -> str:
    """What is written with the files; never a command."""
    try:
        written = json.loads(body or b"{}").get("caption", "")
    except (ValueError, AttributeError, RecursionError):
        raise web.HTTPBadRequest from None
    return clean(str(written)).lstrip("/ ")[:LONGEST_CAPTION]


def _page() -> string.Template:
    """The page with its texts in place; what has come is filled in for each."""
    folder = web_page.FOLDER / "pages"
    texts = json.loads((folder / "upload.vi.json").read_text(encoding="utf-8"))
    escaped = {key: html.escape(text) for key, text in texts.items()}
    data = json.dumps(texts, ensure_ascii=False).replace("<", "\\u003c")
    source = string.Template((folder / "upload.html").read_text(encoding="utf-8"))
    return string.Template(source.safe_substitute(escaped, texts=data.replace("$", "$$")))
