"""/tonghop: the figures of a subtree per unit, down to each entry."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conversations.engine.screen import Screen
from conversations.menu import menu
from conversations.registry import command
from locales import N_, _, ngettext
from movement import access, entries, summary, transitions, units
from movement.errors import DomainError

if TYPE_CHECKING:
    from movement.context import Context
    from movement.entries import Entry
    from movement.summary import Figure, Figures, Summary
    from movement.units import Unit

MOST_ROWS = 12
MOST_LISTED = 20
FIGURES: dict[Figure, str] = {
    "registered": N_("registered"),
    "confirmed": N_("confirmed"),
    "reported": N_("reported"),
    "scored": N_("self-scored"),
    "passed": N_("pass by own score"),
    "missing": N_("units below their target"),
}


@command(command="tonghop", title=N_("Summary per unit"), words=N_("summary;overview;roll-up"), listed=True)
def show(ctx: Context, arguments: str) -> Screen:
    """`/tonghop [unit [year]]`: the figures of the unit; the first of the person's own where none is named."""
    words = arguments.split()
    unit_id = int(words[0]) if words and words[0].isdecimal() else own_root(ctx)
    year = int(words[1]) if len(words) > 1 and words[1].isdecimal() else ctx.today.year
    counted = summary.of_unit(ctx, unit_id, year)
    return _leaf(ctx, counted) if not units.children(ctx, unit_id) else _tree(ctx, counted)


@command(command="danhsach", title=N_("The list behind a figure"))
def behind(ctx: Context, arguments: str) -> Screen:
    """`/danhsach unit year figure`: the entries or units that a figure counted."""
    words = arguments.split()
    if len(words) != 3 or not (words[0] + words[1]).isdecimal() or words[2] not in FIGURES:  # noqa: PLR2004
        raise DomainError(_("Please open the list from the summary: /tonghop"))
    unit_id, year, what = int(words[0]), int(words[1]), next(each for each in FIGURES if each == words[2])
    found = summary.drill(ctx, unit_id, year, what)
    title = _("{figure}, {year}: {many}").format(figure=_(FIGURES[what]).capitalize(), year=year, many=len(found))
    options = [_listed(each, year) for each in found[:MOST_LISTED]]
    more = _("… and {more} more.").format(more=len(found) - MOST_LISTED) if len(found) > MOST_LISTED else ""
    back = (_("Back to the summary"), f"/tonghop {unit_id} {year}")
    return Screen(more or _("Choose one to open it."), title=title, options=menu(*options, back))


def own_root(ctx: Context) -> int:
    """The highest unit whose subtree the person may summarise."""
    paths = sorted(access.paths(ctx, "summarise"), key=len)
    if not paths:
        raise DomainError(_("Summaries are for officers. To see your own initiatives: /trangthai"))
    return units.ancestors(paths[0])[-1]


def _tree(ctx: Context, counted: Summary) -> Screen:
    """Each branch with its figures; a number opens it."""
    lines = [_total(counted.total)]
    options = []
    for row in counted.rows[:MOST_ROWS]:
        if row.unit.id == counted.unit.id:
            lines += ["", _("By itself: {figures}").format(figures=_row(row.figures))]
        else:
            command = f"/tonghop {row.unit.id} {counted.year}"
            options.append((row.unit.short_name or row.unit.name, command, _row(row.figures)))
    if len(counted.rows) > MOST_ROWS:
        lines += ["", _("… and {more} more.").format(more=len(counted.rows) - MOST_ROWS)]
    ways = (*_lists(counted), *_elsewhere(ctx, counted))
    return Screen("\n".join(lines), title=_title(counted), options=menu(*options, *ways))


def _leaf(ctx: Context, counted: Summary) -> Screen:
    """The entries of one unit; a number opens one."""
    found = entries.of_unit(ctx, counted.unit.id, counted.year)
    lines = [_total(counted.total)]
    if counted.total.missing:
        lines.append(_("This unit has not registered as many as the guideline asks for."))
    options = [(each.name, f"/mohinh {each.number}", transitions.label(each.state)) for each in found[:MOST_ROWS]]
    lists = _lists(counted) if len(found) > MOST_ROWS else []
    return Screen(
        "\n".join(lines), title=_title(counted), options=menu(*options, *lists, *_elsewhere(ctx, counted))
    )


def _title(counted: Summary) -> str:
    return _("{unit}, {year}").format(unit=counted.unit.name, year=counted.year)


def _total(figures: Figures) -> str:
    """Every figure with its name, one a line."""
    return "\n".join(f"{_(label).capitalize()}: {getattr(figures, what)}" for what, label in FIGURES.items())


def _row(figures: Figures) -> str:
    """The figures of a branch in one line."""
    text = _("{registered} registered, {reported} reported, {passed} pass")
    line = text.format(registered=figures.registered, reported=figures.reported, passed=figures.passed)
    if figures.missing:
        missing = ngettext("{many} unit below target", "{many} units below target", figures.missing)
        line += "; " + missing.format(many=figures.missing)
    return line


def _lists(counted: Summary) -> list[tuple[str, str]]:
    """The lists behind the figures that are not zero."""
    here = f"{counted.unit.id} {counted.year}"
    return [
        (_("List: {figure}").format(figure=_(FIGURES[what])), f"/danhsach {here} {what}")
        for what in ("registered", "reported", "missing")
        if getattr(counted.total, what)
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


def _listed(each: Entry | Unit, year: int) -> tuple[str, str, str]:
    """What an entry or a unit is called in a list, the command that opens it, and what is said of it."""
    if isinstance(each, units.Unit):
        return each.name, f"/tonghop {each.id} {year}", ""
    return each.name, f"/mohinh {each.number}", f"{each.unit_name}, {transitions.label(each.state)}"
