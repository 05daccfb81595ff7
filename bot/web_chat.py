"""The web chat's routes: what the page posts, the stream it listens to, uploads, files and join links.

A browser is known by a cookie with a random token; its address as a chat is the token's SHA-256, so the
database never holds what opens the door. Turns, storage and who may see what are the runtime's business.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import hashlib
import json
import re
import secrets
from functools import partial
from typing import TYPE_CHECKING, Protocol
from urllib.parse import urlsplit

from aiohttp import web

from bot import web_page
from bot.channels import web as channel
from bot.channels.base import TryLater
from bot.file_headers import file_headers
from bot.web_guard import Places, demand_our_page, read_body
from locales import _

if TYPE_CHECKING:
    from bot.channels.base import Inbound
    from bot.demo_days import DemoDays
    from conversations.engine.screen import Json

COOKIE = "kheo"
COOKIE_SECONDS = 400 * 24 * 3600  # the longest a browser keeps one: draft-ietf-httpbis-rfc6265bis 5.5
HISTORY = 50  # messages shown when a page opens
MOST_AT_ONCE = 500  # messages made up for when a page comes back
BEAT_SECONDS = 15.0
MOST_BODY = 300_000  # bytes: the longest text with every character escaped as \ud83d\ude00
UPLOAD_SECONDS = 600.0
MOST_WAITING = 20  # messages of one chat
MOST_STREAMS = 12  # pages of one chat
MOST_UPLOADS = 4  # of one chat
MOST_UPLOADS_OF_ALL = 32  # each is held in memory, at most 20 MB
MOST_BODY_OF_STEP = 200  # bytes
MOST_DAYS = 7  # in one step of the demo
_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")
_READY = b"event: ready\ndata:\n\n"
_BEAT = b"event: beat\ndata:\n\n"  # an event, since a page cannot see comments and should notice silence
_BIGGEST_ID = 2**63 - 1


class Runtime(Protocol):
    """What stands behind the page. `chat` is always the person's address on the web channel."""

    async def take(self, inbound: Inbound) -> None:
        """Run the whole turn and return after the commit; raise TryLater where that is not possible now."""

    async def screens_after(self, chat: str, last_id: int, most: int) -> list[tuple[int, str, Json]]:
        """The newest `most` messages with an id above `last_id`, oldest first: (outbox id, kind, payload).

        The payload of an echo is what the person sent: `{id, text, tap, files}`, the id being the one that
        the page gave it; of every other kind it is `Screen.to_json()`. Each may hold `at` in ISO 8601.
        """

    async def wait(self, chat: str, last_id: int, seconds: float) -> None:
        """Return when there may be a message with an id above `last_id`, after `seconds` at the latest."""

    async def keep_upload(self, chat: str, name: str, data: bytes) -> Json | str:
        """Keep a file until a message names its token: `{token, name, size, media_type}`, or why it was not."""

    async def open_file(self, chat: str, sha256: str, name: str) -> tuple[bytes, str, str] | None:
        """The bytes, media type and name of a file, or None where this person may not see it."""


