"""A Telegram of our own: the Bot API over HTTP, for tests and benchmarks.

    async with TelegramServer() as server:
        lan = server.person(7, "Lan")
        await lan.say("/start")
        shown = await lan.reply()

It holds chats, files and command menus, hands updates over by webhook or polling as Telegram does, checks every
call against a table of facts, and goes wrong when told to. Anything the table does not allow is answered 400 and
stands in `violations`. As a process of its own: `python -m tests.fakes.telegram_server --help`.
"""

from __future__ import annotations

import argparse
import asyncio
import json
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

from aiohttp import web

from tests.fakes.telegram_chats import Chat, File, State
from tests.fakes.telegram_control import routes
from tests.fakes.telegram_delivery import Delivery
from tests.fakes.telegram_facts import facts, mistakes, read
from tests.fakes.telegram_methods import Methods, Refusal
from tests.fakes.telegram_people import Person

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.fakes.telegram_faults import Fault
    from tests.fakes.telegram_limits import Limits

TOKEN = "123456:fake-token-AAE0secret0secret0secret0secre"
_MOST = 60 * 1024 * 1024  # bytes of one request


@dataclass(frozen=True)
class Call:
    """One call that came in."""

    method: str
    values: dict[str, Any]


class TelegramServer:
    """The server of one bot. `patience` shortens the pauses between tries of a webhook."""

    def __init__(self, token: str = TOKEN, *, patience: float = 1.0) -> None:
        self.token = token
        self.url = ""  # for `api_url`; known after `start`
        self.violations: list[str] = []
        self.calls: deque[Call] = deque(maxlen=100_000)
        self.state = State()
        self.delivery = Delivery(patience)
        self.limits: Limits | None = None  # None: it takes any number of messages
        self._called = asyncio.Event()
        self._people: dict[int, Person] = {}
        self._faults: list[Fault] = []
        self._methods = Methods(self.state, self.delivery)
        self._runner: web.AppRunner | None = None

    def person(self, number: int, name: str = "", language: str = "vi") -> Person:
        """The person with this id; made at the first time."""
        if number not in self._people:
            user = {"id": number, "is_bot": False, "first_name": name or f"P{number}", "language_code": language}
            self.state.chats[number] = Chat(user)
            self._people[number] = Person(self.state.chats[number], self.state, self.delivery)
        return self._people[number]

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

    async def start(self, host: str = "127.0.0.1", port: int = 0) -> Self:
        """Listen; 0 is any free port."""
        app = web.Application(client_max_size=_MOST)
        app.router.add_route("*", "/bot{token}/{method}", self._serve)
        app.router.add_get("/file/bot{token}/{folder}/{file_id}", self._serve_file)
        app.add_routes(routes(self))
        self._runner = web.AppRunner(app, access_log=None, handler_cancellation=True, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, host, port)
        await site.start()
        self.url = site.name if port else f"http://{host}:{self._runner.addresses[0][1]}"
        return self

    async def stop(self) -> None:
        """Stop listening and delivering; what was said stays readable."""
        await self.delivery.close()
        if self._runner:
            await self._runner.cleanup()

    async def __aenter__(self) -> Self:
        return await self.start()

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def _serve(self, request: web.Request) -> web.Response:
        method = request.match_info["method"]
        if request.match_info["token"] != self.token:
            return _error(401, "Unauthorized")
        if method not in facts()["methods"]:
            self.violations.append(f"{method}: no such method")
            return _error(404, "Not Found")
        parameters, uploads = await _parameters(request)
        values = read(method, parameters)
        self.calls.append(Call(method, values))
        self._called.set()
        fault = next((fault for fault in self._faults if fault.hits(method, values)), None)
        if self.limits and (seconds := self.limits.retry_after(method, values)):
            return _error(429, f"Too Many Requests: retry after {seconds}", {"retry_after": seconds})
        if not fault:
            return await self._answer(method, values, uploads)
        fault.times -= 1
        await asyncio.sleep(fault.delay)
        answer = await self._answer(method, values, uploads) if fault.carried_out else _fault(fault)
        return await _spoil(fault, request, answer)

    async def _answer(self, method: str, values: dict[str, Any], uploads: Mapping[str, File]) -> web.Response:
        if found := mistakes(method, values, frozenset(uploads)):
            self.violations += found
            return _error(400, f"Bad Request: {found[0]}")
        try:
            result = await self._methods.call(method, values, uploads)
        except Refusal as refusal:
            return _error(refusal.status, refusal.description)
        return _json({"ok": True, "result": result}, 200)

    async def _serve_file(self, request: web.Request) -> web.Response:
        file = self.state.files.get(request.match_info["file_id"])
        if request.match_info["token"] != self.token or not file:
            return _error(404, "Not Found")
        return web.Response(body=file.content, content_type="application/octet-stream")


async def _parameters(request: web.Request) -> tuple[dict[str, Any], dict[str, File]]:
    values: dict[str, Any] = dict(request.query)
    uploads: dict[str, File] = {}
    if request.content_type == "application/json" and request.can_read_body:
        return values | await request.json(), uploads
    for name, value in (await request.post()).items():
        if isinstance(value, web.FileField):
            content = value.file.read()
            value.file.close()
            uploads[name] = File(value.filename, content, len(content))
        else:
            values[name] = value
    return values, uploads


async def _spoil(fault: Fault, request: web.Request, answer: web.Response) -> web.Response:
    if fault.hang:
        await asyncio.Event().wait()  # until the caller gives up
    if fault.reset and request.transport:
        request.transport.abort()
    return answer


def _fault(fault: Fault) -> web.Response:
    if fault.body:
        return web.Response(status=fault.status, text=fault.body, content_type="text/html")
    return _error(fault.status or 500, fault.description, fault.parameters)


def _error(status: int, description: str, parameters: dict[str, Any] | None = None) -> web.Response:
    answer: dict[str, Any] = {"ok": False, "error_code": status, "description": description}
    return _json(answer | ({"parameters": parameters} if parameters else {}), status)


def _json(answer: dict[str, Any], status: int) -> web.Response:
    body = json.dumps(answer, ensure_ascii=False).encode()
    return web.Response(body=body, status=status, content_type="application/json")


async def _run(arguments: argparse.Namespace) -> None:
    server = await TelegramServer(arguments.token, patience=arguments.patience).start(
        arguments.host, arguments.port
    )
    print(server.url, flush=True)  # noqa: T201 - for the process that started this one
    try:
        await asyncio.Event().wait()
    finally:
        await server.stop()


def main() -> None:
    """Serve until interrupted; print the address first. Drive it by `/control` (`telegram_control.py`)."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--token", default=TOKEN)
    parser.add_argument("--patience", type=float, default=1.0)
    with asyncio.Runner() as runner:
        runner.run(_run(parser.parse_args()))


if __name__ == "__main__":
    main()
