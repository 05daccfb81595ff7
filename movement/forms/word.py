"""Word files: a skeleton by python-docx, the body as a stream of XML, since building elements takes ages.

What stands in a body is not its business. Measures of Word are twentieths of a point.
Source of the element names: ECMA-376 part 1, 17.3 and 17.4.
"""

from __future__ import annotations

import io
import re
import zipfile
from itertools import chain
from typing import TYPE_CHECKING, Final, Literal
from xml.sax.saxutils import escape

import docx
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from docx.document import Document
    from docx.text.paragraph import Paragraph

MEDIA_TYPE: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
FONT: Final = "Times New Roman"
NUMBER_SIZE: Final = 13  # points, of the number of a page
TWIPS_A_MM: Final = 1440 / 25.4
_ROOM: Final = {"top": 28, "left": 57, "bottom": 28, "right": 57}  # twips between a cell's edge and its text
_MARK: Final = "the-body-stands-here"
_ILLEGAL: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")  # not allowed in XML

Justify = Literal["left", "center", "right", "both"]


def write(body: Iterable[str], *, is_landscape: bool, margins: tuple[float, float, float, float]) -> bytes:
    """The file with this body; margins are left, right, top, bottom in mm."""
    skeleton = io.BytesIO()
    _skeleton(is_landscape, margins).save(skeleton)
    target = io.BytesIO()
    with zipfile.ZipFile(skeleton) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            data = old.read(name)
            if name != "word/document.xml":
                new.writestr(name, data)
                continue
            before, after = _around(data.decode())
            with new.open(name, "w", force_zip64=True) as part:
                for piece in chain((before,), body, (after,)):
                    part.write(piece.encode())
    return target.getvalue()


def run(text: str, size: float, *, bold: bool = False, italic: bool = False) -> str:
    """A run of text; line ends break lines."""
    look = f"{'<w:b/>' if bold else ''}{'<w:i/>' if italic else ''}"
    half = round(size * 2)
    inner = "<w:br/>".join(
        f'<w:t xml:space="preserve">{escape(line)}</w:t>' for line in _ILLEGAL.sub("", text).split("\n")
    )
    return f'<w:r><w:rPr>{look}<w:sz w:val="{half}"/><w:szCs w:val="{half}"/></w:rPr>{inner}</w:r>'


def paragraph(
    *runs: str,
    align: Justify = "left",
    before: float = 0,
    after: float = 0,
    indent: float = 0,
    keep: bool = False,
    border: str = "",
) -> str:
    """A paragraph: room before and after in points, indent of its first line in mm, kept with the next or not."""
    first = f'<w:ind w:firstLine="{round(indent * TWIPS_A_MM)}"/>' if indent else ""
    together = "<w:keepNext/>" if keep else ""
    spacing = f'<w:spacing w:before="{round(before * 20)}" w:after="{round(after * 20)}"/>'
    return f'<w:p><w:pPr>{together}{border}{spacing}{first}<w:jc w:val="{align}"/></w:pPr>{"".join(runs)}</w:p>'


def cell(inner: str, width: float, *, span: int = 1, down: str = "", middle: bool = True) -> str:
    """A cell of this width in mm over so many columns; `down`: "restart" or "continue" of one that goes down."""
    over = f'<w:gridSpan w:val="{span}"/>' if span > 1 else ""
    merged = f'<w:vMerge w:val="{down}"/>' if down else ""
    align = '<w:vAlign w:val="center"/>' if middle else ""
    wide = f'<w:tcW w:w="{round(width * TWIPS_A_MM)}" w:type="dxa"/>'
    return f"<w:tc><w:tcPr>{wide}{over}{merged}{align}</w:tcPr>{inner}</w:tc>"


def row(cells: Iterable[str], *, is_head: bool = False, breaks: bool = False) -> str:
    """A row; a head is repeated on each page; one that breaks may go on on the next page."""
    look = f"{'' if breaks else '<w:cantSplit/>'}{'<w:tblHeader/>' if is_head else ''}"
    return f"<w:tr><w:trPr>{look}</w:trPr>{''.join(cells)}</w:tr>"


def table(rows: Iterable[str], widths: Sequence[float], *, bordered: bool) -> Iterator[str]:
    """A table of rows, as a stream; widths of its columns in mm."""
    sides = ("top", "left", "bottom", "right", "insideH", "insideV")
    style = "single" if bordered else "nil"
    lines = "".join(f'<w:{side} w:val="{style}" w:sz="4" w:space="0" w:color="000000"/>' for side in sides)
    sides_room = "".join(f'<w:{side} w:w="{twips}" w:type="dxa"/>' for side, twips in _ROOM.items())
    room = f"<w:tblCellMar>{sides_room}</w:tblCellMar>"
    wide = f'<w:tblW w:w="{round(sum(widths) * TWIPS_A_MM)}" w:type="dxa"/>'
    fixed = '<w:tblLayout w:type="fixed"/>'
    yield f"<w:tbl><w:tblPr>{wide}<w:tblBorders>{lines}</w:tblBorders>{fixed}{room}</w:tblPr>"
    columns = "".join(f'<w:gridCol w:w="{round(width * TWIPS_A_MM)}"/>' for width in widths)
    yield f"<w:tblGrid>{columns}</w:tblGrid>"
    yield from rows
    yield "</w:tbl>"


def _around(document: str) -> tuple[str, str]:
    """What stands before and after the marked paragraph."""
    at = document.index(_MARK)
    begin, end = document.rindex("<w:p>", 0, at), document.index("</w:p>", at) + len("</w:p>")
    return document[:begin], document[end:]


def _skeleton(is_landscape: bool, margins: tuple[float, float, float, float]) -> Document:  # noqa: FBT001 - private
    """A document of one A4 section whose pages are numbered from the second on."""
    made = docx.Document()
    normal = made.styles["Normal"]
    normal.font.name, normal.font.size = FONT, Pt(NUMBER_SIZE)
    fonts = normal.element.get_or_add_rPr().get_or_add_rFonts()
    for name in ("w:eastAsia", "w:cs", "w:ascii", "w:hAnsi"):
        fonts.set(qn(name), FONT)
    normal.paragraph_format.space_after, normal.paragraph_format.line_spacing = Pt(0), 1.0
    section = made.sections[0]
    short, long = Mm(210), Mm(297)
    section.orientation = WD_ORIENT.LANDSCAPE if is_landscape else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = (long, short) if is_landscape else (short, long)
    section.left_margin, section.right_margin, section.top_margin, section.bottom_margin = map(Mm, margins)
    section.header_distance = section.footer_distance = Mm(10)
    section.different_first_page_header_footer = True
    _number(section.header.paragraphs[0])
    made.core_properties.author, made.core_properties.comments = "", ""
    made.add_paragraph(_MARK)
    return made


def _number(paragraph: Paragraph) -> None:
    """The number of the page, in the middle."""
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), "PAGE")
    paragraph._p.append(field)  # noqa: SLF001 - python-docx has no fields
