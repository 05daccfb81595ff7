"""Pages of a PDF drawn text by text: for long tables, of which a typesetter keeps every page in memory.

5,000 rows take 40 MB here, by typst 830 MB. Measures are mm from the top left corner; sizes of text are points.
Source: ISO 32000-1, 7.5 (the file), 9.7 (fonts whose codes are glyphs), 9.10 (what the codes mean as text).
"""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, Final

from movement.forms.measure import MM_A_POINT
from movement.forms.typeface import EM, serif

if TYPE_CHECKING:
    from collections.abc import Iterable

MEDIA_TYPE: Final = "application/pdf"
_CATALOG, _PAGES, _FONTS = 1, 2, 3  # numbers of objects; each font takes five
_OBJECTS_A_FONT: Final = 5
_THIN: Final = 0.5  # points, of lines
_MOST_MEANINGS: Final = 100  # that one block of a table of meanings may hold
_LEVEL: Final = 6  # of compression

Stroke = tuple[float, float, float, float]  # from x, y to x, y


class Canvas:
    """A document under way. `number` is that of the page, from 1."""

    def __init__(self, width: float, height: float) -> None:
        self._size = (width / MM_A_POINT, height / MM_A_POINT)
        self._used: dict[bool, dict[str, str]] = {False: {}, True: {}}  # letters by weight: their glyphs in hex
        self._said: list[str] = []  # operators of the page under way
        self._strokes: list[Stroke] = []
        self._file = bytearray(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
        self._places: dict[int, int] = {}  # where each object begins
        self._page_objects: list[int] = []
        self._next = _FONTS + 2 * _OBJECTS_A_FONT
        self.number = 0

    def new_page(self) -> None:
        """End this page and begin the next."""
        self._end_page()
        self.number += 1

    def text(self, words: str, x: float, y: float, size: float, *, is_bold: bool = False) -> None:
        """A line of text that begins at x and stands on y."""
        used, face = self._used[is_bold], serif(is_bold=is_bold)
        for letter in words:
            if letter not in used:
                used[letter] = f"{face.glyph(letter):04x}"
        codes = "".join(map(used.__getitem__, words))
        self._said.append(f"/F{int(is_bold)} {size} Tf 1 0 0 1 {self._at(x, y)} Tm <{codes}> Tj")

    def lines(self, strokes: Iterable[Stroke]) -> None:
        """Thin lines, all drawn when the page ends."""
        self._strokes += strokes

    def save(self) -> bytes:
        """The finished document."""
        self._end_page()
        kids = " ".join(f"{number} 0 R" for number in self._page_objects)
        self._object(_CATALOG, f"<< /Type /Catalog /Pages {_PAGES} 0 R /Lang (vi) >>")
        fonts = " ".join(f"/F{int(is_bold)} {_font_object(is_bold)} 0 R" for is_bold in self._used)
        box = f"/MediaBox [0 0 {self._size[0]:.2f} {self._size[1]:.2f}]"
        shared = f"/Count {len(self._page_objects)} {box} /Resources << /Font << {fonts} >> >>"
        self._object(_PAGES, f"<< /Type /Pages /Kids [{kids}] {shared} >>")
        for is_bold in self._used:
            self._embed(is_bold)
        return self._ended()

    def _at(self, x: float, y: float) -> str:
        """The place in points from the bottom left."""
        return f"{x / MM_A_POINT:.2f} {self._size[1] - y / MM_A_POINT:.2f}"

    def _end_page(self) -> None:
        if not self.number:
            return
        drawn = [
            f"{self._at(x, y)} m {self._at(to_x, to_y)} l" for x, y, to_x, to_y in dict.fromkeys(self._strokes)
        ]
        content = "\n".join([f"{_THIN} w", *drawn, "S", "BT", *self._said, "ET"])
        self._said, self._strokes = [], []
        stream, page = self._next, self._next + 1
        self._next += 2
        self._stream(stream, content.encode("ascii"))
        self._object(page, f"<< /Type /Page /Parent {_PAGES} 0 R /Contents {stream} 0 R >>")
        self._page_objects.append(page)

    def _embed(self, is_bold: bool) -> None:  # noqa: FBT001 - private
        """A font: what is drawn, how wide it is, and what it means as text."""
        face, used, first = serif(is_bold=is_bold), self._used[is_bold], _font_object(is_bold)
        name = f"LiberationSerif{'-Bold' if is_bold else ''}"
        below, described, file, meant = (f"{first + step} 0 R" for step in (1, 2, 3, 4))
        self._object(
            first,
            f"<< /Type /Font /Subtype /Type0 /BaseFont /{name} /Encoding /Identity-H"
            f" /DescendantFonts [{below}] /ToUnicode {meant} >>",
        )
        widths = " ".join(f"{int(code, 16)} [{_thousandths(face.width(letter))}]" for letter, code in used.items())
        self._object(
            first + 1,
            f"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /{name} /CIDToGIDMap /Identity /W [{widths}]"
            f" /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >>"
            f" /FontDescriptor {described} >>",
        )
        box = " ".join(str(_thousandths(side)) for side in face.box)
        self._object(
            first + 2,
            f"<< /Type /FontDescriptor /FontName /{name} /Flags 6 /FontBBox [{box}] /ItalicAngle 0"
            f" /Ascent {_thousandths(face.ascent)} /Descent {_thousandths(face.descent)}"
            f" /CapHeight {_thousandths(face.ascent)} /StemV {120 if is_bold else 80} /FontFile2 {file} >>",
        )
        self._stream(first + 3, face.data, f"/Length1 {len(face.data)}")
        self._stream(first + 4, _meanings(used).encode("ascii"))

    def _stream(self, number: int, data: bytes, more: str = "") -> None:
        packed = zlib.compress(data, _LEVEL)
        self._begin(number)
        self._file += f"<< /Length {len(packed)} /Filter /FlateDecode {more} >>\nstream\n".encode()
        self._file += packed + b"\nendstream\nendobj\n"

    def _object(self, number: int, text: str) -> None:
        self._begin(number)
        self._file += text.encode("ascii") + b"\nendobj\n"

    def _begin(self, number: int) -> None:
        self._places[number] = len(self._file)
        self._file += f"{number} 0 obj\n".encode()

    def _ended(self) -> bytes:
        """The file with the table of where everything is."""
        table = len(self._file)
        many = self._next
        rows = "".join(f"{self._places[number]:010} 00000 n \n" for number in range(1, many))
        self._file += f"xref\n0 {many}\n0000000000 65535 f \n{rows}".encode()
        self._file += f"trailer\n<< /Size {many} /Root {_CATALOG} 0 R >>\nstartxref\n{table}\n%%EOF\n".encode()
        return bytes(self._file)


def _font_object(is_bold: bool) -> int:  # noqa: FBT001 - private
    return _FONTS + _OBJECTS_A_FONT * is_bold


def _thousandths(units: int) -> int:
    return round(units * 1000 / EM)


def _meanings(used: dict[str, str]) -> str:
    """What each glyph means as text, so that it can be searched and copied."""
    rows = [f"<{code}> <{letter.encode('utf-16-be').hex()}>" for letter, code in used.items()]
    blocks = [rows[first : first + _MOST_MEANINGS] for first in range(0, len(rows), _MOST_MEANINGS)]
    return "\n".join(
        [
            "/CIDInit /ProcSet findresource begin 12 dict begin begincmap",
            "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def",
            "/CMapName /Adobe-Identity-UCS def /CMapType 2 def",
            "1 begincodespacerange <0000> <ffff> endcodespacerange",
            *(f"{len(block)} beginbfchar\n" + "\n".join(block) + "\nendbfchar" for block in blocks),
            "endcmap CMapName currentdict /CMap defineresource pop end end",
        ]
    )
