"""Phone numbers of Viet Nam as people write them: kept in one form, shown in groups."""

from __future__ import annotations

import re

_SEPARATORS = re.compile(r"[\s.()\-\u2010-\u2015]+")
_ABROAD = re.compile(r"(?:\+|00)?84(?:\(0\))?")  # what replaces the first 0
# Mobile numbers have ten digits since 2018, those of eleven are dead; landlines have eleven, area code included.
_NUMBER = re.compile(r"0[35789][0-9]{8}|02[0-9]{9}")


def parse(text: str) -> str | None:
    """The number as digits with its leading 0, such as 0912345678; None where it is none in use."""
    digits = _SEPARATORS.sub("", text)
    if found := _ABROAD.match(digits):
        digits = "0" + digits[found.end() :].removeprefix("0")
    return digits if _NUMBER.fullmatch(digits) else None


def show(number: str) -> str:
    """The number as it is read aloud: 0912 345 678."""
    return f"{number[:-6]} {number[-6:-3]} {number[-3:]}"


def show_end(number: str) -> str:
    """Only its last three digits, for a channel whose messages leave the country."""
    return f"•••• ••• {number[-3:]}"
