"""Lists of units: read from real files, planned, carried out wholly or not at all, and written again."""

from __future__ import annotations

import csv
import datetime as dt
import io
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from sqlalchemy import func, select

from movement import unit_export, unit_history, unit_import, unit_plan, unit_sheets, units
from movement.errors import DomainError
from movement.operators import operator
from storage.tables import audit
from storage.unit_tables import unit
from tests.movement.demo_world import ZONE
from tests.movement.trees import Tree, at_noon, undone

if TYPE_CHECKING:
    from collections.abc import Callable

    from movement.context import Context
    from movement.unit_steps import Plan
    from storage.database import Database
    from storage.session import Session

TODAY = dt.date(2027, 3, 10)
LIST = """\
Mã;Tên đơn vị;Tên viết tắt;Loại;Đơn vị cấp trên;Tên gọi khác;Ngày thành lập
;Công đoàn cơ sở Công ty May Sông Hồng;CĐ May;;Công đoàn phường An Bình;;
T;Liên đoàn Lao động tỉnh Sông Trà;;;;;28/7/1999
P1;Công đoàn phường An Bình;;Công đoàn phường;T;Phường 1; 2025
;Công đoàn cơ sở Bệnh viện Đa khoa;;CĐCS;P1;BVĐK;
"""


def work_with(database: Database, work: Callable[[Context], None]) -> None:
    undone(database, lambda session: work(operator(session, at_noon(TODAY), ZONE)))


def workbook(*rows: tuple[Any, ...], before: int = 0) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for _blank in range(before):
        sheet.append(["LIÊN ĐOÀN LAO ĐỘNG TỈNH"])
    for row in rows:
        sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def take(ctx: Context, text: str | bytes, name: str = "don-vi.csv", **more: Any) -> dict[str, int]:
    data = text.encode() if isinstance(text, str) else text
    return unit_import.apply(ctx, unit_sheets.read(data, name), more.pop("day", TODAY), **more)


def planned(ctx: Context, text: str, day: dt.date = TODAY) -> Plan:
    return unit_plan.make(ctx, unit_sheets.read(text.encode(), "a.csv"), day)


def reasons(ctx: Context, text: str) -> dict[int, str]:
    return {each.number: each.reason for each in planned(ctx, text).mistakes}


def tree(ctx: Context) -> list[str]:
    return [f"{'  ' * depth}{each.name}" for depth, each in unit_export.tree(ctx)]


async def test_a_federation_begins_with_a_list_in_any_order(database: Database) -> None:
    def work(ctx: Context) -> None:
        counts = take(ctx, LIST)

        assert counts["founded"] == 4
        assert tree(ctx) == [
            "Liên đoàn Lao động tỉnh Sông Trà",
            "  Công đoàn phường An Bình",
            "    Công đoàn cơ sở Bệnh viện Đa khoa",
            "    Công đoàn cơ sở Công ty May Sông Hồng",
        ]
        root = units.coded(ctx, "T")
        assert root is not None
        row = ctx.session.first(select(unit).where(unit.c.id == root.id))
        assert (row.kind, row.valid_from) == ("federation_province", dt.date(1999, 7, 28))
        assert [each.name for each in units.search(ctx, "bvdk")] == ["Công đoàn cơ sở Bệnh viện Đa khoa"]
        details = ctx.session.scalar(select(audit.c.details).where(audit.c.act == "import_units"))
        assert details["founded"] == 4

    work_with(database, work)


async def test_a_list_taken_twice_changes_nothing(database: Database) -> None:
    def work(ctx: Context) -> None:
        take(ctx, LIST)
        again = take(ctx, LIST)
        assert again == {"founded": 0, "renamed": 0, "moved": 0, "turned": 0, "described": 0, "same": 4}

    work_with(database, work)


