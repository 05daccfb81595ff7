"""A sheet where messages are counted: as many criteria in one message as fit, each stored as if asked alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from conversations.together import Part, Together
from conversations.told_apart import by_numbers, by_ticks
from locales import _
from movement.vietnamese_numbers import show_number

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from conversations.engine.dialogue import Dialogue
    from conversations.engine.question import Question
    from conversations.engine.screen import Option
    from movement.criteria import Section
    from movement.guideline_rules import Criterion

MOST = 8  # criteria of one message: more numbers in a row are soon mistaken
LONGEST_BEFORE = 60  # characters of what was said before, notes and all
LONGEST = 1400  # characters: with the words around them one message of every channel


@dataclass(frozen=True, slots=True)
class Asked:
    """A criterion as one of several: the key and kind of its question, and how it is asked."""

    section: Section
    item: Criterion
    kind: str  # "points", "met" or "words", which are never asked together
    text: str
    short: str  # once it was read in full

    @property
    def key(self) -> str:
        """As `ask` takes it."""
        return f"{self.item.key}/{self.kind}"


def asked(section: Section, item: Criterion, kind: str, before: str) -> Asked:
    """The official wording, its maximum, and in a few words what was said before."""
    lines = []
    if item is section.items[0]:
        lines.append(f"{section.number}. {section.heading}" if section.number else section.heading)
    limits = []
    if item.max is not None:
        most = show_number(item.max)
        limits.append(_("at most {most}, needed to pass") if item.must_max else _("at most {most}"))
        limits = [limits[0].format(most=most)]
    if item.gate is not None and kind == "points":
        limits.append(_("given by others: before that, add “; provisional”"))
    if before:
        limits.append(before if len(before) <= LONGEST_BEFORE else before[: LONGEST_BEFORE - 1] + "…")
    aside = f" ({'; '.join(limits)})" if limits else ""
    lines.append(f"{item.key}. {item.text.rstrip('.')}{aside}.")
    return Asked(
        section, item, kind, "\n".join(lines), f"{item.key}. {item.short or item.text.rstrip('.')}{aside}"
    )


def chunks(listed: Sequence[Asked]) -> dict[str, list[Asked]]:
    """Those that are asked with each, by its key: of one kind, in order, so many as fit."""
    found: dict[str, list[Asked]] = {}
    chunk: list[Asked] = []
    for each in listed:
        length = sum(len(other.text) for other in chunk) + len(each.text)
        if chunk and (chunk[0].kind != each.kind or len(chunk) == MOST or length > LONGEST):
            chunk = []
        chunk.append(each)
        found[each.key] = chunk
    return found


def open_with(d: Dialogue, each: Asked, chunk: Sequence[Asked]) -> list[Asked]:
    """Those of the chunk that have no answer yet, where this is one of several; else nothing."""
    if each.kind == "words" or d.has(each.key):
        return []
    still = [other for other in chunk if not d.has(other.key)]
    return still if len(still) > 1 else []


def together(
    still: Sequence[Asked],
    question: Callable[[Asked], Question[Any]],
    control: Callable[[str], str],
    pause: Option,
) -> Together:
    """One question for all of these."""
    parts = tuple(
        Part(each.key, f"{each.item.key}.", each.item.key, each.text, question(each), short=each.short)
        for each in still
    )
    if still[0].kind == "met":
        return Together(_how_to_tick, parts, by_ticks, control, (pause,))
    return Together(_how_to_score, parts, by_numbers, control, (pause,), "score")


def _how_to_tick(parts: Sequence[Part], _some: bool) -> str:  # noqa: FBT001 - as `Together` calls it
    text = _(
        "Which of the criteria {first} to {last} are met? Write them in a row, such as: {first}, {last};"
        " or “all”, or “none”."
    )
    return text.format(first=parts[0].name, last=parts[-1].name)


def _how_to_score(parts: Sequence[Part], some_are_there: bool) -> str:  # noqa: FBT001 - as `Together` calls it
    first, last = parts[0].name, parts[-1].name
    if some_are_there:
        text = _("Please give these their points as well, in this order, or as in: {first}: 5, {last}: 4,5.")
    else:
        text = _(
            "Please give criteria {first} to {last} their points in one message, in this order, for example:"
            " 5 9 8,5 …\nOr with their numbers: {first}: 5, {last}: 4,5. A note: {first}: 5; 120 people."
        )
    return text.format(first=first, last=last)
