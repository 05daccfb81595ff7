"""What a typed text is compared by: option labels, searched lists, command words.

Nothing here is shown: texts stay as they were typed. Numbers and abbreviations are not its business.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

# Around a command these say nothing but politeness.
_PARTICLES = (
    "ạ, dạ, vâng, ơi, nhé, nha, nhá, với, giúp, giùm, hộ, em, anh, chị, tôi, mình, đồng chí, đ c, trợ lý, bot, "
    "cho, xem, xin, xin phép, hãy, muốn, cần, làm ơn, vui lòng"
)
_LONGEST_COMMAND = 80  # characters; a longer message is free text, and is not taken apart
_LONGEST_QUERY = 300  # characters; no label is longer
_OTHER_SCRIPTS = 0x2100  # from here on, and emoji: too many to keep
_LONGEST_PARTICLE = 2  # words


class _Folding(dict[int, str]):
    """What each character is folded to, worked out at its first use."""

    def __missing__(self, code: int) -> str:
        parts = unicodedata.normalize("NFD", chr(code).lower()).replace("đ", "d").replace("ð", "d")
        folded = "".join(part for part in parts if not unicodedata.combining(part))
        if folded and not folded.isalnum():
            folded = " "
        if code < _OTHER_SCRIPTS:
            self[code] = folded
        return folded


_FOLDING = _Folding()
_TONE_OFF_PLACE = re.compile(
    "([aeiouy][\u0302\u0306\u031b]?)([a-z\u0302\u0306\u031b]*)([\u0300\u0301\u0303\u0309\u0323])"
)
_NO_WORD = re.compile(r"[\W_]+")


def fold(text: str) -> str:
    """The text in small letters without marks or punctuation, one blank between words.

    Meaning is lost on the way: "thôi" and "thời" fold to the same. i and y stay apart.
    """
    return " ".join(text.translate(_FOLDING).split())


def tone_normal(text: str) -> str:
    """The text in small letters with its marks, each tone on the first vowel of its syllable, without punctuation.

    So "hòa" equals "hoà" and "thủy" equals "thuỷ", but "thôi" stays apart from "thời". Only for comparing.
    """
    apart = unicodedata.normalize("NFD", text.lower().replace("ð", "đ"))
    composed = unicodedata.normalize("NFC", _TONE_OFF_PLACE.sub(r"\1\3\2", apart))
    return _NO_WORD.sub(" ", composed).strip()


def has_marks(text: str) -> bool:
    """Whether the text was typed with at least one Vietnamese mark, đ included."""
    if text.isascii():
        return False
    return any(part in "đĐðÐ" or unicodedata.combining(part) for part in unicodedata.normalize("NFD", text))


def best(query: str, candidates: Sequence[str]) -> list[int]:
    """The indices of the candidates a query means, by the strictest comparison that finds any.

    Equal as typed; equal but for the place of tones; equal without marks; then the same with every word of the
    query beginning a word of the candidate. A mark that was typed is meant: "thôi" never finds "thời", while
    "văn hoa" finds "văn hoá" at the very end, where i and y are one too.
    """
    if len(query) > _LONGEST_QUERY:
        return []
    for key, matches in _stages(query):
        wanted = key(query)
        found = [index for index, text in enumerate(candidates) if wanted and matches(wanted, key(text))]
        if found:
            return found
    return []


def _stages(query: str) -> Iterator[tuple[Callable[[str], str], Callable[[str, str], bool]]]:
    """The comparisons for a query, strictest first: what is compared, and how."""
    marked = has_marks(query)
    yield _as_typed, str.__eq__
    yield _toned, str.__eq__
    if not marked:
        yield _folded, str.__eq__
    yield _toned, _begin_words
    if not marked:
        yield _folded, _begin_words
    yield _searched, _begin_words_but_for_marks_left_out


def _as_typed(text: str) -> str:
    return unicodedata.normalize("NFC", text).strip().casefold()


_folded = lru_cache(maxsize=4096)(fold)  # the same few labels are searched again and again
_toned = lru_cache(maxsize=4096)(tone_normal)


@lru_cache(maxsize=4096)
def _searched(text: str) -> str:
    """For searching, i and y are one, with whatever tone: kĩ and kỹ, Mỹ and Mĩ."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFD", tone_normal(text)).replace("y", "i"))


def _begins(start: str, word: str) -> bool:
    """Figures are only ever whole: 1 does not begin 10."""
    return word == start or (not start.isdigit() and word.startswith(start))


def _begin_words(wanted: str, text: str) -> bool:
    words = text.split()
    return all(any(_begins(start, word) for word in words) for start in wanted.split())


def _begin_words_but_for_marks_left_out(wanted: str, text: str) -> bool:
    words = text.split()
    bare = _folded(text).split()
    return all(
        any(_begins(start, word) for word in (words if has_marks(start) else bare)) for start in wanted.split()
    )


_PARTICLE_FORMS = frozenset(form(particle) for particle in _PARTICLES.split(",") for form in (tone_normal, fold))


@lru_cache(maxsize=1024)  # one message is looked up among controls and among commands
def command_words(text: str) -> tuple[str, ...]:
    """What to look a whole message up by in a dictionary of commands, the fullest form first.

    The message tone-normal, then with ever more politeness off its ends ("cho tôi đăng ký với ạ" → "đăng ký").
    A message without marks equals its folded form, so a dictionary should hold `tone_normal` and `fold` of each
    command; one with marks never meets a folded key. A long text is no command: nothing to look up.
    """
    if len(text) > _LONGEST_COMMAND:
        return ()
    words = tone_normal(text).split()
    starts = _droppable(words, 1)
    ends = [len(words) - dropped for dropped in _droppable(words[::-1], -1)]
    kept = [words[start:end] for start in starts for end in ends if start < end]
    return tuple(dict.fromkeys(" ".join(form) for form in sorted(kept, key=len, reverse=True)))


def _droppable(words: list[str], direction: int) -> list[int]:
    """How many words can be taken off the front, none included; direction -1: the words stand in reverse."""
    counts = [0]
    for start in counts:
        for end in range(start + 1, min(start + _LONGEST_PARTICLE, len(words)) + 1):
            if " ".join(words[start:end][::direction]) in _PARTICLE_FORMS and end not in counts:
                counts.append(end)
    return counts
