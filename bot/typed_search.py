"""“Tìm …” typed, and further words after a search: what they look for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from locales import _
from movement.matching import fold

if TYPE_CHECKING:
    from bot.state import State

LONGEST: Final = 100  # characters: what is longer is no search
SHORTEST: Final = 2


def command(text: str) -> str:
    """The command for a text that begins with a word for searching and goes on; nothing for any other text.

    Where it goes on with “đơn vị”, units are meant.
    """
    words = text.split()
    if len(text) > LONGEST:
        return ""
    for length in (3, 2, 1):
        if len(words) > length and fold(" ".join(words[:length])) in _phrases(_("find;search for;look up")):
            rest = words[length:]
            return _of_units(rest) or f"/timkiem {' '.join(rest)}"
    return ""


def further(state: State, text: str) -> str:
    """The command for other words typed where the last screen was a search."""
    was_search = state.command.split(" ", 1)[0] == "/timkiem"
    return f"/timkiem {text}" if was_search and len(fold(text)) >= SHORTEST and len(text) <= LONGEST else ""


def _of_units(words: list[str]) -> str:
    for length in (2, 1):
        if len(words) > length and fold(" ".join(words[:length])) in _phrases(_("unit;units")):
            return f"/donvi {' '.join(words[length:])}"
    return ""


def _phrases(listed: str) -> set[str]:
    return {fold(phrase) for phrase in listed.split(";")}
