"""What a file really is, told by its content alone, and what is kept of it.

Photos are decoded and written anew, without anything but the picture; documents are kept byte for byte once they
are found to hold nothing that runs. Pure functions, to be run in a thread. Storing is not their business.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from locales import _
from movement import evidence_documents as documents
from movement import evidence_heif as heif
from movement import evidence_images as images
from movement import evidence_refusals as refusals
from movement.vietnamese_text import clean_line

MOST_BYTES = 20 * 1024 * 1024
MOST_NAME = 120  # characters of a file's name, extension included

LIST = "text/csv"  # only taken where a list is asked for: spreadsheets run what stands in it
MEDIA_TYPES = {
    ".jpg": "image/jpeg",
    ".png": "image/png",
    ".webp": "image/webp",
    ".csv": LIST,
    ".pdf": "application/pdf",
    ".doc": "application/msword",
    ".xls": "application/vnd.ms-excel",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}

_HEIF_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx"})
_PDF_HEADER_WITHIN = 1024  # bytes; ISO 32000-1, annex H note 13: what readers accept
_LEADS_ELSEWHERE = re.compile(rb"<|\AMZ|\A\x7fELF")  # before a PDF's header: a file of another kind as well
_EXTENSION = re.compile(r"\.[a-z][a-z0-9]{1,3}$", re.IGNORECASE)
_NOT_IN_NAMES = re.compile(r'[<>:"|?*]')  # Windows refuses them
_SPELT = {".jpeg": ".jpg"}


@dataclass(frozen=True, slots=True)
class Kept:
    """A file made safe, as it is to be stored."""

    data: bytes
    name: str
    media_type: str


@dataclass(frozen=True, slots=True)
class Refusal:
    """A file that is not taken. `reason` tells the sender which file, why, and what to do next."""

    name: str
    reason: str


def inspect(data: bytes, name: str, most: int = MOST_BYTES) -> Kept | Refusal:
    """Look into a file and make it safe, or say why it is refused; `name` is only what it is called.

    Taken are JPEG, PNG, WebP, HEIC (kept as JPEG, since few browsers show it), PDF, DOC, XLS, DOCX, XLSX and CSV,
    which is no evidence: see `LIST`.
    """
    shown = clean_name(name)
    if len(data) > most:
        reason = _("“{name}” is larger than {most} MB. Please send a smaller file.")
        return Refusal(shown, reason.format(name=shown, most=most // 1024**2))
    try:
        safe, extension = _made_safe(data)
    except refusals.Unfit as unfit:
        if not _is_list(data, name):
            return Refusal(shown, str(unfit).format(name=shown))
        safe, extension = data, ".csv"
    return Kept(safe, clean_name(name, extension), MEDIA_TYPES[extension])


def thumbnail(data: bytes, side: int = 640) -> bytes:
    """A JPEG of a kept image that fits into a square of `side` pixels; raise ValueError where it is no image."""
    try:
        return images.small(data, side)
    except refusals.Unfit as unfit:
        message = "not an image that was kept"
        raise ValueError(message) from unfit


def clean_name(name: str, extension: str = "") -> str:
    """The name without folders or anything unseen, never empty, ending in the extension when one is given."""
    last = _NOT_IN_NAMES.sub("_", re.split(r"[/\\]", clean_line(name))[-1]).strip(" .")
    found = _EXTENSION.search(last)
    stem, suffix = (last[: found.start()], found[0]) if found else (last, "")
    if extension and _SPELT.get(suffix.lower(), suffix.lower()) != extension:
        suffix = extension
    return (stem.strip(" .")[: MOST_NAME - len(suffix)].strip(" .") or _("file")) + suffix


def _made_safe(data: bytes) -> tuple[bytes, str]:
    """What is kept of the file, and the extension of what it then is; raise `Unfit`."""
    if not data:
        raise refusals.empty()
    if data.startswith(b"\xff\xd8\xff"):
        return images.as_jpeg(data), ".jpg"
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return images.as_png(data), ".png"
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return images.as_webp(data), ".webp"
    if data[4:8] == b"ftyp" and _brands(data) & _HEIF_BRANDS:
        return heif.as_jpeg(data), ".jpg"
    return data, _kind_of_document(data)


def _kind_of_document(data: bytes) -> str:
    if data.startswith(b"PK\x03\x04"):
        return documents.kind_of_zip(data)
    if data.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return documents.kind_of_ole(data)
    before, header, _rest = data[: _PDF_HEADER_WITHIN + 5].partition(b"%PDF-")
    if header and not _LEADS_ELSEWHERE.search(before):
        documents.check_pdf(data)
        return ".pdf"
    raise refusals.unknown_kind()


def _is_list(data: bytes, name: str) -> bool:
    """Whether it is a list as text, by its name and since it is text: such files have no mark of their own."""
    is_text = data.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" not in data
    return bool(data) and is_text and name.lower().endswith(".csv")


def _brands(data: bytes) -> set[bytes]:
    """The brands a file of the ISO base media format names (ISO/IEC 14496-12, 4.3); the first counts most."""
    size = min(int.from_bytes(data[:4], "big"), 256)
    return {data[8:12], *(data[at : at + 4] for at in range(16, size, 4))}
