"""What a phrase for a day means: a table of patterns, each with a rule.

Phrases come from `vietnamese_dates.parse_date`: small letters, words parted by one blank, no punctuation and no
marks, but for "sáu" (six) beside "sau" (next) and "mốt" beside "mot" (one).
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

Prefer = Literal["future", "past", "nearest"] | int  # a number is the year that is meant
Days = tuple[dt.date, ...]
Said = dict[str, str | None]  # a pattern's named groups


@dataclass(frozen=True, slots=True)
class NoSuchMonth:
    """There are twelve."""

    month: int


@dataclass(frozen=True, slots=True)
class NoSuchDay:
    """The month is shorter in that year; `near` is a day of it."""

    day: int
    near: dt.date


@dataclass(frozen=True, slots=True)
class OtherWeekday:
    """The day is there, on another weekday than was written."""

    day: dt.date


Wrong = NoSuchMonth | NoSuchDay | OtherWeekday
Meaning = Days | Wrong

_ONES = ("", "mot mốt", "hai", "ba", "bon tu", "nam lam nham", "sáu", "bay", "tam", "chin")
_TENS = {10: ("muoi",), 20: ("hai muoi", "hai chuc", "ham"), 30: ("ba muoi", "ba chuc", "bam")}
_SHORT_TENS = {20: ("hai",), 30: ("ba",)}  # "hai ba" is the 23rd
_NUMBERS = (
    {word: one for one, words in enumerate(_ONES) for word in words.split()}
    | {lead: ten for ten, leads in _TENS.items() for lead in leads}
    | {
        f"{lead} {word}": ten + one
        for tens in (_TENS, _SHORT_TENS)
        for ten, leads in tens.items()
        for lead in leads
        for one, words in enumerate(_ONES)
        for word in words.split()
    }
)
_NEAR = {
    **dict.fromkeys(("hom nay", "ngay hom nay", "bua nay", "nay"), 0),
    **dict.fromkeys(("mai", "ngay mai", "sang mai", "hom sau"), 1),
    **dict.fromkeys(("mốt", "ngay mốt", "ngay kia", "bua mốt"), 2),
    **dict.fromkeys(("hom qua", "ngay hom qua", "qua"), -1),
    **dict.fromkeys(("hom kia", "ngay hom kia", "hom truoc"), -2),
    **dict.fromkeys(("ngay kìa",), 3),
    **dict.fromkeys(("hom kìa",), -3),
}
_STEPS = {"nay": 0, "sau": 1, "toi": 1, "nua": 1, "truoc": -1, "qua": -1, "ngoai": -1, "roi": -1}
_PARTS = {"dau": 0, "giua": 1, "cuoi": 2, "het": 2}
_QUARTERS = {"i": 1, "ii": 2, "iii": 3, "iv": 4}
_LUNAR_NAMES = {"gieng": 1, "chap": 12, "tet": 1, "ram": 15}
_CENTURY = 100
_MONTHS = 12

_N = rf"(?:\d\d?|{'|'.join(sorted(_NUMBERS, key=len, reverse=True))})"
_STEP = "(?:nay|sau|toi|truoc|qua|ngoai|roi)"
_YEAR = rf"(?:nam )?(?P<year>(?:19|20|21)\d\d|\d\d|{_STEP})"
_PART = "(?P<part>dau|giua|cuoi|het)"
_WEEKDAY = "(?P<weekday>thu (?:hai|ba|tu|nam|sáu|bay|[2-7])|t[2-7]|chu nhat|chua nhat|cn)"

_LUNAR_WORD = re.compile(r"\b(?:mung|mong|ram|gieng|chap|tet|am lich|am|al)\b")
_LUNAR = re.compile(
    rf"(?:(?:mung|mong|ngay) ?)?(?:(?P<day>{_N}|ram)\b ?)?"
    rf"(?:(?:thang )?(?P<month>{_N}|gieng|chap|tet|{_STEP})\b ?)?(?:{_YEAR}\b ?)?(?:am lich|am|al)?"
)


def lunar(phrase: str) -> tuple[int | None, int | None] | None:
    """The day and month of the lunar calendar a phrase names, as far as it does; None where it is not lunar."""
    said = _LUNAR.fullmatch(phrase) if _LUNAR_WORD.search(phrase) else None
    return said and (_lunar_number(said["day"]), _lunar_number(said["month"]))


def meanings(phrase: str, today: dt.date, prefer: Prefer) -> Iterator[Meaning]:
    """Everything a phrase may mean: days, or what is wrong with it."""
    if (near := _NEAR.get(phrase)) is not None:
        yield (today + dt.timedelta(days=near),)
    for pattern, rule in _RULES:
        if said := pattern.fullmatch(phrase):
            yield rule(said.groupdict(), today, prefer)


def _lunar_number(word: str | None) -> int | None:
    if word is None or word in _STEPS:
        return None
    return _LUNAR_NAMES.get(word) or _number(word)


def _number(word: str) -> int:
    return int(word) if word.isdecimal() else _NUMBERS[word]


def _chosen(days: Iterable[dt.date], today: dt.date, prefer: Prefer) -> dt.date:
    """The day preferred; the nearest where none lies on the side preferred."""
    return min(days, key=lambda day: (_on_other_side(day, today, prefer), abs(day - today), day < today))


def _on_other_side(day: dt.date, today: dt.date, prefer: Prefer) -> bool:
    if isinstance(prefer, int):
        return day.year != prefer
    return (prefer == "future" and day < today) or (prefer == "past" and day > today)


def _year(word: str, today: dt.date) -> int:
    """2027, 27 or a step such as "sau"; two figures mean the nearest such year."""
    if word in _STEPS:
        return today.year + _STEPS[word]
    year = int(word)
    if year >= _CENTURY:
        return year
    century = today.year - today.year % _CENTURY
    return min(
        (century + shift + year for shift in (-_CENTURY, 0, _CENTURY)), key=lambda near: abs(near - today.year)
    )


def _years(word: str | None, today: dt.date) -> list[int]:
    return [_year(word, today)] if word else [today.year - 1, today.year, today.year + 1]


def _length(year: int, month: int) -> int:
    return calendar.monthrange(year, month)[1]


def _month_after(first: dt.date, months: int) -> dt.date:
    """The first day of the month so many months after that of `first`."""
    year, month = divmod(first.year * _MONTHS + first.month - 1 + months, _MONTHS)
    return dt.date(year, month + 1, 1)


def _day_and_month(said: Said, today: dt.date, prefer: Prefer) -> Meaning:
    """10/3, "ngày 10 tháng 3 năm 2027", "thứ tư 10/3", "10 tháng sau"."""
    day, month_word = _number(said["day"] or ""), said["month"] or ""
    if month_word in _STEPS:
        first = _month_after(today, _STEPS[month_word])
        month, years = first.month, [first.year]
    else:
        month, years = _number(month_word), _years(said.get("year"), today)
    if not 1 <= month <= _MONTHS:
        return NoSuchMonth(month)
    there = [dt.date(year, month, min(max(day, 1), _length(year, month))) for year in years]
    near = _chosen(there, today, prefer)
    if near.day != day:
        return NoSuchDay(day, near)
    if said.get("weekday") and near.weekday() != _weekday(said["weekday"] or ""):
        return OtherWeekday(near)
    return (near,)


def _day_of_some_month(said: Said, today: dt.date, prefer: Prefer) -> Meaning:
    """Read "ngày 10": of the month that `prefer` chooses, among those that have such a day."""
    day = _number(said["day"] or "")
    firsts = [_month_after(today, months) for months in (-2, -1, 0, 1, 2)]
    days = [first.replace(day=day) for first in firsts if 1 <= day <= _length(first.year, first.month)]
    return (_chosen(days, today, prefer),) if days else NoSuchDay(day, today)


def _weekday(word: str) -> int:
    """Monday is 0; thứ hai is Monday."""
    return 6 if word in {"chu nhat", "chua nhat", "cn"} else _number(re.sub("^(?:thu |t(?=[0-9]))", "", word)) - 2


def _weekday_of_week(said: Said, today: dt.date, prefer: Prefer) -> Meaning:
    """Read "thứ sáu tuần này"; a weekday alone may be the last or the next, unless `prefer` tells."""
    weekday = _weekday(said["weekday"] or "")
    if said["step"]:
        return (_monday(today, said["step"]) + dt.timedelta(days=weekday),)
    back = (today.weekday() - weekday) % 7
    ahead = (weekday - today.weekday()) % 7
    last, following = today - dt.timedelta(days=back), today + dt.timedelta(days=ahead)
    return {"future": (following,), "past": (last,)}.get(str(prefer), (last, following))


def _monday(today: dt.date, step: str | None) -> dt.date:
    return today + dt.timedelta(days=7 * _STEPS[step or "nay"] - today.weekday())


def _part_of_week(said: Said, today: dt.date, prefer: Prefer) -> Meaning:  # noqa: ARG001 - a rule
    """Read "cuối tuần": Saturday or Sunday."""
    days = {"dau": (0,), "giua": (2,)}.get(said["part"] or "", (5, 6))
    return tuple(_monday(today, said["step"]) + dt.timedelta(days=day) for day in days)


def _part_of_month(said: Said, today: dt.date, prefer: Prefer) -> Meaning:
    """Read "cuối tháng", "đầu tháng 3": the 1st, the 15th, the last day; a month alone may be any of them."""
    month_word = said.get("month")
    if month_word is None or month_word in _STEPS:
        first = _month_after(today, _STEPS[month_word or "nay"])
    elif 1 <= _number(month_word) <= _MONTHS:
        firsts = [dt.date(year, _number(month_word), 1) for year in _years(said.get("year"), today)]
        first = _chosen(firsts, today, prefer)
    else:
        return NoSuchMonth(_number(month_word))
    days = (first, first.replace(day=15), first.replace(day=_length(first.year, first.month)))
    return (days[_PARTS[said["part"] or ""]],) if said.get("part") else days


def _part_of_quarter(said: Said, today: dt.date, prefer: Prefer) -> Meaning:
    """Read "cuối quý II"; a quarter alone may be its first or its last day."""
    word = said["quarter"] or ""
    month = 3 * (_QUARTERS.get(word) or _number(word)) - 2
    first = _chosen((dt.date(year, month, 1) for year in _years(said.get("year"), today)), today, prefer)
    days = (first, _month_after(first, 1).replace(day=15), _month_after(first, 3) - dt.timedelta(days=1))
    return (days[_PARTS[said["part"] or ""]],) if said.get("part") else (days[0], days[2])


def _part_of_year(said: Said, today: dt.date, prefer: Prefer) -> Meaning:  # noqa: ARG001 - a rule
    """Read "cuối năm": 1/1, 30/6 or 31/12, of this year unless another is named."""
    year = _year(said["year"] or "nay", today)
    month, day = ((1, 1), (6, 30), (12, 31))[_PARTS[said["part"] or ""]]
    return (dt.date(year, month, day),)


def _distance(said: Said, today: dt.date, prefer: Prefer) -> Meaning:  # noqa: ARG001 - a rule
    """Read "3 ngày nữa", "2 tuần trước"."""
    many = _number(said["many"] or "") * _STEPS[said["way"] or ""]
    if said["unit"] == "thang":
        first = _month_after(today, many)
        return (first.replace(day=min(today.day, _length(first.year, first.month))),)
    return (today + dt.timedelta(days=many * (7 if said["unit"] == "tuan" else 1)),)


_RULES: list[tuple[re.Pattern[str], Callable[[Said, dt.date, Prefer], Meaning]]] = [
    (re.compile(pattern), rule)
    for pattern, rule in (
        (
            rf"(?:{_WEEKDAY} )?(?:(?:ngay|mung|mong) )?(?P<day>{_N}) thang (?P<month>{_N}|{_STEP})(?: {_YEAR})?",
            _day_and_month,
        ),
        (rf"(?:{_WEEKDAY} )?(?:(?:ngay|mung|mong) )?(?P<day>\d\d?) (?P<month>\d\d?)(?: {_YEAR})?", _day_and_month),
        (r"(?P<year>(?:19|20|21)\d\d) (?P<month>\d\d?) (?P<day>\d\d?)", _day_and_month),
        (r"(?P<day>\d\d)(?P<month>\d\d)(?P<year>(?:19|20|21)\d\d)", _day_and_month),
        (rf"(?:ngay|mung|mong) (?P<day>{_N})", _day_of_some_month),
        (rf"{_WEEKDAY}(?: (?:tuan )?(?P<step>{_STEP}))?", _weekday_of_week),
        (rf"{_PART} tuan(?: (?P<step>{_STEP}))?", _part_of_week),
        (rf"{_PART} thang(?: (?P<month>{_STEP}))?", _part_of_month),
        (rf"(?:{_PART} )?thang (?P<month>{_N})(?: {_YEAR})?", _part_of_month),
        (r"(?P<month>\d\d?) (?P<year>(?:19|20|21)\d\d)", _part_of_month),
        (rf"(?:{_PART} )?quy (?P<quarter>i{{1,3}}|iv|[1-4]|mot|hai|ba|bon|tu)(?: {_YEAR})?", _part_of_quarter),
        (rf"{_PART} nam(?: (?P<year>(?:19|20|21)\d\d|{_STEP}))?", _part_of_year),
        (rf"(?:sau )?(?P<many>\d{{1,3}}|{_N}) (?P<unit>ngay|tuan) (?P<way>nua|sau|toi|truoc)", _distance),
        (rf"(?P<many>{_N}) (?P<unit>thang) (?P<way>nua|sau|toi|truoc)", _distance),
    )
]
