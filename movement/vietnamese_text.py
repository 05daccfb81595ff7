"""Texts as people type them: cleaned on the way in, measured, sorted, made safe for a spreadsheet.

Comparing a reply with what was offered is `matching.py`'s business.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

# Controls but for line ends and tabs; soft hyphen; zero-width characters and joiners; bidirectional marks,
# embeddings and overrides; tags; fillers; BOM; half a surrogate pair, which no database takes.
_UNSEEN = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b\u200c\u200e\u200f"
    "\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff0-\ufffb\ud800-\udfff\U000e0000-\U000e0fff]"
    "|(?<![\u2600-\u27bf\ufe0f\U0001f000-\U0001faff])\u200d"  # between emoji the joiner makes one of them
)
_LINE_ENDS = re.compile("\r\n|[\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_BLANKS = re.compile("[\t\x1f\xa0\u1680\u2000-\u200a\u202f\u205f\u3000]")

_ALPHABET = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
_TONES = "\u0300\u0309\u0303\u0301\u0323"  # huyền, hỏi, ngã, sắc, nặng; ngang comes first, without a mark
_LETTERS = {letter: rank for rank, letter in enumerate(_ALPHABET, start=1)}
_WORDS = re.compile(r"\d{1,18}|[^\W\d_]+")
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")

WordKey = tuple[tuple[int, ...], tuple[int, ...]]


def clean(text: str) -> str:
    """The text in NFC without anything unseen in it; lines end in LF, every blank is a plain one.

    Nothing that can be seen is lost, and nothing is cut.
    """
    lines = _LINE_ENDS.sub("\n", text)
    return unicodedata.normalize("NFC", _UNSEEN.sub("", _BLANKS.sub(" ", lines))).strip()


def clean_line(text: str) -> str:
    """The text cleaned and on one line, with one blank between words."""
    return " ".join(clean(text).split())


def utf16_length(text: str) -> int:
    """How long platforms that count UTF-16 units (Telegram) say the text is."""
    return len(text) + sum(character > "\uffff" for character in text)


@lru_cache(maxsize=8192)  # the names of a province's units are sorted again and again
def sort_key(text: str) -> tuple[WordKey, ...]:
    """The key that puts texts in the order of a Vietnamese dictionary: word by word, letters before tones.

    Figures come first and by their value, so that Phường 2 stands before Phường 10. The order of tones is ICU's.
    """
    plain = unicodedata.normalize("NFC", text.lower().replace("ð", "đ"))
    return tuple(_word_key(word) for word in _WORDS.findall(plain))


def name_sort_key(name: str) -> tuple[tuple[WordKey, ...], tuple[WordKey, ...]]:
    """The key that sorts persons: by the given name, which stands last, then by the rest."""
    *rest, given = name.split() or [""]
    return sort_key(given), sort_key(" ".join(rest))


def escape_formula(text: str) -> str:
    """The text for a spreadsheet's cell, with an apostrophe before the start of a formula (CSV injection)."""
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text


def _word_key(word: str) -> WordKey:
    if word.isdecimal():
        return (0, int(word)), ()
    letters: list[int] = []
    tones: list[int] = []
    for letter in word:
        parts = unicodedata.normalize("NFD", letter)
        tones += [_TONES.index(part) for part in parts if part in _TONES]
        base = unicodedata.normalize("NFC", "".join(part for part in parts if part not in _TONES))
        letters += [_LETTERS.get(part, len(_LETTERS) + ord(part)) for part in base]
    return tuple(letters), tuple(tones)
