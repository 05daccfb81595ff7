"""A form as an Excel file, written as a stream: row after row, none of which is kept.

Every text is a cell of text, be it `=1+1`: marked so that it stays one when it is edited (the apostrophe that
Excel hides). Source of the mark: `quotePrefix` of ECMA-376 part 1, 18.8.45.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from xlsxwriter import Workbook

from movement.forms.measure import head_rows, lines
from movement.forms.page import MARGIN_Y
from movement.vietnamese_text import escape_formula

if TYPE_CHECKING:
    from collections.abc import Iterator

    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

    from movement.forms.page import Below, Cell, Head, Line, Page

MEDIA_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FONT: Final = "Times New Roman"
BODY, HEAD, TITLE = 11, 12, 14  # points
_LEADING: Final = 1.36  # the height of a line of text, of its size
_AIR: Final = 2.0  # points above and below the text of a row together
_MOST_LINES: Final = 26  # of body text in one row: Excel knows none higher than 409 points
_PADDING: Final = 2.0  # mm that Excel keeps free at both sides of a cell together
_PIXELS_A_MM: Final = 96 / 25.4
_A4: Final = 9
_MM_AN_INCH: Final = 25.4


@dataclass(frozen=True, slots=True)
class Look:
    """How a cell looks."""

    bold: bool = False
    align: str = "left"
    size: int = BODY
    border: bool = True


def write(page: Page) -> bytes:
    """The file."""
    target = io.BytesIO()
    usual = {"font_name": FONT, "font_size": BODY}  # programs work out widths of columns from it
    with Workbook(target, {"constant_memory": True, "default_format_properties": usual}) as book:
        _Sheet(book, page).write()
    return target.getvalue()


class _Sheet:
    """The one sheet, from its first row to its last: in constant memory no row can be gone back to."""

    def __init__(self, book: Workbook, page: Page) -> None:
        self._book, self._page = book, page
        self._sheet: Worksheet = book.add_worksheet()
        self._formats: dict[tuple[Look, bool], Format] = {}
        self._row = 0
        self._widths = page.widths
        self._room = tuple(width - _PADDING for width in page.widths)
        self._last = len(self._widths) - 1

    def write(self) -> None:
        """Everything."""
        self._set_up()
        self._top()
        first = self._row
        self._heads()
        self._sheet.repeat_rows(first, self._row - 1)
        self._sheet.freeze_panes(self._row, 0)
        for line in self._page.lines:
            self._line(line)
        self._row += 1
        for each in self._page.below:
            self._below(each)

    def _set_up(self) -> None:
        """The page: A4, one page wide and as long as it is, with its number at the top."""
        sheet, page = self._sheet, self._page
        if page.is_landscape:
            sheet.set_landscape()
        sheet.set_paper(_A4)
        sheet.set_margins(*(each / _MM_AN_INCH for each in (*page.margin_x, *MARGIN_Y)))
        sheet.fit_to_pages(1, 0)
        sheet.set_header(f'&C&"{FONT}"&13&P')
        for column, width in enumerate(self._widths):
            sheet.set_column_pixels(column, column, round(width * _PIXELS_A_MM))

    def _top(self) -> None:
        """The unit at the left, the form's number at the right, the title over the whole width."""
        page, middle, whole = self._page, self._last // 2, sum(self._widths) - _PADDING
        high = lines(page.left, sum(self._widths[: middle + 1]) - _PADDING, HEAD, is_bold=True)
        self._begin(high, HEAD)
        self._over(0, middle, page.left, Look(bold=True, size=HEAD, border=False))
        self._over(middle + 1, self._last, page.right, Look(bold=True, size=HEAD, align="right", border=False))
        self._row += 1
        shown = [(page.title, Look(bold=True, size=TITLE, align="center", border=False))]
        shown += [(text, Look(size=HEAD, align="center", border=False)) for text in page.under_title]
        for text, look in shown:
            self._begin(lines(text, whole, look.size, is_bold=look.bold), look.size)
            self._over(0, self._last, text, look)
            self._row += 1
        self._row += 1

    def _heads(self) -> None:
        """The heads, in two rows where one is split, and the row of numbers."""
        for high, is_second in zip(head_rows(self._page, _PADDING, BODY), (False, True), strict=False):
            self._begin(high, BODY)
            for column, head in self._columns():
                self._head(column, head, is_second=is_second)
            self._row += 1
        if self._page.has_numbers:
            self._begin(1, BODY)
            for column, head in self._columns():
                self._over(column, column + len(head.widths) - 1, head.no, Look(align="center"))
            self._row += 1

    def _head(self, column: int, head: Head, *, is_second: bool) -> None:
        look = Look(bold=True, align="center")
        if head.splits and is_second:
            for at, label in enumerate(head.splits):
                self._cell(column + at, label, look)
            return
        self._over(column, column + len(head.widths) - 1, "" if is_second else head.label, look)
        if self._page.is_split and not head.splits and not is_second:
            self._merge_down(column, 2)

    def _columns(self) -> Iterator[tuple[int, Head]]:
        """Each head with the first of its columns of cells."""
        column = 0
        for head in self._page.heads:
            yield column, head
            column += len(head.widths)

    def _line(self, line: Line) -> None:
        """One line; where it is taller than a row can be, several rows whose cells are merged."""
        if line.kind == "foot":
            self._foot(line.texts[0])
            return
        bold = line.bold
        high = max(
            lines(cell, room, BODY, is_bold=bold) if isinstance(cell, str) else 1
            for cell, room in zip(line.cells, self._room, strict=True)
        )
        rows = -(-high // _MOST_LINES)
        for part in range(rows):
            self._begin(-(-high // rows), BODY)
            for column, (cell, align) in enumerate(zip(line.cells, self._page.aligns, strict=True)):
                self._cell(column, "" if part else cell, Look(bold=bold, align=align))
                if rows > 1 and part == 0:
                    self._merge_down(column, rows)
            self._row += 1

    def _foot(self, text: str) -> None:
        """A line that is one cell over all columns."""
        self._begin(lines(text, sum(self._widths) - _PADDING, BODY, is_bold=True), BODY)
        self._over(0, self._last, text, Look(bold=True))
        self._row += 1

    def _below(self, each: Below) -> None:
        mark = Look(bold=True, align="center" if each.mark == "*" else "left", border=False)
        room = sum(self._widths[1:]) - _PADDING
        mark_high = lines(each.mark, self._room[0], BODY, is_bold=True)
        high = max(lines(each.text, room, BODY, is_bold=each.bold), mark_high)
        self._begin(high, BODY)
        self._cell(0, each.mark, mark)
        self._over(1, self._last, each.text, Look(bold=each.bold, border=False))
        self._row += 1

    def _begin(self, high: int, size: int) -> None:
        """Begin a row that is so many lines of text high."""
        self._sheet.set_row(self._row, high * size * _LEADING + _AIR)

    def _over(self, first: int, last: int, text: str, look: Look) -> None:
        """A cell over several columns."""
        for column in range(first, last + 1):
            self._cell(column, text if column == first else "", look)
        if last > first:
            self._sheet.merge.append([self._row, first, self._row, last])

    def _merge_down(self, column: int, rows: int) -> None:
        """Join a cell with those below it. `merge_range` would write them at once and end the row too early."""
        self._sheet.merge.append([self._row, column, self._row + rows - 1, column])

    def _cell(self, column: int, cell: Cell, look: Look) -> None:
        form = self._format(look, is_marked=isinstance(cell, str) and cell != escape_formula(cell))
        if isinstance(cell, int | Decimal):
            self._sheet.write_number(self._row, column, cell, form)
        elif cell:
            self._sheet.write_string(self._row, column, cell, form)
        else:
            self._sheet.write_blank(self._row, column, None, form)

    def _format(self, look: Look, *, is_marked: bool) -> Format:
        """The format of a look; one object for each, as the file wants it."""
        if (look, is_marked) not in self._formats:
            made = self._book.add_format({"font_name": FONT, "font_size": look.size, "bold": look.bold})
            made.set_align(look.align)
            made.set_align("vcenter" if look.border else "top")
            made.set_text_wrap()
            if look.border:
                made.set_border()
            if is_marked:
                made.set_quote_prefix()
            self._formats[look, is_marked] = made
        return self._formats[look, is_marked]
