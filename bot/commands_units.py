"""`run_bot.py units`: the tree of units, and the list with which a federation begins."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from bot.settings import Settings

    Run = Callable[[Callable[[Settings], str]], int]  # prints what the work gives, or why it was refused


def add_to(subparsers: argparse._SubParsersAction[argparse.ArgumentParser], run: Run) -> None:
    """Add the group of commands."""
    group = subparsers.add_parser("units", help="cây đơn vị: liệt kê, tìm, thêm, nạp và xuất danh sách Excel")
    group.set_defaults(run=_runs(run, "list_units"), under=None)
    actions = group.add_subparsers(title="lệnh", metavar="")
    shown = actions.add_parser("list", help="liệt kê cây đơn vị")
    shown.add_argument("--under", metavar="ĐƠN_VỊ", help="chỉ từ đơn vị này (số hoặc mã)")
    shown.set_defaults(run=_runs(run, "list_units"))
    finding = actions.add_parser("find", help="tìm đơn vị theo tên, tên viết tắt, không dấu cũng được")
    finding.add_argument("words", nargs="+", metavar="TỪ", help="vài chữ trong tên")
    finding.set_defaults(run=_runs(run, "find_units"))
    new = actions.add_parser("add", help="thêm một đơn vị")
    new.add_argument("name", metavar="TÊN", help="tên đầy đủ")
    new.add_argument("--kind", default="", metavar="LOẠI", help="loại đơn vị; không ghi thì đoán theo tên")
    new.add_argument("--under", metavar="ĐƠN_VỊ", help="đơn vị cấp trên (số hoặc mã)")
    new.add_argument("--short", default="", metavar="TÊN", help="tên viết tắt")
    new.add_argument("--code", metavar="MÃ", help="mã trong danh sách của liên đoàn")
    new.set_defaults(run=_runs(run, "add_unit"))
    _add_lists(actions, run)


def _add_lists(actions: argparse._SubParsersAction[argparse.ArgumentParser], run: Run) -> None:
    taken = actions.add_parser("import", help="nạp danh sách .xlsx hoặc .csv: xem trước, rồi --apply để ghi")
    taken.add_argument("file", type=Path, metavar="TỆP", help="tệp .xlsx hoặc .csv")
    taken.add_argument("--apply", action="store_true", help="ghi vào cơ sở dữ liệu: tất cả hoặc không gì cả")
    taken.add_argument("--under", metavar="ĐƠN_VỊ", help="nơi đặt đơn vị mới không ghi cấp trên (số hoặc mã)")
    taken.add_argument("--from", dest="day", metavar="NGÀY", help="ngày thay đổi có hiệu lực; mặc định hôm nay")
    taken.set_defaults(run=_runs(run, "import_units"))
    given = actions.add_parser("export", help="xuất danh sách ra .xlsx hoặc .csv; chưa có đơn vị thì được tệp mẫu")
    given.add_argument("file", type=Path, metavar="TỆP", help="tệp .xlsx hoặc .csv")
    given.set_defaults(run=_runs(run, "export_units"))


def _runs(run: Run, name: str) -> Callable[[argparse.Namespace], int]:
    """What runs this function of `unit_commands`, which is imported only then."""

    def start(asked: argparse.Namespace) -> int:
        from bot import unit_commands

        work: Callable[[Settings, argparse.Namespace], str] = getattr(unit_commands, name)
        return run(lambda settings: work(settings, asked))

    return start
