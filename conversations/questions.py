"""Questions answered by words: text, a count, a score, a day; and the way round a question."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING, TypeVar

from conversations.engine.question import Again, Answered, Change, Prompt, Question, number_in
from conversations.engine.screen import Option
from locales import _
from movement.vietnamese_dates import AskSolar, Day, Impossible, Several, parse_date, show_date
from movement.vietnamese_numbers import parse_count, parse_score, show_number
from movement.vietnamese_text import clean

if TYPE_CHECKING:
    from collections.abc import Callable

    from conversations.engine.screen import Json, Reply
    from movement.vietnamese_date_phrases import Prefer

T = TypeVar("T")

LONGEST_TEXT = 2000  # characters of a free answer


@dataclass(frozen=True, slots=True)
class Text(Question[str]):
    """Words, at most `longest` characters; `check` gives the reason against a text, or nothing.

    `suggestions` are likely answers, chosen by tap or number.
    """

    text: str
    longest: int = LONGEST_TEXT
    check: Callable[[str], str] | None = None
    suggestions: tuple[str, ...] = ()

    def prompt(self, draft: Json) -> Prompt:  # noqa: ARG002 - it has no steps
        """Show the question."""
        options = tuple(Option(str(n), text, number=n) for n, text in enumerate(self.suggestions, 1))
        return Prompt(self.text, options)

    def receive(self, draft: Json, reply: Reply) -> Answered[str] | Again:  # noqa: ARG002
        """Take what was written, cleaned; say how much is over."""
        if number := number_in(reply.choice or reply.text, len(self.suggestions)):
            return self.recall(self.suggestions[number - 1])
        return self.recall(clean(reply.text))

    def recall(self, stored: Json) -> Answered[str] | Again:
        """Check again, since limits may have been tightened."""
        if not stored:
            return Again(_("Please write the answer in words."))
        if (over := len(stored) - self.longest) > 0:
            reason = _(
                "That is {over} characters too long (at most {longest}). Please shorten it and send it again."
            )
            return Again(reason.format(over=over, longest=self.longest))
        reason = self.check(stored) if self.check else ""
        return Again(reason) if reason else Answered(stored, stored, stored)


@dataclass(frozen=True, slots=True)
class Number(Question[int]):
    """A count from `least` to `most`."""

    text: str
    least: int = 0
    most: int = 1_000_000

    def prompt(self, draft: Json) -> Prompt:  # noqa: ARG002
        """Show the question."""
        return Prompt(self.text, expects="number")

    def receive(self, draft: Json, reply: Reply) -> Answered[int] | Again:  # noqa: ARG002
        """Take a count as people write it: 1.234, 120k, "trăm hai"."""
        value = parse_count(reply.text)
        if value is None:
            return Again(_("Please write a whole number, for example 120."))
        return self.recall(value)

    def recall(self, stored: Json) -> Answered[int] | Again:
        """Check the bounds again."""
        if not self.least <= stored <= self.most:
            reason = _("Please write a number from {least} to {most}.")
            return Again(reason.format(least=show_number(self.least), most=show_number(self.most)))
        return Answered(stored, stored, show_number(stored))


@dataclass(frozen=True, slots=True)
class Score(Question[Decimal]):
    """Points from 0 to `most` in steps; stored as text so that nothing is rounded."""

    text: str
    most: Decimal
    step: Decimal = Decimal("0.5")

    def prompt(self, draft: Json) -> Prompt:  # noqa: ARG002
        """Offer every step on a short scale, whole points on a long one."""
        by = self.step if self.most / self.step <= 10 else Decimal(1)  # noqa: PLR2004 - ten buttons fit
        values = [self.most - by * n for n in range(int(self.most / by) + 1)]
        options = tuple(Option(str(value), show_number(value)) for value in values)
        return Prompt(self.text, options, expects="score")

    def receive(self, draft: Json, reply: Reply) -> Answered[Decimal] | Again:  # noqa: ARG002
        """Take 4,5 and 4.5 and "9 rưỡi" alike."""
        value = parse_score(reply.choice or reply.text, self.most)
        if value is None:
            example = show_number(self.most - self.step)
            reason = _("Please write the points as a number from 0 to {most}, for example {example}.")
            return Again(reason.format(most=show_number(self.most), example=example))
        return self.recall(str(value))

    def recall(self, stored: Json) -> Answered[Decimal] | Again:
        """Check against the guideline's maximum and step again."""
        value = Decimal(stored)
        if not 0 <= value <= self.most:
            reason = _("This criterion has 0 to {most} points.")
            return Again(reason.format(most=show_number(self.most)))
        if value % self.step:
            return Again(_("Points go in steps of {step}.").format(step=show_number(self.step)))
        return Answered(value, stored, show_number(value))


@dataclass(frozen=True, slots=True)
class Date(Question[dt.date]):
    """A day as people write it; what was understood is always shown back with its weekday.

    `check` gives the reason against a day, or nothing.
    """

    text: str
    today: dt.date
    check: Callable[[dt.date], str] | None = None
    prefer: Prefer = "nearest"  # the year meant where none is said

    def prompt(self, draft: Json) -> Prompt:
        """Show the question, or the days that were understood, to choose from."""
        options = tuple(
            Option(day, show_date(dt.date.fromisoformat(day)), number=number)
            for number, day in enumerate(draft or (), 1)
        )
        return Prompt(self.text, options, expects="date")

    def receive(self, draft: Json, reply: Reply) -> Answered[dt.date] | Again:
        """Take a date or a phrase such as "thứ sáu tuần này"."""
        days = draft or ()
        if number := number_in(reply.text, len(days)):
            return self.recall(days[number - 1])
        if reply.choice in days:
            return self.recall(reply.choice)
        match parse_date(reply.text, self.today, self.prefer):
            case Day(day):
                return self.recall(day.isoformat())
            case Several(days):
                return Again(_("Which day do you mean?"), [day.isoformat() for day in days])
            case AskSolar():
                return Again(
                    _("That sounds like a lunar date. Please write the solar date, for example 10/03/2027."), draft
                )
            case Impossible(reason):
                return Again(reason, draft)
            case _none:
                return Again(_("Please write the date as day/month/year, for example 10/03/2027."), draft)

    def recall(self, stored: Json) -> Answered[dt.date] | Again:
        """Check again, and give the day back."""
        day = dt.date.fromisoformat(stored)
        reason = self.check(day) if self.check else ""
        return Again(reason) if reason else Answered(day, stored, show_date(day))


@dataclass(frozen=True, slots=True)
class Optionally(Question[T | None]):
    """The question with a way round it; skipped is None."""

    question: Question[T]

    def prompt(self, draft: Json) -> Prompt:
        """Show the question with a skip control, unless something was gathered that a skip would throw away."""
        prompt = self.question.prompt(draft)
        done = [control for control in prompt.controls if control.key == "~done"]
        if done and draft:
            return prompt
        others = tuple(control for control in prompt.controls if control not in done)
        return replace(prompt, controls=(*others, Option("~skip", _("Skip"))))

    def receive(self, draft: Json, reply: Reply) -> Answered[T | None] | Again | Change:
        """Take the skip, or leave the reply to the question."""
        if reply.choice == "~skip":
            return Answered(None, None, _("(none)"))
        return self.question.receive(draft, reply)

    def recall(self, stored: Json) -> Answered[T | None] | Again:
        """None was skipped; anything else is the question's."""
        return Answered(None, None, _("(none)")) if stored is None else self.question.recall(stored)
