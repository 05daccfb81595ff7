from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import insert

from locales import speaking
from movement.errors import DomainError
from movement.forms import rollup, rollup_page
from storage.unit_tables import unit_past
from tests.movement.forms.bloc import BOARD, CELL, YEAR, Bloc
from tests.movement.trees import undone

if TYPE_CHECKING:
    from movement.forms.page import Line, Page
    from storage.database import Database
    from storage.session import Session


def made(bloc: Bloc, purpose: str, unit: str = "Đảng ủy Khối") -> Page:
    with speaking("vi"):
        return rollup_page.page(rollup.read(bloc.as_officer(), bloc.tree.units[unit].id, YEAR, purpose))


def short(line: Line) -> tuple[object, ...]:
    """Number, name, count and the marks at the end."""
    return (*line.cells[:3], *line.cells[7:])


def test_registrations_stand_in_groups_by_unit_and_in_the_order_of_the_areas(database: Database) -> None:
    def work(session: Session) -> None:
        bloc = Bloc(session)
        bloc.fill()

        page = made(bloc, "register")

        assert page.left == "TÊN ĐƠN VỊ: Đảng ủy Khối"
        assert page.right == "Phụ lục 1"
        assert page.title == "BIỂU TỔNG HỢP ĐĂNG KÝ XÂY DỰNG MỚI MÔ HÌNH “DÂN VẬN KHÉO” NĂM 2024"
        assert [short(each) for each in page.lines] == [
            ("", "Tổng số", 5, 4, 1),
            ("I", "Mô hình tiếp tục duy trì từ năm 2023", 1, 1, 0),
            (1, CELL, 1, 1, 0),
            ("-", "Bếp ăn nghĩa tình", 1, "X", ""),
            ("II", "Mô hình đăng ký mới năm 2024", 4, 3, 1),
            (1, BOARD, 2, 2, 0),
            ("-", '=HYPERLINK("http://x")', 1, "X", ""),
            ("-", "Loa tuyên truyền", 1, "X", ""),
            (2, CELL, 2, 1, 1),
            ("-", "Vườn thuốc nam", 1, "", "X"),
            ("-", "Khám bệnh lưu động", 1, "X", ""),
        ]

    undone(database, work)


def test_results_put_new_ones_above_continued_ones_and_leave_out_what_was_not_reported(database: Database) -> None:
    def work(session: Session) -> None:
        bloc = Bloc(session)
        bloc.fill()

        page = made(bloc, "results")
        lines = list(page.lines)

        assert page.right == "Phụ lục 4"
        assert [short(each) for each in lines] == [
            ("", "Tổng số", 4, 3, 1, 3, 1),
            (1, BOARD, 1, 1, 0, 1, 0),
            ("-", '=HYPERLINK("http://x")', 1, "X", "", "X", ""),
            (2, CELL, 3, 2, 1, 2, 1),
            ("-", "Vườn thuốc nam", 1, "X", "", "", "X"),
            ("-", "Khám bệnh lưu động", 1, "X", "", "X", ""),
            ("-", "Bếp ăn nghĩa tình", 1, "", "X", "X", ""),
        ]
        assert lines[4].cells[3:7] == ("Trạm Y tế", "Chi bộ", "Kinh tế", "120 hộ\nGiảm 30 % thời gian chờ.")

    undone(database, work)


def test_below_stand_the_totals_by_area_and_subject_and_the_notes(database: Database) -> None:
    def work(session: Session) -> None:
        bloc = Bloc(session)
        bloc.fill()

        below = made(bloc, "register").below

        assert [(each.mark, each.text) for each in below[:9]] == [
            ("*", "Tổng số mô hình theo lĩnh vực:"),
            ("", "- Lĩnh vực phát triển kinh tế: 01 mô hình"),
            ("", "- Lĩnh vực văn hoá - xã hội: 02 mô hình"),
            ("", "- Lĩnh vực Quốc phòng - an ninh: 01 mô hình"),
            ("", "- Lĩnh vực xây dựng hệ thống chính trị: 01 mô hình"),
            ("", "- Lĩnh vực …………: ………… mô hình"),
            ("*", "Tổng số tập thể, cá nhân xây dựng mô hình"),
            ("", "- Tập thể: 04 mô hình"),
            ("", "- Cá nhân: 01 mô hình"),
        ]
        assert below[9].mark == "Ghi chú:"
        assert below[9].text.startswith("(2): Chi bộ, phòng, ban")
        assert len(below) == 16

    undone(database, work)


def test_an_area_that_officers_added_is_counted_on_the_line_left_for_it(database: Database) -> None:
    def work(session: Session) -> None:
        bloc = Bloc(session)
        bloc.register(CELL, "Đường hoa", "ntm")

        below = [each.text for each in made(bloc, "register").below]

        assert "- ntm: 01 mô hình" in below
        assert not any("……" in text for text in below)

    undone(database, work)


def test_a_unit_sees_its_own_and_nobody_sees_what_they_may_not_summarise(database: Database) -> None:
    def work(session: Session) -> None:
        bloc = Bloc(session)
        bloc.fill()

        assert next(iter(made(bloc, "register", CELL).lines)).cells[2] == 3
        with pytest.raises(DomainError):
            rollup.read(bloc.tree.as_person(bloc.author.person), bloc.home, YEAR, "register")
        with pytest.raises(DomainError):
            rollup.read(bloc.as_officer(), 999, YEAR, "register")

    undone(database, work)


def test_a_year_without_initiatives_has_no_form(database: Database) -> None:
    def work(session: Session) -> None:
        bloc = Bloc(session)

        with pytest.raises(DomainError):
            rollup.read(bloc.as_officer(), bloc.home, YEAR, "register")

    undone(database, work)


def test_the_number_of_statements_does_not_grow_with_units_and_initiatives(database: Database) -> None:
    def work(session: Session) -> None:
        bloc = Bloc(session)
        bloc.fill()
        for number in range(30):
            bloc.tree.unit(f"Chi bộ {number}", "party_cell_grassroots", "Đảng ủy Khối")
            bloc.register(f"Chi bộ {number}", f"Mô hình {number}")
        before = session.statements

        rollup.read(bloc.as_officer(), bloc.home, YEAR, "register")

        assert session.statements - before <= 6

    undone(database, work)


def test_a_unit_bears_the_name_it_had_at_the_end_of_the_forms_year(database: Database) -> None:
    def work(session: Session) -> None:
        bloc = Bloc(session)
        bloc.fill()
        was = {"kind": "party_cell_grassroots", "name": "Chi bộ cũ", "short_name": "", "parent_id": bloc.home}
        home = bloc.tree.units[CELL].id
        for until in (dt.date(2024, 1, 1), dt.date(2025, 7, 1)):
            values = {**was, "name": f"Chi bộ cũ đến {until.year}", "until": until, "unit_id": home}
            session.execute(insert(unit_past).values(**values))

        assert [each.cells[1] for each in made(bloc, "register", CELL).lines if each.kind == "unit"] == [
            "Chi bộ cũ đến 2025", "Chi bộ cũ đến 2025",
        ]  # fmt: skip

    undone(database, work)
