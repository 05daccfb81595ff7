"""What is too long for a channel's messages: kept as a file, and linked."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import structlog
from sqlalchemy import insert, select

from conversations.engine.screen import FileRef
from storage.channel_tables import export
from storage.database import Unavailable
from storage.people_tables import address

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable

    from bot.inbox import Outgoing
    from storage.database import Database
    from storage.files import FileStore
    from storage.session import Session

NAME = "noi-dung-day-du.txt"  # "the whole of it"
KIND = "long_text"

_log = structlog.get_logger()


class LongTexts:
    """Keeps texts. Without a store there are no links, as in tests that have none."""

    def __init__(self, database: Database, store: FileStore | None, now: Callable[[], dt.datetime]) -> None:
        self._database, self._store, self._now = database, store, now

    async def kept(self, row: Outgoing, text: str) -> FileRef | None:
        """The text as a file that goes with its person's data, as what they asked for; None where it cannot be."""
        if self._store is None:
            return None
        data = text.encode()
        try:
            file = FileRef(await asyncio.to_thread(self._store.put, data), NAME, "text/plain", len(data))
            await self._database.write(_write_down, row, file, self._now())
        except (OSError, Unavailable) as error:  # its beginning is sent all the same
            _log.warning("long_text_not_kept", error=type(error).__name__)
            return None
        return file


def _write_down(session: Session, row: Outgoing, file: FileRef, now: dt.datetime) -> None:
    owner = select(address.c.person_id).where(address.c.id == row.address_id).scalar_subquery()
    session.execute(
        insert(export).values(
            person_id=owner,
            address_id=row.address_id,
            kind=KIND,
            arguments={},
            state="done",
            sha256=file.sha256,
            name=file.name,
            media_type=file.media_type,
            size=file.size,
            created_at=now,
            done_at=now,
        ),
    )
