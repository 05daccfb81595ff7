"""Numbers as people write them: scores, counts, sums of money, in figures, in words and in both.

A comma is the decimal sign and a point groups thousands, but a score written 4.5 is four and a half
(Babel's loose parser makes it 45). Whether a number is in range is the asker's business.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal

from movement.matching import fold, tone_normal


@dataclass(frozen=True, slots=True)
class _Figure:
    """A plain value. `ends_pair`: as a word it can only follow tens, as in "hai tư"."""

    value: Decimal
    ends_pair: bool = False
    written: str = ""  # the figures, where it was not a word


@dataclass(frozen=True, slots=True)
class _Scale:
    value: int


@dataclass(frozen=True, slots=True)
class _Sign:
    name: str  # "gap" (linh), "half" (rưỡi), "point" (phẩy)


_Part = _Figure | _Scale | _Sign

_LONGEST = 80  # characters; the longest number in words is shorter
_TEN = 10
_UNCLEAR = (1_000, 2)  # "2 nghìn 50" may be 2.050 or 2.500
_HALF = Decimal("0.5")
_WORDS: dict[str, _Part] = {
    **{
        word: _Figure(Decimal(value))
        for value, words in enumerate(
            ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy bẩy", "tám", "chín"),
        )
        for word in words.split()
    },
    **{
        word: _Figure(Decimal(value), ends_pair=True)
        for word, value in (("mốt", 1), ("tư", 4), ("lăm", 5), ("nhăm", 5))
    },
    **{
        word: _Scale(value)
        for words, value in (
            ("mười mươi chục", 10),
            ("trăm", 100),
            ("nghìn ngàn k", 1_000),
            ("triệu tr", 1_000_000),
            ("tỷ tỉ", 1_000_000_000),
        )
        for word in words.split()
    },
    **{word: _Sign("gap") for word in ("linh", "lẻ")},
    **{word: _Sign("half") for word in ("rưỡi", "rưởi")},
    **{word: _Sign("point") for word in ("phẩy", "phảy")},
    "nửa": _Figure(_HALF),
}
_SPOKEN = {tone_normal(word): part for word, part in _WORDS.items()}
# Without marks một and mốt are one word; as "mốt" it may stand in both places.
_SPOKEN_BARE = {fold(word): part for word, part in _WORDS.items()}

_TOKEN = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+")
_SCORE = re.compile(r"\d{1,3}(?:[.,]\d{1,2})?")
_OUT_OF = re.compile(r"(.+?)(?:/|\btrên\b|\btren\b)\s*(\d+)")
_GROUPED = re.compile(r"[1-9]\d{0,2}(?:\.\d{3})+(?:,\d+)?|[1-9]\d{0,2}(?:,\d{3}){2,}(?:\.\d+)?")
_ONE_COMMA_GROUP = re.compile(r"[1-9]\d{0,2},\d{3}")
_DECIMAL = re.compile(r"\d+(?:[.,]\d+)?")


def _forms(words: str) -> frozenset[str]:
    return frozenset(form for word in words.split() for form in (tone_normal(word), fold(word)))


_POINTS = _forms("điểm đ")
_CURRENCY = _forms("đồng đ vnđ")
_COUNTED = _forms("người lượt hộ đoàn viên lần buổi suất phần")
_MAYBE_NO = _forms("không k tr")  # alone these may be an answer in words: "k" is short for không


def parse_score(text: str, most: Decimal | None = None) -> Decimal | None:
    """A score such as "4,5", "4.5", "9 rưỡi", "chín điểm", "9/10"; None for anything else.

    "9/10" is 9 only where `most` is 10 or not known: a score is never rescaled. Three figures after the sign,
    as in "1.234", may mean a thousand and are refused; so is a bare "không", which may mean no.
    """
    plain = _plain(text)
    if out_of := _OUT_OF.fullmatch(plain):
        if most is not None and Decimal(out_of[2]) != most:
            return None
        plain = out_of[1]
    tokens = _tokens(plain)
    words = [token for token in tokens if token not in _POINTS]
    if len(tokens) - len(words) > 1 or any(word[0].isdecimal() and not _SCORE.fullmatch(word) for word in words):
        return None
    return _value([_part(word, decimal=True) for word in words])


def parse_count(text: str) -> int | None:
    """A whole number such as "1.234", "120k", "trăm hai", "1 triệu", "120 người"; None for anything else."""
    tokens = _tokens(_plain(text))
    while len(tokens) > 1 and tokens[-1] in _COUNTED:
        tokens.pop()
    return _whole(tokens)


def parse_money(text: str) -> int | None:
    """A sum in đồng such as "120tr", "1,5 tỷ", "2 triệu rưỡi", "1.250.000 đồng"; None for anything else."""
    tokens = _tokens(_plain(text))
    if len(tokens) > 1 and tokens[-1] in _CURRENCY:
        tokens.pop()
    return _whole(tokens)


def show_number(value: Decimal | int) -> str:
    """The number as Vietnamese writes it, "1.234,5", without needless zeros."""
    shown = f"{value:,f}" if isinstance(value, Decimal) else f"{value:,}"
    if "." in shown:
        shown = shown.rstrip("0").rstrip(".")
    return shown.translate(str.maketrans(",.", ".,"))


def _plain(text: str) -> str:
    return unicodedata.normalize("NFC", text).lower().strip(" \t\r\n\xa0.!") if len(text) <= _LONGEST else ""


def _tokens(plain: str) -> list[str]:
    """The figures and words; nothing at all where there is anything else, such as a minus or a range."""
    found = _TOKEN.findall(plain)
    if _TOKEN.sub("", plain).strip() or (len(found) == 1 and found[0] in _MAYBE_NO):
        return []
    return [token if token[0].isdecimal() else tone_normal(token) for token in found]


def _whole(tokens: list[str]) -> int | None:
    value = _value([_part(token, decimal=len(tokens) > 1) for token in tokens])
    return int(value) if value is not None and value == int(value) else None


def _part(token: str, *, decimal: bool) -> _Part | None:
    """What a token means; `decimal`: "1,250" is one and a quarter, else more than a thousand."""
    if not token[0].isdecimal():
        return _SPOKEN.get(token) or _SPOKEN_BARE.get(token)
    if _GROUPED.fullmatch(token):
        grouping = next(sign for sign in token if not sign.isdecimal())
        return _Figure(Decimal(token.replace(grouping, "").replace(",", ".")))
    if _ONE_COMMA_GROUP.fullmatch(token) and not decimal:
        return _Figure(Decimal(token.replace(",", "")))
    if _DECIMAL.fullmatch(token):
        return _Figure(Decimal(token.replace(",", ".")), written=token)
    return None


def _value(parts: list[_Part | None]) -> Decimal | None:
    """The value of a whole phrase, read from its greatest scale outwards; None where it is not a number."""
    scale = max((part.value for part in parts if isinstance(part, _Scale)), default=0)
    if not scale:
        return _without_scale(parts)
    at = parts.index(_Scale(scale))
    count = _value(parts[:at]) if at else Decimal(1)
    rest = _after_scale(parts[at + 1 :], scale)
    return None if count is None or rest is None else count * scale + rest


def _without_scale(parts: list[_Part | None]) -> Decimal | None:
    match parts:
        case [_Figure(value)]:
            return value
        case [_Figure(value), _Sign("half")] if value == int(value):
            return value + _HALF
        case [_Figure(whole), _Sign("point"), _Figure(tenths)] if whole == int(whole) and tenths < _TEN:
            return whole + tenths / _TEN
        case [_Figure(tens, written=""), _Figure(ones, ends_pair=True)] if 1 < tens < _TEN:
            return tens * _TEN + ones
    return None


def _after_scale(parts: list[_Part | None], scale: int) -> Decimal | None:
    """What follows a scale: "trăm hai" is 120, "trăm linh hai" 102, "triệu rưỡi" 1.500.000, "1tr250" 1.250.000."""
    match parts:
        case []:
            return Decimal(0)
        case [_Sign("half")]:
            return _HALF if scale == _TEN else Decimal(scale) / 2
        case [_Sign("gap"), *rest]:
            return _below(_value(rest), scale)
        case [_Figure(value, written=written)] if value == int(value):
            figures = len(written) or 1
            if (scale, figures) == _UNCLEAR:
                return None
            return value * Decimal(scale).scaleb(-figures)
    return _below(_value(parts), scale)


def _below(value: Decimal | None, scale: int) -> Decimal | None:
    return value if value is not None and value < scale else None
