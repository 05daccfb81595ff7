"""Pages that only say something, such as that a link has expired: one heading, a few sentences, no scripts."""

from __future__ import annotations

import html
import string
from typing import TYPE_CHECKING

from aiohttp import web

from bot.web_page import FOLDER

if TYPE_CHECKING:
    from collections.abc import Mapping

_TEMPLATE = string.Template((FOLDER / "pages" / "plain.html").read_text(encoding="utf-8"))
_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none';"
    " frame-ancestors 'none'"
)


def plain_page(status: int, title: str, *sentences: str, headers: Mapping[str, str] | None = None) -> web.Response:
    """The page, each sentence a paragraph."""
    paragraphs = "\n".join(f"<p>{html.escape(sentence)}</p>" for sentence in sentences)
    text = _TEMPLATE.substitute(title=html.escape(title), paragraphs=paragraphs)
    always = {
        "Content-Security-Policy": _POLICY,
        "Cache-Control": "no-store",
        "X-Robots-Tag": "noindex, nofollow",
    }
    return web.Response(
        text=text, status=status, content_type="text/html", charset="utf-8", headers={**always, **(headers or {})}
    )
