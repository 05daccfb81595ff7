"""People who talk to a bot through the fake of Telegram: what they type, tap and send, and what they see."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Any

from tests.fakes.telegram_chats import Chat, File, Shown, State, message_json

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.fakes.telegram_delivery import Delivery


class Person:
    """One person in their private chat with the bot.

    Every act returns the update's id (0: the bot does not want this kind) without waiting for an answer;
    `reply` waits for the next thing the bot does in this chat.
    """

    def __init__(self, chat: Chat, state: State, delivery: Delivery) -> None:
        self.id: int = chat.user["id"]
        self._chat = chat
        self._state = state
        self._delivery = delivery
        self._seen = 0

    @property
    def messages(self) -> list[Shown]:
        """The bot's messages as they look now, oldest first."""
        return [self._chat.messages[number] for number in sorted(self._chat.messages)]

    @property
    def sent(self) -> list[str]:
        """The words of the bot's messages as they first were, oldest first."""
        return self._chat.sent

    @property
    def toasts(self) -> list[str]:
        """The notices that answered this person's taps; "" where there was none."""
        return [text for person, text, _ in self._state.toasts if person == self.id]

    def last(self) -> Shown:
        """The newest message of the bot; raise IndexError if there is none."""
        return self.messages[-1]

    async def reply(self, seconds: float = 10) -> Shown:
        """The next message that the bot sends or changes; raise TimeoutError."""
        await self._wait(lambda: len(self._chat.events) > self._seen, seconds)
        self._seen += 1
        return self._chat.messages[self._chat.events[self._seen - 1]]

    async def until(self, holds: Callable[[Shown], bool], seconds: float = 10) -> Shown:
        """Wait until this holds of the last message; what came before counts as read. Raise TimeoutError."""
        await self._wait(lambda: bool(self._chat.messages) and holds(self.last()), seconds)
        self._seen = len(self._chat.events)
        return self.last()

    async def say(self, text: str) -> int:
        """Type a text."""
        if not text.startswith("/"):
            return await self.send({"text": text})
        entity = {"type": "bot_command", "offset": 0, "length": len(text.split(maxsplit=1)[0])}
        return await self.send({"text": text, "entities": [entity]})

    async def tap(self, button: str) -> int:
        """Tap the newest button with this label, or this data; raise LookupError if there is none."""
        for shown in reversed(self.messages):
            for label, data in (each for row in shown.buttons for each in row):
                if button in (label, data):
                    return await self.tap_data(data, shown.id)
        message = f"no button {button!r} in this chat"
        raise LookupError(message)

    async def tap_data(self, data: str, message_id: int) -> int:
        """Tap a button of any message, shown, changed or deleted meanwhile."""
        shown = self._chat.messages.get(message_id)
        gone = {"chat": self._chat.as_json(), "message_id": message_id, "date": 0}
        query_id = str(self._state.number() + 4_000_000_000_000)
        self._state.taps[query_id] = self.id
        query = {
            "id": query_id,
            "from": self._chat.user,
            "message": message_json(self._chat, shown) if shown else gone,
            "chat_instance": str(self.id),
            "data": data,
        }
        return self._delivery.add("callback_query", query, self.id)

    async def send_photo(self, content: bytes, caption: str = "", album: str = "") -> int:
        """Send a picture; those with the same album were chosen together."""
        sizes = [
            (File("thumb.jpg", content[:64], 64, "photos"), 90, 67),
            (File("photo.jpg", content, len(content), "photos"), 1280, 960),
        ]
        photo = [file.as_json(self._state.keep(file)) | {"width": w, "height": h} for file, w, h in sizes]
        return await self.send({"photo": photo} | _about(caption, album))

    async def send_document(self, content: bytes, name: str, media_type: str = "", caption: str = "") -> int:
        """Send a file as it is."""
        file = File(name, content, len(content))
        document = file.as_json(self._state.keep(file)) | {"file_name": name}
        if media_type:
            document["mime_type"] = media_type
        return await self.send({"document": document} | _about(caption, ""))

    async def send(self, content: dict[str, Any]) -> int:
        """Send a message with these fields: a sticker, a place, anything."""
        message = {
            "message_id": next(self._chat.ids),
            "date": int(time.time()),
            "chat": self._chat.as_json(),
            "from": self._chat.user,
        }
        return self._delivery.add("message", message | content, self.id)

    async def block(self) -> int:
        """Block the bot: nothing reaches this person until they unblock it."""
        return self._change("member", "kicked")

    async def unblock(self) -> int:
        """Let the bot write again."""
        return self._change("kicked", "member")

    def _change(self, old: str, new: str) -> int:
        self._chat.blocked = new == "kicked"
        bot = {"id": 123456, "is_bot": True, "first_name": "Khéo", "username": "kheo_fake_bot"}
        member = {"user": bot, "status": "member"}
        kicked = {"user": bot, "status": "kicked", "until_date": 0}
        change = {
            "chat": self._chat.as_json(),
            "from": self._chat.user,
            "date": int(time.time()),
            "old_chat_member": member if old == "member" else kicked,
            "new_chat_member": member if new == "member" else kicked,
        }
        return self._delivery.add("my_chat_member", change, self.id)

    async def _wait(self, holds: Callable[[], bool], seconds: float) -> None:
        async with asyncio.timeout(seconds):
            while not holds():
                self._chat.changed.clear()
                await self._chat.changed.wait()


def _about(caption: str, album: str) -> dict[str, str]:
    return ({"caption": caption} if caption else {}) | ({"media_group_id": album} if album else {})
