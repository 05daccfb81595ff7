"""Documents: PDF, Word and Excel, told apart by what is in them, and refused where something in them could run.

They are kept byte for byte: a signed paper must stay as it was signed. So their metadata stays (an author's name).
"""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from typing import TYPE_CHECKING

from movement import evidence_refusals as refusals

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST_UNPACKED = 200 * 1024 * 1024
_MOST_RATIO = 200  # deflate reaches 1,000 on nothing but zeros; the emptiest sheets reach about 60
_RATIO_MATTERS_FROM = 10 * 1024 * 1024  # bytes unpacked
_MOST_MEMBERS = 10_000
_CHUNK = 1024 * 1024


def _pdf_name(*names: str) -> re.Pattern[bytes]:
    """Any of the names, each letter plain or as #xx (ISO 32000-1, 7.3.5)."""
    spelt = ("".join(f"(?:{letter}|(?i:#{ord(letter):02x}))" for letter in name) for name in names)
    return re.compile(f"/(?:{'|'.join(spelt)})(?![0-9A-Za-z])".encode())


_LOCKED = _pdf_name("Encrypt")
_RUNS = _pdf_name("JavaScript", "Launch")
_END = re.compile(rb"%%EOF|startxref")
_END_WITHIN = 2048  # bytes

_SECTOR_SHIFTS = (9, 12)
_MOST_DIRECTORY_SECTORS = 1024
_ENTRY = 128  # bytes of one directory entry, [MS-CFB] 2.6.1
_END_OF_CHAIN = 0xFFFFFFFA  # from here on, numbers of sectors have special meanings
_FAT_SECTORS_IN_HEADER = 109
_MOST_DIFAT_SECTORS = 8  # with 512-byte sectors they reach over 70 MB
_MACROS = {"vba", "_vba_project", "_vba_project_cur", "macros"}


def check_pdf(data: bytes) -> None:
    """Raise `Unfit` for a PDF that is cut off, locked, or runs something.

    A search of the bytes, escapes such as /J#61vaScript included. What hides in compressed object streams is not
    seen: browsers' own viewers, which run such scripts only in a sandbox, are the second fence.
    """
    if not _END.search(data, max(0, len(data) - _END_WITHIN)):
        raise refusals.damaged()
    if _LOCKED.search(data):
        raise refusals.locked()
    if _RUNS.search(data):
        raise refusals.runs_something()


def kind_of_ole(data: bytes) -> str:
    """.doc or .xls for an OLE2 file, by the names in its directory ([MS-CFB]); raise `Unfit` for any other."""
    try:
        names = _ole_names(data)
    except (struct.error, IndexError) as broken:
        raise refusals.damaged() from broken
    if "encryptedpackage" in names:
        raise refusals.locked()
    if names & _MACROS:
        raise refusals.has_macros()
    if "worddocument" in names:
        return ".doc"
    if names & {"workbook", "book"}:
        return ".xls"
    raise refusals.unknown_kind()


def kind_of_zip(data: bytes) -> str:
    """.docx or .xlsx for an Office Open XML file; raise `Unfit` for any other zip, a bomb, or one with macros."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            return _kind_of_package(package)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError) as broken:
        raise refusals.damaged() from broken


def _ole_names(data: bytes) -> set[str]:
    """The names of the directory's entries, in small letters."""
    shift = struct.unpack_from("<H", data, 30)[0]
    if shift not in _SECTOR_SHIFTS:
        raise refusals.damaged()
    size = 1 << shift
    fat = _ole_fat(data, size)
    (sector,) = struct.unpack_from("<I", data, 48)
    names: set[str] = set()
    for _ in range(_MOST_DIRECTORY_SECTORS):
        if sector >= _END_OF_CHAIN:
            return names
        start = (sector + 1) * size
        if start >= len(data):
            raise refusals.damaged()
        names |= {_ole_name(data[at : at + _ENTRY]) for at in range(start, start + size, _ENTRY)}
        sector = fat[sector]
    raise refusals.damaged()


def _ole_fat(data: bytes, size: int) -> list[int]:
    """Which sector follows which."""
    fat: list[int] = []
    for sector in _ole_fat_sectors(data, size):
        if sector < _END_OF_CHAIN:
            fat += struct.unpack_from(f"<{size // 4}I", data, (sector + 1) * size)
    return fat


def _ole_fat_sectors(data: bytes, size: int) -> Iterator[int]:
    """Where the parts of that table lie: the first in the header, the others in a chain of their own."""
    yield from struct.unpack_from(f"<{_FAT_SECTORS_IN_HEADER}I", data, 76)
    (sector,) = struct.unpack_from("<I", data, 68)
    for _ in range(_MOST_DIFAT_SECTORS):
        if sector >= _END_OF_CHAIN:
            return
        *listed, sector = struct.unpack_from(f"<{size // 4}I", data, (sector + 1) * size)
        yield from listed


def _ole_name(entry: bytes) -> str:
    length = int.from_bytes(entry[64:66], "little")
    return entry[: max(0, min(length, 64) - 2)].decode("utf-16-le", "replace").lower()


def _kind_of_package(package: zipfile.ZipFile) -> str:
    members = package.infolist()
    unpacked = sum(member.file_size for member in members)
    packed = sum(member.compress_size for member in members)
    if len(members) > _MOST_MEMBERS or unpacked > MOST_UNPACKED:
        raise refusals.unpacks_too_large()
    if unpacked > _RATIO_MATTERS_FROM and unpacked > _MOST_RATIO * packed:
        raise refusals.unpacks_too_large()
    if any(member.flag_bits & 1 for member in members):
        raise refusals.locked()
    if any(member.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED} for member in members):
        raise refusals.unknown_kind()
    kind = _kind_by_types(package)
    for member in members:
        _read_through(package, member)
    return kind


def _kind_by_types(package: zipfile.ZipFile) -> str:
    names = {name.lower() for name in package.namelist()}
    if "[content_types].xml" not in names:
        raise refusals.unknown_kind()
    with package.open("[Content_Types].xml") as types:
        declared = types.read(_CHUNK)
    if b"macroEnabled" in declared or any(name.endswith("vbaproject.bin") for name in names):
        raise refusals.has_macros()
    if "word/document.xml" in names and b"wordprocessingml.document.main+xml" in declared:
        return ".docx"
    if "xl/workbook.xml" in names and b"spreadsheetml.sheet.main+xml" in declared:
        return ".xlsx"
    raise refusals.unknown_kind()


def _read_through(package: zipfile.ZipFile, member: zipfile.ZipInfo) -> None:
    """Unpack a member and drop it: zipfile stops at the size declared, and checks the sum at the end."""
    with package.open(member) as content:
        while content.read(_CHUNK):
            pass
