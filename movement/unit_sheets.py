"""Lists of units in spreadsheets: what stands in which column, read from .xlsx and .csv and written to both.

What a list means for the units there are is `unit_plan`'s business. Pure functions, to be run in a thread.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

import python_calamine
import xlsxwriter

from locales import N_, _
from movement.errors import DomainError
from movement.matching import fold
from movement.unit_kinds import UNIT_KINDS, kind_label
from movement.vietnamese_numbers import show_number
from movement.vietnamese_text import clean_line, escape_formula

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

MOST_LINES: Final = 20_000
HEADING_WITHIN: Final = 20  # lines: titles and signatures of offices stand above the headings
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV: Final = "text/csv"

COLUMNS = MappingProxyType(
    {
        "code": N_("Code"),
        "name": N_("Name of the unit"),
        "short_name": N_("Short name"),
        "kind": N_("Kind"),
        "parent": N_("Unit above (code or name)"),
        "aliases": N_("Other names"),
        "founded": N_("Founded on"),
    },
)
_WIDTHS: Final = (12, 52, 24, 26, 44, 36, 14)
# Folded and without what stands in brackets: how else lists call the columns.
_HEADINGS = MappingProxyType(
    {
        "code": "ma; ma don vi; ma so; ma dv; ma cdcs; ma cong doan; code",
        "name": "ten; ten don vi; don vi; ten cong doan; ten cdcs; ten cong doan co so; ten day du; ten goi; name"
        "; name of the unit",
        "short_name": "ten viet tat; viet tat; ten ngan; ten goi tat; ten ngan gon; ky hieu; short name",
        "kind": "loai; loai don vi; loai hinh; loai hinh don vi; cap; cap cong doan; kind",
        "parent": "don vi cap tren; cap tren; cap tren truc tiep; don vi quan ly; truc thuoc; thuoc"
        "; ma don vi cap tren; ma cap tren; cong doan cap tren; don vi cap tren truc tiep"
        "; cong doan cap tren truc tiep; unit above",
        "aliases": "ten goi khac; ten khac; ten cu; ten thuong goi; cac ten khac; other names",
        "founded": "ngay thanh lap; thanh lap; ngay lap; nam thanh lap; thanh lap ngay; founded on",
    },
)
_COLUMN_OF = {name: column for column, names in _HEADINGS.items() for name in names.split("; ")}
_BRACKETS = re.compile(r"\(.*?\)")
_ESCAPED = re.compile(r"^'(?=[=+\-@\t\r＝＋－＠])")


@dataclass(frozen=True, slots=True)
class Line:
    """One unit of a list: the number of its line in the file, and its cells, cleaned; an empty one is ""."""

    number: int
    cells: dict[str, str]


def read(data: bytes, name: str) -> list[Line]:
    """The units of a list; raise DomainError where it is no such list, with what to do about it."""
    sheets = _csv_tables(data) if name.lower().endswith((".csv", ".txt", ".tsv")) else _workbook(data)
    for table in sheets:
        if found := _lines(table):
            return found
    text = _(
        "No column with the names of the units was found. It must be headed “{heading}”; an empty list can be had."
    )
    heading = COLUMNS["name"]
    raise DomainError(text.format(heading=_(heading)))


def write(name: str, lines: Iterable[dict[str, str]]) -> bytes:
    """A list of these units, as .csv or .xlsx, whichever the name says; nothing in it can become a formula."""
    rows = [[escape_formula(line.get(column, "")) for column in COLUMNS] for line in lines]
    return _as_csv(rows) if name.lower().endswith(".csv") else _as_xlsx(rows)


def _as_csv(rows: Sequence[Sequence[str]]) -> bytes:
    """With a BOM and semicolons: what Excel opens rightly where figures have a decimal comma."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow([_(heading) for heading in COLUMNS.values()])
    writer.writerows(rows)
    return out.getvalue().encode("utf-8-sig")


