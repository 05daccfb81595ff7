"""A Zalo of our own: the Bot Platform's API over HTTP, for tests and benchmarks.

    async with ZaloBotServer() as server:
        lan = server.person(7, "Lan")
        await lan.say("/start")
        shown = await lan.reply()

It behaves as far as is known: one event a poll, errors with HTTP 200, two `Server` headers, photos fetched by
their URL. What a real bot would not take is answered with an error and stands in `violations`.
"""

from __future__ import annotations

import asyncio
import json
import unicodedata
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

import aiohttp
from aiohttp import web

from tests.fakes.zalo_bot_delivery import Delivery
from tests.fakes.zalo_bot_people import Chat, Person, Shown, identity

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from tests.fakes.zalo_bot_faults import Fault

TOKEN = "1234567:zalo-secret-of-the-fake"
MOST = 2000  # of a text: in UTF-16 units here, the stricter way to count
_ALLOWED = {
    "getMe": set(),
    "getUpdates": {"timeout"},
    "setWebhook": {"url", "secret_token"},
    "deleteWebhook": set(),
    "getWebhookInfo": set(),
    "sendMessage": {"chat_id", "text", "text_styles"},
    "sendPhoto": {"chat_id", "photo", "caption"},
}


class Wrong(Exception):  # noqa: N818 - an answer
    """An error by the API's code."""

    def __init__(self, code: int, description: str) -> None:
        super().__init__(description)
        self.code, self.description = code, description


@dataclass(frozen=True)
class Call:
    """One call that came in."""

    method: str
    values: dict[str, Any]


