"""Numbers and labels typed alone: what they stand for, and for how long. A number of an older list must never act.

So one counts only for the last screen, where that screen was shown, and for half an hour; 0 leads back.
"""

from __future__ import annotations

import datetime as dt
import re
from contextlib import suppress
from typing import TYPE_CHECKING, Final, Literal

from bot.needs import lacks
from bot.render import COUNTED
from conversations import registry
from conversations.engine.question import number_in
from locales import _
from movement.errors import DomainError
from movement.matching import best, fold

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.state import State
    from conversations.engine.screen import Screen
    from movement.context import Context

Meaning = Literal["answer", "back", "home", "old", "none"]

NUMBERS_LAST: Final = dt.timedelta(minutes=30)
SHORTEST_LABEL: Final = 3  # letters: fewer would find something by chance
MOST_OPTIONS: Final = 999  # a number above is no choice from a list
_BARE = re.compile(r"\d{1,3}(?:[\s,;.+&]+\d{1,3})*[.)]?", re.ASCII)


def numbered(state: State, text: str) -> str:
    """The tap of the option of the last menu that has this number; empty if there is none."""
    return state.menu.get(str(number_in(text, MOST_OPTIONS)), "")


def is_stale(state: State, address_id: int, shown_at: dt.datetime, now: dt.datetime) -> bool:
    """Whether the last screen is too long ago, or stands on another channel of this person."""
    return now - shown_at > NUMBERS_LAST or state.at not in {0, address_id}


def meaning(state: State, text: str, question: Callable[[], Screen]) -> Meaning:
    """What a text is, if it is numbers alone. `question` shows the open question once more.

    0 is the way back where it is not counted; without a question before it, the way home. An old number shows its
    list again, and so does one that the list does not have; all others are left to be answers.
    """
    if not _BARE.fullmatch(text):
        return "answer"
    is_zero = text.rstrip(".)") == "0"
    if not state.is_open:
        return _of_menu(state, text, is_zero=is_zero)
    if not is_zero and not state.is_stale:
        return "answer"
    screen = question()
    if is_zero and screen.expects not in COUNTED:
        return "back" if any(option.key == "~back" for option in screen.controls) else "home"
    return "old" if state.is_stale and any(option.number for option in screen.options) else "answer"


def _of_menu(state: State, text: str, *, is_zero: bool) -> Meaning:
    if is_zero:
        return "home"
    if not state.menu or not text.rstrip(".)").isdecimal():  # several numbers are no choice, but perhaps a code
        return "answer"
    if state.is_stale:
        return "old"
    return "answer" if numbered(state, text) or not state.command else "none"


def explained(screen: Screen, why: Meaning, text: str) -> Screen:
    """The screen that is shown once more, and why the number did nothing."""
    reason = _("These numbers are from a while ago, or from another place. Please choose once more:")
    if why == "none":
        reason = _("There is no number {number} in this list. Please choose once more:").format(number=text[:20])
    return screen.with_lines_before(reason)


def labelled(ctx: Context, state: State, text: str) -> str:
    """The tap of the one option of the last menu that the words mean; empty if there is none."""
    name, _blank, arguments = state.command[1:].partition(" ")
    entrance = registry.entrances().get(name)
    if entrance is None or entrance.show is None or lacks(ctx, entrance) or len(fold(text)) < SHORTEST_LABEL:
        return ""
    with suppress(DomainError), ctx.session.reading_only():
        options = [option for option in entrance.show(ctx, arguments).options if option.number]
        found = best(text, [option.label for option in options])
        return options[found[0]].tap if len(found) == 1 else ""
    return ""
