"""A form ready to be laid out: heads of columns, lines, what stands below. The same for every kind of file.

A column whose head is split is several columns of cells under one head; widths are those of the cells, in mm.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Final, Literal

from movement.vietnamese_numbers import show_number

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from movement.guideline_forms import Column

Cell = str | int | Decimal
Kind = Literal["total", "group", "unit", "item", "part", "foot"]  # foot: one cell over all
Align = Literal["left", "center"]

LANDSCAPE: Final = (297.0, 210.0)  # A4, mm
MARGIN_X: Final = (20.0, 15.0)  # left, right of a wide page; a narrow one is bound at the left
BOUND_X: Final = (30.0, 15.0)
MARGIN_Y: Final = (20.0, 15.0)
_WIDTHS: Final[Mapping[str, float]] = {
    "number": 12, "unit_or_name": 60, "count": 15.5, "place": 40, "lead": 34, "area": 27, "scale": 46,
    "scale_and_result": 64, "origin": 24, "subject": 24, "criterion": 100, "max": 16, "points": 18, "met": 24,
    "note": 30,
}  # fmt: skip
_CENTRED: Final = frozenset({"number", "count", "origin", "subject", "max", "points", "met"})


@dataclass(frozen=True, slots=True)
class Head:
    """The head of a column: its label and number, and the labels of the columns it is split into."""

    key: str
    label: str
    no: str
    splits: tuple[str, ...]
    widths: tuple[float, ...]  # mm, one for each column of cells
    align: Align


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the table, with one cell for each column of cells."""

    kind: Kind
    cells: tuple[Cell, ...]

    @property
    def bold(self) -> bool:
        """Whether it is printed bold: all but single initiatives are."""
        return self.kind != "item"

    @property
    def texts(self) -> tuple[str, ...]:
        """The cells as they are printed."""
        return tuple(show_number(cell) if isinstance(cell, Decimal) else str(cell) for cell in self.cells)


@dataclass(frozen=True, slots=True)
class Below:
    """A line below the table: a mark under the first column, a text under all others."""

    mark: str
    text: str
    bold: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """A whole form. `lines` can be gone through once: they may come as a stream."""

    left: str
    right: str
    title: str
    under_title: tuple[str, ...]
    is_landscape: bool
    heads: tuple[Head, ...]
    lines: Iterable[Line]
    below: tuple[Below, ...]

    @property
    def widths(self) -> tuple[float, ...]:
        """The widths of the columns of cells, in mm."""
        return tuple(width for head in self.heads for width in head.widths)

    @property
    def aligns(self) -> tuple[Align, ...]:
        """How the cells of each column are set."""
        return tuple(head.align for head in self.heads for _width in head.widths)

    @property
    def margin_x(self) -> tuple[float, float]:
        """The margins at the left and at the right, in mm."""
        return MARGIN_X if self.is_landscape else BOUND_X

    @property
    def has_numbers(self) -> bool:
        """Whether the heads have a row of numbers below them."""
        return any(head.no for head in self.heads)

    @property
    def is_split(self) -> bool:
        """Whether any head has a second row."""
        return any(head.splits for head in self.heads)


def heads(columns: Iterable[Column], *, is_landscape: bool) -> tuple[Head, ...]:
    """The heads of a form's columns, as wide together as the page lets them be."""
    known = list(columns)
    short, long = sorted(LANDSCAPE)
    room = (long - sum(MARGIN_X)) if is_landscape else (short - sum(BOUND_X))
    unit = room / sum(_WIDTHS[each.key] for each in known)
    return tuple(_head(each, round(unit * _WIDTHS[each.key], 2)) for each in known)


def _head(column: Column, width: float) -> Head:
    splits = tuple(each.label for each in column.split)
    parts = max(1, len(splits))
    align: Align = "center" if column.key in _CENTRED else "left"
    return Head(column.key, column.label, column.no, splits, (round(width / parts, 2),) * parts, align)
