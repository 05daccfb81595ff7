"""A message as Zalo's Bot takes it: plain text with styles beside it, never markup, so no word can break it."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, Any

from bot.channels.base import Capabilities, Refused

if TYPE_CHECKING:
    from bot.channels.base import Message

MOST = 2000  # sendMessage: "1-2000 characters"; of which kind nobody says, so counted the stricter way


def cost(message: Message) -> int:
    """How many of the month's messages it takes: each photo is one of its own."""
    return len(message.photos) + has_words(message)


CAPABILITIES = Capabilities(
    buttons=0,  # there are none: no keyboard, no callback in any method
    row=0,
    label=0,
    text=1900,  # below the 2,000 of sendMessage, for whatever it counts
    edits=False,  # no such method
    files_in=20 * 1024 * 1024,  # photos only; the limit is ours
    files_out=0,  # sendDocument does not exist
    photo_urls=frozenset({"image/jpeg", "image/png"}),  # sendPhoto: "public http(s) URL"; upload is refused
    upload_page=True,  # the chat takes photos only
    quota=True,  # the free plan: 3,000 messages a month
    parts=3,  # each part is a message of them
    zero=True,
    cost=cost,
)


def has_words(message: Message) -> bool:
    """Whether there is anything to be sent but photos."""
    return bool(message.text.strip() or message.title.strip() or message.files)


def text_of(message: Message) -> dict[str, Any]:
    """The text of sendMessage with its styles; raise Refused for what Zalo never takes.

    Offsets are in UTF-16 units. A file that nobody made a link for is named.
    """
    title = _nfc(message.title)
    heading = "\n".join(part for part in (_nfc(message.progress), title) if part)
    names = "\n".join(f"📎 {_nfc(file.name)}" for file in message.files)
    text = "\n\n".join(part for part in (heading, _nfc(message.text), names) if part)
    if not 0 < units(text) <= MOST:
        reason = f"a text of {units(text)} units"
        raise Refused(reason)
    if not title:
        return {"text": text}
    style = {"start": units(heading) - units(title), "len": units(title), "st": ["b"]}
    return {"text": text, "text_styles": [style]}


def units(text: str) -> int:
    """The length in UTF-16 units: most emoji are two."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _nfc(text: str) -> str:
    return unicodedata.normalize("NFC", text).strip()
