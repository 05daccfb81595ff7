"""From what a platform delivered to a finished turn: files first, then one transaction, then the answer.

Everything of one person is done one after the other, in the order it arrived.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import structlog
from sqlalchemy import select

from bot import inbox
from bot.channels.base import Moved, Refused, TryLater, Unreachable
from bot.metrics import REFUSED, SECONDS, TAKEN, TROUBLE
from conversations.engine.screen import FileRef, Reply
from locales import _, speaking
from movement import evidence_files
from movement.errors import DomainError, NotYours
from storage.channel_tables import upload
from storage.database import Unavailable
from storage.people_tables import address

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable

    from bot.channels.base import Channels, Inbound, RemoteFile
    from bot.inbox import Desk, Taken
    from bot.outbox import Outbox
    from storage.database import Database, Order
    from storage.files import FileStore
    from storage.session import Session

MOST_BYTES = 20 * 1024 * 1024
DISK_PAUSE = 30.0  # seconds before a file is tried again where the disk was full
AT_ONCE = 2  # files looked into at the same time: it costs a core each

_log = structlog.get_logger()


class Intake:
    """Takes messages of every channel."""

    def __init__(
        self,
        database: Database,
        store: FileStore,
        outbox: Outbox,
        channels: Channels,
        desk: Desk,
        now: Callable[[], dt.datetime],
    ) -> None:
        self._database, self._store, self._outbox, self._channels = database, store, outbox, channels
        self._desk, self._now = desk, now
        self._looking = asyncio.Semaphore(AT_ONCE)

    async def take(self, inbound: Inbound, *, last_try: bool = False) -> None:
        """Take one message; return after the commit; raise TryLater where it could not be taken now.

        At the last try only an unavailable database raises: files that cannot be had are left out, with a word
        about it, and a message that fails in every way is given up.
        """
        key = f"{inbound.channel}:{inbound.account}:{inbound.chat}"
        try:
            with SECONDS.labels(inbound.channel).time():
                taken = await self._taken(key, inbound, last_try=last_try)
        except Unavailable as error:
            _log.warning("message_not_taken", channel=inbound.channel, why=str(error))
            raise TryLater(5, why="database") from error
        except TryLater:
            raise
        except Exception as error:
            _log.exception("message_failed", channel=inbound.channel, given_up=last_try)
            if last_try:
                return
            raise TryLater(why="failed") from error
        TAKEN.labels(inbound.channel, "repeated" if taken.repeated else "new").inc()
        self._outbox.soon(taken.outgoing)
        for row in taken.notices:
            self._outbox.soon([row] if row.channel in self._desk.stored else ())

    async def _taken(self, key: str, inbound: Inbound, *, last_try: bool) -> Taken:
        async with self._database.in_order(key, across_processes=bool(inbound.files)) as order:
            return await self._turn(order, inbound, await self._reply(inbound, last_try=last_try))

    async def keep(self, name: str, data: bytes) -> FileRef | str:
        """Look into a file, make it safe and keep it; or the sentence why not; raise TryLater on a full disk."""
        async with self._looking:
            looked = await asyncio.to_thread(evidence_files.inspect, data, name)
        if isinstance(looked, evidence_files.Refusal):
            return looked.reason
        try:
            sha256 = await asyncio.to_thread(self._store.put, looked.data)
        except OSError as error:  # the disk is full, or gone
            _log.error("file_not_kept", why=error.strerror)
            raise TryLater(DISK_PAUSE, why="disk") from error
        return FileRef(sha256, looked.name, looked.media_type, len(looked.data))

    async def _reply(self, inbound: Inbound, *, last_try: bool) -> Reply:
        files, refused = [], []
        with speaking(self._desk.locale):
            for file in inbound.files:
                kept = await self._fetched(inbound, file, last_try=last_try)
                if isinstance(kept, str):
                    refused.append(kept)
                else:
                    files.append(kept)
        return Reply(
            text=inbound.text,
            tap=inbound.tap,
            files=tuple(files),
            album=inbound.album,
            is_complete=bool(inbound.upload_link),
            refused=tuple(refused),
            unsupported=inbound.unsupported,
        )

    async def _fetched(self, inbound: Inbound, file: RemoteFile, *, last_try: bool) -> FileRef | str:
        """The file in our store, or why it was not taken."""
        if file.kept:
            found = await self._database.read(uploaded, inbound, file.id)
            return found or _("A file was not found any more. Please send it again.")
        too_large = _("“{name}” is larger than {most} MB. Please send a smaller file.").format(
            name=file.name, most=MOST_BYTES // 1024**2
        )
        if file.size is not None and file.size > MOST_BYTES:
            return too_large
        try:
            data = await self._channels[inbound.channel, inbound.account].fetch(file, MOST_BYTES)
        except Refused:
            return too_large if file.size is None else _not_fetched(file)
        except (Unreachable, Moved):
            return _not_fetched(file)
        except TryLater:
            if last_try:
                return _not_fetched(file)
            raise
        return await self.keep(file.name, data)

    async def _turn(self, order: Order, inbound: Inbound, reply: Reply) -> Taken:
        """Take the turn; where a rule refuses or a script fails, say so in a turn of its own."""
        now = self._now()
        try:
            return await order.write(inbox.take_turn, self._desk, inbound, reply, now)
        except Unavailable:
            raise
        except DomainError as refusal:
            TROUBLE.labels(inbound.channel, "refused").inc()
            if isinstance(refusal, NotYours):
                REFUSED.labels(inbound.channel, refusal.act).inc()
            return await order.write(inbox.explain, self._desk, inbound, refusal, now)
        except Exception:
            TROUBLE.labels(inbound.channel, "failed").inc()
            _log.exception("turn_failed", channel=inbound.channel)
        try:
            return await order.write(inbox.apologise, self._desk, inbound, now)
        except Unavailable:
            raise
        except Exception:
            _log.exception("apology_failed", channel=inbound.channel)
        return await order.write(inbox.apologise_only, self._desk, inbound, now)


def _not_fetched(file: RemoteFile) -> str:
    return _("“{name}” could not be fetched. Please send it again.").format(name=file.name)


def uploaded(session: Session, inbound: Inbound, token: str) -> FileRef | None:
    """The file that this address uploaded under the token."""
    row = session.first(
        select(upload.c.sha256, upload.c.name, upload.c.media_type, upload.c.size)
        .join(address, address.c.id == upload.c.address_id)
        .where(
            upload.c.token == token,
            address.c.channel == inbound.channel,
            address.c.account == inbound.account,
            address.c.chat == inbound.chat,
        ),
    )
    return FileRef(*row) if row else None
