"""How python-telegram-bot reaches Telegram here: over one aiohttp session instead of httpx.

What the errors mean for a message is not decided here (`telegram_errors.py`). No URL leaves this
file, since each holds the bot's token: failures carry fixed words and no cause.
"""

from __future__ import annotations

import io
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import aiohttp
from telegram.error import NetworkError, TelegramError, TimedOut
from telegram.request import BaseRequest

if TYPE_CHECKING:
    from telegram.request import RequestData

_CONNECT = 10.0  # seconds to get a connection, waiting for a free one included
_LONGER = 6  # times as long is waited where a file goes or comes


class NotSent(NetworkError):  # noqa: N818 - named for what happened, as the endings in base.py
    """No connection came about, so Telegram has not seen the request."""

    __slots__ = ()


class Lost(NetworkError):  # noqa: N818
    """The connection broke after the request had gone out: Telegram may have carried it out."""

    __slots__ = ()


class TooLarge(Exception):  # noqa: N818
    """A file has more bytes than were allowed for."""


@dataclass(frozen=True, slots=True)
class _Json:
    """Parameters without files, ready to go: what `do_request` needs of a `RequestData`."""

    body: bytes
    contains_files: bool = False


class AiohttpRequest(BaseRequest):
    """PTB's way to make requests, on aiohttp instead of httpx.

    `read_timeout` is in seconds. A proxy is taken from the environment once, at `initialize`:
    aiohttp's own `trust_env` asks for it in a thread at every request.
    """

    __slots__ = ("_read_timeout", "_session", "_url")

    def __init__(self, url: str, read_timeout: float = 20) -> None:
        self._url = url
        self._read_timeout = read_timeout
        self._session: aiohttp.ClientSession | None = None

    @property
    def read_timeout(self) -> float:
        """Seconds that an answer is waited for."""
        return self._read_timeout

    async def initialize(self) -> None:
        """Open the session; a second time does nothing."""
        if self._session is None:
            self._session = aiohttp.ClientSession(proxy=_proxy(self._url))

    async def shutdown(self) -> None:
        """Close the session; may be opened again."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    @property
    def session(self) -> aiohttp.ClientSession:
        """The open session; raise NotSent before `initialize` and after `shutdown`."""
        if self._session is None:
            message = "the session is closed"
            raise NotSent(message)
        return self._session

    async def call(self, url: str, parameters: dict[str, Any], *, read_timeout: float | None = None) -> Any:
        """Call a method without files and return its raw `result`; raise what `telegram.Bot` would.

        The short way past `Bot.send_message`, which builds objects for the markup and for the answer only
        to turn them into JSON and back: see the figures in `telegram.py`.
        """
        data = cast("RequestData", _Json(json.dumps(parameters).encode()))
        return await self.post(url, data, read_timeout=read_timeout or self._read_timeout)

    async def do_request(  # noqa: PLR0913, PLR0917 - the signature is BaseRequest's
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: object = BaseRequest.DEFAULT_NONE,
        write_timeout: object = BaseRequest.DEFAULT_NONE,  # noqa: ARG002 - BaseRequest's
        connect_timeout: object = BaseRequest.DEFAULT_NONE,  # noqa: ARG002 - BaseRequest's
        pool_timeout: object = BaseRequest.DEFAULT_NONE,  # noqa: ARG002 - BaseRequest's
    ) -> tuple[int, bytes]:
        """Make one request and return status and body; raise NotSent, TimedOut or Lost."""
        seconds = read_timeout if isinstance(read_timeout, int | float) else self._read_timeout
        timeout = _timeout(seconds * (_LONGER if request_data is not None and request_data.contains_files else 1))
        failure: NetworkError
        try:
            async with self.session.request(method, url, timeout=timeout, **_body(request_data)) as response:
                return response.status, await response.read()
        except (aiohttp.ClientError, OSError) as error:
            failure = _failure(error)
        raise failure  # outside of the block: with `error` as its context it would show the URL

    async def download(self, url: str, most: int) -> bytes:
        """The bytes behind a URL; raise TooLarge over `most` bytes, NetworkError if there is no file."""
        failure: Exception
        try:
            async with self.session.get(url, timeout=_timeout(self._read_timeout * _LONGER)) as response:
                if response.status == 200:  # noqa: PLR2004 - HTTP's own number
                    return await _at_most(response, most)
                failure = NetworkError(f"no file ({response.status})")
        except (aiohttp.ClientError, OSError) as error:
            failure = _failure(error)
        raise failure

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        """Read an answer, without BaseRequest's habit of logging one that is not JSON."""
        try:
            answer: dict[str, Any] = json.loads(payload)
        except ValueError:
            message = "Invalid server response"
            raise TelegramError(message) from None
        return answer


def _timeout(seconds: float) -> aiohttp.ClientTimeout:
    return aiohttp.ClientTimeout(total=_CONNECT + seconds, connect=_CONNECT, sock_read=seconds)


def _failure(error: Exception) -> NetworkError:
    match error:
        case aiohttp.ConnectionTimeoutError() | aiohttp.ClientConnectorError():
            return NotSent("no connection")
        case TimeoutError():
            return TimedOut()
        case _:
            return Lost("the connection broke")


def _body(request_data: RequestData | _Json | None) -> dict[str, Any]:
    match request_data:
        case None:
            return {}
        case _Json(body):
            return {"data": body, "headers": {"Content-Type": "application/json"}}
        case _ if not request_data.contains_files:
            return {"json": request_data.parameters}
    form = aiohttp.FormData(request_data.json_parameters, quote_fields=False)  # or names come as %C3%A1
    for name, (filename, content, media_type) in request_data.multipart_data.items():
        # As a stream, since aiohttp writes plain bytes in one go, however many, and warns of it.
        stream = io.BytesIO(content) if isinstance(content, bytes) else content
        form.add_field(name, stream, filename=filename, content_type=media_type)
    return {"data": form}


async def _at_most(response: aiohttp.ClientResponse, most: int) -> bytes:
    content = bytearray()
    async for chunk in response.content.iter_any():
        content += chunk
        if len(content) > most:
            raise TooLarge
    return bytes(content)


def _proxy(url: str) -> str | None:
    parts = urlsplit(url)
    return None if proxy_bypass(parts.hostname or "") else getproxies().get(parts.scheme)
