"""What is said of an entry in words, asked one after the other, or in one message where messages are counted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from conversations.questions import Text
from conversations.together import AtOnce, Part
from conversations.words import when_frugal
from locales import _

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from conversations.engine.dialogue import Dialogue
    from conversations.engine.question import Question
    from movement.context import Context

LONGEST_NAME = 200
LONGEST_SCALE = 400


def description(
    d: Dialogue,
    ctx: Context,
    likely: Mapping[str, str],
    starts: Question[Any] | None = None,
    *,
    is_named: bool = False,
) -> AtOnce:
    """The questions for name, place, leader and scale, and the first day where one is asked for, by these keys.

    `likely` answers are by key, that for the leader among them. `is_named`: the name is settled and not asked.
    """
    asked: list[tuple[str, str, str, Question[Any]]] = [
        *([] if is_named else [("name", _("Name"), "", name(likely.get("name", "")))]),
        ("place", _("Place"), "", place(likely.get("place", ""))),
        ("lead", _("Led by"), "", leader(likely["lead"])),
        ("scale", _("Scale"), _("for example: 120 workers, 3 workshops"), scale(likely.get("scale", ""))),
    ]
    if starts is not None:
        asked.append(("starts", _("Start"), _("for example: 10/3; or a dash where it is not known yet"), starts))
    parts = []
    for number, (key, label, hint, question) in enumerate(asked, 1):
        usual = likely.get(key, "")
        parts.append(Part(key, f"{number}.", label, _line(number, label, hint, usual), question, usual))
    return AtOnce(d, parts, _how, when_frugal(ctx))


def _how(_still: Sequence[Part], some_are_there: bool) -> str:  # noqa: FBT001 - as `Together` calls it
    if some_are_there:
        return _("And these, a line for each:")
    return _("Please answer in one message, a line for each:")


def name(likely: str) -> Text:
    """What it is called."""
    return _text(_("What is it called?"), likely)


def place(likely: str) -> Text:
    """Where it is carried out."""
    return _text(_("Where is it carried out?"), likely)


def leader(likely: str) -> Text:
    """Who leads it."""
    return _text(_("Who leads it (a unit, a group or a person)?"), likely)


def scale(likely: str) -> Text:
    """How large it is."""
    text = _("How large is it (people, households, area …)? For example: 120 workers, 3 workshops.")
    return _text(text, likely, LONGEST_SCALE)


def _line(number: int, label: str, hint: str, likely: str) -> str:
    aside = _("a dash for “{likely}”").format(likely=likely) if likely else hint
    return f"{number}. {label}" + (f" ({aside})" if aside else "")


def _text(text: str, likely: str, longest: int = LONGEST_NAME) -> Text:
    return Text(text, longest, suggestions=(likely,) if likely else ())
