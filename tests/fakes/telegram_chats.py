"""What the fake of Telegram remembers: chats with their messages, files, command menus, taps."""

from __future__ import annotations

import asyncio
import itertools
import time
from dataclasses import dataclass, field
from typing import Any

from tests.fakes.telegram_html import plain

BOT = {"id": 123456, "is_bot": True, "first_name": "Khéo", "username": "kheo_fake_bot"}


@dataclass(frozen=True)
class Shown:
    """A message of the bot as a person sees it."""

    id: int
    text: str  # without formatting; a caption if there are files
    html: str  # as the bot sent it
    buttons: tuple[tuple[tuple[str, str], ...], ...]  # rows of (label, data)
    files: tuple[tuple[str, bytes], ...]  # (name, content)
    album: str
    silent: bool
    edits: int

    @property
    def labels(self) -> list[str]:
        """The words of all buttons, in order."""
        return [label for row in self.buttons for label, _ in row]


@dataclass
class Chat:
    """One private chat. `events` are the ids of messages in the order the bot sent or changed them."""

    user: dict[str, Any]
    blocked: bool = False
    messages: dict[int, Shown] = field(default_factory=dict)  # the bot's
    events: list[int] = field(default_factory=list)
    sent: list[str] = field(default_factory=list)  # every message of the bot as it first was
    changed: asyncio.Event = field(default_factory=asyncio.Event)
    ids: itertools.count[int] = field(default_factory=lambda: itertools.count(1))

    def as_json(self) -> dict[str, Any]:
        """The Chat object in messages."""
        return {
            "type": "private",
            **{key: self.user[key] for key in ("id", "first_name", "username") if key in self.user},
        }

    def happened(self, number: int) -> None:
        """Tell those who wait that the bot did something."""
        self.events.append(number)
        self.changed.set()


@dataclass(frozen=True)
class File:
    """A file on Telegram's servers."""

    name: str
    content: bytes
    size: int  # as Telegram says it is; a test may say more than there is
    folder: str = "documents"

    def as_json(self, file_id: str) -> dict[str, Any]:
        """The fields that every kind of file shares."""
        return {"file_id": file_id, "file_unique_id": f"u{file_id}", "file_size": self.size}


class State:
    """Everything one bot's server remembers."""

    def __init__(self) -> None:
        self.chats: dict[int, Chat] = {}
        self.files: dict[str, File] = {}
        self.commands: dict[tuple[str, str], list[dict[str, str]]] = {}  # by scope and language
        self.taps: dict[str, int] = {}  # callback queries that wait for their answer, and whose they are
        self.toasts: list[tuple[int, str, bool]] = []  # (person, text, whether an alert)
        self._numbers = itertools.count(1)

    def number(self) -> int:
        """A number never given before."""
        return next(self._numbers)

    def keep(self, file: File) -> str:
        """Store a file and return its file_id."""
        file_id = f"AgAC{self.number():08d}"
        self.files[file_id] = file
        return file_id

    def post(self, chat: Chat, values: dict[str, Any], files: tuple[tuple[str, bytes], ...] = ()) -> Shown:
        """Put a message of the bot into a chat."""
        words = values.get("text") or values.get("caption") or ""
        shown = Shown(
            id=next(chat.ids),
            text=plain(words) if values.get("parse_mode") else words.strip(),
            html=words,
            buttons=buttons(values),
            files=files,
            album=values.get("media_group_id", ""),
            silent=values.get("disable_notification", False),
            edits=0,
        )
        chat.messages[shown.id] = shown
        chat.sent.append(shown.text)
        chat.happened(shown.id)
        return shown


def buttons(values: dict[str, Any]) -> tuple[tuple[tuple[str, str], ...], ...]:
    """The inline keyboard of a call's values."""
    rows = values.get("reply_markup", {}).get("inline_keyboard", [])
    return tuple(tuple((button["text"], button.get("callback_data", "")) for button in row) for row in rows)


def message_json(chat: Chat, shown: Shown) -> dict[str, Any]:
    """The Message object of a message of the bot."""
    message: dict[str, Any] = {
        "message_id": shown.id,
        "date": int(time.time()),
        "chat": chat.as_json(),
        "from": BOT,
        "caption" if shown.files else "text": shown.text,
    }
    if shown.buttons:
        rows = [[{"text": label, "callback_data": data} for label, data in row] for row in shown.buttons]
        message["reply_markup"] = {"inline_keyboard": rows}
    if shown.album:
        message["media_group_id"] = shown.album
    if shown.edits:
        message["edit_date"] = int(time.time())
    return message
