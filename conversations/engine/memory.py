"""What is kept of a dialogue between two messages, and the engine's own texts."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from conversations.engine.screen import Json


@dataclass(frozen=True, slots=True)
class Words:
    """The engine's own texts, in the person's language."""

    back: str
    cancel: str
    keep: Callable[[str], str]  # an answer -> "Keep: the answer"
    confirm: str
    outdated: str
    not_taken: str
    way_out: str
    which_to_change: str
    unsupported: Callable[[str], str]  # "sticker" -> the sentence
    no_files: str
    control: Callable[[str], str]  # what was typed -> "~back", or ""


@dataclass(slots=True)
class Memory:
    """All that is kept of a dialogue between two messages."""

    name: str
    no: int  # tells its buttons from those of another dialogue of the same person
    given: dict[str, Json] = field(default_factory=dict)
    answers: dict[str, Json] = field(default_factory=dict)
    effects: dict[str, Json] = field(default_factory=dict)
    replaced: dict[str, Json] = field(default_factory=dict)
    drafts: dict[str, Json] = field(default_factory=dict)
    pending: str = ""
    editing: str = ""
    misses: int = 0

    def to_json(self) -> dict[str, Json]:
        """The JSON form, without what is at its default."""
        return {key: value for key in self.__slots__ if (value := getattr(self, key)) or key == "no"}


def place(memory: Memory, key: str) -> str:
    """What the taps of this question begin with."""
    return f"{memory.no}.{hashlib.blake2s(key.encode(), digest_size=4).hexdigest()}"
