"""Questions answered by choosing: from a list, by searching, several, yes or no.

Numbers run on across pages, and typing is searching: what was typed narrows the list.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from conversations.engine.question import Again, Answered, Prompt, Question, number_in
from conversations.engine.screen import Option
from locales import _
from movement.matching import best, command_words, fold, tone_normal

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from conversations.engine.screen import Json, Reply

PAGE = 8

_SEPARATED = re.compile(r"[\s,;.+&]+|v[àa]", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Choice(Question[str]):
    """One of a list; the answer is the option's key."""

    text: str
    options: Sequence[Option]

    def prompt(self, draft: Json) -> Prompt:
        """Show one page of the options, or of those that were found."""
        return _page(self.text, self._found(draft), draft)

    def receive(self, draft: Json, reply: Reply) -> Answered[str] | Again:
        """Take a tap, a number, or words that fit one option; several that fit become the list."""
        if turned := _turned(draft, reply):
            return turned
        found = self._found(draft)
        if key := reply.choice or numbered(reply.text, found):
            return self.recall(key)
        typed = fold(reply.text)
        if any(option.key == typed for option in self.options):  # an abbreviation, such as VHXH
            return self.recall(typed)
        fits = best(reply.text, [option.label for option in self.options])
        match fits:
            case []:
                return Again(_not_found(reply.text, len(found)), draft)
            case [only]:
                return self.recall(self.options[only].key)
            case _several:
                return Again("", {"found": [self.options[index].key for index in fits]})

    def recall(self, stored: Json) -> Answered[str] | Again:
        """Find the option again: it may have been withdrawn."""
        for option in self.options:
            if option.key == stored:
                return Answered(option.key, option.key, option.label)
        return Again(_("That choice is no longer offered. Please choose again."))

    def _found(self, draft: Json) -> Sequence[Option]:
        found = (draft or {}).get("found")
        return self.options if found is None else [option for option in self.options if option.key in found]


@dataclass(frozen=True, slots=True)
class Search(Question[str]):
    """One of very many: `find` gives options for what was typed (nothing typed: the likeliest), `get` by key.

    What was found is shown to be chosen, be it only one: words may find another thing than the one meant. What
    `named` gives for the words, such as for a code, is taken at once. `nothing` is said where nothing is found.
    """

    text: str
    find: Callable[[str], Sequence[Option]]
    get: Callable[[str], Option | None]
    named: Callable[[str], Option | None] = lambda _words: None
    nothing: str = ""
    lead: Callable[[str], str] = lambda _words: ""  # asked above what these words found, such as "did you mean"

    def prompt(self, draft: Json) -> Prompt:
        """Show what the last words found."""
        words = (draft or {}).get("query", "")
        return _page((words and self.lead(words)) or self.text, self.find(words), draft)

    def receive(self, draft: Json, reply: Reply) -> Answered[str] | Again:
        """Take a tap, a number of the list shown, or words to search for."""
        if turned := _turned(draft, reply):
            return turned
        found = self.find((draft or {}).get("query", ""))
        if key := reply.choice or (numbered(reply.text, found) if reply.text.strip().isdecimal() else ""):
            return self.recall(key)
        if named := self.named(reply.text):
            return self.recall(named.key)
        if reply.text.strip() and self.find(reply.text):
            return Again("", {"query": reply.text})
        if self.nothing and not (found and reply.text.strip().isdecimal()):
            return Again(self.nothing.format(text=reply.text[:60]), draft)
        return Again(_not_found(reply.text, len(found)), draft)

    def recall(self, stored: Json) -> Answered[str] | Again:
        """Look the thing up again: it may be gone."""
        option = self.get(stored)
        if option is None:
            return Again(_("That choice is no longer offered. Please choose again."))
        return Answered(option.key, option.key, option.label)


