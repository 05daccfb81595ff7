from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING

import pypdfium2
import pytest

from movement import evidence, exports
from movement.errors import DomainError
from movement.evidence import Attached
from movement.forms import dossier_zip, makers
from tests.movement.forms.bloc import BOARD, CELL, Bloc
from tests.movement.trees import undone
from tests.movement.year import POINTS, Year

if TYPE_CHECKING:
    from storage.database import Database
    from storage.session import Session

STORE = {"a" * 64: b"anh mot", "b" * 64: b"anh hai"}


def attached(letter: str, name: str, size: int = 7) -> Attached:
    return Attached(letter * 64, name, "image/jpeg", size, "")


def packed(year: Year, who: str, entry_id: int) -> zipfile.ZipFile:
    made = year.act(who, lambda ctx: exports.make(ctx, dossier_zip.DOSSIER, {"entry": entry_id}, _read))
    assert made.name.startswith("ho-so-mh24-")
    return zipfile.ZipFile(io.BytesIO(made.data))


def _read(sha256: str) -> bytes:
    try:
        return STORE[sha256]
    except KeyError:
        raise FileNotFoundError(sha256) from None


def contents(whole: zipfile.ZipFile) -> str:
    with pypdfium2.PdfDocument(whole.read("00-muc-luc.pdf")) as pdf:
        return " ".join("".join(page.get_textpage().get_text_range() for page in pdf).split())


def test_the_zip_has_papers_sheets_and_the_evidence_in_order_under_readable_names(database: Database) -> None:
    year = Year(database, POINTS)
    entry_id = year.register()
    files = [attached("a", "IMG_01.JPG"), attached("b", "b.jpg")]
    year.act("minh", lambda ctx: evidence.submit(ctx, entry_id, "progress", "Ra mắt tổ tự quản", files))
    year.report(entry_id)
    year.score(entry_id)
    year.appraise(entry_id)

    whole = packed(year, "minh", entry_id)

    assert whole.testzip() is None
    assert whole.namelist() == [
        "00-muc-luc.pdf", "01-bao-cao-thanh-tich.docx", "02-tom-tat-thanh-tich.docx",
        "03-bieu-cham-diem-tu-cham.pdf", "04-bieu-cham-diem-tham-dinh.pdf",
        "minh-chung/01-01-20241103-ra-mat-to-tu-quan.jpg", "minh-chung/01-02-20241103-ra-mat-to-tu-quan.jpg",
    ]  # fmt: skip
    assert whole.read("minh-chung/01-02-20241103-ra-mat-to-tu-quan.jpg") == b"anh hai"
    assert "MỤC LỤC HỒ SƠ" in contents(whole)
    assert "03/11/2024: Ra mắt tổ tự quản" in contents(whole)


def test_what_is_too_much_or_lost_is_named_and_the_rest_is_packed(sqlite_database: Database) -> None:
    year = Year(sqlite_database, POINTS)
    entry_id = year.register()
    files = [attached("c", "mất.jpg"), attached("b", "to.jpg", dossier_zip.MOST_BYTES + 1), attached("a", "a.jpg")]
    year.act("minh", lambda ctx: evidence.submit(ctx, entry_id, "progress", "../../Ảnh", files))

    whole = packed(year, "minh", entry_id)

    assert [name for name in whole.namelist() if "minh-chung" in name] == ["minh-chung/01-03-20241103-anh.jpg"]
    assert "không có trong tệp zip: mất.jpg" in contents(whole)
    assert "không có trong tệp zip: to.jpg" in contents(whole)


@pytest.mark.parametrize(
    ("kind", "more"),
    [
        (dossier_zip.DOSSIER, {}),
        (makers.SHEET, {"form": "score", "file": "pdf"}),
        (makers.PAPER, {"form": "report", "file": "docx"}),
        (makers.PAPER, {"form": "brief", "file": "pdf"}),
    ],
)
def test_an_officer_of_another_unit_gets_nothing_of_an_entry(
    kind: str, more: dict[str, str], sqlite_database: Database
) -> None:
    def work(session: Session) -> None:
        bloc = Bloc(session)
        entry_id = bloc.register(CELL, "Kín")
        other = bloc.tree.person("unit_officer", BOARD)

        exports.make(bloc.as_officer(), kind, {"entry": entry_id, **more}, _read)
        with pytest.raises(DomainError):
            exports.make(other, kind, {"entry": entry_id, **more}, _read)

    undone(sqlite_database, work)
