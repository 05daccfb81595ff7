"""The question of one criterion: its points, with a note if there is something to say."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from conversations.engine.question import Again, Answered, Prompt, Question
from conversations.engine.screen import Option
from locales import _
from movement.vietnamese_text import clean_line

if TYPE_CHECKING:
    from decimal import Decimal

    from conversations.engine.screen import Json, Reply
    from conversations.questions import Score

LONGEST_NOTE = 300


@dataclass(frozen=True, slots=True)
class Scored:
    """The points of one criterion and the note beside them."""

    points: Decimal
    note: str


@dataclass(frozen=True, slots=True)
class CriterionScore(Question[Scored]):
    """Points by button or typed; a note after a semicolon ("9; 120 người dự") or by its own button."""

    score: Score
    before: str = ""  # what was given last time

    def prompt(self, draft: Json) -> Prompt:
        """Ask for the points, or for the note first."""
        pause = Option("pause", _("Pause"), tap="/desau")
        if (draft or {}).get("noting"):
            return Prompt(_("Write the note for this criterion, in a line or two."), (), (pause,))
        prompt = self.score.prompt(None)
        note = (draft or {}).get("note", "")
        lines = [prompt.text, self.before, _("Note: {note}").format(note=note) if note else ""]
        text = "\n".join(line for line in lines if line)
        return replace(prompt, text=text, controls=(Option("~note", _("Add a note")), pause))

    def receive(self, draft: Json, reply: Reply) -> Answered[Scored] | Again:
        """Take points, points with a note, or a note alone."""
        note = (draft or {}).get("note", "")
        if (draft or {}).get("noting") and not reply.choice:
            return Again("", {"note": clean_line(reply.text)[:LONGEST_NOTE]})
        if reply.choice == "~note":
            return Again("", {"noting": True, "note": note})
        typed, _separator, rest = reply.text.partition(";")
        rest = clean_line(rest)[:LONGEST_NOTE]
        answered = self.score.receive(None, replace(reply, text=typed))
        if isinstance(answered, Again):
            return replace(answered, draft=draft)
        return self.recall({"points": answered.stored, "note": rest or note})

    def recall(self, stored: Json) -> Answered[Scored] | Again:
        """Check the points again."""
        answered = self.score.recall(stored["points"])
        if isinstance(answered, Again):
            return answered
        shown = f"{answered.shown} – {stored['note']}" if stored["note"] else answered.shown
        return Answered(Scored(answered.value, stored["note"]), stored, shown)
