"""A column whose values are encrypted at rest: AES-256-GCM with a key that is not in the database."""

from __future__ import annotations

import secrets
from base64 import b64decode, b64encode
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Text, TypeDecorator

from storage.secret_key import derived

if TYPE_CHECKING:
    from sqlalchemy.engine import Dialect

_NONCE = 12  # bytes: NIST SP 800-38D, 5.2.1.1
_PURPOSE = "sealed column"


class Sealed(TypeDecorator[str]):
    """Text that only this deployment can read: base64 of a random nonce and what AES-GCM gives.

    Equal texts are stored differently, so such a column cannot be searched. Raise
    cryptography's InvalidTag where the secret key is another than that it was written with.
    """

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        """Encrypt on the way in."""
        return None if value is None else seal(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        """Decrypt on the way out."""
        return None if value is None else unseal(value)


def seal(text: str) -> str:
    """Encrypt a text, for a place that is no column of its own."""
    nonce = secrets.token_bytes(_NONCE)
    return b64encode(nonce + AESGCM(derived(_PURPOSE)).encrypt(nonce, text.encode(), None)).decode()


def unseal(text: str) -> str:
    """What `seal` was given; raise InvalidTag where the secret key is another."""
    data = b64decode(text)
    return AESGCM(derived(_PURPOSE)).decrypt(data[:_NONCE], data[_NONCE:], None).decode()
