"""The headers under which a stored file goes to a browser."""

from __future__ import annotations

from urllib.parse import quote

_SHOWN_INLINE = {"image/jpeg", "image/png", "image/webp", "image/gif", "text/plain"}


def file_headers(name: str, media_type: str) -> dict[str, str]:
    """Pictures and plain texts open in the browser, and nothing runs in them; all else is saved under its name."""
    way = "inline" if media_type in _SHOWN_INLINE else "attachment"
    return {
        "Content-Type": f"{media_type}; charset=utf-8" if media_type == "text/plain" else media_type,
        "Content-Disposition": f"{way}; filename*=UTF-8''{quote(name, safe='')}",
        "Content-Security-Policy": "default-src 'none'; sandbox; frame-ancestors 'none'",
        "Cache-Control": "private, max-age=3600",
    }
