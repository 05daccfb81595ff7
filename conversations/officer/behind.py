"""/danhsach: the list behind each figure of a summary, page by page. It has exactly as many as the figure says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from conversations.engine.screen import Screen
from conversations.menu import menu
from conversations.officer import figures, summary_views
from conversations.officer.summary import numbered
from conversations.registry import command
from locales import N_, _
from movement import summary, transitions, units
from movement.errors import DomainError
from movement.vietnamese_numbers import show_number

if TYPE_CHECKING:
    from movement.context import Context
    from movement.entries import Entry
    from movement.summary import Within
    from movement.units import Unit

PAGE: Final = 12
FIGURE_AT: Final = 2  # among the words after the command
PAGE_AT: Final = 3


@command(command="danhsach", title=N_("The list behind a figure"))
def behind(ctx: Context, arguments: str) -> Screen:
    """`/danhsach unit year [figure[.view.slice] [page]]`: the entries or units that a figure counted.

    Without a figure, all of them to choose from.
    """
    words = arguments.split()[: PAGE_AT + 1]
    unit_id, year = numbered(words, 0), numbered(words, 1)
    if not unit_id or not year:
        raise _from_the_summary()
    if len(words) <= FIGURE_AT:
        return _figures(ctx, unit_id, year)
    name, _dot, slice_ = words[FIGURE_AT].partition(".")
    what = next((each for each in figures.FIGURES if each == name), None)
    within: Within | None = ("own", "") if slice_ == "own" else summary_views.view_of(slice_)
    if what is None or (slice_ and not within):
        raise _from_the_summary()
    found = summary.drill(ctx, unit_id, year, what, within)
    many = show_number(len(found))
    title = _("{figure}, {year}: {many}").format(figure=figures.label(what), year=year, many=many)
    if within:
        part = summary_views.label(ctx, unit_id, year, within)
        title = f"{part} – {title[:1].lower()}{title[1:]}"
    pages = f"/danhsach {unit_id} {year} {words[FIGURE_AT]} {{page}}"
    back = (_("Back to the summary"), f"/tonghop {unit_id} {year}")
    return listed(found, title, numbered(words, PAGE_AT) or 1, pages, back)


def _figures(ctx: Context, unit_id: int, year: int) -> Screen:
    """Every figure that is not nothing, to open its list."""
    counted = summary.of_unit(ctx, unit_id, year)
    here = f"{unit_id} {year}"
    options = [
        (f"{figures.label(what)}: {show_number(many)}", f"/danhsach {here} {what}")
        for what, many in figures.shown(counted.total)
        if many
    ]
    title = _("{unit}, {year}").format(unit=counted.unit.name, year=year)
    text = _("Which list do you want to see?") if options else _("There is nothing here.")
    return Screen(text, title=title, options=menu(*options, (_("Back to the summary"), f"/tonghop {here}")))


def listed(found: list[Entry] | list[Unit], title: str, page: int, pages: str, back: tuple[str, str]) -> Screen:
    """One page; numbers run on, and each opens what it stands for. `pages` leads to a {page}."""
    first, year = (page - 1) * PAGE, int(pages.split()[2])
    options = [_line(each, year) for each in found[first : first + PAGE]]
    if len(found) > first + PAGE:
        options.append((_("Next page"), pages.format(page=page + 1), ""))
    if page > 1:
        options.append((_("Previous page"), pages.format(page=page - 1), ""))
    text = _("Choose one to open it.") if found else _("There is nothing here.")
    if len(found) > PAGE:
        last = min(first + PAGE, len(found))
        text = _("({first}–{last} of {many})").format(first=first + 1, last=last, many=show_number(len(found)))
    return Screen(text, title=title, options=menu(*options, back))


def _line(each: Entry | Unit, year: int) -> tuple[str, str, str]:
    """What an entry or a unit is called in a list, the command that opens it, and what is said of it."""
    if isinstance(each, units.Unit):
        return each.name, f"/tonghop {each.id} {year}", ""
    return each.name, f"/mohinh {each.number}", f"{each.unit_name}, {transitions.label(each.state)}"


def _from_the_summary() -> DomainError:
    return DomainError(_("Please open the list from the summary: /tonghop"))
