"""Talking to a script without database, channel or catalogue: the engine alone, in English."""

from __future__ import annotations

import copy
import json
from contextlib import nullcontext
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from conversations.engine.dialogue import run
from conversations.engine.memory import Memory, Words
from conversations.engine.question import Again, Answered, Prompt, Question, number_in
from conversations.engine.screen import Option, Reply, Screen

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from conversations.engine.dialogue import Dialogue, Effect, Turn
    from conversations.engine.screen import FileRef, Json

    Script = Callable[[Dialogue, object], None]

_CONTROLS = {
    "back": "~back",
    "cancel": "~cancel",
    "keep": "~keep",
    "send": "~confirm",
    "done": "~done",
    "skip": "~skip",
    "more": "~more",
}

WORDS = Words(
    back="Back",
    cancel="Cancel",
    keep=lambda answer: f"Keep: {answer}",
    confirm="Send",
    outdated="That button is old.",
    not_taken="Not an answer here.",
    way_out="Send “cancel” to stop.",
    which_to_change="Choose a line to change it.",
    unsupported=lambda kind: f"No {kind} here.",
    no_files="No files here.",
    control=lambda text: _CONTROLS.get(text.strip().lower(), ""),
)


@dataclass(frozen=True, slots=True)
class Word(Question[str]):
    """Anything but nothing and "wrong"."""

    text: str
    wrong: str = "wrong"

    def prompt(self, draft: Json) -> Prompt:
        return Prompt(self.text)

    def receive(self, draft: Json, reply: Reply) -> Answered[str] | Again:
        return self.recall(reply.text)

    def recall(self, stored: Json) -> Answered[str] | Again:
        if not stored or stored == self.wrong:
            return Again(f"“{stored}” is no answer.")
        return Answered(stored, stored, stored)


@dataclass(frozen=True, slots=True)
class Pick(Question[str]):
    """One of these, by tap, number or name; what is no longer there is asked again."""

    text: str
    names: Sequence[str]

    def prompt(self, draft: Json) -> Prompt:
        options = tuple(Option(name, name.title(), number=n) for n, name in enumerate(self.names, 1))
        return Prompt(self.text, options, expects="choice")

    def receive(self, draft: Json, reply: Reply) -> Answered[str] | Again:
        number = number_in(reply.text, len(self.names))
        return self.recall(reply.choice or (self.names[number - 1] if number else reply.text))

    def recall(self, stored: Json) -> Answered[str] | Again:
        if stored not in self.names:
            return Again(f"“{stored}” is not offered.")
        return Answered(stored, stored, stored.title())


@dataclass(frozen=True, slots=True)
class Pile(Question[list[str]]):
    """Words or file names, one after the other until "done": a question with a draft."""

    text: str

    def prompt(self, draft: Json) -> Prompt:
        piled = ", ".join(draft or ())
        return Prompt(f"{self.text} {piled}".strip(), controls=(Option("~done", "Done"),), expects="files")

    def receive(self, draft: Json, reply: Reply) -> Answered[list[str]] | Again:
        piled = list(draft or ())
        if reply.choice == "~done":
            return self.recall(piled)
        return Again("", [*piled, *(file.name for file in reply.files), *([reply.text] if reply.text else ())])

    def recall(self, stored: Json) -> Answered[list[str]] | Again:
        return Answered(stored, stored, ", ".join(stored))


class Talk:
    """One person's talk with one script. After each message the memory goes through JSON and is replayed."""

    def __init__(
        self, script: Script, context: object = None, effect: Effect = nullcontext, **given: Json
    ) -> None:
        self.script, self.context, self.effect = script, context, effect
        self.memory = Memory("test", 1, given)
        self.turn: Turn = self._take(None)

    @property
    def screen(self) -> Screen:
        """The last screen."""
        return self.turn.screen

    @property
    def controls(self) -> list[str]:
        """The labels of the controls of the last screen."""
        return [control.label for control in self.screen.controls]

    def say(self, *texts: str) -> Screen:
        """Send these, one after the other, and give the last screen."""
        for text in texts:
            self.turn = self._take(Reply(text=text))
        return self.screen

    def send(self, *files: FileRef, text: str = "") -> Screen:
        """Send files with a caption."""
        self.turn = self._take(Reply(text=text, files=files))
        return self.screen

    def tap(self, label: str, screen: Screen | None = None) -> Screen:
        """Tap the button with this label on the last screen, or on an older one."""
        shown = screen or self.screen
        found = [option.tap for option in (*shown.options, *shown.controls) if option.label == label]
        assert found, f"no button {label!r} among {[o.label for o in (*shown.options, *shown.controls)]}"
        self.turn = self._take(Reply(tap=found[0]))
        return self.screen

    def reply(self, reply: Reply) -> Screen:
        """Send anything else."""
        self.turn = self._take(reply)
        return self.screen

    def resume(self) -> Screen:
        """Come back without a word."""
        self.turn = self._take(None)
        return self.screen

    def _take(self, reply: Reply | None) -> Turn:
        turn = run(self.script, self.context, self.memory, reply, WORDS, self.effect)
        self.memory = through_json(self.memory)
        if turn.state == "open":
            again = replay(self.script, self.context, self.memory)
            assert question_of(again) == question_of(turn.screen)
        return turn


def replay(script: Script, context: object, memory: Memory) -> Screen:
    """The screen of a replay, which must leave the memory as it is and run no effect."""
    before = copy.deepcopy(memory)

    def forbidden() -> None:
        message = "an effect ran in a replay"
        raise AssertionError(message)

    turn = run(script, context, memory, None, WORDS, forbidden)  # type: ignore[arg-type] # never called
    assert turn.state == "open"
    assert memory == before
    return turn.screen


def question_of(screen: Screen) -> Screen:
    """The screen without what only the answer to a reply shows: reasons, what was settled, whether it amends."""
    return replace(
        screen,
        text=screen.text.rsplit("\n\n", 1)[-1],
        files=(),
        notice="",
        settled="",
        settled_place="",
        amends=False,
    )


def through_json(memory: Memory) -> Memory:
    """The memory as it comes back from the database."""
    return Memory(**json.loads(json.dumps(memory.to_json())))
