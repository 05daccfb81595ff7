"""The official forms as a guideline describes them: columns, groups, footers.

How they are laid out on a page is not its business. Annotations are read at run time by pydantic.
"""

from typing import Literal

from pydantic import Field

from movement.guideline_parts import Code, Line, Origin, Part, Rule

ColumnKey = Literal[
    "number",
    "unit_or_name",
    "count",
    "place",
    "lead",
    "area",
    "scale",
    "scale_and_result",
    "origin",
    "subject",
    "criterion",
    "max",
    "points",
    "met",
    "note",
]
SplitKey = Literal["new", "continued", "collective", "individual"]


class Split(Part):
    """One of the narrow columns under a shared head."""

    key: SplitKey
    label: Line


class Column(Part):
    """One column; `no` is its number in the numbering row, empty where the form has none."""

    key: ColumnKey
    label: Line
    no: str = ""
    split: tuple[Split, ...] = ()


class Group(Part):
    """One block of rows; its label may hold {year} and {last_year}."""

    no: Line
    label: Line
    origin: Origin


class Form(Rule):
    """One form. `title` and the labels of groups may hold {year} and {last_year}.

    register and results list initiatives, score is the sheet of one with points, check that of one without.
    """

    id: Code
    number: str = ""
    purpose: Literal["register", "results", "score", "check"]
    title: Line
    orientation: Literal["portrait", "landscape"] = "landscape"
    columns: tuple[Column, ...] = Field(alias="column", min_length=1)
    groups: tuple[Group, ...] = Field(default=(), alias="group")
    group_by: Literal["", "unit"] = ""
    unit_row: str = ""
    item_bullet: str = "-"
    sort_items_by: tuple[Literal["origin", "area"], ...] = ()
    total_row: str = ""
    footer_totals: tuple[Literal["area", "subject"], ...] = ()
    notes: tuple[Line, ...] = ()
    unit_label: str = ""  # what stands before the unit's name at the head
    area_totals_label: str = ""
    subject_totals_label: str = ""
    notes_label: str = ""