def _as_xlsx(rows: Sequence[Sequence[str]]) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        bold, text = book.add_format({"bold": True, "text_wrap": True}), book.add_format({"num_format": "@"})
        sheet = book.add_worksheet(_("Units"))
        sheet.freeze_panes(1, 0)
        for place, (heading, width) in enumerate(zip(COLUMNS.values(), _WIDTHS, strict=True)):
            sheet.set_column(place, place, width, text)
            sheet.write_string(0, place, _(heading), bold)
        for number, row in enumerate(rows, 1):
            for place, cell in enumerate(row):
                if cell:
                    sheet.write_string(number, place, cell, text)
        kinds = book.add_worksheet(_("Kinds"))
        kinds.set_column(0, 0, 52)
        for number, kind in enumerate(UNIT_KINDS):
            label = kind_label(kind)
            kinds.write_string(number, 0, label[0].upper() + label[1:])
        last = f"={_('Kinds')}!$A$1:$A${len(UNIT_KINDS)}"
        sheet.data_validation(1, 3, MOST_LINES, 3, {"validate": "list", "source": last, "show_error": False})
    return out.getvalue()


def _workbook(data: bytes) -> Iterator[list[list[Any]]]:
    try:
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
        for name in book.sheet_names:
            yield book.get_sheet_by_name(name).to_python(skip_empty_area=False)
    except (python_calamine.CalamineError, OSError, ValueError) as broken:
        raise DomainError(
            _("This is no spreadsheet that can be read. Please save it as .xlsx and try again.")
        ) from broken


def _csv_tables(data: bytes) -> Iterator[list[list[Any]]]:
    """The table for each thing that may stand between cells; only one of them has the headings."""
    text = _decoded(data)
    for delimiter in ";,\t":
        try:
            yield list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
        except csv.Error as broken:
            raise DomainError(_("This is no list that can be read: a quotation mark may be missing.")) from broken


def _decoded(data: bytes) -> str:
    encoding = "utf-16" if data[:2] in {b"\xff\xfe", b"\xfe\xff"} else "utf-8-sig"
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as broken:
        text = _(
            "The letters of this file are in an old encoding (such as TCVN3, VNI or Windows), and would be lost."
            " In Excel, please save it as “CSV UTF-8” or .xlsx, with a Unicode font, and send it again."
        )
        raise DomainError(text) from broken


def _lines(table: list[list[Any]]) -> list[Line]:
    """The lines below the headings; nothing where there are none."""
    tops = ((number, _placed(row)) for number, row in enumerate(table[:HEADING_WITHIN], 1))
    begin, places = next(((number, each) for number, each in tops if "name" in each.values()), (0, {}))
    if not places:
        return []
    if len(table) - begin > MOST_LINES:
        raise DomainError(_("A list may have at most {most} lines.").format(most=show_number(MOST_LINES)))
    lines = []
    for number, row in enumerate(table[begin:], begin + 1):
        cells = {column: _text(row[place]) if place < len(row) else "" for place, column in places.items()}
        if any(cells.values()):
            lines.append(Line(number, cells))
    if not lines:
        raise DomainError(_("There is no unit below the headings of this list."))
    return lines


def _placed(row: Sequence[Any]) -> dict[int, str]:
    """Which column stands where; the first of two that are called the same counts."""
    placed: dict[int, str] = {}
    for place, cell in enumerate(row):
        column = _COLUMN_OF.get(fold(_BRACKETS.sub(" ", str(cell)))) if cell else None
        if column and column not in placed.values():
            placed[place] = column
    return placed


def _text(cell: Any) -> str:
    """A cell as text: whole numbers without a point, days as ISO dates, an escaped formula as it was."""
    if isinstance(cell, bool):
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, dt.datetime):
        return cell.date().isoformat()
    if isinstance(cell, dt.date):
        return cell.isoformat()
    return _ESCAPED.sub("", clean_line(str(cell)))
