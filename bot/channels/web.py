"""The web page as a channel: reading what it posts.

Nothing is transmitted here. An outbox row *is* the message; the open pages read it from the
database (`bot/web_chat.py`), so sending only wakes them.
"""

from __future__ import annotations

import json
import re
import uuid
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from bot.channels.base import Capabilities, Inbound, Refused, RemoteFile
from bot.channels.clean import clean

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.channels.base import Message
    from conversations.engine.screen import Json

LONGEST_TEXT = 20_000  # characters
MOST_FILES = 20  # of one message
MOST_UPLOAD = 20 * 1024 * 1024  # bytes of one file

_KEYS = {"id", "text", "tap", "tapped", "files"}


class TooLongError(ValueError):
    """The text is longer than a message may be; the only argument is its length in characters."""


class WebChannel:
    """The page. `wake` is called with the chat's address when there is something new for it."""

    name = "web"
    can = Capabilities(
        buttons=1_000,  # the page is ours: it lays out whatever it is given
        row=1,
        label=200,
        text=1_000_000,
        edits=False,  # the page settles the question just left by itself, from `Screen.settled`
        files_in=MOST_UPLOAD,
        files_out=1 << 40,
    )

    def __init__(self, wake: Callable[[str], None], account: str = "web") -> None:
        self.account = account
        self._wake = wake

    async def send(self, chat: str, message: Message) -> str:  # noqa: ARG002 - the row is the message
        """Wake the open pages; the page knows a message by its outbox row, so there is no other id."""
        self._wake(chat)
        return ""

    async def edit(self, chat: str, ref: str, message: Message) -> str:  # noqa: ARG002 - see `can.edits`
        """Show it anew."""
        return await self.send(chat, message)

    async def acknowledge(self, inbound: Inbound, notice: str) -> None:
        """Do nothing: the answer to the POST says that the tap was seen."""

    async def fetch(self, file: RemoteFile, most: int) -> bytes:  # noqa: ARG002
        """Refuse: an upload is in the store before the message that names its token."""
        raise Refused(file.id)


def parse(body: bytes, chat: str, account: str = "web") -> Inbound:
    """What the page posted: `{id, text?, tap?, tapped?, files?: [{token}]}`.

    Raise ValueError for anything else, and its kind `TooLongError` for a text that is too long.
    """
    try:
        data = json.loads(body)
    except RecursionError as error:
        raise ValueError(*error.args) from None
    if not isinstance(data, dict) or not data.keys() <= _KEYS:
        message = "not a message of the page"
        raise ValueError(message)
    text = clean(_string(data, "text", 4 * LONGEST_TEXT))
    if len(text) > LONGEST_TEXT:
        raise TooLongError(len(text))
    inbound = Inbound(
        channel="web",
        account=account,
        chat=chat,
        external_id=str(uuid.UUID(_string(data, "id", 36))),
        text=text,
        tap=_string(data, "tap", 64, r"[ -~]*"),
        tapped=_string(data, "tapped", 20, r"[0-9]*"),
        files=_files(data.get("files", [])),
    )
    if not (inbound.text or inbound.tap or inbound.files):
        message = "an empty message"
        raise ValueError(message)
    return inbound


def file_name(claimed: str) -> str:
    """The name of an upload as it may be kept: no folder, at most 200 characters; empty if nothing is left."""
    name = " ".join(clean(claimed).replace("\\", "/").rsplit("/", 1)[-1].split())
    if name.strip(".") == "":
        return ""
    suffix = PurePosixPath(name).suffix[:20]
    return name if len(name) <= 200 else name[: 200 - len(suffix)] + suffix  # noqa: PLR2004 - the column


def _string(data: Json, key: str, most: int, pattern: str = r"(?s:.*)") -> str:
    value = data.get(key, "")
    if not isinstance(value, str):
        message = f"{key} is not a string"
        raise ValueError(message)  # noqa: TRY004 - one kind of error for whatever is wrong with the body
    if key == "text" and len(value) > most:
        raise TooLongError(len(value))
    if len(value) > most or not re.fullmatch(pattern, value):
        message = f"{key} is not of its form"
        raise ValueError(message)
    return value


def _files(value: Json) -> tuple[RemoteFile, ...]:
    if not isinstance(value, list) or len(value) > MOST_FILES:
        message = "files is not a short list"
        raise ValueError(message)
    tokens = []
    for file in value:
        if not isinstance(file, dict) or file.keys() != {"token"}:
            message = "a file is not a token"
            raise ValueError(message)
        tokens.append(_string(file, "token", 43, r"[A-Za-z0-9_-]+"))
    return tuple(RemoteFile(id=token, name="", kept=True) for token in tokens)
