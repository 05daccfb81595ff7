"""The record of who did what as a file for a spreadsheet."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Final

import xlsxwriter

from locales import _
from movement import act_names, audit_search, my_data, role_names
from movement.exports import Made, maker
from movement.vietnamese_text import escape_formula

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from movement.audit_search import Line
    from movement.context import Context
    from movement.exports import Json, ReadFile

KIND: Final = "audit"
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_WIDTHS: Final = (17, 28, 24, 28, 40, 14, 16)


@maker(KIND)
def make(ctx: Context, arguments: Json, _read: ReadFile) -> Made:
    """The rows of a search, for whoever may read them."""
    audit_search.demand(ctx)
    lines = audit_search.every(ctx, audit_search.read(arguments["filter"]))
    name = _("record-{day}").format(day=ctx.today.isoformat())
    if arguments["format"] == "csv":
        return Made(f"{name}.csv", "text/csv", as_csv(lines, ctx.zone))
    return Made(f"{name}.xlsx", XLSX, as_xlsx(lines, ctx.zone))


def as_csv(lines: Sequence[Line], zone: dt.tzinfo) -> bytes:
    """UTF-8 with a mark that Excel needs to see the accents."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(_head())
    writer.writerows([escape_formula(cell) for cell in _cells(line, zone)] for line in lines)
    return text.getvalue().encode("utf-8-sig")


def as_xlsx(lines: Sequence[Line], zone: dt.tzinfo) -> bytes:
    """One sheet with a head that stays in view."""
    data = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(data, options) as book:
        sheet = book.add_worksheet(_("Record"))
        for column, width in enumerate(_WIDTHS):
            sheet.set_column(column, column, width)
        sheet.write_row(0, 0, _head(), book.add_format({"bold": True}))
        sheet.freeze_panes(1, 0)
        for number, line in enumerate(lines, 1):
            for column, cell in enumerate(_cells(line, zone)):
                sheet.write_string(number, column, cell)
        sheet.autofilter(0, 0, max(len(lines), 1), len(_WIDTHS) - 1)
    return data.getvalue()


def _head() -> list[str]:
    return [_("Time"), _("By whom"), _("Role"), _("Act"), _("What"), _("Channel"), _("Subject")]


def _cells(line: Line, zone: dt.tzinfo) -> list[str]:
    role = role_names.label(line.role) if line.role in role_names.ROLES else line.role
    return [
        f"{line.at.astimezone(zone):%d/%m/%Y %H:%M}",
        line.name,
        role,
        act_names.label(line.act),
        line.what,
        my_data.channel_label(line.channel),
        line.subject,
    ]
