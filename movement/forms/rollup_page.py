"""A roll-up on its page: the total, groups, units and their initiatives, the totals below, the notes.

Source: Phụ lục 1 and Phụ lục 4 of the guideline that has them; its words and order are the form's data.
"""

from __future__ import annotations

from collections import Counter
from itertools import groupby
from typing import TYPE_CHECKING

from movement.forms.page import Below, Line, Page, heads

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from movement.forms.page import Cell, Kind
    from movement.forms.rollup import Item, Rollup
    from movement.guideline_forms import Column

DOTS = "…………"
_X = "X"


def page(rollup: Rollup) -> Page:
    """The form filled in; its lines come as a stream."""
    form = rollup.form
    is_landscape = form.orientation == "landscape"
    label = form.unit_label
    return Page(
        left=f"{label}: {rollup.home}" if label else rollup.home,
        right=form.number,
        title=_in_year(form.title, rollup.year),
        under_title=(),
        is_landscape=is_landscape,
        heads=heads(form.columns, is_landscape=is_landscape),
        lines=_lines(rollup),
        below=tuple(_below(rollup)),
    )


def _lines(rollup: Rollup) -> Iterator[Line]:
    form = rollup.form
    if form.total_row:
        yield _summed("total", rollup, ("", form.total_row), rollup.items)
    for group in form.groups:
        items = [each for each in rollup.items if each.is_new == (group.origin == "new")]
        yield _summed("group", rollup, (group.no, _in_year(group.label, rollup.year)), items)
        yield from _of_units(rollup, items)
    if not form.groups:
        yield from _of_units(rollup, rollup.items)


def _of_units(rollup: Rollup, items: Sequence[Item]) -> Iterator[Line]:
    """Each unit with its number, followed by its initiatives."""
    if rollup.form.group_by != "unit":
        for number, item in enumerate(items, 1):
            yield _line(rollup, number, item)
        return
    for number, (unit_id, grouped) in enumerate(groupby(items, key=lambda each: each.unit_id), 1):
        of_unit = list(grouped)
        yield _summed("unit", rollup, (number, rollup.unit_names[unit_id]), of_unit)
        for item in of_unit:
            yield _line(rollup, rollup.form.item_bullet, item)


def _line(rollup: Rollup, mark: Cell, item: Item) -> Line:
    values: dict[str, Cell] = {
        "number": mark,
        "unit_or_name": item.name,
        "count": 1,
        "place": item.place,
        "lead": item.lead,
        "area": item.area,
        "scale": item.scale,
        "scale_and_result": "\n".join(part for part in (item.scale, item.result) if part),
        "new": _X if item.is_new else "",
        "continued": "" if item.is_new else _X,
        "collective": _X if item.is_collective else "",
        "individual": "" if item.is_collective else _X,
    }
    return Line("item", tuple(values.get(key, "") for key in _keys(rollup.form.columns)))


def _summed(kind: Kind, rollup: Rollup, names: tuple[Cell, Cell], items: Sequence[Item]) -> Line:
    """A line of figures over several initiatives."""
    new, collective = sum(each.is_new for each in items), sum(each.is_collective for each in items)
    values: dict[str, Cell] = {
        "number": names[0],
        "unit_or_name": names[1],
        "count": len(items),
        "new": new,
        "continued": len(items) - new,
        "collective": collective,
        "individual": len(items) - collective,
    }
    return Line(kind, tuple(values.get(key, "") for key in _keys(rollup.form.columns)))


def _keys(columns: Sequence[Column]) -> list[str]:
    """The key of each column of cells."""
    return [str(part.key) for each in columns for part in (each.split or (each,))]


def _below(rollup: Rollup) -> Iterator[Below]:
    form, what = rollup.form, rollup.guideline.terms.initiative
    if "area" in form.footer_totals:
        yield Below("*", form.area_totals_label, bold=True)
        yield from (Below("", line) for line in _by_area(rollup, what))
    if "subject" in form.footer_totals:
        collective = sum(each.is_collective for each in rollup.items)
        terms = rollup.guideline.terms
        yield Below("*", form.subject_totals_label, bold=True)
        yield Below("", f"- {_capital(terms.collective)}: {count(collective)} {what}")
        yield Below("", f"- {_capital(terms.individual)}: {count(len(rollup.items) - collective)} {what}")
    for number, note in enumerate(form.notes):
        yield Below(form.notes_label if number == 0 else "", note)


def _by_area(rollup: Rollup, what: str) -> Iterator[str]:
    """A line for each area, in the official order; where the list of areas is open, one is left for others."""
    counted = Counter(each.area_code for each in rollup.items)
    areas, areas_term = rollup.guideline.areas, rollup.guideline.terms.area
    for each in areas.items:
        yield f"- {each.footer or each.label}: {count(counted[each.code])} {what}"
    for code, footer in rollup.other_areas.items():
        yield f"- {footer}: {count(counted[code])} {what}"
    if areas.open and not rollup.other_areas:
        yield f"- {_capital(areas_term)} {DOTS}: {DOTS} {what}"


def count(many: int) -> str:
    """A count as papers write it: below ten with a nought before it."""
    return f"{many:02}"


def _in_year(text: str, year: int) -> str:
    return text.format(year=year, last_year=year - 1)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
