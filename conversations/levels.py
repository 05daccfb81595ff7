"""Which entry at which level of recognition, and what the guideline says of the way there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from conversations import pick
from conversations.choices import Choice
from conversations.engine.screen import Option
from locales import _
from movement import course, entries, recognition, transitions
from movement.errors import DomainError
from movement.unit_kinds import kind_label

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from conversations.engine.dialogue import Dialogue
    from movement.context import Context
    from movement.entries import Entry
    from movement.recognition import Standing

    WhyNot = Callable[[Context, Sequence[Standing]], str]
    May = Callable[[Context, Standing], Any]  # whether this person may act at a level: something true

STATES = ("reported", "endorsed", "appraised", "proposed", "recognised", "not_recognised")


def entry(d: Dialogue, ctx: Context, may: May, text: str) -> Entry | None:
    """The entry named when the dialogue began, or one of those for which the person may act at some level."""
    if found := pick.named(d, ctx, "see", _against):
        return found
    return among(d, ctx, may, text, entries.oldest(ctx, "see", STATES))


def among(d: Dialogue, ctx: Context, may: May, text: str, offered: Sequence[Entry]) -> Entry | None:
    """One of these, as far as the person may act at some level for it."""
    ready = [each for each in offered if not _against(each)]
    held = recognition.of_entries(ctx, ready) if ready else {}
    return pick.among(d, [each for each in ready if any(may(ctx, one) for one in held[each.id])], text)


def level(d: Dialogue, ctx: Context, found: Entry, may: May, why_not: WhyNot = recognition.why_not) -> Standing:
    """The level this person may act at for the entry: the only one, or the one chosen.

    Raise DomainError with the reason where there is none.
    """
    held = recognition.standings(ctx, found)
    offered = [each for each in held if may(ctx, each)]
    if not offered:
        raise DomainError(why_not(ctx, held))
    if len(offered) == 1:
        return offered[0]
    options = [Option(each.rule.level, each.rule.label, hint=each.rule.scope) for each in offered]
    chosen = d.ask("level", Choice(_("At which level?"), options), _("Level"))
    return next(each for each in offered if each.rule.level == chosen)


def way(standing: Standing) -> list[str]:
    """Through whom it goes, who advises, when, and for what reach."""
    rule = standing.rule
    lines = []
    if rule.through is not None:
        lines.append(_("Through: {unit}.").format(unit=kind_label(rule.through)))
    if rule.advises is not None:
        lines.append(_("Advised by: {unit}.").format(unit=kind_label(rule.advises)))
    if standing.is_outside:
        bodies = ", ".join(kind_label(kind) for kind in rule.decides)
        lines.append(_("Decided by: {unit}. Your unit writes the decision down.").format(unit=bodies))
    if rule.scope:
        lines.append(_("For: {scope}.").format(scope=rule.scope))
    if rule.when:
        lines.append(_("When: {when}.").format(when=rule.when))
    return lines


def _against(found: Entry) -> str:
    return transitions.against(found.state, "recognise", course.of(found))
