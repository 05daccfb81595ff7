"""The question of one criterion: its points, or whether it is met, with a note if there is something to say."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeVar

from conversations.engine.question import Again, Answered, Prompt, Question
from conversations.engine.screen import Option
from locales import _
from movement.matching import fold
from movement.vietnamese_text import clean_line

if TYPE_CHECKING:
    from conversations.engine.screen import Json, Reply

T = TypeVar("T")

LONGEST_NOTE = 300
_QUICK = "~quick"  # what the keys of ready-made notes begin with


def pause() -> Option:
    """The control that keeps a sheet for later."""
    return Option("pause", _("Pause"), tap="/desau")


@dataclass(frozen=True, slots=True)
class Noted(Question[tuple[T, str]]):
    """A question and the note beside its answer, by its own button or after a semicolon ("9; 120 người dự").

    `quick` are ready-made notes, such as that a title is not official yet.
    """

    question: Question[T]
    before: str = ""  # what was given last time, or by the unit itself
    quick: tuple[str, ...] = ()

    def prompt(self, draft: Json) -> Prompt:
        """Ask the question, or for the note first."""
        if (draft or {}).get("noting"):
            return Prompt(_("Write the note for this criterion, in a line or two."), (), (pause(),))
        prompt = self.question.prompt(None)
        note = (draft or {}).get("note", "")
        lines = [prompt.text, self.before, _("Note: {note}").format(note=note) if note else ""]
        text = "\n".join(line for line in lines if line)
        return replace(prompt, text=text, controls=(*self._notes(), pause()))

    def receive(self, draft: Json, reply: Reply) -> Answered[tuple[T, str]] | Again:
        """Take an answer, an answer with a note, or a note alone."""
        note = (draft or {}).get("note", "")
        if (draft or {}).get("noting") and not reply.choice:
            return Again("", {"note": clean_line(reply.text)[:LONGEST_NOTE]})
        typed = fold(reply.text)
        choice = reply.choice or next((option.key for option in self._notes() if fold(option.label) == typed), "")
        if choice == "~note":
            return Again("", {"noting": True, "note": note})
        if choice.startswith(_QUICK):
            return Again("", {"note": self.quick[int(choice.removeprefix(_QUICK))]})
        answer, _separator, rest = reply.text.partition(";")
        rest = clean_line(rest)[:LONGEST_NOTE]
        answered = self.question.receive(None, replace(reply, text=answer))
        if isinstance(answered, Again):
            return replace(answered, draft=draft)
        assert isinstance(answered, Answered)  # noqa: S101 - only a review changes another answer
        return self.recall({"points": answered.stored, "note": rest or note})

    def _notes(self) -> tuple[Option, ...]:
        """The controls for notes; where there are no buttons their words are typed."""
        quick = (Option(f"{_QUICK}{number}", label) for number, label in enumerate(self.quick))
        return (*quick, Option("~note", _("Add a note")))

    def recall(self, stored: Json) -> Answered[tuple[T, str]] | Again:
        """Check the answer again."""
        answered = self.question.recall(stored["points"])
        if isinstance(answered, Again):
            return answered
        shown = f"{answered.shown} – {stored['note']}" if stored["note"] else answered.shown
        return Answered((answered.value, stored["note"]), stored, shown)
