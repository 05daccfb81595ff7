"""The deployment's secret key, and the keys derived from it, one for each purpose.

It is set once in a process, before the database is opened; it never stands in the database.
"""

from __future__ import annotations

import hmac
import os
import secrets
from functools import cache
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

if TYPE_CHECKING:
    from pathlib import Path

LENGTH = 32  # bytes
_master: list[bytes] = []


class NoSecretKeyError(RuntimeError):
    """A key was needed before `use` was called."""


def use(master: str) -> None:
    """Take this as the secret key of the process; longer than 16 characters, as settings see to."""
    _master[:] = [master.encode()]
    derived.cache_clear()


def current() -> str:
    """The secret key, to hand it to a process that works for this one; raise `NoSecretKeyError` without one."""
    if not _master:
        message = "no secret key was set"
        raise NoSecretKeyError(message)
    return _master[0].decode()


def kept_in(path: Path) -> str:
    """The key kept in the file, made at the first call. Only its owner may read it."""
    try:
        number = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text(encoding="ascii").strip()
    made = secrets.token_urlsafe(LENGTH)
    with os.fdopen(number, "w", encoding="ascii") as file:
        file.write(made + "\n")
        file.flush()
        os.fsync(file.fileno())
    return made


@cache
def derived(purpose: str) -> bytes:
    """The key for one purpose (HKDF, RFC 5869): 32 bytes; raise `NoSecretKeyError` where none was set."""
    if not _master:
        message = "no secret key was set"
        raise NoSecretKeyError(message)
    return HKDF(SHA256(), LENGTH, salt=None, info=purpose.encode()).derive(_master[0])


def keyed_digest(purpose: str, text: str) -> str:
    """HMAC-SHA-256 of a text under the key for this purpose, in 64 hexadecimal digits."""
    return hmac.digest(derived(purpose), text.encode(), "sha256").hex()