@pytest.mark.parametrize("name", ["don-vi.xlsx", "don-vi.csv"])
async def test_what_is_exported_and_read_back_changes_nothing(database: Database, name: str) -> None:
    def work(ctx: Context) -> None:
        take(ctx, LIST)
        more = "Tên đơn vị;Loại;Cấp trên\nPhường Hai;Công đoàn phường;T\nTổ công đoàn 1;;Phường Hai\n"
        take(ctx, more + "Phòng Hai;ban chuyên môn;Phường Hai\nPhòng Hai;ban chuyên môn;P1\n=1+1;CĐCS;T\n")
        take(ctx, "Tên;Loại;Cấp trên\nTổ công đoàn 9;;Công đoàn phường An Bình > Phòng Hai\n")

        data = unit_export.file(ctx, name)
        plan = unit_plan.make(ctx, unit_sheets.read(data, name), TODAY)

        assert plan.mistakes == ()
        assert plan.is_idle
        assert len(plan.steps) == 10

    work_with(database, work)


async def test_the_written_workbook_shows_what_people_need(sqlite_database: Database) -> None:
    def work(ctx: Context) -> None:
        take(ctx, LIST)
        take(ctx, "Tên;Loại;Cấp trên;Tên gọi khác\n=HYPERLINK(1);CĐCS;T;+84; \n")

        book = openpyxl.load_workbook(io.BytesIO(unit_export.file(ctx, "a.xlsx")))
        rows = list(book.worksheets[0].iter_rows(values_only=True))
        kinds = [cell.value for cell in book.worksheets[1]["A"]]
        text = unit_export.file(ctx, "a.csv").decode("utf-8-sig")

        assert rows[0][:3] == ("Mã", "Tên đơn vị", "Tên viết tắt")
        assert rows[1][:5] == (
            "T", "Liên đoàn Lao động tỉnh Sông Trà", None, "Liên đoàn lao động tỉnh, thành phố", None,
        )  # fmt: skip
        assert "Công đoàn cơ sở" in kinds
        cells = [str(cell) for row in rows for cell in row if cell]
        assert "'=HYPERLINK(1)" in cells
        read = [cell for row in csv.reader(io.StringIO(text), delimiter=";") for cell in row]
        assert not [cell for cell in [*cells, *read] if cell.startswith(("=", "+", "-", "@"))]

    work_with(sqlite_database, work)


async def test_an_empty_database_gives_a_list_to_fill_in(sqlite_database: Database) -> None:
    def work(ctx: Context) -> None:
        data = unit_export.file(ctx, "mau.xlsx")
        book = openpyxl.load_workbook(io.BytesIO(data))
        assert [cell.value for cell in book.worksheets[0][1]][-1] == "Ngày thành lập"
        with pytest.raises(DomainError, match="chưa có đơn vị nào"):
            unit_sheets.read(data, "mau.xlsx")

    work_with(sqlite_database, work)


async def test_every_wrong_line_is_told_with_its_number_and_nothing_is_changed(database: Database) -> None:
    wrong = """\
Danh sách công đoàn;;;;;
STT;Mã đơn vị;Tên đơn vị;Loại;Đơn vị cấp trên (mã hoặc tên);Ngày thành lập
1;T;LĐLĐ tỉnh Sông Trà;;;
2;;;CĐCS;T;
3;A;Công ty May;;T;
4;B;CĐCS Hai;Siêu đoàn;T;
5;C;CĐCS Ba;;Không có;
6;D;CĐCS Bốn;;T;31/2/2020
7;E;CĐCS Năm;;T;01/01/2030
8;F;C«ng ®oµn c¬ së;CĐCS;T;
9;G;Coâng ñoaøn cô sôû;CĐCS;T;
;;;;;
11;H;CĐCS Bảy;;T;
12;H;CĐCS Tám;;T;
13;I;CĐCS bảy;;T;
14;J;Tổ công đoàn 1;;K;
15;K;Tổ công đoàn 2;;J;
16;L;CĐCS Chín;;L;
"""

    def work(ctx: Context) -> None:
        found = reasons(ctx, wrong)

        assert {number: reason.split(":")[0] for number, reason in found.items()} == {
            4: "Thiếu tên đơn vị.",
            5: "Thiếu loại đơn vị, mà tên cũng không cho biết là loại nào.",
            6: "Không có loại đơn vị “Siêu đoàn”.",
            7: "Đơn vị cấp trên “Không có” không có trong danh sách này, cũng chưa có trong hệ thống.",
            8: "“31/2/2020” không phải là ngày; xin viết như 28/07/1999.",
            9: "Đơn vị không thể được thành lập ngày 01/01/2030.",
            10: "Chữ trong “C«ng ®oµn c¬ së” bị lỗi, có thể do phông chữ cũ (TCVN3, VNI)",
            11: "Chữ trong “Coâng ñoaøn cô sôû” bị lỗi, có thể do phông chữ cũ (TCVN3, VNI)",
            14: "Đơn vị này đã có ở dòng 13.",
            15: "Đơn vị này đã có ở dòng 13.",
            16: "Các đơn vị cấp trên đi vòng trở lại chính nó",
            17: "Các đơn vị cấp trên đi vòng trở lại chính nó",
            18: "Đơn vị cấp trên “L” không có trong danh sách này, cũng chưa có trong hệ thống.",
        }
        with pytest.raises(DomainError, match="13 dòng"):
            take(ctx, wrong)
        assert ctx.session.scalar(select(func.count()).select_from(unit)) == 0

    work_with(database, work)


