"""A form as a PDF, drawn row after row: page breaks between rows, heads on every page, numbers from the second."""

from __future__ import annotations

from itertools import accumulate
from typing import TYPE_CHECKING, Final

from movement.forms.canvas import MEDIA_TYPE, MM_A_POINT, Canvas
from movement.forms.measure import head_rows, length, wrap
from movement.forms.page import LANDSCAPE, MARGIN_Y

if TYPE_CHECKING:
    from collections.abc import Sequence

    from movement.forms.page import Align, Below, Line, Page

__all__ = ["MEDIA_TYPE", "write"]
BODY, HEAD, TITLE, NUMBER = 11, 12, 14, 13  # points
_LEADING: Final = 1.24  # the height of a line of text, of its size
_ASCENT: Final = 0.95  # where its letters stand, of its size: room for two marks above a capital
_INSET: Final = 1.0  # mm between the edge of a cell and its text
_NUMBER_AT: Final = 11.0  # mm from the top
_GAP: Final = 3.0  # mm between the parts of the page


def write(page: Page) -> bytes:
    """The file."""
    short, long = sorted(LANDSCAPE)
    canvas = Canvas(long, short) if page.is_landscape else Canvas(short, long)
    drawn = _Drawn(page, canvas, short if page.is_landscape else long)
    drawn.top()
    drawn.heads()
    for line in page.lines:
        drawn.line(line)
    drawn.gap()
    for each in page.below:
        drawn.below(each)
    return canvas.save()


def _high(size: float) -> float:
    """The height of a line of text, in mm."""
    return size * MM_A_POINT * _LEADING


