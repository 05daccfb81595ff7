"""How many lines a text takes in a cell: no spreadsheet works out the height of wrapped text for us.

Widths are those of Liberation Serif, which are those of Times New Roman.
"""

from __future__ import annotations

from functools import cache
from typing import Final

from PIL import ImageFont

from movement import fonts

_EM: Final = 2048  # the size at which letters are measured: the font's own units
MM_A_POINT: Final = 25.4 / 72
_SLACK: Final = 1.03  # programs that show a sheet round each letter to pixels


def lines(text: str, width: float, points: float, *, is_bold: bool = False) -> int:
    """The lines that the text takes at this width in mm and size in points; at least one."""
    room = width / MM_A_POINT / points / _SLACK * _EM  # in units of the font
    return sum(_wrapped(line, room, is_bold) for line in text.split("\n")) or 1


def _wrapped(text: str, room: float, is_bold: bool) -> int:  # noqa: FBT001 - private
    """The lines of one paragraph, broken between words, and within one that is wider than the cell."""
    count, used, blank = 1, 0.0, _width(" ", is_bold)
    for word in text.split(" "):
        long = sum(_width(letter, is_bold) for letter in word)
        if used and used + blank + long > room:
            count, used = count + 1, 0.0
        elif used:
            used += blank
        if long > room:
            count += int(long // room)
            used = long % room
        else:
            used += long
    return count


@cache
def _width(letter: str, is_bold: bool) -> float:  # noqa: FBT001 - private
    return _font("Bold" if is_bold else "Regular").getlength(letter)


@cache
def _font(weight: str) -> ImageFont.FreeTypeFont:
    path = fonts.FOLDER / f"LiberationSerif-{weight}.ttf"
    return ImageFont.truetype(str(path), _EM, layout_engine=ImageFont.Layout.BASIC)
