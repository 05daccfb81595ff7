from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from openpyxl import load_workbook

from locales import speaking
from movement.forms import rollup, rollup_page, xlsx_table
from tests.movement.forms.bloc import CELL, YEAR, Bloc
from tests.movement.trees import undone

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

    from storage.database import Database
    from storage.session import Session

FIRST = 4  # the row of heads


def opened(bloc: Bloc, purpose: str) -> Worksheet:
    with speaking("vi"):
        data = xlsx_table.write(rollup_page.page(rollup.read(bloc.as_officer(), bloc.home, YEAR, purpose)))
    sheet = load_workbook(io.BytesIO(data)).active
    assert sheet is not None
    return sheet


def values(sheet: Worksheet, row: int) -> list[Any]:
    return [cell.value for cell in sheet[row]]


def test_the_heads_are_those_of_the_official_form(sqlite_database: Database) -> None:
    def work(session: Session) -> None:
        bloc = Bloc(session)
        bloc.fill()
        sheet = opened(bloc, "register")

        assert values(sheet, FIRST) == [
            "STT", "Xã, phường, thị trấn, cơ quan đơn vị/ Tên mô hình", "Số lượng",
            "Địa điểm xây dựng, triển khai", "Chủ trì", "Lĩnh vực", "Quy mô thực hiện", "Chủ thể", None,
        ]  # fmt: skip
        assert values(sheet, FIRST + 1)[7:] == ["Tập thể", "Cá nhân"]
        assert values(sheet, FIRST + 2) == ["(1)", "(2)", "(3)", "(4)", "(5)", "(6)", "(7)", "(8)", None]
        merged = {str(each) for each in sheet.merged_cells.ranges}
        assert {"A4:A5", "G4:G5", "H4:I4", "H6:I6", "A2:I2", "A1:E1", "F1:I1"} <= merged

    undone(sqlite_database, work)


def test_every_line_is_read_back_as_it_was_written(sqlite_database: Database) -> None:
    def work(session: Session) -> None:
        bloc = Bloc(session)
        bloc.fill()
        with speaking("vi"):
            page = rollup_page.page(rollup.read(bloc.as_officer(), bloc.home, YEAR, "results"))
            lines = [[cell if cell != "" else None for cell in line.cells] for line in page.lines]
        sheet = opened(bloc, "results")

        assert [values(sheet, row) for row in range(FIRST + 3, FIRST + 3 + len(lines))] == lines

    undone(sqlite_database, work)


def test_a_name_that_looks_like_a_formula_is_text_and_stays_text_when_it_is_edited(
    sqlite_database: Database,
) -> None:
    def work(session: Session) -> None:
        bloc = Bloc(session)
        for name in ("=1+1", "+84 912", "-5 độ", "@SUM(A1)", "Tổ tự quản"):
            bloc.register(CELL, name)
        sheet = opened(bloc, "register")

        cells = {cell.value: cell for cell in sheet["B"] if cell.value}
        for name in ("=1+1", "+84 912", "-5 độ", "@SUM(A1)"):
            assert cells[name].data_type == "s"
            assert cells[name].quotePrefix, name
        assert not cells["Tổ tự quản"].quotePrefix

    undone(sqlite_database, work)


def test_it_prints_on_wide_a4_pages_with_the_heads_on_each_and_a_number(sqlite_database: Database) -> None:
    def work(session: Session) -> None:
        bloc = Bloc(session)
        bloc.fill()
        sheet = opened(bloc, "results")

        assert sheet.page_setup.orientation == "landscape"
        assert sheet.page_setup.paperSize == 9
        assert sheet.print_title_rows == "$4:$6"
        assert (sheet.page_setup.fitToWidth or 1, sheet.page_setup.fitToHeight) == (1, 0)
        assert sheet.oddHeader is not None
        assert sheet.oddHeader.center.text == "&P"
        assert {cell.font.name for row in sheet.iter_rows() for cell in row} == {"Times New Roman"}
        columns = [
            ((each.max or 0) - (each.min or 0) + 1, each.width) for each in sheet.column_dimensions.values()
        ]
        assert sum(many for many, _width in columns) == 11
        assert 258 < sum(many * width for many, width in columns) * 7 * 25.4 / 96 < 264  # mm: what a page holds

    undone(sqlite_database, work)


def test_a_row_is_as_high_as_its_text_and_one_that_excel_cannot_make_so_high_is_several(
    sqlite_database: Database,
) -> None:
    def work(session: Session) -> None:
        bloc = Bloc(session)
        more: dict[str, Any] = {"state": "reported", "reported_at": bloc.author.now}
        bloc.register(CELL, "Ngắn", result="Tốt.", **more)
        bloc.register(CELL, "Dài", result="Kết quả cụ thể của mô hình. " * 70, **more)
        sheet = opened(bloc, "results")
        rows = {cell.value: cell.row for cell in sheet["B"] if cell.value in {"Ngắn", "Dài"}}
        heights = {row: sheet.row_dimensions[row].height for row in range(1, sheet.max_row + 1)}

        low, high = rows["Ngắn"], rows["Dài"]
        joined = [each for each in sheet.merged_cells.ranges if each.min_row == high and each.min_col == 7]
        assert 2 * 15 <= heights[low] <= 3 * 16
        assert heights[high] <= 409
        assert len(joined) == 1
        assert sum(heights[row] for row in range(high, joined[0].max_row + 1)) > 30 * 15

    undone(sqlite_database, work)
