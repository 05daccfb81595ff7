"""What a browser does, for the web chat's tests: keeps the cookie, posts from the page, reads the stream."""

from __future__ import annotations

import asyncio
import json
import uuid
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from aiohttp import ClientSession, CookieJar, web
from aiohttp.test_utils import TestServer

from bot.web_chat import WebChat

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping

    from aiohttp import ClientResponse

    from bot.demo_days import DemoDays
    from tests.fakes.web_runtime import FakeRuntime

FROM_THE_PAGE = {"Sec-Fetch-Site": "same-origin", "Content-Type": "application/json"}


@dataclass(frozen=True)
class Event:
    """One event of the stream: its name, its id and its data."""

    name: str = "message"
    id: str = ""
    data: Any = None


@dataclass
class Browser:
    """A browser with its own cookies."""

    session: ClientSession
    server: TestServer
    sent: list[str] = field(default_factory=list)

    def url(self, path: str) -> str:
        """Give the whole address."""
        return str(self.server.make_url("/")).rstrip("/") + path

    @property
    def token(self) -> str:
        """The cookie's value."""
        return next(cookie.value for cookie in self.session.cookie_jar if cookie.key == "kheo")

    async def open(self) -> None:
        """Open the page, which makes this browser a chat."""
        async with self.session.get(self.url("/")) as response:
            assert response.status == 200

    async def post(self, body: Any, headers: Mapping[str, str] = FROM_THE_PAGE) -> ClientResponse:
        """Post a message as it is; bytes are sent as they are."""
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        async with self.session.post(self.url("/chat/message"), data=data, headers=headers) as response:
            await response.read()
            return response

    async def say(self, text: str = "", **more: Any) -> ClientResponse:
        """Send words, or what else a message may hold."""
        return await self.post({"id": str(uuid.uuid4()), "text": text, **more})

    async def upload(self, name: str, data: Any, **headers: str) -> ClientResponse:
        """Upload one file."""
        all_headers = FROM_THE_PAGE | {"Content-Type": "application/octet-stream"} | headers
        where = self.url("/chat/upload")
        async with self.session.post(where, params={"name": name}, data=data, headers=all_headers) as response:
            await response.read()
            return response

    async def events(self, until: str = "ready", path: str = "/chat/events", **headers: str) -> list[Event]:
        """Listen to the stream until an event of this name came, that one included."""
        heard = []
        async with asyncio.timeout(5), self.session.get(self.url(path), headers=headers) as response:
            assert response.status == 200, response.status
            async for event in stream(response):
                heard.append(event)
                if event.name == until:
                    break
        return heard


async def stream(response: ClientResponse) -> AsyncIterator[Event]:
    """The events of a stream, by the rules of the HTML standard as far as the page needs them."""
    fields: dict[str, str] = {}
    async for line in response.content:
        name, _, value = line.decode().rstrip("\n").partition(":")
        if name:
            fields[name] = value.removeprefix(" ")
        elif fields:
            data = json.loads(fields["data"]) if fields.get("data") else None
            yield Event(fields.get("event", "message"), fields.get("id", ""), data)
            fields = {}


@asynccontextmanager
async def served(
    runtime: FakeRuntime, public_url: str = "http://kheo.example", port: int = 0, days: DemoDays | None = None
) -> AsyncIterator[TestServer]:
    """Serve the web chat over this runtime."""
    app = web.Application()
    WebChat(runtime, public_url, days).add_to(app)
    server = TestServer(app, port=port)
    await server.start_server(shutdown_timeout=1)
    try:
        yield server
    finally:
        await server.close()


@asynccontextmanager
async def browsing(server: TestServer) -> AsyncIterator[Browser]:
    """Start a browser that has opened the page."""
    async with ClientSession(cookie_jar=CookieJar(unsafe=True)) as session:
        browser = Browser(session, server)
        await browser.open()
        yield browser


async def pieces(piece: bytes, times: int) -> AsyncIterator[bytes]:
    """A body sent in chunks, without saying how long it is."""
    for _ in range(times):
        yield piece
