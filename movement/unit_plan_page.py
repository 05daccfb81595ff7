"""The plan of a list of units in words: what it would change, and every line that is wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

from locales import _, ngettext
from movement.unit_kinds import kind_label
from movement.vietnamese_dates import show_day
from movement.vietnamese_numbers import show_number

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from movement.unit_matching import Known
    from movement.unit_steps import Mistake, Plan, Step


def page(plan: Plan, most: int) -> str:
    """The whole plan: the counts, and at most so many lines of changes; every line that is wrong, where any is."""
    if plan.mistakes:
        return "\n".join([wrong(len(plan.mistakes)), *mistakes(plan.mistakes)])
    if plan.is_idle:
        return nothing()
    every = changes(plan)
    more = [_("… and {more} more.").format(more=show_number(len(every) - most))] if len(every) > most else []
    return "\n".join([*counts(plan.counts), "", *every[:most], *more])


def nothing() -> str:
    """What is said of a list that changes nothing."""
    return _("The list says what is known already: there is nothing to change.")


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


def changes(plan: Plan) -> list[str]:
    """A line for each unit that changes, with its number in the file."""
    return [line for step in plan.steps if (line := _change(step))]


def counts(counted: Mapping[str, int]) -> list[str]:
    """How many units are changed in which way; what does not happen is left out."""
    said = {
        "founded": _("new units"),
        "renamed": _("units renamed"),
        "moved": _("units moved under another one"),
        "turned": _("units of another kind now"),
        "described": _("units with another code, other names or another founding day"),
        "same": _("units unchanged"),
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
    said += _described(step, step.before)
    shown = said if step.renames else [f"{step.name}: {said[0]}", *said[1:]] if said else []
    return text.format(number=step.number, reason="; ".join(shown)) if shown else ""


def _described(step: Step, before: Known) -> list[str]:
    """What changes that has no history."""
    said = []
    if step.code != before.code:
        said.append(_("code {code}").format(code=step.code))
    if step.aliases != before.aliases:
        said.append(_("other names: {names}").format(names=step.aliases))
    if step.founded != before.valid_from and step.founded is not None:
        said.append(_("founded on {day}").format(day=show_day(step.founded)))
    return said
