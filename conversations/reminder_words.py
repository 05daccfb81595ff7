"""What a person is told before last days: one letter of all that they owe, with the ways to do it now."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from locales import N_, _, ngettext
from movement.deadlines import last_working_day
from movement.vietnamese_dates import show_date

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Mapping, Sequence

    from movement.reminders.duties import Duty

MOST_ITEMS: Final = 8  # in one message
MOST_ACTS: Final = 3  # buttons for doing something now
LATER: Final = ("/nhaclai", N_("Remind me in 3 days"))
SETTINGS: Final = ("/nhachan", N_("Reminder settings"))
_COMMANDS: Final[Mapping[str, str]] = {
    "register": "/dangky",
    "submit_list": "/danhdau",
    "appraise": "/thamdinh",
    "recognise": "/congnhan",
    "propose": "/denghi",
    "draft": "/tieptuc",
    "mend": "/sua {number}",
    "prove": "/minhchung {number}",
    "score": "/tucham {number}",
}
_LABELS: Final[Mapping[str, str]] = {
    "register": N_("Register now"),
    "submit_list": N_("The list was sent"),
    "report": N_("Report now"),
    "appraise": N_("Appraise"),
    "recognise": N_("Write down a decision"),
    "propose": N_("Propose"),
    "draft": N_("Go on with the registration"),
    "mend": N_("Complete it now"),
    "prove": N_("Send evidence"),
    "score": N_("Score now"),
}


def acts(duties: Sequence[Duty]) -> list[tuple[str, str]]:
    """Commands with their msgids: what is due first, one of a kind, then later, then the settings."""
    firsts: dict[str, str] = {}
    for each in duties:
        if _LABELS[each.act] not in firsts.values():
            firsts.setdefault(command(each), _LABELS[each.act])
    return [*list(firsts.items())[:MOST_ACTS], LATER, SETTINGS]


def command(each: Duty) -> str:
    """The command that does what is owed, or leads to it."""
    if each.act == "report":
        return f"/baocao {each.number}" if each.number else "/danhdau"
    return _COMMANDS[each.act].format(number=each.number)


def letter(duties: Sequence[Duty], today: dt.date) -> Callable[[], str]:
    """The text, in the language of whoever reads it."""
    return partial(text, tuple(duties), today)


def text(duties: Sequence[Duty], today: dt.date) -> str:
    """All that is owed, by last day, the nearest first."""
    shown = {name for name, _label in acts(duties)}
    lines = []
    for day in dict.fromkeys(each.last_day for each in duties[:MOST_ITEMS]):
        lines.append(_heading(day, today))
        lines += [_line(each, shown) for each in duties[:MOST_ITEMS] if each.last_day == day]
    if (more := len(duties) - MOST_ITEMS) > 0:
        lines.append(_("… and {more} more: /trangthai").format(more=more))
    return "\n".join(lines)


def item(each: Duty) -> str:
    """One thing that is owed, for a list of such things."""
    return _line(each, {command(each)}).removeprefix("• ")


def _heading(day: dt.date, today: dt.date) -> str:
    """The last day and how much time is left; offices work until the Friday before a weekend."""
    left = (day - today).days
    if left == 0:
        return _("⏰ Today is the last day, {day}:").format(day=show_date(day))
    working = last_working_day(day)
    if not today <= working < day:
        head = ngettext("⏰ By {day} ({left} day left):", "⏰ By {day} ({left} days left):", left)
        return head.format(day=show_date(day), left=left)
    head = ngettext(
        "⏰ By {day} ({left} day left; last working day {working}):",
        "⏰ By {day} ({left} days left; last working day {working}):",
        left,
    )
    return head.format(day=show_date(day), left=left, working=show_date(working))


def _line(each: Duty, shown: set[str]) -> str:
    match each.act:
        case "draft":
            words = _("• a registration is begun and not sent: {name}") if each.what else ""
            words = words or _("• a registration is begun and not sent")
        case "mend":
            words = _("• {name} ({number}): to be completed and sent again")
        case "prove":
            words = _("• {name} ({number}): there is no evidence yet")
        case "score":
            words = _("• {name} ({number}): to be self-scored")
        case "report" if each.number and each.lacks_evidence:
            words = _("• {name} ({number}): results to be reported; there is no evidence yet")
        case "report" if each.number:
            words = _("• {name} ({number}): results to be reported")
        case _:
            return f"• {each.what} – {each.unit_name}"
    line = words.format(name=each.what, number=each.number)
    way = command(each)
    return line if way in shown or not each.number else f"{line}: {way}"
