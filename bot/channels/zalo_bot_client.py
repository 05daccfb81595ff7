"""Calls to Zalo's Bot API over one aiohttp session, and what its errors mean for a message.

An answer is good only where the status is 2xx *and* `ok` is true: errors come with HTTP 200 as well, success may
carry `"error_code": 0`, and a gateway may answer in HTML. Zalo's edge sends two `Server` headers: aiohttp takes
that, but for Python's development mode. Each URL holds the bot's token, so no URL and no cause leaves this file.
"""

from __future__ import annotations

import json
import logging
from typing import Any

import aiohttp

from bot.channels.base import Refused, TryLater

_log = logging.getLogger(__name__)

_CONNECT = 10.0  # seconds to get a connection, waiting for a free one included
_MOST_ANSWER = 1024 * 1024  # bytes
_MOST_DIGITS = 6  # of an error's code


class ZaloError(Exception):
    """A call that did not succeed. `code` is Zalo's, or the HTTP status; 0 where nothing was sent."""

    def __init__(self, code: int, why: str, *, unknown: bool = False) -> None:
        super().__init__(f"{code} {why}")
        self.code, self.why = code, why
        self.unknown = unknown  # it may have been carried out all the same


class ZaloBotClient:
    """The methods of one bot. `timeout` is in seconds."""

    def __init__(self, token: str, api_url: str, timeout: float) -> None:
        self._base = f"{api_url.rstrip('/')}/bot{token}"
        self._token = token
        self._timeout = timeout
        self._session: aiohttp.ClientSession | None = None

    async def open(self) -> None:
        """Open the session; a second time does nothing."""
        if self._session is None:
            self._session = aiohttp.ClientSession(trust_env=True)

    async def close(self) -> None:
        """Close the session; may be opened again."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def call(self, method: str, body: dict[str, Any], *, patience: float = 0) -> Any:
        """Call a method and give its `result`; raise ZaloError. `patience`: seconds, where it takes longer."""
        seconds = patience or self._timeout
        limits = aiohttp.ClientTimeout(total=_CONNECT + seconds, connect=_CONNECT, sock_read=seconds)
        failure: ZaloError
        try:
            async with self._open().post(f"{self._base}/{method}", json=body, timeout=limits) as response:
                return self._result(response.status, await _whole(response), body)
        except (aiohttp.ClientError, OSError) as error:
            failure = _failure(error)
        raise failure  # outside of the block: with `error` as its context it would show the URL

    async def download(self, url: str, most: int) -> bytes:
        """The bytes behind a URL of Zalo's; raise TryLater, or Refused where there is no file or a larger one.

        No redirect is followed and no Referer sent: the CDN refuses a foreign one.
        """
        limits = aiohttp.ClientTimeout(total=_CONNECT + 6 * self._timeout, connect=_CONNECT)
        try:
            async with self._open().get(url, timeout=limits, allow_redirects=False) as response:
                if response.status == 200:  # noqa: PLR2004 - HTTP's own number
                    return await _at_most(response, most)
                if response.status in {408, 429} or response.status >= 500:  # noqa: PLR2004 - HTTP's own numbers
                    raise TryLater(why="the file's server is busy")
                reason = f"no file ({response.status})"
                raise Refused(reason)
        except (aiohttp.ClientError, OSError):
            pass
        raise TryLater(why="the file did not come")

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None:
            raise ZaloError(0, "the session is closed")
        return self._session

    def _result(self, status: int, content: bytes, asked: dict[str, Any]) -> Any:
        """What an answer gives; raise ZaloError for anything but a success."""
        try:
            answer = json.loads(content)
        except (ValueError, RecursionError):  # brackets without end
            answer = None
        good = 200 <= status < 300  # noqa: PLR2004 - HTTP's own numbers
        if not isinstance(answer, dict):
            # A gateway may have passed the call on before it gave up waiting.
            raise ZaloError(status, "not JSON", unknown=good or status == 504)  # noqa: PLR2004
        if good and answer.get("ok") is True:
            return answer.get("result")
        code = str(answer.get("error_code") or answer.get("errorCode"))
        number = int(code) if code.isdecimal() and len(code) <= _MOST_DIGITS else status
        raise ZaloError(number, self._told(answer.get("description"), asked), unknown=number in {408, 504})

    def _told(self, description: Any, asked: dict[str, Any]) -> str:
        """Zalo's words without what is secret or a person's: the token, and whatever was sent."""
        told = description if isinstance(description, str) else ""
        secret = self._token.partition(":")[2]
        for value in (self._token, secret, *(each for each in asked.values() if isinstance(each, str) and each)):
            told = told.replace(value, "***")
        return told[:200] if told.isascii() else "(words)"  # Zalo's own are English


def ending(error: ZaloError) -> TryLater | Refused:
    """What a failed sending means for the message. 429 and 401 hold the whole channel: see `zalo_bot.py`."""
    if error.unknown:
        return TryLater(unknown=True, why="no answer")
    if error.code == 0:
        return TryLater(why="no connection")
    if error.code >= 500 or error.code in {401, 403, 426, 429}:  # noqa: PLR2004 - reference rows of the API
        return TryLater(why=f"error {error.code}")
    _log.error("Zalo refused a message: %d %s", error.code, error.why)
    return Refused(f"error {error.code}")


def _failure(error: Exception) -> ZaloError:
    match error:
        case aiohttp.ConnectionTimeoutError() | aiohttp.ClientConnectorError():
            return ZaloError(0, "no connection")
        case TimeoutError():
            return ZaloError(504, "no answer in time", unknown=True)
        case _:
            return ZaloError(502, "the connection broke", unknown=True)


async def _whole(response: aiohttp.ClientResponse) -> bytes:
    """The body, which may come in pieces; the beginning of one that is too long to be an answer."""
    content = bytearray()
    async for chunk in response.content.iter_any():
        content += chunk
        if len(content) > _MOST_ANSWER:
            break
    return bytes(content)


async def _at_most(response: aiohttp.ClientResponse, most: int) -> bytes:
    content = bytearray()
    async for chunk in response.content.iter_any():
        content += chunk
        if len(content) > most:
            reason = f"a file over {most} bytes"
            raise Refused(reason)
    return bytes(content)
