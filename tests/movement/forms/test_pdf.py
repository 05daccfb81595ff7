from __future__ import annotations

from typing import TYPE_CHECKING

import pypdfium2

from locales import speaking
from movement.forms import pdf_table, rollup, rollup_page
from tests.movement.forms.bloc import BOARD, CELL, YEAR, Bloc
from tests.movement.trees import undone

if TYPE_CHECKING:
    from storage.database import Database
    from storage.session import Session


def pages(bloc: Bloc, purpose: str) -> list[str]:
    with speaking("vi"):
        data = pdf_table.write(rollup_page.page(rollup.read(bloc.as_officer(), bloc.home, YEAR, purpose)))
    with pypdfium2.PdfDocument(data) as opened:
        assert [round(side) for side in opened[0].get_size()] == [842, 595]
        return [" ".join(page.get_textpage().get_text_range().split()) for page in opened]


def test_all_that_stands_on_the_form_can_be_read_in_its_pdf(sqlite_database: Database) -> None:
    def work(session: Session) -> None:
        bloc = Bloc(session)
        bloc.fill()
        text = " ".join(pages(bloc, "register"))

        for part in (
            "TÊN ĐƠN VỊ: Đảng ủy Khối", "Phụ lục 1", "NĂM 2024", "(1) (2) (3) (4) (5) (6) (7) (8)",
            "I Mô hình tiếp tục duy trì từ năm 2023", f"1 {BOARD}", '=HYPERLINK("http://x")', "Bếp ăn nghĩa tình",
            "- Lĩnh vực văn hoá - xã hội: 02 mô hình", "(3): Số lượng (1,2,3…)",
        ):  # fmt: skip
            assert part in text, part

    undone(sqlite_database, work)


def test_a_long_form_has_its_heads_on_each_page_a_number_from_the_second_on_and_nothing_twice(
    sqlite_database: Database,
) -> None:
    def work(session: Session) -> None:
        bloc = Bloc(session)
        for number in range(150):
            bloc.register(CELL, f"Mô hình thứ {number} hết")
        found = pages(bloc, "register")
        whole = " ".join(found)

        assert len(found) > 5
        assert all("STT" in page and "(1) (2) (3)" in page for page in found if "Mô hình thứ" in page)
        assert [page.split()[0] for page in found[1:]] == [str(number) for number in range(2, len(found) + 1)]
        assert all(whole.count(f"Mô hình thứ {number} hết") == 1 for number in range(150))
        assert whole.count("Phụ lục 1") == 1
        assert whole.count("Ghi chú") == 1

    undone(sqlite_database, work)


def test_a_text_of_typst_is_text(sqlite_database: Database) -> None:
    def work(session: Session) -> None:
        bloc = Bloc(session)
        bloc.register(CELL, '#read("/etc/passwd") *đậm* $x$ \\ @nhãn')

        assert '#read("/etc/passwd") *đậm* $x$ \\ @nhãn' in pages(bloc, "register")[0]

    undone(sqlite_database, work)
