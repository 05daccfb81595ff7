"""/hanchot: what is due, when, how long is left, to whom it goes; what is done already."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from conversations.engine.screen import Screen
from conversations.menu import menu
from conversations.registry import command
from locales import N_, _, ngettext
from movement import access, channel_names, due, people, units
from movement.access import Thing
from movement.vietnamese_dates import show_date

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conversations.engine.screen import Option
    from movement.access import Act
    from movement.context import Context
    from movement.due import Owed
    from movement.units import Unit

MOST: Final = 6


@command(
    command="hanchot",
    title=N_("Deadlines"),
    words=N_("deadlines;deadline;when is it due"),
    needs="nothing",
    listed=True,
    public=True,
)
def deadlines(ctx: Context, arguments: str) -> Screen:  # noqa: ARG001
    """What is late and still to come, the nearest first, done or not."""
    found = due.of_person(ctx, ctx.today)
    homes = {each.unit.id for each in found if each.unit}
    blocks = ["\n".join(_lines(each, named=len(homes) > 1)) for each in found[:MOST]]
    if len(found) > MOST:
        blocks.append(_("… and {more} more.").format(more=len(found) - MOST))
    text = "\n".join(blocks) or _("Nothing is due any more this year.")
    return Screen(text, title=_("Deadlines"), options=_options(ctx, found))


def own_units(ctx: Context) -> list[Unit]:
    """The units of the person who speaks; none before they joined."""
    ids = people.units_of(ctx)
    return units.several(ctx, ids) if ids else []


def _options(ctx: Context, found: list[Owed]) -> tuple[Option, ...]:
    offers = []
    if not access.roles(ctx) or any(_may(ctx, "register", each.unit) for each in found):
        offers += [(_("Register an initiative"), "/dangky"), (_("State of my initiatives"), "/trangthai")]
    if any(each.mine and each.by == "unit" for each in found):
        offers.append((_("Mark what the unit has done"), "/danhdau"))
    opened_for = [units.get(ctx, each.held.unit_id) for each in found if each.held and each.due.last_day is None]
    if any(_may(ctx, "schedule", each) for each in opened_for):
        offers.append((_("Days of the year"), "/ngay"))
    if access.roles(ctx):
        offers.append((_("Reminder settings"), "/nhachan"))
    return menu(*(offers or [(_("Home"), "/start")]))


def _may(ctx: Context, act: Act, home: Unit | None) -> bool:
    return home is not None and access.may(ctx, act, Thing(home.path))


def _lines(each: Owed, *, named: bool) -> Iterator[str]:
    """What and when; then, where it is still to be done, to whom and how."""
    yield _first(each) + (f" · {each.unit.short_name or each.unit.name}" if named and each.unit else "")
    if not each.done and (address := _address(each)):
        yield "   " + address


def _first(each: Owed) -> str:
    what, last, left = each.due.deadline.what, each.due.last_day, each.days_left
    if each.done and last is None:
        return _("✓ {what}: done").format(what=what)
    if last is None or left is None:
        event = getattr(each.due.deadline.when, "label", "")
        return _("• {what}: the day is not known yet ({event})").format(what=what, event=event)
    if each.done:
        return _("✓ {what}: done (last day {day})").format(what=what, day=show_date(last))
    if left < 0:
        return _("⚠ {what}: the last day was {day}; it is still taken").format(what=what, day=show_date(last))
    if left == 0:
        return _("⏰ {what}: today is the last day, {day}").format(what=what, day=show_date(last))
    text = ngettext("⏰ {what}: by {day} ({left} day left)", "⏰ {what}: by {day} ({left} days left)", left)
    line = text.format(what=what, day=show_date(last), left=left)
    if each.working_day is not None and each.working_day != last:
        line += _("; last working day: {day}").format(day=show_date(each.working_day))
    return line


def _address(each: Owed) -> str:
    """To whom, through whom, on which form, by which way."""
    if not each.to:
        return ""
    parts = [_("To: {unit}").format(unit=each.to)]
    if each.through:
        parts.append(_("through the {unit}").format(unit=each.through))
    if each.then_to:
        parts.append(_("which reports to: {unit}").format(unit=each.then_to))
    if each.form is not None and each.by == "unit":  # a person answers questions instead
        form = each.form.number
        parts.append(_("on the form “{form}”").format(form=form) if form else _("on the guideline's form"))
    if each.channels:
        parts.append(channel_names.label(each.channels))
    return "; ".join(parts)
