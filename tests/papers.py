"""Files that people send, made by name: real photos with a place in them, documents, and bad ones."""

from __future__ import annotations

import io
import zipfile
import zlib
from pathlib import Path

import openpyxl
from PIL import Image

HEIC = Path(__file__).parent / "files" / "photo.heic"
TOO_LARGE = 21 * 1024 * 1024  # bytes

_PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n%%EOF\n"
)
_OFFICE = {  # the main part, and what the list of types says of it
    "docx": ("word/document.xml", "wordprocessingml.document"),
    "xlsx": ("xl/workbook.xml", "spreadsheetml.sheet"),
}


LISTS = {
    "don-vi.xlsx": (
        ("Mã", "Tên đơn vị", "Loại", "Đơn vị cấp trên"),
        ("P1", "Công đoàn phường Bình Minh", "", ""),
        ("M1", "Công đoàn cơ sở Công ty May Sông Hồng", "", "P1"),
        ("M2", "Công đoàn cơ sở Chợ Bình Minh", "", "P1"),
        ("", "Tổ công đoàn quầy vải", "", "M2"),
    ),
    "don-vi-sai.xlsx": (
        ("LIÊN ĐOÀN LAO ĐỘNG TỈNH",),
        ("Tên đơn vị", "Đơn vị cấp trên"),
        ("CĐCS Chợ Bình Minh", "phường Bình Minh"),
        ("Chợ Bình Minh", "Công đoàn phường Bình Minh"),
        ("C«ng ®oµn c¬ së", "Công đoàn phường Bình Minh"),
    ),
}  # by the names of the files


def data(name: str) -> bytes:
    """The bytes of the file with this name; its words and its ending say what it is.

    "hong…" is damaged, "to.…" too large; another name of the same ending gives another file.
    """
    ending = name.rpartition(".")[2].lower()
    match ending:
        case "jpg" | "jpeg" | "png" | "webp":
            whole = _photo(name, {"jpg": "jpeg"}.get(ending, ending))
        case "heic":
            whole = HEIC.read_bytes()
        case "pdf":
            whole = _PDF + f"% {name}\n".encode()
        case "xlsx" if name in LISTS:
            whole = _list_of_units(LISTS[name])
        case "csv":
            whole = "\r\n".join(";".join(row) for row in LISTS["don-vi.xlsx"]).encode("utf-8-sig")
        case "docx" | "xlsx":
            whole = _office(*_OFFICE[ending], name)
        case _:
            whole = b"MZ\x90\x00" + name.encode()
    if name.startswith("hong"):
        return whole[: len(whole) // 2]
    return whole.ljust(TOO_LARGE, b"\0") if name.startswith("to.") else whole


def _list_of_units(rows: tuple[tuple[str, ...], ...]) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.worksheets[0].append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _photo(name: str, kind: str) -> bytes:
    """A photo in a colour of its own that says where and with what it was taken."""
    exif = Image.Exif()
    exif[0x010F] = "A camera"
    exif.get_ifd(0x8825).update({1: "N", 2: (10.0, 57.0, 0.0), 3: "E", 4: (106.0, 49.0, 0.0)})
    colour = zlib.crc32(name.encode())
    picture = Image.new("RGB", (64, 48), (colour & 255, colour >> 8 & 255, colour >> 16 & 255))
    file = io.BytesIO()
    picture.save(file, kind, exif=exif)
    return file.getvalue()


def _office(part: str, kind: str, name: str) -> bytes:
    declared = f"application/vnd.openxmlformats-officedocument.{kind}.main+xml"
    types = f'<Types><Override PartName="/{part}" ContentType="{declared}"/></Types>'
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for path, text in (("[Content_Types].xml", types), (part, f"<x>{name}</x>")):
            archive.writestr(zipfile.ZipInfo(path), text)
    return file.getvalue()
