"""The number and the day of a paper that is already signed."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from conversations.engine.question import Again, Answered
from conversations.questions import Date, Optionally, Text
from locales import _
from movement.vietnamese_dates import show_date

if TYPE_CHECKING:
    from conversations.engine.dialogue import Dialogue
    from conversations.engine.screen import Json
    from movement.context import Context

LONGEST_NUMBER = 60


@dataclass(frozen=True, slots=True)
class PastDate(Date):
    """A day that has come already."""

    def recall(self, stored: Json) -> Answered[dt.date] | Again:
        """Refuse a day to come."""
        day = dt.date.fromisoformat(stored)
        if day > self.today:
            reason = _("{day} has not come yet. Please write the day on the paper.")
            return Again(reason.format(day=show_date(day)))
        return Date.recall(self, stored)


def number(d: Dialogue, text: str) -> str:
    """The number, or nothing where the paper has none."""
    return d.ask("number", Optionally(Text(text, LONGEST_NUMBER)), _("Number of the paper")) or ""


def required_number(d: Dialogue, text: str) -> str:
    """The number of a decision, which always has one."""
    return d.ask("number", Text(text, LONGEST_NUMBER), _("Number of the paper"))


def day(d: Dialogue, ctx: Context, text: str) -> dt.date:
    """The day on the paper."""
    return d.ask("day", PastDate(text, ctx.today), _("Day of the paper"))
