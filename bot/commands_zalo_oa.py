"""`run_bot.py zalo-oa`: how the Official Account's token stands, and entering a new one."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from bot.settings import Settings

    Run = Callable[[Callable[[Settings], str]], int]  # prints what the work gives, or why it was refused


def add_to(subparsers: argparse._SubParsersAction[argparse.ArgumentParser], run: Run) -> None:
    """Add the group of commands."""
    group = subparsers.add_parser("zalo-oa", help="Zalo Official Account: xem tình trạng token, nhập token mới")
    group.set_defaults(run=_runs(run, "show"))
    actions = group.add_subparsers(title="lệnh", metavar="")
    token = actions.add_parser("token", help="nhập refresh token mới, lấy từ API Explorer của Zalo")
    token.set_defaults(run=_runs(run, "enter"))


def _runs(run: Run, name: str) -> Callable[[argparse.Namespace], int]:
    """What runs this function of `zalo_oa_commands`, which is imported only then."""

    def start(_asked: argparse.Namespace) -> int:
        from bot import zalo_oa_commands

        work: Callable[[Settings], str] = getattr(zalo_oa_commands, name)
        return run(work)

    return start
