"""A Telegram that does nothing but answer, so that a measurement is of the bot and not of its peer.

Raw asyncio: one request costs it some 20 µs. The strict fake, which checks every call, is `tests/fakes`.
"""

from __future__ import annotations

import asyncio
import itertools
import json
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

if TYPE_CHECKING:
    from collections.abc import Callable

_ME = {"id": 123456, "is_bot": True, "first_name": "Khéo", "username": "kheo_bench_bot"}
_RESULTS: dict[str, Any] = {"getMe": _ME, "getMyCommands": []}
_MESSAGES = {"sendMessage", "editMessageText"}
_REFUSED = b'{"ok":false,"error_code":429,"description":"Too Many Requests: retry"'


class FastApi:
    """The server. `sent(chat, text)` is called for each message the bot sends; `calls` counts by method."""

    def __init__(self, sent: Callable[[int, str], None]) -> None:
        self.url = ""  # known after `start`
        self.calls: dict[str, int] = {}
        self._sent = sent
        # Given a method and its values, the seconds of a 429; 0: it is taken.
        self.refuse: Callable[[str, dict[str, Any]], int] = lambda _method, _values: 0
        self._ids = itertools.count(1)

    async def start(self) -> asyncio.Server:
        """Listen on any free port of this machine."""
        server = await asyncio.get_running_loop().create_server(lambda: _Connection(self), "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        return server

    def answer(self, method: str, body: bytes) -> bytes:
        """The JSON answer to one call."""
        self.calls[method] = self.calls.get(method, 0) + 1
        if method not in _MESSAGES:
            return json.dumps({"ok": True, "result": _RESULTS.get(method, True)}).encode()
        values = json.loads(body) if body.startswith(b"{") else dict(parse_qsl(body.decode()))
        chat = int(values["chat_id"])
        if seconds := self.refuse(method, values):
            return _REFUSED + b',"parameters":{"retry_after":%d}}' % seconds
        if method == "sendMessage":
            self._sent(chat, values["text"])
        message = b'{"message_id":%d,"date":0,"chat":{"id":%d,"type":"private"}}' % (next(self._ids), chat)
        return b'{"ok":true,"result":%s}' % message


class _Connection(asyncio.Protocol):
    """One kept connection; requests come one after the other, with a Content-Length."""

    transport: asyncio.WriteTransport

    def __init__(self, api: FastApi) -> None:
        self._api = api
        self._buffer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.WriteTransport)
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        while (request := split(self._buffer)) is not None:
            head, body, self._buffer = request
            method = head[: head.index(b" HTTP/")].rpartition(b"/")[2].decode()
            answer = self._api.answer(method, body)
            self.transport.write(
                b"HTTP/1.1 "
                + (b"429 Too Many Requests" if answer.startswith(_REFUSED) else b"200 OK")
                + b"\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(answer)
                + answer
            )


def split(buffer: bytes) -> tuple[bytes, bytes, bytes] | None:
    """Head, body and what comes after of the first HTTP message in the buffer; None where it is not whole."""
    end = buffer.find(b"\r\n\r\n")
    if end < 0:
        return None
    head = buffer[:end]
    mark = head.lower().find(b"content-length:")
    length = int(head[mark + 15 :].split(b"\r\n", 1)[0]) if mark >= 0 else 0
    if len(buffer) < end + 4 + length:
        return None
    return head, buffer[end + 4 : end + 4 + length], buffer[end + 4 + length :]


async def _serve() -> None:
    api = FastApi(lambda _chat, _text: None)
    async with await api.start():
        print(api.url, flush=True)
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(_serve())
