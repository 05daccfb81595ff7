"""The people whom no message reached, as a file to call them from."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Final

import xlsxwriter

from locales import _
from movement import chase_reports, chases, vietnamese_phones
from movement.exports import Made, maker

if TYPE_CHECKING:
    from collections.abc import Sequence

    from movement.chase_reports import Row
    from movement.context import Context
    from movement.exports import Json, ReadFile

KIND: Final = "call_list"
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_WIDTHS: Final = (6, 28, 44, 16, 28, 36, 28)


@maker(KIND)
def make(ctx: Context, arguments: Json, _read: ReadFile) -> Made:
    """The call list of one chase, for whoever may see it."""
    found = chase_reports.report(ctx, int(arguments["chase"]))
    rows = chase_reports.to_call(ctx, found.sent.id)
    name = _("call-list-{number}").format(number=found.sent.id)
    return Made(f"{name}.xlsx", XLSX, as_xlsx(rows, _(chases.LABELS[found.sent.kind])))


def as_xlsx(rows: Sequence[Row], owed: str) -> bytes:
    """One sheet with a head that stays in view; every cell is text, so that nothing is a formula."""
    data = io.BytesIO()
    with xlsxwriter.Workbook(data, {"in_memory": True}) as book:
        sheet = book.add_worksheet(_("To be called"))
        bold, wrapped = book.add_format({"bold": True}), book.add_format({"text_wrap": True, "valign": "top"})
        for column, (width, title) in enumerate(zip(_WIDTHS, _head(), strict=True)):
            sheet.set_column(column, column, width)
            sheet.write_string(0, column, title, bold)
        for number, row in enumerate(rows, 1):
            phone = vietnamese_phones.show(row.phone) if row.phone else ""
            why = _(chase_reports.GROUPS[row.group])
            for column, cell in enumerate((str(number), row.name, row.unit_name, phone, owed, why, "")):
                sheet.write_string(number, column, cell, wrapped)
        sheet.freeze_panes(1, 0)
        sheet.set_landscape()
        sheet.set_paper(9)  # A4
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(0)
    return data.getvalue()


def _head() -> list[str]:
    return [_("No."), _("Name"), _("Unit"), _("Phone"), _("What about"), _("Why to call"), _("Answer")]
