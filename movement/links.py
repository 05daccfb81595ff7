"""Links that open one file for whoever holds them, for a while: `PUBLIC_URL/f/<token>`.

A token is sealed with the deployment's key and stands in no table. Who may have the file is decided where the
link is made, for the person it is shown to; whether that person is still here, where it is opened.
"""

from __future__ import annotations

import datetime as dt
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from itertools import count
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any, Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV
from sqlalchemy import bindparam, select

from movement import evidence
from movement.context import Context, Person
from storage.people_tables import address, person
from storage.secret_key import derived

if TYPE_CHECKING:
    from storage.session import Session

FOR_PEOPLE = dt.timedelta(days=7)
FOR_FETCHING = dt.timedelta(minutes=30)  # a platform fetches a picture about when it is told of it
LONGEST_NAME = 60  # characters: the whole link is to stand in a message

_FILE = "link to a file"
_ADDRESS_BYTES = 6
_TIME_BYTES = 4  # seconds since 1970, unsigned: until 2106
_ROUNDED_TO = 600  # seconds
# Media types by their place in this list: it may only grow at its end.
_TYPES = (
    "application/octet-stream",
    "application/pdf",
    "image/jpeg",
    "image/png",
    "image/webp",
    "image/gif",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/msword",
    "application/vnd.ms-excel",
    "application/zip",
    "text/html",
    "text/plain",
    "text/csv",
    "application/json",
)

takes_part = (  # a condition on `person`; consent taken back: nothing of the movement is shown any more
    person.c.deactivated_at.is_(None) & person.c.erased_at.is_(None) & (person.c.consent_version != "")
)
_active = (
    select(person.c.id, person.c.name, person.c.locale, person.c.consent_version)
    .select_from(address)
    .join(person, person.c.id == address.c.person_id)
    .where(address.c.id == bindparam("address_id"), takes_part)
)


class WrongTokenError(ValueError):
    """Not a token of this deployment."""


class Linkable(Protocol):
    """A stored file, such as `FileRef`."""

    @property
    def sha256(self) -> str:
        """The hash it is stored under."""

    @property
    def name(self) -> str:
        """What it is saved as."""

    @property
    def media_type(self) -> str:
        """What it is."""

    @property
    def size(self) -> int:
        """Its bytes."""


@dataclass(frozen=True, slots=True)
class Linked:
    """What a token opens, and until when."""

    sha256: str
    name: str
    media_type: str
    address_id: int
    expires_at: dt.datetime


def file_url(
    public_url: str, file: Linkable, address_id: int, now: dt.datetime, lasts: dt.timedelta = FOR_PEOPLE
) -> str:
    """A link to the file for the person at this address; mostly the same one when made again within minutes."""
    kind = str(_TYPES.index(file.media_type)) if file.media_type in _TYPES else file.media_type
    text = f"{kind}\n{_short(file.name)}".encode()
    token = seal(_FILE, bytes.fromhex(file.sha256) + text, address_id, _rounded(now + lasts))
    return f"{public_url}/f/{token}"


def read_file(token: str) -> Linked:
    """What the token opens, be it expired; raise `WrongTokenError`."""
    content, address_id, expires_at = unseal(_FILE, token)
    kind, _separator, name = content[32:].decode().partition("\n")
    media_type = _TYPES[int(kind)] if kind.isdecimal() else kind
    return Linked(content[:32].hex(), name, media_type, address_id, expires_at)


def seal(purpose: str, content: bytes, address_id: int, expires_at: dt.datetime) -> str:
    """A token for the person at this address, that only this deployment can make or read.

    AES-SIV (RFC 5297) needs no nonce, adds 16 bytes, and hides names from the logs of proxies.
    """
    tokens = (_sealed(purpose, content, address_id, second) for second in count(int(expires_at.timestamp())))
    return next(token for token in tokens if token[-1].isalnum())  # chats leave other ends out of a link


def unseal(purpose: str, token: str) -> tuple[bytes, int, dt.datetime]:
    """The content, the address and the expiry of a token; raise `WrongTokenError`."""
    try:
        sealed = urlsafe_b64decode(token + "=" * (-len(token) % 4))
        if _written(sealed) != token:  # a second spelling would count as another token
            raise WrongTokenError
        data = _cipher(purpose).decrypt(sealed, None)
    except (ValueError, InvalidTag):
        raise WrongTokenError from None
    head, content = data[: _ADDRESS_BYTES + _TIME_BYTES], data[_ADDRESS_BYTES + _TIME_BYTES :]
    seconds = int.from_bytes(head[_ADDRESS_BYTES:])
    return content, int.from_bytes(head[:_ADDRESS_BYTES]), dt.datetime.fromtimestamp(seconds, dt.UTC)


def is_active(session: Session, address_id: int) -> bool:
    """Whether the address belongs to a person who takes part."""
    return session.first(_active, {"address_id": address_id}) is not None


def still_opens(session: Session, linked: Linked, now: dt.datetime) -> bool:
    """Whether the address still belongs to a person who takes part, and who may still see what the file proves.

    Rights may have ended since the link was made: with a role, with a term.
    """
    row = session.first(_active, {"address_id": linked.address_id})
    if row is None:
        return False
    ctx = Context(session, Person(*row), now, now.date(), "link", dt.UTC)
    return not evidence.is_withheld(ctx, linked.sha256)


def _cipher(purpose: str) -> Any:
    return AESSIV(derived(purpose))


def _sealed(purpose: str, content: bytes, address_id: int, second: int) -> str:
    head = address_id.to_bytes(_ADDRESS_BYTES) + second.to_bytes(_TIME_BYTES)
    return _written(_cipher(purpose).encrypt(head + content, None))


def _written(sealed: bytes) -> str:
    return urlsafe_b64encode(sealed).decode().rstrip("=")


def _rounded(moment: dt.datetime) -> dt.datetime:
    return dt.datetime.fromtimestamp(-(-int(moment.timestamp()) // _ROUNDED_TO) * _ROUNDED_TO, dt.UTC)


def _short(name: str) -> str:
    if len(name) <= LONGEST_NAME:
        return name
    suffix = PurePosixPath(name).suffix[:10]
    return name[: LONGEST_NAME - len(suffix) - 1] + "…" + suffix
