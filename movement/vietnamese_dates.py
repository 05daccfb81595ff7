"""Days as people write them, and as they are shown. The day always stands before the month: 3/10 is 3 October.

What was understood is to be shown back with its weekday. Whether a day may lie in the past is the asker's
business; what a phrase means is worked out in `vietnamese_date_phrases.py`.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING

from locales import N_, _
from movement import vietnamese_date_phrases as phrases
from movement.matching import fold, has_marks, tone_normal

if TYPE_CHECKING:
    import datetime as dt

    from movement.vietnamese_date_phrases import Prefer

_WEEKDAYS = (
    N_("Monday"),
    N_("Tuesday"),
    N_("Wednesday"),
    N_("Thursday"),
    N_("Friday"),
    N_("Saturday"),
    N_("Sunday"),
)
_LONGEST = 60  # characters; no phrase for a day is longer
_NOT_A_DAY = re.compile(r"\d\s*[,:;%+]\s*\d|^\s*-")  # a time, a decimal, a negative number
_FILLERS = re.compile(r"^(?:(?:vao|tu|khoang|bat dau|du kien|la) )+|(?: (?:a|nhe|nha))+$")
_SOLAR = re.compile(r"(.+?) (?:duong lich|duong|dl)")
# Without marks these words are two, and both readings are tried: sau (next) and sáu (six), một (one) and mốt.
_TWO_READINGS = {"sau": ("sau", "sáu"), "mot": ("mot", "mốt")}
_KEPT = {tone_normal(word): word for word in ("sáu", "mốt", "kìa")}
_MOST_READINGS = 8


@dataclass(frozen=True, slots=True)
class Day:
    """One day was meant."""

    date: dt.date


@dataclass(frozen=True, slots=True)
class AskSolar:
    """A lunar day, as far as it was said: the solar date has to be asked for."""

    day: int | None
    month: int | None


@dataclass(frozen=True, slots=True)
class Impossible:
    """No such day is in the calendar; `reason` is a sentence to show, with what to do next."""

    reason: str


@dataclass(frozen=True, slots=True)
class Several:
    """Any of these days may be meant, in the order of the calendar."""

    dates: tuple[dt.date, ...]


Parsed = Day | AskSolar | Impossible | Several


def parse_date(text: str, today: dt.date, prefer: Prefer = "nearest") -> Parsed | None:
    """The day a phrase means, with or without marks; None where it is no day.

    Understood are figures (10/3, 10-3-27, 2027-03-10), words ("mười tháng ba"), days near today ("mai"), weekdays
    ("thứ sáu tuần sau"), parts of a week, month, quarter or year ("cuối tháng"), distances ("3 ngày nữa").
    Where the year is left out, `prefer` chooses among last year, this one and the next.
    """
    if len(text) > _LONGEST or _NOT_A_DAY.search(text):
        return None
    readings = _readings(text)
    for reading in readings:
        if (lunar := phrases.lunar(reading)) and not _SOLAR.fullmatch(reading):
            return AskSolar(*lunar)
    solar = [said[1] if (said := _SOLAR.fullmatch(reading)) else reading for reading in readings]
    return _combined([found for reading in solar for found in phrases.meanings(reading, today, prefer)])


def show_day(day: dt.date) -> str:
    """10/03/2027."""
    return f"{day:%d/%m/%Y}"


def show_date(day: dt.date) -> str:
    """The day with its weekday: thứ Tư, 10/03/2027."""
    return f"{_(_WEEKDAYS[day.weekday()])}, {show_day(day)}"


def show_time(moment: dt.datetime, zone: dt.tzinfo) -> str:
    """An aware moment as the clock in the zone says: 08:05 ngày 10/03/2027."""
    local = moment.astimezone(zone)
    return _("{time} on {day}").format(time=f"{local:%H:%M}", day=show_day(local.date()))


def document_date(day: dt.date) -> str:
    """The date of an official paper, always Vietnamese: ngày 05 tháng 02 năm 2027.

    A zero stands before days under ten and before months one and two only (Decree 30/2020/NĐ-CP, Annex I).
    """
    month = f"{day.month:02}" if day.month in {1, 2} else f"{day.month}"
    return f"ngày {day.day:02} tháng {month} năm {day.year}"


def _readings(text: str) -> list[str]:
    """The phrase in small letters without marks, but for those that tell two words of a date apart."""
    marked = has_marks(text)
    choices: list[tuple[str, ...]] = [
        (_KEPT[word],) if word in _KEPT else (fold(word),) if marked else _TWO_READINGS.get(word, (word,))
        for word in tone_normal(text).split()
    ]
    if math.prod(map(len, choices)) > _MOST_READINGS:
        return []
    return [_FILLERS.sub("", " ".join(words)) for words in product(*choices)]


def _combined(found: list[phrases.Meaning]) -> Parsed | None:
    days = sorted({day for meaning in found if isinstance(meaning, tuple) for day in meaning})
    match days:
        case []:
            reasons = [meaning for meaning in found if isinstance(meaning, phrases.Wrong)]
            return Impossible(_sentence(reasons[0])) if reasons else None
        case [only]:
            return Day(only)
        case _:
            return Several(tuple(days))


def _sentence(wrong: phrases.Wrong) -> str:
    match wrong:
        case phrases.NoSuchMonth(month):
            reason = _(
                "There is no month {month}. Please write the date as day/month/year, for example 10/03/2027."
            )
            return reason.format(month=month)
        case phrases.NoSuchDay(day, near):
            reason = _("There is no day {day}/{month}. Please look at the calendar and write it again.")
            return reason.format(day=f"{day:02}", month=f"{near:%m/%Y}")
        case phrases.OtherWeekday(day):
            reason = _("That day is {date}. Please look at the calendar and write it again.")
            return reason.format(date=show_date(day))
