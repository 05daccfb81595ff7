"""A question is a reducer: draft and reply in, an answer or a new draft out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

if TYPE_CHECKING:
    from conversations.engine.screen import Json, Option, Reply

T_co = TypeVar("T_co", covariant=True)


@dataclass(frozen=True, slots=True)
class Prompt:
    """A question as shown. Controls have keys that begin with `~`; the engine adds back and cancel."""

    text: str
    options: tuple[Option, ...] = ()
    controls: tuple[Option, ...] = ()
    expects: str = "text"


@dataclass(frozen=True, slots=True)
class Answered(Generic[T_co]):
    """Accepted: what the script gets, what is stored (JSON), how it reads in a review."""

    value: T_co
    stored: Json
    shown: str
    more: tuple[tuple[str, Json], ...] = ()  # other keys, as `ask` takes them, that the reply answers


@dataclass(frozen=True, slots=True)
class Again:
    """Ask once more: with a reason, it was a miss; without one, a step such as a page or a tick."""

    reason: str = ""
    draft: Json = None
    amends: bool = False  # nothing new to read: the screen may be changed in place


@dataclass(frozen=True, slots=True)
class Change:
    """Take back the answer `key`, from a review."""

    key: str


class Question(Protocol[T_co]):
    """What every question kind answers. It holds no state: a draft is passed in and given back."""

    def prompt(self, draft: Json) -> Prompt:
        """How the question looks now."""

    def receive(self, draft: Json, reply: Reply) -> Answered[T_co] | Again | Change:
        """Take a reply: `reply.choice` is the key of a tapped or named option or control."""

    def recall(self, stored: Json) -> Answered[T_co] | Again:
        """Give a stored answer back, or say why it no longer holds; runs at every replay."""


def number_in(text: str, most: int) -> int:
    """The number from 1 to `most` that was typed ("3", "3.", "3)"), or 0."""
    typed = text.strip().rstrip(".)").lstrip("0")
    number = int(typed) if typed.isdecimal() and len(typed) <= len(str(most)) else 0
    return number if number <= most else 0
