"""A form as a Word file, its rows written as a stream."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from movement.forms import word
from movement.forms.measure import lines
from movement.forms.page import MARGIN_Y

if TYPE_CHECKING:
    from collections.abc import Iterator

    from movement.forms.page import Below, Head, Line, Page

MEDIA_TYPE: Final = word.MEDIA_TYPE
BODY, HEAD, TITLE = 11, 12, 14  # points
_PADDING: Final = 2.0  # mm, at both sides of a cell together
_LONG: Final = 12  # lines: a row of more may be broken between pages


def write(page: Page) -> bytes:
    """The file."""
    return word.write(_body(page), is_landscape=page.is_landscape, margins=(*page.margin_x, *MARGIN_Y))


def _body(page: Page) -> Iterator[str]:
    yield from _top(page)
    yield from word.table(_rows(page), page.widths, bordered=True)
    yield word.paragraph(word.run("", BODY))
    first, rest = page.widths[0], sum(page.widths[1:])
    if page.below:
        yield from word.table((_below(each, first, rest) for each in page.below), (first, rest), bordered=False)
        yield word.paragraph(word.run("", BODY))


def _top(page: Page) -> Iterator[str]:
    """The unit at the left, the form's number at the right, the title."""
    whole = sum(page.widths)
    left = word.paragraph(word.run(page.left, HEAD, bold=True))
    right = word.paragraph(word.run(page.right, HEAD, bold=True), align="right")
    widths = (whole * 0.7, whole * 0.3)
    sides = word.row([word.cell(left, widths[0], middle=False), word.cell(right, widths[1], middle=False)])
    yield from word.table([sides], widths, bordered=False)
    yield word.paragraph(word.run(page.title, TITLE, bold=True), align="center", before=6, after=6)
    for text in page.under_title:
        yield word.paragraph(word.run(text, HEAD), align="center", after=6)


def _rows(page: Page) -> Iterator[str]:
    yield word.row((_head(each) for each in page.heads), is_head=True)
    if page.is_split:
        yield word.row((part for each in page.heads for part in _second(each)), is_head=True)
    if page.has_numbers:
        yield word.row((_spanned(each, each.no, bold=False) for each in page.heads), is_head=True)
    for line in page.lines:
        yield _line(page, line)


def _head(head: Head) -> str:
    down = "restart" if not head.splits else ""
    return _spanned(head, head.label, bold=True, down=down)


def _second(head: Head) -> Iterator[str]:
    """The second row of heads: the parts of one that is split, the lower half of any other."""
    if not head.splits:
        yield _spanned(head, "", bold=True, down="continue")
    for label, width in zip(head.splits, head.widths, strict=False):
        yield word.cell(word.paragraph(word.run(label, BODY, bold=True), align="center"), width)


def _spanned(head: Head, text: str, *, bold: bool, down: str = "") -> str:
    inner = word.paragraph(word.run(text, BODY, bold=bold), align="center")
    return word.cell(inner, sum(head.widths), span=len(head.widths), down=down)


def _line(page: Page, line: Line) -> str:
    if line.kind == "foot":
        text = word.paragraph(word.run(line.texts[0], BODY, bold=True))
        return word.row([word.cell(text, sum(page.widths), span=len(page.widths))])
    cells = [
        word.cell(word.paragraph(word.run(text, BODY, bold=line.bold), align=align), width)
        for text, align, width in zip(line.texts, page.aligns, page.widths, strict=True)
    ]
    long = any(
        len(text) > _LONG and lines(text, width - _PADDING, BODY) > _LONG
        for text, width in zip(line.texts, page.widths, strict=True)
    )
    return word.row(cells, breaks=long)


def _below(each: Below, first: float, rest: float) -> str:
    mark = word.paragraph(word.run(each.mark, BODY, bold=True), align="center" if each.mark == "*" else "left")
    text = word.paragraph(word.run(each.text, BODY, bold=each.bold))
    return word.row([word.cell(mark, first, middle=False), word.cell(text, rest, middle=False)])
