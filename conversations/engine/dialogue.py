"""Run a script: a plain function, from the top at every message, its answers looked up by key.

Where the memory is kept, and what a person may start, is not its business.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, replace
from typing import Any, Literal, ParamSpec, TypeVar

from conversations.engine.memory import Memory, Words, place
from conversations.engine.question import Again, Answered, Change, Prompt, Question, number_in
from conversations.engine.screen import FileRef, Json, Option, Reply, Screen

T = TypeVar("T")
P = ParamSpec("P")
Effect = Callable[[], AbstractContextManager[Any]]

MISSES_BEFORE_A_WAY_OUT = 3


class DuplicateKey(Exception):  # noqa: N818 - the name the style guide gives it
    """Two questions, or two effects, of one script have the same key."""


class _Waiting(BaseException):
    """The script waits for an answer. Not an Exception, so that no script can swallow it."""

    def __init__(self, screen: Screen) -> None:
        self.screen = screen


class _RunAgain(BaseException):
    """An answer was taken back: run from the top without a reply."""


class _Cancelled(BaseException):
    """The person stopped the dialogue."""


@dataclass(frozen=True, slots=True)
class Turn:
    """How a run ended. `taken`: the reply was understood, be it as an answer, a page or a control."""

    screen: Screen
    state: Literal["open", "finished", "cancelled"]
    taken: bool


class Dialogue:
    """What a script talks to: `say`, `ask`, `section`, `review`, `once`, `given`, `has`, `expect` for steps."""

    def __init__(self, memory: Memory, reply: Reply | None, words: Words, effect: Effect) -> None:
        self._memory, self._reply, self._words, self._effect = memory, reply, words, effect
        self._prefix, self._passed, self._total = "", 0, 0
        self._seen: set[str] = set()
        self._reviewed: list[tuple[str, str, Answered[Any]]] = []  # key, label, answer: what may be changed
        self._path: list[str] = []  # what back goes through
        self._lines: list[str] = []
        self._files: tuple[FileRef, ...] = ()
        self._offers: tuple[Option, ...] = ()
        self._settled, self._amends, self.taken = ("", ""), False, False

    def say(self, text: str, *, offers: tuple[Option, ...] = (), files: tuple[FileRef, ...] = ()) -> None:
        """Show a paragraph before the next question; `offers` are commands shown when the script ends."""
        self._lines.append(text)
        self._offers, self._files = offers or self._offers, (*self._files, *files)

    def given(self, name: str, default: Json = None) -> Json:
        """What the dialogue was started with."""
        return self._memory.given.get(name, default)

    def has(self, key: str) -> bool:
        """Whether there is an answer for this key already, be it one that no longer holds."""
        return self._prefix + key in self._memory.answers

    def expect(self, more: int) -> None:
        """From here there are `more` questions for this person; they see "step 3 of 9"."""
        self._total = self._passed + more

    @contextmanager
    def section(self, name: str) -> Iterator[None]:
        """Keys inside get this name before them: one section for each round of a loop."""
        before, self._prefix = self._prefix, f"{self._prefix}{name}/"
        try:
            yield
        finally:
            self._prefix = before

    def ask(self, key: str, question: Question[T], label: str = "") -> T:
        """The answer, or leave the script with the question on the screen; `label` names it in a review."""
        key, memory = self._claim(key), self._memory
        if key in memory.answers:
            recalled = question.recall(memory.answers[key])
            if isinstance(recalled, Answered):
                return self._pass(key, label, recalled)
            memory.replaced[key] = memory.answers.pop(key)
            self._lines.append(recalled.reason)
        if memory.pending != key:
            memory.pending, memory.misses = key, 0
        elif self._reply is not None:
            answered = self._receive(key, question)
            memory.answers |= {key: answered.stored, **{self._prefix + k: each for k, each in answered.more}}
            memory.replaced.pop(key, None)
            memory.drafts.pop(key, None)
            memory.pending, memory.editing, memory.misses = "", "", 0
            self._settled = (answered.shown, place(memory, key))
            return self._pass(key, label, answered)
        raise _Waiting(self._screen(key, question))

    def review(self, key: str, text: str) -> None:
        """Show the labelled answers and go on once they are confirmed; any change asks anew."""
        self.ask(key, _Review(text, self._words, tuple(self._reviewed)))

    def once(self, key: str, effect: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run the effect once in the life of the dialogue, in the transaction of this message.

        Its result must be JSON. Answers before it can no longer be taken back.
        """
        effects, key = self._memory.effects, self._claim(key, " once")
        if key not in effects:
            with self._effect():
                effects[key] = effect(*args, **kwargs)
        self._path, self._reviewed = [], []
        result: T = effects[key]
        return result

    def end(self) -> Screen:
        """The last screen, when the script has returned."""
        return replace(self._said(), options=self._offers)

    def _said(self, *more: str) -> Screen:
        settled, where = self._settled
        text = "\n\n".join(line for line in (*self._lines, *more) if line)
        return Screen(text, files=self._files, settled=settled, settled_place=where)

    def _claim(self, key: str, kind: str = "") -> str:
        """The key in full; a second one of the same kind would be taken for the first."""
        key = self._prefix + key
        if key + kind in self._seen:
            raise DuplicateKey(key)
        self._seen.add(key + kind)
        return key

    def _pass(self, key: str, label: str, answered: Answered[T]) -> T:
        self._lines, self._files = [], ()
        self._path.append(key)
        self._passed += 1
        if label:
            self._reviewed.append((key, label, answered))
        return answered.value

    def _receive(self, key: str, question: Question[T]) -> Answered[T]:
        """Take the reply, or leave: with the question once more, with an earlier one, or cancelled."""
        memory, reply, draft = self._memory, self._reply or Reply(), self._memory.drafts.get(key)
        self._reply, self._amends = None, bool(reply.tap)
        prompt = question.prompt(draft)
        controls = {option.key for option in self._controls(key, prompt, question)}
        typed = "" if reply.choice or reply.files else self._words.control(reply.text)
        choice = reply.choice or (typed if typed in controls or typed == "~back" else "")
        result: Answered[T] | Again | Change
        if choice == "~cancel":
            raise _Cancelled
        if choice.startswith("~") and choice not in controls:
            result = Again(self._words.not_taken, draft)
        elif choice == "~back":
            result = Change(key if memory.editing == key else self._path[-1])
        elif choice == "~keep":
            result = question.recall(memory.replaced[key])
        elif reply.unsupported:
            result = Again(self._words.unsupported(reply.unsupported), draft)
        elif (reply.files or reply.refused) and prompt.expects != "files":
            result = Again(self._words.no_files, draft)
        else:
            result = question.receive(draft, replace(reply, choice=choice))
        return self._result(key, question, result)

    def _result(self, key: str, question: Question[T], result: Answered[T] | Again | Change) -> Answered[T]:
        memory = self._memory
        match result:
            case Answered():
                self.taken = True
                return result
            case Change(changed):
                self.taken = True
                self._take_back(key, changed)
                raise _RunAgain
            case Again(reason, draft, amends):
                self.taken = not reason
                self._amends = amends or (self._amends and not reason)
                memory.drafts[key] = draft
                memory.misses = memory.misses + 1 if reason else 0
                way_out = self._words.way_out if memory.misses >= MISSES_BEFORE_A_WAY_OUT else ""
                self._lines, self._files = [reason, way_out], ()
                raise _Waiting(self._screen(key, question))

    def _take_back(self, key: str, changed: str) -> None:
        memory = self._memory
        if changed == key:  # back out of a change: what was there holds
            memory.answers[key], memory.editing = memory.replaced.pop(key), ""
            memory.drafts.pop(key, None)
            return
        memory.editing = changed if changed != self._path[-1] else ""
        memory.replaced[changed] = memory.answers.pop(changed)

    def _controls(self, key: str, prompt: Prompt, question: Question[Any]) -> tuple[Option, ...]:
        words, memory = self._words, self._memory
        controls = list(prompt.controls)
        if key in memory.replaced:
            recalled = question.recall(memory.replaced[key])
            if isinstance(recalled, Answered) and not isinstance(question, _Review):
                controls.insert(0, Option("~keep", words.keep(recalled.shown)))
        if self._path or memory.editing == key:
            controls.append(Option("~back", words.back))
        return (*controls, Option("~cancel", words.cancel))

    def _screen(self, key: str, question: Question[Any]) -> Screen:
        memory, prompt = self._memory, question.prompt(self._memory.drafts.get(key))
        if self._reply is not None and not self.taken:  # another question came between
            self._lines.insert(0, self._words.not_taken)
        where, step = place(memory, key), self._passed + 1
        return replace(
            self._said(prompt.text),
            options=tuple(_tappable(where, option) for option in prompt.options),
            controls=tuple(_tappable(where, option) for option in self._controls(key, prompt, question)),
            progress=(step, max(step, self._total)) if self._total and not memory.editing else None,
            expects=prompt.expects,
            place=where,
            amends=self._amends and not self._settled[1],
        )


