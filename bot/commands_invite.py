"""`run_bot.py invite`: the first administrator's code, before anybody is there who could make one."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from bot.settings import Settings
    from movement.units import Unit
    from storage.session import Session

    Run = Callable[[Callable[[Settings], str]], int]  # prints what the work gives, or why it was refused

_ROLES = (
    "member", "group_head", "unit_officer", "unit_head", "upper_officer", "standing_committee", "endorser",
    "appraiser", "admin", "data_officer",
)  # fmt: skip
_DAYS = 7


def add_to(subparsers: argparse._SubParsersAction[argparse.ArgumentParser], run: Run) -> None:
    """Add the command."""
    invite = subparsers.add_parser("invite", help="cấp một mã tham gia, ví dụ cho quản trị viên đầu tiên")
    invite.add_argument("--role", required=True, choices=_ROLES, metavar="VAI_TRÒ", help=", ".join(_ROLES))
    invite.add_argument("--unit", type=int, metavar="ĐƠN_VỊ", help="số của đơn vị; mặc định là đơn vị cao nhất")
    invite.add_argument("--uses", type=int, default=1, metavar="SỐ", help="số người dùng được mã; mặc định là 1")
    invite.add_argument(
        "--days", type=int, default=_DAYS, metavar="SỐ", help=f"số ngày dùng được; mặc định {_DAYS}"
    )
    invite.set_defaults(run=lambda asked: run(lambda settings: told(settings, asked)))


def told(settings: Settings, asked: argparse.Namespace) -> str:
    """Make the code and tell it, for the only time; raise DomainError where there is no such unit."""
    from bot.commands import database_of
    from locales import _
    from movement import role_names
    from movement.join_codes import spelled
    from movement.vietnamese_dates import show_date

    now = dt.datetime.now(dt.UTC)
    with database_of(settings) as database:
        code, home = database.write_now(_made, asked, now)
    text = _(
        "Join code: {code}\n"
        "Unit: {unit}. Role: {role}. People: {uses}. Good to {day}.\n"
        "Web: {link}\n"
        "On other channels: write the code to the bot. The code is not shown again."
    )
    if settings.is_local:
        text += "\n" + _("This address opens on this machine only: set PUBLIC_URL so that others can come in.")
    return text.format(
        code=spelled(code),
        unit=home.name,
        role=role_names.label(asked.role),
        uses=asked.uses,
        day=show_date((now + dt.timedelta(days=asked.days)).astimezone(settings.zone).date()),
        link=f"{settings.address}/j/{code}",
    )


def _made(session: Session, asked: argparse.Namespace, now: dt.datetime) -> tuple[str, Unit]:
    from movement import operator_codes
    from movement.join_codes import CodeDraft

    home = operator_codes.unit(session, asked.unit)
    return operator_codes.make(session, CodeDraft(home.id, asked.role, asked.uses, asked.days), now), home
