"""The upload page over a real database, store and intake, and a chat without files whose messages are kept."""

from __future__ import annotations

import datetime as dt
import re
from contextlib import asynccontextmanager
from itertools import count
from typing import TYPE_CHECKING, Any

from aiohttp import web
from aiohttp.test_utils import TestServer
from sqlalchemy import update

from bot.channels.base import Capabilities, Inbound, Message
from bot.inbox import Desk
from bot.intake import Intake
from bot.outbox import Outbox
from bot.pages import Pages
from bot.upload_page import MOST_BEGUN, MOST_UNDER_WAY, UploadPage
from bot.web_chat import WebChat
from conversations import registry
from conversations.attachments import Files, attached
from movement import people, upload_links
from storage.files import FileStore
from storage.partial_files import PartialFiles
from storage.people_tables import person
from tests.bot.rooms import declare
from tests.fakes.web_runtime import FakeRuntime

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    import pytest

    from conversations.engine.dialogue import Dialogue
    from movement.context import Context
    from storage.database import Database

NOW = dt.datetime(2027, 3, 1, 2, 30, tzinfo=dt.UTC)
URL = re.compile(r"https?://\S+/u/[\w-]+")


class PlainChat:
    """A platform with neither buttons nor files; keeps what is sent."""

    name = account = "plain"
    can = Capabilities(0, 0, 0, 2000, edits=False, files_in=0, files_out=0, quota=True, upload_page=True)

    def __init__(self) -> None:
        self.sent: list[Message] = []

    async def send(self, chat: str, message: Message) -> str:
        self.sent.append(message)
        return str(len(self.sent))


class UploadSite:
    """One person in a chat, a page for their files, and a clock that can be moved."""

    def __init__(self, database: Database, folder: Path, address: str, locale: str) -> None:
        self.database, self.address, self.now, self.folder = database, address, NOW, folder
        self.chat, self._numbers = PlainChat(), count(1)
        self.store = FileStore(folder)
        self.parts = PartialFiles(folder / "tmp", MOST_UNDER_WAY, MOST_BEGUN)
        channels: Any = {("plain", "plain"): self.chat}
        self.desk = Desk(database.process, dt.UTC, locale=locale, public_url=address)
        self.outbox = Outbox(database, channels, Pages(), self.desk, self.tick)
        self.intake = Intake(database, self.store, self.outbox, channels, self.desk, self.tick)
        self.page = UploadPage(database, self.parts, self.intake, self.desk, self.tick)

    def tick(self) -> dt.datetime:
        """The time, a moment later at each call."""
        self.now += dt.timedelta(milliseconds=1)
        return self.now

    async def say(self, text: str) -> str:
        """Say this in the chat and give the answer."""
        before = len(self.chat.sent)
        await self.intake.take(Inbound("plain", "plain", "lan", str(next(self._numbers)), text=text))
        await self.outbox.settle()
        return "\n".join(message.text for message in self.chat.sent[before:])

    async def change(self, **values: Any) -> None:
        """Change the person."""
        await self.database.write(lambda session: session.execute(update(person).values(**values)))

    async def ask_for_files(self) -> str:
        """Begin the dialogue that asks for files, and give the link it shows."""
        await self.say("hello")
        await self.change(consent_version=people.CONSENT_VERSION)
        found = URL.search(await self.say("/send"))
        assert found is not None
        return found[0]

    async def settled(self) -> list[str]:
        """All that was sent in the chat."""
        await self.outbox.settle()
        return [message.text for message in self.chat.sent]

    def link(self) -> str:
        """Another link of the same person."""
        return upload_links.upload_url(self.address, 1, self.now)


def send(d: Dialogue, _ctx: Context) -> None:
    """Ask for files, then tell what came."""
    files = attached(d.ask("files", Files("Send photos.", least=1)))
    d.say("Got " + ", ".join(file.name for file in files) + "; " + ", ".join({file.caption for file in files}))


def declare_sending(monkeypatch: pytest.MonkeyPatch) -> None:
    """Put `/send` and the small entrances of the tests in the place of the real ones."""
    declare(monkeypatch)
    registry.dialogue(command="send", title="Send", needs="nothing")(send)
    registry.dialogue(command="minhchung", title="Prove", needs="nothing", arguments=("entry",))(prove)


def prove(d: Dialogue, _ctx: Context) -> None:
    """What files begin that nobody asked for."""
    d.say(f"A report begun with {len(d.given('files', ()))} group of files.")


@asynccontextmanager
async def serving(database: Database, folder: Path, port: int, *, locale: str = "en") -> AsyncIterator[UploadSite]:
    """Serve the page on this port until the block ends."""
    site = UploadSite(database, folder, f"http://127.0.0.1:{port}", locale)
    app = web.Application()
    WebChat(FakeRuntime(), site.address).add_to(app)
    site.page.add_to(app)
    async with TestServer(app, port=port):
        yield site
