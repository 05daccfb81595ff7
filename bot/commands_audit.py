"""`run_bot.py audit`: the record of who did what, as a file for whoever runs the deployment."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from bot.settings import Settings

    Run = Callable[[Callable[[Settings], str]], int]  # prints what the work gives, or why it was refused


def add_to(subparsers: argparse._SubParsersAction[argparse.ArgumentParser], run: Run) -> None:
    """Add the group of commands."""
    group = subparsers.add_parser("audit", help="nhật ký công việc: xuất ra tệp")
    actions = group.add_subparsers(title="lệnh", metavar="", required=True)
    given = actions.add_parser("export", help="xuất nhật ký ra .xlsx hoặc .csv")
    given.add_argument("file", type=Path, metavar="TỆP", help="tệp .xlsx hoặc .csv")
    given.add_argument("--since", type=_day, metavar="NGÀY", help="từ ngày, ví dụ 01/03/2027")
    given.add_argument("--until", type=_day, metavar="NGÀY", help="đến hết ngày")
    given.set_defaults(run=lambda asked: run(lambda settings: _export(settings, asked)))


def _day(text: str) -> dt.date:
    """A day as people write it, or as machines do; raise ValueError."""
    if "/" in text:
        return dt.datetime.strptime(text, "%d/%m/%Y").replace(tzinfo=dt.UTC).date()
    return dt.date.fromisoformat(text)


def _export(settings: Settings, asked: argparse.Namespace) -> str:
    """Write the file; raise DomainError where it cannot be written."""
    from bot import os_reasons
    from bot.commands import database_of
    from locales import _
    from movement import audit_file, audit_search
    from movement.errors import DomainError

    makers = {".csv": audit_file.as_csv, ".xlsx": audit_file.as_xlsx}
    make = makers.get(asked.file.suffix.lower())
    if make is None:
        raise DomainError(_("The file must end in .xlsx or .csv."))
    since, until = _midnight(settings, asked.since, 0), _midnight(settings, asked.until, 1)
    with database_of(settings) as database:
        lines = database.read_now(audit_search.all_of, since, until)
    try:
        asked.file.write_bytes(make(lines, settings.zone))
    except OSError as error:
        text = _("{file} could not be written: {reason}.")
        raise DomainError(text.format(file=asked.file, reason=os_reasons.reason(error))) from error
    return _("Written: {many} rows, {file}").format(many=len(lines), file=asked.file)


def _midnight(settings: Settings, day: dt.date | None, days_later: int) -> dt.datetime | None:
    """When the day begins, or one that comes so many days later."""
    if day is None:
        return None
    return dt.datetime.combine(day + dt.timedelta(days=days_later), dt.time(), settings.zone)
