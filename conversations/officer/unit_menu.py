"""/suadonvi: what an administrator may change about a unit, and the questions that all these changes ask."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from conversations.engine.screen import Screen
from conversations.menu import menu
from conversations.questions import Date
from conversations.registry import command
from locales import N_, _
from movement import access, unit_endings, unit_rows, units
from movement.access import Thing
from movement.errors import DomainError
from movement.vietnamese_numbers import show_number

if TYPE_CHECKING:
    import datetime as dt

    from conversations.engine.dialogue import Dialogue
    from conversations.engine.screen import Option
    from movement.context import Context
    from movement.units import Unit


@command(command="suadonvi", title=N_("Change a unit"), words=N_("change a unit;administer units"))
def show(ctx: Context, arguments: str) -> Screen:
    """Every change of this unit; without a number, of the highest one that the person administers."""
    found = units.get(ctx, int(arguments) if arguments.isdecimal() else top(ctx))
    access.demand(ctx, "organise", Thing(found.path) if found else None)
    assert found is not None  # noqa: S101 - for the type checker: `demand` has refused
    number = found.id
    ways = (
        (_("Add a unit below it"), f"/themdonvi {number}"),
        (_("Rename it"), f"/doitendonvi {number}"),
        (_("Its other names and code"), f"/tengoikhac {number}"),
        (_("Move it under another unit"), f"/chuyendonvi {number}"),
        (_("Make it one of another kind"), f"/doiloaidonvi {number}"),
        (_("Merge it into another unit"), f"/sapnhap {number}"),
        (_("Split it"), f"/tachdonvi {number}"),
        (_("Close or dissolve it"), f"/ketthucdonvi {number}"),
        (_("Take a list from a file"), "/napdonvi"),
        (_("Get the list as a file"), "/xuatdonvi"),
        (_("Back to the unit"), f"/donvi {number}"),
    )
    text = _("What has changed about this unit? Its past stays as it was.")
    return Screen(text, title=found.name, options=menu(*ways))


def top(ctx: Context) -> int:
    """The highest unit that the person administers; raise DomainError where there is none."""
    paths = sorted(access.paths(ctx, "organise"), key=len)
    if not paths:
        raise DomainError(_("This is for administrators. What you can do: /trogiup"))
    return units.ancestors(paths[0])[-1]


def day(d: Dialogue, ctx: Context, *changed: Unit) -> dt.date:
    """From which day a change holds."""
    text = _("From which day on does it hold? Write the day of the decision, or “today”.")
    return d.ask("day", Date(text, ctx.today, partial(_against, ctx, changed)), _("From"))


def _against(ctx: Context, changed: tuple[Unit, ...], asked: dt.date) -> str:
    """Why the change cannot be dated so."""
    rows = unit_rows.dates(ctx, [each.id for each in changed])
    return next((reason for row in rows if (reason := unit_rows.against_day(ctx, row, asked))), "")


def what_passes(ctx: Context, ended: Unit) -> str:
    """What will go from a unit to its successor, in words; nothing where nothing hangs on it."""
    counted = unit_endings.what_passes(ctx, ended.id)
    said = {
        "units": _("units below it: {many}"),
        "entries": _("open initiatives: {many}"),
        "people": _("people: {many}"),
    }
    return "; ".join(text.format(many=show_number(counted[key])) for key, text in said.items() if counted[key])


def done(unit_id: int) -> tuple[Option, ...]:
    """Where to go after a change."""
    return menu((_("The unit"), f"/donvi {unit_id}"), (_("Home"), "/start"))