async def test_a_code_renames_moves_and_turns_units_and_their_past_is_kept(database: Database) -> None:
    def work(ctx: Context) -> None:
        take(ctx, LIST + "P2;Công đoàn phường Hai;;;T;;\nM;CĐCS May Mười;;;P1;;\n")
        may = units.coded(ctx, "M")
        assert may is not None
        changed = "Mã;Tên;Loại;Cấp trên\nP2;Công đoàn xã Hai;Công đoàn xã;\nM;CĐCS May 10;;P2\n"
        counts = take(ctx, changed, day=dt.date(2027, 1, 1))

        assert counts == {"founded": 0, "renamed": 2, "moved": 1, "turned": 1, "described": 0, "same": 0}
        assert tree(ctx)[-2:] == ["  Công đoàn xã Hai", "    CĐCS May 10"]
        then = unit_history.as_of(ctx, [may.id], dt.date(2026, 12, 31))[may.id]
        assert (then.name, then.parent_id) == ("CĐCS May Mười", getattr(units.coded(ctx, "P1"), "id", 0))
        assert [each.name for each in units.search(ctx, "may mười")] == ["CĐCS May 10"]
        early = unit_plan.make(
            ctx, unit_sheets.read("Mã;Tên\nM;CĐCS May 11\n".encode(), "a.csv"), dt.date(2026, 5, 1)
        )
        assert [each.number for each in early.mistakes] == [2]

    work_with(database, work)


async def test_two_units_change_places(database: Database) -> None:
    def work(ctx: Context) -> None:
        take(ctx, "Mã;Tên;Loại;Cấp trên\nT;Tỉnh;agency;\nA;Ban A;agency;T\nB;Ban B;agency;A\nC;Ban C;agency;B\n")

        take(ctx, "Mã;Tên;Loại;Cấp trên\nA;Ban B;agency;B\nB;Ban A;agency;T\n")

        assert tree(ctx) == ["Tỉnh", "  Ban A", "    Ban B", "    Ban C"]
        paths = {row.code: row.path for row in ctx.session.rows(select(unit.c.code, unit.c.path))}
        assert paths["A"].startswith(paths["B"])
        assert paths["C"].startswith(paths["B"])

    work_with(database, work)


async def test_a_circle_through_a_known_unit_is_seen(sqlite_database: Database) -> None:
    def work(ctx: Context) -> None:
        take(ctx, "Mã;Tên;Loại;Cấp trên\nT;Tỉnh;agency;\nA;Ban A;agency;T\nB;Ban B;agency;A\n")
        assert [*reasons(ctx, "Mã;Tên;Cấp trên\nA;Ban A;B\n")] == [2]

    work_with(sqlite_database, work)


