"""How a text breaks into lines in a cell: no spreadsheet works out the height of wrapped text for us.

Widths are those of Liberation Serif, which are those of Times New Roman.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

from movement.forms import canvas
from movement.forms.canvas import MM_A_POINT

if TYPE_CHECKING:
    from movement.forms.page import Page

_SLACK: Final = 1.03  # programs that show a sheet round each letter to pixels


def lines(text: str, width: float, points: float, *, is_bold: bool = False) -> int:
    """The lines that the text takes at this width in mm and size in points; at least one."""
    return len(wrap(text, width / _SLACK, points, is_bold=is_bold))


def wrap(text: str, width: float, points: float, *, is_bold: bool = False) -> list[str]:
    """The lines of the text, broken between words, and within a word that is wider than the cell."""
    room = width / MM_A_POINT / points  # in sizes of the letters
    return [line for part in text.split("\n") for line in _wrapped(part, room, is_bold=is_bold)]


def length(text: str, points: float, *, is_bold: bool = False) -> float:
    """How long a line of text is, in mm."""
    return _width(text, is_bold=is_bold) * points * MM_A_POINT


def head_rows(page: Page, padding: float, points: float) -> tuple[int, ...]:
    """How many lines of text each row of heads has; two rows where one of them is split."""
    labels = [(head, lines(head.label, sum(head.widths) - padding, points, is_bold=True)) for head in page.heads]
    whole = max(high for _head, high in labels)
    if not page.is_split:
        return (whole,)
    splits = ((each, head.widths[0]) for head in page.heads for each in head.splits)
    parts = max(lines(each, width - padding, points, is_bold=True) for each, width in splits)
    over = max(high for head, high in labels if head.splits)
    return max(over, whole - parts), parts


def _wrapped(text: str, room: float, *, is_bold: bool) -> list[str]:
    found: list[str] = []
    line, used, blank = "", 0.0, _width(" ", is_bold=is_bold)
    for word in text.split(" "):
        long = _width(word, is_bold=is_bold)
        if line and used + blank + long > room:
            found.append(line)
            line, used = "", 0.0
        if long > room:
            *whole, rest = _cut(word, room, is_bold=is_bold)
            found += whole
            line, used = rest, _width(rest, is_bold=is_bold)
        elif line:
            line, used = f"{line} {word}", used + blank + long
        else:
            line, used = word, long
    return [*found, line]


def _cut(text: str, room: float, *, is_bold: bool) -> list[str]:
    """Parts that each fit, at least a letter long."""
    parts, part = [], ""
    for letter in text:
        if part and _width(part + letter, is_bold=is_bold) > room:
            parts.append(part)
            part = ""
        part += letter
    return [*parts, part]


@lru_cache(maxsize=20_000)  # words come again and again
def _width(text: str, *, is_bold: bool) -> float:
    return canvas.width(text, is_bold=is_bold)
