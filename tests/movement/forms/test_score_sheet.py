from __future__ import annotations

import io
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import docx
import pypdfium2
import pytest
from openpyxl import load_workbook

from movement import exports
from movement.forms import makers
from tests.movement.year import CHECKLIST, NO_CRITERIA, OWN_CRITERIA, POINTS, Year

if TYPE_CHECKING:
    from storage.database import Database


def made(year: Year, who: str, entry_id: int, file: str) -> bytes:
    arguments = {"form": "score", "entry": entry_id, "file": file}
    return year.act(who, lambda ctx: exports.make(ctx, makers.SHEET, arguments, lambda _sha256: b"")).data


def rows(data: bytes) -> list[list[Any]]:
    sheet = load_workbook(io.BytesIO(data)).active
    assert sheet is not None
    return [[cell.value for cell in row] for row in sheet.iter_rows()]


def test_the_sheet_is_the_official_one_line_by_line(database: Database) -> None:
    year = Year(database, POINTS)
    entry_id = year.appraised(k4=Decimal("4.5"))
    found = rows(made(year, "minh", entry_id, "xlsx"))
    lines = [row for row in found if row[1] is not None or row[0] in {"I", "II"}]
    head = next(number for number, row in enumerate(found) if row[0] == "STT")

    assert found[1][0] == "BIỂU CHẤM ĐIỂM MÔ HÌNH"
    assert found[head] == ["STT", "Tiêu chí", "Điểm tối đa", "Điểm đánh giá", "Ghi chú"]
    assert [row[0] for row in lines[1:]] == [
        "I", *(str(number) for number in range(1, 11)), "II", "II.1", *(str(number) for number in range(11, 16)),
        "II.2", *(str(number) for number in range(11, 16)), None,
    ]  # fmt: skip
    assert lines[1] == ["I", 'Các tiêu chí chung về mô hình "Dân vận khéo"', 75, None, None]
    assert lines[5][2:4] == [5, 4.5]
    assert lines[12][:3] == [
        "II", "Tiêu chí đánh giá chủ thể thực hiện\n(Chọn chủ thể phù hợp để tiến hành đánh giá)", 25,
    ]  # fmt: skip
    assert lines[-1] == [None, "Tổng cộng I + II", 100, 99.5, None]
    assert found[-1][0] == (
        'Mô hình "Dân vận khéo" phải đạt tổng từ 75 điểm (I+II) trở lên; trong đó các tiêu chí 2, 7, 9, 11 và 15'
        " phải đạt điểm tối đa."
    )


def test_only_the_block_of_the_subject_is_filled_in(sqlite_database: Database) -> None:
    year = Year(sqlite_database, POINTS)
    entry_id = year.register(subject="individual")
    year.report(entry_id)
    year.score(entry_id)
    lines = rows(made(year, "minh", entry_id, "xlsx"))
    first = next(number for number, row in enumerate(lines) if row[0] == "II.1")
    second = next(number for number, row in enumerate(lines) if row[0] == "II.2")

    assert [row[3] for row in lines[first + 1 : second]] == [None] * 5
    assert [row[3] for row in lines[second + 1 : second + 6]] == [5] * 5


def test_a_sheet_that_nobody_filled_in_is_one_to_be_filled_in_by_hand(sqlite_database: Database) -> None:
    year = Year(sqlite_database, POINTS)
    lines = rows(made(year, "minh", year.register(), "xlsx"))

    assert {row[3] for row in lines if isinstance(row[2], int)} == {None}


@pytest.mark.parametrize("guideline", [CHECKLIST, OWN_CRITERIA])
def test_where_nothing_is_scored_the_sheet_says_what_is_met(guideline: str, sqlite_database: Database) -> None:
    year = Year(sqlite_database, guideline)
    entry_id = year.register()
    year.report(entry_id)
    year.score(entry_id)
    document = docx.Document(io.BytesIO(made(year, "minh", entry_id, "docx")))
    table = document.tables[1]

    assert [cell.text for cell in table.rows[0].cells] == ["STT", "Tiêu chí", "Kết quả đánh giá", "Ghi chú"]
    assert "Đạt" in {row.cells[2].text for row in table.rows}


def test_a_guideline_without_criteria_has_an_empty_sheet(sqlite_database: Database) -> None:
    year = Year(sqlite_database, NO_CRITERIA)
    entry_id = year.register()

    with pypdfium2.PdfDocument(made(year, "minh", entry_id, "pdf")) as pdf:
        assert "Tổ tự quản" in pdf[0].get_textpage().get_text_range()