async def test_names_that_several_units_have_are_asked_about(sqlite_database: Database) -> None:
    def work(ctx: Context) -> None:
        same = "Tên;Loại;Cấp trên\nTỉnh;agency;\nBan A;agency;Tỉnh\nBan B;agency;Tỉnh\n"
        take(ctx, same + "Phòng 1;agency;Ban A\nPhòng 1;agency;Ban B\n")

        found = reasons(ctx, "Tên;Loại;Cấp trên\nTổ 1;agency;Phòng 1\nPhòng 1;agency;\n")
        take(ctx, "Tên;Loại;Cấp trên\nTổ 1;agency;Ban B > Phòng 1\n")

        assert found[2].startswith("Có 2 đơn vị tên “Phòng 1”")
        assert found[3].startswith("Có 2 đơn vị tên “Phòng 1”")
        assert tree(ctx) == ["Tỉnh", "  Ban A", "    Phòng 1", "  Ban B", "    Phòng 1", "      Tổ 1"]

    work_with(sqlite_database, work)


async def test_an_administrator_takes_a_list_for_the_own_subtree_only(sqlite_database: Database) -> None:
    def run(session: Session) -> None:
        world = Tree(session, TODAY)
        world.unit("Tỉnh", "federation_province")
        world.unit("Phường A", "ward_union", "Tỉnh")
        world.unit("Phường B", "ward_union", "Tỉnh")
        here = world.person("admin", "Phường A")
        text = "Tên;Loại;Cấp trên\nCĐCS Một;;Phường A\nCĐCS Hai;;Phường B\nCĐCS Ba;;Tỉnh\nCĐCS Bốn;;\n"

        assert [*reasons(here, text)] == [3, 4, 5]
        with pytest.raises(DomainError):
            planned(world.person("upper_officer", "Tỉnh"), text)
        took = take(here, "Tên;Loại;Cấp trên\nCĐCS Một;;\n", under=world.units["Phường A"].id)

        assert took["founded"] == 1
        assert [line["name"] for line in unit_export.lines(here)] == ["Phường A", "CĐCS Một"]
        own = unit_sheets.read(unit_export.file(here, "a.csv"), "a.csv")
        assert unit_plan.make(here, own, TODAY).is_idle

    undone(sqlite_database, run)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("between", [";", ",", "\t"])
def test_a_csv_list_is_read_however_it_was_saved(encoding: str, between: str) -> None:
    text = 'Mã đơn vị;TÊN ĐƠN VỊ;Tên khác\n01;"Công đoàn  ""May""\u00a0Một";a\n\n;Hai\n'.replace(";", between)

    lines = unit_sheets.read(text.encode(encoding), "a.CSV")

    assert [(line.number, line.cells) for line in lines] == [
        (2, {"code": "01", "name": 'Công đoàn "May" Một', "aliases": "a"}),
        (4, {"code": "", "name": "Hai", "aliases": ""}),
    ]


def test_a_workbook_is_read_with_titles_above_and_figures_as_codes() -> None:
    data = workbook(
        ("TT", "Tên CĐCS", "Mã số", "Ngày thành lập"),
        (1, "Công đoàn Một", 12.0, dt.datetime(1999, 7, 28)),  # noqa: DTZ001 - Excel knows no zones
        (2, "Công đoàn Hai", "007", 2020),
        before=3,
    )

    lines = unit_sheets.read(data, "a.xlsx")

    assert [(line.number, *line.cells.values()) for line in lines] == [
        (5, "Công đoàn Một", "12", "1999-07-28"),
        (6, "Công đoàn Hai", "007", "2020"),
    ]


@pytest.mark.parametrize(
    ("data", "name", "says"),
    [
        ("Tên đơn vị\nCông đoàn".encode("cp1258", "ignore"), "a.csv", "UTF-8"),
        (b"T\xaan\nC\xabng", "a.csv", "UTF-8"),
        (b"", "a.csv", "cột"),
        (b"Ten khac;Ghi chu\n1;2\n", "a.csv", "cột"),
        (b"PK\x03\x04rest", "a.xlsx", ".xlsx"),
        (b"\x00\x01\x02", "a.xlsx", ".xlsx"),
        (b"Ten don vi\n", "a.csv", "nào"),
        (b"Ten don vi\n" + b"x\n" * 20_001, "a.csv", "20.000"),
    ],
)
def test_what_is_no_list_is_refused_with_what_to_do(data: bytes, name: str, says: str) -> None:
    with pytest.raises(DomainError, match=says):
        unit_sheets.read(data, name)
