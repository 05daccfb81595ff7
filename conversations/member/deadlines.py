"""/hanchot: what is due, when, and how long is left."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conversations.engine.screen import Screen
from conversations.menu import menu
from conversations.registry import command
from locales import N_, _, ngettext
from movement import cycles, deadlines, guidelines, people, units
from movement.vietnamese_dates import show_date

if TYPE_CHECKING:
    import datetime as dt

    from movement.context import Context
    from movement.deadlines import Due
    from movement.units import Unit


@command(
    command="hanchot",
    title=N_("Deadlines"),
    words=N_("deadlines;deadline;when is it due"),
    needs="nothing",
    listed=True,
)
def due(ctx: Context, arguments: str) -> Screen:  # noqa: ARG001
    """The deadlines that are still to come this year and next, the nearest first."""
    years = (ctx.today.year, ctx.today.year + 1)
    own = own_units(ctx)
    rules = {year: guidelines.default() for year in years}
    for unit in own[:1]:
        rules |= {year: held.guideline for year, held in cycles.of_years(ctx, unit, years).items()}
    kinds = {unit.kind for unit in own} | {"subject"}
    coming = [
        each
        for year, guideline in rules.items()
        for each in deadlines.of_year(guideline, year)
        if kinds & set(each.deadline.who) and each.last_day is not None and each.last_day >= ctx.today
    ]
    lines = [_line(each, ctx.today) for each in coming[:6]]
    text = "\n".join(lines) or _("Nothing is due any more this year.")
    options = menu((_("Register an initiative"), "/dangky"), (_("State of my initiatives"), "/trangthai"))
    return Screen(text, title=_("Deadlines"), options=options)


def own_units(ctx: Context) -> list[Unit]:
    """The units of the person who speaks; none before they joined."""
    ids = people.units_of(ctx)
    return units.several(ctx, ids) if ids else []


def _line(each: Due, today: dt.date) -> str:
    assert each.last_day is not None  # noqa: S101 - filtered above
    left = deadlines.days_left(each.last_day, today)
    text = ngettext("⏰ {what}: by {day} ({left} day left)", "⏰ {what}: by {day} ({left} days left)", left)
    return text.format(what=each.deadline.what, day=show_date(each.last_day), left=left)