class ZaloBotServer:
    """The server of one bot. `patience` shortens its waits."""

    def __init__(self, token: str = TOKEN, *, patience: float = 1.0) -> None:
        self.token = token
        self.url = ""  # for `api_url`; known after `start`
        self.violations: list[str] = []
        self.calls: deque[Call] = deque(maxlen=100_000)
        self.delivery = Delivery(patience)
        self.pictures: dict[str, bytes] = {}  # what people sent, by the path after /media/
        self.in_pieces = False  # whether answers come in several, as long ones do
        self.fetches_photos = True  # by their URL, as Zalo does before it answers
        self._called = asyncio.Event()
        self._people: dict[tuple[int, str], Person] = {}
        self._chats: dict[str, Chat] = {}
        self._faults: list[Fault] = []
        self._runner: web.AppRunner | None = None
        self._methods: dict[str, Callable[[dict[str, Any]], Coroutine[None, None, Any]]] = {
            "getMe": self._get_me,
            "getUpdates": self._get_updates,
            "setWebhook": self._set_webhook,
            "deleteWebhook": self._delete_webhook,
            "getWebhookInfo": self._get_webhook_info,
            "sendMessage": self._send_message,
            "sendPhoto": self._send_photo,
        }

    def person(self, number: int, name: str = "", *, group: str = "") -> Person:
        """The person of this number, or as a member of a group; made at the first time."""
        if (number, group) not in self._people:
            group_id = identity(f"group {group}") if group else ""
            chat = self._chats.setdefault(group_id or identity(f"person {number}"), Chat())
            self._people[number, group] = Person(number, name or f"P{number}", chat, self.delivery, group_id)
        return self._people[number, group]

    def picture(self, content: bytes, name: str = "1.jpg") -> str:
        """Keep a picture that somebody sends and give its URL."""
        self.pictures[name] = content
        return f"{self.url}/media/{name}"

    def fail(self, *faults: Fault) -> None:
        """Let the next calls that these hit go wrong, in this order."""
        self._faults += faults

    def called(self, method: str) -> list[dict[str, Any]]:
        """The values of all calls of a method, oldest first."""
        return [call.values for call in self.calls if call.method == method]

    async def until_called(self, method: str, times: int = 1, seconds: float = 10) -> None:
        """Wait until a method was called so often in all; raise TimeoutError."""
        async with asyncio.timeout(seconds):
            while len(self.called(method)) < times:
                self._called.clear()
                await self._called.wait()

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=1024**2)
        app.router.add_post("/bot{token}/{method}", self._serve)
        app.router.add_get("/media/{name}", self._serve_picture)
        self._runner = web.AppRunner(app, access_log=None, handler_cancellation=True, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.delivery.close()
        if self._runner:
            await self._runner.cleanup()

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        response = await self._answered(request)
        return await _piecemeal(request, response) if self.in_pieces else response

    async def _answered(self, request: web.Request) -> web.Response:
        method = request.match_info["method"]
        if request.match_info["token"] != self.token:
            return _failed(401, "Unauthorized", 401)
        if method not in _ALLOWED or request.content_type != "application/json":
            self.violations.append(f"{method}: no such method, or not JSON")
            return _failed(404, "Not Found", 404)
        values = await request.json()
        self.calls.append(Call(method, values))
        self._called.set()
        if more := values.keys() - _ALLOWED[method]:
            self.violations.append(f"{method}: {more}")
        fault = next((each for each in self._faults if each.hits(method, values.get("chat_id", ""))), None)
        if fault is None:
            return await self._answer(method, values)
        fault.times -= 1
        if fault.carried_out:
            await self._answer(method, values)
        return await _spoilt(fault, request)

    async def _answer(self, method: str, values: dict[str, Any]) -> web.Response:
        try:
            return _good(await self._methods[method](values))
        except Wrong as wrong:
            if wrong.code != 408 and method.startswith("send"):
                self.violations.append(f"{method}: {wrong.description}")
            return _failed(wrong.code, wrong.description)

    async def _get_me(self, _values: dict[str, Any]) -> Any:
        number = self.token.partition(":")[0]
        name = "bot.kheo"
        return {"id": number, "account_name": name, "account_type": "BASIC", "can_join_groups": True}

    async def _get_updates(self, values: dict[str, Any]) -> Any:
        event = await self.delivery.poll(float(values.get("timeout", 30)))
        if event is None:
            raise Wrong(408, "Request timeout")
        return event

    async def _set_webhook(self, values: dict[str, Any]) -> Any:
        if not values["url"].startswith("https://") or not 8 <= len(values["secret_token"]) <= 256:
            raise Wrong(400, "Bad Request")
        self.delivery.set_webhook(values["url"], values["secret_token"])
        status = await self.delivery.probe()
        found = {"ok": status == 200, "status_code": status, "outcome": "webhook.ok", "url": values["url"]}
        if status != 200:
            found["outcome"] = f"webhook.http.{status}" if status else "webhook.err.unreachable"
        return {"url": values["url"], "updated_at": 1_795_400_000_123, "verification": found}

    async def _delete_webhook(self, _values: dict[str, Any]) -> Any:
        if not self.delivery.url:
            raise Wrong(400, "Bad Request")
        self.delivery.set_webhook("", "")
        return {"url": "", "updated_at": 1_795_400_000_123}

    async def _get_webhook_info(self, _values: dict[str, Any]) -> Any:
        if not self.delivery.url:
            raise Wrong(404, "Not Found")
        return {"url": self.delivery.url, "updated_at": 1_795_400_000_123}

    async def _send_message(self, values: dict[str, Any]) -> Any:
        text = values["text"]
        units = len(text.encode("utf-16-le")) // 2
        styles = values.get("text_styles", [])
        if not 0 < units <= MOST or text != unicodedata.normalize("NFC", text):
            raise Wrong(400, f"a text of {units} units, or not in NFC")
        if any(not 0 <= style["start"] < style["start"] + style["len"] <= units for style in styles):
            raise Wrong(400, "styles outside of the text")
        return self._sent(values["chat_id"], text, bold=tuple((s["start"], s["len"]) for s in styles))

    async def _send_photo(self, values: dict[str, Any]) -> Any:
        url = values["photo"]
        if not url.startswith(("http://", "https://")):
            raise Wrong(400, "The photo must start with http:// or https://")
        if self.fetches_photos and not await _is_picture(url):
            raise Wrong(400, "The photo URL is invalid")
        return self._sent(values["chat_id"], values.get("caption", ""), photo=url)

    def _sent(self, chat_id: str, text: str, photo: str = "", bold: tuple[tuple[int, int], ...] = ()) -> Any:
        if chat_id not in self._chats:
            raise Wrong(404, "Not Found")
        chat = self._chats[chat_id]
        number = self.delivery.number()
        chat.messages.append(Shown(identity(f"message {number}"), text, photo, bold))
        chat.changed.set()
        return {"message_id": chat.messages[-1].id, "date": 1_795_400_000_123}

    async def _serve_picture(self, request: web.Request) -> web.Response:
        content = self.pictures.get(request.match_info["name"])
        if content is None:
            raise web.HTTPNotFound
        if "Referer" in request.headers:
            raise web.HTTPForbidden
        return web.Response(body=content, content_type="application/octet-stream")


async def _piecemeal(request: web.Request, response: web.Response) -> web.StreamResponse:
    stream = web.StreamResponse(status=response.status, headers={"Content-Type": "application/json"})
    await stream.prepare(request)
    assert isinstance(response.body, bytes)
    for first in range(0, len(response.body), 20):
        await stream.write(response.body[first : first + 20])
        await asyncio.sleep(0.002)
    return stream


async def _is_picture(url: str) -> bool:
    async with aiohttp.ClientSession() as session, session.get(url) as answer:
        return answer.status == 200 and answer.content_type.startswith("image/")


async def _spoilt(fault: Fault, request: web.Request) -> web.Response:
    if fault.hang:
        await asyncio.Event().wait()  # until the caller gives up
    if fault.reset and request.transport:
        request.transport.abort()
    if fault.body:
        return web.Response(
            status=fault.status, text=fault.body.format(path=request.path), content_type="text/html"
        )
    return _failed(fault.code or fault.status, fault.description, fault.status)


def _good(result: Any) -> web.Response:
    return _json({"ok": True, "error_code": 0, "result": result}, 200)


def _failed(code: int, description: str, status: int = 200) -> web.Response:
    return _json({"ok": False, "error_code": code, "description": description}, status)


def _json(answer: dict[str, Any], status: int) -> web.Response:
    response = web.Response(
        body=json.dumps(answer, ensure_ascii=False).encode(), status=status, content_type="application/json"
    )
    response.headers.add("Server", "nginx")
    response.headers.add("Server", "ZServer")  # both: strict parsers refuse it
    return response
