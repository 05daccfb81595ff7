"""Looks at new pictures of the evidence in the background, so that one sent twice is noticed."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import structlog

from movement import picture_looks

if TYPE_CHECKING:
    from storage.database import Database
    from storage.files import FileStore

AT_ONCE = 50

_log = structlog.get_logger()


async def look_at_new(database: Database, store: FileStore) -> int:
    """Keep the looks of some pictures that are not known yet; give how many were looked at."""
    unknown = await database.read(picture_looks.unknown, AT_ONCE)
    if not unknown:
        return 0
    looks = {sha256: await asyncio.to_thread(_look, store, sha256) for sha256 in unknown}
    await database.write(picture_looks.keep, looks)
    return len(looks)


def _look(store: FileStore, sha256: str) -> int:
    """The look, or 0 where the file is gone or damaged: it is not tried again."""
    try:
        return picture_looks.look_of(store.read(sha256))
    except Exception as error:  # whatever a damaged picture makes of the decoder
        _log.warning("picture_not_looked_at", error=type(error).__name__)
        return 0
