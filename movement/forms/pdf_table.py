"""A form as a PDF: set by typst a few pages at a time, which takes less memory, then joined."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from movement.forms import typeset
from movement.forms.measure import MM_A_POINT, lines
from movement.forms.page import LANDSCAPE, MARGIN_Y

if TYPE_CHECKING:
    from collections.abc import Iterator

    from movement.forms.page import Line, Page

MEDIA_TYPE: Final = "application/pdf"
BODY: Final = 11
_LINE: Final = (0.891 + 0.216 + 0.14) * BODY * MM_A_POINT  # mm: the font's ascender and descender, and the leading
_INSET: Final = 2.0  # mm, as in table.typ
_TOP: Final = 22.0  # mm that the title takes on the first page
_PAGES: Final = 4  # set at a time


def write(page: Page) -> bytes:
    """The file."""
    whole = _common(page)
    parts, first = [], 1
    stretches = list(_stretches(page))
    for number, stretch in enumerate(stretches):
        is_last = number == len(stretches) - 1
        below = [{"mark": e.mark, "text": e.text, "bold": e.bold} for e in page.below] if is_last else []
        made = typeset.pdf("table.typ", {**whole, "first": first, "lines": stretch, "below": below})
        parts.append(made)
        first += typeset.pages(made)
    return typeset.joined(parts)


def _common(page: Page) -> dict[str, Any]:
    """What every stretch of pages has."""
    return {
        "landscape": page.is_landscape,
        "margins": (*page.margin_x, *MARGIN_Y),
        "left": page.left,
        "right": page.right,
        "title": page.title,
        "under_title": page.under_title,
        "widths": page.widths,
        "aligns": page.aligns,
        "split": page.is_split,
        "numbers": page.has_numbers,
        "heads": [
            {"label": head.label, "no": head.no, "splits": head.splits, "many": len(head.widths)}
            for head in page.heads
        ],
    }


def _stretches(page: Page) -> Iterator[list[dict[str, Any]]]:
    """The lines of so many full pages at a time; a stretch ends where a page does, as near as can be told."""
    short, long = sorted(LANDSCAPE)
    high = (short if page.is_landscape else long) - sum(MARGIN_Y) - _heads_height(page)
    left, pages, stretch = high - _TOP, 1, list[dict[str, Any]]()
    for line in page.lines:
        taken = _height(page, line)
        if taken > left and stretch:
            if pages == _PAGES:
                yield stretch
                pages, stretch = 0, []
            left, pages = high, pages + 1
        left -= taken
        stretch.append(
            {"cells": line.texts, "bold": line.bold, "foot": line.kind == "foot", "long": taken > high / 2}
        )
    yield stretch


def _height(page: Page, line: Line) -> float:
    """The height of a line in mm."""
    widths = (sum(page.widths),) if line.kind == "foot" else page.widths
    high = max(
        lines(text, width - _INSET, BODY, is_bold=line.bold) if len(text) > 1 else 1
        for text, width in zip(line.texts, widths, strict=False)
    )
    return high * _LINE + _INSET


def _heads_height(page: Page) -> float:
    """The height of the heads in mm."""
    whole = max(lines(head.label, sum(head.widths) - _INSET, BODY, is_bold=True) for head in page.heads)
    rows = 1 + page.is_split + page.has_numbers
    return (whole + page.is_split + page.has_numbers) * _LINE + rows * _INSET
