"""What every channel does to words that come in, before anything else of ours sees them."""

from __future__ import annotations

import re
import unicodedata

# Controls (but line feeds), soft hyphens and zero-width spaces that spoil a comparison, direction marks
# that reorder the text around them, byte order marks, and lone surrogates, which neither UTF-8 nor a
# database takes. Joiners stay: emoji are made with them.
_UNWANTED = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\xad\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff\ud800-\udfff]",
)
_SPACE = re.compile(r"[^\S\n]")
_BREAK = re.compile("\r\n?|[\u2028\u2029\x85\x0b\x0c]")


def clean(text: str) -> str:
    """The text in NFC, on plain line feeds and spaces, without control characters and blank ends."""
    if text.isascii() and text.isprintable():
        return text.strip()
    text = _SPACE.sub(" ", _BREAK.sub("\n", text))
    return unicodedata.normalize("NFC", _UNWANTED.sub("", text)).strip()
