"""The question that waits for something made in the background: it goes on once that is ready."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from conversations.engine.question import Again, Answered, Prompt, Question
from conversations.engine.screen import Option
from locales import _

if TYPE_CHECKING:
    from collections.abc import Callable

    from conversations.engine.screen import Json, Reply


@dataclass(frozen=True, slots=True)
class Ready(Question[None]):
    """Asks to go on; whatever is said, it goes on as soon as `is_ready`."""

    text: str
    is_ready: Callable[[], bool]

    def prompt(self, draft: Json) -> Prompt:  # noqa: ARG002 - it has no steps
        """Show that it is being made."""
        return Prompt(self.text, (Option("go", _("Go on"), number=1),), expects="choice")

    def receive(self, draft: Json, reply: Reply) -> Answered[None] | Again:  # noqa: ARG002
        """Go on, or say that it is not ready yet."""
        if self.is_ready():
            return self.recall("go")
        return Again(_("It is not ready yet. Please wait a few seconds."), draft)

    def recall(self, stored: Json) -> Answered[None] | Again:
        """What was ready stays so."""
        return Answered(None, stored, _("Ready"))
