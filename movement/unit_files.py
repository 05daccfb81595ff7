"""Lists of units in the chat: what is sent is read in the background, where what is asked for is made.

A turn reads no files. So what a sent list would do is worked out by a maker, like every file: the person gets a
report, and the dialogue what was read, as JSON. It is planned anew in the transaction that carries it out.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any, Final

import xlsxwriter

from locales import _
from movement import access, exports, unit_export, unit_import, unit_plan, unit_plan_page, unit_sheets, units
from movement.errors import DomainError
from movement.exports import Made
from movement.unit_sheets import XLSX, Line
from movement.vietnamese_text import escape_formula

if TYPE_CHECKING:
    from collections.abc import Sequence

    from movement.context import Context

LIST: Final = "unit_list"
PREVIEW: Final = "unit_preview"
MOST_SHOWN: Final = 8  # lines of a report that are said in the chat


@exports.maker(LIST)
def the_list(ctx: Context, _arguments: Any, _read: exports.ReadFile) -> Made:
    """The units that the person administers, as the list that can be sent back."""
    name = _("units-{day}").format(day=f"{ctx.today:%Y%m%d}") + ".xlsx"
    return Made(name, XLSX, unit_export.file(ctx, name))


@exports.maker(PREVIEW)
def preview(ctx: Context, arguments: Any, read: exports.ReadFile) -> Made:
    """A report of what a sent list would do: a line for each change, or for each mistake."""
    lines = unit_sheets.read(read(arguments["sha256"]), arguments["name"])
    plan = unit_plan.make(ctx, lines, ctx.today, home(ctx))
    said = unit_plan_page.mistakes(plan.mistakes) or unit_plan_page.changes(plan)
    result = {
        "lines": [[line.number, line.cells] for line in lines],
        "mistakes": len(plan.mistakes),
        "counts": plan.counts,
        "is_idle": plan.is_idle,
        "said": said[:MOST_SHOWN],
        "more": max(0, len(said) - MOST_SHOWN),
    }
    return Made(_("preview-of-units") + ".xlsx", XLSX, _report(said), result)


def carry_out(ctx: Context, number: int) -> dict[str, int]:
    """Carry out the list that this request has read: the counts of its plan."""
    found = exports.result(ctx, number)
    if found is None:
        raise DomainError(_("This list was carried out already, or is gone. Please send it again: /napdonvi"))
    lines = [Line(number, cells) for number, cells in found["lines"]]
    counts = unit_import.apply(ctx, lines, ctx.today, home(ctx))
    exports.forget_result(ctx, number)
    return counts


def home(ctx: Context) -> int:
    """Where new units go that name none above: the highest unit that the person administers."""
    paths = sorted(access.paths(ctx, "organise"), key=len)
    if not paths:
        raise access.not_yours(ctx, "organise")
    return units.ancestors(paths[0])[-1]


def _report(lines: Sequence[str]) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        sheet = book.add_worksheet(_("Preview"))
        sheet.set_column(0, 0, 110, wrapped)
        for number, line in enumerate(lines or [unit_plan_page.nothing()]):
            sheet.write_string(number, 0, escape_formula(line), wrapped)
    return out.getvalue()
