"""Calls to Zalo's OpenAPI: one session, the token in a header, answers read from the body whatever the status.

Nothing here goes into an exception but codes and fixed words: neither tokens nor people's words.
"""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import aiohttp

from bot.channels.base import Refused, TryLater
from bot.channels.zalo_oa_errors import EXPIRED, ZaloError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

OFFICIAL = "https://openapi.zalo.me"
OFFICIAL_OAUTH = "https://oauth.zaloapp.com"
_CONNECT = 10.0  # seconds to get a connection
_LONGER = 4  # times as long is waited where a file goes or comes
_OK = 200
_SERVER_ERROR = 500
_MOST = 1024**2  # bytes of an answer


class Tokens(Protocol):
    """Where access tokens come from; both raise TryLater where there is none now."""

    async def current(self) -> str:
        """The access token in force."""

    async def renewed(self, spent: str) -> str:
        """Another one than `spent`, which was not accepted."""


class Client:
    """The calls. `timeout` is the seconds that an answer is waited for."""

    def __init__(self, tokens: Tokens, api_url: str = OFFICIAL, timeout: float = 20) -> None:
        self._tokens, self._url, self._timeout = tokens, api_url.rstrip("/"), timeout
        self._session: aiohttp.ClientSession | None = None
        self.on_headers: Callable[[Mapping[str, str]], None] = lambda _headers: None  # of every answer

    async def stop(self) -> None:
        """Close the connections."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        """The `data` of the answer; raise ZaloError for a code, TryLater where none came."""
        return await self._with_token(lambda token: self._asked(path, token, 1, json=body))

    async def upload(self, path: str, name: str, data: bytes, media_type: str) -> dict[str, Any]:
        """Hand a file over; as `post`."""

        def sent(token: str) -> Awaitable[dict[str, Any]]:
            form = aiohttp.FormData(quote_fields=False)  # or names come as %C3%A1
            form.add_field("file", io.BytesIO(data), filename=name, content_type=media_type)
            return self._asked(path, token, _LONGER, data=form)

        return await self._with_token(sent)

    async def download(self, url: str, most: int) -> bytes:
        """The bytes behind a URL; raise Refused over `most` bytes or for another place, TryLater otherwise."""
        if not self._may_be_fetched(url):
            reason = "a file at another place than Zalo's"
            raise Refused(reason)
        failure: Exception
        try:
            async with self._open().get(url, timeout=_timeout(self._timeout, _LONGER)) as answer:
                if answer.status == _OK:
                    return await _at_most(answer, most)
                gone = _OK < answer.status < _SERVER_ERROR
                failure = Refused("the file is gone") if gone else TryLater(why="no file")
        except (aiohttp.ClientError, OSError) as error:
            failure = _failure(error)
        raise failure

    async def _with_token(self, ask: Callable[[str], Awaitable[dict[str, Any]]]) -> dict[str, Any]:
        """Ask; where the token has run out, once more with a new one."""
        token = await self._tokens.current()
        try:
            return await ask(token)
        except ZaloError as error:
            if error.code not in EXPIRED:
                raise
        return await ask(await self._tokens.renewed(token))

    async def _asked(self, path: str, token: str, patience: float, **body: Any) -> dict[str, Any]:
        return data_of(await self.ask(self._url + path, {"access_token": token}, patience, **body))

    async def ask(self, url: str, headers: dict[str, str], patience: float = 1, **body: Any) -> dict[str, Any]:
        """Post and give the JSON object of the answer; raise TryLater, ZaloError for a status without one."""
        failure: Exception
        timeout = _timeout(self._timeout, patience)
        try:
            async with self._open().post(url, headers=headers, timeout=timeout, **body) as answer:
                status, raw = answer.status, await _at_most(answer, _MOST)
                self.on_headers(answer.headers)
        except (aiohttp.ClientError, OSError) as error:
            failure = _failure(error)
        else:
            try:
                read = json.loads(raw)
            except (ValueError, RecursionError):
                read = None
            if isinstance(read, dict):
                return read
            failure = _unreadable(status)
        raise failure  # outside of the block: with the error as its context it might show what was sent

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(proxy=_proxy(self._url))
        return self._session

    def _may_be_fetched(self, url: str) -> bool:
        """Whether it is a file of Zalo's: over TLS, at a named host; or where the API itself is."""
        try:
            there, api = urlsplit(url), urlsplit(self._url)
        except ValueError:
            return False
        if (there.scheme, there.netloc) == (api.scheme, api.netloc):
            return True
        host = there.hostname or ""
        return there.scheme == "https" and there.port in {None, 443} and host.endswith(_HOSTS)


# Attachments were seen at *.zdn.vn; the others are Zalo's as well.
_HOSTS = (".zdn.vn", ".zadn.vn", ".zalo.me", ".zaloapp.com", ".zaloplatforms.com")


def data_of(answer: dict[str, Any]) -> dict[str, Any]:
    """The `data` of a success; raise ZaloError otherwise. A code may be a number or its digits."""
    try:
        code = int(answer.get("error", 0) or 0)
    except (TypeError, ValueError):
        code = 1
    if code:
        raise ZaloError(code)
    data = answer.get("data")
    return data if isinstance(data, dict) else {}


def _unreadable(status: int) -> Exception:
    """An answer that is not JSON: a gateway's page, after which it is not known what was done behind it."""
    if status >= _SERVER_ERROR or status == _OK:
        return TryLater(unknown=True, why="unreadable answer")
    if status == 429:  # noqa: PLR2004 - HTTP's own number
        return TryLater(why="too many requests")
    return ZaloError(status)


def _proxy(url: str) -> str | None:
    """The environment's proxy for this place; aiohttp itself would ask for it in a thread at every request."""
    parts = urlsplit(url)
    return None if proxy_bypass(parts.hostname or "") else getproxies().get(parts.scheme)


def _timeout(silence: float, patience: float) -> aiohttp.ClientTimeout:
    """Seconds of silence that are borne, and how many times as long the whole may take."""
    return aiohttp.ClientTimeout(total=_CONNECT + silence * patience, connect=_CONNECT, sock_read=silence)


def _failure(error: Exception) -> TryLater:
    match error:
        case aiohttp.ConnectionTimeoutError() | aiohttp.ClientConnectorError():
            return TryLater(why="no connection")
        case TimeoutError():
            return TryLater(unknown=True, why="no answer")
        case _:
            return TryLater(unknown=True, why="the connection broke")


async def _at_most(answer: aiohttp.ClientResponse, most: int) -> bytes:
    content = bytearray()
    async for chunk in answer.content.iter_any():
        content += chunk
        if len(content) > most:
            reason = f"over {most} bytes"
            raise Refused(reason)
    return bytes(content)
