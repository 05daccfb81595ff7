"""/tonghop by area, by subject or by state, and one slice of those with all its figures."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, get_args

from conversations.engine.screen import Screen
from conversations.menu import menu
from conversations.officer import figures
from locales import N_, _
from movement import cycles, guidelines, summary, transitions, units
from movement.summary import Slice, View
from movement.vietnamese_numbers import show_number

if TYPE_CHECKING:
    from collections.abc import Mapping

    from movement.context import Context
    from movement.summary import Sliced, Within

_TITLES: Final[Mapping[View, str]] = {
    "area": N_("{unit}, {year}, by area"),
    "subject": N_("{unit}, {year}, by subject"),
    "state": N_("{unit}, {year}, by state"),
}
_SUBJECTS: Final[Mapping[str, str]] = {"collective": N_("Collectives"), "individual": N_("Individuals")}


def view_of(text: str) -> tuple[View, str] | None:
    """The view and the slice that "area" or "area.kt" names; None for any other word."""
    name, _dot, key = text.partition(".")
    view = next((each for each in get_args(View) if each == name), None)
    return (view, key) if view else None


def label(ctx: Context, unit_id: int, year: int, within: Within) -> str:
    """What a slice is called."""
    view, key = within
    match view:
        case "own":
            return _("By itself")
        case "area":
            return _area(ctx, unit_id, year, key)
        case "subject":
            return _(_SUBJECTS[key]) if key in _SUBJECTS else key
        case "state":
            text = transitions.label(key) if key in transitions.STATES else key
            return text[:1].upper() + text[1:]


def show(ctx: Context, unit_id: int, year: int, view: View, key: str) -> Screen:
    """Every slice in a line, or one with all its figures."""
    counted = summary.sliced(ctx, unit_id, year, view)
    return _one(ctx, counted, key) if key else _all(ctx, counted)


def _all(ctx: Context, counted: Sliced) -> Screen:
    here = f"{counted.unit.id} {counted.year}"
    options = [_line(ctx, counted, row) for row in counted.rows]
    title = _(_TITLES[counted.view]).format(unit=counted.unit.name, year=counted.year)
    text = "\n".join(figures.lines(counted.total, only_entries=True))
    return Screen(text, title=title, options=menu(*options, (_("Back to the summary"), f"/tonghop {here}")))


def _line(ctx: Context, counted: Sliced, row: Slice) -> tuple[str, str, str]:
    """A slice with what there is to say of it; of a state that is how many are in it."""
    here = f"{counted.unit.id} {counted.year}"
    name = label(ctx, counted.unit.id, counted.year, (counted.view, row.key))
    within = f"{counted.view}.{row.key}"
    if counted.view == "state":
        return name, f"/danhsach {here} registered.{within}", show_number(row.figures.registered)
    return name, f"/tonghop {here} {within}", figures.one_line(row.figures)


def _one(ctx: Context, counted: Sliced, key: str) -> Screen:
    row = next((each for each in counted.rows if each.key == key), Slice(key, summary.Figures()))
    here = f"{counted.unit.id} {counted.year}"
    name = label(ctx, counted.unit.id, counted.year, (counted.view, key))
    within = f"{counted.view}.{key}"
    text = "\n".join([name, *figures.lines(row.figures, only_entries=True)])
    options = [
        (
            _("List: {figure}").format(figure=_(figures.FIGURES[what])),
            f"/danhsach {here} {what}.{within}",
        )
        for what, many in figures.shown(row.figures, only_entries=True)
        if many
    ]
    title = _("{unit}, {year}").format(unit=counted.unit.name, year=counted.year)
    back = (_("Back to all of them"), f"/tonghop {here} {counted.view}")
    return Screen(text, title=title, options=menu(*options, back))


def _area(ctx: Context, unit_id: int, year: int, code: str) -> str:
    """The label of the guideline in force for the unit; of any other where that does not name the area."""
    home = units.get(ctx, unit_id)
    held = cycles.of_years(ctx, home, (year, year)).get(year) if home else None
    known = (held.guideline if held else guidelines.default(), *guidelines.every().values())
    labels = (area.label for each in known for area in each.areas.items if area.code == code)
    return next(labels, code)
