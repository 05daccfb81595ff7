"""The plan of a list of units in words: what it would change, and every line that is wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

from locales import _, ngettext
from movement.unit_kinds import kind_label
from movement.vietnamese_numbers import show_number

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from movement.unit_steps import Mistake, Plan, Step


def page(plan: Plan, most: int) -> str:
    """The whole plan: the counts, and at most so many lines of changes; every line that is wrong, where any is."""
    if plan.mistakes:
        return "\n".join([wrong(len(plan.mistakes)), *mistakes(plan.mistakes)])
    if plan.is_idle:
        return _("The list says what is known already: there is nothing to change.")
    changes = [line for step in plan.steps if (line := _change(step))]
    more = [_("… and {more} more.").format(more=show_number(len(changes) - most))] if len(changes) > most else []
    return "\n".join([*counts(plan.counts), "", *changes[:most], *more])


def wrong(many: int) -> str:
    """How many lines are wrong."""
    text = ngettext(
        "{many} line is wrong, so nothing can be changed yet:",
        "{many} lines are wrong, so nothing can be changed yet:",
        many,
    )
    return text.format(many=show_number(many))


def mistakes(found: Sequence[Mistake]) -> list[str]:
    """A line for each mistake, with its number in the file."""
    text = _("Line {number}: {reason}")
    return [text.format(number=each.number, reason=each.reason) for each in found]


def counts(counted: Mapping[str, int]) -> list[str]:
    """How many units are changed in which way; what does not happen is left out."""
    said = {
        "founded": _("new units"),
        "renamed": _("renamed"),
        "moved": _("moved under another unit"),
        "turned": _("of another kind"),
        "described": _("with another code, other names or another founding day"),
        "same": _("unchanged"),
    }
    return [f"• {show_number(counted[key])} {text}" for key, text in said.items() if counted[key]]


def _change(step: Step) -> str:
    """What happens to one unit; nothing where nothing does."""
    text = _("Line {number}: {reason}")
    if step.before is None:
        new = _("new: {name} ({kind})").format(name=step.name, kind=kind_label(step.kind))
        return text.format(number=step.number, reason=new)
    said = []
    if step.renames:
        said.append(_("renamed from “{before}” to “{name}”").format(before=step.before.name, name=step.name))
    if step.moves:
        said.append(_("moved under another unit"))
    if step.turns:
        said.append(_("now of the kind: {kind}").format(kind=kind_label(step.kind)))
    if step.describes:
        said.append(_("code, other names or founding day"))
    shown = said if step.renames else [f"{step.name}: {said[0]}", *said[1:]] if said else []
    return text.format(number=step.number, reason="; ".join(shown)) if shown else ""
