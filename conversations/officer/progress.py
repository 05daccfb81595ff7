"""/tiendo: how far a subtree is with every deadline of the year, and where most is left to do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from conversations.engine.screen import Screen
from conversations.menu import menu
from conversations.officer.behind import listed
from conversations.officer.summary import numbered, own_root, year_in
from conversations.registry import command
from locales import N_, _
from movement import progress
from movement.errors import DomainError
from movement.vietnamese_dates import show_date
from movement.vietnamese_numbers import show_number

if TYPE_CHECKING:
    from movement.context import Context
    from movement.progress import Branch, Step
    from movement.units import Unit

STEP_AT: Final = 2  # among the words after the command
PAGE_AT: Final = 3
LIST_AT: Final = 4
MOST_ROWS: Final = 12


@command(
    command="tiendo",
    title=N_("Progress by deadline"),
    words=N_("overall progress;progress by deadline;how far are we"),
    listed=True,
)
def show(ctx: Context, arguments: str) -> Screen:
    """`/tiendo [unit [year [step [page [list]]]]]`: every deadline; one by branches; or all that is left of it."""
    words = arguments.split()[: LIST_AT + 1]
    unit_id = numbered(words, 0) or own_root(ctx)
    year = year_in(words, 1) or ctx.today.year
    home, steps = progress.of_unit(ctx, unit_id, year)
    if len(words) <= STEP_AT:
        return _all(home, year, steps)
    step = next((each for each in steps if each.key == words[STEP_AT]), None)
    if step is None:
        raise DomainError(_("Please open the deadline from their list: /tiendo"))
    page = numbered(words, PAGE_AT) or 1
    if len(words) > LIST_AT:
        found = progress.left(ctx, unit_id, year, step.key)
        title = _("Left to do: {what}, {year}: {many}")
        title = title.format(what=step.due.deadline.what, year=year, many=show_number(len(found)))
        here = f"/tiendo {unit_id} {year} {step.key}"
        return listed(found, title, page, f"{here} {{page}} list", (_("Back to the deadline"), here))
    return _one(home, year, step, page)


def _all(home: Unit, year: int, steps: tuple[Step, ...]) -> Screen:
    """A line for each deadline; a number opens it."""
    title = _("Progress {year} · {unit}").format(year=year, unit=home.name)
    options = [(step.due.deadline.what, f"/tiendo {home.id} {year} {step.key}", _standing(step)) for step in steps]
    text = _("Choose a deadline to see where most is left to do.")
    if not steps:
        text = _("No deadline of this year asks anything of these units.")
    ways = ((_("Summary per unit"), f"/tonghop {home.id} {year}"), (_("Home"), "/start"))
    return Screen(text, title=title, options=menu(*options, *ways))


def _one(home: Unit, year: int, step: Step, page: int) -> Screen:
    """One deadline: what is done and left, then by branches, those with the most left first."""
    here = f"{home.id} {year}"
    first = (page - 1) * MOST_ROWS
    below = [row for row in step.branches if row.unit.id != home.id]
    options = [
        (row.unit.short_name or row.unit.name, f"/tiendo {row.unit.id} {year} {step.key}", _both(step, row))
        for row in below[first : first + MOST_ROWS]
    ]
    if len(below) > first + MOST_ROWS:
        options.append((_("Next page"), f"/tiendo {here} {step.key} {page + 1}", ""))
    if step.left:
        label = _("List of what is left: {many}").format(many=show_number(step.left))
        options.append((label, f"/tiendo {here} {step.key} 1 list", ""))
    title = f"{step.due.deadline.what} · {home.name}"
    back = (_("All deadlines"), f"/tiendo {here}")
    return Screen(_standing(step), title=title, options=menu(*options, back))


def _standing(step: Step) -> str:
    """The last day, what is done, and what is late or to come."""
    if not step.left:
        return "✓ " + _("{day}; all {many} done").format(day=_day(step), many=_many(step, step.done))
    if step.is_late:
        text = _("{day}; {done} done, {left} late")
        return "⏰ " + text.format(day=_day(step), done=_many(step, step.done), left=show_number(step.left))
    text = _("{day}; {done} done, {left} to come")
    return text.format(day=_day(step), done=_many(step, step.done), left=show_number(step.left))


def _day(step: Step) -> str:
    if step.due.last_day is None:
        return _("no day yet")
    return _("last day {day}").format(day=show_date(step.due.last_day))


def _both(step: Step, row: Branch) -> str:
    text = _("{done} done, {left} late") if step.is_late else _("{done} done, {left} to come")
    return text.format(done=_many(step, row.done), left=show_number(row.left))


def _many(step: Step, many: int) -> str:
    text = _("{many} of the units") if step.of == "units" else _("{many} of the initiatives")
    return text.format(many=show_number(many))
