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
_WAYS: Final[Mapping[str, tuple[str, str]]] = {  # the command for each act, and its label
    "register": ("/dangky", N_("Register now")),
    "submit_list": ("/danhdau", N_("The list was sent")),
    "report": ("/baocao {number}", N_("Report now")),
    "appraise": ("/thamdinh", N_("Appraise")),
    "recognise": ("/congnhan", N_("Write down a decision")),
    "propose": ("/denghi", N_("Propose")),
    "draft": ("/tieptuc", N_("Go on with the registration")),
    "mend": ("/sua {number}", N_("Complete it now")),
    "prove": ("/minhchung {number}", N_("Send evidence")),
    "score": ("/tucham {number}", N_("Score now")),
}
_REMIND: Final = ("/dondoc", N_("Remind the units"))
_MISSING: Final = ("/tonghop", N_("See what is missing"))
_SENT: Final = ("/danhdau", N_("The report was sent"))
_DEADLINES: Final = ("/hanchot", N_("Deadlines"))
_DO: Final[Mapping[str, frozenset[str]]] = {  # roles that do it themselves; others see to it that it is done
    "register": frozenset({"unit_head", "unit_officer"}),
    "appraise": frozenset({"upper_officer", "appraiser"}),
    "recognise": frozenset({"unit_head", "standing_committee"}),
    "propose": frozenset({"unit_head", "unit_officer", "standing_committee"}),
}


def acts(duties: Sequence[Duty], today: dt.date) -> list[tuple[str, str]]:
    """Commands with their msgids: what is due first, one of a kind; later, where there is one; the settings."""
    firsts: dict[str, str] = {}
    for each in without_what_is_said_twice(duties):
        command, label = _way(each)
        if label not in firsts.values():
            firsts.setdefault(command, label)
    later = [LATER] if any(each.last_day > today for each in duties) else []
    return [*list(firsts.items())[:MOST_ACTS], *later, SETTINGS]


def _way(each: Duty) -> tuple[str, str]:
    """The command that does what is owed, or leads to it, for a person with this role; and its msgid."""
    if each.act == "report" and not each.number:
        return _MISSING if "subject" in each.deadline.who else _SENT
    if each.role and each.role not in _DO.get(each.act, {each.role}):
        return _REMIND if each.act == "register" else _DEADLINES
    command, label = _WAYS[each.act]
    return command.format(number=each.number), label


def letter(duties: Sequence[Duty], today: dt.date) -> Callable[[], str]:
    """The text, in the language of whoever reads it."""
    return partial(text, tuple(duties), today)


def text(duties: Sequence[Duty], today: dt.date) -> str:
    """All that is owed, by last day, the nearest first."""
    duties = without_what_is_said_twice(duties)
    shown = {name for name, _msgid in acts(duties, today)}
    lines = []
    for day in dict.fromkeys(each.last_day for each in duties[:MOST_ITEMS]):
        lines.append(_heading(day, today))
        lines += [_line(each, shown) for each in duties[:MOST_ITEMS] if each.last_day == day]
    if (more := len(duties) - MOST_ITEMS) > 0:
        lines.append(_("… and {more} more: /trangthai").format(more=more))
    return "\n".join(lines)


def item(each: Duty) -> str:
    """One thing that is owed, for a list of such things."""
    return _line(each, {_way(each)[0]}).removeprefix("• ")


def without_what_is_said_twice(duties: Sequence[Duty]) -> list[Duty]:
    """An officer who is the author of what is missing is told that, not what the unit owes as well."""
    own = {(each.unit_id, each.last_day) for each in duties if each.act == "report" and each.number}
    return [
        each for each in duties if each.act != "report" or each.number or (each.unit_id, each.last_day) not in own
    ]


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
    way, _label = _way(each)
    return line if way in shown or not each.number else f"{line}: {way}"