class WebChat:
    """The routes over one runtime. `public_url` is where people reach the page; `days` is the demo's."""

    def __init__(self, runtime: Runtime, public_url: str, days: DemoDays | None = None) -> None:
        address = urlsplit(public_url)
        self._runtime, self._days = runtime, days
        self._origin = f"{address.scheme}://{address.netloc}"
        self._secure = address.scheme == "https"
        self._assets = web_page.assets()
        self._places = Places()
        self._streams: set[asyncio.Timeout] = set()

    def add_to(self, app: web.Application) -> None:
        """Add the routes, the headers of every answer, and the end of the streams at shutdown."""
        app.router.add_get("/", self.page)
        for name, asset in self._assets.items():
            if name != web_page.PAGE:
                app.router.add_get(f"/{name}", asset.serve)
        app.router.add_post("/chat/message", self.message)
        app.router.add_post("/chat/upload", self.upload)
        app.router.add_get("/chat/events", self.events, allow_head=False)
        if self._days:
            app.router.add_post("/chat/day", partial(self.step, self._days))
        app.router.add_get("/f/{sha256:[0-9a-f]{64}}/{name}", self.file)
        app.router.add_get("/j/{code:[A-Za-z0-9_-]{1,60}}", self.join)
        app.on_response_prepare.append(_protect)
        app.on_shutdown.append(self._close_streams)

    async def page(self, request: web.Request) -> web.Response:
        """The page, and the cookie that makes this browser a chat."""
        response = self._assets[web_page.PAGE].response({"Cache-Control": "no-store"})
        self._know(request, response)
        return response

    async def join(self, request: web.Request) -> web.Response:
        """Lead to the page, which sends the code as its first words."""
        response = web.Response(status=303, headers={"Location": f"/#ma={request.match_info['code']}"})
        self._know(request, response)
        return response

    async def message(self, request: web.Request) -> web.Response:
        """Take one message; 200 means it is kept, and the same one again does nothing."""
        chat = self._sender(request, "application/json")
        body = await read_body(request, MOST_BODY)
        if body is None:
            return _refusal(413, _("The message is too long. Please send it in parts."))
        try:
            inbound = channel.parse(body, chat)
        except channel.TooLongError as error:
            text = _("The message has {length} characters; {most} are possible. Please send it in parts.")
            return _refusal(413, text.format(length=error.args[0], most=channel.LONGEST_TEXT))
        except ValueError:
            return _refusal(400, _("The message could not be read. Please reload the page and send it again."))
        with self._places.held(f"message {chat}", MOST_WAITING):
            try:
                await self._runtime.take(inbound)
            except TryLater as later:
                raise web.HTTPServiceUnavailable(headers={"Retry-After": str(max(1, int(later.after)))}) from None
        return web.json_response({})

    async def upload(self, request: web.Request) -> web.Response:
        """Keep one file, the raw body, until a message names the token given for it."""
        chat = self._sender(request, "application/octet-stream")
        name = channel.file_name(request.query.get("name", ""))
        if not name:
            return _refusal(400, _("The file has no name. Please give it one and send it again."))
        with self._places.held("uploads", MOST_UPLOADS_OF_ALL), self._places.held(f"upload {chat}", MOST_UPLOADS):
            try:
                async with asyncio.timeout(UPLOAD_SECONDS):
                    data = await read_body(request, channel.MOST_UPLOAD)
            except TimeoutError:
                raise web.HTTPRequestTimeout from None
            if data is None:
                text = _("The file “{name}” is larger than {most} MB. Please send a smaller one.")
                return _refusal(413, text.format(name=name, most=channel.MOST_UPLOAD // 1024**2))
            try:
                kept = await self._runtime.keep_upload(chat, name, data)
            except TryLater:
                return _refusal(503, _("The file could not be kept just now. Please try again in a few minutes."))
        return _refusal(422, kept) if isinstance(kept, str) else web.json_response(kept)

    async def step(self, days: DemoDays, request: web.Request) -> web.Response:
        """Move the demo's day on from the one the page shows; 403 where the person may not."""
        chat = self._sender(request, "application/json")
        asked = _step(await read_body(request, MOST_BODY_OF_STEP))
        if not await days.step(chat, *asked):
            raise web.HTTPForbidden
        return web.json_response(await days.today(chat))

    async def events(self, request: web.Request) -> web.StreamResponse:
        """The stream of messages: those after `Last-Event-ID` or `?after=`, or else the last of the history."""
        chat, last = self._chat(request), _last_seen(request)
        with self._places.held(f"stream {chat}", MOST_STREAMS):
            response = web.StreamResponse(
                headers={
                    "Content-Type": "text/event-stream; charset=utf-8",
                    "Cache-Control": "no-store",
                    "X-Accel-Buffering": "no",  # nginx would hold the events back
                },
            )
            await response.prepare(request)
            try:
                async with asyncio.timeout(None) as limit:
                    self._streams.add(limit)
                    await self._tell(response, chat, last)
            except ConnectionResetError:
                pass  # the page was closed
            except TimeoutError:
                if not limit.expired():
                    raise
            finally:
                self._streams.discard(limit)
        return response

    async def file(self, request: web.Request) -> web.Response:
        """A file this person may see. Only pictures open in the browser, and nothing runs in them."""
        chat, sha256, name = self._chat(request), request.match_info["sha256"], request.match_info["name"]
        if name != channel.file_name(name):
            raise web.HTTPNotFound
        found = await self._runtime.open_file(chat, sha256, name)
        if found is None:
            raise web.HTTPNotFound
        data, media_type, shown_name = found
        return web.Response(body=data, headers=file_headers(shown_name, media_type))

    async def _tell(self, response: web.StreamResponse, chat: str, last: int) -> None:
        """Write what is there, say that this was it, then write whatever comes, or a beat, without end."""
        last = await self._write_new(response, chat, last, MOST_AT_ONCE if last else HISTORY)
        day = await self._write_day(response, chat, None)
        await response.write(_READY)
        while True:
            await self._runtime.wait(chat, last, BEAT_SECONDS)
            seen, last = last, await self._write_new(response, chat, last, MOST_AT_ONCE)
            day = await self._write_day(response, chat, day)
            if last == seen:
                await response.write(_BEAT)

    async def _write_new(self, response: web.StreamResponse, chat: str, last: int, most: int) -> int:
        for number, kind, payload in await self._runtime.screens_after(chat, last, most):
            data = json.dumps({**payload, "kind": kind}, ensure_ascii=False)
            await response.write(f"id: {number}\ndata: {data}\n\n".encode())
            last = number
        return last

    async def _write_day(self, response: web.StreamResponse, chat: str, shown: Json | None) -> Json | None:
        """Say which day it is in the demo, where that or who may move it has changed since it was shown."""
        today = await self._days.today(chat) if self._days else None
        if today != shown:
            await response.write(f"event: day\ndata: {json.dumps(today, ensure_ascii=False)}\n\n".encode())
        return today

    async def _close_streams(self, _app: web.Application) -> None:
        now = asyncio.get_running_loop().time()
        for limit in self._streams:
            limit.reschedule(now)

    def _know(self, request: web.Request, response: web.Response) -> None:
        token = request.cookies.get(COOKIE, "")
        if not _TOKEN.fullmatch(token):
            token = secrets.token_urlsafe(32)
        response.set_cookie(
            COOKIE,
            token,
            max_age=COOKIE_SECONDS,
            httponly=True,
            samesite="Lax",
            secure=self._secure,
        )

    def _chat(self, request: web.Request) -> str:
        token = request.cookies.get(COOKIE, "")
        if not _TOKEN.fullmatch(token):
            raise web.HTTPUnauthorized
        return hashlib.sha256(token.encode()).hexdigest()

    def _sender(self, request: web.Request, content_type: str) -> str:
        """The chat that posts. The content type is one that no foreign form can send without being asked."""
        chat = self._chat(request)
        demand_our_page(request, self._origin, content_type)
        return chat


def _last_seen(request: web.Request) -> int:
    """The last message the page has; a browser that comes back by itself says it in the header."""
    value = request.headers.get("Last-Event-ID") or request.query.get("after") or "0"
    if not re.fullmatch(r"[0-9]{1,19}", value) or int(value) > _BIGGEST_ID:
        raise web.HTTPBadRequest
    return int(value)


def _step(body: bytes | None) -> tuple[dt.date, int]:
    """What the demo's bar posted, `{day, days}`: the day it shows, how many to go on; 400 for all else."""
    try:
        asked = json.loads(body or b"")
        seen, days = dt.date.fromisoformat(asked["day"]), asked["days"]
    except (ValueError, TypeError, KeyError, RecursionError):
        raise web.HTTPBadRequest from None
    if type(days) is not int or not 1 <= days <= MOST_DAYS:
        raise web.HTTPBadRequest
    return seen, days


def _refusal(status: int, sentence: str) -> web.Response:
    return web.json_response({"error": sentence}, status=status)


async def _protect(_request: web.Request, response: web.StreamResponse) -> None:
    response.headers.setdefault("Content-Security-Policy", web_page.POLICY)
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    response.headers.setdefault("Referrer-Policy", "no-referrer")
    response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
