"""Which of the units that were found is meant, and which words a misspelt one may stand for. Pure functions.

Reading the units is the business of `units.find`.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from rapidfuzz import process
from rapidfuzz.distance import OSA

from movement.matching import fold, has_marks, tone_normal
from movement.unit_names import aliases, alternatives, expanded, sounds_alike
from movement.vietnamese_text import sort_key

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

MOST_SPELLINGS = 12  # of one misspelt word
MOST_WORSE = 0.3  # than the best: a third of a word
_SHORT, _LONG = 3, 6  # letters; a shorter word has no slips, one from the second on may have two

Spellings = dict[str, tuple[str, ...]]  # of each word of a query: what it may stand as, the word itself first


def spellings(words: Sequence[str]) -> Spellings:
    """What each word of a query may stand as where nothing is misspelt."""
    return {word: alternatives(word) for word in words}


def may_be_misspelt(word: str) -> bool:
    """Whether another word may have been meant; figures and very short words are what they are."""
    return len(word) >= _SHORT and not word.isdigit()


def with_slips(words: Sequence[str], known: str) -> Spellings:
    """For words that are in no name: those of this text that differ from them by a slip or two.

    First letters are seldom mistyped: a word near it begins alike, or with its first two letters changed over.
    """
    vocabulary = set(known.split())
    return {word: tuple(_near(word, vocabulary)) for word in words}


def _near(word: str, vocabulary: Iterable[str]) -> list[str]:
    if not may_be_misspelt(word):
        return []
    most = 1 if len(word) < _LONG else 2
    alike = [each for each in vocabulary if each[0] == word[0] or each[:2] == word[1::-1]]
    near = process.extract(word, alike, scorer=OSA.distance, score_cutoff=most, limit=MOST_SPELLINGS)
    return [found for found, _distance, _index in near]


def ranked(rows: Sequence[Any], query: str, meant: Mapping[str, Sequence[str]]) -> tuple[list[Any], bool]:
    """The rows, the likeliest first, and whether the first are what was typed, mark by mark.

    As typed before the same without marks; names that are just the words before those that hold them, and these
    before names in which something stands between the words; where words were misspelt, those with more of the
    words and the lesser slips; then the alphabet.
    """
    toned, written = tone_normal(query), {fold(query), expanded(query)}
    marked = {_one_i(word): _one_i(_bare(word)) for word in toned.split() if has_marks(word)}
    keyed = []
    for row in rows:
        names = [name for name in (row.name, row.short_name, *aliases(row.aliases), row.code) if name]
        missed = _missed(row.folded, meant)
        lost = _lost(names, marked, by_slips=missed > 0) if marked else 0.0
        key = (missed, lost > 0, _exact(names, toned, written), lost, sort_key(row.name), row.id)
        keyed.append((key, row))
    keyed.sort(key=itemgetter(0))
    least = keyed[0][0][0] if keyed else 0.0
    kept = [each for each in keyed if each[0][0] <= min(least + MOST_WORSE, len(meant) / 2)]
    return [row for _key, row in kept], bool(kept) and kept[0][0][:2] == (0, False)


def _exact(names: Sequence[str], toned: str, written: set[str]) -> int:
    """0 where a name is what was typed; 1 where it is without marks, or with abbreviations written out.

    2 where a name holds the words one after the other; else 3.
    """
    same = [name for name in names if _bare(name) in written or _spelt(name) in written]
    if any(tone_normal(name) == toned for name in same):
        return 0
    if same:
        return 1
    phrases = [f" {each} " for each in written]
    return 2 if any(phrase in f" {_spelt(name)} " for name in names for phrase in phrases) else 3


def _missed(indexed: str, meant: Mapping[str, Sequence[str]]) -> float:
    """How much of the query a unit lacks: 1 for a word that is not there, a part of it for a misspelt one."""
    total = 0.0
    for word, forms in meant.items():
        plain = alternatives(word)
        if any(begins(indexed, form) for form in plain):
            continue
        slips = [OSA.distance(word, form) for form in forms if form not in plain and begins(indexed, form)]
        total += min(1.0, min(slips) / len(word)) if slips else 1.0
    return total


def begins(indexed: str, form: str) -> bool:
    """Whether the form begins a word of the text, which has a blank at both ends; figures are only ever whole."""
    return beginning(form) in indexed


def beginning(form: str) -> str:
    """What stands in the text of a unit in which this form begins a word."""
    return f" {form} " if form.isdigit() else f" {form}"


def _lost(names: Sequence[str], marked: Mapping[str, str], *, by_slips: bool) -> float:
    """How far the words that were typed with marks are from those of the names that have other marks.

    A word that came from an abbreviation, or from a code, is in no name: there its marks say nothing.
    """
    words = {word for name in names for word in _toned_words(name)}
    total = 0.0
    for typed, bare in marked.items():
        near = [word for word in words if _is_near(_one_i(_bare(word)), bare, by_slips=by_slips)]
        if near and not any(word.startswith(typed) for word in near):
            total += min(OSA.distance(typed, word) for word in near) / len(typed)
    return total


def _is_near(word: str, bare: str, *, by_slips: bool) -> bool:
    if word.startswith(bare):
        return True
    return by_slips and word[0] == bare[0] and OSA.distance(word, bare, score_cutoff=1) <= 1


@lru_cache(maxsize=16384)
def _toned_words(name: str) -> tuple[str, ...]:
    return tuple(map(_one_i, tone_normal(name).split()))


def _one_i(word: str) -> str:
    """For searching, i and y are one where they sound alike, with whatever tone: kĩ and kỹ."""
    if not sounds_alike(_bare(word)):
        return word
    return unicodedata.normalize("NFC", unicodedata.normalize("NFD", word).replace("y", "i"))


_bare = lru_cache(maxsize=16384)(fold)  # the names of a province's units are compared again and again
_spelt = lru_cache(maxsize=16384)(expanded)