class _Drawn:
    """The page as far as it has been drawn; `_y` is where the next thing goes."""

    def __init__(self, page: Page, canvas: Canvas, height: float) -> None:
        self._page, self._canvas = page, canvas
        left, _right = page.margin_x
        top, bottom = MARGIN_Y
        self._edges = tuple(accumulate(page.widths, initial=left))
        self._first, self._last = top, height - bottom
        self._y = top
        self._rows = head_rows(page, 2 * _INSET, BODY)

    def top(self) -> None:
        """The unit at the left, the form's number at the right, the title over the whole width."""
        page, whole = self._page, sum(self._page.widths)
        self._new_page()
        self._said([page.right], self._edges[0], whole, "right", HEAD, is_bold=True)
        left = wrap(page.left, whole * 0.7, HEAD, is_bold=True)
        self._said(left, self._edges[0], whole, "left", HEAD, is_bold=True)
        self._y += len(left) * _high(HEAD) + _GAP
        for text, size in ((page.title, TITLE), *((each, HEAD) for each in page.under_title)):
            parts = wrap(text, whole, size, is_bold=size == TITLE)
            self._said(parts, self._edges[0], whole, "center", size, is_bold=size == TITLE)
            self._y += len(parts) * _high(size) + _GAP / 2
        self.gap()

    def heads(self) -> None:
        """The heads, as they stand on every page."""
        highs = [each * _high(BODY) + 2 * _INSET for each in self._rows]
        column = 0
        for head in self._page.heads:
            end = column + len(head.widths)
            over = highs[0] if head.splits else sum(highs)
            self._box(column, end, over, head.label, is_bold=True)
            if head.splits:
                self._y += highs[0]
                for at, label in enumerate(head.splits, column):
                    self._box(at, at + 1, highs[1], label, is_bold=True)
                self._y -= highs[0]
            column = end
        self._y += sum(highs)
        if self._page.has_numbers:
            column, high = 0, _high(BODY) + 2 * _INSET
            for head in self._page.heads:
                self._box(column, column + len(head.widths), high, head.no)
                column += len(head.widths)
            self._y += high

    def line(self, line: Line) -> None:
        """One line of the table; what is taller than the rest of the page goes to the next, or is broken."""
        spans = (
            [(0, len(self._page.widths))] if line.kind == "foot" else [(n, n + 1) for n in range(len(line.cells))]
        )
        said = zip(line.texts, spans, strict=False)
        texts = [self._wrapped(text, span, is_bold=line.bold) for text, span in said]
        while True:
            many = max(len(each) for each in texts)
            if self._y + many * _high(BODY) + 2 * _INSET <= self._last:
                return self._row(spans, texts, many, is_bold=line.bold)
            fits = int((self._last - self._y - 2 * _INSET) / _high(BODY))
            if many > self._whole and fits > 0:
                self._row(spans, [each[:fits] for each in texts], fits, is_bold=line.bold)
                texts = [each[fits:] for each in texts]
            self._new_page()
            self.heads()

    def gap(self) -> None:
        """Room before what follows."""
        self._y += _GAP

    def below(self, each: Below) -> None:
        """A line below the table."""
        first, rest = self._page.widths[0], sum(self._page.widths[1:])
        marks = wrap(each.mark, first, BODY, is_bold=True)
        texts = wrap(each.text, rest - _INSET, BODY, is_bold=each.bold)
        high = max(len(marks), len(texts)) * _high(BODY)
        if self._y + high > self._last:
            self._new_page()
        align: Align = "center" if each.mark == "*" else "left"
        self._said(marks, self._edges[0], first, align, BODY, is_bold=True)
        self._said(texts, self._edges[1] + _INSET, rest, "left", BODY, is_bold=each.bold)
        self._y += high + _INSET

    @property
    def _whole(self) -> int:
        """How many lines of text a page can hold."""
        heads = (sum(self._rows) + self._page.has_numbers) * _high(BODY) + 6 * _INSET
        return int((self._last - self._first - heads - 2 * _INSET) / _high(BODY))

    def _new_page(self) -> None:
        self._canvas.new_page()
        self._y = self._first
        if self._canvas.number > 1:
            text, whole = str(self._canvas.number), sum(self._page.widths)
            x = self._edges[0] + (whole - length(text, NUMBER)) / 2
            self._canvas.text(text, x, _NUMBER_AT + NUMBER * MM_A_POINT, NUMBER)

    def _wrapped(self, text: str, span: tuple[int, int], *, is_bold: bool) -> list[str]:
        if not text:
            return []
        width = self._edges[span[1]] - self._edges[span[0]] - 2 * _INSET
        return wrap(text, width, BODY, is_bold=is_bold)

    def _row(self, spans: Sequence[tuple[int, int]], texts: list[list[str]], many: int, *, is_bold: bool) -> None:
        high = many * _high(BODY) + 2 * _INSET
        for (first, last), parts in zip(spans, texts, strict=True):
            align: Align = "left" if last - first > 1 else self._page.aligns[first]
            self._cell(first, last, high, parts, align, is_bold=is_bold)
        self._y += high

    def _box(self, first: int, last: int, high: float, text: str, *, is_bold: bool = False) -> None:
        """A head over some columns."""
        parts = self._wrapped(text, (first, last), is_bold=is_bold)
        self._cell(first, last, high, parts, "center", is_bold=is_bold)

    def _cell(self, first: int, last: int, high: float, parts: list[str], align: Align, *, is_bold: bool) -> None:
        """A bordered cell with its text in the middle of its height."""
        x, to_x, y, to_y = self._edges[first], self._edges[last], self._y, self._y + high
        self._canvas.lines(((x, y, to_x, y), (x, to_y, to_x, to_y), (x, y, x, to_y), (to_x, y, to_x, to_y)))
        self._y += (high - len(parts) * _high(BODY)) / 2
        self._said(parts, x + _INSET, to_x - x - 2 * _INSET, align, BODY, is_bold=is_bold)
        self._y = y

    def _said(
        self, parts: Sequence[str], x: float, width: float, align: str, size: float, *, is_bold: bool
    ) -> None:
        """Lines of text from here downwards; `_y` stays."""
        for number, part in enumerate(parts):
            at = x
            if align != "left":
                left = width - length(part, size, is_bold=is_bold)
                at += left / 2 if align == "center" else left
            baseline = self._y + number * _high(size) + _ASCENT * size * MM_A_POINT
            if part:
                self._canvas.text(part, at, baseline, size, is_bold=is_bold)
