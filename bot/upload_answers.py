"""What the upload page is answered: pages where a person opens the link, JSON where its script asks."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from aiohttp import web

from bot.plain_page import plain_page
from bot.web_page import POLICY
from locales import _

if TYPE_CHECKING:
    import string


def page(template: string.Template, kept: list[dict[str, Any]]) -> web.Response:
    """The page, with the files that have come."""
    data = json.dumps(kept, ensure_ascii=False).replace("<", "\\u003c")
    headers = {
        "Content-Security-Policy": POLICY,
        "Cache-Control": "no-store",
        "X-Robots-Tag": "noindex, nofollow",
    }
    return web.Response(text=template.substitute(kept=data), content_type="text/html", headers=headers)


def wrong() -> web.Response:
    """For a token that is none."""
    return plain_page(
        404,
        _("This link does not open anything"),
        _("It may have been cut off on its way. Please open it from the chat by tapping it there."),
        _("If that does not help, write “send files” in the chat with Khéo: a new link will come."),
    )


def expired() -> web.Response:
    """For one that was good once."""
    return plain_page(
        410,
        _("This link has expired"),
        _("A link for sending files holds for a day, and only for the person it was given to."),
        _("Please write “send files” in the chat with Khéo: a new link will come."),
    )


def used() -> web.Response:
    """For one whose files are part of a message."""
    return plain_page(
        410,
        _("The files have been sent"),
        _("This link has done its work. Please go back to the chat with Khéo: the answer is there."),
        _("To send more, write “send files” there: a new link will come."),
    )


def too_often() -> web.Response:
    """For too many requests of a person."""
    return plain_page(
        429,
        _("Too many tries"),
        _("Please wait a minute, then open the link once more."),
        headers={"Retry-After": "60"},
    )


def offset(size: int, status: int = 200, *, is_kept: bool = False) -> web.Response:
    """How many bytes of a file there are."""
    headers = {"Upload-Offset": str(size), "Upload-Complete": f"?{int(is_kept)}", "Cache-Control": "no-store"}
    return web.Response(status=status, headers=headers)


def over() -> web.Response:
    """Nothing is taken by this link any more."""
    return _error(410, _("This link takes nothing more. Please go back to the chat and write “send files”."))


def later(seconds: float = 10) -> web.Response:
    """Not now: the script tries again by itself."""
    text = _("The file could not be kept just now. It will be tried again in a moment.")
    answer = _error(503, text)
    answer.headers["Retry-After"] = str(max(1, int(seconds)))
    return answer


def nothing_yet() -> web.Response:
    """For "done" without any file."""
    return _error(409, _("Please choose at least one photo or file first."))


def nameless() -> web.Response:
    """For a file without a name."""
    return refused(_("The file has no name. Please give it one and send it again."))


def too_large(name: str, most: int) -> web.Response:
    """For a file over the limit, which is said before it is sent."""
    text = _("“{name}” is larger than {most} MB. Please send a smaller file.")
    return _error(413, text.format(name=name, most=most // 1024**2))


def too_many(most: int) -> web.Response:
    """For a file above what one message takes."""
    return refused(_("At most {most} files by one link. Send these first, then more.").format(most=most))


def refused(reason: str) -> web.Response:
    """For a file that cannot be taken."""
    return _error(422, reason)


def _error(status: int, sentence: str) -> web.Response:
    return web.json_response({"error": sentence}, status=status)
