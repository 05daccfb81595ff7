"""Several questions in one message, where messages are counted and there are no buttons.

The reply holds an answer for each, by lines, by labels such as "2: 9", or one after the other; what is
understood stays, and only the rest is asked once more. Each answer is stored under the key of its own
question, so whoever goes on elsewhere is asked one by one.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from conversations.engine.question import Again, Answered, Prompt, Question
from conversations.told_apart import by_lines
from locales import _

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from conversations.engine.dialogue import Dialogue
    from conversations.engine.screen import Json, Option, Reply

    Intro = Callable[[Sequence["Part"], bool], str]


_DASHES = {"-", "–", "—"}


@dataclass(frozen=True, slots=True)
class Part:
    """One of the questions. `key` is as `ask` takes it, `name` what it is called, `mark` what stands before it."""

    key: str
    mark: str
    name: str
    text: str  # how it is asked, in a few lines
    question: Question[Any]
    blank: str = ""  # what a dash stands for
    short: str = ""  # how it is asked once more, where that is said in fewer words


class AtOnce:
    """Asks several questions in turn; where messages are counted, all that are open together with the first."""

    def __init__(
        self, d: Dialogue, parts: Sequence[Part], intro: Intro, control: Callable[[str], str] | None
    ) -> None:
        """`control`: the engine's words where messages are counted, else None."""
        self._d, self._parts, self._intro, self._control = d, tuple(parts), intro, control

    def ask(self, key: str) -> Any:
        """The answer of one of them; they are to be asked in their order."""
        part = next(part for part in self._parts if part.key == key)
        still = tuple(each for each in self._parts if not self._d.has(each.key))
        if self._control is None or len(still) == 1 or self._d.has(key):
            return self._d.ask(key, part.question, part.name)
        return self._d.ask(key, Together(self._intro, still, by_lines, self._control), part.name)


@dataclass(frozen=True, slots=True)
class Together(Question[Any]):
    """The questions of several keys; the value is that of the first, the others are answered besides.

    `intro` says how to answer the parts that are still open, in fewer words where some are answered; `tell` tells
    the reply's words apart for them, and for any part that is named.
    """

    intro: Intro
    parts: tuple[Part, ...]
    tell: Callable[[str, Sequence[Part], Sequence[Part]], Mapping[str, str] | str]
    control: Callable[[str], str]  # what was written -> "~skip" and the like, as of the engine's words
    controls: tuple[Option, ...] = ()
    expects: str = "text"

    def prompt(self, draft: Json) -> Prompt:
        """What is open, and before it what has been understood."""
        stored = draft or {}
        held = [line for part in self.parts if part.key in stored for line in [self._held(part, stored[part.key])]]
        open_ = self._open(stored)
        asked = "\n".join(part.text if draft is None else part.short or part.text for part in open_)
        intro = self.intro(open_, len(open_) < len(self.parts)) if len(open_) > 1 else ""
        kept = _("Noted: {answers}").format(answers="; ".join(held)) if held else ""
        return Prompt("\n\n".join(text for text in (kept, intro, asked) if text), (), self.controls, self.expects)

    def receive(self, draft: Json, reply: Reply) -> Answered[Any] | Again:
        """Keep each answer that is good; say of every other what is wrong with it."""
        stored = dict(draft or {})
        told = self.tell(reply.text, self._open(stored), self.parts)
        if isinstance(told, str):
            return Again(told, stored)
        reasons = []
        for part in self.parts:
            if part.key not in told:
                continue
            answered = part.question.receive(None, self._reply(part, told[part.key], reply))
            if isinstance(answered, Answered):
                stored[part.key] = answered.stored
            else:
                reasons.append(f"{part.mark} {getattr(answered, 'reason', '')}")
        if self._open(stored):
            return Again("\n".join(reasons), stored)
        return self._answered(stored)

    def recall(self, stored: Json) -> Answered[Any] | Again:
        """What is stored is the first question's own answer."""
        return self.parts[0].question.recall(stored)

    def _answered(self, stored: dict[str, Json]) -> Answered[Any] | Again:
        first = self.recall(stored[self.parts[0].key])
        if isinstance(first, Again):
            return first
        return replace(first, more=tuple((part.key, stored[part.key]) for part in self.parts[1:]))

    def _open(self, stored: Mapping[str, Json]) -> list[Part]:
        return [part for part in self.parts if part.key not in stored]

    def _held(self, part: Part, stored: Json) -> str:
        recalled = part.question.recall(stored)
        return f"{part.mark} {recalled.shown}" if isinstance(recalled, Answered) else part.mark

    def _reply(self, part: Part, written: str, reply: Reply) -> Reply:
        if written.strip() in _DASHES:
            return replace(reply, text=part.blank, choice="" if part.blank else "~skip")
        return replace(reply, text=written, choice=self.control(written))
