"""What stands before everything that a page posts: where it comes from, how large it is, how much at once."""

from __future__ import annotations

from collections import Counter
from contextlib import contextmanager
from typing import TYPE_CHECKING

from aiohttp import web

if TYPE_CHECKING:
    from collections.abc import Iterator


def demand_our_page(request: web.Request, origin: str, content_type: str) -> None:
    """Answer 403 where another site posts; 415 for another content type than one no foreign form can send."""
    site = request.headers.get("Sec-Fetch-Site")  # absent in old browsers and on plain http
    ours = {origin, f"{request.scheme}://{request.host}"}
    if site != "same-origin" if site else request.headers.get("Origin") not in ours:
        raise web.HTTPForbidden
    if request.content_type != content_type:
        raise web.HTTPUnsupportedMediaType


async def read_body(request: web.Request, most: int) -> bytes | None:
    """The body, or None where it is over `most` bytes."""
    if (request.content_length or 0) > most:
        return None
    body = bytearray()
    async for chunk in request.content.iter_chunked(1 << 16):
        body += chunk
        if len(body) > most:
            return None
    return bytes(body)


class Places:
    """So many at the same time, in this process."""

    def __init__(self) -> None:
        self._taken: Counter[str] = Counter()

    @contextmanager
    def held(self, what: str, most: int) -> Iterator[None]:
        """Hold one of `most` places; answer 429 where all are taken."""
        if self._taken[what] >= most:
            raise web.HTTPTooManyRequests(headers={"Retry-After": "5"})
        self._taken[what] += 1
        try:
            yield
        finally:
            self._taken[what] -= 1
            if not self._taken[what]:
                del self._taken[what]
