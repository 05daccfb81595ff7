"""/tonghop: the figures of a subtree by unit, by area, by subject or by state, down to each entry."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from conversations.engine.screen import Screen
from conversations.menu import menu
from conversations.officer import figures, summary_views
from conversations.registry import command
from locales import N_, _
from movement import access, entries, summary, transitions, units
from movement.errors import DomainError

if TYPE_CHECKING:
    from movement.context import Context
    from movement.summary import Summary

MOST_ROWS: Final = 12
VIEW_AT: Final = 2  # among the words after the command
PAGE_AT: Final = 3
LONGEST_ID: Final = 10  # digits
_YEAR: Final = re.compile(r"20\d\d", re.ASCII)


@command(command="tonghop", title=N_("Summary per unit"), words=N_("summary;overview;roll-up"), listed=True)
def show(ctx: Context, arguments: str) -> Screen:
    """`/tonghop [unit [year [view [page]]]]`: the first of the person's own units where none is named.

    A view is "units", "area", "subject" or "state", or one slice of those, such as "area.kt".
    """
    words = arguments.split()[: PAGE_AT + 1]
    unit_id = numbered(words, 0) or own_root(ctx)
    year = year_in(words, 1) or ctx.today.year
    view = summary_views.view_of(words[VIEW_AT] if len(words) > VIEW_AT else "")
    if view:
        return summary_views.show(ctx, unit_id, year, *view)
    counted = summary.of_unit(ctx, unit_id, year)
    return _tree(ctx, counted, numbered(words, PAGE_AT) or 1) if counted.has_below else _leaf(ctx, counted)


def numbered(words: list[str], at: int) -> int:
    """The number at this place, or 0."""
    is_one = len(words) > at and words[at].isdecimal() and len(words[at]) < LONGEST_ID
    return int(words[at]) if is_one else 0


def year_in(words: list[str], at: int) -> int:
    """The year at this place, or 0."""
    return int(words[at]) if len(words) > at and _YEAR.fullmatch(words[at]) else 0


def own_root(ctx: Context) -> int:
    """The highest unit whose subtree the person may summarise."""
    paths = sorted(access.paths(ctx, "summarise"), key=len)
    if not paths:
        raise DomainError(_("Summaries are for officers. To see your own initiatives: /trangthai"))
    return units.ancestors(paths[0])[-1]


def _tree(ctx: Context, counted: Summary, page: int) -> Screen:
    """Each branch with its figures, a page at a time; a number opens it."""
    here = f"{counted.unit.id} {counted.year}"
    first = (page - 1) * MOST_ROWS
    options: list[tuple[str, str] | tuple[str, str, str]] = []
    for row in counted.rows[first : first + MOST_ROWS]:
        if row.unit.id == counted.unit.id:
            options.append((_("By itself"), f"/danhsach {here} registered.own", figures.one_line(row.figures)))
        else:
            command = f"/tonghop {row.unit.id} {counted.year}"
            options.append((row.unit.short_name or row.unit.name, command, figures.one_line(row.figures)))
    if len(counted.rows) > first + MOST_ROWS:
        options.append((_("Further units"), f"/tonghop {here} units {page + 1}"))
    if page > 1:
        options.append((_("Previous page"), f"/tonghop {here} units {page - 1}"))
    ways = menu(*options, *_views(here), *_elsewhere(ctx, counted))
    return Screen(_total(counted, only_entries=False), title=_title(counted), options=ways)


def _leaf(ctx: Context, counted: Summary) -> Screen:
    """The entries of one unit; a number opens one."""
    found = entries.of_unit(ctx, counted.unit.id, counted.year)
    text = _total(counted, only_entries=True)
    if counted.total.missing:
        text += "\n" + _("This unit has not registered as many as the guideline asks for.")
    options = [(each.name, f"/mohinh {each.number}", transitions.label(each.state)) for each in found[:MOST_ROWS]]
    lists = _views(f"{counted.unit.id} {counted.year}")[:1] if found else []
    return Screen(text, title=_title(counted), options=menu(*options, *lists, *_elsewhere(ctx, counted)))


def _title(counted: Summary) -> str:
    return _("{unit}, {year}").format(unit=counted.unit.name, year=counted.year)


def _total(counted: Summary, *, only_entries: bool) -> str:
    compared = figures.compared(counted.total, counted.before, counted.year)
    return "\n".join([*figures.lines(counted.total, only_entries=only_entries), *([compared] if compared else [])])


def _views(here: str) -> list[tuple[str, str]]:
    return [
        (_("The lists behind the figures"), f"/danhsach {here}"),
        (_("By area"), f"/tonghop {here} area"),
        (_("By subject"), f"/tonghop {here} subject"),
        (_("By state"), f"/tonghop {here} state"),
        (_("Progress by deadline"), f"/tiendo {here}"),
    ]


def _elsewhere(ctx: Context, counted: Summary) -> list[tuple[str, str]]:
    """The unit above where it may be seen, the year before, and the year after one that is over."""
    ways = []
    above = units.get(ctx, counted.unit.parent_id) if counted.unit.parent_id else None
    if above and access.may(ctx, "summarise", access.Thing(above.path)):
        ways.append(
            (_("Up: {unit}").format(unit=above.short_name or above.name), f"/tonghop {above.id} {counted.year}")
        )
    years = [counted.year - 1] + [counted.year + 1] * (counted.year < ctx.today.year)
    here = f"{counted.unit.id} {counted.year}"
    files = [(_("Chart"), f"/bieudo {here}"), (_("List of registrations"), f"/bieumau register {here}")]
    ways += [(_("Year {year}").format(year=year), f"/tonghop {counted.unit.id} {year}") for year in years]
    return ways + files
