"""The command line as an administrator types it: years and guidelines."""

from __future__ import annotations

import asyncio
import os
import shutil
from typing import TYPE_CHECKING

import pytest

import run_bot
from movement import guidelines
from storage.database import open_database
from tests.movement.demo_world import fill

if TYPE_CHECKING:
    from pathlib import Path

DEFAULT = guidelines.default().id


@pytest.fixture
def at_home(tmp_path: Path, sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A deployment with a filled database."""
    database = open_database(sqlite_url)
    fill(database)
    asyncio.run(database.close())
    monkeypatch.setenv("DATABASE_URL", sqlite_url)
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_years_are_listed_opened_and_refused(at_home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_bot.main(["cycles"]) == 0
    listed = capsys.readouterr().out.splitlines()
    assert [line.split(" · ")[2] for line in listed] == [DEFAULT] * 3

    assert run_bot.main(["cycles", "open", "1", "2030", DEFAULT]) == 0
    assert "Đã mở năm 2030 cho Liên đoàn Lao động tỉnh Sông Trà" in capsys.readouterr().out

    assert run_bot.main(["cycles", "open", "1", "2030", DEFAULT]) == 1
    assert "Năm 2030 đã mở" in capsys.readouterr().err
    assert run_bot.main(["cycles", "list"]) == 0
    assert len(capsys.readouterr().out.splitlines()) == 4


def test_the_record_is_written_to_a_file(at_home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_bot.main(["audit", "export", "nhat-ky.csv"]) == 0
    assert "Đã ghi" in capsys.readouterr().out
    rows = (at_home / "nhat-ky.csv").read_text("utf-8-sig").splitlines()
    assert len(rows) > 100

    assert run_bot.main(["audit", "export", "nhat-ky.xlsx", "--since", "01/01/2999"]) == 0
    assert "Đã ghi 0 dòng" in capsys.readouterr().out

    assert run_bot.main(["audit", "export", "nhat-ky.txt"]) == 1
    capsys.readouterr()
    assert run_bot.main(["audit", "export", "khong/co/nhat-ky.csv", "--until", "2027-03-01"]) == 1
    assert "không có tệp hoặc thư mục này" in capsys.readouterr().err


def test_a_guideline_is_tried_from_a_file(at_home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = at_home / f"{DEFAULT}.toml"
    text = (guidelines.FOLDER / file.name).read_text("utf-8")
    file.write_text(text.replace("pass = 75", "pass = 100"), "utf-8")

    assert run_bot.main(["guidelines", "try", str(file), "--on", "2026"]) == 0

    out = capsys.readouterr().out
    assert out.startswith("Thử: ")
    assert "SẼ KHÔNG ĐẠT: 16 (khác với hiện nay: 13)" in out


def test_a_file_with_mistakes_or_an_unknown_cycle_is_refused(
    at_home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = at_home / f"{DEFAULT}.toml"
    shutil.copy(guidelines.FOLDER / file.name, file)

    assert run_bot.main(["guidelines", "try", str(file), "--on", "1999"]) == 1
    assert "Mời đồng chí chọn một trong các đợt sau" in capsys.readouterr().err

    file.write_text(file.read_text("utf-8").replace("total = 100", "total = 99"), "utf-8")
    assert run_bot.main(["guidelines", "try", str(file), "--on", "2026"]) == 1
    assert "- scoring.total: " in capsys.readouterr().err


def test_a_new_deployment_says_what_comes_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/new.db")
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    monkeypatch.chdir(tmp_path)

    assert run_bot.main(["cycles"]) == 0

    assert "Chưa mở năm nào" in capsys.readouterr().out


def test_words_that_are_no_numbers_are_refused_in_vietnamese(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        run_bot.main(["cycles", "open", "một", "2030", DEFAULT])

    assert "ĐƠN_VỊ: 'một' không dùng được ở đây" in capsys.readouterr().err


def test_the_first_administrator_gets_a_code(
    at_home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PUBLIC_URL", "https://kheo.example")
    assert run_bot.main(["invite", "--role", "admin"]) == 0
    assert "PUBLIC_URL" not in capsys.readouterr().out
    monkeypatch.delenv("PUBLIC_URL")

    assert run_bot.main(["invite", "--role", "admin"]) == 0

    told = capsys.readouterr().out
    assert "Vai trò: quản trị. Số người dùng được: 1." in told
    assert "đặt PUBLIC_URL" in told
    code = told.splitlines()[0].removeprefix("Mã tham gia: ").replace("-", "")
    assert f"/j/{code}" in told
    kept = b"".join(path.read_bytes() for path in at_home.glob("kheo.db*"))
    assert b"make_code" in kept
    assert code.encode() not in kept


@pytest.mark.parametrize(
    ("asked", "why"),
    [
        (["--unit", "999"], "Không có đơn vị số 999"),
        (["--uses", "0"], "từ 1 đến"),
        (["--days", "1000"], "từ 1 đến"),
    ],
)
def test_a_code_that_cannot_be_is_refused(
    at_home: Path, capsys: pytest.CaptureFixture[str], asked: list[str], why: str
) -> None:
    assert run_bot.main(["invite", "--role", "admin", *asked]) == 1

    assert why in capsys.readouterr().err


def test_people_are_listed_appointed_handed_over_and_locked(
    at_home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def run(*words: str) -> tuple[int, str]:
        code = run_bot.main(["people", *words])
        shown = capsys.readouterr()
        return code, shown.out + shown.err

    _code, listed = run("list", "ta ngoc diep")
    number = listed.partition(":")[0]
    unit = listed.partition("(")[2].partition(":")[0]

    assert run("appoint", number, "unit_officer", unit)[0] == 0
    assert "unit_officer" in run("list", "ta ngoc diep")[1]
    assert run("appoint", number, "unit_officer", unit) == (1, "Tạ Ngọc Diệp đã có vai trò này.\n")
    assert run("remove", number, "unit_officer", unit)[0] == 0
    assert "tài khoản đang khóa" in run("deactivate", number)[1]
    assert run("deactivate", number)[0] == 1
    assert run("reactivate", number)[0] == 0
    assert "Cộng:" in run("without-officer", unit)[1]
    nobody = (1, "Không có người, vai trò hoặc đơn vị như vậy. Xem số ở `people list` và `units list`.\n")
    assert run("hand-over", number, "999999") == nobody
    assert run("appoint", number, "member", "999999") == nobody
    assert run("deactivate", "999999") == nobody


def test_whoever_reads_only_the_first_lines_is_told_no_failure(
    at_home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "w") as pipe:
        monkeypatch.setattr("sys.stdout", pipe)

        assert run_bot.main(["units"]) == 1

    assert capsys.readouterr().err == ""
