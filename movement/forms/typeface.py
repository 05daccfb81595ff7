"""A TrueType font read as far as measuring and embedding it takes: glyphs of letters and their widths.

Source: the OpenType specification, tables head, hhea, hmtx and cmap (format 4).
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from functools import cache
from typing import Final

from movement import fonts

EM: Final = 2048  # units of Liberation's fonts
_UNICODE: Final = (3, 1)  # platform and encoding of the table of letters


@dataclass(frozen=True, slots=True)
class Typeface:
    """One weight of the serif. Widths are in units, `EM` of which are the size of the letters."""

    data: bytes
    glyphs: dict[int, int]  # by the letter's number in Unicode
    widths: tuple[int, ...]  # by glyph
    ascent: int
    descent: int  # below the line, negative
    box: tuple[int, int, int, int]

    def glyph(self, letter: str) -> int:
        """The glyph of a letter; 0, an empty box, where the font has none."""
        return self.glyphs.get(ord(letter), 0)

    def width(self, letter: str) -> int:
        """How wide a letter is."""
        return self.widths[self.glyph(letter)]


@cache
def serif(*, is_bold: bool) -> Typeface:
    """Liberation Serif, which is as wide as Times New Roman."""
    data = (fonts.FOLDER / f"LiberationSerif-{'Bold' if is_bold else 'Regular'}.ttf").read_bytes()
    tables = _tables(data)
    head, metrics = tables["head"], tables["hhea"]
    ascent, descent = struct.unpack_from(">hh", data, metrics + 4)
    (many,) = struct.unpack_from(">H", data, metrics + 34)
    (all_glyphs,) = struct.unpack_from(">H", data, tables["maxp"] + 4)
    widths = struct.unpack_from(f">{2 * many}H", data, tables["hmtx"])[::2]
    return Typeface(
        data,
        _letters(data, tables["cmap"]),
        widths + widths[-1:] * (all_glyphs - many),
        ascent,
        descent,
        struct.unpack_from(">hhhh", data, head + 36),
    )


def _tables(data: bytes) -> dict[str, int]:
    """Where each table begins."""
    (many,) = struct.unpack_from(">H", data, 4)
    rows = (struct.unpack_from(">4sIII", data, 12 + 16 * number) for number in range(many))
    return {tag.decode("ascii"): offset for tag, _sum, offset, _length in rows}


def _letters(data: bytes, at: int) -> dict[int, int]:
    """The glyphs by letter, from the table for the first plane of Unicode."""
    (many,) = struct.unpack_from(">H", data, at + 2)
    rows = (struct.unpack_from(">HHI", data, at + 4 + 8 * number) for number in range(many))
    begin = at + next(offset for platform, encoding, offset in rows if (platform, encoding) == _UNICODE)
    (twice,) = struct.unpack_from(">H", data, begin + 6)
    ends, starts, deltas, offsets = (
        begin + 14,
        begin + 16 + twice,
        begin + 16 + 2 * twice,
        begin + 16 + 3 * twice,
    )
    found: dict[int, int] = {}
    for segment in range(0, twice, 2):
        end, start, delta, offset = (
            struct.unpack_from(">H", data, where + segment)[0] for where in (ends, starts, deltas, offsets)
        )
        for letter in range(start, end + 1):
            glyph = letter
            if offset:
                where = offsets + segment + offset + 2 * (letter - start)
                (glyph,) = struct.unpack_from(">H", data, where)
            if glyph or not offset:
                found[letter] = (glyph + delta) & 0xFFFF
    return found