class _Review(Question[None]):
    """What was answered, line by line, to be confirmed or changed; stores a digest of what was confirmed."""

    def __init__(self, text: str, words: Words, answers: tuple[tuple[str, str, Answered[Any]], ...]) -> None:
        self._text, self._words, self._answers = text, words, answers
        told = json.dumps([[key, answered.stored] for key, _, answered in answers], ensure_ascii=False)
        self._digest = hashlib.blake2s(told.encode(), digest_size=8).hexdigest()

    def prompt(self, draft: Json) -> Prompt:  # noqa: ARG002 - it has no steps
        lines = tuple(
            Option(str(number), label, answered.shown, number)
            for number, (_, label, answered) in enumerate(self._answers, 1)
        )
        text = f"{self._text}\n{self._words.which_to_change}" if lines else self._text
        return Prompt(text, lines, (Option("~confirm", self._words.confirm),), expects="review")

    def receive(self, draft: Json, reply: Reply) -> Answered[None] | Again | Change:
        if reply.choice == "~confirm":
            return Answered(None, self._digest, "")
        if number := number_in(reply.choice or reply.text, len(self._answers)):
            return Change(self._answers[number - 1][0])
        return Again(self._words.not_taken, draft)

    def recall(self, stored: Json) -> Answered[None] | Again:
        return Answered(None, stored, "") if stored == self._digest else Again()


def run(
    script: Callable[[Dialogue, Any], None],
    context: object,
    memory: Memory,
    reply: Reply | None,
    words: Words,
    effect: Effect = nullcontext,
) -> Turn:
    """Run the script once for this reply (None: resume), changing the memory in place."""
    notice, taken = "", False
    if reply is not None and reply.tap:
        where = place(memory, memory.pending) + "."
        fits = memory.pending and reply.tap.startswith(where)
        reply, notice = (replace(reply, choice=reply.tap[len(where) :]), "") if fits else (None, words.outdated)
    while True:
        dialogue = Dialogue(memory, reply, words, effect)
        try:
            script(dialogue, context)
        except _Waiting as waiting:
            return Turn(replace(waiting.screen, notice=notice), "open", taken or dialogue.taken)
        except _RunAgain:
            reply, taken = None, True
        except _Cancelled:
            return Turn(Screen(""), "cancelled", taken=True)
        else:
            return Turn(replace(dialogue.end(), notice=notice), "finished", taken=True)


def _tappable(where: str, option: Option) -> Option:
    return Option(option.key, option.label, option.hint, option.number, option.tap or f"{where}.{option.key}")
