"""How long is left until a last day, which itself still counts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from locales import _, ngettext
from movement import deadlines
from movement.vietnamese_dates import show_date

if TYPE_CHECKING:
    import datetime as dt


def until(last: dt.date, today: dt.date) -> str:
    """A sentence with the last day and the days left; nothing once it has passed."""
    left = deadlines.days_left(last, today)
    if left < 0:
        return ""
    if left == 0:
        return _("Last day: today, {day}.").format(day=show_date(last))
    text = ngettext("Last day: {day}, {left} day left.", "Last day: {day}, {left} days left.", left)
    return text.format(day=show_date(last), left=left)
