"""What stands behind the web page: turns, the stored messages, uploads, and files a person may see."""

from __future__ import annotations

import asyncio
import secrets
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, insert, select

from bot.metrics import REFUSED
from bot.web_person import context, here, known
from locales import _
from movement import evidence, exports, refusals
from storage.channel_tables import outbox, upload
from storage.people_tables import address, person

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable

    from bot.channels.base import Inbound
    from bot.inbox import Desk
    from bot.intake import Intake
    from bot.pages import Pages
    from conversations.engine.screen import FileRef, Json
    from storage.database import Database
    from storage.files import FileStore
    from storage.session import Session

_newer = (
    select(outbox.c.id, outbox.c.kind, outbox.c.payload)
    .join(address, address.c.id == outbox.c.address_id)
    .join(person, person.c.id == address.c.person_id)
    .where(here, outbox.c.id > bindparam("last"))
    # Of a locked account nothing is shown that was said before: it may have been about others.
    .where(person.c.deactivated_at.is_(None) | (outbox.c.created_at >= person.c.deactivated_at))
    .order_by(outbox.c.id.desc())
    .limit(bindparam("most"))
)


class WebRuntime:
    """The runtime of `web_chat`, over the same intake as every channel."""

    def __init__(
        self,
        database: Database,
        store: FileStore,
        intake: Intake,
        pages: Pages,
        desk: Desk,
        now: Callable[[], dt.datetime],
    ) -> None:
        self._database, self._store, self._intake, self._pages = database, store, intake, pages
        self._desk, self._now = desk, now

    async def take(self, inbound: Inbound) -> None:
        """Run the whole turn; raise TryLater where that is not possible now."""
        await self._intake.take(inbound)

    async def screens_after(self, chat: str, last_id: int, most: int) -> list[tuple[int, str, Json]]:
        """The newest `most` messages above `last_id`, oldest first."""
        return await self._database.read(_screens_after, chat, last_id, most)

    async def wait(self, chat: str, last_id: int, seconds: float) -> None:
        """Wait until there may be something new."""
        await self._pages.wait(chat, last_id, seconds)

    async def keep_upload(self, chat: str, name: str, data: bytes) -> Json | str:
        """Keep a file until a message names it, or say why not."""
        kept = await self._intake.keep(name, data)
        if isinstance(kept, str):
            return kept
        token = secrets.token_urlsafe(24)
        if not await self._database.write(_keep, chat, token, kept, self._now()):
            return _("Please send a message first, then the file.")
        return {"token": token, "name": kept.name, "size": kept.size, "media_type": kept.media_type}

    async def open_file(self, chat: str, sha256: str, name: str) -> tuple[bytes, str, str] | None:  # noqa: ARG002
        """The file, where this person sent it or may see what it belongs to; its stored name counts."""
        found = await self._database.read(_visible_file, self._desk, chat, sha256, self._now())
        if found is None:
            if await self._database.write(_refused, self._desk, chat, sha256, self._now()):
                REFUSED.labels("web", "file").inc()
            return None
        data = await asyncio.to_thread(self._store.read, sha256)
        return data, found[1], found[0]


def _screens_after(session: Session, chat: str, last_id: int, most: int) -> list[tuple[int, str, Json]]:
    rows = session.rows(_newer, {"chat": chat, "last": last_id, "most": most})
    return [(row.id, row.kind, row.payload) for row in reversed(rows)]


def _keep(session: Session, chat: str, token: str, file: FileRef, now: dt.datetime) -> bool:
    who = known(session, chat)
    if who is None:
        return False
    session.execute(
        insert(upload),
        {
            "token": token,
            "address_id": who.address_id,
            "sha256": file.sha256,
            "name": file.name,
            "media_type": file.media_type,
            "size": file.size,
            "created_at": now,
        },
    )
    return True


def _visible_file(
    session: Session, desk: Desk, chat: str, sha256: str, now: dt.datetime
) -> tuple[str, str] | None:
    """The name and media type of a file this chat uploaded, or that belongs to an entry its person may see."""
    row = known(session, chat)
    if row is None:
        return None
    own = select(upload.c.name, upload.c.media_type).where(
        upload.c.sha256 == sha256, upload.c.address_id == row.address_id
    )
    if (mine := session.first(own)) is not None:
        return mine.name, mine.media_type
    ctx = context(session, desk, row, now)
    return evidence.file_name(ctx, sha256) or exports.file_name(ctx, sha256)


def _refused(session: Session, desk: Desk, chat: str, sha256: str, now: dt.datetime) -> bool:
    """Write down that somebody we know asked for a file that is not there for them."""
    row = known(session, chat)
    if row is not None:
        refusals.attempted(context(session, desk, row, now), "file", f"file:{sha256[:16]}")
    return row is not None
