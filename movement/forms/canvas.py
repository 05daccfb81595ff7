"""Pages of a PDF drawn text by text: for long tables, of which a typesetter keeps every page in memory.

Measures are mm from the top left corner; sizes of text are points.
"""

from __future__ import annotations

import io
from functools import cache
from typing import TYPE_CHECKING, Final

from reportlab import rl_config
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas as Document

from movement import fonts

if TYPE_CHECKING:
    from collections.abc import Iterable

MEDIA_TYPE: Final = "application/pdf"
MM_A_POINT: Final = 25.4 / 72
_THIN: Final = 0.5  # points, of lines

rl_config.useA85 = 0  # streams as bytes: a quarter smaller, and sooner made than as letters

Stroke = tuple[float, float, float, float]  # from x, y to x, y


class Canvas:
    """A document under way. `number` is that of the page, from 1."""

    def __init__(self, width: float, height: float) -> None:
        size = (width / MM_A_POINT, height / MM_A_POINT)
        self._height = size[1]
        self._file = io.BytesIO()
        # Without a date the same form is the same file, and its address in the store the same.
        self._document = Document(self._file, size, pageCompression=1, invariant=1, lang="vi")
        self._strokes: dict[Stroke, None] = {}
        self.number = 0

    def new_page(self) -> None:
        """End this page and begin the next."""
        self._end_page()
        self.number += 1

    def text(self, words: str, x: float, y: float, size: float, *, is_bold: bool = False) -> None:
        """A line of text that begins at x and stands on y."""
        self._document.setFont(serif(is_bold=is_bold), size)
        self._document.drawString(x / MM_A_POINT, self._height - y / MM_A_POINT, words)

    def lines(self, strokes: Iterable[Stroke]) -> None:
        """Thin lines, all drawn when the page ends; neighbours share theirs."""
        self._strokes.update(dict.fromkeys(strokes))

    def save(self) -> bytes:
        """The finished document."""
        self._end_page()
        self._document.save()
        return self._file.getvalue()

    def _end_page(self) -> None:
        if not self.number:
            return
        self._document.setLineWidth(_THIN)
        down = self._height
        points = [[each / MM_A_POINT for each in stroke] for stroke in self._strokes]
        self._document.lines([(x, down - y, to_x, down - to_y) for x, y, to_x, to_y in points])
        self._strokes = {}
        self._document.showPage()


@cache
def serif(*, is_bold: bool) -> str:
    """Liberation Serif, which is as wide as Times New Roman, by the name it is known under once it was read."""
    name = f"LiberationSerif-{'Bold' if is_bold else 'Regular'}"
    pdfmetrics.registerFont(TTFont(name, fonts.FOLDER / f"{name}.ttf"))
    return name


def width(text: str, *, is_bold: bool = False) -> float:
    """How wide a line of text is, as a multiple of the size of its letters."""
    return float(pdfmetrics.stringWidth(text, serif(is_bold=is_bold), 1))
