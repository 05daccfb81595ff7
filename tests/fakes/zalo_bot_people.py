"""People who talk to a bot through the fake of Zalo: what they write and send, and what they see."""

from __future__ import annotations

import asyncio
import hashlib
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.fakes.zalo_bot_delivery import Delivery


@dataclass(frozen=True, slots=True)
class Shown:
    """A message of the bot as a person sees it."""

    id: str
    text: str
    photo: str = ""  # the URL that Zalo fetched it from
    styles: tuple[tuple[int, int], ...] = ()  # where it is bold, in UTF-16 units
    buttons: tuple[()] = ()  # there are none on Zalo

    @property
    def bold(self) -> str:
        """The first words in bold."""
        for start, length in self.styles:
            return self.text.encode("utf-16-le")[2 * start : 2 * (start + length)].decode("utf-16-le")
        return ""


@dataclass(slots=True)
class Chat:
    """What was sent to one chat."""

    messages: list[Shown] = field(default_factory=list)
    changed: asyncio.Event = field(default_factory=asyncio.Event)


class Person:
    """One person, in their private chat with the bot or in a group.

    Every act returns the message's id without waiting for an answer.
    """

    def __init__(self, number: int, name: str, chat: Chat, delivery: Delivery, group: str = "") -> None:
        self.id = identity(f"person {number}")
        self.chat_id = group or self.id
        self._name, self._chat, self._delivery = name, chat, delivery
        self._is_group = bool(group)
        self._seen = 0

    @property
    def messages(self) -> list[Shown]:
        """The bot's messages, oldest first."""
        return self._chat.messages

    @property
    def sent(self) -> list[str]:
        """The words of the bot's messages, oldest first."""
        return [each.text for each in self._chat.messages]

    def last(self) -> Shown:
        """The newest message of the bot; raise IndexError if there is none."""
        return self._chat.messages[-1]

    async def reply(self, seconds: float = 10) -> Shown:
        """The next message that the bot sends; raise TimeoutError."""
        await self._wait(lambda: len(self._chat.messages) > self._seen, seconds)
        self._seen += 1
        return self._chat.messages[self._seen - 1]

    async def until(self, holds: Callable[[Shown], bool], seconds: float = 10) -> Shown:
        """Wait until this holds of the last message; what came before counts as read. Raise TimeoutError."""
        await self._wait(lambda: bool(self._chat.messages) and holds(self.last()), seconds)
        self._seen = len(self._chat.messages)
        return self.last()

    async def say(self, text: str) -> str:
        """Type a text."""
        return self.send("message.text.received", {"text": text})

    async def send_photo(self, url: str, caption: str = "", *, key: str = "photo_url") -> str:
        """Send a picture that is kept at this URL; live bots get `photo_url`, the documentation says `photo`."""
        more = {key: url, "message_type": "CHAT_PHOTO"} | ({"caption": caption} if caption else {})
        return self.send("message.image.received", more)

    def send(self, event: str, content: dict[str, Any]) -> str:
        """Send a message with these fields: a sticker, a voice, anything."""
        number = self._delivery.number()
        kind = "GROUP" if self._is_group else "PRIVATE"
        message = {
            "message_id": identity(f"message {number}"),
            "date": int(time.time() * 1000),
            "message_type": "CHAT_MESSAGE",
            "chat": {"id": self.chat_id, "chat_type": kind},
            "from": {"id": self.id, "display_name": self._name, "is_bot": False},
        }
        self._delivery.add({"event_name": event, "message": message | content})
        return str(message["message_id"])

    async def _wait(self, holds: Callable[[], bool], seconds: float) -> None:
        async with asyncio.timeout(seconds):
            while not holds():
                self._chat.changed.clear()
                await self._chat.changed.wait()


def identity(name: str) -> str:
    """20 hexadecimal digits, as Zalo's ids are."""
    return hashlib.blake2s(name.encode(), digest_size=10).hexdigest()