@dataclass(frozen=True, slots=True)
class Several(Question[tuple[str, ...]]):
    """Any number of a list, at least `least`: taps tick, "1, 3, 4" ticks at once."""

    text: str
    options: Sequence[Option]
    least: int = 0

    def prompt(self, draft: Json) -> Prompt:
        """Show the options with what is ticked, and a control to end."""
        ticked = (draft or {}).get("ticked", ())
        shown = [
            replace(option, label=("✓ " if option.key in ticked else "") + option.label) for option in self.options
        ]
        prompt = _page(self.text, shown, draft, by_words=False)
        done = (Option("~done", _("Done")),) if len(ticked) >= self.least else ()
        return replace(prompt, controls=(*prompt.controls, *done))

    def receive(self, draft: Json, reply: Reply) -> Answered[tuple[str, ...]] | Again:
        """Take a tick, a list of numbers, or the end."""
        if turned := _turned(draft, reply):
            return turned
        ticked = list((draft or {}).get("ticked", ()))
        if reply.choice == "~done":
            return self.recall(ticked)
        if reply.choice:
            ticked = (
                [key for key in ticked if key != reply.choice]
                if reply.choice in ticked
                else [*ticked, reply.choice]
            )
            return Again("", {**(draft or {}), "ticked": ticked}, amends=True)
        parts = [part for part in _SEPARATED.split(reply.text.strip()) if part]
        keys = [numbered(part, self.options) for part in parts]
        if not keys or "" in keys:
            return Again(_not_numbers(parts, len(self.options)), draft)
        return self.recall(list(dict.fromkeys(keys)))

    def recall(self, stored: Json) -> Answered[tuple[str, ...]] | Again:
        """Keep those that are still offered."""
        kept = [option for option in self.options if option.key in stored]
        if len(kept) < self.least:
            return Again(_("Please choose at least {least}.").format(least=self.least), {"ticked": stored})
        keys = tuple(option.key for option in kept)
        return Answered(keys, list(keys), "; ".join(option.label for option in kept) or _("(none)"))


class YesNo(Choice):
    """Yes or no; the answer is "yes" or "no". However the options are worded, a plain yes or no is understood."""

    __slots__ = ()

    def __init__(self, text: str, yes: str = "", no: str = "") -> None:
        options = (Option("yes", yes or _("Yes"), number=1), Option("no", no or _("No"), number=2))
        super().__init__(text, options)

    def receive(self, draft: Json, reply: Reply) -> Answered[str] | Again:
        """Take a tap, a number, the words of an option, or what people say for yes and no."""
        said = set(command_words(reply.text))
        for key, words in (("yes", _("yes;right;correct;ok")), ("no", _("no;not;wrong"))):
            if not reply.choice and said & {
                form(word) for word in words.split(";") for form in (tone_normal, fold)
            }:
                return self.recall(key)
        return super().receive(draft, reply)


def numbered(text: str, options: Sequence[Option]) -> str:
    """The key of the option with this number, or nothing."""
    number = number_in(text, len(options))
    return options[number - 1].key if number else ""


def _page(text: str, found: Sequence[Option], draft: Json, *, by_words: bool = True) -> Prompt:
    first = (draft or {}).get("page", 0) * PAGE
    shown = tuple(
        replace(option, number=number) for number, option in enumerate(found[first : first + PAGE], first + 1)
    )
    controls = []
    if first:
        controls.append(Option("~previous", _("Previous page")))
    if len(found) > first + PAGE:
        controls.append(Option("~more", _("Next page")))
    if draft and ("found" in draft or "query" in draft):
        controls.append(Option("~all", _("Show all")))
    if len(found) > PAGE:
        where = _("({first}–{last} of {many}; type a few letters to search)")
        if not by_words:
            where = _("({first}–{last} of {many})")
        text = f"{text}\n{where.format(first=first + 1, last=first + len(shown), many=len(found))}"
    return Prompt(text, shown, tuple(controls), expects="choice")


def _turned(draft: Json, reply: Reply) -> Again | None:
    if reply.choice == "~all":
        return Again("", amends=True)
    step = {"~more": 1, "~previous": -1}.get(reply.choice)
    if step is None:
        return None
    return Again("", {**(draft or {}), "page": max(0, (draft or {}).get("page", 0) + step)}, amends=True)


def _not_found(text: str, many: int) -> str:
    typed = text.strip()
    if not typed:
        return _("Please choose one of these by its number.")
    if typed.isdecimal() and many:
        return _("There is no number {number} here. Please choose a number from 1 to {many}.").format(
            number=typed[:20], many=many
        )
    return _("Nothing here matches “{text}”. Please choose by number, for example 1, or type other words.").format(
        text=typed[:60]
    )


def _not_numbers(parts: Sequence[str], many: int) -> str:
    wrong = next((part for part in parts if part.isdecimal() and not number_in(part, many)), "")
    if wrong:
        return _not_found(wrong, many)
    return _("Please write the numbers of your choices, for example 1, 3.")
