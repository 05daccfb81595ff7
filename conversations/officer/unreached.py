"""/khongtoi: whom reminders did not reach, with their phones, for those who look after them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conversations.engine.screen import Screen
from conversations.menu import menu
from conversations.registry import command
from locales import N_, _
from movement import vietnamese_phones, views
from movement.reminders import unreached
from movement.reminders.choices import KINDS, kind_of
from movement.reminders.unreached import BACK, PAGE
from movement.vietnamese_dates import show_date
from movement.vietnamese_numbers import show_number

if TYPE_CHECKING:
    from movement.context import Context
    from movement.reminders.unreached import Row


@command(
    command="khongtoi",
    title=N_("Whom reminders did not reach"),
    words=N_("whom reminders did not reach;who could not be reached;whom to call"),
)
def show(ctx: Context, arguments: str) -> Screen:
    """`/khongtoi [page]`: name, unit, phone, and what it was about."""
    words = arguments.split()
    number = max(0, int(words[0][:4]) - 1) if words and words[0].isdecimal() else 0
    rows, many = unreached.page(ctx, number)
    if number and not rows:  # fewer than when the page was turned
        number = 0
        rows, many = unreached.page(ctx, number)
    for row in rows:
        views.note(ctx, f"person:{row.person_id}", row.path, row.person_id)
    lines = [_("In the last {days} days no reminder has reached: please call or visit.").format(days=BACK)]
    if not rows:
        lines = [_("In the last {days} days reminders have found everybody.").format(days=BACK)]
    options = [(_("Previous page"), f"/khongtoi {number}")] if number else []
    if many > (number + 1) * PAGE:
        options.append((_("Next page"), f"/khongtoi {number + 2}"))
    ways = [*options, (_("Give a lost channel back"), "/caplai"), (_("Home"), "/start")]
    text = _("Whom reminders did not reach: {many}") if many else _("Whom reminders did not reach")
    title = text.format(many=show_number(many))
    return Screen("\n".join([*lines, *map(_line, rows)]), title=title, options=menu(*ways))


def _line(row: Row) -> str:
    phone = vietnamese_phones.show(row.phone) if row.phone else _("no phone number known")
    about = _("about {kind}, last day {day}").format(kind=_(KINDS[kind_of(row.act)]), day=show_date(row.last_day))
    return f"• {row.name or _('(no name yet)')}, {row.unit_name}, {phone}; {about}"
