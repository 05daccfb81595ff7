"""The chat page's own files, served from memory: the page, its modules, style, icons and texts.

What is said on the page through the chat is not its business (`bot/web_chat.py`).
Every text of the page is in `web/texts.vi.json`; the page and the manifest are filled from it at the start.
"""

from __future__ import annotations

import hashlib
import html
import json
import string
from dataclasses import dataclass
from pathlib import Path

from aiohttp import web

FOLDER = Path(__file__).parent / "web"
PAGE = "index.html"
MANIFEST = "manifest.webmanifest"
STYLES = {  # later parts may overrule earlier ones
    "chat.css": ("base", "head", "log", "question", "composer", "adapt"),
    "plain.css": ("base", "plain"),
    "upload.css": ("base", "plain", "composer", "upload"),
}
TYPES = {
    ".css": "text/css",
    ".html": "text/html",
    ".js": "text/javascript",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".webmanifest": "application/manifest+json",
}
_WORTH_COMPRESSING = {".css", ".html", ".js", ".svg"}

# Only what is ours runs, nothing inline; the page's texts are a data block, which no policy governs.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; connect-src 'self'; "
    "manifest-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


@dataclass(frozen=True, slots=True)
class Asset:
    """One file of the page. `etag` is made from its bytes."""

    body: bytes
    media_type: str
    etag: str
    compress: bool

    async def serve(self, request: web.Request) -> web.Response:
        """The file, or 304 where the browser has it; it asks every time, so an upgrade is seen at once."""
        headers = {"Cache-Control": "no-cache", "ETag": f'W/"{self.etag}"', "Vary": "Accept-Encoding"}
        if self.etag in {tag.value for tag in request.if_none_match or ()}:
            return web.Response(status=304, headers=headers)
        return self.response(headers)

    def response(self, headers: dict[str, str]) -> web.Response:
        """The file with these headers."""
        charset = "utf-8" if self.compress else None
        answer = web.Response(body=self.body, content_type=self.media_type, charset=charset, headers=headers)
        if self.compress:
            answer.enable_compression()
        return answer


def assets() -> dict[str, Asset]:
    """Every file of the page by its name."""
    texts = json.loads((FOLDER / "texts.vi.json").read_text(encoding="utf-8"))
    files = {path.name: path.read_bytes() for path in sorted(FOLDER.iterdir()) if path.suffix in TYPES}
    filled = {PAGE: _page(texts), MANIFEST: _manifest(texts)}
    for name, parts in STYLES.items():
        filled[name] = b"\n".join((FOLDER / "style" / f"{part}.css").read_bytes() for part in parts)
    return {name: _asset(name, body) for name, body in (files | filled).items()}


def _asset(name: str, body: bytes) -> Asset:
    suffix = Path(name).suffix
    digest = hashlib.sha256(body).hexdigest()[:20]
    return Asset(body, TYPES[suffix], digest, compress=suffix in _WORTH_COMPRESSING)


def _page(texts: dict[str, str]) -> bytes:
    """The page with its texts in place, and all of them once more as JSON for its modules."""
    escaped = {key: html.escape(text) for key, text in texts.items()}
    data = json.dumps(texts, ensure_ascii=False).replace("<", "\\u003c")
    source = (FOLDER / PAGE).read_text(encoding="utf-8")
    return string.Template(source).substitute(escaped, texts=data).encode()


def _manifest(texts: dict[str, str]) -> bytes:
    manifest = json.loads((FOLDER / MANIFEST).read_text(encoding="utf-8"))
    named = {"name": texts["title"], "short_name": texts["name"], "description": texts["description"]}
    return json.dumps({**manifest, **named}, ensure_ascii=False).encode()
