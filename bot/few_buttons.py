"""Which of a screen's choices become buttons where a channel has only a few, and what stands in the text instead.

In the text are all options with their numbers, as soon as one of them has no button of its own. Buttons go to what
leads on first (done, skip, next page), then to the first options, then to what leads away: back and cancel are
seldom used and easily typed. Points are all buttons or none, since a few of them would suggest themselves.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.channels.base import Button
from locales import _

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.channels.base import Capabilities
    from conversations.engine.screen import Option, Screen

LEADING_AWAY = ("~back", "~cancel")


def listed(option: Option) -> str:
    """An option as a line of a list."""
    return f"{option.number}. {option.label}" + (f": {option.hint}" if option.hint else "")


def word(option: Option) -> str:
    """A control as a word that may be typed."""
    return f"[{option.label[:1].lower()}{option.label[1:]}]"


def few(screen: Screen, can: Capabilities) -> tuple[str, str, tuple[tuple[Button, ...], ...]]:
    """The list for the text, the controls that are to be typed, and at most `can.buttons` buttons, one a row."""
    on = [option for option in screen.controls if option.key not in LEADING_AWAY][: can.buttons]
    away = [option for option in screen.controls if option not in on]
    options = _with_buttons(screen, can.buttons - len(on), can.buttons - len(screen.controls))
    away_shown = away[: can.buttons - len(on) - len(options)]
    shown = [*options, *on, *away_shown]
    lines = _list(screen, options, can)
    words = " ".join(word(option) for option in away if option not in away_shown)
    return lines, words, tuple((Button(_label(option, can.label), option.tap),) for option in shown)


def _with_buttons(screen: Screen, room: int, room_beside_all: int) -> list[Option]:
    """The options that get buttons, if there is room for so many beside what leads on, or beside all controls."""
    numbered = [option for option in screen.options if option.number]
    plain = [option for option in screen.options if not option.number]
    if len(numbered) + len(plain) <= room_beside_all or (plain and not numbered and len(plain) <= room):
        return [*numbered, *plain]
    if screen.expects == "review":  # the lines are for changing one of them: to confirm is what is wanted
        return []
    return numbered[:room]


def _list(screen: Screen, shown: Sequence[Option], can: Capabilities) -> str:
    """All numbered options, where a button does not say all of each."""
    numbered = [option for option in screen.options if option.number]
    has_all = all(option in shown for option in numbered)
    if has_all and not any(option.hint or len(_title(option)) > can.label for option in numbered):
        return ""
    lines = [listed(option) for option in numbered]
    if shown and not has_all:
        lines.append(_("For the others, reply with the number."))
    return "\n".join(lines)


def _title(option: Option) -> str:
    return f"{option.number}. {option.label}" if option.number else option.label


def _label(option: Option, most: int) -> str:
    title = _title(option)
    return title if len(title) <= most else f"{title[: most - 1].rstrip()}…"
