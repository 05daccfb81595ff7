"""The question answered by a phone number. What it shows and keeps is never the whole number."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from conversations.engine.question import Again, Answered, Prompt, Question
from conversations.engine.screen import Option
from locales import _
from movement import vietnamese_phones

if TYPE_CHECKING:
    from conversations.engine.screen import Json, Reply

_REMOVE = "remove"


@dataclass(frozen=True, slots=True)
class Phone(Question[str]):
    """A phone number of Viet Nam in the form that is stored; nothing to have the one that is kept taken away."""

    text: str
    is_kept: bool = False

    def prompt(self, draft: Json) -> Prompt:  # noqa: ARG002 - it has no steps
        """Show the question, and the way to have a kept number deleted."""
        options = (Option(_REMOVE, _("Delete my number"), number=1),) if self.is_kept else ()
        return Prompt(self.text, options)

    def receive(self, draft: Json, reply: Reply) -> Answered[str] | Again:  # noqa: ARG002
        """Take a number however it is written; "1" deletes."""
        if self.is_kept and (reply.choice == _REMOVE or reply.text.strip() == "1"):
            return Answered("", "", _("(none)"))
        number = vietnamese_phones.parse(reply.text)
        if number is None:
            return Again(_("That is not a phone number of Viet Nam."))
        return self.recall(number)

    def recall(self, stored: Json) -> Answered[str] | Again:
        """Give it back; shown is only its end."""
        return Answered(stored, stored, vietnamese_phones.show_end(stored) if stored else _("(none)"))
