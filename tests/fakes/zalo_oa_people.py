"""People on the Zalo of tests/fakes/zalo_oa_server.py: what they do is posted as signed events."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from itertools import count
from typing import TYPE_CHECKING, Any

import aiohttp

if TYPE_CHECKING:
    import datetime as dt

    from tests.fakes.zalo_oa_server import ZaloOAServer

_numbers = count(1)


@dataclass(frozen=True)
class Shown:
    """One message as it is shown: text, buttons (title, payload), files (name, bytes)."""

    text: str
    buttons: tuple[tuple[str, str], ...] = ()
    files: tuple[tuple[str, bytes], ...] = ()


@dataclass
class Person:
    """One person with the account's chat."""

    id: str
    zalo: ZaloOAServer
    last_interaction: dt.datetime | None = None
    blocked: int = 0  # the code with which every message is refused
    charged: int = 0
    messages: list[Shown] = field(default_factory=list)
    templates: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    async def say(self, text: str) -> int:
        """Type a text; give the status of the webhook."""
        return await self.does("user_send_text", {"text": text})

    async def tap(self, title: str) -> int:
        """Tap a button of the newest message that has it: its payload comes as an ordinary text."""
        found = [
            payload
            for shown in reversed(self.messages)
            for label, payload in shown.buttons
            if title in {label, label.partition(". ")[2]}
        ]
        return await self.say(found[0])

    async def send_picture(self, name: str, data: bytes, text: str = "") -> int:
        """Send a picture."""
        self.zalo.files[name] = data
        payload = {"url": f"{self.zalo.url}/files/{name}", "thumbnail": f"{self.zalo.url}/files/{name}"}
        message = {"attachments": [{"type": "image", "payload": payload}]} | ({"text": text} if text else {})
        return await self.does("user_send_image", message)

    async def send_file(self, name: str, data: bytes) -> int:
        """Send a file."""
        self.zalo.files[name] = data
        payload = {"url": f"{self.zalo.url}/files/{name}", "name": name, "size": str(len(data)), "type": "pdf"}
        return await self.does("user_send_file", {"attachments": [{"type": "file", "payload": payload}]})

    async def follow(self) -> int:
        """Follow the account, which is an interaction."""
        self.last_interaction = self.zalo.now()
        return await self.zalo_posts(self.event("follow", follower={"id": self.id}, oa_id=_oa()))

    async def unfollow(self) -> int:
        """Stop following."""
        return await self.zalo_posts(self.event("unfollow", follower={"id": self.id}, oa_id=_oa()))

    async def does(self, name: str, message: dict[str, Any]) -> int:
        """Send a message of any kind."""
        self.last_interaction = self.zalo.now()
        return await self.zalo_posts(self.message(name, message))

    def message(self, name: str, message: dict[str, Any]) -> dict[str, Any]:
        """The event of a message, with an id of its own."""
        said = {"msg_id": f"96aa11bb22cc{next(_numbers):06x}", **message}
        return self.event(name, sender={"id": self.id}, recipient={"id": _oa()}, message=said)

    def event(self, name: str, **more: Any) -> dict[str, Any]:
        """An event, not yet posted."""
        time = str(int(self.zalo.now().timestamp() * 1000) + next(_numbers))
        return {"app_id": _app(), "event_name": name, "timestamp": time, **more}

    async def zalo_posts(self, event: dict[str, Any]) -> int:
        """Let Zalo post this event, signed, and give the status."""
        raw = json.dumps(event, ensure_ascii=False).encode()
        return await post(self.zalo.webhook, raw, signature(raw, event["timestamp"]))


def signature(raw: bytes, time: str, first: str = "", secret: str = "") -> str:
    """The header of a body, as the documents say unless told otherwise."""
    from tests.fakes.zalo_oa_server import OA_SECRET

    parts = [(first or _app()).encode(), raw, time.encode(), (secret or OA_SECRET).encode()]
    return f"mac={hashlib.sha256(b''.join(parts)).hexdigest()}"


async def post(url: str, raw: bytes, header: str) -> int:
    """Post these bytes and give the status."""
    headers = {"X-ZEvent-Signature": header, "Content-Type": "application/json"}
    async with aiohttp.ClientSession() as session, session.post(url, data=raw, headers=headers) as answer:
        await answer.read()
        return answer.status


def _app() -> str:
    from tests.fakes.zalo_oa_server import APP_ID

    return APP_ID


def _oa() -> str:
    from tests.fakes.zalo_oa_server import OA_ID

    return OA_ID
