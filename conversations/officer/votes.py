"""The question of a council's vote: three numbers in one answer."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from conversations.engine.question import Again, Answered, Prompt, Question
from locales import _
from movement.councils import Vote

if TYPE_CHECKING:
    from conversations.engine.screen import Json, Reply

_NUMBERS = 3
MOST_BALLOTS = 999


@dataclass(frozen=True, slots=True)
class Votes(Question[Vote]):
    """Ballots given out, valid, agreed: "7, 7, 6"; one number stands for all three, two for all valid."""

    text: str

    def prompt(self, draft: Json) -> Prompt:  # noqa: ARG002 - it has no steps
        """Show the question."""
        return Prompt(self.text)

    def receive(self, draft: Json, reply: Reply) -> Answered[Vote] | Again:
        """Take the numbers, whatever words stand between them."""
        numbers = [int(each) for each in re.findall(r"\d+", reply.text)]
        if not 1 <= len(numbers) <= _NUMBERS or max(numbers) > MOST_BALLOTS:
            return Again(_("Please write three numbers: given out, valid, agreed; for example 7, 7, 6."), draft)
        return self.recall([numbers[0], numbers[0], numbers[-1]] if len(numbers) < _NUMBERS else numbers)

    def recall(self, stored: Json) -> Answered[Vote] | Again:
        """Check that they can be."""
        vote = Vote(*stored)
        if not vote.ballots >= vote.valid >= vote.agreed:
            reason = _("There cannot be more valid ballots than given out, nor more that agree than valid.")
            return Again(reason)
        shown = _("{agreed}/{valid} agree ({ballots} given out)")
        return Answered(vote, stored, shown.format(agreed=vote.agreed, valid=vote.valid, ballots=vote.ballots))
