"""What units are found by: their names folded, with the abbreviations in them written out.

Finding is `unit_search`'s business. Nothing of this is shown: names stay as they were given.
"""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import TYPE_CHECKING

from movement.matching import fold

if TYPE_CHECKING:
    from collections.abc import Iterable

# Folded; what lists of units and people write. Single letters count only before a full stop: "P. Bình Minh".
ABBREVIATIONS = MappingProxyType(
    {
        "bch": "ban chap hanh",
        "btv": "ban thuong vu",
        "bv": "benh vien",
        "bvdk": "benh vien da khoa",
        "bvdkkv": "benh vien da khoa khu vuc",
        "cbvc": "can bo vien chuc",
        "cd": "cong doan",
        "cdbp": "cong doan bo phan",
        "cdcs": "cong doan co so",
        "cdn": "cong doan nganh",
        "cnvcld": "cong nhan vien chuc lao dong",
        "cnvcnld": "cong nhan vien chuc nguoi lao dong",
        "cp": "co phan",
        "cty": "cong ty",
        "dk": "da khoa",
        "duk": "dang uy khoi",
        "gddt": "giao duc va dao tao",
        "hdnd": "hoi dong nhan dan",
        "kcn": "khu cong nghiep",
        "kv": "khu vuc",
        "ldld": "lien doan lao dong",
        "mn": "mam non",
        "mttq": "mat tran to quoc",
        "mtv": "mot thanh vien",
        "nd": "nghiep doan",
        "ptnt": "phat trien nong thon",
        "tcty": "tong cong ty",
        "th": "tieu hoc",
        "thcs": "trung hoc co so",
        "thpt": "trung hoc pho thong",
        "tld": "tong lien doan",
        "tnhh": "trach nhiem huu han",
        "tnmt": "tai nguyen va moi truong",
        "tp": "thanh pho",
        "ttyt": "trung tam y te",
        "tx": "thi xa",
        "ubnd": "uy ban nhan dan",
        "vhttdl": "van hoa the thao va du lich",
        "vp": "van phong",
    },
)
_LETTERS = MappingProxyType({"h": "huyen", "p": "phuong", "q": "quan", "x": "xa"})
_CONSONANTS = frozenset("bcdghklmnpqrstvx")
_LETTER = re.compile(r"\b([hpqx])\.", re.IGNORECASE)


def aliases(stored: str) -> tuple[str, ...]:
    """The other names of a unit, as they are kept: split by ";"."""
    return tuple(name for each in stored.split(";") if (name := each.strip()))


def indexed(names: Iterable[str]) -> str:
    """What units are searched by: each name folded with its abbreviations written out, then these abbreviations.

    A blank stands at either end, so that what begins a word is what follows a blank. Short, since it is scanned.
    """
    known = [name for name in names if name]
    phrases = dict.fromkeys(map(expanded, known))
    written = {word for phrase in phrases for word in phrase.split()}
    short = dict.fromkeys(word for name in known for word in fold(name).split() if word not in written)
    return f" {' '.join([*phrases, *short])} "


def expanded(name: str) -> str:
    """The name folded, its abbreviations written out: "BVĐK P. 2" is "benh vien da khoa phuong 2"."""
    spelt = _LETTER.sub(lambda letter: f" {_LETTERS[letter[1].lower()]} ", name)
    return " ".join(ABBREVIATIONS.get(word, word) for word in fold(spelt).split())


def alternatives(word: str) -> tuple[str, ...]:
    """What else a folded word of a query may stand as: an abbreviation written out, i for y."""
    found = [word]
    if word in ABBREVIATIONS:
        found.append(ABBREVIATIONS[word])
    if sounds_alike(word):
        found.append(word[:-1] + ("y" if word.endswith("i") else "i"))
    return tuple(found)


def sounds_alike(word: str) -> bool:
    """Whether a folded word is the same with i or y at its end: kĩ and kỹ, quí and quý, but not mai and may."""
    return word[-1:] in {"i", "y"} and (word[-2:-1] in _CONSONANTS or word[:-1] == "qu")
