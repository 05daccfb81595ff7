from __future__ import annotations

import io
from typing import TYPE_CHECKING

import docx
from docx.oxml.ns import qn
from docx.shared import Mm

from locales import speaking
from movement.forms import docx_table, rollup, rollup_page
from tests.movement.forms.bloc import CELL, YEAR, Bloc
from tests.movement.trees import undone

if TYPE_CHECKING:
    from docx.document import Document
    from docx.table import Table

    from movement.forms.page import Page
    from storage.database import Database
    from storage.session import Session


def page_of(bloc: Bloc, purpose: str) -> Page:
    with speaking("vi"):
        return rollup_page.page(rollup.read(bloc.as_officer(), bloc.home, YEAR, purpose))


def opened(bloc: Bloc, purpose: str) -> Document:
    return docx.Document(io.BytesIO(docx_table.write(page_of(bloc, purpose))))


def texts(table: Table, row: int) -> list[str]:
    return [cell.text for cell in table.rows[row].cells]


def test_the_heads_are_those_of_the_official_form_and_stand_on_each_page(sqlite_database: Database) -> None:
    def work(session: Session) -> None:
        bloc = Bloc(session)
        bloc.fill()
        table = opened(bloc, "results").tables[1]

        assert texts(table, 0)[6:] == [
            "Tóm tắt quy mô, kết quả cụ thể đạt được", "Trong đó", "Trong đó", "Chủ thể", "Chủ thể",
        ]  # fmt: skip
        assert texts(table, 1)[6:] == [
            "Tóm tắt quy mô, kết quả cụ thể đạt được", "XD mới", "Duy trì", "Tập thể", "Cá nhân",
        ]  # fmt: skip
        assert texts(table, 2) == ["(1)", "(2)", "(3)", "(4)", "(5)", "(6)", "(7)", "(8)", "(8)", "(9)", "(9)"]
        repeated = [row._tr.find(f"{qn('w:trPr')}/{qn('w:tblHeader')}") is not None for row in table.rows]
        assert repeated == [True] * 3 + [False] * (len(table.rows) - 3)

    undone(sqlite_database, work)


def test_every_line_is_read_back_as_it_was_written(sqlite_database: Database) -> None:
    def work(session: Session) -> None:
        bloc = Bloc(session)
        bloc.fill()
        bloc.register(CELL, "<b>&amp; \x0b dấu “ngoặc”")
        document = opened(bloc, "register")
        table = document.tables[1]
        lines = [
            [str(cell).replace("\x0b", "") for cell in line.cells] for line in page_of(bloc, "register").lines
        ]

        assert [texts(table, row) for row in range(3, len(table.rows))] == lines
        assert document.tables[0].rows[0].cells[1].text == "Phụ lục 1"
        assert document.tables[2].rows[1].cells[1].text == "- Lĩnh vực phát triển kinh tế: 02 mô hình"
        assert document.paragraphs[0].text.endswith("NĂM 2024")

    undone(sqlite_database, work)


def test_it_is_a_wide_a4_page_in_times_new_roman_numbered_from_the_second_page(sqlite_database: Database) -> None:
    def work(session: Session) -> None:
        bloc = Bloc(session)
        bloc.fill()
        document = opened(bloc, "register")
        section, table = document.sections[0], document.tables[1]

        sides = (section.page_width, section.page_height)
        assert [round((each or 0) / Mm(1)) for each in sides] == [297, 210]
        assert section.different_first_page_header_footer
        assert 'w:instr="PAGE"' in section.header._element.xml
        fonts = document.styles["Normal"].element.rPr.rFonts
        assert {fonts.get(qn(f"w:{name}")) for name in ("ascii", "eastAsia", "cs")} == {"Times New Roman"}
        room = section.page_width - section.left_margin - section.right_margin  # type: ignore[operator] # all are set
        assert abs(sum(column.width or 0 for column in table.columns) - room) < Mm(1)

    undone(sqlite_database, work)


def test_the_same_form_is_the_same_file(sqlite_database: Database) -> None:
    def work(session: Session) -> None:
        bloc = Bloc(session)
        bloc.fill()

        assert opened(bloc, "register").element.xml == opened(bloc, "register").element.xml

    undone(sqlite_database, work)
