"""Codes do not stay in the history: an hour after one was told, its message shows dots in its place.

The code is told once; the row of the outbox, which the web page shows, is the only place where it stands in clear.
Old tries and link codes go as well.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import delete, select, update

from movement import join_codes
from storage.channel_tables import outbox
from storage.people_tables import address, code_try, join_code, link_code

if TYPE_CHECKING:
    from storage.session import Session

SHOWN_FOR: Final = dt.timedelta(hours=1)
LOOKED_FOR: Final = dt.timedelta(days=2)  # sweeps that were missed are made up for
KEEP_TRIES: Final = dt.timedelta(days=1)
DOTS: Final = "•" * join_codes.LENGTH
_one = f"[{join_codes.ALPHABET}]"
_half = f"{_one}{{{join_codes.LENGTH // 2}}}"
_CODE = re.compile(rf"(?<![A-Za-z0-9]){_half}-?{_half}(?![A-Za-z0-9])")


def fade(session: Session, now: dt.datetime) -> None:
    """Take codes out of messages that told them more than an hour ago."""
    made = join_code.c.created_at.between(now - LOOKED_FOR, now - SHOWN_FOR)
    told = (
        select(outbox.c.id, outbox.c.payload, join_code.c.digest)
        .join(address, address.c.id == outbox.c.address_id)
        .join(join_code, join_code.c.created_by_id == address.c.person_id)
        .where(made, outbox.c.created_at == join_code.c.created_at)
    )
    for row in session.rows(told):
        faded = _faded(row.payload, row.digest)
        if faded != row.payload:
            session.execute(update(outbox).where(outbox.c.id == row.id).values(payload=faded))
    session.execute(delete(code_try).where(code_try.c.at < now - KEEP_TRIES))
    session.execute(delete(link_code).where(link_code.c.expires_at < now - KEEP_TRIES))


def _faded(payload: Any, digest: str) -> Any:
    """The payload with dots for the code of this digest, in whichever way it is written."""

    def dots(found: re.Match[str]) -> str:
        return DOTS if join_codes.digest(found[0]) == digest else found[0]

    return json.loads(_CODE.sub(dots, json.dumps(payload)))
