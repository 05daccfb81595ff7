"""Asking one question by itself: what a reply makes of it, its draft through JSON like the engine's."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Generic, TypeVar

from conversations.engine.question import Again, Answered, Change, Question
from conversations.engine.screen import Reply

if TYPE_CHECKING:
    from conversations.engine.screen import Json

T = TypeVar("T")


class Asking(Generic[T]):
    """One question on the screen, and its draft."""

    def __init__(self, question: Question[T]) -> None:
        self.question = question
        self.draft: Json = None

    def say(self, text: str) -> Answered[T] | Again:
        """Type this."""
        return self.reply(Reply(text=text))

    def choose(self, key: str) -> Answered[T] | Again:
        """Tap the option or control with this key."""
        shown = self.question.prompt(self.draft)
        assert key in [option.key for option in (*shown.options, *shown.controls)]
        return self.reply(Reply(choice=key))

    def reply(self, reply: Reply) -> Answered[T] | Again:
        """Anything else."""
        result = self.question.receive(self.draft, reply)
        assert not isinstance(result, Change)
        if isinstance(result, Answered):
            stored = json.loads(json.dumps(result.stored))
            assert self.question.recall(stored) == result, "a replay gives something else than the first run"
        else:
            self.draft = json.loads(json.dumps(result.draft))
        return result

    def value(self, text: str) -> T:
        """The answer that typing this gives."""
        result = self.say(text)
        assert isinstance(result, Answered), result
        return result.value

    def reason(self, text: str) -> str:
        """Why typing this is no answer."""
        result = self.say(text)
        assert isinstance(result, Again), result
        return result.reason

    @property
    def text(self) -> str:
        """The question as shown."""
        return self.question.prompt(self.draft).text

    @property
    def listed(self) -> list[str]:
        """The options as listed."""
        return [f"{option.number}. {option.label}" for option in self.question.prompt(self.draft).options]

    @property
    def controls(self) -> list[str]:
        """The keys of the question's own controls."""
        return [option.key for option in self.question.prompt(self.draft).controls]
