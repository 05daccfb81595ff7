"""`run_bot.py people`: who has which role, roles given, taken away and handed over, accounts locked."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from bot.settings import Settings

    Run = Callable[[Callable[[Settings], str]], int]  # prints what the work gives, or why it was refused

_ROLES = (
    "member", "group_head", "unit_officer", "unit_head", "upper_officer", "standing_committee", "endorser",
    "appraiser", "admin", "data_officer",
)  # fmt: skip


def add_to(subparsers: argparse._SubParsersAction[argparse.ArgumentParser], run: Run) -> None:
    """Add the group of commands."""
    group = subparsers.add_parser(
        "people", help="nhân sự: liệt kê, phân công, thôi vai trò, bàn giao, khóa tài khoản"
    )
    group.set_defaults(run=_runs(run, "list_people"), words=[])
    actions = group.add_subparsers(title="lệnh", metavar="")
    shown = actions.add_parser("list", help="liệt kê người có vai trò, với số của từng người")
    shown.add_argument("words", nargs="*", metavar="TỪ", help="vài chữ trong họ tên hoặc tên đơn vị")
    shown.set_defaults(run=_runs(run, "list_people"))
    missing = actions.add_parser("without-officer", help="liệt kê đơn vị chưa có cán bộ")
    missing.add_argument("unit", type=int, nargs="?", metavar="ĐƠN_VỊ", help="từ đơn vị này; mặc định mọi đơn vị")
    missing.set_defaults(run=_runs(run, "without_officer"))
    for name, text in (("appoint", "giao một vai trò ở một đơn vị"), ("remove", "cho thôi một vai trò")):
        each = actions.add_parser(name, help=text)
        each.add_argument("person", type=int, metavar="NGƯỜI", help="số của người")
        each.add_argument("role", choices=_ROLES, metavar="VAI_TRÒ", help=", ".join(_ROLES))
        each.add_argument("unit", type=int, metavar="ĐƠN_VỊ", help="số của đơn vị")
        each.set_defaults(run=_runs(run, name))
    over = actions.add_parser("hand-over", help="bàn giao mọi nhiệm vụ của một cán bộ cho người khác")
    over.add_argument("giver", type=int, metavar="NGƯỜI_BÀN_GIAO", help="số của người bàn giao")
    over.add_argument("taker", type=int, metavar="NGƯỜI_NHẬN", help="số của người nhận")
    over.set_defaults(run=_runs(run, "hand_over"))
    for name, text in (("deactivate", "khóa tài khoản"), ("reactivate", "mở lại tài khoản")):
        each = actions.add_parser(name, help=text)
        each.add_argument("person", type=int, metavar="NGƯỜI", help="số của người")
        each.set_defaults(run=_runs(run, name))


def _runs(run: Run, name: str) -> Callable[[argparse.Namespace], int]:
    """What runs this function of `people_commands`, which is imported only then."""

    def start(asked: argparse.Namespace) -> int:
        from bot import people_commands

        work: Callable[[Settings, argparse.Namespace], str] = getattr(people_commands, name)
        return run(lambda settings: work(settings, asked))

    return start
