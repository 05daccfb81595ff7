"""A draft as a Word file, set as decree 30/2020 asks: A4, 13 to 14 points, the first line indented."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from locales import _
from movement.forms import word
from movement.forms.paper import Table

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from movement.forms.paper import Letterhead, Paper, Signed, Text

MEDIA_TYPE: Final = word.MEDIA_TYPE
MARGINS: Final = (30.0, 15.0, 20.0, 20.0)  # mm: left, right, top, bottom
BODY, SMALL, HEAD, CELL = 14, 11, 12, 12  # points
_ROOM: Final = 210 - MARGINS[0] - MARGINS[1]  # mm
_INDENT: Final = 10.0  # mm
_BETWEEN: Final = 6  # points between paragraphs
_FOR_A_NAME: Final = 60  # points left to sign in


def write(paper: Paper) -> bytes:
    """The file."""
    return word.write(_body(paper), is_landscape=False, margins=MARGINS)


def _body(paper: Paper) -> Iterator[str]:
    yield from _letterhead(paper.letterhead)
    yield word.paragraph(word.run(_("DRAFT"), HEAD, bold=True), align="left", before=4)
    yield from _title(paper.title)
    if paper.to:
        yield word.paragraph(word.run(paper.to, BODY), align="center", after=12)
    if paper.centre:
        yield word.paragraph(word.run(paper.centre, BODY, bold=True), align="center", after=8)
    yield from _blocks(paper.blocks)
    yield from _end(paper.receivers, paper.signed)
    if paper.annex:
        yield '<w:p><w:r><w:br w:type="page"/></w:r></w:p>'
        yield from _title(paper.annex_title)
        yield from _blocks(paper.annex)


def _letterhead(head: Letterhead) -> Iterator[str]:
    """The two sides, each in its column; the last lines of both are followed by the number and the date."""
    left = [word.paragraph(word.run(line, HEAD), align="center") for line in head.left[:-1]]
    left.append(word.paragraph(word.run(head.left[-1], HEAD, bold=True), align="center"))
    left.append(word.paragraph(word.run("*" if head.is_party else "_" * 8, HEAD), align="center", after=4))
    if head.number:
        left.append(word.paragraph(word.run(head.number, 13), align="center"))
    right = [word.paragraph(word.run(line, HEAD, bold=True), align="center") for line in head.right[:1]]
    right += [word.paragraph(word.run(line, 13, bold=True), align="center") for line in head.right[1:]]
    right.append(word.paragraph(word.run("_" * (16 if head.is_party else 20), HEAD), align="center", after=4))
    right.append(word.paragraph(word.run(head.place_and_date, 13, italic=True), align="center"))
    widths = (_ROOM * 0.44, _ROOM * 0.56)
    yield from _two_sides(left, right, widths)


def _title(lines: Sequence[str]) -> Iterator[str]:
    for number, line in enumerate(lines):
        is_last = number == len(lines) - 1
        run = word.run(line, BODY, bold=not line.startswith("("), italic=line.startswith("("))
        yield word.paragraph(run, align="center", before=12 if number == 0 else 0, after=12 if is_last else 2)


def _blocks(blocks: Sequence[Text | Table]) -> Iterator[str]:
    for block in blocks:
        if isinstance(block, Table):
            yield from _table(block)
            yield word.paragraph(word.run("", CELL))
        else:
            yield _text(block, keep=block is blocks[-1])


def _text(block: Text, *, keep: bool) -> str:
    """A paragraph, kept with what follows where it is a head, or the last one before the signatures."""
    runs = [word.run(text, BODY, bold=bold) for text, bold in block.runs]
    if block.look == "middle":
        return word.paragraph(*runs, align="center", before=_BETWEEN, after=_BETWEEN)
    keep = keep or block.look == "head"
    align: word.Justify = "left" if block.has_dots else "both"  # dots pushed apart look torn
    return word.paragraph(*runs, align=align, after=_BETWEEN, indent=_INDENT, keep=keep)


def _table(block: Table) -> Iterator[str]:
    part = _ROOM / sum(block.widths)
    widths = tuple(part * each for each in block.widths)
    rows = [
        word.row(
            (_cell(text, width, "center", bold=True) for text, width in zip(block.heads, widths, strict=True)),
            is_head=True,
        )
    ]
    rows += [
        word.row(_cell(text, width, align) for text, width, align in zip(row, widths, block.aligns, strict=True))
        for row in block.rows
    ]
    yield from word.table(rows, widths, bordered=True)


def _cell(text: str, width: float, align: word.Justify, *, bold: bool = False) -> str:
    return word.cell(word.paragraph(word.run(text, CELL, bold=bold), align=align), width)


def _end(receivers: Sequence[str], signed: Signed) -> Iterator[str]:
    """To whom it goes at the left, or who confirms it; who signs at the right."""
    left = [word.paragraph(word.run(line, BODY, bold=True), align="center") for line in signed.left]
    if receivers and not signed.left:
        left = [word.paragraph(word.run(_("To:"), HEAD, bold=True, italic=True))]
        left += [word.paragraph(word.run(f"- {line}", SMALL)) for line in receivers]
    right = [word.paragraph(word.run(line, BODY, bold=True), align="center") for line in signed.right]
    right.append(word.paragraph(word.run("", BODY), before=_FOR_A_NAME))
    yield word.paragraph(word.run("", HEAD), keep=True)
    yield from _two_sides(left or [word.paragraph(word.run("", BODY))], right, (_ROOM / 2, _ROOM / 2))
    yield word.paragraph(word.run("", SMALL))


def _two_sides(left: list[str], right: list[str], widths: tuple[float, float]) -> Iterator[str]:
    """Paragraphs side by side."""
    sides = zip((left, right), widths, strict=True)
    cells = [word.cell("".join(side), width, middle=False) for side, width in sides]
    yield from word.table([word.row(cells)], widths, bordered=False)
