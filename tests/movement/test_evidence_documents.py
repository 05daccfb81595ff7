"""Documents sent as evidence, and what only calls itself one."""

from __future__ import annotations

import io
import struct
import time
import zipfile
import zlib
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from locales import speaking
from movement.evidence_files import MEDIA_TYPES, MOST_NAME, Kept, Refusal, clean_name, inspect

if TYPE_CHECKING:
    from collections.abc import Iterator

TYPES = '<Types xmlns="t"><Override PartName="/word/document.xml" ContentType="{main}"/></Types>'
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
WORD_WITH_MACROS = "application/vnd.ms-word.document.macroEnabled.main+xml"


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with speaking("en"):
        yield


def zipped(members: dict[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", compression) as package:
        for name, content in members.items():
            package.writestr(name, content)
    return file.getvalue()


def docx(more: dict[str, bytes] | None = None, main: str = WORD) -> bytes:
    parts = {"[Content_Types].xml": TYPES.format(main=main).encode(), "word/document.xml": b"<w:document/>"}
    return zipped(parts | {f"word/{name}": content for name, content in (more or {}).items()})


def xlsx() -> bytes:
    file = io.BytesIO()
    book = Workbook()
    book.create_sheet("Mô hình").append(["Tên", "Điểm"])
    book.save(file)
    return file.getvalue()


def ole(*names: str, directory_at: int = 1) -> bytes:
    """An OLE2 file whose directory, in the sector given, holds these names; sector 0 is the table of sectors."""
    header = bytearray(512)
    header[:8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    struct.pack_into("<HHHH", header, 24, 0x3E, 3, 0xFFFE, 9)
    struct.pack_into("<I", header, 44, 1)
    struct.pack_into("<I", header, 48, directory_at)
    struct.pack_into("<I", header, 68, 0xFFFFFFFE)
    struct.pack_into("<109I", header, 76, 0, *[0xFFFFFFFF] * 108)
    entries = b"".join(entry(name) for name in ("Root Entry", *names)).ljust(1024, b"\0")
    table = [0xFFFFFFFF] * 128
    table[0], table[directory_at], table[directory_at + 1] = 0xFFFFFFFD, directory_at + 1, 0xFFFFFFFE
    return bytes(header) + struct.pack("<128I", *table) + bytes(512 * (directory_at - 1)) + entries


def entry(name: str) -> bytes:
    encoded = name.encode("utf-16-le")
    return encoded.ljust(64, b"\0") + struct.pack("<HB", len(encoded) + 2, 2) + bytes(61)


def pdf(body: bytes = b"") -> bytes:
    return (
        b"%PDF-1.7\n1 0 obj << /Type /Catalog >> endobj\n"
        + body
        + b"\ntrailer << /Root 1 0 R >>\nstartxref\n9\n%%EOF\n"
    )


GOOD = {
    "pdf": (pdf(), ".pdf"),
    "pdf after a blank line": (b"\r\n\xef\xbb\xbf" + pdf(), ".pdf"),
    "docx": (docx(), ".docx"),
    "xlsx": (xlsx(), ".xlsx"),
    "doc": (ole("1Table", "WordDocument"), ".doc"),
    "doc, its directory late": (ole("a", "b", "c", "d", "e", "WordDocument", directory_at=90), ".doc"),
    "xls": (ole("Workbook"), ".xls"),
    "old xls": (ole("Book"), ".xls"),
}


@pytest.mark.parametrize("kind", GOOD)
def test_a_document_is_kept_as_it_is_under_the_right_extension(kind: str) -> None:
    data, extension = GOOD[kind]

    assert inspect(data, "báo cáo.tmp") == Kept(data, f"báo cáo{extension}", MEDIA_TYPES[extension])
    assert inspect(data, f"báo cáo{extension}") == Kept(data, f"báo cáo{extension}", MEDIA_TYPES[extension])


def lying_zip() -> bytes:
    """A docx whose members are larger than they say."""
    honest = docx({"media.bin": b"0" * 100_000})
    return honest.replace(struct.pack("<I", 100_000), struct.pack("<I", 1_000))


def nested_bomb() -> bytes:
    return docx({f"zeros{number}.bin": bytes(30_000_000) for number in range(3)})


BAD = {
    "empty": (b"", "is empty"),
    "html as jpg": (b"<!DOCTYPE html><script>alert(1)</script>", "not of a kind"),
    "svg": (b'<svg xmlns="http://www.w3.org/2000/svg"/>', "not of a kind"),
    "exe": (b"MZ\x90\x00" + bytes(200), "not of a kind"),
    "exe that says pdf": (b"MZ\x90\x00" + pdf(), "not of a kind"),
    "html that says pdf": (b"<html>" + pdf(), "not of a kind"),
    "gif": (b"GIF89a" + bytes(50), "not of a kind"),
    "mp4": (b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom", "not of a kind"),
    "avif": (b"\0\0\0\x1cftypavif\0\0\0\0avifmif1miaf", "not of a kind"),
    "text": ("Mô hình".encode(), "not of a kind"),
    "pdf header too late": (bytes(1025) + pdf(), "not of a kind"),
    "plain zip": (zipped({"a.txt": b"a"}), "not of a kind"),
    "zip that only looks like word": (
        zipped({"[Content_Types].xml": b"", "word/document.xml": b""}),
        "not of a kind",
    ),
    "lzma": (zipped({"[Content_Types].xml": WORD.encode()}, zipfile.ZIP_LZMA), "not of a kind"),
    "powerpoint": (ole("PowerPoint Document"), "not of a kind"),
    "cut pdf": (pdf()[:60], "damaged"),
    "cut docx": (docx()[:-60], "damaged"),
    "cut doc": (ole("WordDocument")[:700], "damaged"),
    "ole header alone": (ole("WordDocument")[:20], "damaged"),
    "docx with a wrong sum": (docx().replace(struct.pack("<I", zlib.crc32(b"<w:document/>")), b"abcd"), "damaged"),
    "zip that lies": (lying_zip(), "damaged"),
    "locked pdf": (pdf(b"<< /Encrypt 5 0 R >>"), "password"),
    "locked docx": (ole("EncryptionInfo", "EncryptedPackage"), "password"),
    "pdf with a script": (pdf(b"<< /S /JavaScript /JS (app.alert(1)) >>"), "scripts"),
    "pdf with a hidden script": (pdf(b"<< /S /J#61vaScript /JS (1) >>"), "scripts"),
    "pdf that launches": (pdf(b"<< /S /Launch /F (cmd.exe) >>"), "scripts"),
    "docm": (docx(main=WORD_WITH_MACROS), "macros"),
    "docx with macros": (docx({"vbaProject.bin": b"x"}), "macros"),
    "doc with macros": (ole("WordDocument", "Macros", "VBA"), "macros"),
    "xls with macros": (ole("Workbook", "_VBA_PROJECT_CUR"), "macros"),
    "zip bomb": (nested_bomb(), "unpacks"),
    "many members": (zipped({f"{number}": b"" for number in range(10_001)}), "unpacks"),
}


@pytest.mark.parametrize("kind", BAD)
def test_a_file_that_cannot_be_kept_is_refused_by_name_and_reason(kind: str) -> None:
    data, why = BAD[kind]

    refused = inspect(data, "tệp lạ.jpg")

    assert isinstance(refused, Refusal)
    assert refused.name == "tệp lạ.jpg"
    assert "“tệp lạ.jpg”" in refused.reason
    assert why in refused.reason
    assert "Please" in refused.reason


def test_words_that_only_begin_like_a_script_do_not_matter() -> None:
    assert isinstance(inspect(pdf(b"<< /Launcher 1 /EncryptMetadata true /JavaScripts 2 >>"), "a.pdf"), Kept)


def test_a_file_over_the_limit_is_refused_before_it_is_read() -> None:
    refused = inspect(bytes(3 * 1024**2 + 1), "lớn.pdf", most=3 * 1024**2)

    assert isinstance(refused, Refusal)
    assert "“lớn.pdf”" in refused.reason
    assert "3 MB" in refused.reason


def test_a_name_with_braces_is_shown_literally() -> None:
    refused = inspect(b"", "{name!r} {0}.pdf")

    assert isinstance(refused, Refusal)
    assert "“{name!r} {0}.pdf”" in refused.reason


@pytest.mark.parametrize(
    "data",
    [
        b"%PDF-1.7" + b"/J#61" * 4_000_000 + b"%%EOF",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + ole("x")[8:] + bytes(10_000_000),
        b"PK\x03\x04" + b"PK\x05\x06" * 2_500_000,
        bytes(20 * 1024**2),
    ],
)
def test_the_largest_nonsense_is_looked_through_quickly(data: bytes) -> None:
    start = time.perf_counter()

    inspect(data, "a")

    assert time.perf_counter() - start < 5


@settings(max_examples=150, deadline=None)
@given(st.sampled_from([data for data, _ in GOOD.values()]), st.data())
def test_no_damage_is_more_than_a_refusal(sample: bytes, data: st.DataObject) -> None:
    damaged = bytearray(sample)
    for at in data.draw(st.lists(st.integers(8, len(sample) - 1), min_size=1, max_size=6)):
        damaged[at] = data.draw(st.integers(0, 255))

    assert isinstance(inspect(bytes(damaged), "a"), Kept | Refusal)


@pytest.mark.parametrize(
    ("given_name", "extension", "name"),
    [
        ("../../etc/passwd", "", "passwd"),
        ("C:\\Users\\Lan\\ảnh.jpg", "", "ảnh.jpg"),
        ("a\u0309nh.jpg", "", "ảnh.jpg"),
        ("ảnh\u202egpj.exe", ".jpg", "ảnhgpj.jpg"),
        ("báo\r\ncáo\x00.pdf", "", "báo cáo.pdf"),
        ('a<b>:"c|?*.pdf', "", "a_b___c___.pdf"),
        ("...", ".pdf", "file.pdf"),
        ("", "", "file"),
        (" . ", "", "file"),
        (".jpg", ".jpg", "jpg.jpg"),
        ("kế hoạch 10.3.2027", ".docx", "kế hoạch 10.3.2027.docx"),
        ("ANH.JPEG", ".jpg", "ANH.JPEG"),
        ("ảnh.heic", ".jpg", "ảnh.jpg"),
    ],
)
def test_a_name_is_made_safe(given_name: str, extension: str, name: str) -> None:
    assert clean_name(given_name, extension) == name


@given(st.text(max_size=300), st.sampled_from(["", ".pdf", ".docx"]))
def test_any_name_becomes_short_and_safe(text: str, extension: str) -> None:
    with speaking("en"):
        name = clean_name(text, extension)

    assert 0 < len(name) <= MOST_NAME
    assert name.lower().endswith(extension)
    assert not set(name) & set('/\\<>:"|?*\n\r\t\0')
    assert clean_name(name, extension) == name


@pytest.mark.parametrize("data", ["Mã;Tên\r\nA1;Đơn vị".encode(), "Mã;Tên".encode("utf-16"), b"M\xb7;T\xean"])
def test_a_list_as_text_is_kept_under_its_own_kind_and_only_by_its_name(data: bytes) -> None:
    assert inspect(data, "đơn vị.CSV") == Kept(data, "đơn vị.CSV", "text/csv")
    assert isinstance(inspect(data, "đơn vị.txt"), Refusal)
    assert isinstance(inspect(b"MZ\x90\x00\x03", "a.csv"), Refusal)
