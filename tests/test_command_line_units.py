"""The command line as a federation begins: an empty database, a list, and units added one by one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

import run_bot

if TYPE_CHECKING:
    from pathlib import Path

LIST = """\
Mã;Tên đơn vị;Đơn vị cấp trên
T;Liên đoàn Lao động tỉnh Sông Trà;
P1;Công đoàn phường An Bình;T
;CĐCS Công ty May Sông Hồng;P1
"""


@pytest.fixture
def empty(tmp_path: Path, database_url: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A deployment with nothing in it."""
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    """The exit code, and what was printed where."""
    code = run_bot.main(["units", *arguments])
    told = capsys.readouterr()
    return code, told.out if code == 0 else told.err


def test_a_federation_begins_with_a_list(empty: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = empty / "don-vi.csv"
    file.write_text(LIST, "utf-8")

    assert "Chưa có đơn vị nào" in run(capsys)[1]
    assert "tệp mẫu" in run(capsys, "export", str(empty / "mau.xlsx"))[1]
    code, shown = run(capsys, "import", str(file))
    assert code == 0
    assert shown.startswith("• 3 đơn vị mới\n\nDòng 2: mới: Liên đoàn Lao động tỉnh Sông Trà (")
    assert "--apply" in shown
    assert "Chưa có đơn vị nào" in run(capsys, "list")[1]

    assert run(capsys, "import", str(file), "--apply") == (0, "Đã ghi:\n• 3 đơn vị mới\n")
    assert "không có gì phải thay đổi" in run(capsys, "import", str(file), "--apply")[1]
    assert run(capsys, "list")[1].splitlines()[-1].endswith("  CĐCS Công ty May Sông Hồng")
    assert len(run(capsys, "list", "--under", "P1")[1].splitlines()) == 2

    copy = empty / "xuat.xlsx"
    assert run(capsys, "export", str(copy)) == (0, f"Đã ghi 3 đơn vị vào {copy}.\n")
    assert "không có gì phải thay đổi" in run(capsys, "import", str(copy))[1]


def test_a_wrong_list_is_refused_line_by_line(empty: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = empty / "don-vi.csv"
    file.write_text(LIST + ";;P1\n;Công ty Dệt;P9\n", "utf-8")

    code, told = run(capsys, "import", str(file), "--apply")

    assert code == 1
    assert told.splitlines() == [
        "Có 2 dòng sai nên chưa thể ghi:",
        "Dòng 5: Thiếu tên đơn vị.",
        "Dòng 6: Đơn vị cấp trên “P9” không có trong danh sách này, cũng chưa có trong hệ thống.",
    ]
    assert "Chưa có đơn vị nào" in run(capsys, "list")[1]


def test_units_are_added_and_found(empty: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, "add", "Liên đoàn Lao động tỉnh Sông Trà", "--code", "T")[0] == 0
    added = run(capsys, "add", "CĐCS BVĐK Thống Nhất", "--under", "T", "--short", "BVTN")

    assert added[1].startswith("Đã thêm CĐCS BVĐK Thống Nhất: số ")
    assert run(capsys, "find", "benh", "vien", "thong", "nhat")[1].endswith(
        "CĐCS BVĐK Thống Nhất · Liên đoàn Lao động tỉnh Sông Trà\n"
    )
    assert run(capsys, "find", "thong", "nhatt")[1].startswith("Có phải đồng chí tìm:\n")
    assert "Không có đơn vị nào tên “siêu thị”" in run(capsys, "find", "siêu thị")[1]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("add", "Phòng Hành chính"), "loại"),
        (("add", "CĐCS Một", "--under", "X"), "Không có đơn vị mang số hoặc mã X"),
        (("add", "CĐCS Một", "--kind", "siêu đoàn"), "siêu đoàn"),
        (("import", "thieu.xlsx"), "Không đọc được thieu.xlsx"),
        (("export", "don-vi.pdf"), ".xlsx"),
        (("export", "khong/co/don-vi.csv"), "Không ghi được"),
        (("list", "--under", "7"), "Không có đơn vị mang số hoặc mã 7"),
    ],
)
def test_what_cannot_be_done_is_said(
    empty: Path, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], says: str
) -> None:
    code, told = run(capsys, *arguments)

    assert code == 1
    assert says in told
