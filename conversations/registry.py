"""What a person can start: dialogues and commands, found by name or by the words people use."""

from __future__ import annotations

import difflib
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from typing import Literal

from conversations.engine.dialogue import Dialogue
from conversations.engine.screen import Screen
from locales import _, speaking
from movement.context import Context
from movement.matching import command_words, fold
from movement.vietnamese_typing import decode_telex, decode_vni

Script = Callable[[Dialogue, Context], None]
Show = Callable[[Context, str], Screen]
Needs = Literal["nothing", "consent", "unit"]


@dataclass(frozen=True, slots=True)
class Entrance:
    """One thing that can be started. `script` gathers answers; `show` gives one screen and is over."""

    name: str  # what is typed after the slash
    title: str  # an English msgid
    words: str  # an English msgid whose translation lists other words for it, split by ";"
    needs: Needs  # what must be known of the person first
    listed: bool  # stands in the platform's menu of commands
    script: Script | None = None
    show: Show | None = None
    arguments: tuple[str, ...] = field(default=())  # names of a script's given values, in the order typed
    public: bool = False  # tells what anybody may know, so also before others in a group
    gathers: bool = False  # files are welcome at any question: those not asked for become given values


_LONGEST_REQUEST = 200  # characters; what comes after is not looked at

_entrances: dict[str, Entrance] = {}


def dialogue(  # noqa: PLR0913 - each says one thing of the entrance, by name
    *,
    command: str,
    title: str,
    words: str = "",
    needs: Needs = "unit",
    listed: bool = False,
    arguments: tuple[str, ...] = (),
    gathers: bool = False,
) -> Callable[[Script], Script]:
    """Declare a script that gathers answers; `arguments` name what may be typed after the command.

    One that `gathers` takes files at any question: those that the question does not ask for are its given "files".
    """

    def declare(script: Script) -> Script:
        _add(Entrance(command, title, words, needs, listed, script, arguments=arguments, gathers=gathers))
        return script

    return declare


def command(
    *,
    command: str,
    title: str,
    words: str = "",
    needs: Needs = "unit",
    listed: bool = False,
    public: bool = False,
) -> Callable[[Show], Show]:
    """Declare a function of the context and of what was typed after the command, which gives a screen."""

    def declare(show: Show) -> Show:
        _add(Entrance(command, title, words, needs, listed, show=show, public=public))
        return show

    return declare


def _add(entrance: Entrance) -> None:
    if entrance.name in _entrances:
        message = f"two entrances named {entrance.name}"
        raise ValueError(message)
    _entrances[entrance.name] = entrance


def entrances() -> dict[str, Entrance]:
    """Everything that was declared, by name."""
    return _entrances


@cache
def _spoken(locale: str) -> dict[str, str]:
    """Words in this language, as typed and folded, to names."""
    spoken: dict[str, str] = {}
    with speaking(locale):
        for entrance in _entrances.values():
            for phrase in (entrance.name, _(entrance.title), *_(entrance.words).split(";")):
                for form in (*command_words(phrase), fold(phrase)):
                    spoken.setdefault(form, entrance.name)
    spoken.pop("", None)
    return spoken


def by_words(text: str, locale: str) -> Entrance | None:
    """The entrance that this whole message names, with or without accents and courtesies."""
    found = _named(text, locale)
    if found is not None or not text.isascii() or len(text) > _LONGEST_REQUEST:
        return found
    return _named(decode_telex(text), locale) or _named(decode_vni(text), locale)  # "ddawng kys", "d9ang8 ky1"


def _named(text: str, locale: str) -> Entrance | None:
    spoken = _spoken(locale)
    name = next((spoken[form] for form in command_words(text) if form in spoken), None)
    return None if name is None else _entrances[name]


def likeliest(text: str, locale: str, many: int = 3) -> list[Entrance]:
    """The entrances whose words look most like some of what was typed, best first."""
    spoken, typed = _spoken(locale), fold(text[:_LONGEST_REQUEST]).split()
    likeness = {phrase: _likeness(typed, phrase.split()) for phrase in spoken if phrase.isascii()}
    close = sorted((phrase for phrase in likeness if likeness[phrase]), key=lambda phrase: -likeness[phrase])
    found = [_entrances[name] for name in dict.fromkeys(spoken[phrase] for phrase in close)]
    return [entrance for entrance in found if entrance.listed][:many]


def _likeness(typed: list[str], phrase: list[str]) -> float:
    """How much of the phrase was typed, but for slips; of two that were typed wholly the longer one is meant."""
    found = sum(bool(difflib.get_close_matches(word, typed, n=1, cutoff=0.7)) for word in phrase)
    return found * found / len(phrase) if 2 * found >= len(phrase) else 0
