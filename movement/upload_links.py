"""Links to a page on which one person sends files from a browser: `PUBLIC_URL/u/<token>`, once.

The token is sealed and says whose it is and until when; a row stands for it from its first file on. What
comes by it enters the conversation as one message, and with that the link is used up.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, delete, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from movement import links
from storage.channel_tables import upload, upload_link
from storage.people_tables import address, person

if TYPE_CHECKING:
    from movement.links import Linkable
    from storage.session import Session

LASTS = dt.timedelta(hours=24)
MOST_FILES = 30  # as in one answer to a question for files

_PURPOSE = "link to an upload page"
_begin = {
    name: dialect.insert(upload_link).on_conflict_do_nothing()
    for name, dialect in (("sqlite", sqlite), ("postgresql", postgresql))
}
_lock = select(upload_link.c.used_at).where(upload_link.c.digest == bindparam("digest")).with_for_update()
_files = (
    select(upload.c.token, upload.c.name, upload.c.media_type, upload.c.size)
    .where(upload.c.address_id == bindparam("address_id"), upload.c.link == bindparam("digest"))
    .order_by(upload.c.created_at, upload.c.token)
)
_whose = (
    select(address.c.channel, address.c.account, address.c.chat, person.c.locale, upload_link.c.used_at)
    .join(person, person.c.id == address.c.person_id)
    .outerjoin(upload_link, upload_link.c.digest == bindparam("digest"))
    .where(address.c.id == bindparam("address_id"), links.takes_part)
)
_use_up = update(upload_link).where(upload_link.c.digest == bindparam("link")).values(used_at=bindparam("now"))


class UsedUpError(Exception):
    """Nothing more is taken by this link."""


class TooManyError(Exception):
    """There are as many files by this link as one message takes."""


@dataclass(frozen=True, slots=True)
class UploadLink:
    """What a token says."""

    digest: str
    address_id: int
    expires_at: dt.datetime


@dataclass(frozen=True, slots=True)
class Kept:
    """A file that came by a link."""

    token: str  # of its row; ends with the id that the page gave it
    name: str
    media_type: str
    size: int

    @property
    def file_id(self) -> str:
        """What the page knows it by."""
        return self.token.partition("-")[2]


@dataclass(frozen=True, slots=True)
class Visit:
    """Where what comes by a link goes, and what has come."""

    channel: str
    account: str
    chat: str
    locale: str
    is_used: bool
    files: tuple[Kept, ...]


def upload_url(public_url: str, address_id: int, now: dt.datetime) -> str:
    """A link for the person at this address, good for a day."""
    return f"{public_url}/u/{links.seal(_PURPOSE, b'', address_id, now + LASTS)}"


def read(token: str) -> UploadLink:
    """What the token says, be it expired; raise `WrongTokenError`."""
    _content, address_id, expires_at = links.unseal(_PURPOSE, token)
    return UploadLink(sha256(token.encode()).hexdigest(), address_id, expires_at)


def token_of(link: UploadLink, file_id: str) -> str:
    """The token under which the file of this id is kept: however often it comes, it is one row."""
    return f"{link.digest[:22]}-{file_id}"  # with an id of at most 20 digits it fits the column


def visit(session: Session, link: UploadLink) -> Visit | None:
    """How things stand, or None where the person does not take part any more."""
    where = {"digest": link.digest, "address_id": link.address_id}
    whose = session.first(_whose, where)
    if whose is None:
        return None
    files = tuple(Kept(*row) for row in session.rows(_files, where))
    return Visit(whose.channel, whose.account, whose.chat, whose.locale, whose.used_at is not None, files)


def keep(session: Session, link: UploadLink, file_id: str, file: Linkable, now: dt.datetime) -> None:
    """Keep a file until the person is done; raise `UsedUpError` once that was, `TooManyError`."""
    _open(session, link, now)
    held = {row.token for row in session.rows(_files, {"digest": link.digest, "address_id": link.address_id})}
    token = token_of(link, file_id)
    if token in held:
        return
    if len(held) >= MOST_FILES:
        raise TooManyError
    session.execute(
        insert(upload),
        {
            "token": token,
            "address_id": link.address_id,
            "sha256": file.sha256,
            "name": file.name,
            "media_type": file.media_type,
            "size": file.size,
            "created_at": now,
            "link": link.digest,
        },
    )


def drop(session: Session, link: UploadLink, file_id: str, now: dt.datetime) -> None:
    """Take a file back; raise `UsedUpError` where it is part of a message already."""
    _open(session, link, now)
    session.execute(delete(upload).where(upload.c.token == token_of(link, file_id), upload.c.link == link.digest))


def use_up(session: Session, digest: str, now: dt.datetime) -> None:
    """Take nothing more by the link: what came is part of the message that this transaction takes."""
    session.execute(_use_up, {"link": digest, "now": now})


def _open(session: Session, link: UploadLink, now: dt.datetime) -> None:
    """Hold the row of the link until the end of the transaction; raise `UsedUpError` where it takes nothing."""
    if not links.is_active(session, link.address_id):
        raise UsedUpError
    values = {
        "digest": link.digest,
        "address_id": link.address_id,
        "created_at": now,
        "expires_at": link.expires_at,
    }
    session.execute(_begin[session.connection.dialect.name], values)
    if session.scalar(_lock, {"digest": link.digest}) is not None:
        raise UsedUpError
